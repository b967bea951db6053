"""When the public was promised news. A promise of news, never of the repair; a person keeps it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from netwatch.response.cases import Case, Life, Told
from netwatch.response.rules import ANY

AN_HOUR: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)
FIVE_MINUTES: Final = timedelta(minutes=5)
SOON: Final = timedelta(minutes=30)

Promises = Mapping[str, timedelta]
"""How soon after words of a phase news is promised; by phase, ``any`` for all others."""


def within(promises: Promises, phase: str) -> timedelta:
    """Return how soon after words of this phase the next are promised."""
    return promises.get(phase, promises.get(ANY, AN_HOUR))


def promised(told_at: datetime, span: timedelta) -> datetime:
    """Return by when news is promised, on a round time and never later than it was meant."""
    early = round_down(told_at + span, span)
    return early if early > told_at else told_at + span


def round_down(moment: datetime, span: timedelta) -> datetime:
    """Return the quarter of an hour, or for short spans the five minutes, that ``moment`` is in."""
    step = FIVE_MINUTES if span <= SOON else QUARTER
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step


def broken_promise(promises: Promises, case: Case, now: datetime) -> datetime | None:
    """Return the promise that has just passed in silence; None when there is none to remind of.

    With an expected end that is it, else the news that the last words promised. Each is reminded
    of once; only what the public heard was promised.
    """
    told = _last_heard(case)
    if told is None or case.life is not Life.OPEN:
        return None
    end = case.expected_end
    by = end if end is not None and end > told.at else None
    by = by or promised(told.at, within(promises, told.phase))
    if by > now or (case.reminded is not None and case.reminded >= by):
        return None
    return by


def _last_heard(case: Case) -> Told | None:
    heard = [
        stand.heard
        for stand in case.stands.values()
        if stand.heard is not None and stand.heard.down
    ]
    return max(heard, key=lambda told: told.at, default=None)
