"""Each audience is told in its own words; the staff even where words are missing."""

import pytest

from netwatch.delivery.scribe import Scribe, ended_for_him
from netwatch.model.facts import (
    ApprovalAsked,
    Audience,
    NoticeDue,
    Phase,
    Purpose,
    SituationBegan,
    SituationOver,
)
from netwatch.model.faults import DeliveryError
from netwatch.model.names import ApprovalId, AreaId, ChannelName, IncidentId, SituationId
from netwatch.views.board import Board
from tests.unit.delivery.hands import PlainWords
from tests.unit.delivery.wording_examples import renderer
from tests.unit.views.tales import MINUTE, NIGHT, ONE, alert, opened, restored

BOARD = Board.of([opened()])


def test_the_desk_gets_what_it_reads_out_not_the_words_of_the_crew() -> None:
    due = alert(audience=Audience.DESK, purpose=Purpose.NOTICE)
    text = Scribe(PlainWords()).text(due, BOARD, "pl", NIGHT + MINUTE)

    assert (text.title, text.body) == (f"{due.phase} I-1", "desk pl")


@pytest.mark.parametrize("audience", [Audience.STAFF, Audience.DESK])
def test_where_words_are_missing_those_who_work_are_told_plainly(audience: Audience) -> None:
    due = alert(audience=audience)
    text = Scribe(PlainWords(missing=True)).text(due, BOARD, "pl", NIGHT + MINUTE)

    assert "link:l-core-sw" in text.body


def test_who_hears_of_an_outage_only_when_it_is_over_gets_the_words_for_that() -> None:
    due = alert(audience=Audience.SUBSCRIBERS, purpose=Purpose.NOTICE, detail="never-told")

    text = Scribe(PlainWords()).text(due, BOARD, "pl", NIGHT + MINUTE)

    assert text.body.endswith("never told")


def test_customers_owed_words_of_what_is_forgotten_never_read_of_our_own_troubles() -> None:
    due = alert(audience=Audience.SUBSCRIBERS, purpose=Purpose.NOTICE, subject="disk")

    with pytest.raises(DeliveryError):
        Scribe(PlainWords()).text(due, Board.empty(), "pl", NIGHT + MINUTE)


def test_who_is_back_before_or_after_the_others_hears_when_he_was() -> None:
    outage = Board.of([opened(), restored(at=NIGHT + 30 * MINUTE)]).outages[ONE]

    early, late = NIGHT + 10 * MINUTE, NIGHT + 90 * MINUTE
    assert ended_for_him(outage, early).ended_at == early
    assert ended_for_him(outage, late).ended_at == late
    with_all = ended_for_him(outage, NIGHT + 31 * MINUTE)
    assert with_all.ended_at == NIGHT + 30 * MINUTE


ASKED = ApprovalAsked(
    at=NIGHT + MINUTE,
    approval=ApprovalId("A-1"),
    incident=IncidentId("I-1"),
    audience=Audience.PUBLIC,
    channel=ChannelName("facebook"),
    phase=Phase.CONFIRMED,
    people=2,
    recipients=22,
    price=45.5,
    currency="PLN",
    expires=NIGHT + 16 * MINUTE,
)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_who_is_asked_reads_the_words_that_wait_and_how_to_answer(language: str) -> None:
    board = Board.of([opened(), ASKED])
    due = alert(incident=None, purpose=Purpose.APPROVAL, subject="A-1")
    text = Scribe(renderer()).text(due, board, language, NIGHT + MINUTE)

    assert text.title.startswith("A-1: ")
    assert "facebook" in text.title
    for needed in ("I-1", "22", "45.50 PLN", "netwatch publish approve A-1", "Awaria"):
        assert needed in text.body
    assert board.approvals[ASKED.approval].is_open


def test_a_question_about_what_is_forgotten_is_told_plainly() -> None:
    due = alert(incident=None, purpose=Purpose.APPROVAL, subject="A-9")
    assert "A-9" in Scribe(renderer()).text(due, BOARD, "en", NIGHT + MINUTE).title


@pytest.mark.parametrize("language", ["pl", "cs", "sk", "uk", "en", "de", "ru"])
@pytest.mark.parametrize("phase", [Phase.CONFIRMED, Phase.UPDATE, Phase.RESTORED])
def test_many_outages_are_told_as_one_in_every_language(language: str, phase: Phase) -> None:
    began = SituationBegan(
        at=NIGHT,
        situation=SituationId("U-1"),
        incidents=(IncidentId("I-1"),),
        areas=(AreaId("dabrowa"),),
        subscribers=40,
        since=NIGHT,
    )
    over = SituationOver(at=NIGHT + 9 * MINUTE, situation=began.situation)
    board = Board.of([opened(), began, *([over] if phase is Phase.RESTORED else [])])
    due = NoticeDue(
        at=NIGHT + 9 * MINUTE,
        incident=None,
        audience=Audience.PUBLIC,
        channel=ChannelName("facebook"),
        phase=phase,
        purpose=Purpose.NOTICE,
        revision=1,
        recipients=("public",),
        subject="U-1",
    )
    text = Scribe(renderer()).text(due, board, language, due.at)

    assert len(text.body) > 60
    assert "{{" not in text.title + text.body
