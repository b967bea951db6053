"""What people say is one fault, or several: it holds as long as it is dark, whatever we think."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netwatch.correlation.evidence import below
from netwatch.correlation.fallen_cards import nodes_called
from netwatch.correlation.incidents import Open
from netwatch.correlation.likeness import Named
from netwatch.correlation.matching import is_part, kinship, lies_within, narrower, told_of
from netwatch.correlation.maturity import mature
from netwatch.correlation.naming import diagnose
from netwatch.correlation.topology import cut_roots
from netwatch.correlation.unplanned import unplanned
from netwatch.correlation.view import State, tops_of, under
from netwatch.model.evidence import Proof
from netwatch.model.facts import (
    Cause,
    Diagnosis,
    Fact,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRevised,
)
from netwatch.model.names import ElementName, IncidentId, SubscriberId
from netwatch.model.person_facts import MergedByHand, SplitByHand
from netwatch.model.shaping import Merge, Shaping, Split

OUTAGES: Final = (IncidentKind.OUTAGE, IncidentKind.PARTIAL)
NOBODY: Final = frozenset[SubscriberId]()
NOTHING: Final[tuple[ElementName, ...]] = ()


def shaped(state: State, command: Shaping) -> Iterator[Fact]:
    """Yield what a person's word changes; nothing where it makes no sense as things stand."""
    held = state.decided.incidents.get(command.incident)
    if held is None or held.kind is IncidentKind.BLIND:
        return
    match command:
        case Merge():
            into = state.decided.incidents.get(command.into)
            if into is not None and into is not held and into.kind is not IncidentKind.BLIND:
                yield from _merged(state, held, into, command)
        case Split():
            yield from _split(state, held, command)


def as_said(state: State, held: Open, named: Named, diagnosis: Diagnosis) -> Diagnosis:
    """Return a diagnosis that keeps to what people said of this incident, and of others."""
    if is_shaped(state, held):
        diagnosis = _with_all(state, held, named, diagnosis)
    parts = (one for one in state.decided.split_off if one.id != held.id)
    others = NOBODY.union(*(one.subscribers for one in parts))
    if others.isdisjoint(diagnosis.subscribers):
        return diagnosis
    return with_people(state, diagnosis, set(diagnosis.subscribers) - others)


def is_shaped(state: State, held: Open) -> bool:
    """Say whether a person said of this incident what it is part of, or what is part of it."""
    return held.out_of is not None or held.id in state.decided.joined


def _with_all(state: State, held: Open, named: Named, diagnosis: Diagnosis) -> Diagnosis:
    """Return a diagnosis of all that goes on in an incident; a single explanation tells of one."""
    every = [one for one in state.named if one is not named and told_of(state, one, held)]
    found = [unplanned(state, one, diagnose(state.court, one)) for one in _ripe(state, every)]
    people = set(diagnosis.subscribers).union(*(one.subscribers for one in found))
    before = [held.kind] if held.subscribers else []
    kind = _gravest([diagnosis.kind, *(one.kind for one in found), *before], people)
    root, alike = held.root_cause, NOTHING
    if held.out_of is None:
        joined = state.decided.joined[held.id]
        more = sorted({x for one in every for x in one.chosen if x in joined})
        root = tuple(dict.fromkeys((*diagnosis.root_cause, *more)))
        alike = diagnosis.also_possible
    whole = replace(diagnosis, kind=kind, root_cause=root, also_possible=alike)
    return with_people(state, whole, people) if found else whole


def _ripe(state: State, every: Iterable[Named]) -> list[Named]:
    return [one for one in every if mature(state, one)]


def _gravest(kinds: Sequence[IncidentKind], people: Collection[SubscriberId]) -> IncidentKind:
    """Return which kind several faults together are."""
    kind = next((one for one in kinds if one in OUTAGES), kinds[0])
    return IncidentKind.OUTAGE if kind is IncidentKind.LINE and len(people) > 1 else kind


def spoken_for(state: State, named: Named) -> bool:
    """Say whether a person has said already of which incident all of an explanation is."""
    decided = state.decided
    for incident, elements in decided.joined.items():
        held = decided.incidents[incident]
        if held.restored_at is None and not elements.isdisjoint(named.names):
            return True
    return any(is_part(state, named, one) for one in decided.split_off)


def of_its_own(state: State, held: Open, dark: set[int]) -> set[int]:
    """Return the silent sources for which an incident waits: not those of a fault split off it."""
    tops = [top for one in narrower(state, held) for top in tops_of(state, one)]
    if not tops:
        return dark
    return {s for s in dark if not under(state.index, tops, int(state.evidence.pos[s]))}


def _merged(state: State, held: Open, into: Open, command: Merge) -> Iterator[Fact]:
    at = command.at
    own, other = (_diagnosis(state, one, state.named) for one in (into, held))
    apart = state.decided.apart
    dark = held.subscribers | apart.get(held.id, NOBODY)
    people = into.subscribers | apart.get(into.id, NOBODY) | dark
    kind = _gravest((into.kind, held.kind), people)
    both = tuple(dict.fromkeys((*into.root_cause, *held.root_cause)))
    proof = own.proof if own.proof.silent else other.proof
    whole = replace(own, kind=kind, root_cause=both, also_possible=(), proof=proof)
    yield MergedByHand(at=at, incident=into.id, merged=held.id, by=command.by, elements=both)
    yield IncidentMerged(at=at, incident=held.id, into=into.id)
    if held.restored_at is None or dark:
        if into.restored_at is not None:
            yield IncidentRelapsed(at=at, incident=into.id)
        yield IncidentRevised(at=at, incident=into.id, diagnosis=with_people(state, whole, people))
        if held.confirmed and not into.confirmed:
            yield confirmed(into.id, held.since, at)


def _split(state: State, held: Open, command: Split) -> Iterator[Fact]:
    at, called = command.at, {one: nodes_called(state.court, one) for one in command.elements}
    elements = tuple(one for one, nodes in called.items() if nodes)
    nodes = sorted({n for nodes in called.values() for n in nodes})
    tops = tuple(cut_roots(state.index, nodes))
    theirs = held.subscribers.intersection(state.court.people_below(tops))
    if held.restored_at is not None or not theirs or theirs == held.subscribers:
        return
    off = state.rules.number(state.decided.number + 1)
    kind = held.kind if held.kind in OUTAGES else IncidentKind.OUTAGE
    found = Diagnosis(
        kind=kind,
        cause=Cause.UNKNOWN,
        root_cause=elements,
        confidence=1.0,
        proof=counted(state, tops, held.since),
    )
    rest = _rest(
        state,
        held,
        elements,
        [n for n in state.named if not lies_within(state, n, list(tops), theirs)],
    )
    if not found.proof.silent:  # what would tell of it cannot be asked either
        found = replace(found, proof=rest.proof)
    yield IncidentOpened(
        at=at, incident=off, since=held.since, diagnosis=with_people(state, found, theirs)
    )
    yield SplitByHand(at=at, incident=off, out_of=held.id, by=command.by)
    if held.confirmed:
        yield confirmed(off, held.since, at)
    left = with_people(state, rest, held.subscribers - theirs)
    yield IncidentRevised(at=at, incident=held.id, diagnosis=left)


def _rest(
    state: State, held: Open, without: Collection[ElementName], every: Sequence[Named]
) -> Diagnosis:
    """Return what an incident is thought to be once a part is none of it any more."""
    root = tuple(one for one in held.root_cause if one not in without)
    return _diagnosis(state, replace(held, root_cause=root or held.root_cause), every)


def _diagnosis(state: State, held: Open, every: Sequence[Named]) -> Diagnosis:
    """Return what an incident is thought to be just now, of these explanations."""
    near = [(kinship(state, named, held), -i) for i, named in enumerate(every)]
    kin, i = max(near, default=(0, 0))
    if kin > 0 and held.restored_at is None and held.out_of is None:
        return replace(diagnose(state.court, every[-i]), kind=held.kind)
    return Diagnosis(
        kind=held.kind,
        cause=Cause(held.cause),
        root_cause=held.root_cause,
        also_possible=held.also_possible,
        confidence=1.0,
        proof=counted(state, tuple(tops_of(state, held)), held.since),
    )


def with_people(state: State, diagnosis: Diagnosis, people: Iterable[SubscriberId]) -> Diagnosis:
    """Return a diagnosis of other people."""
    some, area = tuple(sorted(people)), state.index.area
    areas = tuple(sorted({area[one] for one in some if one in area}))
    return replace(diagnosis, subscribers=some, areas=areas)


def counted(state: State, tops: tuple[int, ...], since: datetime, reports: int = 0) -> Proof:
    """Return what is seen below these tops, where a person says that it is a fault."""
    sources = below(state.evidence, tops)
    runs = state.evidence.run[sources]
    silent, answering = int((runs < 0).sum()), int((runs > 0).sum())
    asked = silent + answering
    return Proof(silent=silent, asked=asked, answering=answering, since=since, reports=reports)


def confirmed(incident: IncidentId, since: datetime, at: datetime) -> IncidentConfirmed:
    """Return that a person's word is proof enough for customers who were told already."""
    return IncidentConfirmed(at=at, incident=incident, odds=0.0, over=max(at - since, timedelta(0)))
