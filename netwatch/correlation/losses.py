"""Sources that are often bad for a moment: their words weigh less."""

from typing import Final

import numpy as np

from netwatch.correlation.evidence import Evidence
from netwatch.correlation.topology import UNIT, Ints

LEARNT: Final = 60
"""After so many words it is known how many of them a source loses."""
MEMORY: Final = 500
"""So many words back a source is remembered for its losses, about."""
WRONG: Final = 0.05
LOSSIEST: Final = 0.6
SPELLS: Final = 5
"""After being bad for a moment so often it is known how long a source's moments are."""
FADES: Final = (199, 200)
"""The longest moment counts this much less with each shorter one."""
BEYOND: Final = 2
"""What lasts so many times as long as the longest moment is none."""
LONE: Final = 2
"""More than so many are not bad for a moment all at once."""
LONGEST_S: Final = 30
"""Nothing waits longer than this to be called down."""


def weaken(e: Evidence) -> None:
    """Learn from what was bad for a moment how far each source is to be believed.

    What was silent for long was an outage, and nothing that says how much is lost.
    """
    if not e.lossy:
        return
    pairs = np.array(e.lossy, dtype=np.int64)
    src = pairs[:, 0]
    np.add.at(e.losses, src, pairs[:, 1])
    src = np.unique(src)
    old = src[e.slot[src] - e.words[src] > 2 * MEMORY]
    e.losses[old] //= 2
    e.words[old] += MEMORY
    heard = e.slot[src] - e.words[src]
    src, heard = src[heard >= LEARNT], heard[heard >= LEARNT]
    share = np.clip((e.losses[src] + 1) / (heard + 20), WRONG, LOSSIEST)
    weight = np.rint(np.log((1 - WRONG) / share) * UNIT).astype(np.int64)
    weight = np.minimum(weight, e.word)
    weight_now = np.where(e.weight[src] == 0, 0, weight)
    e.news.weighing += int((weight_now != e.weight[src]).any())
    e.weight[src] = weight_now
    e.usual[src] = weight


def learn_moments(e: Evidence, second: int) -> None:
    """Learn for how long each source is bad when it is so for a moment only."""
    for source, _ in e.lossy:
        lasted = (second - int(e.fell[source])) * 1000
        e.spell_ms[source] = max(lasted, int(e.spell_ms[source]) * FADES[0] // FADES[1])
        e.spells[source] += 1


def moment_s(e: Evidence, silent: Ints) -> float:
    """Return how long these may all be bad at once and be no more than they are now and then.

    One among them that is never bad for a moment, and it is none.
    """
    if not 0 < len(silent) <= LONE or int(e.spells[silent].min()) < SPELLS:
        return 0.0
    longest = int(e.spell_ms[silent].min()) / 1000 * BEYOND
    return min(longest, LONGEST_S)
