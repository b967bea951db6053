"""Durations as people write them: 10s, 5m, 1h30m."""

import re
from datetime import timedelta
from typing import Final

UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
PIECE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
LONGEST_S: Final = 366 * 86400.0


def duration(text: str) -> timedelta:
    """Read ``10s``, ``5m`` or ``1h30m``.

    Raises:
        ValueError: it is no duration, or longer than a year.
    """
    pieces = PIECE.findall(text)
    if not pieces or "".join(number + unit for number, unit in pieces) != text.strip():
        raise ValueError(f"{text!r} is no duration; write it like 10s, 5m or 1h30m")
    seconds = sum(float(number) * UNITS[unit] for number, unit in pieces)
    if seconds > LONGEST_S:
        raise ValueError(f"{text!r} is longer than a year")
    return timedelta(seconds=seconds)
