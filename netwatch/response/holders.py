"""A role -> the person who has it now, and by which channel of their own they hear of it."""

from datetime import datetime
from typing import NamedTuple

from netwatch.model.names import ChannelName, PersonId, RoleName
from netwatch.response.on_duty import standing
from netwatch.response.people import ON_CALL
from netwatch.response.playbooks import NETWATCH
from netwatch.response.sheets import Errand
from netwatch.response.state import State


class Holder(NamedTuple):
    """Whoever has a role, with the way to them."""

    person: str
    channel: ChannelName | None
    """None: no other way than that of all alerts."""


def then_role(state: State, errand: Errand) -> RoleName:
    """Return who is told of a late task when a reminder did not help."""
    rule = state.rules.tasks.tasks.get(errand.name)
    return (rule.then if rule else None) or state.rules.tasks.chasing.then


def holder_of(state: State, role: RoleName, at: datetime) -> Holder | None:
    """Return who has a role at a moment; what no file names falls to whoever is on call.

    None: no people file names anybody, a machine has the role, or netwatch itself.
    """
    people = state.rules.people
    if not people.persons or role == NETWATCH:
        return None
    asked = role if role in people.roles else ON_CALL
    found = standing(people, tuple(state.overrides.values()), asked, at).found
    person = people.persons.get(PersonId(found.who))
    if found.is_machine or person is None:
        return None
    rules = state.rules
    own = (one for one in person.channels if rules.leads_somewhere(one))
    return Holder(found.who, next((one for one in own if one not in rules.staff_channels), None))
