"""A time as somebody types it on a page -> the moment."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MOST_MINUTES: Final = 14 * 24 * 60


class NoTimeError(ValueError):
    """This is no time; the message says how one is written."""


def moment(minutes: str, own: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return when something ends.

    Args:
        minutes: so many from now, as a button says it; empty: see ``own``.
        own: a date with a time, or a time: the next time it is so late.
        now: the present.
        zone: of ``own``.

    Raises:
        NoTimeError: it is none of these, or it is over already.
    """
    if minutes:
        if not minutes.isascii() or not minutes.isdigit() or not 0 < int(minutes) <= MOST_MINUTES:
            raise NoTimeError("that is no time to come")
        return now + timedelta(minutes=int(minutes))
    try:
        end = datetime.fromisoformat(own.strip())
    except ValueError:
        end = _of_today(own, now, zone)
    end = end.replace(tzinfo=zone) if end.tzinfo is None else end
    if not now < end <= now + timedelta(minutes=MOST_MINUTES):
        raise NoTimeError("that time is over, or more than two weeks away")
    return end


def _of_today(own: str, now: datetime, zone: ZoneInfo) -> datetime:
    try:
        hour = datetime.strptime(own.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        raise NoTimeError("write a time like 21:30") from None
    today = now.astimezone(zone).date()
    ends = (end for ahead in (0, 1) for end in _so_late(today + timedelta(days=ahead), hour, zone))
    return next(end for end in ends if end > now)


def _so_late(day: date, hour: time, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield when it is so late on a day: twice where the clock is put back in that hour."""
    for fold in (0, 1):
        end = datetime.combine(day, hour, zone).replace(fold=fold).astimezone(UTC)
        if not fold or end.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, hour):
            yield end
