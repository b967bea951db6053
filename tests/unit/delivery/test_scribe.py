"""Each audience is told in its own words; the staff even where words are missing."""

import pytest

from netwatch.delivery.scribe import Scribe, ended_for_him
from netwatch.model.facts import Audience, Purpose
from netwatch.views.board import Board
from tests.unit.delivery.hands import PlainWords
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


def test_who_is_back_before_or_after_the_others_hears_when_he_was() -> None:
    outage = Board.of([opened(), restored(at=NIGHT + 30 * MINUTE)]).outages[ONE]

    early, late = NIGHT + 10 * MINUTE, NIGHT + 90 * MINUTE
    assert ended_for_him(outage, early).ended_at == early
    assert ended_for_him(outage, late).ended_at == late
    with_all = ended_for_him(outage, NIGHT + 31 * MINUTE)
    assert with_all.ended_at == NIGHT + 30 * MINUTE
