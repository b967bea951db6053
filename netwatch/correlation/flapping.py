"""Up and down and up again: which element is unstable, as opposed to down."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import log
from typing import Final

import numpy as np

from netwatch.correlation.evidence import Evidence
from netwatch.correlation.scene import alone_by
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
    """Follows how many of each node's sources are bad: a fall and a rise of half of them count."""

    evidence: Evidence
    level: Ints = field(init=False)
    turn: Ints = field(init=False)
    low: Ints = field(init=False)
    step: Ints = field(init=False)
    falls: OrderedDict[int, deque[int]] = field(default_factory=OrderedDict)
    """When each node fell, who fell last standing last."""
    _often: set[int] = field(default_factory=set)
    """Nodes that may have fallen often enough; no others have."""

    def __post_init__(self) -> None:
        n = len(self.evidence.index)
        self.level = np.zeros(n, dtype=np.int64)
        self.turn = np.zeros(n, dtype=np.int64)
        self.low = np.zeros(n, dtype=np.int64)
        one = self.evidence.full // 6
        self.step = np.maximum(self.evidence.count, 1) * one

    def follow(self, nodes: Ints, change: Ints, second: int) -> None:
        """Take what turned below and beside these nodes within one second; all else stood still."""
        step = self.step[nodes]
        level = np.clip(self.level[nodes] + change, 0, step * 3 // 2)
        half = np.maximum(step // 2, self.evidence.full // 6)
        rising = self.low[nodes] == 0
        before = self.turn[nodes]
        turn = np.where(rising, np.minimum(before, level), np.maximum(before, level))
        fell = rising & (level - turn >= half)
        rose = ~rising & (turn - level >= half)
        for node in nodes[fell].tolist():
            falls = self.falls.setdefault(node, deque(maxlen=32))
            falls.append(second)
            self.falls.move_to_end(node)
            if len(falls) >= SWINGS:
                self._often.add(node)
        self.level[nodes] = level
        self.low[nodes[fell]] = 1
        self.low[nodes[rose]] = 0
        self.turn[nodes] = np.where(fell | rose, level, turn)

    def forget(self, second: int) -> None:
        """Drop falls older than the window."""
        oldest = second - int(WINDOW.total_seconds())
        while self.falls and next(iter(self.falls.values()))[-1] < oldest:
            self.falls.popitem(last=False)

    def unstable(self, second: int) -> list[Unstable]:
        """Return the elements that flap, none of them below another, with what speaks for each."""
        oldest = second - int(WINDOW.total_seconds())
        self._often = {n for n in self._often if _often(self.falls.get(n), oldest)}
        often = {n: [t for t in self.falls[n] if t >= oldest] for n in self._often}
        if not often:
            return []
        since = min(times[0] for times in often.values())
        alone = _coin(self.evidence, sorted(often), since)
        gains = {n: told + int(self.evidence.index.prior[n]) for n, told in alone.items()}
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

    def _alike(self, node: int, alone: Mapping[int, int], often: Iterable[int]) -> tuple[int, ...]:
        last = self.evidence.index.last
        return tuple(
            n
            for n in sorted(often)
            if n != node
            and (node < n < last[node] or n < node < last[n])
            and alone[n] >= alone[node] - UNIT * 3 // 2
        )


def _often(falls: deque[int] | None, oldest: int) -> bool:
    return falls is not None and len(falls) >= SWINGS and falls[-SWINGS] >= oldest


def _coin(e: Evidence, nodes: Sequence[int], since: int) -> dict[int, int]:
    """Return per node how much better "tossing a coin" explains it than "working".

    What merely stays dark looks like half a coin too: it never turned often enough to come here.
    """
    wrong = 0.05
    bad = round(log(DUTY / wrong) * UNIT)
    good = round(log(DUTY / (1 - wrong)) * UNIT)

    def weigh(rows: Ints, _begins: Ints | None) -> Ints:
        seen, said = e.at[rows] >= since, e.bad[rows]
        downs, ups = (seen & (said > 0)).sum(axis=1), (seen & (said < 0)).sum(axis=1)
        counted = rows < e.layout.base
        if e.muted is not None:
            counted &= ~e.muted[rows]
        return np.where(counted, downs * bad + ups * good, 0)

    alone = alone_by(e, np.array(nodes, dtype=np.int64), weigh)
    return dict(zip(nodes, alone.tolist(), strict=True))
