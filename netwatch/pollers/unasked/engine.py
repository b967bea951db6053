"""The SNMPv3 engine that we are to those who inform us: who we are, and what our clock says. Pure.

An inform is protected for the engine that receives it, so this one must be the same after a restart
and its boots must grow. No file is needed for either: the id follows from the machine's own, and
the boots are the minutes since the beginning of 2026 at which the receiver started.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from netwatch.wire.ber import Pdu, Tag, VarBind, encode_binds, encode_integer, parse_oid, tlv
from netwatch.wire.v3 import LARGEST

WINDOW_S: Final = 150
"""So far may a sender's idea of our clock be off (RFC 3414 section 2.2.3)."""
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_ID_HEAD: Final = bytes.fromhex("8000000005")
"""RFC 3411: an id of our own making, by no enterprise's number, in octets."""
_ID_OCTETS: Final = 12

UNSUPPORTED_LEVEL: Final = parse_oid("1.3.6.1.6.3.15.1.1.1.0")
NOT_IN_TIME: Final = parse_oid("1.3.6.1.6.3.15.1.1.2.0")
UNKNOWN_USER: Final = parse_oid("1.3.6.1.6.3.15.1.1.3.0")
UNKNOWN_ENGINE: Final = parse_oid("1.3.6.1.6.3.15.1.1.4.0")
WRONG_DIGEST: Final = parse_oid("1.3.6.1.6.3.15.1.1.5.0")
"""What is reported instead of an answer (RFC 3414 section 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OurEngine:
    """Who we are. ``started_s`` is on the monotonic clock that all times here are of."""

    engine_id: bytes
    boots: int
    started_s: float

    def time_s(self, now: float) -> int:
        """Return the seconds since we started."""
        return min(LARGEST, max(0, int(now - self.started_s)))

    def in_time(self, boots: int, time_s: int, now: float) -> bool:
        """Say whether somebody's idea of our clock is near enough."""
        return boots == self.boots and abs(time_s - self.time_s(now)) <= WINDOW_S


def our_engine(
    machine: str, started_at: datetime, started_s: float, engine_id: bytes = b""
) -> OurEngine:
    """Return who we are.

    Args:
        machine: what tells this machine from others, as its machine-id does; it is not shown.
        started_at: when the receiver started.
        started_s: the same on the monotonic clock.
        engine_id: the one that a person chose, where one did.
    """
    own = (
        _ID_HEAD + sha256(b"netwatch receiver of traps\0" + machine.encode()).digest()[:_ID_OCTETS]
    )
    boots = int((started_at - _EPOCH).total_seconds() // 60)
    return OurEngine(
        engine_id=engine_id or own, boots=min(max(1, boots), LARGEST - 1), started_s=started_s
    )


def report_pdu(request_id: int, counter: tuple[int, ...], count: int) -> bytes:
    """Return the PDU that reports one counter."""
    binds = encode_binds((VarBind(counter, Tag.COUNTER32, count & 0xFFFFFFFF),))
    zero = encode_integer(0)
    return tlv(Pdu.REPORT, encode_integer(request_id) + zero + zero + binds)
