"""What remains of a diagnosis beside planned works, and what works left behind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from netwatch.correlation.court import Guess
from netwatch.correlation.covering import hangs_on
from netwatch.correlation.evidence import below
from netwatch.correlation.likeness import Named
from netwatch.correlation.maintenance import Planned
from netwatch.correlation.naming import MOST
from netwatch.correlation.view import State, carried_by
from netwatch.model.facts import Cause, Diagnosis, IncidentKind


def unplanned(state: State, named: Named, diagnosis: Diagnosis) -> Diagnosis:
    """Leave out the elements that works have taken, and the people who know of it.

    An outage of works and of a fault together is the fault's: without it nobody else were dark.
    What works have left dark is theirs.
    """
    cover = state.cover
    if diagnosis.kind is IncidentKind.BLIND:
        return diagnosis
    for late in left_behind(state, named):
        diagnosis = _theirs(diagnosis, late, named)
    if not cover.nodes:
        return diagnosis
    root = tuple(n for n in diagnosis.root_cause if state.index.node(n) not in cover.nodes)
    people = tuple(s for s in diagnosis.subscribers if s not in cover.people)
    areas = {state.index.area[s] for s in people if s in state.index.area}
    return replace(
        diagnosis,
        root_cause=root or diagnosis.root_cause,
        subscribers=people,
        areas=tuple(sorted(areas)),
    )


def _theirs(diagnosis: Diagnosis, late: Planned, named: Named) -> Diagnosis:
    """Blame the works that overran: their element, where what is seen allows it."""
    meant = tuple(n for n in late.elements if n in named.names)[:1]
    diagnosis = replace(diagnosis, cause=Cause.CHANGE, causes=())
    if not meant or len(diagnosis.root_cause) != 1 or meant == diagnosis.root_cause:
        return diagnosis
    others = (*diagnosis.root_cause, *(n for n in diagnosis.also_possible if n not in meant))
    return replace(diagnosis, root_cause=meant, also_possible=others[:MOST])


def left_behind(state: State, named: Named) -> list[Planned]:
    """Return the works that are over and during which this fell: they overran."""
    return [one for one in _over(state, named.guess.since) if _took(state, one, named.guess)]


def _over(state: State, fell: int) -> Iterator[Planned]:
    """Yield the works that went on when it fell, and do not any more."""
    for one in sorted(state.decided.works.values(), key=lambda one: one.id):
        if not one.active and one.ended_at is not None and fell <= one.ended_at.timestamp():
            yield one


def _took(state: State, one: Planned, guess: Guess) -> bool:
    """Say whether all that is silent below a guess hangs on what works took."""
    index, e = state.index, state.evidence
    tops = carried_by(state, one)
    sources = below(e, guess.tops)
    silent = e.pos[sources[e.run[sources] < 0]].tolist()
    return bool(silent) and all(hangs_on(index, tops, node) for node in silent)


def since(state: State, named: Named) -> datetime:
    """Return since when an explanation is an outage: not while it was planned."""
    fell = datetime.fromtimestamp(named.guess.since, UTC)
    ends = [one.ended_at for one in left_behind(state, named) if one.ended_at is not None]
    return max([fell, *ends])
