"""What was said since a moment, summed up below a node: where it is asked for, no further."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from netwatch.correlation.evidence import Evidence
from netwatch.correlation.layout import Layout, spans
from netwatch.correlation.topology import Ints

A_LOOK: Final = 2000
"""Looking anywhere costs as much as reading so many rows."""
NARROW: Final = 256
"""What has no more rows below it is summed up by itself, whenever it began."""


Weigh = Callable[[Ints, Ints | None], Ints]
"""Returns what these rows say, of which each run begins there; None: one run of all of them."""


@dataclass(slots=True)
class _Whole:
    """Running sums over all rows: what hangs on nodes, what was told through them, voices."""

    layout: Layout
    weights: Ints
    hung: Ints = field(init=False)
    told: Ints = field(init=False)
    voices: Ints = field(init=False)

    def __post_init__(self) -> None:
        lay, weights = self.layout, self.weights
        self.hung = _running(weights[: lay.hung])
        self.told = _running(weights[lay.told])
        self.voices = _running(weights[lay.base :])

    def below_each(self, nodes: Ints) -> Ints:
        lay, end = self.layout, self.layout.last[nodes]
        total: Ints = self.hung[lay.first[end]] - self.hung[lay.first[nodes]]
        total += self.told[lay.told_first[nodes]] - self.told[lay.told_first[end]]
        return total + self.voices[end] - self.voices[nodes]


@dataclass(slots=True)
class Scene:
    """Everything said since one moment, ready for questions about any set of elements."""

    evidence: Evidence
    since: int
    _below: dict[int, int] = field(default_factory=dict)
    _weights: dict[int, int] = field(default_factory=dict)
    _whole: _Whole | None = None
    _looked: int = 0

    @property
    def whole(self) -> bool:
        """Say whether everything was summed up."""
        return self._whole is not None

    def below(self, node: int) -> int:
        """Return the evidence for silence below a node."""
        found = self._below.get(node)
        if found is None:
            found = self._below[node] = int(self.below_each(np.array([node]))[0])
        return found

    def weight(self, source: int) -> int:
        """Return what one source said."""
        found = self._weights.get(source)
        if found is None:
            if self._whole is not None:
                found = int(self._whole.weights[source])
            else:
                found = int(self.evidence.since(self.since, np.array([source]))[0])
            self._weights[source] = found
        return found

    def below_each(self, nodes: Ints) -> Ints:
        """Return the evidence for silence below each of these nodes."""
        e = self.evidence
        if self._whole is None:
            self._looked += int(_rows(e.layout, nodes).sum()) + A_LOOK
            if self._looked <= len(e.pos):
                return _gathered(e.layout, nodes, self._weigh)
            self._whole = _Whole(e.layout, e.since(self.since))
        return self._whole.below_each(nodes)

    def alone_each(self, nodes: Ints) -> Ints:
        """Return per node the evidence that it alone has failed."""
        return self.below_each(nodes) + _direct(self.evidence.layout, nodes, self._weigh)

    def lone_each(self, nodes: Ints) -> Ints:
        """Return the same, but of link ends only what those say who do not go down with it."""
        lay = self.evidence.layout
        return self.below_each(nodes) + _direct(lay, nodes, self._weigh, outside=True)

    def _weigh(self, rows: Ints, _begins: Ints | None) -> Ints:
        return self.evidence.since(self.since, rows)


def narrow(evidence: Evidence, nodes: Ints) -> npt.NDArray[np.bool_]:
    """Say of each node whether little hangs below it."""
    few: npt.NDArray[np.bool_] = _rows(evidence.layout, nodes) <= NARROW
    return few


def alone_since(evidence: Evidence, nodes: Ints, since: Ints) -> Ints:
    """Return per node the evidence that it alone has failed, each since its own moment."""
    lay, weigh = evidence.layout, _each(evidence, since)
    return _gathered(lay, nodes, weigh) + _direct(lay, nodes, weigh)


def lone_since(evidence: Evidence, nodes: Ints, since: Ints) -> Ints:
    """Return the same, but of link ends only what those say who do not go down with it."""
    lay, weigh = evidence.layout, _each(evidence, since)
    return _gathered(lay, nodes, weigh) + _direct(lay, nodes, weigh, outside=True)


def _each(evidence: Evidence, since: Ints) -> Weigh:
    def weigh(rows: Ints, begins: Ints | None) -> Ints:
        lengths = np.diff(begins) if begins is not None else len(rows)
        return evidence.since(np.repeat(since, lengths), rows)

    return weigh


def alone_by(evidence: Evidence, nodes: Ints, weigh: Weigh) -> Ints:
    """Return per node what all that tells of it says, by a weight of the caller's own."""
    lay = evidence.layout
    if int(_rows(lay, nodes).sum()) <= len(lay.pos):
        below = _gathered(lay, nodes, weigh)
    else:
        below = _Whole(lay, weigh(np.arange(len(lay.pos)), None)).below_each(nodes)
    return below + _direct(lay, nodes, weigh)


def _rows(lay: Layout, nodes: Ints) -> Ints:
    end = lay.last[nodes]
    hung: Ints = lay.first[end] - lay.first[nodes]
    return hung + lay.told_first[end] - lay.told_first[nodes] + end - nodes


def _gathered(lay: Layout, nodes: Ints, weigh: Weigh) -> Ints:
    end = lay.last[nodes]
    total = _summed(*spans(lay.first[nodes], lay.first[end]), weigh)
    rows, begins = spans(lay.told_first[nodes], lay.told_first[end])
    if len(rows):
        total -= _summed(lay.told[rows], begins, weigh)
    return total + _summed(*spans(lay.base + nodes, lay.base + end), weigh)


def _direct(lay: Layout, nodes: Ints, weigh: Weigh, *, outside: bool = False) -> Ints:
    ends, begins = spans(lay.tied_first[nodes], lay.tied_first[nodes + 1])
    if not len(ends):
        return np.zeros(len(nodes), dtype=np.int64)
    said = weigh(lay.tied[ends], begins)
    sums = _running(said * lay.outside[ends] if outside else said)
    total: Ints = sums[begins[1:]] - sums[begins[:-1]]
    return total


def _summed(rows: Ints, begins: Ints, weigh: Weigh) -> Ints:
    sums = _running(weigh(rows, begins))
    total: Ints = sums[begins[1:]] - sums[begins[:-1]]
    return total


def _running(values: Ints) -> Ints:
    sums = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=sums[1:])
    return sums
