"""Noise: answers get lost, nothing is broken; whatever the public is told of it is false."""

import sys
from collections.abc import Iterator
from typing import Final

from tests.bench.losses import BURST_S, DAY_S, LONGEST_S, LOST, ROUND_S
from tests.bench.noise_days import PEOPLE, Noise
from tests.bench.noise_record import HEAD, Lived, add, read
from tests.bench.report import Table

_KINDS: Final = {"at random": False, "in bursts": True}
_LEAVES: Final = 1000
_SAMPLE_S: Final = DAY_S // 10


def noise(*, quick: bool) -> Iterator[Table]:
    """Count what is told of days in which answers get lost, beside all that was lived before."""
    day_s = _SAMPLE_S // 10 if quick else _SAMPLE_S
    sample = [
        Lived.of(f"{kind}, now", Noise(leaves=_LEAVES, days=1, bursty=bursty, day_s=day_s))
        for kind, bursty in _KINDS.items()
    ]
    yield _table([*sample, *_so_far()])


def go_on(device_days: int) -> Table:
    """Live on until so many device-days of each kind are written down; the shorter one first."""
    while True:
        lived = [one for one in _so_far() if one.kind in _KINDS]
        shortest = min(lived, key=lambda one: one.device_days)
        if shortest.device_days >= device_days:
            return _table(_so_far())
        seed = 1 + max((one.seed for one in read()), default=0)
        one = Noise(leaves=_LEAVES, days=1, bursty=_KINDS[shortest.kind], seed=seed)
        add(latest := Lived.of(shortest.kind, one))
        sys.stderr.write("  ".join(latest.row()) + "\n")


def _so_far() -> list[Lived]:
    """Add up the record by kind: those lived on, then those of an earlier netwatch."""
    every = read()
    kinds = dict.fromkeys((*_KINDS, *(one.kind for one in every)))
    return [Lived.together(kind, every) for kind in kinds]


def _table(lived: list[Lived]) -> Table:
    return Table(
        title="Answers lost, nothing broken",
        words=(
            f"Up to {_LEAVES:,} leaves of {PEOPLE} subscribers each: {LOST:.0%} of the echoes lost,"
            f" by each leaf for itself, at random or in bursts of {BURST_S:.0f} s (longest"
            f" {LONGEST_S:.0f} s), asked every {ROUND_S} s with a second try and second looks."
            " The bar: 1 public notice in 10,000 device-days. `now` is a sample lived in this run,"
            " the others are all that was lived so far, which `python -m tests.bench.noise 10000`"
            " adds to. `longest` is how old an incident that was none grew: what a single leaf"
            " tells of waits 2 minutes before it is suspected in public, and is confirmed by what"
            " is seen over one. How long the moments of each line last is learnt within the first"
            " half an hour; `not learnt` is netwatch as it was before it did so."
        ),
        head=HEAD,
        rows=[one.row() for one in lived if one.device_days],
    )


if __name__ == "__main__":
    sys.stdout.write(go_on(int(sys.argv[1])).text() + "\n")
