"""A cause is known when a person said so, and only then."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.facts import Cause, CauseNamed, Fact, IncidentMerged
from netwatch.model.plain import fact_from_plain, fact_to_plain
from netwatch.views.board import Board, Outage
from netwatch.views.incidents import incident_answer, why
from netwatch.views.timeline import timeline
from tests.unit.delivery.wording_examples import at, outage, renderer
from tests.unit.views.tales import NIGHT, ONE, TWO, opened, revised

FIBRE = CauseNamed(at=NIGHT, incident=ONE, by="ewa", cause=Cause.FIBRE)
NONE = CauseNamed(at=NIGHT, incident=ONE, by="ewa", cause=None)


def board(*facts: Fact) -> Outage:
    kept = Board()
    for fact in (opened(), *facts):
        kept.take(fact)
    return kept.outages[ONE]


def test_what_a_person_said_is_known_whatever_is_seen_later() -> None:
    assert board().cause_certainty == "likely"
    known = board(FIBRE, revised(cause=Cause.DEVICE))
    assert (known.cause, known.cause_certainty) == (Cause.FIBRE, "known")
    back = board(FIBRE, revised(cause=Cause.DEVICE), NONE)
    assert (back.cause, back.cause_certainty) == (Cause.DEVICE, "likely")


def test_what_a_person_said_goes_on_with_the_incident_that_theirs_turned_out_to_be() -> None:
    merged = IncidentMerged(at=NIGHT, incident=ONE, into=TWO)
    device = CauseNamed(at=NIGHT, incident=TWO, by="jan", cause=Cause.DEVICE)

    into = Board.of([opened(), opened(TWO), FIBRE, merged]).outages[TWO]
    own = Board.of([opened(), opened(TWO), FIBRE, device, merged]).outages[TWO]

    assert (into.cause, into.cause_certainty, into.cause_by) == (Cause.FIBRE, "known", "ewa")
    assert (own.cause, own.cause_by) == (Cause.DEVICE, "jan")
    facts = [opened(), opened(TWO, cause=Cause.DEVICE), FIBRE, merged]
    back = Board.of([*facts, replace(NONE, incident=TWO)]).outages[TWO]
    assert (back.cause, back.cause_certainty) == (Cause.DEVICE, "likely")


def test_answers_say_who_said_it_and_odds_of_causes_are_no_matter_any_more() -> None:
    doubtful = revised(cause=Cause.UNKNOWN, causes=((Cause.FIBRE, 0.6), (Cause.DEVICE, 0.4)))
    assert "causes" in incident_answer(board(doubtful))
    assert "causes" not in incident_answer(board(doubtful, FIBRE))
    kept = Board()
    for fact in (opened(), FIBRE):
        kept.take(fact)
    answer = why(kept, ONE)
    assert answer is not None
    assert (answer["cause_certainty"], answer["cause_by"]) == ("known", "ewa")
    assert [row["text"] for row in timeline([FIBRE, NONE], ONE)] == [
        "ewa said that the cause is fibre",
        "what ewa said of the cause was taken back",
    ]


@pytest.mark.parametrize("language", ["pl", "cs", "uk", "en"])
@pytest.mark.parametrize(
    "cause", [one for one in Cause if one not in (Cause.SELF, Cause.UNKNOWN)], ids=str
)
def test_a_known_cause_is_stated_plainly_in_every_language(language: str, cause: Cause) -> None:
    def body(certainty: str) -> str:
        one = outage(cause=cause, cause_certainty=certainty, confirmed_at=at(20, 4))
        return renderer().notice(one, "confirmed", "website", language, at(20, 5)).body  # type: ignore[arg-type]

    assert body("known") != body("likely")


@given(st.sampled_from([*Cause, None]))
def test_the_fact_comes_back_from_a_journal_as_it_was(cause: Cause | None) -> None:
    fact = CauseNamed(at=NIGHT, incident=ONE, by="ewa", cause=cause)
    assert fact_from_plain(fact_to_plain(fact)) == fact
