"""Where axes bear numbers and times: round ones, and as many as there is room for. Pure."""

from datetime import UTC, datetime, timedelta
from itertools import count
from math import ceil, floor, isfinite, log10
from typing import Final
from zoneinfo import ZoneInfo

_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400
_STEPS: Final = (
    _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE,
    _HOUR, 2 * _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR,
    _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY, 56 * _DAY, 112 * _DAY,
)  # fmt: skip


def bounds(low: float, high: float, *, from_zero: bool) -> tuple[float, float]:
    """Return where an axis begins and ends so that values from low to high have room."""
    low, high = (low, high) if isfinite(low) and isfinite(high) else (0.0, 1.0)
    if from_zero or (0 <= low <= high / 2):
        low = min(low, 0.0)
    if high <= low:
        margin = abs(low) / 10 or 1.0
        return (low - (0 if low == 0 else margin), high + margin)
    step = number_step(high - low, 4)
    # A value next to nothing vanishes in the division.
    return min(low, floor(low / step) * step), max(high, ceil(high / step) * step)


def numbers(low: float, high: float, most: int) -> list[float]:
    """Return at most so many round numbers from low to high, both included where they are round."""
    step = number_step(high - low, max(most - 1, 1))
    first = ceil(low / step - 1e-9)
    last = floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def number_step(span: float, most: int) -> float:
    """Return the smallest round step that fits into a span no more often than that."""
    least = span / most
    size = 10.0 ** floor(log10(least)) if least > 0 else 1.0
    return next(size * one for one in _ROUND if size * one >= least * (1 - 1e-9))


def times(since_s: int, until_s: int, zone: ZoneInfo, most: int) -> list[tuple[int, str]]:
    """Return at most so many whole hours or days, as clocks in a zone show them, each worded."""
    span = max(until_s - since_s, 1)
    step = next((s for s in _STEPS if span / s <= most), ceil(span / most / _DAY) * _DAY)
    first = datetime.fromtimestamp(since_s, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[tuple[int, str]] = []
    for number in count():
        wall = first.replace(tzinfo=None) + timedelta(seconds=number * step)
        at_s = int(wall.replace(tzinfo=zone).timestamp())
        if at_s > until_s:
            return found
        exists = datetime.fromtimestamp(at_s, UTC).astimezone(zone).replace(tzinfo=None) == wall
        if at_s >= since_s and exists:  # an hour that the clocks skip in spring has no mark
            found.append((at_s, _worded(wall, step)))
    return found


def _worded(wall: datetime, step: int) -> str:
    if step >= _DAY or (wall.hour, wall.minute) == (0, 0):
        return f"{wall:%m-%d}"
    return f"{wall:%H:%M}"
