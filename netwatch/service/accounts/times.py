"""A time as somebody types it on a page -> the moment."""

from datetime import datetime, timedelta
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
    today = now.astimezone(zone)
    end = datetime.combine(today.date(), hour, zone)
    return end if end > today else datetime.combine(today.date() + timedelta(days=1), hour, zone)
