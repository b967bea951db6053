"""Roles and people of the rules -> whom the staff's words go to now, and by which channel."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from netwatch.model.names import ChannelName, PersonId, RoleName
from netwatch.response.cases import Case
from netwatch.response.on_duty import Because, standing
from netwatch.response.pacing import batches
from netwatch.response.rules import ResponseRules
from netwatch.response.state import State, Watch

Letters = Iterator[tuple[ChannelName, tuple[str, ...]]]
"""Who gets the same words by the same channel, as many as one fact bears."""
AS_A_WHOLE = (Because.FIRST, Because.ANNOUNCEMENT, Because.NOBODY)
"""No rota names anybody: the role's own phone rings, as those who share it agreed."""


def on_watch(state: State, at: datetime) -> tuple[str, ...]:
    """Return the ids of those whom the staff's words go to at a moment.

    A role is whoever has it then by a rota, a swap or an override; one without stays a role.
    """
    watch = state.watch
    if watch is None or not watch.since <= at < (watch.until or at + at.resolution):
        state.watch = watch = _looked_up(state, at)
    return watch.who


def told_now(state: State, case: Case, at: datetime) -> tuple[str, ...]:
    """Return who hears news of an incident: those on duty, and whoever has it in hand."""
    return _each_once((*on_watch(state, at), *_owner(state, case)))


def told_the_end(state: State, case: Case, at: datetime) -> tuple[str, ...]:
    """Return who hears that an incident is over: everybody who heard of it."""
    heard = _each_once((*case.alerted, *_owner(state, case)))
    return heard or on_watch(state, at)


def newcomers(state: State, case: Case, at: datetime) -> tuple[str, ...]:
    """Return who came on duty while an incident goes on, and knows nothing of it."""
    if not case.alerted:
        return ()
    return tuple(one for one in on_watch(state, at) if one not in case.alerted)


def letters(rules: ResponseRules, who: Iterable[str]) -> Letters:
    """Yield who is told by which channel: by a person's own first one that leads somewhere."""
    pairs = sorted(((own_channel(rules, one), one) for one in who), key=lambda pair: pair[0])
    for channel, group in groupby(pairs, key=lambda pair: pair[0]):
        for some in batches(tuple(one for _, one in group)):
            yield channel, some


def own_channel(rules: ResponseRules, one: str) -> ChannelName:
    """Return by which channel somebody hears of it: their own first one that leads somewhere."""
    person = rules.people.persons.get(PersonId(one))
    own = person.channels if person else ()
    return next((name for name in own if rules.leads_somewhere(name)), rules.staff_channels[0])


def _looked_up(state: State, at: datetime) -> Watch:
    people, said = state.rules.people, tuple(state.overrides.values())
    who: list[str] = []
    edges: list[datetime] = []
    for name in state.rules.staff:
        role = RoleName(name)
        if role not in people.roles:
            who.append(name)
            continue
        found, until = standing(people, said, role, at)
        who.append(name if found.because in AS_A_WHOLE else found.who)
        edges += [] if until is None else [until]
    return Watch(at, min(edges, default=None), _each_once(who))


def _owner(state: State, case: Case) -> tuple[str, ...]:
    owner = PersonId(case.owner)
    if owner not in state.rules.people.persons or _hears_as_role(state, owner):
        return ()
    return (owner,)


def _hears_as_role(state: State, person: PersonId) -> bool:
    """Say whether the phone that rings for a role as a whole is theirs: it rings once."""
    rules, roles = state.rules, state.rules.people.roles
    as_a_whole = (roles[RoleName(one)] for one in rules.staff if one in roles)
    return own_channel(rules, person) == rules.staff_channels[0] and any(
        person in role.people and state.watch is not None and role.id in state.watch.who
        for role in as_a_whole
    )


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
