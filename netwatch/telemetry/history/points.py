"""What comes out of the history: series by name, and points. Pure."""

from dataclasses import dataclass

Number = float | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one row says of a series.

    Of what was measured, ``value`` is that and the rest is empty. Of a stretch of ``step_s``
    seconds from ``since_s`` on, it is the last value, read at ``at_s``; ``low``, ``mean`` and
    ``high`` are those of the value, or where ``rising`` the slowest and fastest rate (1/s).
    """

    at_s: int
    value: Number
    since_s: int
    step_s: int = 0
    count: int = 1
    low: float | None = None
    mean: float | None = None
    high: float | None = None
    rising: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """What of a device is measured."""

    check: str
    part: str = ""
