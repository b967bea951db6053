"""What an hour of the week usually brings, told from few and uneven numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import sqrt
from statistics import median
from typing import Any, Final

HOUR: Final = timedelta(hours=1)
WEEK_H: Final = 168
WEEKS: Final = 8
"""So many weeks are remembered: what people gave up doing is forgotten in two months."""
ENOUGH: Final = 3
"""From so many numbers on, something is called usual."""
SIGMA: Final = 1.4826
"""The median distance from the median, times this, is the spread of numbers that lie evenly."""
FAR: Final = 4.0
"""What lies so many spreads above the usual is beyond it."""
HALF: Final = 0.5
"""And so much above it at least: of large numbers small differences mean nothing."""


def hour_of_week(at: datetime) -> int:
    """Return 0 for Monday from midnight to one, UTC, up to 167."""
    return at.weekday() * 24 + at.hour


@dataclass(slots=True)
class Rhythm:
    """The last numbers of each hour of the week: one a week."""

    cells: dict[int, list[float]] = field(default_factory=dict)

    def take(self, hour: datetime, number: float) -> None:
        """Remember what one hour brought."""
        row = self.cells.setdefault(hour_of_week(hour), [])
        row.append(number)
        del row[:-WEEKS]

    def usual(self, at: datetime) -> tuple[float, float] | None:
        """Return the median of this hour of the week and the spread; None: nobody knows yet.

        Of an hour of the week seen too seldom, the same hour of all days speaks.
        """
        own = hour_of_week(at)
        row = self.cells.get(own, [])
        if len(row) < ENOUGH:
            row = [x for h in range(own % 24, WEEK_H, 24) for x in self.cells.get(h, ())]
        if len(row) < ENOUGH:
            return None
        middle = median(row)
        return middle, SIGMA * median(abs(x - middle) for x in row)

    def limit(self, at: datetime, fewest: float) -> float | None:
        """Return what is beyond the usual of this hour: at least ``fewest`` more than that."""
        known = self.usual(at)
        if known is None:
            return None
        middle, spread = known
        # what comes by chance varies by its root, however even the few numbers seen happen to be
        return middle + max(fewest, FAR * max(spread, sqrt(middle)), HALF * middle)

    def to_plain(self) -> list[Any]:
        """Return plain JSON values."""
        return [[hour, row] for hour, row in sorted(self.cells.items())]


def rhythm_from(plain: Iterable[tuple[int, list[float]]]) -> Rhythm:
    """Take ``to_plain``'s values back."""
    return Rhythm({int(hour): [float(x) for x in row] for hour, row in plain})


@dataclass(slots=True)
class Hourly:
    """Counts events by hour, and learns of each hour when the next one begins."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    hour: datetime | None = None
    count: float = 0.0

    def add(self, at: datetime, number: float = 1.0) -> None:
        """Count something; hours without anything since the last are learnt as such."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        if self.hour is None:
            self.hour = hour
        if hour > self.hour:
            self.rhythm.take(self.hour, self.count)
            self.count = 0.0
            empty = max(self.hour + HOUR, hour - WEEK_H * HOUR)
            while empty < hour:
                self.rhythm.take(empty, 0.0)
                empty += HOUR
            self.hour = hour
        self.count += number

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "rhythm": self.rhythm.to_plain(),
            "hour": self.hour.isoformat() if self.hour else None,
            "count": self.count,
        }


def hourly_from(plain: Mapping[str, Any]) -> Hourly:
    """Take ``to_plain``'s values back; an older netwatch kept none."""
    hour = plain.get("hour")
    return Hourly(
        rhythm_from(plain.get("rhythm", ())),
        datetime.fromisoformat(hour) if hour else None,
        float(plain.get("count", 0.0)),
    )
