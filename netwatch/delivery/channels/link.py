"""A channel's URL -> its parts: whom to ask, as whom, and the options after the question mark."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from netwatch.model.faults import DeliveryError, Retry

YES = frozenset({"yes", "true", "on", "1"})
NO = frozenset({"no", "false", "off", "0", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a channel's URL says. Secrets stand in it: nothing of ``user`` and on is shown."""

    scheme: str
    host: str
    port: int | None = None
    path: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def base(self) -> str:
        """Return the web address to ask: with TLS, unless it is this machine itself."""
        where = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{'http' if is_here(self.host) else 'https'}://{where}{port}"

    def option(self, name: str, default: str = "") -> str:
        """Return an option's text."""
        return self.options.get(name, default)

    def is_on(self, name: str) -> bool:
        """Say whether an option is switched on.

        Raises:
            DeliveryError: it is neither on nor off; permanent.
        """
        said = self.option(name).lower()
        if said not in YES | NO:
            raise unusable(self.scheme, f"{name} takes yes or no")
        return said in YES

    def number(self, name: str, default: float) -> float:
        """Return an option that is a number, not below zero.

        Raises:
            DeliveryError: it is none; permanent.
        """
        said = self.option(name)
        try:
            value = float(said) if said else default
        except ValueError:
            value = -1.0
        if not 0.0 <= value < float("inf"):
            raise unusable(self.scheme, f"{name} takes a number")
        return value


def read_link(url: str, *, options: frozenset[str], host: str = "") -> Link:
    """Return the parts of a channel's URL.

    Args:
        url: as the settings have it, secrets and all.
        options: the names that may stand after the question mark.
        host: whom to ask when the URL names nobody.

    Raises:
        DeliveryError: it cannot be used; says why without a word of its secrets.
    """
    scheme = url.partition("://")[0].lower()
    try:
        parts = urlsplit(url)
        port = parts.port
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise unusable(scheme, "it is no URL: write special letters as %XX") from None
    said = dict(pairs)
    for name in sorted(said.keys() - options):
        near = get_close_matches(name, options, n=1)
        known = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(options))}"
        raise unusable(scheme, f"one of its options is unknown; {known}")
    return Link(
        scheme=scheme,
        host=parts.hostname or host,
        port=port,
        path=unquote(parts.path),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        options=said,
    )


def unusable(scheme: str, why: str) -> DeliveryError:
    """Return the fault of a URL that no try can mend."""
    return DeliveryError(Retry.PERMANENT, f"the {scheme}:// URL cannot be used: {why}")


def is_here(host: str) -> bool:
    """Say whether a host is this machine: what goes there is heard by nobody else."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
