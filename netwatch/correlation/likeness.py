"""Guess -> its names, and all that might be mistaken for it: weighed anew only where news came."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from netwatch.correlation.court import Atom, Court, Guess
from netwatch.correlation.evidence import HOMES
from netwatch.correlation.topology import UNIT, Index, Ints
from netwatch.model.evidence import Rival
from netwatch.model.facts import Cause
from netwatch.model.names import ElementName

ALIKE: Final = round(1.5 * UNIT)
"""Evidence that differs by less than one observation cannot tell two elements apart."""
CROWDED: Final = 64
"""Beyond a node with more neighbours nothing can be mistaken for what lies before it."""
MANY: Final = 200
STEPS: Final = 3
NOTHING: Final = ElementName("nothing")


@dataclass(frozen=True, slots=True)
class Named:
    """A guess with its names: the chosen ones, those alike, and the best that lost."""

    guess: Guess
    chosen: tuple[ElementName, ...]
    alike: tuple[tuple[ElementName, Atom, int], ...]
    rival: Rival | None
    cause: Cause | None = None
    """What kind of fault it is where that is known of the whole, not of what it is made of."""

    @property
    def names(self) -> frozenset[ElementName]:
        """Return every name the observations allow."""
        return frozenset(self.chosen) | {name for name, _, _ in self.alike}


@dataclass(frozen=True, slots=True)
class Near:
    """What might be mistaken for a node, and how far one must listen to tell it apart."""

    nodes: Ints
    groups: tuple[Atom, ...]
    reach: tuple[tuple[int, int], ...]
    """Spans of nodes: what is said of others is no news for these."""


def name(court: Court, guess: Guess) -> Named:
    """Name a guess, and weigh every single element near it in its place."""
    alike: list[tuple[int, ElementName, Atom]] = []
    rivals: list[tuple[int, ElementName]] = [(0, NOTHING)]
    base, _ = court.weigh(guess.nodes, guess.since)
    base += sum(court.temper(a, guess.since) for a in guess.atoms)
    for other, evidence, score in _others(court, guess, base, rivals):
        if evidence >= base - ALIKE:
            alike.append((score, element(court, other), other))
        else:
            rivals.append((score, element(court, other)))
    best = {called: (-score, called, other) for score, called, other in alike}
    ranked = [(n, a, -s) for s, n, a in sorted(best.values(), key=lambda found: found[:2])]
    score, lost = max(rivals)
    rival = Rival(root_cause=(lost,), log_odds=(score - guess.gain) / UNIT)
    chosen = tuple(element(court, a) for a in guess.atoms)
    return Named(guess, chosen, tuple(one for one in ranked if one[0] not in chosen), rival)


def _others(
    court: Court, guess: Guess, base: int, rivals: list[tuple[int, ElementName]]
) -> Iterator[tuple[Atom, int, int]]:
    """Yield what may stand in the place of an atom, the evidence for it then, and its score.

    Of the many single nodes near a single one only those are made that may matter: those alike,
    and the best of the others, which is added to ``rivals``.
    """
    for atom in guess.atoms:
        if atom.risk is not None:
            continue
        rest = [a for a in guess.atoms if a is not atom]
        beside = near(court, atom.nodes[0])
        others: Iterable[Atom] = beside.groups
        if rest:
            others = (*map(court.atom, beside.nodes.tolist()), *beside.groups)
        elif len(beside.nodes):
            evidence = court.lone(beside.nodes, guess.since)
            score = evidence + court.priors(beside.nodes)
            same = evidence >= base - ALIKE
            for n, e, s in zip(beside.nodes[same], evidence[same], score[same], strict=True):
                yield court.atom(int(n)), int(e), int(s)
            if not same.all():
                best = int(score[~same].max())
                worst = beside.nodes[~same & (score == best)].tolist()
                rivals.append((best, max(court.index.names[n] for n in worst)))
        for other in others:
            swapped = [*rest, other]
            nodes = sorted({n for a in swapped for n in a.nodes})
            told = court.weigh(nodes, guess.since)[0]
            told += sum(court.temper(a, guess.since) for a in swapped)
            yield other, told, told + sum(a.prior for a in swapped)


def element(court: Court, atom: Atom) -> ElementName:
    """Return the name that answers use for an atom."""
    if atom.risk is not None:
        return court.index.risks[atom.risk].element
    return court.index.names[atom.nodes[0]]


def near(court: Court, start: int) -> Near:
    """Return what might be mistaken for a node: its neighbours, two steps around it."""
    found = court.near.get(start)
    if found is None:
        found = court.near[start] = _near(court, start)
    return found


def _near(court: Court, start: int) -> Near:
    index = court.index
    around = {start}
    for _step in range(STEPS):
        edge = {
            m for n in around for m in index.near[n] if len(index.near[n]) <= CROWDED or n == start
        }
        around |= {m for m in edge if index.kinds.get(m) not in HOMES}
        if len(around) > MANY:
            break
    groups = tuple(court.group(r) for r in index.risks_of.get(start, ()))
    reach = _spans(index, {*around, *(n for g in groups for n in g.nodes)} - {0})
    return Near(np.array(sorted(around - {start, 0}), dtype=np.int64), groups, reach)


def _spans(index: Index, nodes: set[int]) -> tuple[tuple[int, int], ...]:
    """Return the spans of all that hangs on these nodes, in order, those that touch as one."""
    spans: list[tuple[int, int]] = []
    for node in sorted(nodes):
        end = int(index.last[node])
        if spans and node <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((node, end))
    return tuple(spans)


def unchanged(court: Court, guess: Guess) -> bool:
    """Say whether the last second brought no news of a guess, nor of what it is mistaken for."""
    e = court.evidence
    if len(guess.atoms) > 1 or guess.atoms[0].risk is not None:
        return not e.news.of(0, len(court.index), guess.since)
    reach = near(court, guess.atoms[0].nodes[0]).reach
    return not any(e.news.of(low, high, guess.since) for low, high in reach)
