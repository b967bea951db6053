"""A single ping and the path to an address, for a person who asks. Polling has its own engine.

icmplib opens a socket a host and takes no note of who answered: right for one question, wrong for
thousands (see ``netwatch.pollers.echo``). Imported nowhere else.
"""

from dataclasses import dataclass
from typing import Final

import icmplib

from netwatch.model.arrivals import Outcome
from netwatch.model.network import Address
from netwatch.pollers.sockets import NO_ICMP

_MOST_HOPS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """What became of one echo request."""

    outcome: Outcome
    rtt_ms: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A router on the way: how far, who, how long there and back."""

    distance: int
    address: str
    rtt_ms: float


def ping(address: Address, timeout_s: float = 1.0) -> Ping:
    """Ask an address once, and wait for it.

    Silence is no error: it is the answer. When we cannot ask, the outcome is BLIND and ``detail``
    says why.
    """
    try:
        host = icmplib.ping(str(address), count=1, timeout=timeout_s, privileged=True)
    except icmplib.SocketPermissionError:
        return Ping(outcome=Outcome.BLIND, detail=NO_ICMP)
    except icmplib.ICMPLibError as fault:
        return Ping(outcome=Outcome.BLIND, detail=str(fault))
    if not host.is_alive:
        return Ping(outcome=Outcome.SILENT)
    return Ping(outcome=Outcome.ANSWERED, rtt_ms=host.avg_rtt)


def trace(address: Address, timeout_s: float = 1.0, most_hops: int = _MOST_HOPS) -> list[Hop]:
    """Return the routers on the way to an address that answer; those that keep quiet are missing.

    Raises:
        PermissionError: there is no raw socket for us.
    """
    try:
        hops = icmplib.traceroute(str(address), count=1, timeout=timeout_s, max_hops=most_hops)
    except icmplib.SocketPermissionError:
        raise PermissionError(NO_ICMP) from None
    return [Hop(distance=hop.distance, address=hop.address, rtt_ms=hop.avg_rtt) for hop in hops]
