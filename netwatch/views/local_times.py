"""Moments of an answer -> as the clock on the wall showed them, for people."""

import re
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
"""A moment as answers write it."""
DAY_MIN: Final = 24 * 60


def local(stamp: str | None, zone: ZoneInfo) -> str:
    """Return a moment of an answer as the clock on the wall showed it; a dash for none."""
    if stamp is None:
        return "-"
    return f"{datetime.fromisoformat(stamp).astimezone(zone):%m-%d %H:%M:%S}"


def with_local_times(text: str, zone: ZoneInfo) -> str:
    """Return a sentence of an answer with its moments as the clock on the wall showed them.

    What only looks like a moment stays as it is: people type notes, and others what people read.
    """
    return STAMP.sub(lambda found: _local_or_as_said(found[0], zone), text)


def _local_or_as_said(stamp: str, zone: ZoneInfo) -> str:
    try:
        return local(stamp, zone)
    except (ValueError, OverflowError):
        return stamp


def lasting(span: timedelta) -> str:
    """Say how long something lasts, as exactly as people care: 40 s, 12 min, 3 h 5 min, 2 d 4 h."""
    seconds = max(0, round(span.total_seconds()))
    minutes = seconds // 60
    if not minutes:
        return f"{seconds} s"
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min"
    if minutes < DAY_MIN:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // DAY_MIN} d {minutes % DAY_MIN // 60} h"
