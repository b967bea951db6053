"""What was said since a moment, summed up below a node: where it is asked for, no further."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
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
"""Returns what these rows say, a run of them a node, or several rounds of such runs.

The second are where each run begins; None: one run of all of them.
"""


class Beside(Enum):
    """Which link ends are listened to that speak of a node itself."""

    NOBODY = "none"
    ALL = "all"
    OUTSIDE = "those that do not go down with it"


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

    def below_each(self, nodes: Ints, beside: Beside = Beside.NOBODY) -> Ints:
        """Return the evidence for silence below each of these nodes, and what is said beside."""
        e = self.evidence
        if self._whole is None:
            self._looked += int(_rows(e.layout, nodes).sum()) + A_LOOK
            if self._looked <= len(e.pos):
                return _gathered(e.layout, nodes, self._weigh, beside)
            self._whole = _Whole(e.layout, e.since(self.since))
        below = self._whole.below_each(nodes)
        if beside is Beside.NOBODY:
            return below
        return below + _direct(e.layout, nodes, self._weigh, beside)

    def alone_each(self, nodes: Ints) -> Ints:
        """Return per node the evidence that it alone has failed."""
        return self.below_each(nodes, Beside.ALL)

    def lone_each(self, nodes: Ints) -> Ints:
        """Return the same, but of link ends only what those say who do not go down with it."""
        return self.below_each(nodes, Beside.OUTSIDE)

    def _weigh(self, rows: Ints, _begins: Ints | None) -> Ints:
        return self.evidence.since(self.since, rows)


def narrow(evidence: Evidence, nodes: Ints) -> npt.NDArray[np.bool_]:
    """Say of each node whether little hangs below it."""
    few: npt.NDArray[np.bool_] = _rows(evidence.layout, nodes) <= NARROW
    return few


def alone_since(evidence: Evidence, nodes: Ints, since: Ints) -> Ints:
    """Return per node the evidence that it alone has failed, each since its own moment."""
    return _gathered(evidence.layout, nodes, _each(evidence, since), Beside.ALL)


def lone_since(evidence: Evidence, nodes: Ints, since: Ints) -> Ints:
    """Return the same, but of link ends only what those say who do not go down with it."""
    return _gathered(evidence.layout, nodes, _each(evidence, since), Beside.OUTSIDE)


def _each(evidence: Evidence, since: Ints) -> Weigh:
    def weigh(rows: Ints, begins: Ints | None) -> Ints:
        if begins is None:
            return evidence.since(np.repeat(since, len(rows)), rows)
        every = np.tile(since, (len(begins) - 1) // max(len(since), 1))
        return evidence.since(np.repeat(every, np.diff(begins)), rows)

    return weigh


def alone_by(evidence: Evidence, nodes: Ints, weigh: Weigh) -> Ints:
    """Return per node what all that tells of it says, by a weight of the caller's own."""
    lay = evidence.layout
    if int(_rows(lay, nodes).sum()) <= len(lay.pos):
        return _gathered(lay, nodes, weigh, Beside.ALL)
    below = _Whole(lay, weigh(np.arange(len(lay.pos)), None)).below_each(nodes)
    return below + _direct(lay, nodes, weigh, Beside.ALL)


def _rows(lay: Layout, nodes: Ints) -> Ints:
    end = lay.last[nodes]
    hung: Ints = lay.first[end] - lay.first[nodes]
    return hung + lay.told_first[end] - lay.told_first[nodes] + end - nodes


def _gathered(lay: Layout, nodes: Ints, weigh: Weigh, beside: Beside = Beside.NOBODY) -> Ints:
    """Return per node what is said below it, and of it by link ends: all is read in one sitting."""
    end, n = lay.last[nodes], len(nodes)
    starts = [lay.first[nodes], lay.base + nodes, lay.told_first[nodes]]
    stops = [lay.first[end], lay.base + end, lay.told_first[end]]
    if beside is not Beside.NOBODY:
        starts.append(lay.tied_first[nodes])
        stops.append(lay.tied_first[nodes + 1])
    rows, begins = spans(np.concatenate(starts), np.concatenate(stops))
    told, tied = int(begins[2 * n]), int(begins[3 * n])
    ends = rows[tied:].copy()
    rows[told:tied] = lay.told[rows[told:tied]]
    rows[tied:] = lay.tied[ends]
    said = weigh(rows, begins)
    if beside is Beside.OUTSIDE:
        said[tied:] *= lay.outside[ends]
    sums = _running(said)
    each = (sums[begins[1:]] - sums[begins[:-1]]).reshape(len(starts), n)
    total: Ints = each[0] + each[1] - each[2]
    return total + each[3] if beside is not Beside.NOBODY else total


def _direct(lay: Layout, nodes: Ints, weigh: Weigh, beside: Beside) -> Ints:
    ends, begins = spans(lay.tied_first[nodes], lay.tied_first[nodes + 1])
    if not len(ends):
        return np.zeros(len(nodes), dtype=np.int64)
    said = weigh(lay.tied[ends], begins)
    sums = _running(said * lay.outside[ends] if beside is Beside.OUTSIDE else said)
    total: Ints = sums[begins[1:]] - sums[begins[:-1]]
    return total


def _running(values: Ints) -> Ints:
    sums = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=sums[1:])
    return sums
