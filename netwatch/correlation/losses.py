"""Sources that are often bad for a moment: their words weigh less."""

from typing import Final

import numpy as np

from netwatch.correlation.evidence import Evidence
from netwatch.correlation.topology import UNIT

LEARNT: Final = 60
"""After so many words it is known how many of them a source loses."""
MEMORY: Final = 500
"""So many words back a source is remembered for its losses, about."""
WRONG: Final = 0.05
LOSSIEST: Final = 0.6


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
