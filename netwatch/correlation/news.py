"""What the last second changed: who says the same as ever brings no news, however often."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from netwatch.correlation.layout import Layout
from netwatch.correlation.topology import Ints

FAR: Final = 1 << 40


@dataclass(slots=True)
class News:
    """The nodes of which something was heard in the last second that was counted.

    Each with the moment until which all that was said since any earlier one is the same as before.
    """

    last: Ints
    """The end of what hangs on each node."""
    settled: int = 0
    """How many seconds were counted so far."""
    weighing: int = 0
    """Raised when words come to weigh something else, or are dropped: all is news then."""
    _nodes: list[int] = field(default_factory=list)
    """In order."""
    _steady: list[int] = field(default_factory=list)

    def note(self, lay: Layout, src: Ints, steady: Ints) -> None:
        """Note what was heard in this second, and until when each source's words are the same."""
        self.settled += 1
        nodes = np.concatenate((lay.pos[src], lay.through[src], lay.link[src], lay.far[src]))
        order = np.argsort(nodes, kind="stable")[int((nodes < 0).sum()) :]
        self._nodes = nodes[order].tolist()
        self._steady = steady[order % len(src)].tolist() if len(src) else []

    def rest(self) -> None:
        """Note that nothing was heard in this second."""
        self.settled += 1
        self._nodes, self._steady = [], []

    def of(self, low: int, high: int, since: int) -> bool:
        """Say whether the last second changed what the nodes from low to high said since then."""
        start = bisect_left(self._nodes, low)
        end = bisect_left(self._nodes, high, start)
        return start < end and min(self._steady[start:end]) < since

    def of_each(self, nodes: Ints, since: Ints) -> npt.NDArray[np.bool_]:
        """Say of each node whether it changed what it and all below it said since its moment."""
        if not self._nodes:
            return np.zeros(len(nodes), dtype=bool)
        reach = np.stack((nodes, self.last[nodes]), axis=1)
        spans = np.searchsorted(np.array(self._nodes, dtype=np.int64), reach)
        steady = np.array([*self._steady, FAR], dtype=np.int64)
        least = np.minimum.reduceat(steady, spans.ravel())[::2]
        changed: npt.NDArray[np.bool_] = (spans[:, 0] < spans[:, 1]) & (least < since)
        return changed
