"""A drill as it is written down: what is made to fall when, and what makes it hard for people."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

HERE: Final = "here"
"""The place of the drill, which is chosen when it begins."""
PART: Final = "part"
"""One piece below that place: who sees it alone guesses wrong."""
ELSEWHERE: Final = "elsewhere"
"""Another place that has nothing to do with the first."""
ALL: Final = "all"
PLACES: Final = (HERE, PART, ELSEWHERE)

SERIES: Final = "DRILL-"
"""What all numbers of a drill begin with: nobody takes them for a real incident."""
LONGEST: Final = timedelta(hours=12)


class Act(StrEnum):
    """What happens to an element."""

    FALLS = "falls"
    DARKENS = "darkens"
    """It loses its mains: what can still say so says so."""
    MENDS = "mends"


class Hindrance(StrEnum):
    """What makes it hard for people."""

    NOBODY_ANSWERS = "nobody-answers"
    """Answers are not heard for a while, so that the ladder climbs."""
    GATEWAY_DOWN = "gateway-down"
    """A channel to the staff takes nothing for a while."""
    WRONG_GUESS = "wrong-guess"
    """At first only a part of it is seen to fall."""
    SECOND_FAULT = "second-fault"
    """Something else falls in the middle of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is made to happen."""

    after: timedelta
    act: Act
    what: str
    """``here``, ``part``, ``elsewhere``, ``all`` (is mended), or an element's own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inject:
    """One thing that makes it hard, for a while."""

    after: timedelta
    kind: Hindrance
    lasts: timedelta
    whom: str = ""
    """The person or the role that is not heard, the channel that is down; empty: all, the first."""

    def holds(self, since: timedelta) -> bool:
        """Say whether it holds so long after the beginning."""
        return self.after <= since < self.after + self.lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A drill that can be held, again and again."""

    id: str
    title: str
    lasts: timedelta
    """When it is over, whatever is still open then."""
    steps: tuple[Step, ...]
    injects: tuple[Inject, ...] = ()
    at: str = ""
    """Where it happens unless somebody says otherwise; empty: a place is chosen."""

    def holding(self, kind: Hindrance, since: timedelta) -> tuple[Inject, ...]:
        """Return what of a kind holds so long after the beginning."""
        return tuple(one for one in self.injects if one.kind is kind and one.holds(since))


def is_of_a_drill(name: str) -> bool:
    """Say whether a number is a drill's and not the real night's."""
    return name.startswith(SERIES)
