"""Evidence -> the likeliest set of faults: exact on trees, a bounded search in rings and risks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np

from netwatch.correlation.evidence import Evidence, Scene, Word, scene
from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.topology import UNIT, Block, Index, Ints, antichain, cut_roots
from netwatch.model.names import RiskId
from netwatch.model.network import DeviceKind, Network, RiskKind

SCENES: Final = 24
"""Distinct beginnings looked at in one diagnosis; later ones share the nearest earlier scene."""
CANDIDATES: Final = 14
TOGETHER: Final = 2
"""So many members must be hurt before a risk is thought of."""
SWAPPED: Final = 3
"""Sets larger than this are improved by adding and dropping alone."""
WORK: Final = 60_000
"""Score evaluations times block size in one diagnosis: the budget that makes an answer anytime."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that may have failed: a node, or a risk with all its members."""

    nodes: tuple[int, ...]
    prior: int
    risk: RiskId | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """One explanation: what failed, since when, and how much better than "nothing did"."""

    atoms: tuple[Atom, ...]
    since: int
    gain: int
    tops: tuple[int, ...]

    @property
    def nodes(self) -> tuple[int, ...]:
        """Return every failed node."""
        return tuple(sorted({n for atom in self.atoms for n in atom.nodes}))


@dataclass(slots=True)
class Court:
    """Scores any set of faults against what was seen since a moment."""

    evidence: Evidence
    network: Network
    rules: CorrelationRules
    speakers: dict[int, tuple[int, ...]]
    """The link ends that speak of a node."""
    scenes: dict[int, Scene] = field(default_factory=dict)
    words: dict[Word, Ints] = field(default_factory=dict)
    spent: int = 0

    @property
    def index(self) -> Index:
        """Return the index of the network on trial."""
        return self.evidence.index

    def fresh(self) -> None:
        """Forget the scenes: something new was heard."""
        self.scenes.clear()
        self.words.clear()
        self.spent = 0

    def scene(self, since: int) -> Scene:
        """Return what was said since then; beginnings beyond the cap share an earlier one."""
        if since not in self.scenes and len(self.scenes) >= SCENES:
            earlier = [s for s in self.scenes if s <= since]
            return self.scenes[max(earlier) if earlier else min(self.scenes)]
        if since not in self.scenes:
            self.scenes[since] = scene(self.evidence, since)
        return self.scenes[since]

    def atom(self, node: int) -> Atom:
        """Return a node as something that may have failed by itself."""
        return Atom((node,), int(self.index.prior[node]))

    def group(self, risk: RiskId) -> Atom:
        """Return a risk as something that fails at once."""
        return Atom(self.index.risks[risk].nodes, round(self.rules.risk_prior * UNIT), risk)

    def said(self, tops: Iterable[int], word: Word) -> int:
        """Count the ONUs below ``tops`` whose last word this is."""
        if word not in self.words:
            mark = np.zeros(len(self.index) + 1, dtype=np.int64)
            onus = (self.evidence.through >= 0) & (self.evidence.said == word)
            np.add.at(mark, self.evidence.pos[onus] + 1, 1)
            self.words[word] = np.cumsum(mark)
        sums = self.words[word]
        return int(sum(sums[self.index.last[t]] - sums[t] for t in tops))

    def weigh(self, nodes: Sequence[int], since: int) -> tuple[int, list[int]]:
        """Return the evidence for the joint failure of ``nodes``, and the tops it cuts off."""
        view = self.scene(since)
        tops = cut_roots(self.index, nodes)
        last = self.index.last
        total = int(sum(view.sums[last[t]] - view.sums[t] for t in tops))
        told = {s for n in nodes for s in self.speakers.get(n, ())}
        for source in told:
            owner = int(self.evidence.owner[source])
            if not any(t <= owner < last[t] for t in tops):
                total += int(view.weights[source])
        self.spent += 1 + sum(
            len(self.index.block[n].members) for n in nodes[:1] if n in self.index.block
        )
        return total, tops

    def score(self, atoms: Sequence[Atom], since: int) -> int:
        """Return log posterior odds of this explanation against "nothing failed"."""
        nodes = sorted({n for atom in atoms for n in atom.nodes})
        total, _tops = self.weigh(nodes, since)
        return total + sum(atom.prior + self.temper(atom) for atom in atoms)

    def temper(self, atom: Atom) -> int:
        """Return how well the ONUs' last words fit the kind of fault: gasps speak of power."""
        kinds = self.index.kinds
        if atom.risk is not None:
            risk = self.network.risks[atom.risk]
            if risk.kind is not RiskKind.POWER:
                return 0
            homes = [n for n in atom.nodes if kinds.get(n) is DeviceKind.ONU]
            return -round(
                (2.5 * self.said(homes, Word.LOS) + 0.3 * self.said(homes, Word.OFF)) * UNIT
            )
        node = atom.nodes[0]
        if kinds.get(node) is DeviceKind.ONU:
            return 0
        return -round((3.0 * self.said(atom.nodes, Word.GASP)) * UNIT)


def convene(evidence: Evidence, network: Network, rules: CorrelationRules) -> Court:
    """Prepare to score explanations of one network."""
    speakers: dict[int, list[int]] = defaultdict(list)
    for where in (evidence.link, evidence.far):
        for source in np.flatnonzero(where >= 0).tolist():
            speakers[int(where[source])].append(source)
    return Court(evidence, network, rules, {n: tuple(s) for n, s in speakers.items()})


def explain(court: Court) -> list[Guess]:
    """Return the likeliest explanations, one a fault, the widest first; none when all is well."""
    gains, began = _alone(court)
    if not gains:
        return []
    chosen = antichain(court.index, gains)
    guesses: list[Guess] = []
    for cluster in _clusters(court, chosen, began):
        others = [n for n in chosen if n not in cluster[0]]
        guesses.extend(_judge(court, cluster, others, gains, began))
    return sorted(guesses, key=lambda g: (g.tops[0] if g.tops else 0, g.since))


def _alone(court: Court) -> tuple[dict[int, int], dict[int, int]]:
    """Return the gain of every node that may have failed alone, and since when it seems so."""
    e, index = court.evidence, court.index
    hot = np.flatnonzero(e.score + index.prior > 0)
    if not len(hot):
        return {}, {}
    gains: dict[int, int] = {}
    began: dict[int, int] = {}
    starts = e.began[hot]
    for start in np.unique(starts).tolist():
        nodes = hot[starts == start]
        gain = index.prior[nodes] + court.scene(int(start)).alone[nodes]
        for node, value in zip(nodes[gain > 0].tolist(), gain[gain > 0].tolist(), strict=True):
            gains[node] = value
            began[node] = int(start)
    return gains, began


def _clusters(
    court: Court, chosen: list[int], began: dict[int, int]
) -> list[tuple[list[int], list[RiskId]]]:
    """Group chosen nodes that may act jointly: one ring, one link end's report, or one risk."""
    index = court.index
    home: dict[object, int] = {}
    leader = list(range(len(chosen)))

    def find(i: int) -> int:
        while leader[i] != i:
            i = leader[i]
        return i

    def tie(i: int, key: object) -> None:
        other = home.setdefault(key, i)
        a, b = find(i), find(other)
        leader[max(a, b)] = min(a, b)

    for i, node in enumerate(chosen):
        tie(i, ("node", node))
        if node in index.block:
            tie(i, ("block", id(index.block[node])))
        for source in court.speakers.get(node, ()):
            tie(i, ("source", source))
    risks: list[tuple[RiskId, int]] = []
    for risk, members in _touched(court, chosen, began):
        for i in members:
            tie(i, ("risk", risk))
        risks.append((risk, members[0]))
    groups: dict[int, tuple[list[int], list[RiskId]]] = {}
    for i, node in enumerate(chosen):
        groups.setdefault(find(i), ([], []))[0].append(node)
    for risk, i in risks:
        groups[find(i)][1].append(risk)
    return [groups[k] for k in sorted(groups)]


def _touched(
    court: Court, chosen: list[int], began: dict[int, int]
) -> Iterable[tuple[RiskId, list[int]]]:
    """Yield the risks with at least two members that seem to have failed, and whom they touch."""
    index = court.index
    if not chosen or not index.risks:
        return
    since = min(began[n] for n in chosen)
    alone = court.scene(since).alone
    for risk, group in index.risks.items():
        hurt = [n for n in group.nodes if alone[n] > 0]
        if len(hurt) < TOGETHER:
            continue
        touched = [
            i
            for i, c in enumerate(chosen)
            if any(c <= n < index.last[c] or n <= c < index.last[n] for n in hurt)
        ]
        if touched:
            yield risk, touched


def _judge(
    court: Court,
    cluster: tuple[list[int], list[RiskId]],
    others: list[int],
    gains: dict[int, int],
    began: dict[int, int],
) -> list[Guess]:
    """Return one cluster's explanation, split into the faults that do not act jointly."""
    nodes, risks = cluster
    index = court.index
    if len(nodes) == 1 and not risks and nodes[0] not in index.block:
        return [_guess(court, (court.atom(nodes[0]),), began[nodes[0]])]
    since = min(began[n] for n in nodes)
    pool = _pool(court, nodes, others, gains, since)
    atoms = _search(court, nodes, pool, risks, since)
    return _split(court, atoms, since)


def _pool(
    court: Court, nodes: list[int], others: list[int], gains: dict[int, int], since: int
) -> list[Atom]:
    """Return single elements worth trying in the rings that these nodes belong to.

    What another cluster explains better is no sign of a fault above it.
    """
    index, view = court.index, court.scene(since)
    pool = set(nodes)
    blocks: dict[int, Block] = {
        id(index.block[n]): index.block[n] for n in nodes if n in index.block
    }
    for block in blocks.values():
        free = [m for m in block.members if not any(m < c < index.last[m] for c in others)]
        silent = {m for m in free if view.below[m] > 0}
        for m in free:
            beside = [n in silent for n in block.near[m]]
            if view.alone[m] > 0 or m in gains or (any(beside) and not all(beside)):
                pool.add(m)
    alone = view.alone
    ranked = sorted(pool, key=lambda n: (n not in nodes, -int(alone[n] + index.prior[n]), n))
    return [court.atom(n) for n in ranked[: max(CANDIDATES, len(nodes))]]


def _search(
    court: Court, nodes: list[int], pool: list[Atom], risks: list[RiskId], since: int
) -> tuple[Atom, ...]:
    """Return the best set found: from the tree's answer, all pairs and the risks, then improved."""
    everything = [*pool, *(court.group(r) for r in risks)]
    seeds: list[tuple[Atom, ...]] = [tuple(court.atom(n) for n in nodes)]
    seeds += [(a,) for a in everything]
    seeds += list(combinations(pool[:CANDIDATES], 2))
    scored: list[tuple[int, int]] = []
    for i, seed in enumerate(seeds):
        if court.spent > WORK and i:
            break
        scored.append((court.score(seed, since), -i))
    starts = [seeds[-i] for _, i in sorted(scored, reverse=True)[:3]]
    best = max(
        (_improve(court, start, everything, since) for start in starts), key=lambda found: found[0]
    )
    return best[1]


def _improve(
    court: Court, start: tuple[Atom, ...], pool: list[Atom], since: int
) -> tuple[int, tuple[Atom, ...]]:
    """Add, drop and swap one atom at a time while that helps and the budget lasts."""
    atoms, value = start, court.score(start, since)
    for _round in range(8):
        rivals: list[tuple[Atom, ...]] = [(*atoms, a) for a in pool if a not in atoms]
        rivals += [tuple(a for a in atoms if a is not out) for out in atoms if len(atoms) > 1]
        rivals += [
            tuple(new if a is out else a for a in atoms)
            for out in atoms
            for new in pool
            if new not in atoms and len(atoms) <= SWAPPED
        ]
        better, found = value, atoms
        for rival in rivals:
            if court.spent > 2 * WORK:
                break
            score = court.score(rival, since)
            if score > better:
                better, found = score, rival
        if found is atoms:
            break
        atoms, value = found, better
    return value, atoms


def _split(court: Court, atoms: tuple[Atom, ...], since: int) -> list[Guess]:
    """Cut a set into guesses: atoms stay together when each needs the other to explain its part."""
    whole = court.score(atoms, since)
    groups: list[list[Atom]] = [[a] for a in atoms]
    merged = True
    while merged and len(groups) > 1:
        merged = False
        for one, two in combinations(groups, 2):
            apart = court.score(one, since) + court.score(two, since)
            if court.score([*one, *two], since) > apart + UNIT:
                groups.remove(two)
                one.extend(two)
                merged = True
                break
    guesses = [_guess(court, tuple(g), since) for g in groups]
    return [g for g in guesses if g.gain > 0] or (
        [_guess(court, atoms, since)] if whole > 0 else []
    )


def _guess(court: Court, atoms: tuple[Atom, ...], since: int) -> Guess:
    nodes = sorted({n for atom in atoms for n in atom.nodes})
    _evidence, tops = court.weigh(nodes, since)
    return Guess(atoms, since, court.score(atoms, since), tuple(tops))
