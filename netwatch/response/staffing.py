"""How many people will call, and how many have to be there to answer them."""

from datetime import datetime, time
from math import ceil
from typing import Final, NamedTuple

from netwatch.response.playbooks import Staffing
from netwatch.response.policy import Hours

NIGHT: Final = Hours(time(23), time(7))
EVENING: Final = Hours(time(17), time(22))
AS_IF: Final = 50
"""What earlier outages taught weighs against as many calls as these that came as expected."""
LEAST: Final = 0.2
MOST: Final = 5.0


class Seats(NamedTuple):
    """What the desk has to be ready for in the next half hour."""

    calls: int
    phone: int
    chat: int


def learnt(expected: int, reported: int) -> float:
    """Return the factor that earlier outages taught: calls that came, by calls expected.

    Outages in which nobody reported anything teach nothing: perhaps nobody wrote calls down.
    """
    return min(MOST, max(LEAST, (reported + AS_IF) / (expected + AS_IF)))


def calls(rule: Staffing, people: int, local: datetime, factor: float = 1.0) -> int:
    """Return how many calls are to be expected in the next half hour."""
    hour = rule.night if NIGHT.hold(local) else rule.evening if EVENING.hold(local) else 1.0
    return round(people * rule.share * hour * factor)


def seats(rule: Staffing, expected: int) -> Seats:
    """Return how many have to sit at the phone, and at chat and Facebook, for so many calls."""
    written = expected * rule.chat_share
    return Seats(
        expected,
        max(1, ceil((expected - written) / rule.per_phone)),
        ceil(written / rule.per_chat),
    )
