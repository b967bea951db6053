"""Counters -> rates, with wraps, resets and gaps. Pure.

What holds, and is tested: the rates times their seconds add up to what was counted, wraps
included; where nobody can know what was counted there is no rate, never an invented one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low
from typing import Final

NARROW: Final = 2**32
WIDE: Final = 2**64
WRAP_AT_MOST: Final = 2**31
"""A counter of 32 bits that fell has wrapped if it went less than half way round; else it was
set back."""
FEWEST_RISES: Final = 1
MOST_RESETS: Final = 4
"""So often a day a counter is set back at most; what falls more often is no counter."""
GAP_STEPS: Final = 2.5
"""A pause of so many usual steps is a gap: what was in it is not known to have been even."""
SAME_START_S: Final = 5.0
"""By so much an uptime may seem to drift without the device having started anew."""

Number = float | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What was counted from ``since_s`` to ``at_s``; ``per_s`` is None where nobody can know."""

    since_s: int
    at_s: int
    counted: int | None

    @property
    def per_s(self) -> float | None:
        """Return how much a second."""
        return None if self.counted is None else self.counted / (self.at_s - self.since_s)


def rates(
    readings: Iterable[tuple[int, Number]],
    *,
    starts_s: Sequence[int] = (),
    gap_s: float | None = None,
    most_per_s: float | None = None,
) -> Iterator[Rate]:
    """Yield what a counter counted between each two readings.

    Args:
        readings: second and raw value, in the order of time.
        starts_s: when the device started anew, as its uptime tells: a counter begins at 0 there.
        gap_s: pauses longer than this have no rate; None: none is too long.
        most_per_s: what the counter can count in a second, where that is known (the speed of a
            port, in octets): more than that was no wrap.
    """
    began: tuple[int, Number] | None = None
    starts = sorted(starts_s)
    for at_s, value in readings:
        if began is not None and at_s > began[0]:
            since_s, before = began
            counted: int | None = None
            if gap_s is None or at_s - since_s <= gap_s:
                anew = any(since_s < start <= at_s for start in starts)
                counted = None if anew else increment(before, value)
            if counted is not None and most_per_s is not None and value < before:
                counted = counted if counted <= most_per_s * (at_s - since_s) else None
            yield Rate(since_s=since_s, at_s=at_s, counted=counted)
        if began is None or at_s > began[0]:
            began = at_s, value


def increment(before: Number, after: Number) -> int | None:
    """Return by how much a counter went on; None: it was set back, nobody knows.

    A counter that fell has wrapped if it had 32 bits, or 64, and went less than half way round.
    """
    if not (isinstance(before, int) and isinstance(after, int)):
        if before != int(before) or after != int(after):
            return None  # no counter shows a half
        before, after = int(before), int(after)
    if after >= before:
        return after - before
    if before < NARROW:
        wrapped = after + NARROW - before
        return wrapped if wrapped < WRAP_AT_MOST else None
    wrapped = after + WIDE - before
    return wrapped if wrapped < WRAP_AT_MOST * NARROW else None


def starts_of(uptimes: Iterable[tuple[int, float]]) -> list[int]:
    """Return when a device started, from readings of its uptime in seconds.

    A reading that follows from the one before tells nothing new. An uptime of 32 bits in hundredths
    wraps after 497 days: that is no start.
    """
    starts: list[int] = []
    before: tuple[int, float] | None = None
    for at_s, uptime_s in uptimes:
        start_s = at_s - uptime_s
        if before is None:
            starts.append(int(start_s))
        elif start_s > before[0]:
            wrapped = abs(start_s - NARROW / 100 - (before[0] - before[1])) <= SAME_START_S
            starts += [] if wrapped else [int(start_s)]
        before = at_s, uptime_s
    return starts


def usual_step_s(at_s: Sequence[int]) -> int | None:
    """Return the usual pause between readings; None: there are not two."""
    steps = [late - early for early, late in pairwise(at_s) if late > early]
    return median_low(steps) if steps else None


def is_rising(values: Sequence[Number]) -> bool:
    """Say whether values rise as a counter's do: whole, hardly ever falling, and then far."""
    if not all(isinstance(value, int) for value in values):
        return False
    falls = rises = 0
    for before, after in pairwise(values):
        if after > before:
            rises += 1
        elif after < before and increment(before, after) is None:
            falls += 1
            if after > before // 2:
                return False
        elif after < before:
            rises += 1
    return rises >= FEWEST_RISES and falls <= MOST_RESETS
