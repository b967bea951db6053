"""An address -> whether its network may have more now: buckets that fill again with time."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final

MOST: Final = 50_000
"""So many networks are remembered; of more, those that were longest quiet begin anew."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much one may have: so much at once, and so much a second after that."""

    at_once: float
    a_second: float


class Buckets:
    """What each of many has left of an allowance. Time is an argument."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, now_s: float, *, keep: float = 0.0) -> bool:
        """Take one from somebody's bucket; False: it is empty.

        Args:
            who: whose.
            now_s: the moment, in seconds of any clock that only goes forward.
            keep: the share of it that has to be left: in need only the modest have more.
        """
        most = self._allowance.at_once
        left, at_s = self._left.get(who, (most, now_s))
        left = min(most, left + (now_s - at_s) * self._allowance.a_second)
        taken = left >= 1.0 + keep * most
        self._left[who] = (left - taken, now_s)
        self._left.move_to_end(who)
        if len(self._left) > MOST:
            self._left.popitem(last=False)
        return taken

    def is_empty(self, who: str, now_s: float) -> bool:
        """Say whether somebody's bucket is empty; nothing is taken."""
        known = self._left.get(who)
        if known is None:
            return False
        left, at_s = known
        return left + (now_s - at_s) * self._allowance.a_second < 1.0


class Allowances:
    """Buckets of single addresses and of the networks they lie in: both must have some left."""

    def __init__(self, *, address: Allowance, network: Allowance) -> None:
        self._addresses, self._networks = Buckets(address), Buckets(network)

    def take(self, address: str, now_s: float) -> bool:
        """Take one; False: the address or its network has had enough."""
        return self._addresses.take(line_of(address), now_s) and self._networks.take(
            network_of(address), now_s
        )


@lru_cache(maxsize=1 << 14)
def line_of(address: str) -> str:
    """Return what one customer's line is known by: an IPv4 address, or an IPv6 /64."""
    return _cut(address, 32, 64)


@lru_cache(maxsize=1 << 14)
def network_of(address: str) -> str:
    """Return the network of an address: its /24, or of IPv6 the /48."""
    return _cut(address, 24, 48)


def _cut(address: str, four: int, six: int) -> str:
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    bits = six if isinstance(known, IPv6Address) else four
    width = known.max_prefixlen
    return f"{int(known) >> (width - bits):x}/{bits}"
