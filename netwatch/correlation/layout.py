"""Which sources hang below a node: one slice each, for the rows lie in the order of the index."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from netwatch.correlation.topology import Index, Ints

STEEP: Final = 64
"""A tree deeper than this is climbed no further: all of its nodes are taken for touched."""


@dataclass(slots=True)
class Layout:
    """Rows: first what hangs on nodes, by node; then link ends; then each node's own voice.

    ``pos`` is the node a source hangs on, ``through`` its reporter, ``link`` and ``far`` the two
    nodes that a link's end speaks of, ``owner`` the node whose voice an end is; -1 where there is
    none.
    """

    pos: Ints
    through: Ints
    link: Ints
    far: Ints
    owner: Ints
    base: int
    """The first voice."""
    hung: int
    """The first link end."""
    first: Ints
    """Rows ``first[a]:first[b]`` hang on the nodes ``a:b``."""
    told: Ints
    """The rows with a reporter, by reporter; ``told_first[a]:told_first[b]`` through ``a:b``."""
    told_first: Ints
    tied: Ints
    """The link ends, by node spoken of; each stands there for its link and for what is behind."""
    tied_first: Ints
    outside: npt.NDArray[np.bool_]
    """Whether a link end does not hang below the node it speaks of."""
    parent: Ints
    last: Ints
    mark: npt.NDArray[np.bool_]

    def below(self, roots: Iterable[int]) -> Ints:
        """Return the rows that hang below any of these nodes, without voices, in order."""
        parts, end = [], 0
        for root in sorted(roots):
            stop = int(self.last[root])
            if stop > end:
                parts.append(np.arange(self.first[root], self.first[stop]))
                end = stop
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def climb(self, nodes: Ints, beside: Ints) -> Ints:
        """Return these nodes and all above them, and those beside, in order."""
        mark = self.mark
        up = nodes
        for _ in range(STEEP):
            up = up[~mark[up]]
            if not len(up):
                break
            mark[up] = True
            up = self.parent[up]
        else:
            mark[:] = True
        mark[beside] = True
        found = np.flatnonzero(mark)
        mark[found] = False
        return found


def lay_out(index: Index, table: Ints, base: int) -> Layout:
    """Sort out who hangs where; ``table`` has a row (pos, through, link, far, owner) a source."""
    n = len(index)
    edges = np.arange(n + 1)
    pos, through, link, far, owner = (table[:, i].copy() for i in range(5))
    hung = int((pos[:base] >= 0).sum())
    told = np.flatnonzero(through >= 0)
    told = told[np.argsort(through[told], kind="stable")]
    ends = np.concatenate((np.flatnonzero(link >= 0), np.flatnonzero(far >= 0)))
    nodes = np.concatenate((link[link >= 0], far[far >= 0]))
    order = np.argsort(nodes, kind="stable")
    ends, nodes = ends[order], nodes[order]
    return Layout(
        pos=pos,
        through=through,
        link=link,
        far=far,
        owner=owner,
        base=base,
        hung=hung,
        first=np.searchsorted(pos[:hung], edges),
        told=told,
        told_first=np.searchsorted(through[told], edges),
        tied=ends,
        tied_first=np.searchsorted(nodes, edges),
        outside=(owner[ends] < nodes) | (owner[ends] >= index.last[nodes]),
        parent=np.array(index.parent, dtype=np.int64),
        last=index.last,
        mark=np.zeros(n, dtype=bool),
    )


def spans(starts: Ints, stops: Ints) -> tuple[Ints, Ints]:
    """Return the rows of many slices in a row, and where each slice begins among them."""
    lengths = stops - starts
    begins = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=begins[1:])
    rows = np.arange(begins[-1]) + np.repeat(starts - begins[:-1], lengths)
    return rows, begins


def targets(lay: Layout, src: Ints, gains: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return where gains count: below, not above the reporter; and on link ends' two nodes."""
    pos, through, link, far = lay.pos[src], lay.through[src], lay.link[src], lay.far[src]
    hung, told, ends, behind = pos >= 0, through >= 0, link >= 0, far >= 0
    return (
        np.concatenate((pos[hung], through[told])),
        np.concatenate((gains[hung], -gains[told])),
        np.concatenate((link[ends], far[behind])),
        np.concatenate((gains[ends], gains[behind])),
    )


def received(
    lay: Layout, nodes: Ints, gains: Ints, beside: Ints, direct: Ints
) -> tuple[Ints, Ints]:
    """Return the nodes that these gains reach, from below or directly, and what each receives."""
    reached = lay.climb(nodes, beside)
    order = np.argsort(nodes, kind="stable")
    nodes = nodes[order]
    sums = np.zeros(len(nodes) + 1, dtype=np.int64)
    np.cumsum(gains[order], out=sums[1:])
    total = sums[np.searchsorted(nodes, lay.last[reached])] - sums[np.searchsorted(nodes, reached)]
    np.add.at(total, np.searchsorted(reached, beside), direct)
    return reached, total
