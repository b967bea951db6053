"""Whoever comes on duty reads what is broken, whose it is, what was promised, what is open."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from netwatch.model.facts import EndExpected, IncidentAcknowledged, IncidentNoted
from netwatch.views.board import Board
from netwatch.views.brief import brief, sentences
from netwatch.views.incidents import incident_row
from tests.unit.views.tales import MINUTE, NIGHT, ONE, TWO, due, opened, restored

WARSAW = ZoneInfo("Europe/Warsaw")
STATUS = {"held": False, "held_until": None, "held_by": ""}
TASK = {
    "task": "I-1.6",
    "incident": "I-1",
    "role": "dispatcher",
    "person": "ewa",
    "deadline": None,
    "text": "Send splicers.",
}


def answer(*facts: Any, status: dict[str, Any] | None = None, at: int = 60) -> dict[str, Any]:
    rows = [incident_row(one) for one in Board.of([opened(), *facts]).newest_first()]
    board = {"incidents": rows, "works": [], "troubles": {}}
    return brief(
        board,
        status or STATUS,
        tasks=[TASK],
        approvals=[],
        callbacks=[{}, {}],
        at=NIGHT + at * MINUTE,
    )


def taken() -> list[Any]:
    return [
        due(),
        IncidentAcknowledged(at=NIGHT + MINUTE, incident=ONE, by="marek"),
        EndExpected(at=NIGHT + 2 * MINUTE, incident=ONE, by="marek", until=NIGHT + 30 * MINUTE),
        IncidentNoted(at=NIGHT + 3 * MINUTE, incident=ONE, by="marek", text="excavator at Polna"),
    ]


def test_it_says_whose_it_is_what_was_promised_and_what_is_to_be_done() -> None:
    text = "\n".join(sentences(answer(*taken()), WARSAW))

    assert "I-1, fixing for 58 min" in text
    assert "marek has it" in text
    assert "customers were promised 11-14 20:32:11 (passed)" in text
    assert "marek: excavator at Polna" in text
    assert "I-1.6, ewa: Send splicers." in text
    assert "2 wait to be called back" in text


def test_what_is_over_is_not_in_it() -> None:
    told = answer(restored(), opened(TWO, at=NIGHT + timedelta(minutes=40)))

    assert [one["incident"] for one in told["incidents"]] == ["I-2"]


def test_that_public_words_are_held_stands_in_it_with_who_and_until_when() -> None:
    held = {"held": True, "held_until": "2026-11-14T21:00:00+00:00", "held_by": "ewa"}
    text = "\n".join(sentences(answer(status=held), WARSAW))

    assert "Public words are held until 11-14 22:00:00, by ewa" in text
    assert "customers were told nothing" in text
    assert "nobody has it" in text
