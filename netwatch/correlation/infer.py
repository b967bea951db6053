"""Evidence -> the likeliest set of faults: exact on trees, a bounded search in rings and risks."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

import numpy as np

from netwatch.correlation.court import Atom, Court, Guess
from netwatch.correlation.evidence import NEVER, OLD_S
from netwatch.correlation.scene import alone_by, alone_since, narrow
from netwatch.correlation.topology import UNIT, Index, Ints, antichain
from netwatch.model.names import RiskId

CANDIDATES: Final = 14
TOGETHER: Final = 2
"""So many members must be hurt before a risk is thought of."""
SWAPPED: Final = 3
"""Sets larger than this are improved by adding and dropping alone."""
WORK: Final = 60_000
"""Score evaluations times block size in one diagnosis: the budget that makes an answer anytime."""
TRIES: Final = 8_000
"""And so many sets of a few nodes are weighed: a clock would stop elsewhere in a replay."""
FUSED: Final = 24
"""A set of more atoms is not asked which of them need each other."""
HOTTEST: Final = 5_000
"""So many nodes are thought of at once, the widest first; more are no diagnosis any more."""


def explain(court: Court) -> list[Guess]:
    """Return the likeliest explanations, one a fault, the widest first; none when all is well."""
    gains, began = _alone(court)
    if not gains:
        return []
    mended = _mended(court, gains, began)
    guesses: list[Guess] = []
    lone: list[int] = []
    for over in (False, True):
        chosen = _chosen(court, {n: g for n, g in gains.items() if (n in mended) is over}, began)
        for cluster in _clusters(court, chosen, gains, began):
            nodes, risks = cluster
            if len(nodes) == 1 and not risks and nodes[0] not in court.index.block:
                lone.extend(nodes)
                continue
            mine = set(nodes)
            others = [n for n in chosen if n not in mine]
            guesses.extend(_judge(court, cluster, others, gains, began))
    guesses.extend(_single(court, lone, began))
    return sorted(guesses, key=lambda g: (g.tops[0] if g.tops else 0, g.since))


def _chosen(court: Court, gains: dict[int, int], began: dict[int, int]) -> list[int]:
    """Return the likeliest nodes, those of one time judged together.

    What fell long ago does not stand in the way of what falls around it today.
    """
    chosen: list[int] = []
    era: dict[int, int] = {}
    before: int | None = None
    for node in sorted(gains, key=lambda n: (began[n], n)):
        if before is not None and began[node] - before > OLD_S:
            chosen.extend(antichain(court.index, era))
            era = {}
        era[node], before = gains[node], began[node]
    chosen.extend(antichain(court.index, era))
    return sorted(chosen)


def _mended(court: Court, gains: dict[int, int], began: dict[int, int]) -> set[int]:
    """Return the nodes that were seen working again before something above them fell.

    They are judged apart: a feeder that was spliced a moment ago is no reason why its OLT is silent
    now, and must not stand in the way of that.
    """
    e, run = court.evidence, court.evidence.run
    nodes = np.fromiter(gains, dtype=np.int64, count=len(gains))
    bad = court.bad.ask(
        e,
        nodes,
        np.full(len(nodes), NEVER + 1),
        lambda few, _: alone_by(e, few, lambda rows, _: (run[rows] < 0).astype(np.int64)),
    )
    well = set(nodes[bad == 0].tolist())
    later: dict[int, int] = {}
    for node in sorted(well):
        falls = [began[a] for a in court.index.above(node) if a in gains and a not in well]
        fell = max(falls, default=began[node])
        if fell > began[node]:
            later[node] = fell
    if not later:
        return set()
    below = np.array(list(later), dtype=np.int64)
    since = np.array(list(later.values()), dtype=np.int64)
    return set(below[alone_since(e, below, since) <= 0].tolist())


def _alone(court: Court) -> tuple[dict[int, int], dict[int, int]]:
    """Return the gain of every node that may have failed alone, and since when it seems so."""
    e, index = court.evidence, court.index
    hot = np.flatnonzero(e.hot)
    if not len(hot):
        return {}, {}
    if len(hot) > HOTTEST:
        widest = np.argsort(hot - index.last[hot], kind="stable")[:HOTTEST]
        hot = np.sort(hot[widest])
    starts = e.began[hot]

    def weigh(nodes: Ints, since: Ints) -> Ints:
        return _weighed_alone(court, nodes, since)

    for start in np.unique(starts[~narrow(e, hot)]).tolist():
        court.scene(start)
    gain = index.prior[hot] + court.alone.ask(e, hot, starts, weigh)
    alive = gain > 0
    nodes = hot[alive].tolist()
    return (
        dict(zip(nodes, gain[alive].tolist(), strict=True)),
        dict(zip(nodes, starts[alive].tolist(), strict=True)),
    )


def _weighed_alone(court: Court, nodes: Ints, since: Ints) -> Ints:
    """Return what speaks for each of these having failed alone since its moment."""
    small = narrow(court.evidence, nodes)
    found = np.zeros(len(nodes), dtype=np.int64)
    if small.any():
        found[small] = alone_since(court.evidence, nodes[small], since[small])
    for start in np.unique(since[~small]).tolist():
        now = ~small & (since == start)
        found[now] = court.scene(start).alone_each(nodes[now])
    return found


def _single(court: Court, nodes: list[int], began: dict[int, int]) -> list[Guess]:
    """Return the explanations that nothing else can have a part in, all weighed at once."""
    if not nodes:
        return []
    nodes = sorted(nodes)
    every = np.array(nodes, dtype=np.int64)
    since = np.array([began[n] for n in nodes], dtype=np.int64)

    def weigh(few: Ints, moments: Ints) -> Ints:
        return _weighed_single(court, few, moments)

    gains = court.single.ask(court.evidence, every, since, weigh)
    gains += court.priors(every)
    return [
        Guess((court.atom(n),), began[n], gain, (n,))
        for n, gain in zip(nodes, gains.tolist(), strict=True)
    ]


def _weighed_single(court: Court, nodes: Ints, since: Ints) -> Ints:
    """Return what ``Court.lone`` says of each of these since its moment."""
    found, small = np.zeros(len(nodes), dtype=np.int64), narrow(court.evidence, nodes)
    found[small] = court.lone(nodes[small], since[small])
    for i in np.flatnonzero(~small).tolist():
        found[i] = court.lone(nodes[i : i + 1], int(since[i]))[0]
    return found


def _clusters(
    court: Court, chosen: list[int], gains: dict[int, int], began: dict[int, int]
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
    for risk, members in _touched(court, chosen, gains, began):
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
    court: Court, chosen: list[int], gains: dict[int, int], began: dict[int, int]
) -> Iterable[tuple[RiskId, list[int]]]:
    """Yield the risks with at least two members that seem to have failed, and whom they touch."""
    index = court.index
    if not chosen or not index.risks:
        return
    members = index.members
    alone = np.max([court.members_alone(s) for s in _beginnings(chosen, gains, began)], axis=0)
    hit = set(members[alone > 0].tolist())
    place = {node: i for i, node in enumerate(chosen)}
    for risk, group in index.risks.items():
        hurt = [n for n in group.nodes if n in hit]
        if len(hurt) < TOGETHER:
            continue
        touched = _beside(index, hurt, chosen, place)
        if touched:
            yield risk, touched


def _beside(index: Index, hurt: list[int], chosen: list[int], place: dict[int, int]) -> list[int]:
    """Return which of the chosen nodes, in order, are above or below any of these, or are these."""
    found: set[int] = set()
    for node in hurt:
        found.update(range(bisect_left(chosen, node), bisect_left(chosen, int(index.last[node]))))
        found.update(place[above] for above in index.above(node) if above in place)
    return sorted(found)


def _judge(
    court: Court,
    cluster: tuple[list[int], list[RiskId]],
    others: list[int],
    gains: dict[int, int],
    began: dict[int, int],
) -> list[Guess]:
    """Return one cluster's explanation, split into the faults that do not act jointly."""
    nodes, risks = cluster
    found = []
    for since in _beginnings(nodes, gains, began):
        pool = _pool(court, nodes, others, gains, since)
        atoms = _search(court, nodes, pool, risks, since)
        found.append((court.score(atoms, since), since, atoms))
    _score, since, atoms = max(found, key=lambda f: f[:2])
    return _split(court, atoms, since)


def _beginnings(nodes: list[int], gains: dict[int, int], began: dict[int, int]) -> list[int]:
    """Return when it may have begun: with the first sign, or with the one that tells most.

    The first sign may have been a stray word of an hour when all was well.
    """
    surest = max(nodes, key=lambda n: (gains[n], -n))
    return sorted({min(began[n] for n in nodes), began[surest]})


def _pool(
    court: Court, nodes: list[int], others: list[int], gains: dict[int, int], since: int
) -> list[Atom]:
    """Return single elements worth trying in the rings that these nodes belong to.

    What another cluster explains better is no sign of a fault above it.
    """
    index = court.index
    first = court.scene(since)
    latest = court.scene(max(court.starts([court.atom(n) for n in nodes], since).values()))
    homes = {id(index.block[n]): index.block[n] for n in nodes if n in index.block}
    near = np.array(sorted({*nodes, *(m for b in homes.values() for m in b.members)}))
    alone, below = (
        dict(zip(near.tolist(), np.maximum(one, two).tolist(), strict=True))
        for one, two in (
            (first.alone_each(near), latest.alone_each(near)),
            (first.below_each(near), latest.below_each(near)),
        )
    )
    pool = set(nodes)
    for block in homes.values():
        free = [
            m
            for m in block.members
            if bisect_right(others, m) == bisect_left(others, int(index.last[m]))
        ]
        silent = {m for m in free if below[m] > 0}
        for m in free:
            beside = [n in silent for n in block.near[m]]
            some = any(beside) and not all(beside)
            if alone[m] > 0 or m in gains or m in court.given or some:
                pool.add(m)
    ranked = sorted(pool, key=lambda n: (n not in nodes, -(alone[n] + int(index.prior[n])), n))
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
        if i and (court.spent > WORK or court.tried > TRIES):
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
        if court.spent > 2 * WORK or court.tried > 2 * TRIES:
            break
        better, found = value, atoms
        for rival in _rivals(atoms, pool):
            if court.spent > 2 * WORK or court.tried > 2 * TRIES:
                break
            score = court.score(rival, since)
            if score > better:
                better, found = score, rival
        if found is atoms:
            break
        atoms, value = found, better
    return value, atoms


def _rivals(atoms: tuple[Atom, ...], pool: list[Atom]) -> Iterator[tuple[Atom, ...]]:
    """Yield the sets with one atom more, one less, or, of a few, another one in its place."""
    inside = set(atoms)
    yield from ((*atoms, a) for a in pool if a not in inside)
    if len(atoms) > 1:
        yield from (tuple(a for a in atoms if a is not out) for out in atoms)
    if len(atoms) <= SWAPPED:
        for out in atoms:
            for new in pool:
                if new not in inside:
                    yield tuple(new if a is out else a for a in atoms)


def _split(court: Court, atoms: tuple[Atom, ...], since: int) -> list[Guess]:
    """Cut a set into guesses: atoms stay together when each needs the other to explain its part."""
    whole = court.score(atoms, since)
    groups: list[list[Atom]] = [[a] for a in atoms]
    merged = len(groups) <= FUSED
    while merged and len(groups) > 1:
        merged = False
        for one, two in combinations(groups, 2):
            if court.tried > 3 * TRIES:
                break
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
    starts = court.starts(atoms, since)
    since = max(starts.values())
    _evidence, tops = court.weigh(sorted(starts), since)
    return Guess(atoms, since, court.score(atoms, since), tuple(tops))
