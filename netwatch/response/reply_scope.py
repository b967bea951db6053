"""Which incident and which task somebody of the staff speaks of, and what their roles allow."""

from datetime import datetime
from typing import Final

from netwatch.model.meaning import Meaning, Unclear
from netwatch.model.names import IncidentId, PersonId, RoleName, TaskId
from netwatch.model.replying import Reply
from netwatch.model.task_facts import Rank
from netwatch.response.cases import Case, Life
from netwatch.response.holders import holder_of
from netwatch.response.people import People
from netwatch.response.sheets import Errand
from netwatch.response.state import State

MOST_CHOICES: Final = 6
"""So many are listed in an answer: it is read on a phone."""


def roles_of(people: People, person: str) -> frozenset[RoleName]:
    """Return the roles somebody may have, by whatever file says so."""
    who = PersonId(person)
    named = (role.id for role in people.roles.values() if who in role.people)
    turns = (rota.role for rota in people.rotas if who in rota.people)
    swaps = (swap.role for swap in people.swaps if swap.person == who)
    return frozenset((*named, *turns, *swaps))


def has_role(state: State, person: str, at: datetime) -> bool:
    """Say whether somebody has any part in this, by file, calendar or command."""
    people = state.rules.people
    if roles_of(people, person):
        return True
    if any(one.person == person and one.ends > at for one in state.overrides.values()):
        return True
    holders = (holder_of(state, role, at) for role in people.roles)
    return any(one is not None and one.person == person for one in holders)


def may(state: State, person: str, what: str) -> bool:
    """Say whether one of somebody's roles allows something; who has none by file asks theirs."""
    roles = state.rules.people.roles
    allowed = [what in roles[name].may for name in roles_of(state.rules.people, person)]
    return any(allowed) or not allowed


def about(state: State, reply: Reply, meaning: Meaning) -> tuple[Case | None, tuple[str, ...]]:
    """Return the incident that is spoken of, or those of which one may be."""
    if meaning.incident:
        case = state.open_case(_survivor(state, IncidentId(meaning.incident)))
        return case, () if case else _numbers(_mine(state, reply) or _open(state))
    candidates = _mine(state, reply) or _open(state)
    if len(candidates) == 1:
        return candidates[0], ()
    return None, _numbers(candidates)


def errands_of(
    state: State, reply: Reply, meaning: Meaning, case: Case
) -> tuple[str, tuple[str, ...], Unclear | None]:
    """Return the task that is done, or those of which one may be, and why it is asked.

    Nothing at all: nobody said that anything is done, or nothing of theirs is open.
    """
    if not meaning.done:
        return "", (), None
    sheet = state.plan.sheets.get(case.incident)
    held = [] if sheet is None else sheet.open
    if meaning.task:
        known = TaskId(meaning.task) in {one.task for one in held}
        return (meaning.task, (), None) if known else ("", _tasks(held), Unclear.NO_TASK)
    own = [one for one in held if _is_of(state, one, reply)]
    repairs = [one for one in own if one.rank is Rank.REPAIR]
    for some in (own, repairs):
        if len(some) == 1:
            return some[0].task, (), None
    return ("", _tasks(own), Unclear.WHICH_TASK) if own else ("", (), None)


def _is_of(state: State, errand: Errand, reply: Reply) -> bool:
    holder = holder_of(state, errand.role, reply.at)
    return holder is not None and holder.person == reply.by


def _mine(state: State, reply: Reply) -> list[Case]:
    """Return the open incidents that somebody was told of, has in hand or has tasks in."""
    roles = {str(role) for role in roles_of(state.rules.people, reply.by)}
    names = {reply.by, *roles}
    found = []
    for case in state.cases.values():
        if case.over:
            continue
        sheet = state.plan.sheets.get(case.incident)
        tasks = [] if sheet is None else sheet.open
        told = bool(names.intersection(case.alerted)) or case.owner == reply.by
        if told or any(_is_of(state, one, reply) for one in tasks):
            found.append(case)
    return _going_on(found)


def _open(state: State) -> list[Case]:
    """Return the open incidents that the staff was told of."""
    told = (case for case in state.told_of() if case.staff is not None and not case.over)
    return _going_on(list(told))


def _going_on(cases: list[Case]) -> list[Case]:
    """Return those that are not mended yet, where there are any."""
    return [case for case in cases if case.life is Life.OPEN] or cases


def _survivor(state: State, incident: IncidentId) -> IncidentId:
    """Return the incident in which one goes on."""
    for _ in range(len(state.cases)):
        case = state.cases.get(incident)
        if case is None or case.merged_into is None:
            break
        incident = case.merged_into
    return incident


def _numbers(cases: list[Case]) -> tuple[str, ...]:
    return tuple(case.incident for case in cases[-MOST_CHOICES:])


def _tasks(errands: list[Errand]) -> tuple[str, ...]:
    return tuple(one.task for one in errands[:MOST_CHOICES])
