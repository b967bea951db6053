"""The track record -> what the page says of a year, area by area: honest, and of nobody alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from netwatch.delivery.page.crowds import Crowds
from netwatch.model.gazetteer import FEWEST
from netwatch.model.names import AreaId
from netwatch.views.record import PastOutage

WINDOW: Final = timedelta(days=365)
LEAST: Final = timedelta(days=7)
"""A record shorter than this says nothing of a year."""
QUIET: Final = timedelta(hours=24)
"""What ended within a day stands on the page itself."""
MOST_PAST: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was kept of a year: in one area, or in all of them."""

    outages: int
    lost: timedelta
    """Without service, for the average connection."""
    share: float
    """Of the time in which the average connection had service: 0 to 1."""
    past: tuple[PastOutage, ...] = ()
    """The last ones that took enough people to be told of, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """A year, or as much of it as was watched."""

    since: datetime
    until: datetime
    everywhere: Kept
    areas: Mapping[AreaId, Kept]


def reliability(
    past: Iterable[PastOutage], crowds: Crowds, began: datetime, at: datetime
) -> Reliability | None:
    """Return what may be said of the past year; None while too little of it was watched.

    Args:
        past: outages that are over.
        crowds: how many people live where.
        began: when watching began.
        at: now.
    """
    since = max(began, at - WINDOW)
    if at - since < LEAST:
        return None
    ended = sorted((one for one in past if one.until >= since), key=lambda one: one.until)[::-1]
    here: dict[AreaId, list[tuple[PastOutage, int, float]]] = {}
    everywhere: list[tuple[PastOutage, int, float]] = []
    for outage in ended:
        sums: dict[AreaId, tuple[int, float]] = {}
        for area, loss in outage.losses.items():
            for around in crowds.around(area):
                people, seconds = sums.get(around, (0, 0.0))
                sums[around] = (people + loss.people, seconds + loss.seconds)
        for area, (people, seconds) in sums.items():
            here.setdefault(area, []).append((outage, people, seconds))
        losses = outage.losses.values()
        everywhere.append((outage, outage.people, sum(loss.seconds for loss in losses)))
    long = at - since
    return Reliability(
        since=since,
        until=at,
        everywhere=_kept(everywhere, crowds.everybody, long, at),
        areas={
            area: _kept(here.get(area, []), crowds.people(area), long, at) for area in crowds.areas
        },
    )


def _kept(
    told: list[tuple[PastOutage, int, float]], people: int, long: timedelta, at: datetime
) -> Kept:
    lost = timedelta(seconds=sum(seconds for _, _, seconds in told) / max(1, people))
    enough = [one for one, out, _ in told if out >= FEWEST and at - one.until >= QUIET]
    return Kept(
        outages=len(told),
        lost=min(lost, long),
        share=max(0.0, 1.0 - lost / long),
        past=tuple(enough[:MOST_PAST]),
    )
