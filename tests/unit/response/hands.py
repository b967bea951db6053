"""A clock whose hands the test moves, and the words that fall due meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from netwatch.model.arrivals import Arrival, Tick
from netwatch.model.evidence import Proof
from netwatch.model.facts import (
    Cause,
    Diagnosis,
    Fact,
    IncidentConfirmed,
    IncidentKind,
    IncidentOpened,
    IncidentRevised,
    NoticeDue,
)
from netwatch.model.names import AreaId, ElementName, IncidentId, SubscriberId
from netwatch.model.network import Network
from netwatch.response.rules import Mode, ResponseRules
from netwatch.response.stage import begin, decide, evolve

NIGHT = datetime(2026, 11, 14, 19, 2, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
ONE = IncidentId("I-1")


class Hands:
    """Response and a clock's hands: each move is a Tick a second, and gives what fell due."""

    def __init__(self, rules: ResponseRules | None = None, at: datetime = NIGHT) -> None:
        self.at = at
        self.response = begin(Network(), rules or ResponseRules(mode=Mode.FULL))
        self.story: list[Fact] = []

    def move(self, span: timedelta) -> list[Fact]:
        """Let time pass, second by second."""
        end, facts = self.at + span, []
        while self.at < end:
            self.at += SECOND
            facts += self._advance(Tick(at=self.at), [])
        return facts

    def bring(self, arrival: Arrival) -> list[Fact]:
        """Let one arrival in."""
        return self._advance(arrival, [])

    def happen(self, *earlier: Fact, on: Arrival | None = None) -> list[Fact]:
        """Let the stages before decide these at this second, on this arrival (else a Tick)."""
        for fact in earlier:
            self._evolve(fact)
        return self._advance(on or Tick(at=self.at), earlier)

    def _advance(self, arrival: Arrival, earlier: Sequence[Fact]) -> list[Fact]:
        facts = list(decide(self.response, arrival, earlier).facts)
        for fact in facts:
            self._evolve(fact)
        return facts

    def _evolve(self, fact: Fact) -> None:
        evolve(self.response, fact)
        self.story.append(fact)


def diagnosis(
    kind: IncidentKind = IncidentKind.OUTAGE,
    cause: Cause = Cause.FIBRE,
    root: str = "link:l-core-sw",
    *,
    people: int = 20,
    areas: tuple[str, ...] = ("polna",),
    also: tuple[str, ...] = (),
    silent: int | None = None,
    before: int = 0,
) -> Diagnosis:
    """Return a diagnosis in which only what matters to the test is special."""
    return Diagnosis(
        kind=kind,
        cause=cause,
        root_cause=(ElementName(root),),
        also_possible=tuple(ElementName(name) for name in also),
        confidence=0.99,
        areas=tuple(AreaId(area) for area in areas),
        subscribers=tuple(SubscriberId(f"S-{n}") for n in range(people)),
        proof=Proof(
            silent=people if silent is None else silent, asked=people, answering=0, before=before
        ),
    )


def opened(hands: Hands, what: Diagnosis | None = None, name: IncidentId = ONE) -> IncidentOpened:
    """Return the opening of an incident at this second."""
    return IncidentOpened(at=hands.at, incident=name, since=hands.at, diagnosis=what or diagnosis())


def revised(hands: Hands, what: Diagnosis, name: IncidentId = ONE) -> IncidentRevised:
    """Return another view of an incident at this second."""
    return IncidentRevised(at=hands.at, incident=name, diagnosis=what)


def confirmed(hands: Hands, name: IncidentId = ONE) -> IncidentConfirmed:
    """Return the proof of an incident at this second."""
    return IncidentConfirmed(at=hands.at, incident=name, odds=12.0, over=30 * SECOND)


def words(facts: Sequence[Fact]) -> list[tuple[str, ...]]:
    """Return what fell due as (audience, purpose or phase, withheld or nothing)."""
    return [
        (due.audience, due.phase if due.audience == "public" else due.purpose, due.withheld or "")
        for due in facts
        if isinstance(due, NoticeDue)
    ]
