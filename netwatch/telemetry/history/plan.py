"""What is to be sorted, merged or rolled up next. Pure: names in, one job out."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from netwatch.telemetry.history.shelf import (
    Run,
    Shelf,
    Tier,
    head_names,
    month_of,
    period_end,
)

FAN_IN: Final = 6
"""So many runs of a day, merged equally often, become one: a reader opens few files."""
MOST_MERGES: Final = 9
SETTLED_S: Final = 5400
"""A day is over for us so long after its end: what came in it has been sorted by then."""
MONTH_SETTLED_S: Final = 2 * 86_400
SORTED_SHARE: Final = 0.7
"""What a sorted head takes of what it took unsorted, at most."""


@dataclass(frozen=True, slots=True)
class Sort:
    """Turn a closed head into runs, one a day."""

    head: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Make one run of several; of a day that is over, roll it up at the same time."""

    runs: tuple[Run, ...]
    into: Run
    rolled_up: tuple[Run, ...] = ()
    """What comes of it besides; ``into`` is among ``runs`` when only this is missing."""


Job = Sort | Merge


def jobs(shelf: Shelf, now_s: int, *, writing: int | None) -> Iterator[Job]:
    """Yield what is to be done, what presses most first. Do the first and look again.

    ``writing`` is the head that is written, or will be next: it and later ones are left alone. One
    may be begun between two looks. Runs are not merged around a head that waits, for want of room,
    longer than younger ones: it would lie within the name of their run, as if it were sorted.
    """
    for head in shelf.heads:
        if writing is None or head < writing:
            yield Sort(head)
    for day, runs in _by_period(shelf, Tier.RAW):
        over = now_s >= period_end(day) + SETTLED_S
        for merge in _closing(shelf, day, runs) if over else _thinning(runs):
            if not any(merge.into.first < head < merge.into.last for head in shelf.heads):
                yield merge
    for month, runs in _by_month(shelf):
        if len(runs) > 1 and now_s >= period_end(month) + MONTH_SETTLED_S:
            yield Merge(runs, _joined(runs, month))


def inputs_of(job: Job) -> tuple[str, ...]:
    """Return the files that a job is made of."""
    if isinstance(job, Sort):
        return head_names(job.head)
    return tuple(run.name for run in job.runs)


def room_for(shelf: Shelf, job: Job) -> int:
    """Return how many octets a job may write before it can remove what it was made of."""
    if isinstance(job, Sort):
        return int(shelf.head_octets(job.head) * SORTED_SHARE)
    taken = sum(shelf.sizes.get(run.name, 0) for run in job.runs)
    written = 0 if job.into in job.runs else taken
    return written + (taken if job.rolled_up else 0)


def _closing(shelf: Shelf, day: str, runs: tuple[Run, ...]) -> Iterator[Merge]:
    """Yield what makes one run and its rollups of a day that is over."""
    into = runs[0] if len(runs) == 1 else _joined(runs, day)
    rolled_up = tuple(
        Run(tier, day, into.first, into.last)
        for tier in (Tier.FIVE_MINUTE, Tier.HOURLY)
        if _wants(shelf, tier, into)
    )
    if rolled_up or len(runs) > 1:
        yield Merge(runs, into, rolled_up)


def _wants(shelf: Shelf, tier: Tier, raw: Run) -> bool:
    """Say whether a rollup is missing, or lacks what came late.

    A rollup made of more than the raw samples that are left is better than a new one.
    """
    held = [
        run
        for run in shelf.of(tier)
        if run.period in (raw.period, month_of(raw.period)) and run.first <= raw.last
    ]
    if any(run.period != raw.period for run in held):
        return False
    return all(raw.first <= run.first and run.last < raw.last for run in held)


def _thinning(runs: tuple[Run, ...]) -> Iterator[Merge]:
    """Yield what keeps the runs of a day that goes on few."""
    ordered = sorted(runs, key=lambda run: (run.last, run.first))
    for merges, group in groupby(ordered, key=lambda run: run.merges):
        few = tuple(group)
        if len(few) >= FAN_IN and merges < MOST_MERGES:
            yield Merge(few, _joined(few, few[0].period))


def _joined(runs: tuple[Run, ...], period: str) -> Run:
    return Run(
        runs[0].tier,
        period,
        min(run.first for run in runs),
        max(run.last for run in runs),
        min(max(run.merges for run in runs) + 1, MOST_MERGES),
    )


def _by_period(shelf: Shelf, tier: Tier) -> Iterator[tuple[str, tuple[Run, ...]]]:
    for period, runs in groupby(shelf.of(tier), key=lambda run: run.period):
        yield period, tuple(runs)


def _by_month(shelf: Shelf) -> Iterator[tuple[str, tuple[Run, ...]]]:
    hourly = sorted(shelf.of(Tier.HOURLY), key=lambda run: (month_of(run.period), run.last))
    for month, runs in groupby(hourly, key=lambda run: month_of(run.period)):
        yield month, tuple(runs)
