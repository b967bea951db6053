"""Outages made up, so that their words can be read before the night they are needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from netwatch.delivery.render import Renderer, Text
from netwatch.delivery.words import (
    APART,
    CANCELLED,
    DESK_PHASES,
    END,
    MERGED,
    MOVED,
    NEVER_TOLD,
    REMIND,
    SEVERAL,
    SITUATION,
    START,
)
from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.names import AreaId, ElementName, IncidentId, SubscriberId
from netwatch.model.network import Network
from netwatch.model.street_map import street_map
from netwatch.model.whereabouts import whereabouts
from netwatch.model.works_words import Told
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
MOST_AT_A_TIME: Final = 4


@dataclass(frozen=True, slots=True)
class Example:
    """An outage, and the moment for which it is worded."""

    outage: Outage
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be read: which words, of what, in which language, on which channel."""

    area: AreaId
    cause: Cause
    phase: str
    """One of ``Phase``, or of ``DESK_PHASES``."""
    language: str
    channel: str
    about: str = ""
    """One of ``ABOUT_IN``; empty: the cause counts."""


def worded(renderer: Renderer, network: Network, wanted: Wanted) -> Text:
    """Word an outage that was made up, or what the desk says of a line."""
    if wanted.phase in DESK_PHASES:
        read = EVENING + LATER[Phase.CONFIRMED]
        return renderer.of_line(wanted.phase, wanted.channel, wanted.language, read, EVENING)
    phase = Phase(wanted.phase)
    made = example(network, wanted.area, wanted.cause, phase, wanted.about)
    if wanted.about in _TOLD:
        told = _TOLD[wanted.about]
        another = timedelta(days=1) if told is Told.MOVED else timedelta(hours=4)
        both = (made.outage, _later(made.outage, another))
        return renderer.works(both, told, wanted.channel, wanted.language, made.at)
    if wanted.about == SITUATION:
        parts = _at_a_time(network, wanted)
        return renderer.situation(parts, phase, wanted.channel, wanted.language, made.at)
    return renderer.notice(
        made.outage,
        phase,
        wanted.channel,
        wanted.language,
        made.at,
        never_told=wanted.about == NEVER_TOLD,
    )


def example(network: Network, area: AreaId, cause: Cause, phase: Phase, about: str = "") -> Example:
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
    return _changed(Example(outage, at), about)


def _changed(made: Example, about: str) -> Example:
    outage, at = made.outage, made.at
    change = _CHANGES.get(about)
    return made if change is None else change(outage, at)


def _apart(outage: Outage, at: datetime) -> Example:
    few = frozenset(sorted(outage.subscribers)[:1]) or frozenset({SubscriberId("S-1")})
    return Example(replace(outage, restored_at=at, apart=few), at)


def _merged(outage: Outage, at: datetime) -> Example:
    return Example(replace(outage, merged_into=IncidentId("I-2"), closed_at=at), at)


def _remind(outage: Outage, _at: datetime) -> Example:
    return Example(replace(outage, revision=2), EVENING - timedelta(days=1))


def _start(outage: Outage, _at: datetime) -> Example:
    return Example(outage, EVENING)


def _end(outage: Outage, _at: datetime) -> Example:
    over = EVENING + LATER[Phase.RESTORED]
    return Example(replace(outage, restored_at=over, state="ended"), over)


def _cancelled(outage: Outage, at: datetime) -> Example:
    return Example(replace(outage, state="cancelled"), at)


def _later(outage: Outage, span: timedelta) -> Outage:
    end = outage.expected_end
    ends = None if end is None else end + span
    return replace(outage, since=outage.since + span, expected_end=ends)


_TOLD: Final = {SEVERAL: Told.ANNOUNCED, MOVED: Told.MOVED}
_CHANGES: Final[dict[str, Callable[[Outage, datetime], Example]]] = {
    APART: _apart,
    MERGED: _merged,
    REMIND: _remind,
    START: _start,
    END: _end,
    CANCELLED: _cancelled,
}


def _at_a_time(network: Network, wanted: Wanted) -> Sequence[Outage]:
    """Return outages at a time: the area's, and those of the next areas of the inventory."""
    areas = dict.fromkeys((wanted.area, *sorted(network.areas)))
    made = [
        example(network, area, wanted.cause, Phase(wanted.phase)).outage
        for area in list(areas)[:MOST_AT_A_TIME]
    ]
    return sorted(made, key=lambda outage: -outage.worst)
