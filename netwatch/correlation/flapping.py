"""Up and down and up again: which element is unstable, as opposed to down."""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heappop, heappush
from itertools import islice
from typing import Final

import numpy as np

from netwatch.correlation.courses import turns
from netwatch.correlation.evidence import Evidence
from netwatch.correlation.topology import UNIT, Ints, antichain

SWINGS: Final = 3
"""So many falls within the window are flapping, not bad luck."""
WINDOW: Final = timedelta(minutes=5)
HIGH: Final = 8
"""So many steps up is looked for what those that fell often hang on."""
STEPS: Final = 2
FEW: Final = 16


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
    """Nodes that fell often enough lately."""
    _over: Counter[int] = field(default_factory=Counter)
    """What those hang on, and how many of them."""
    _until: list[tuple[int, int]] = field(default_factory=list)
    """A heap: until when each of these fell often enough, unless it fell again."""
    _lately: dict[int, list[int]] = field(default_factory=dict)
    """When nodes fell, without what was too long ago the last time that was asked."""

    def __post_init__(self) -> None:
        n = len(self.evidence.index)
        self.level = np.zeros(n, dtype=np.int64)
        self.turn = np.zeros(n, dtype=np.int64)
        self.low = np.zeros(n, dtype=np.int64)
        one = self.evidence.full // 6
        self.step = np.maximum(self.evidence.count, 1) * one

    def follow(self, nodes: Ints, change: Ints, second: int) -> None:
        """Take what turned below and beside these nodes within one second; all else stood still."""
        if not len(nodes):
            return
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
            self._lately.pop(node, None)
            if len(falls) >= SWINGS and node not in self._often:
                self._often.add(node)
                self._over.update(self._above(node))
                heappush(self._until, (falls[-SWINGS], node))
        self.level[nodes] = level
        self.low[nodes[fell]] = 1
        self.low[nodes[rose]] = 0
        self.turn[nodes] = np.where(fell | rose, level, turn)

    def forget(self, second: int) -> None:
        """Drop falls older than the window."""
        oldest = second - int(WINDOW.total_seconds())
        while self.falls and next(iter(self.falls.values()))[-1] < oldest:
            self._lately.pop(self.falls.popitem(last=False)[0], None)

    def unstable(self, second: int) -> list[Unstable]:
        """Return the elements that flap, none of them below another, with what speaks for each."""
        oldest = second - int(WINDOW.total_seconds())
        self._calm_down(oldest)
        if not self._often:
            return []
        index = self.evidence.index
        shaky = self._often | (self._over.keys() & self.falls.keys())
        often = {n: times for n in shaky if len(times := self._since(n, oldest)) > 1}
        if not often:
            return []
        since = min(times[0] for times in often.values())
        alone = turns(self.evidence, sorted(often), since)
        gains = {n: told + int(index.prior[n]) for n, (told, more) in alone.items() if more > 0}
        chosen = antichain(index, {n: g for n, g in gains.items() if g > 0})
        return [
            Unstable(
                n,
                often[n][0],
                often[n][-1],
                len(often[n]),
                gains[n],
                self._alike(n, alone[n][0], since),
            )
            for n in chosen
        ]

    def _calm_down(self, oldest: int) -> None:
        """Drop those that fell often enough only if older falls count."""
        while self._until and self._until[0][0] < oldest:
            node = heappop(self._until)[1]
            falls = self.falls.get(node)
            if falls is not None and len(falls) >= SWINGS and falls[-SWINGS] >= oldest:
                heappush(self._until, (falls[-SWINGS], node))
            else:
                self._often.remove(node)
                for above in self._above(node):
                    self._over[above] -= 1
                    if not self._over[above]:
                        del self._over[above]

    def _since(self, node: int, oldest: int) -> list[int]:
        """Return when a node fell since then."""
        times = self._lately.get(node)
        if times is None or (times and times[0] < oldest):
            times = self._lately[node] = [t for t in self.falls[node] if t >= oldest]
        return times

    def _above(self, node: int) -> Iterator[int]:
        """Yield what a node hangs on, which may flap where that fell too, if more seldom.

        A branch may seem to have fallen once more than what it hangs on: by a lost answer, or
        because that was asked a moment later.
        """
        return islice(self.evidence.index.above(node), HIGH)

    def _alike(self, node: int, told: int, since: int) -> tuple[int, ...]:
        """Return what right above or below a node turns as well as it does."""
        index = self.evidence.index
        below = [n for n in index.near[node] if node < n < index.last[node]]
        beside = [n for n in (*islice(index.above(node), STEPS), *below[:FEW]) if n > 0]
        alone = turns(self.evidence, beside, since)
        return tuple(sorted(n for n, (its, _) in alone.items() if its >= told - UNIT * 3 // 2))
