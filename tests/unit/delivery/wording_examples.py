"""A fibre outage in a town that does not exist, for tests of words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from netwatch.delivery.render import Renderer
from netwatch.delivery.words import Operator, Words
from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.names import AreaId, ElementName, IncidentId, SubscriberId
from netwatch.model.network import Area, LocalName, Network
from netwatch.rules import read_rules
from netwatch.views.board import Outage

PEOPLE = frozenset(SubscriberId(f"S-{number}") for number in range(312))
TOWN = Network(
    areas={
        AreaId("dabrowa"): Area(
            id=AreaId("dabrowa"),
            name=LocalName(
                "Dąbrowa, ul. Polna 1–19 i Krótka",
                (
                    ("cs", "Dąbrowa, ul. Polna 1–19 a Krótka"),
                    ("en", "Dąbrowa, ul. Polna 1–19 and Krótka"),
                    ("uk", "Dąbrowa, ul. Polna 1–19 і Krótka"),
                    ("sk", "Dąbrowa, ul. Polna 1–19 a Krótka"),
                    ("de", "Dąbrowa, ul. Polna 1–19 und Krótka"),
                    ("ru", "Dąbrowa, ul. Polna 1–19 и Krótka"),
                ),
            ),
        )
    }
)


def at(hour: int, minute: int, day: int = 14) -> datetime:
    """Return a moment of that evening by the clock in Warsaw."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


@cache
def shipped_words() -> Words:
    """Return the words that ship, with an operator who can be rung."""
    book = read_rules(None, None).rulebook
    assert book is not None
    pages = {
        "pl": "dolina.example/awarie",
        "cs": "dolina.example/vypadky",
        "uk": "dolina.example/uk",
        "any": "dolina.example/en",
    }
    return replace(book.words, operator=Operator(phone="555 010 100", pages=pages))


def renderer(network: Network = TOWN, words: Words | None = None) -> Renderer:
    """Return a renderer of the operator Dolina."""
    return Renderer(words or shipped_words(), network, "Dolina", "Europe/Warsaw", ["pl", "en"])


def outage(**changed: Any) -> Outage:
    """Return the outage, with some of it changed."""
    whole = Outage(
        incident=IncidentId("I-1"),
        kind=IncidentKind.OUTAGE,
        cause=Cause.FIBRE,
        cause_certainty="likely",
        root_cause=(ElementName("link:l-core-sw"),),
        also_possible=(ElementName("risk:duct-12"),),
        confidence=0.998,
        areas=(AreaId("dabrowa"),),
        subscribers=PEOPLE,
        without=PEOPLE,
        at_worst=PEOPLE,
        services=("internet", "tv", "phone"),
        since=at(18, 2),
        opened_at=at(18, 2),
        confirmed_at=at(18, 4),
        proof=Proof(silent=312, asked=313, answering=1),
    )
    return replace(whole, **changed)


STORY: tuple[tuple[Phase, datetime, dict[str, Any]], ...] = (
    (Phase.SUSPECTED, at(18, 2), {}),
    (Phase.CONFIRMED, at(18, 4), {}),
    (
        Phase.UPDATE,
        at(18, 47),
        {"cause_certainty": "known", "crew_state": "repairing", "expected_end": at(21, 0)},
    ),
    (Phase.RESTORED, at(20, 41), {"restored_at": at(20, 41), "without": frozenset()}),
    (Phase.CORRECTED, at(18, 30), {}),
    (Phase.PLANNED, at(9, 0, day=13), {"expected_end": at(21, 0)}),
)
"""Each phase, when it is worded, and what is known by then."""


def timedelta_of(minutes: int) -> timedelta:
    """Return so many minutes."""
    return timedelta(minutes=minutes)
