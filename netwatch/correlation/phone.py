"""What a telephone system counts, held against what this hour of the week usually brings.

A hint for the staff and for what is heard of people; never a word to the public by itself.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from netwatch.correlation.rhythm import HOUR
from netwatch.model.cluster_facts import CallsSeen, CallsUnusual, CallsUsual
from netwatch.model.voices import PhoneCounts

if TYPE_CHECKING:
    from netwatch.correlation.view import State
    from netwatch.model.facts import Fact

SPAN: Final = timedelta(minutes=15)
"""The calls of so long tell how many come an hour."""
YOUNG: Final = timedelta(minutes=5)
"""Shorter than this nothing can be told."""
MOST_CALLS: Final = 100_000
"""No count of one hand-in is believed beyond it."""
FEWEST: Final = 8.0
"""So many calls an hour above the usual are no storm yet."""
FEWEST_WAITING: Final = 4.0
CALM: Final = timedelta(minutes=15)
"""So long they must call as usual for a storm to be over."""
MOST_OF_AN_HOUR: Final = timedelta(minutes=30)
"""Of an hour counted for less nothing is learnt."""
TWO: Final = 2
MOST_ROWS: Final = 1000
"""Hand-ins that are kept: one a second would be too many anyway."""


@dataclass(slots=True)
class Phone:
    """What was counted lately, and in the hour that goes on: learnt, the hour's sum is decided."""

    rows: deque[PhoneCounts] = field(default_factory=lambda: deque(maxlen=MOST_ROWS))
    hour: datetime | None = None
    offered: int = 0
    lost: int = 0
    waiting: int = 0
    covered: timedelta = timedelta(0)
    loud_at: datetime | None = None
    """When more than usual called last."""
    news: bool = False

    def count(self, counts: PhoneCounts) -> None:
        """Take one hand-in, into the hour that goes on when it comes."""
        if self.hour is None:
            self.hour = counts.at.replace(minute=0, second=0, microsecond=0)
        self.news = True
        self.rows.append(counts)
        while counts.at - self.rows[0].at >= SPAN:
            self.rows.popleft()
        self.offered += min(counts.offered, MOST_CALLS)
        self.lost += min(counts.lost, MOST_CALLS)
        self.waiting = max(self.waiting, min(counts.waiting, MOST_CALLS))
        self.covered += counts.over

    def an_hour(self) -> float | None:
        """Return how many calls come an hour just now; None: too little was counted."""
        covered = sum((row.over for row in self.rows), timedelta(0))
        if covered < YOUNG:
            return None
        return sum(min(row.offered, MOST_CALLS) for row in self.rows) * (HOUR / covered)

    def queue(self) -> int:
        """Return how many wait: the fewer of the last two counts, for one alone is chance."""
        return min((row.waiting for row in list(self.rows)[-TWO:]), default=0)


def told_by_phone(state: "State", at: datetime) -> Iterator["Fact"]:
    """Yield what an hour that is over brought, and that a storm of calls began or is over."""
    phone, ear = state.phone, state.decided.ear
    if phone.hour is not None and at - phone.hour >= HOUR:
        yield from _hour_over(phone, at)
    if ear.storm is not None and phone.loud_at is None:
        phone.loud_at = at  # it went on when netwatch was started
    if phone.news:
        phone.news = False
        fact = _unusual(state, at)
        if fact is not None:
            phone.loud_at = at
            if ear.storm is None:
                yield fact
                return
    if ear.storm is not None and phone.loud_at is not None and at - phone.loud_at >= CALM:
        phone.loud_at = None
        yield CallsUsual(at=at)


def _hour_over(phone: Phone, at: datetime) -> Iterator[CallsSeen]:
    hour, covered = phone.hour, phone.covered
    if hour is not None and covered >= MOST_OF_AN_HOUR:
        offered, lost = (round(n * (HOUR / covered)) for n in (phone.offered, phone.lost))
        yield CallsSeen(at=at, hour=hour, offered=offered, lost=lost, waiting=phone.waiting)
    phone.hour, phone.covered = None, timedelta(0)
    phone.offered = phone.lost = phone.waiting = 0


def _unusual(state: "State", at: datetime) -> CallsUnusual | None:
    phone, ear = state.phone, state.decided.ear
    offered, waiting = phone.an_hour(), phone.queue()
    most, longest = ear.calls.limit(at, FEWEST), ear.waiting.limit(at, FEWEST_WAITING)
    if offered is None or most is None or longest is None:
        return None
    if offered <= most and waiting <= longest:
        return None
    usual, usual_wait = ear.calls.usual(at), ear.waiting.usual(at)
    return CallsUnusual(
        at=at,
        offered=round(offered, 1),
        usual=round(usual[0], 1) if usual else 0.0,
        waiting=waiting,
        waiting_usual=round(usual_wait[0], 1) if usual_wait else 0.0,
    )
