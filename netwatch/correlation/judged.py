"""A person's word on a cluster of reports -> an incident on the usual road, or quiet."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from netwatch.correlation.by_hand import confirmed, counted, with_people
from netwatch.correlation.ear import Cluster, Stand
from netwatch.correlation.hearing import shared
from netwatch.correlation.pieces import lines_of
from netwatch.correlation.topology import cut_roots
from netwatch.correlation.view import State
from netwatch.model.cluster_facts import ClusterConfirmed, ClusterDismissed
from netwatch.model.facts import Cause, Diagnosis, Fact, IncidentKind, IncidentOpened
from netwatch.model.names import ElementName, IncidentId, SubscriberId
from netwatch.model.voices import ConfirmCluster, DismissCluster, Judging

SILENCE: Final = timedelta(hours=2)
"""So long nobody is told again of a place that a person has dismissed."""


def judged(state: State, command: Judging) -> Iterator[Fact]:
    """Yield what follows from a person's word; nothing where there is no such cluster any more."""
    held = state.decided.ear.clusters.get(command.cluster)
    if held is None or held.stand is Stand.CONFIRMED:
        return
    match command:
        case ConfirmCluster():
            yield from _confirmed(state, held, command)
        case DismissCluster() if held.is_open:
            yield ClusterDismissed(
                at=command.at,
                cluster=held.id,
                by=command.by,
                note=command.note,
                quiet_until=command.at + SILENCE,
            )
        case _:
            return


def _confirmed(state: State, held: Cluster, command: ConfirmCluster) -> Iterator[Fact]:
    """Open an incident of all lines of the place but those that another one has taken."""
    at = command.at
    open_ = [i for i in state.decided.incidents.values() if i.restored_at is None]
    taken = frozenset[SubscriberId]().union(*(i.subscribers for i in open_))
    people = {*lines_of(state, held.piece), *held.subscribers} - taken
    people &= state.network.subscribers.keys()
    if not people:
        return
    incident = IncidentId(f"I-{state.decided.number + 1}")
    root = _root(state, held)
    nodes = [n for n in (state.index.node(one) for one in root) if n is not None]
    found = Diagnosis(
        kind=IncidentKind.OUTAGE,
        cause=Cause.UNKNOWN,
        root_cause=root,
        confidence=1.0,
        proof=counted(state, tuple(cut_roots(state.index, nodes)), held.since, held.callers),
    )
    diagnosis = with_people(state, found, people)
    yield IncidentOpened(at=at, incident=incident, since=held.since, diagnosis=diagnosis)
    yield ClusterConfirmed(at=at, cluster=held.id, incident=incident, by=command.by)
    yield confirmed(incident, held.since, at)


def _root(state: State, held: Cluster) -> tuple[ElementName, ...]:
    """Return what the lines have in common, as far as anybody knows: no cause is claimed."""
    if state.index.node(ElementName(held.piece)) is not None:
        return (ElementName(held.piece),)
    homes = [state.home[one] for one in lines_of(state, held.piece) if one in state.home]
    if homes:
        return (state.index.names[shared(state.index, homes)],)
    return (ElementName(held.piece),) if held.piece.startswith("area:") else ()
