"""Guess -> Diagnosis: what it is called, what it cannot be told apart from, and who is without."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import exp
from typing import Final

import numpy as np

from netwatch.correlation.bunches import bunches, unrecorded
from netwatch.correlation.causes import changed_before, gasping, weighed_cause
from netwatch.correlation.court import DROP, Court, Guess
from netwatch.correlation.evidence import HOMES, OLD_S, Word, below
from netwatch.correlation.likeness import Named
from netwatch.correlation.records import Strays, strays
from netwatch.correlation.reports import callers
from netwatch.correlation.sectors import faded, sector_name, sector_of, sunk
from netwatch.correlation.topology import UNIT
from netwatch.correlation.vantages import heard_elsewhere
from netwatch.model.evidence import Faded, Proof, Rival
from netwatch.model.facts import Cause, Diagnosis, IncidentKind
from netwatch.model.names import SELF, ElementName, SubscriberId

MOST: Final = 6
MOST_SUSPECTS: Final = 500
TWO: Final = 2
FELLOWS: Final = 3
"""So many homes that fall together are one incident on what they hang on."""
TOGETHER_S: Final = 60
SURE: Final = 0.9
LONG_OFF_S: Final = 60
"""What has not been seen alight for so long before a fault was off by itself."""
KNOWN_OFF: Final = -3
"""An ONU so often bad in a row before it began was off by itself."""


def diagnose(court: Court, named: Named, kind: IncidentKind | None = None) -> Diagnosis:
    """Put everything known about a guess into the words of facts."""
    guess = named.guess
    causes = _causes(court, named)
    cause, share = causes[0]
    people: list[SubscriberId] = []
    odd = Strays()
    if kind is None and is_our_way_out(court, guess):
        kind, cause, share = IncidentKind.BLIND, Cause.SELF, 1.0
    elif court.index.twins and heard_elsewhere(court, guess):
        kind = IncidentKind.DEGRADED
    else:
        odd = strays(court, guess)
        people = without(court, guess, odd)
        kind = kind or _kind(court, guess, people)
    chosen = (SELF,) if kind is IncidentKind.BLIND else named.chosen
    odds = -named.rival.log_odds if named.rival else guess.gain / UNIT
    area = court.index.area
    areas = sorted({area[s] for s in people if s in area})
    return Diagnosis(
        kind=kind,
        cause=cause if share >= SURE else Cause.UNKNOWN,
        causes=() if share >= SURE else causes,
        root_cause=chosen,
        also_possible=() if chosen == (SELF,) else tuple(n for n, _, _ in named.alike[:MOST]),
        confidence=round(1 / (1 + exp(-min(max(odds, -30.0), 30.0))), 6),
        areas=tuple(areas),
        subscribers=tuple(people),
        proof=replace(
            prove(court, guess, named.rival),
            changed=changed_before(court, guess),
            part=unrecorded(court, named),
            faded=_faded(court, named),
            suspects=tuple(court.index.names[n] for n in odd.nodes[:MOST_SUSPECTS]),
        ),
    )


def without(court: Court, guess: Guess, odd: Strays | None = None) -> list[SubscriberId]:
    """Return who has no path to a gateway, without those whose own line had been off before.

    Where a record is seen to be wrong, what is seen counts.
    """
    index = court.index
    odd = strays(court, guess) if odd is None else odd
    away = index.gateways != (0,)
    found = _unserved(court, guess) if away else court.people_below(guess.tops)
    spared = _off_before(court, guess).union(odd.here)
    if spared:
        off = {s for n in spared for s in index.people.get(n, ())}
        found = [s for s in found if s not in off]
    more = {s for n in odd.there for s in index.people.get(n, ())}
    return sorted(more.union(found)) if more else found


def _off_before(court: Court, guess: Guess) -> set[int]:
    """Return the nodes of ONUs and CPEs below that had been off by themselves when it began."""
    e = court.evidence
    sources = below(e, guess.tops)
    old = (e.at[sources] < guess.since) & (e.bad[sources] != 0)
    bad_before = (old & (e.bad[sources] > 0)).sum(axis=1)
    good_before = (old & (e.bad[sources] < 0)).sum(axis=1)
    off_long = (e.run[sources] < 0) & (e.fell[sources] < guess.since - LONG_OFF_S)
    off = sources[((bad_before >= -KNOWN_OFF) & (good_before == 0)) | off_long]
    return {n for n in e.pos[off].tolist() if court.index.kinds.get(n) in HOMES}


def _unserved(court: Court, guess: Guess) -> list[SubscriberId]:
    key = (-1, *guess.nodes)
    if key in court.folk:
        return court.folk[key]
    index, failed = court.index, set(guess.nodes)
    for node in guess.nodes if index.twins else ():
        failed.update(index.twins.get(node, ()))
    seen = {g for g in index.gateways if g not in failed}
    stack = sorted(seen)
    while stack:
        for n in index.near[stack.pop()]:
            if n not in seen and n not in failed:
                seen.add(n)
                stack.append(n)
    away = ((n, p) for n, p in index.people.items() if n not in seen and n not in index.copies)
    court.folk[key] = sorted(s for _, p in away for s in p)
    return court.folk[key]


def _kind(court: Court, guess: Guess, people: Sequence[SubscriberId]) -> IncidentKind:
    index = court.index
    if not people and not court.darkens(guess.tops):
        return IncidentKind.DEGRADED
    several = len(guess.atoms) > 1 and sector_of(court, guess) is not None
    homes = all(index.kinds.get(a.nodes[0]) in HOMES for a in guess.atoms)
    if several or (len(guess.atoms) >= FELLOWS and homes):
        return IncidentKind.PARTIAL
    one = _lone_station(court, guess) or not court.darkens(guess.tops, but_homes=True)
    if len(people) <= 1 and one:
        return IncidentKind.LINE
    return IncidentKind.OUTAGE


def is_our_way_out(court: Court, guess: Guess) -> bool:
    """Say whether the explanation is that netwatch itself is cut off.

    So it is when the vantage is silent; where nobody asks the vantage, when nothing answers at all.
    """
    if 0 in guess.tops:
        return True
    first = court.evidence.layout.first
    if int(first[1]) > 0 or court.index.stands:
        return False
    return len(below(court.evidence, guess.tops)) == int(first[-1])


def _causes(court: Court, named: Named) -> tuple[tuple[Cause, float], ...]:
    """Return the causes of all that cannot be told apart, the likeliest first."""
    guess = named.guess
    own = [weighed_cause(court, a, guess) for a in guess.atoms]
    bonus = min(more for _, more in own)
    causes, score = [cause for cause, _ in own], guess.gain
    if named.cause is None:
        score = court.score(guess.atoms, guess.since)
    elif Cause.CHANGE not in causes:
        causes = [named.cause]
    options = [(score + bonus, causes)]
    for _, atom, score in named.alike:
        cause, more = weighed_cause(court, atom, guess)
        options.append((score + more, [cause]))
    top = max(score for score, _ in options)
    mass: dict[Cause, float] = {}
    for score, causes in options:
        share = exp((score - top) / UNIT)
        for cause in sorted(set(causes)):
            mass[cause] = mass.get(cause, 0.0) + share / len(set(causes))
    total = sum(mass.values())
    return tuple(
        sorted(((c, round(m / total, 3)) for c, m in mass.items()), key=lambda x: (-x[1], x[0]))
    )


def _faded(court: Court, named: Named) -> Faded | None:
    """Return how what goes by air had sunk, of the atoms that a name may stand for."""
    atoms = (*named.guess.atoms, *(atom for _, atom, _ in named.alike))
    found = (faded(court, atom, named.guess) for atom in atoms)
    return next((one for one in found if one is not None), None)


def prove(court: Court, guess: Guess, rival: Rival | None) -> Proof:
    """Count what speaks for and against: every number can be counted again from the samples."""
    e = court.evidence
    sources = below(e, guess.tops)
    told = [s for n in guess.nodes for s in court.speakers.get(n, ())]
    every = np.array(sorted({*sources.tolist(), *told}), dtype=np.int64)
    planned = every[e.muted[every]] if e.muted is not None else every[:0]
    every = np.setdiff1d(every, planned)
    heard = every[(e.at[every] >= guess.since).any(axis=1)]
    silent = heard[e.run[heard] < 0]
    fell = silent[e.fell[silent] >= guess.since - OLD_S]
    falls = ((e.at[fell] >= guess.since) & (e.bad[fell] > 0)).sum(axis=1)
    return Proof(
        silent=len(silent),
        before=len(silent) - len(fell),
        asked=len(heard),
        answering=int((e.run[heard] > 0).sum()),
        gasps=court.said(guess.tops, Word.GASP),
        los=court.said(guess.tops, Word.LOS),
        stale=len(every) - len(heard),
        reports=callers(court, guess),
        blind=len(e.blind.keys() & set(every.tolist())),
        planned=len(planned),
        rounds=int(np.median(falls)) if len(falls) else 0,
        since=datetime.fromtimestamp(guess.since, UTC),
        runner_up=rival,
    )


def grouped(
    court: Court, guesses: Iterable[Guess], standing: Container[ElementName] = ()
) -> list[tuple[Guess, ElementName | None]]:
    """Fold lone homes that fell together below one splitter, port or switch into one guess.

    Homes that were never seen working may have been switched off for years: that they are all dark
    when we begin to look is no falling together, unless they are what is ``standing`` already.

    Returns:
        The guesses, each with the element that a folded one is named after.
    """
    rest: list[tuple[Guess, ElementName | None]] = []
    homes: dict[int, list[Guess]] = {}
    for guess in guesses:
        node = guess.atoms[0].nodes[0]
        kind = court.index.kinds.get(node)
        drop = (
            court.index.names[node].startswith("link:")
            and len(guess.tops) == 1
            and int(court.index.last[node]) - node == DROP  # a link of a ring has nothing below it
            and court.index.kinds.get(node + 1) in HOMES
        )
        alone = kind in HOMES or drop or _lone_station(court, guess)
        if len(guess.atoms) == 1 and guess.atoms[0].risk is None and alone:
            homes.setdefault(_holder(court, node), []).append(guess)
        else:
            rest.append((guess, None))
    for holder, dark in homes.items():
        known = court.index.names[holder] in standing or len(dark) < FELLOWS
        lone = dark if known else [g for g in dark if _fell(court, g)]
        rest.extend((g, None) for g in dark if g not in lone)
        sector = _sank(court, holder, lone)
        for bunch in [lone] if sector else bunches(court, holder, lone):
            if len(bunch) == 1:
                rest.append((bunch[0], None))
                continue
            atoms = tuple(a for g in bunch for a in g.atoms)
            tops = tuple(sorted(t for g in bunch for t in g.tops))
            whole = Guess(atoms, min(g.since for g in bunch), sum(g.gain for g in bunch), tops)
            rest.append((whole, court.index.names[holder]))
    return rest


def _lone_station(court: Court, guess: Guess) -> bool:
    """Say whether an explanation is about one radio of a sector, or its link."""
    atom = guess.atoms[0]
    station = court.sectors.station(atom.nodes[0]) if atom.risk is None else None
    if station is None or len(guess.atoms) > 1 or len(guess.tops) > 1:
        return False
    holder = court.sectors.holder[station]
    return len(court.sectors.stations[holder]) >= TWO


def _sank(court: Court, holder: int, dark: Sequence[Guess]) -> bool:
    """Say whether these are of a sector that sank as a whole."""
    if len(dark) < TWO or holder not in court.sectors.stations:
        return False
    return sunk(court, holder, min(g.since for g in dark)) is not None


def _fell(court: Court, guess: Guess) -> bool:
    """Say whether any of this was seen working since we look."""
    e = court.evidence
    sources = below(e, guess.tops)
    return bool((e.run[sources] + e.slot[sources] > 0).any())


def one_power_cut(court: Court, guesses: Sequence[Guess]) -> list[Guess]:
    """Fold what gasped together on several splitters or ports: power does not know PONs."""
    gone = [g for g in guesses if all(a.risk is None for a in g.atoms) and gasping(court, g)]
    gone = [g for g in gone if any(court.index.kinds.get(n) not in HOMES for n in g.nodes)]
    if len(gone) < TWO or max(g.since for g in gone) - min(g.since for g in gone) > TOGETHER_S:
        return list(guesses)
    whole = Guess(
        tuple(a for g in gone for a in g.atoms),
        min(g.since for g in gone),
        sum(g.gain for g in gone),
        tuple(sorted(t for g in gone for t in g.tops)),
    )
    folded = {id(g) for g in gone}
    return [whole, *(g for g in guesses if id(g) not in folded)]


def _holder(court: Court, node: int) -> int:
    """Return the nearest thing above a home that is more than its drop."""
    for above in court.index.above(node):
        if above in court.index.kinds or court.index.names[above].startswith("port:"):
            return above
    return 0


def renamed(court: Court, named: Named, holder: ElementName | None) -> Named:
    """Name a guess made of several homes after what they hang on, and a sector after its radio."""
    holder = holder or sector_name(court, named.guess)
    return named if holder is None else replace(named, chosen=(holder,), alike=())
