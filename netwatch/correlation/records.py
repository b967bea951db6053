"""Answers that do not fit where the inventory hangs them: records that are probably wrong.

Of a dead splitter's homes one goes on answering: it does not hang there. A home recorded elsewhere
on the same OLT falls in the same moment, alone on its own splitter: it does.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from netwatch.correlation.court import DROP, Court, Guess
from netwatch.correlation.evidence import Evidence, Word, below
from netwatch.correlation.topology import Ints

TIMES: Final = 3
"""So many words in a row, none against: one record in fifty is wrong, one in 8,000 lies so."""
LEAST: Final = 4
"""Fewer homes than this that fell together prove nothing about a record."""
MINORITY: Final = 3
"""When more than one in so many answers, it is the fault that is not understood."""
AT_ONCE_S: Final = 12
"""So far apart within one round the homes of one splitter are seen to fall."""
NOBODY: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Strays:
    """Nodes of homes whose record does not fit a fault, in order."""

    here: tuple[int, ...] = ()
    """Recorded below it, and working all the time."""
    there: tuple[int, ...] = ()
    """Recorded elsewhere, and fallen with it."""

    @property
    def nodes(self) -> tuple[int, ...]:
        """Return all of them."""
        return tuple(sorted((*self.here, *self.there)))


def strays(court: Court, guess: Guess) -> Strays:
    """Return the homes that a fault takes and should not, or should and does not.

    A battery, another phase or another feed keeps homes alight in a power cut: of risks only what
    is told by light speaks of records.
    """
    if any(atom.risk is not None for atom in guess.atoms) or 0 in guess.tops:
        return Strays()
    e = court.evidence
    homes = below(e, guess.tops)
    homes = homes[e.homes[homes]]
    silent = homes[e.run[homes] < 0]
    if len(silent) < LEAST:
        return Strays()
    fell = e.fell[silent]
    fall = int(fell[fell >= np.median(fell) - AT_ONCE_S].min())
    good, bad = _words(e, homes, fall)
    here = homes[(good >= TIMES) & (bad == 0) & (e.fell[homes] < fall)]
    if len(here) * MINORITY > len(homes):
        return Strays()
    there = _elsewhere(court, guess, silent, fall)
    return Strays(tuple(sorted(e.pos[here].tolist())), tuple(sorted(e.pos[there].tolist())))


def _words(e: Evidence, sources: Ints, since: int) -> tuple[Ints, Ints]:
    seen = e.at[sources] >= since
    return (seen & (e.bad[sources] < 0)).sum(axis=1), (seen & (e.bad[sources] > 0)).sum(axis=1)


def _elsewhere(court: Court, guess: Guess, silent: Ints, fall: int) -> Ints:
    """Return who fell in that moment on the same OLTs, where nothing else explains it."""
    e, last = court.evidence, court.index.last
    reporters = np.unique(e.through[silent])
    reporters = reporters[reporters >= 0]
    if not len(reporters) or any(t <= r < last[t] for t in guess.tops for r in reporters.tolist()):
        return NOBODY
    lay = e.layout
    told = [lay.told[lay.told_first[r] : lay.told_first[r + 1]] for r in reporters.tolist()]
    rows = np.sort(np.concatenate(told))
    fell = (e.run[rows] <= -TIMES) & e.homes[rows] & (abs(e.fell[rows] - fall) <= AT_ONCE_S)
    for top in guess.tops:
        fell &= ~((e.pos[rows] >= top) & (e.pos[rows] < last[top]))
    holder = _part_of(court, guess)
    if holder is not None:  # who fell with a part of a port hangs on that port as recorded
        fell &= ~((e.pos[rows] >= holder) & (e.pos[rows] < last[holder]))
    gasped = bool((e.said[silent] == Word.GASP).sum() * 2 > len(silent))
    fell &= (e.said[rows] == Word.GASP) == gasped
    found = rows[fell]
    good, _ = _words(e, found, fall)
    return np.array([s for s in found[good == 0].tolist() if _alone(court, s)], dtype=np.int64)


def _part_of(court: Court, guess: Guess) -> int | None:
    """Return what several homes that fell together hang on; None where it fell as a whole."""
    last = court.index.last
    if len(guess.tops) == 1 or any(last[t] - t > DROP for t in guess.tops):
        return None
    above = court.index.above(guess.tops[0])
    return next((n for n in above if guess.tops[-1] < last[n]), None)


def _alone(court: Court, source: int) -> bool:
    """Say whether nothing above a home, up to its OLT, seems to have failed."""
    e, index = court.evidence, court.index
    reporter = int(e.through[source])
    for above in index.above(int(e.pos[source])):
        if above == reporter:
            return True
        wide = index.last[above] - above > TIMES
        if wide and e.score[above] + index.prior[above] > 0:
            return False
    return False
