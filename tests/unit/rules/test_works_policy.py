"""What the policy may say of planned works and of the night; what it may not is told by place."""

from pathlib import Path

import pytest

from netwatch.model.facts import Phase
from netwatch.model.works_words import Told
from netwatch.response.rules import shipped_policy
from netwatch.rules import read_rules

WORKS = "{id: x, channel: sms, phase: planned, told: remind, ahead: 24h, hours: 09:00-20:00}"


def said(folder: Path, *rows: str) -> list[str]:
    """Return what is wrong with these rows, without the places."""
    (folder / "notices").mkdir()
    text = "policy:\n" + "".join(f"- {row}\n" for row in rows)
    (folder / "notices" / "own.yaml").write_text(text)
    return [finding.wrong for finding in read_rules(folder).findings]


def test_what_ships_as_rules_and_in_the_code_is_one_policy(tmp_path: Path) -> None:
    (tmp_path / "notices").mkdir()
    book = read_rules(tmp_path).rulebook
    assert book is not None
    written = {rule.id: rule for rule in book.stages.response.policy}
    assert written == {rule.id: rule for rule in shipped_policy()}


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (WORKS, ""),
        (WORKS.replace("ahead: 24h, ", ""), "when they begin already"),
        (WORKS.replace("hours: 09:00-20:00", ""), "wake people at any hour"),
        (WORKS.replace("hours: 09:00-20:00", "hours: 00:00-24:00"), ""),
        (WORKS.replace("ahead: 24h", "ahead: 24h, lead: 5d"), "always be said too late"),
        (WORKS.replace("ahead: 24h", "ahead: 120d"), "more than 90 days ahead"),
        (WORKS.replace("told: remind", "told: moved"), "told: cancelled"),
        (WORKS.replace("told: remind", "told: end"), "'told: announced' and 'told: remind'"),
        ("{id: x, channel: sms, phase: confirmed, told: remind}", "'phase: planned' alone"),
        ("{id: x, channel: sms, phase: restored}", "wake people at any hour"),
        ("{id: x, channel: sms, phase: restored, hours: 07:00-22:00}", ""),
        (
            "{id: x, channel: sms, phase: restored, hours: 07:00-22:00, awake: 3h}",
            "at most 1h",
        ),
    ],
)
def test_each_slip_of_the_pen_is_told(row: str, wrong: str, tmp_path: Path) -> None:
    found = said(tmp_path, row)
    assert len(found) == bool(wrong), found
    assert all(wrong in one for one in found)


def test_words_for_works_go_to_everyone_and_their_end_to_those_who_heard(tmp_path: Path) -> None:
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "own.yaml").write_text(
        "policy:\n"
        "- {id: a, channel: mail, phase: planned, told: announced, ahead: 14d, lead: 10d}\n"
        "- {id: b, channel: mail, phase: planned, told: end}\n"
    )
    book = read_rules(tmp_path).rulebook
    assert book is not None
    a, b = (rule for rule in book.stages.response.policy if rule.id in ("a", "b"))
    assert (a.phase, a.told, a.to, a.lead.days) == (Phase.PLANNED, Told.ANNOUNCED, "everyone", 10)
    assert (b.told, b.to) == (Told.END, "told")
