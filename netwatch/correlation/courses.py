"""What was said of an element -> the likeliest course of its downs and ups, of many at once."""

from collections.abc import Sequence
from math import log
from typing import Final

import numpy as np

from netwatch.correlation.evidence import NEVER, Evidence
from netwatch.correlation.layout import spans
from netwatch.correlation.topology import UNIT, Ints

SURELY: Final = 4 * UNIT
"""So much likelier several swings must be than one outage with some answers lost."""
WRONG: Final = 0.05
TURN: Final = round(log(2) * UNIT)
"""What falls and rises is as likely as not to turn: so much speaks against each turn."""
WORTH_IT: Final = 6
"""So many elements of as many sources are told together sooner than one by one, each source."""


def turns(e: Evidence, nodes: Sequence[int], since: int) -> dict[int, tuple[int, int]]:
    """Return per node how much better "fell and rose, as seen best" explains it than "working".

    And how much better than that it was down once, beyond what lost answers make of an outage.

    What hangs on one thing falls and rises with it: all of its sources share one course of downs
    and ups, the likeliest one, in which every turn costs the toss of a coin.
    """
    every = np.array(nodes, dtype=np.int64)
    rows, begins = _rows(e, every)
    many = np.diff(begins)
    found: dict[int, tuple[int, int]] = {}
    for count in np.unique(many).tolist():
        alike = np.flatnonzero(many == count)
        if count and len(alike) >= count * WORTH_IT:
            mine = rows[begins[alike][:, None] + np.arange(count)]
            found |= zip(every[alike].tolist(), together(e, mine, since), strict=True)
        else:
            for i in alike.tolist():
                found[nodes[i]] = course(e, rows[begins[i] : begins[i + 1]], since)
    return {node: found[node] for node in nodes}


def _rows(e: Evidence, nodes: Ints) -> tuple[Ints, Ints]:
    """Return the sources that speak of each node and what hangs on it, and do not fall with it.

    Those of one node stand in a row; and where each node's begin.
    """
    lay, ends = e.layout, e.index.last[nodes]
    hung, begins = spans(lay.first[nodes], lay.first[ends])
    of_hung = np.repeat(np.arange(len(nodes)), np.diff(begins))
    through = lay.through[hung]
    free = (through < nodes[of_hung]) | (through >= ends[of_hung])
    tied, begins = spans(lay.tied_first[nodes], lay.tied_first[nodes + 1])
    of_tied = np.repeat(np.arange(len(nodes)), np.diff(begins))
    outside = lay.outside[tied]
    rows = np.concatenate((hung[free], lay.tied[tied[outside]]))
    of = np.concatenate((of_hung[free], of_tied[outside]))
    if e.muted is not None:
        loud = ~e.muted[rows]
        rows, of = rows[loud], of[loud]
    rows = rows[np.argsort(of, kind="stable")]
    begins[0] = 0
    np.cumsum(np.bincount(of, minlength=len(nodes)), out=begins[1:])
    return rows, begins


def course(e: Evidence, rows: Ints, since: int) -> tuple[int, int]:
    """Return what the likeliest course of downs and ups gains over "up", and over one outage."""
    at, said = e.at[rows].ravel(), e.bad[rows].ravel()
    known = (at >= since) & (said != 0)
    if not known.any():
        return 0, 0
    words = np.bincount(at[known] - since, weights=said[known]).astype(np.int64)
    up, down, now, once = 0, -TURN, 0, 0
    for gain in (words[words != 0] * e.word).tolist():
        up, down = max(up, down - TURN), max(down, up - TURN) + gain
        now = max(0, now + gain)
        once = max(once, now)
    best = max(up, down)
    return best, best - once - SURELY - round(int(known.sum()) * WRONG * (e.word - 2 * TURN))


def together(e: Evidence, rows: Ints, since: int) -> list[tuple[int, int]]:
    """Return what `course` says of each of many elements; a line of as many rows for each."""
    at, said = e.at[rows].reshape(len(rows), -1), e.bad[rows].reshape(len(rows), -1)
    known = (at >= since) & (said != 0)
    order = np.argsort(np.where(known, at, NEVER), axis=1, kind="stable")
    when = np.take_along_axis(at, order, axis=1).T
    gains = np.take_along_axis(np.where(known, said, 0), order, axis=1).T.astype(np.int64) * e.word
    for i in range(1, len(gains)):  # what is said within a second is said at once
        again = np.where(when[i] == when[i - 1], gains[i - 1], 0)
        gains[i] += again
        gains[i - 1] -= again
    up, now, once = (np.zeros(len(rows), dtype=np.int64) for _ in range(3))
    down = np.full(len(rows), -TURN)
    for gain in gains:
        up, down = np.maximum(up, down - TURN), np.maximum(down, up - TURN) + gain
        now = np.maximum(0, now + gain)
        once = np.maximum(once, now)
    count = known.sum(axis=1)
    best = np.maximum(up, down)
    more = best - once - SURELY - np.rint(count * WRONG * (e.word - 2 * TURN)).astype(np.int64)
    best[count == 0] = more[count == 0] = 0
    return list(zip(best.tolist(), more.tolist(), strict=True))
