"""Some homes of several splitters gasp at once: a phase of the mains is out, and no fibre.

One dead phase darkens a third of a street, whatever splitters the homes hang on, and leaves their
neighbours alight: no single element explains it. So many at once must be many for this OLT: homes
are switched off every evening, and a slow OLT tells of minutes of them in one answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from netwatch.correlation.bunches import recognised
from netwatch.correlation.court import DROP, Guess
from netwatch.correlation.evidence import KEPT, OWN, Evidence, Word, below
from netwatch.correlation.topology import UNIT, Ints
from netwatch.model.names import ElementName
from netwatch.model.network import RiskKind

if TYPE_CHECKING:
    from netwatch.correlation.view import State

LEAST: Final = 4
AT_ONCE_S: Final = 60
"""Within one round of a slow OLT all that fell together is seen to fall."""
HALF_A_DAY_S: Final = 43_200
LATELY_S: Final = 900
BEFORE_S: Final = 7200
RARE: Final = 0.1
"""So many homes of an OLT are taken to go off in a minute where none did lately."""
MOST_OF: Final = (2, 3)
"""When more of them are dark, it is the whole street's power, or no power at all."""
SHARE: Final = 5
"""At least one in so many homes of a splitter is off when it is no coincidence."""
THIN: Final = 10
"""At least one in so many homes of the splitters it touches is dark in a dead phase."""


@dataclass(frozen=True, slots=True)
class PhaseOut:
    """Homes of one OLT that gasped together."""

    since: int
    homes: Ints
    """Sources."""
    gain: int
    holder: int
    """The nearest node above them all."""


def phases(state: "State", guesses: list[Guess]) -> list[PhaseOut]:
    """Return the dead phases of today: those that go on, and those just seen to begin.

    Homes that gasp together and are known to share a feed are the feed: it joins ``guesses``.
    """
    e = state.evidence
    standing = {
        reporter: out
        for reporter, out in state.phases.items()
        if int((e.run[out.homes] < 0).sum()) * 2 >= len(out.homes)
    }
    if not _stirred(state):
        state.phases = standing
        return [out for _, out in sorted(standing.items())]
    rows = np.flatnonzero(e.run[: e.layout.hung] <= -OWN)
    dim = rows[
        e.homes[rows]
        & e.ever[rows]
        & (e.through[rows] >= 0)
        & (e.weight[rows] > 0)
        & (e.fell[rows] >= state.second - LATELY_S)
    ]
    if len(dim) >= LEAST:
        free = None
        for reporter in np.unique(e.through[dim]).tolist():
            mine = dim[e.through[dim] == reporter]
            if reporter in standing or not _gasped(e, mine):
                continue
            free = _unexplained(state, guesses) if free is None else free
            out = _phase(state, reporter, mine, free)
            feed = _feed(state, out) if out is not None else None
            if feed is not None:
                guesses.append(feed)
                free = None
            elif out is not None:
                standing[reporter] = out
    state.phases = standing
    return [out for _, out in sorted(standing.items())]


def _stirred(state: "State") -> bool:
    """Say whether a home was just heard to be off again, but not for long."""
    e, heard = state.evidence, np.array(state.heard, dtype=np.int64)
    run = e.run[heard]
    return bool((e.home[heard] & (run <= -OWN) & (run >= -KEPT)).any())


def _gasped(e: Evidence, dim: Ints) -> bool:
    """Say whether enough of them gasped for a phase to be thought of."""
    return len(dim) >= LEAST and int((e.said[dim] == Word.GASP).sum()) * 2 > LEAST


def _phase(
    state: "State", reporter: int, dim: Ints, free: npt.NDArray[np.bool_]
) -> PhaseOut | None:
    """Return what fell together on one OLT and nothing else explains, if it is a phase."""
    e = state.evidence
    fell = e.fell[dim]
    dim = dim[(fell >= fell.max() - AT_ONCE_S) & free[dim]]
    gasps = int((e.said[dim] == Word.GASP).sum())
    if len(dim) < LEAST or gasps * 2 <= len(dim):
        return None
    since = int(e.fell[dim].min())
    holders = {_holder(state, int(n)) for n in e.pos[dim]}
    if len(holders) < 2 or not _share(state, len(dim), free & _below(e, holders), since):  # noqa: PLR2004
        return None
    gain = _surprise(state, reporter, len(dim), since)
    if gain < log(state.rules.alert_odds):
        return None
    return PhaseOut(since, dim, round(gain * UNIT), _above_all(state, holders))


def _surprise(state: "State", reporter: int, dark: int, since: int) -> float:
    """Return the odds, as a logarithm, that so many at once are no coincidence on this OLT."""
    usual = _usual(state, reporter, since)
    return dark * (log(dark / usual) - 1) + usual + state.rules.risk_prior


def worth(state: "State", guess: Guess, holder: ElementName | None = None) -> bool:
    """Say whether homes that are dark are more than switched off, so that it is worth a word.

    Who was never seen alight since the start may have been dark for years. A home that gasped, or
    is off without a reason, is its owner's matter until it has been off for half a day; several
    are, until they are more than go off at a time on this OLT, or are known as one part of their
    ``holder``, or all there is at their distance.
    """
    if holder is not None and recognised(state.court, guess, holder):
        return True
    e, last = state.evidence, state.index.last
    sources = below(e, guess.tops)
    recorded = any(atom.risk is not None for atom in guess.atoms)
    single = not recorded and all(int(last[t]) - t <= DROP for t in guess.tops)
    if not single or not len(sources) or not bool(e.home[sources].all()):
        return True
    sources = sources[e.run[sources] < 0]
    sources = sources[e.ever[sources]]
    if not len(sources):
        return False
    mute = (e.said[sources] == Word.GASP) | (e.said[sources] == Word.OFF)
    if int(mute.sum()) * 2 <= len(sources):
        return True
    if len(sources) < LEAST - 1:
        return state.second - int(e.fell[sources].max()) >= HALF_A_DAY_S
    return _together(state, sources)


def _together(state: "State", sources: Ints) -> bool:
    """Say whether so many homes of a splitter are off that it is no coincidence."""
    e, reporter = state.evidence, int(state.evidence.through[sources[0]])
    holders = {_holder(state, int(n)) for n in e.pos[sources]}
    every = int((_below(e, holders) & e.homes & e.ever).sum())
    if len(sources) * SHARE < every:
        return False
    odds = _surprise(state, reporter, len(sources), int(e.fell[sources].min()))
    return odds >= log(state.rules.alert_odds)


def _feed(state: "State", out: PhaseOut) -> Guess | None:
    """Return the recorded power feed that explains most of these homes, if one does."""
    court, names = state.court, state.index.names
    dark = {names[n] for n in state.evidence.pos[out.homes].tolist()}
    found: list[tuple[int, Guess]] = []
    for risk, group in state.index.risks.items():
        if state.network.risks[risk].kind is not RiskKind.POWER:
            continue
        fed = {names[n] for n in group.nodes}  # each once, from however many vantages it is seen
        shared = len(dark & fed)
        if shared * 2 < len(fed) or shared * 4 < len(dark) * 3:
            continue
        atom = court.group(risk)
        gain = court.score((atom,), out.since)
        _, tops = court.weigh(atom.nodes, out.since)
        found.append((gain, Guess((atom,), out.since, gain, tuple(tops))))
    best = max(found, key=lambda f: f[0], default=None)
    return best[1] if best is not None and best[0] > 0 else None


def _usual(state: "State", reporter: int, since: int) -> float:
    """Return how many homes of an OLT were seen to go off at a time lately."""
    e = state.evidence
    fell = e.fell[(e.through == reporter) & e.home]
    fell = fell[(fell >= since - BEFORE_S) & (fell < since - 1)]
    if not len(fell):
        return RARE
    minutes = np.unique(fell // AT_ONCE_S)
    return max(RARE, len(fell) / len(minutes))


def _unexplained(state: "State", guesses: Sequence[Guess]) -> npt.NDArray[np.bool_]:
    """Mark the sources of homes that no wider explanation takes."""
    e, last = state.evidence, state.index.last
    tops = {t for g in guesses for t in g.tops if last[t] - t > LEAST or g.atoms[0].risk}
    return e.homes & ~_below(e, tops)


def _below(e: Evidence, nodes: Iterable[int]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(len(e.pos), dtype=bool)
    for node in nodes:
        mask[e.layout.first[node] : e.layout.first[e.index.last[node]]] = True
    return mask


def _share(state: "State", dark: int, mask: npt.NDArray[np.bool_], since: int) -> bool:
    """Say whether some homes of these splitters are dark, and others are not."""
    e = state.evidence
    homes = np.flatnonzero(mask & (e.slot > 0))
    waiting = (e.run[homes] == -1) | (e.at[homes].max(axis=1, initial=0) < since)
    every = len(homes)
    if int(waiting.sum()) * SHARE > every:
        return False  # half a round of answers makes half a street
    return every <= dark * THIN and dark * MOST_OF[1] <= every * MOST_OF[0]


def _holder(state: "State", node: int) -> int:
    """Return what holds a home: the first thing above it that carries others too."""
    for above in state.index.above(node):
        if above in state.index.kinds or state.index.names[above].startswith("port:"):
            return above
    return 0


def _above_all(state: "State", holders: set[int]) -> int:
    """Return the nearest named node above all of these."""
    first, last = min(holders), max(holders)
    for node in (first, *state.index.above(first)):
        solid = node in state.index.kinds or state.index.names[node].startswith("port:")
        if solid and node <= first and last < state.index.last[node]:
            return node
    return 0


def as_guess(state: "State", out: PhaseOut) -> Guess:
    """Return a dead phase as an explanation: the homes that are dark still."""
    nodes = sorted(state.evidence.pos[out.homes[state.evidence.run[out.homes] < 0]].tolist())
    atoms = tuple(state.court.atom(n) for n in nodes)
    return Guess(atoms, out.since, out.gain, tuple(nodes))


def but_these(guesses: Sequence[Guess], outs: Sequence[Guess]) -> list[Guess]:
    """Return the explanations without the single homes that a dead phase or feed explains."""
    taken = {n for out in outs for n in out.nodes}
    return [g for g in guesses if g in outs or not taken.issuperset(g.nodes)]
