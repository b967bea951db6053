"""Sums that hold until news of them comes: a standing outage is not weighed anew each second."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from netwatch.correlation.evidence import Evidence
from netwatch.correlation.topology import Ints

NOTHING: Final = np.zeros(0, dtype=np.int64)


@dataclass(slots=True)
class Memo:
    """What a function of (nodes, moments) said in the last diagnosis.

    The function may depend only on what was said below and beside each node since its moment. What
    ``Evidence`` calls no news of that leaves its value as it was.
    """

    nodes: Ints = field(default_factory=NOTHING.copy)
    """In order."""
    since: Ints = field(default_factory=NOTHING.copy)
    values: Ints = field(default_factory=NOTHING.copy)
    _settled: int = -1
    _weighing: object = None

    def ask(
        self, e: Evidence, nodes: Ints, since: Ints, weigh: Callable[[Ints, Ints], Ints]
    ) -> Ints:
        """Return the values of these nodes, in order and each once, weighed anew where need be."""
        values = np.zeros(len(nodes), dtype=np.int64)
        stale = np.ones(len(nodes), dtype=bool)
        if len(self.nodes) and self._holds(e):
            place = np.minimum(np.searchsorted(self.nodes, nodes), len(self.nodes) - 1)
            stale = (self.nodes[place] != nodes) | (self.since[place] != since)
            stale |= e.news.of_each(nodes, since)
            values = self.values[place]
        if stale.any():
            values[stale] = weigh(nodes[stale], since[stale])
        self.nodes, self.since, self.values = nodes, since, values.copy()
        self._settled, self._weighing = e.news.settled, e.news.weighing
        return values

    def _holds(self, e: Evidence) -> bool:
        """Say whether all that was heard since the last diagnosis is the last second's news."""
        return 0 <= e.news.settled - self._settled <= 1 and self._weighing == e.news.weighing
