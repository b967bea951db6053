"""What read badly to the staff when evenings were read aloud."""

from dataclasses import replace

import pytest

from netwatch.delivery.render import Renderer
from netwatch.model.facts import Cause, IncidentKind, Purpose
from netwatch.model.names import SELF, SubscriberId
from netwatch.rules.reader import read_rules
from netwatch.views.board import Board
from tests.town import town
from tests.unit.views.tales import MINUTE, NIGHT, ONE, opened, people, revised


def renderer() -> Renderer:
    rulebook = read_rules(None).rulebook
    assert rulebook is not None
    return Renderer(rulebook.words, town(), "Dolina Net", "Europe/Warsaw", ("en", "pl"))


def test_who_is_blind_is_told_so_in_words_and_not_by_the_name_of_an_element() -> None:
    blind = opened(kind=IncidentKind.BLIND, cause=Cause.SELF, root=(SELF,), subscribers=())
    outage = Board.of([blind]).outages[ONE]

    text = renderer().staff(outage, Purpose.ALERT, "en", NIGHT)

    assert "cannot see – the whole network" in text.title


def test_an_all_clear_does_not_say_everything_while_single_lines_are_dark() -> None:
    outage = Board.of([opened()]).outages[ONE]
    ended = replace(
        outage, state="restored", restored_at=NIGHT + MINUTE, apart=frozenset({SubscriberId("S-1")})
    )

    text = renderer().staff(ended, Purpose.ALL_CLEAR, "en", NIGHT + MINUTE)

    assert text.body.startswith("Nearly everything")
    assert "single lines are still dark" in text.body


@pytest.mark.parametrize(("by", "says"), [("marek", "marek called it a mistake"), ("", "did not")])
def test_it_is_said_whether_a_person_or_what_was_seen_says_that_it_never_was(
    by: str, says: str
) -> None:
    outage = Board.of([opened()]).outages[ONE]
    mistaken = replace(
        outage, state="closed", mistaken=True, closed_by=by, closed_at=NIGHT + MINUTE
    )

    assert says in renderer().staff(mistaken, Purpose.ALL_CLEAR, "en", NIGHT + MINUTE).body


def test_people_are_without_service_since_they_are_and_not_since_the_second_path_was_lost() -> None:
    lost = opened(kind=IncidentKind.DEGRADED, subscribers=())
    later = NIGHT + 360 * MINUTE
    down = revised(at=later, kind=IncidentKind.OUTAGE, subscribers=people(5))

    board = Board.of([lost])
    assert board.outages[ONE].since < NIGHT
    board.take(down)
    assert board.outages[ONE].since == later
