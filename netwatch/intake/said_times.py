"""Times of the day and spans, as people say them -> moments of UTC. Rounded up, never past."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

QUARTER: Final = timedelta(minutes=15)
HALF: Final = timedelta(minutes=30)
NEAR: Final = timedelta(hours=2)
"""What takes less is said to the quarter of an hour, what takes longer to the half."""
FARTHEST: Final = timedelta(hours=72)
"""Nobody says on the spot that a repair takes longer: it is asked back."""
SAME_DAY: Final = timedelta(hours=16)
"""A time of the day that lies farther ahead may have been meant of today, and is over."""
DAY: Final = timedelta(days=1)
LAST_HOUR: Final = 24
MINUTES: Final = 60


def end_after(span: timedelta, now: datetime) -> datetime | None:
    """Return when something ends that takes so long, rounded up; None: nobody can mean that."""
    if not timedelta(0) < span <= FARTHEST:
        return None
    return _rounded_up(now + span, now, UTC, QUARTER if span <= NEAR else HALF)


def end_at(clock: timedelta, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the next such time of the day, rounded up; None: it may be one that is over."""
    found = min((one for one in around(clock, now, zone) if one > now), default=None)
    if found is None or found - now > SAME_DAY:
        return None
    return _rounded_up(found, now, zone, QUARTER)


def nearest(clock: timedelta, now: datetime, zone: tzinfo) -> datetime:
    """Return such a time of the day that lies nearest, before or after."""
    return min(around(clock, now, zone), key=lambda one: abs(one - now))


def around(clock: timedelta, now: datetime, zone: tzinfo) -> list[datetime]:
    """Return a time of the day as of yesterday, today and tomorrow, in UTC."""
    local = now.astimezone(zone)
    hours, rest = divmod(clock, timedelta(hours=1))
    more, hours = divmod(hours, LAST_HOUR)
    moments = []
    for days in (-1, 0, 1):
        day = local.date() + timedelta(days=days + more)
        at = datetime.combine(day, time(hours, rest // timedelta(minutes=1)), zone)
        moments.append(at.astimezone(UTC))
    return moments


def clock_of(hours: int, minutes: int) -> timedelta | None:
    """Return a time of the day as the time since midnight; None: there is no such one."""
    whole = hours < LAST_HOUR or (hours == LAST_HOUR and minutes == 0)
    if not whole or minutes >= MINUTES:
        return None
    return timedelta(hours=hours, minutes=minutes)


def _rounded_up(moment: datetime, now: datetime, zone: tzinfo, step: timedelta) -> datetime:
    """Return the next round time of the reader's clock, later than now."""
    moment = max(moment, now + timedelta(microseconds=1))
    off = moment.astimezone(zone).utcoffset() or timedelta(0)
    since = moment.astimezone(UTC) + off - datetime.min.replace(tzinfo=UTC)
    over = since % step
    return moment.astimezone(UTC) + (step - over if over else timedelta(0))
