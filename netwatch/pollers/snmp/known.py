"""What an SNMPv3 session hands on: whom it met, what it heard, what to do next."""

from enum import Enum, auto
from typing import NamedTuple

from netwatch.wire.scan import RawBind


class Known(NamedTuple):
    """What is worth keeping of an engine: who it is, and its clock at a monotonic time."""

    engine_id: bytes
    boots: int = 0
    time_s: int = 0
    at: float = 0.0


class Next(Enum):
    """What to do after a datagram was heard."""

    WAIT = auto()
    AGAIN = auto()
    """Ask again at once: we know better how, now."""
    BLIND = auto()
    """The agent is there and will not answer this user."""


class Reply(NamedTuple):
    """A proved answer: error status and index, and the bindings."""

    status: int
    error_index: int
    binds: list[RawBind]
