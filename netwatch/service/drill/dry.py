"""A drill without anybody: the same pipeline and faults, time as fast as it goes, nothing sent."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.arrivals import Arrival
from netwatch.model.asks import Ask, SecondLook
from netwatch.model.facts import Fact, NoticeDue
from netwatch.service.drill.course import ROUND, WARMED_UP, Course
from netwatch.service.replay import accepted
from netwatch.service.ticks import Ticks

CLOSING: Final = timedelta(minutes=15)
"""So long after its time a drill is watched at most, until its incidents are closed."""
LOOKS_TAKE: Final = timedelta(seconds=2)
"""So soon a second look is answered."""
SECOND: Final = timedelta(seconds=1)

Moment = Callable[[datetime], None]


def never_wait(_at: datetime) -> None:
    """Let time go as fast as it can."""


def rehearsed(course: Course, began: datetime, reached: Moment = never_wait) -> Iterator[Fact]:
    """Yield what the pipeline decides in a drill in which everything is taken and nobody answers.

    Args:
        course: what happens where.
        began: the moment of its first fault, as its facts say it.
        reached: called with each whole second before what happens in it is thought about.
    """
    pipeline, ticks = course.field.pipeline, Ticks()
    first = began - WARMED_UP
    looks: list[tuple[datetime, SecondLook]] = []
    next_round, now = first, first
    while now - began < course.scenario.lasts:
        reached(now)
        arrivals: list[Arrival] = []
        since = now - began
        if now >= next_round:
            arrivals += course.round(now, since)
            next_round = now + ROUND
        for _, ask in [one for one in looks if one[0] <= now]:
            arrivals += course.looked_at(ask.devices, now, since)
        looks = [one for one in looks if one[0] > now]
        now += SECOND
        for arrival in (*arrivals, *ticks.until(now)):
            decision = pipeline.advance(arrival)
            looks += _asked(decision.asks, now)
            yield from decision.facts
            dues = [fact for fact in decision.facts if isinstance(fact, NoticeDue)]
            for receipt in accepted(dues, now):
                yield from pipeline.advance(receipt).facts


def _asked(asks: Iterable[Ask], at: datetime) -> Iterator[tuple[datetime, SecondLook]]:
    return ((at + LOOKS_TAKE, ask) for ask in asks)
