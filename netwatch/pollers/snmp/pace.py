"""How quickly and how patiently agents are asked: the numbers that both askers go by."""

import socket
from collections.abc import Iterable
from math import floor
from typing import Final

from netwatch.pollers.sockets import receive_room

WINDOW: Final = 2048
"""So many young requests may be under way; older ones are not counted."""
YOUNG_S: Final = 0.2
"""At most; where answers come quicker, `YOUTHS` times as long as they take, but `YOUNGEST_S`."""
YOUTHS: Final = 4
YOUNGEST_S: Final = 0.02
OCTETS_EACH: Final = 2048
"""What an answer takes of the receive buffer: with a small one the window is smaller."""
OUTSTANDING_AT_MOST: Final = 65536
SEND_AT_MOST: Final = 1024
"""In one turn, as a turn must end before what comes in overflows."""
DRAIN_AT_MOST: Final = 4096
AGAIN_AT_MOST: Final = 3
"""So often a question is put again because of a fault of ours, before that is told."""
LONGEST_S: Final = 30.0
"""An agent may take so long over one question, answering bit by bit, before it is cut short."""
LONGEST_TIMEOUTS: Final = 10
"""But no less than so many times as long as it may take over one answer."""
REST_FROM_S: Final = 0.1
REST_AT_MOST_S: Final = 1.0
_GENTLY: Final = 16
"""One answer counts so many times less than what is usual."""


class Pace:
    """How long answers take on the whole."""

    def __init__(self) -> None:
        self._usual_s = YOUNG_S / YOUTHS

    def note(self, took_s: float) -> None:
        """Take in how long one answer took."""
        self._usual_s += (took_s - self._usual_s) / _GENTLY

    def youth_s(self) -> float:
        """Return how long a request counts in the window, if no answer comes before."""
        return min(YOUNG_S, max(YOUNGEST_S, self._usual_s * YOUTHS))


def longest_s(timeout_s: float) -> float:
    """Return how long an agent may take over one question that waits so long for each answer."""
    return max(LONGEST_S, LONGEST_TIMEOUTS * timeout_s)


def rest_s(laboured_s: float) -> float:
    """Return how long an agent rests that took so much longer than it ever had to."""
    if laboured_s <= REST_FROM_S:
        return 0.0
    return min(floor(laboured_s * 10) / 10, REST_AT_MOST_S)


def window(doors: Iterable[socket.socket | None]) -> int:
    """Return how many answers may be on their way at once without flooding a receive buffer."""
    rooms = [receive_room(door) // OCTETS_EACH for door in doors if door is not None]
    return max(1, min([WINDOW, *rooms]))
