"""Which push services are asked, and at which address: an endpoint comes from anybody's browser.

Without these bounds whoever subscribes could let the service send requests into its own network.
So a host has to be one of the known push services, or one that the operator names; its name is
looked up once, each of its addresses has to be a public one, and the one that was looked at is the
one that is asked.
"""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult

from netwatch.delivery.channels.link import is_here
from netwatch.model.faults import DeliveryError, Retry

SERVICES: Final = (
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "web.push.apple.com",
)
"""Those of Chrome and its kin, Firefox, Edge on Windows, Safari."""
TLS: Final = 443
LAST_PORT: Final = 65535
_INSIDE: Final = tuple(
    map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))
)
"""IPv6 addresses that hold an IPv4 one: they may lead anywhere."""


@dataclass(frozen=True, slots=True)
class Named:
    """A host that may be asked: ``host``, ``host:port`` or ``*.host``."""

    host: str
    port: int = TLS

    def takes(self, host: str, port: int) -> bool:
        """Say whether a host and port are meant."""
        if port != self.port:
            return False
        return host.endswith(self.host[1:]) if self.host.startswith("*.") else host == self.host


def named(words: Iterable[str]) -> tuple[Named, ...]:
    """Return the hosts that somebody named.

    Raises:
        ValueError: one of them cannot be a host.
    """
    return tuple(_named(word.strip().lower()) for word in words if word.strip())


@dataclass(frozen=True, slots=True)
class Services:
    """The push services that may be asked."""

    hosts: Sequence[Named]

    def see(self, place: SplitResult) -> None:
        """Let an endpoint pass.

        Raises:
            DeliveryError: it is none of a push service that is known; permanent.
        """
        host, plain = place.hostname or "", place.scheme == "http"
        port = place.port or (80 if plain else TLS)
        if plain and not is_here(host):
            raise _never("it is not reached by https")
        if not any(one.takes(host, port) for one in self.hosts):
            raise _never("its push service is not among those known; see allow= in the URL")

    def address(self, host: str, port: int) -> str:
        """Return the address to ask for a host; looks it up, and blocks.

        Raises:
            DeliveryError: TRANSIENT, its name leads nowhere now; PERMANENT, there is no such name,
                or it leads into a network that is not public.
        """
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as fault:
            if fault.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)):
                raise _never("there is no push service of that name") from None
            raise DeliveryError(Retry.TRANSIENT, "its name leads nowhere now") from None
        except (OSError, UnicodeError):
            raise DeliveryError(Retry.TRANSIENT, "its name leads nowhere now") from None
        found = [str(row[4][0]).partition("%")[0] for row in rows]
        literal = {one.host for one in self.hosts}
        if not found or not all(one in literal or is_public(one) for one in found):
            raise _never("its push service would be in a network that is not public")
        return found[0]


def is_public(address: str) -> bool:
    """Say whether an address is one of the public Internet."""
    one: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(one, IPv6Address):
        if one.ipv4_mapped is not None:
            return is_public(str(one.ipv4_mapped))
        if any(one in net for net in _INSIDE):
            return False
    return one.is_global and not one.is_multicast and not one.is_reserved


def _named(word: str) -> Named:
    host, colon, port = word.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        host, port = word, ""
    host = host.strip("[]")
    if not host or "/" in host or "@" in host or "*" in host.removeprefix("*.") or host == "*.":
        raise ValueError(f"{word!r} is no host")
    if not 0 < int(port or TLS) <= LAST_PORT:
        raise ValueError(f"{word!r} has no port that can be")
    return Named(host, int(port or TLS))


def _never(why: str) -> DeliveryError:
    return DeliveryError(Retry.PERMANENT, f"this browser is not asked: {why}")
