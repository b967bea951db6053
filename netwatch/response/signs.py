"""Alarms of incidents that are not proven yet: once all are corrected, it is mending by itself."""

from netwatch.model.cluster_facts import ClusterConfirmed
from netwatch.model.facts import AlarmCleared, AlarmPlaced, Part
from netwatch.model.names import IncidentId
from netwatch.response.cases import Case
from netwatch.response.state import State


def evolve(state: State, fact: AlarmPlaced | AlarmCleared | ClusterConfirmed) -> None:
    """Remember what stands for an incident while nothing else proves it."""
    if isinstance(fact, ClusterConfirmed):
        case = state.cases.get(fact.incident)
        if case is not None and fact.by:  # a person vouches for what nothing is seen of
            case.silent = max(case.silent, 1)
        return
    key = f"{fact.device}/{fact.check}/{fact.part or ''}"
    if isinstance(fact, AlarmCleared):
        case = state.cases.get(state.signs.pop(key, IncidentId("")))
        if case is not None:
            case.standing -= 1
        return
    if fact.as_ not in (Part.ROOT, Part.FOLDED) or fact.incident is None or key in state.signs:
        return
    case = state.cases.get(fact.incident)
    if case is not None and not case.confirmed:
        state.signs[key] = case.incident
        case.standing, case.signed = case.standing + 1, True


def forget(state: State, case: Case) -> None:
    """Keep nothing of an incident that is proven, or over: what it was merged into has it."""
    if case.standing <= 0:
        return
    case.standing = 0
    signs, state.signs = state.signs, {}
    heir = state.cases.get(case.merged_into) if case.merged_into else None
    for key, incident in signs.items():
        if incident != case.incident:
            state.signs[key] = incident
        elif heir is not None and not (heir.confirmed or heir.over):
            state.signs[key] = heir.incident
            heir.standing, heir.signed = heir.standing + 1, True
