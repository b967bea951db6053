"""Ordered samples -> one row for each stretch of time: lowest, mean, highest, last, how many. Pure.

Of a series that rises as a counter does, lowest and highest are those of its rate (1/s), because
those of the counter itself say nothing; its mean rate follows from the last values of two rows.
Where a stretch holds one value only, that is the last one and the others are left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwatch.telemetry.history.rates import FEWEST_RISES, MOST_RESETS, NARROW, WRAP_AT_MOST
from netwatch.telemetry.history.slices import Columns, Ints, Slice, series_starts

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollups(Columns):
    """Rows in the order of runs; ``at_s`` is the first second of the stretch."""

    count: NDArray[np.int32]
    rising: NDArray[np.bool_]
    low: Singles
    mean: Singles
    high: Singles
    """NaN where there is none."""
    last_s: NDArray[np.int32]
    """When the last value was read, in seconds after ``at_s``."""
    word: NDArray[np.uint64]
    level: NDArray[np.bool_]


def rolled_up(samples: Slice, step_s: int) -> Rollups:
    """Return what ordered samples come to in stretches of ``step_s`` seconds.

    All samples of a series that are to count must be there; the first one has no rate.
    """
    starts = series_starts(samples)
    bucket = samples.at_s - samples.at_s % step_s
    new = np.zeros(len(samples), np.bool_)
    new[starts[:-1]] = True
    new[1:] |= np.diff(bucket) != 0
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(samples)) - 1
    count = (last - first + 1).astype(np.int32)
    rises = _rising(samples, starts)
    rising = rises[first]
    low, mean, high = _levels(samples, first, count)
    slowest, fastest = _rates(samples, starts, rises, first)
    alone = count == 1
    return Rollups(
        slot=samples.slot[first],
        device=samples.device[first],
        check=samples.check[first],
        part=samples.part[first],
        at_s=bucket[first],
        count=count,
        rising=rising,
        low=_single(np.where(rising, slowest, low), alone),
        mean=_single(mean, alone | rising),
        high=_single(np.where(rising, fastest, high), alone),
        last_s=(samples.at_s[last] - bucket[first]).astype(np.int32),
        word=samples.word[last],
        level=samples.level[last],
    )


def increments(samples: Slice, starts: Ints) -> tuple[Floats, NDArray[np.bool_]]:
    """Return by how much each sample rose above the one before it, NaN where nobody can say.

    The same as ``rates.increment`` says of two values. Returns too where it was set back.
    """
    rise = np.full(len(samples), np.nan)
    back = np.zeros(len(samples), np.bool_)
    if len(samples) > 1:
        before, after = samples.word[:-1], samples.word[1:]
        fell = after < before
        step = after - before  # modulo 2**64: right where it rose
        narrow = fell & (before < NARROW) & (after + np.uint64(NARROW) - before < WRAP_AT_MOST)
        wide = fell & (before >= NARROW) & (step < WRAP_AT_MOST * NARROW)
        step = np.where(narrow, after + np.uint64(NARROW) - before, step)
        fell &= ~(narrow | wide)
        rise[1:] = np.where(fell, np.nan, step.astype(np.float64))
        back[1:] = fell
        unlike = samples.level[1:] | samples.level[:-1]
        rise[1:][unlike] = np.nan
        back[1:][unlike] = False
    rise[starts[:-1]] = np.nan
    back[starts[:-1]] = False
    return rise, back


def _rising(samples: Slice, starts: Ints) -> NDArray[np.bool_]:
    """Return for each sample whether its series rises as a counter does."""
    first = starts[:-1]
    if not len(first):
        return np.zeros(0, np.bool_)
    rise, back = increments(samples, starts)
    levels = np.add.reduceat(samples.level.astype(np.int64), first)
    rises = np.add.reduceat((rise > 0).astype(np.int64), first)
    backs = np.add.reduceat(back.astype(np.int64), first)
    half = np.zeros(len(samples), np.bool_)
    half[1:] = samples.word[1:] > samples.word[:-1] // 2
    small = np.add.reduceat((back & half).astype(np.int64), first)
    counts = (levels == 0) & (rises >= FEWEST_RISES) & (backs <= MOST_RESETS) & (small == 0)
    return np.repeat(counts, np.diff(starts))


def _levels(samples: Slice, first: Ints, count: NDArray[np.int32]) -> tuple[Floats, Floats, Floats]:
    if not len(first):
        nothing = np.zeros(0)
        return nothing, nothing, nothing
    values = np.where(samples.level, samples.floating, samples.whole.astype(np.float64))
    return (
        np.minimum.reduceat(values, first),
        np.add.reduceat(values, first) / count,
        np.maximum.reduceat(values, first),
    )


def _rates(
    samples: Slice, starts: Ints, rises: NDArray[np.bool_], first: Ints
) -> tuple[Floats, Floats]:
    """Return the slowest and the fastest rate that ended in each stretch; NaN where none did."""
    if not len(first):
        return np.zeros(0), np.zeros(0)
    rise, _ = increments(samples, starts)
    lasted = np.ones(len(samples))
    lasted[1:] = np.maximum(np.diff(samples.at_s), 1)
    rate = np.where(rises, rise / lasted, np.nan)
    return np.fmin.reduceat(rate, first), np.fmax.reduceat(rate, first)


def _single(numbers: Floats, left_out: NDArray[np.bool_]) -> Singles:
    return np.where(left_out, np.nan, numbers).astype(np.float32)
