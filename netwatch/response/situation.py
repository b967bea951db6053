"""When so much is broken at a time that it is told of as one: one post, one headline, one list."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.arrivals import Arrival, BeginSituation, EndSituation, Tick
from netwatch.model.facts import (
    Cause,
    Fact,
    IncidentClosed,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    Phase,
    SituationBegan,
    SituationChanged,
    SituationEnded,
    SituationOver,
)
from netwatch.model.names import AreaId, IncidentId, SituationId
from netwatch.response.cases import Case, Life
from netwatch.response.state import State
from netwatch.response.umbrellas import Umbrella, begun

CALM: Final = timedelta(minutes=1)
"""Its list changes at most this often."""
LEFT: Final = 1
"""So few that each is told of by itself again."""
FEWEST: Final = 5
"""Where no rule of the page says from how many people on the public is told."""
REMEMBERED: Final = timedelta(days=1)


def situations(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield the beginning of a situation, what changes in it, and its end."""
    match arrival:
        case BeginSituation() if state.standing is None and members(state):
            yield _began(state, arrival.at, by=arrival.by)
        case EndSituation() if (standing := state.standing) is not None:
            name = standing.case.situation
            if name is not None:
                yield SituationEnded(at=arrival.at, situation=name, by=arrival.by)
        case Tick():
            yield from _goes_on(state, arrival.at)
            if state.standing is None and _is_one(state, arrival.at):
                yield _began(state, arrival.at)
        case _:
            return


def evolve(state: State, fact: Fact) -> None:
    """Remember one fact as far as situations are concerned."""
    match fact:
        case IncidentConfirmed():
            case = state.cases.get(fact.incident)
            if case is not None and is_public(state, case):
                _remember(state, case, fact.at)
        case IncidentMerged():
            state.begun.pop(fact.incident, None)
        case IncidentClosed(mistaken=True):
            state.begun.pop(fact.incident, None)
        case SituationBegan():
            state.umbrellas[fact.situation] = begun(fact)
            state.situations_begun += 1
        case SituationChanged() | SituationEnded() | SituationOver():
            umbrella = state.umbrellas.get(fact.situation)
            if umbrella is None:
                return
            umbrella.take(fact)
            if isinstance(fact, SituationEnded) and fact.by:
                state.told_apart = set(umbrella.members)
            forget_when_settled(state, umbrella)
        case _:
            return


def forget_when_settled(state: State, umbrella: Umbrella) -> None:
    """Let go of a situation that is over and told to be."""
    name = umbrella.case.situation
    over = umbrella.case.life is not Life.OPEN and not umbrella.stands
    if name is not None and over and umbrella.case.settled:
        del state.umbrellas[name]


def is_public(state: State, case: Case) -> bool:
    """Say whether the public is told of this incident, and it is ours to mend."""
    least = [one.least_subscribers for one in state.rules.public(Phase.CONFIRMED)]
    fewest = min(least, default=FEWEST)
    outage = case.kind in (IncidentKind.OUTAGE, IncidentKind.PARTIAL)
    return outage and case.cause is not Cause.POWER_HOMES and case.worst >= fewest


def members(state: State) -> list[Case]:
    """Return the incidents of a situation, those first that take most people."""
    open_ones = (
        case
        for case in state.cases.values()
        if case.life is Life.OPEN and case.confirmed and is_public(state, case)
    )
    return sorted(open_ones, key=lambda case: (-case.worst, case.since, case.incident))


def _is_one(state: State, now: datetime) -> bool:
    rule = state.rules.situation
    if len(state.begun) < rule.incidents or state.blinded:
        return False
    new = {name for name, since in state.begun.items() if now - since <= rule.within}
    if len(new - state.told_apart) < rule.incidents:
        return False
    return len(members(state)) > LEFT


def _goes_on(state: State, now: datetime) -> Iterator[Fact]:
    for name, umbrella in state.umbrellas.items():
        if umbrella.case.life is not Life.OPEN:
            continue
        open_ones = members(state)
        if umbrella.stands:
            if open_ones and _shrinks(state, umbrella, open_ones, now):
                continue
            yield from _changed(umbrella, name, open_ones, now)
            alone = len(open_ones) <= LEFT
            if alone and (not umbrella.by or now - umbrella.began >= state.rules.situation.within):
                yield SituationEnded(at=now, situation=name)
        elif not _left(state, umbrella):
            mistaken = bool(umbrella.ever) and not any(one in state.begun for one in umbrella.ever)
            yield SituationOver(at=now, situation=name, mistaken=mistaken)


def _shrinks(state: State, umbrella: Umbrella, open_ones: list[Case], now: datetime) -> bool:
    """Say whether one of them was mended just now: then the next may be in a moment, too."""
    gone = set(umbrella.members) - {case.incident for case in open_ones}
    ended = (case.restored for name in gone if (case := state.cases.get(name)) is not None)
    return any(at is not None and now - at < CALM for at in ended)


def _left(state: State, umbrella: Umbrella) -> bool:
    """Say whether any incident of a situation goes on."""
    cases = (state.cases.get(name) for name in umbrella.ever)
    return any(case is not None and case.life is Life.OPEN for case in cases)


def _changed(
    umbrella: Umbrella, name: SituationId, open_ones: list[Case], now: datetime
) -> Iterator[SituationChanged]:
    incidents = _names(open_ones)
    last = umbrella.changed or umbrella.began
    calm = now - last >= CALM or len(open_ones) <= LEFT
    if incidents == umbrella.members or not calm or not incidents:
        return
    yield SituationChanged(
        at=now,
        situation=name,
        incidents=incidents,
        areas=_areas(open_ones),
        subscribers=sum(case.worst for case in open_ones),
    )


def _began(state: State, now: datetime, by: str = "") -> SituationBegan:
    open_ones = members(state)
    return SituationBegan(
        at=now,
        situation=SituationId(f"{state.rules.series}U-{state.situations_begun + 1}"),
        by=by,
        incidents=_names(open_ones),
        areas=_areas(open_ones),
        subscribers=sum(case.worst for case in open_ones),
        since=min((case.since for case in open_ones), default=now),
    )


def _names(cases: list[Case]) -> tuple[IncidentId, ...]:
    return tuple(case.incident for case in cases)


def _areas(cases: list[Case]) -> tuple[AreaId, ...]:
    return tuple(dict.fromkeys(area for case in cases for area in case.areas))


def _remember(state: State, case: Case, now: datetime) -> None:
    state.begun = {name: at for name, at in state.begun.items() if now - at < REMEMBERED}
    state.begun[case.incident] = case.since
    state.told_apart &= set(state.begun)
