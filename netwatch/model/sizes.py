"""Sizes as people write them: 500MB, 20GB, 1TB."""

import re
from typing import Final

_UNITS: Final = {"MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000}
_SIZE: Final = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) ?(MB|GB|TB)", re.ASCII)


class Octets(int):
    """A size in octets that is written as people write it."""

    __slots__ = ()

    def __str__(self) -> str:
        """Return it in the largest unit that it has at least one of."""
        unit = next((u for u in reversed(_UNITS) if self >= _UNITS[u]), "MB")
        return f"{self / _UNITS[unit]:.4g}{unit}"


def octets(value: object) -> Octets:
    """Read ``500MB``, ``20GB`` or ``1.5TB``.

    Raises:
        ValueError: it is none of these.
    """
    if isinstance(value, Octets):
        return value
    found = _SIZE.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(f"{str(value)!r} is no size; write it like 500MB, 20GB or 1TB")
    return Octets(float(found[1]) * _UNITS[found[2]])
