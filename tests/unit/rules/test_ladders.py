"""Mistakes in ladders are found where they stand; what ships is sane."""

from datetime import timedelta
from pathlib import Path

from netwatch.rules.reader import read_rules


def mistakes(folder: Path, text: str) -> list[str]:
    """Return what is wrong with these words of ``response/``."""
    place = folder / "response"
    place.mkdir()
    (place / "ladders.yaml").write_text(text)
    return [finding.wrong for finding in read_rules(folder).findings]


def test_those_that_ship_climb_within_ten_minutes_and_break_through() -> None:
    book = read_rules(None).rulebook
    assert book is not None

    for ladder in book.stages.response.ladders.ladders:
        assert ladder.rungs[-1].after <= timedelta(minutes=10)
        assert ladder.breaks_through
        assert any(rung.everyone for rung in ladder.rungs)


def test_a_role_that_nobody_has_and_an_unknown_promise_are_told(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        "ladders:\n  - id: x\n    commitments: [gold]\n    rungs: [{after: 2m, roles: [managr]}]\n",
    )

    assert "there is no role 'managr'" in found
    assert "there is no commitment 'gold'" in found


def test_rungs_out_of_order_and_too_soon_are_told(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "ladders:\n  - id: x\n    rungs: [{after: 5m}, {after: 2m}]\n")
    assert any("order" in wrong for wrong in found)


def test_a_cap_that_leaves_no_room_is_told(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "staff_caps: {digest_every: 1m}\n")


def test_a_site_takes_a_shipped_ladder_away(tmp_path: Path) -> None:
    text = "ladders:\n  - {id: many, remove: true}\n  - {id: critical, remove: true}\n"
    assert mistakes(tmp_path, text) == []
    book = read_rules(tmp_path).rulebook
    assert book is not None
    assert book.stages.response.ladders.ladders == ()
