"""A file of authorities -> whom TLS believes."""

import ssl

from netwatch.inventory.importers import Asked


def believing(asked: Asked, certificates: str) -> ssl.SSLContext:
    """Return a context that believes the authorities of a file, and these alone.

    Raises:
        SourceError: the file cannot be used.
    """
    try:
        return ssl.create_default_context(cafile=asked.base / certificates)
    except OSError as fault:
        raise asked.fault(
            f"its certificates {certificates!r} cannot be used: {fault.strerror or fault}",
            "name a PEM file with the authority of its certificate",
        ) from None
