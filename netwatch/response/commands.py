"""What a person does with an incident. Nothing follows when there is no such open incident."""

from collections.abc import Iterator

from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Arrival,
    Assign,
    Attribute,
    Expect,
    OfIncident,
    Resolve,
)
from netwatch.model.facts import (
    Cause,
    CauseNamed,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentNoted,
)
from netwatch.response.state import State


def carried_out(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield what a person's command changes."""
    match arrival:
        case Acknowledge() | Assign() | Expect() | Attribute() | Annotate() | Resolve():
            known = not isinstance(arrival, Assign) or is_somebody(state, arrival.to)
            if known and state.open_case(arrival.incident) is not None:
                yield from _facts(arrival)
        case _:
            return


def is_somebody(state: State, name: str) -> bool:
    """Say whether people files know a person; where there are none, everybody is somebody."""
    persons = state.rules.people.persons
    return not persons or name in persons


def _facts(command: OfIncident) -> Iterator[Fact]:
    at, incident, by = command.at, command.incident, command.by
    match command:
        case Acknowledge():
            yield IncidentAcknowledged(at=at, incident=incident, by=by)
            if command.note:
                yield IncidentNoted(at=at, incident=incident, by=by, text=command.note)
        case Assign():
            yield IncidentAssigned(at=at, incident=incident, by=by, to=command.to)
        case Expect():
            yield EndExpected(at=at, incident=incident, by=by, until=command.until)
        case Attribute():
            known = None if command.cause is Cause.UNKNOWN else command.cause
            yield CauseNamed(at=at, incident=incident, by=by, cause=known)
        case Annotate():
            yield IncidentNoted(at=at, incident=incident, by=by, text=command.text)
        case Resolve():
            if command.note:
                yield IncidentNoted(at=at, incident=incident, by=by, text=command.note)
            yield IncidentClosed(at=at, incident=incident, by=by, mistaken=command.mistaken)
