"""The wall clock of a zone, as rotas read it: it may jump ahead, and never goes back.

An hour that a change of clocks leaves out is over the moment it would begin. Of one that comes
twice, what is written means the first; until it is over for good, the clock counts as standing.
So what begins later on paper never begins sooner in truth, and no shift is lived twice.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_MIDNIGHT: Final = datetime.min.time()


@lru_cache(maxsize=1 << 15)
def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which a zone's wall clock first shows this or more.

    Args:
        wall: without a zone.
        zone: whose clock it is.
    """
    early, late = sorted(
        wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (False, True)
    )
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    while late - early > _SECOND:  # the clock jumps over it, somewhere between these two
        middle = early + (late - early) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which a day begins."""
    return instant(datetime.combine(day, _MIDNIGHT), zone)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the day that a zone's calendar shows at a moment."""
    return at.astimezone(zone).date()


def on_the_clock(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return when the wall clock is so many minutes past the midnight of a day; 1440: the next."""
    return instant(datetime.combine(day, _MIDNIGHT) + timedelta(minutes=minutes), zone)
