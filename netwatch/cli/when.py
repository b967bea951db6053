"""Moments that are over, as people write them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from netwatch.cli.output import Stop
from netwatch.model.spans import span


def past_moment(text: str, at: datetime, zone: ZoneInfo) -> datetime:
    """Read a moment that is over.

    Args:
        text: ``24h`` or ``7d`` ago, ``08:00`` (the last time it was that late), ``now``, or a date,
            with a time or without.
        at: now.
        zone: of times without one.

    Raises:
        Stop: it is none of these.
    """
    text = text.strip()
    if text == "now":
        return at
    try:
        return at - span(text)
    except ValueError:
        pass
    try:
        hour = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        return _date(text, zone)
    today = datetime.combine(at.astimezone(zone).date(), hour, zone)
    return today if today <= at else today - timedelta(days=1)


def _date(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Stop(f"{text!r} is no time; write 24h, 7d, 08:00 or 2026-11-14T08:00") from None
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
