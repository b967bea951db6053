"""An outage made up, so that its words can be read before the night they are needed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.names import AreaId, ElementName, IncidentId
from netwatch.model.network import Network
from netwatch.model.street_map import street_map
from netwatch.model.whereabouts import whereabouts
from netwatch.views.board import Outage

EVENING: Final = datetime(2026, 11, 14, 17, 2, tzinfo=UTC)
"""Always the same, so that two previews can be compared."""
LATER: Final = {
    Phase.SUSPECTED: timedelta(0),
    Phase.CONFIRMED: timedelta(minutes=2),
    Phase.UPDATE: timedelta(minutes=45),
    Phase.RESTORED: timedelta(minutes=159),
    Phase.CORRECTED: timedelta(minutes=28),
    Phase.PLANNED: timedelta(days=-2),
}
"""How long after its begin each phase is worded."""
EXPECTED: Final = timedelta(minutes=178)


@dataclass(frozen=True, slots=True)
class Example:
    """An outage, and the moment for which it is worded."""

    outage: Outage
    at: datetime


def example(network: Network, area: AreaId, cause: Cause, phase: Phase) -> Example:
    """Return an outage that takes everybody who lives in ``area``, all their services with it."""
    living = [person for person in network.subscribers.values() if person.area == area]
    people = frozenset(person.id for person in living)
    services = {service for person in living for service in person.services} or {"internet"}
    at = EVENING + LATER[phase]
    restored = phase is Phase.RESTORED
    where = whereabouts(street_map(network), people, (area,))
    outage = Outage(
        incident=IncidentId("I-1"),
        kind=IncidentKind.OUTAGE,
        cause=cause,
        cause_certainty="unknown" if cause is Cause.UNKNOWN else "likely",
        root_cause=(ElementName("link:example"),),
        confidence=0.99,
        areas=(area,),
        where=where,
        where_at_worst=where,
        subscribers=people,
        without=frozenset() if restored else people,
        at_worst=people,
        services=tuple(sorted(services)),
        since=EVENING,
        opened_at=EVENING,
        confirmed_at=EVENING + LATER[Phase.CONFIRMED],
        restored_at=at if restored else None,
        expected_end=EVENING + EXPECTED if phase in {Phase.UPDATE, Phase.PLANNED} else None,
        proof=Proof(silent=len(people), asked=len(people), answering=0),
    )
    return Example(outage, at)
