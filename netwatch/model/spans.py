"""Spans of time as people write them: 90s, 5m, 1h30m, 2d."""

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PIECE: Final = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)", re.ASCII)
LONGEST: Final = timedelta(days=366)


def span(value: object) -> timedelta:
    """Read ``90s``, ``5m``, ``1h30m`` or ``2d``.

    Raises:
        ValueError: it is none of these, or longer than a year.
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip()
    pieces = _PIECE.findall(text)
    if not pieces or "".join(number + unit for number, unit in pieces) != text:
        raise ValueError(f"{text!r} is no span of time; write it like 90s, 5m, 1h30m or 2d")
    long = timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in pieces))
    if long > LONGEST:
        raise ValueError(f"{text!r} is longer than a year")
    return long


def spelled(long: timedelta) -> str:
    """Write a span as ``span`` reads it."""
    seconds = long.total_seconds()
    for unit in ("d", "h", "m"):
        count, rest = divmod(seconds, _UNITS[unit])
        if count and not rest:
            return f"{int(count)}{unit}"
    return f"{seconds:g}s"
