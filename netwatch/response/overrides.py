"""Commands about duties -> facts, and what of them holds still."""

from collections.abc import Iterator

from netwatch.model.arrivals import Arrival
from netwatch.model.duty_commands import EndOverride, OverrideDuty
from netwatch.model.duty_facts import DutyFact, DutyOverridden, DutyOverrideEnded
from netwatch.model.names import OverrideId
from netwatch.response.state import State


def rostered(state: State, arrival: Arrival) -> Iterator[DutyFact]:
    """Yield what a command about duties changes; nothing where nobody could have the duty then."""
    match arrival:
        case OverrideDuty():
            people = state.rules.people
            starts = max(arrival.starts, arrival.at)
            known = arrival.role in people.roles and arrival.person in people.persons
            if known and starts < arrival.ends:
                yield DutyOverridden(
                    at=arrival.at,
                    override=OverrideId(f"O-{state.overrides_made + 1}"),
                    role=arrival.role,
                    person=arrival.person,
                    starts=starts,
                    ends=arrival.ends,
                    by=arrival.by,
                    why=arrival.why,
                )
        case EndOverride():
            held = state.overrides.get(arrival.override)
            if held is not None and held.ends > arrival.at:
                yield DutyOverrideEnded(at=arrival.at, override=held.override, by=arrival.by)
        case _:
            return


def evolve(state: State, fact: DutyFact) -> None:
    """Remember who has a duty for a while; those whose time is over are let go."""
    state.watch = None
    match fact:
        case DutyOverridden():
            over = [name for name, one in state.overrides.items() if one.ends <= fact.at]
            for name in over:
                del state.overrides[name]
            state.overrides[fact.override] = fact
            number = int(fact.override.removeprefix("O-"))
            state.overrides_made = max(state.overrides_made, number)
        case DutyOverrideEnded():
            state.overrides.pop(fact.override, None)
