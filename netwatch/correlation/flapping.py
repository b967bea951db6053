"""Up and down and up again: which element is unstable, as opposed to down."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from math import log
from typing import Final

import numpy as np

from netwatch.correlation.evidence import Evidence, spread, subtree
from netwatch.correlation.topology import UNIT, Ints, antichain

SWINGS: Final = 3
"""So many falls within the window are flapping, not bad luck."""
WINDOW: Final = timedelta(minutes=5)
DUTY: Final = 0.5
"""How much of the time a flapping element is down; its observations are coin tosses."""


@dataclass(frozen=True, slots=True)
class Unstable:
    """An element that keeps falling and rising."""

    node: int
    since: int
    last_fall: int
    falls: int
    gain: int
    alike: tuple[int, ...] = ()
    """Elements above or below it that the observations cannot tell apart from it."""


@dataclass(slots=True)
class Swings:
    """Follows each node's score through its turns: a fall and a rise of half its sources count."""

    evidence: Evidence
    level: Ints = field(init=False)
    turn: Ints = field(init=False)
    low: Ints = field(init=False)
    step: Ints = field(init=False)
    falls: dict[int, deque[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.evidence.index)
        self.level = np.zeros(n, dtype=np.int64)
        self.turn = np.zeros(n, dtype=np.int64)
        self.low = np.zeros(n, dtype=np.int64)
        one = self.evidence.full // 6
        self.step = np.maximum(self.evidence.count, 1) * one

    def follow(self, change: Ints, second: int) -> None:
        """Take the change of every node's score within one second."""
        self.level = np.clip(self.level + change, 0, self.step * 3 // 2)
        half = np.maximum(self.step // 2, self.evidence.full // 6)
        rising = self.low == 0
        self.turn = np.where(
            rising, np.minimum(self.turn, self.level), np.maximum(self.turn, self.level)
        )
        fell = rising & (self.level - self.turn >= half)
        rose = ~rising & (self.turn - self.level >= half)
        for node in np.flatnonzero(fell).tolist():
            self.falls.setdefault(node, deque(maxlen=32)).append(second)
        turned = fell | rose
        self.low = np.where(fell, 1, np.where(rose, 0, self.low))
        self.turn = np.where(turned, self.level, self.turn)

    def forget(self, second: int) -> None:
        """Drop falls older than the window."""
        oldest = second - int(WINDOW.total_seconds())
        for node in [n for n, falls in self.falls.items() if falls[-1] < oldest]:
            del self.falls[node]

    def unstable(self, second: int) -> list[Unstable]:
        """Return the elements that flap, none of them below another, with what speaks for each."""
        oldest = second - int(WINDOW.total_seconds())
        often = {
            node: [t for t in falls if t >= oldest]
            for node, falls in self.falls.items()
            if len(falls) >= SWINGS and falls[-SWINGS] >= oldest
        }
        if not often:
            return []
        since = min(times[0] for times in often.values())
        alone = _coin(self.evidence, since)
        gains = {n: int(alone[n] + self.evidence.index.prior[n]) for n in often}
        chosen = antichain(self.evidence.index, {n: g for n, g in gains.items() if g > 0})
        return [
            Unstable(
                n,
                often[n][0],
                often[n][-1],
                len(often[n]),
                gains[n],
                self._alike(n, alone, often),
            )
            for n in chosen
        ]

    def _alike(self, node: int, alone: Ints, often: Iterable[int]) -> tuple[int, ...]:
        last = self.evidence.index.last
        return tuple(
            n
            for n in sorted(often)
            if n != node
            and (node < n < last[node] or n < node < last[n])
            and alone[n] >= alone[node] - UNIT * 3 // 2
        )


def _coin(e: Evidence, since: int) -> Ints:
    """Return per node how much better "tossing a coin" explains it than "working"."""
    wrong = 0.05
    bad = round(log(DUTY / wrong) * UNIT)
    good = round(log(DUTY / (1 - wrong)) * UNIT)
    seen = e.at >= since
    weights = (seen & (e.bad > 0)).sum(axis=1) * bad + (seen & (e.bad < 0)).sum(axis=1) * good
    weights[len(e.pos) - len(e.index) :] = 0
    step = np.zeros(len(e.index) + 1, dtype=np.int64)
    direct = np.zeros(len(e.index), dtype=np.int64)
    spread(step, direct, e, np.arange(len(weights)), weights)
    total: Ints = subtree(step, e.index.last) + direct
    return total
