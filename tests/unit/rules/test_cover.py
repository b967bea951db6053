"""Before the night: whoever looks for the one on duty finds one, at every minute of five years."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from netwatch.model.faults import Level
from netwatch.rules import read_rules
from netwatch.rules.cover import check_cover

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 22, 22, tzinfo=UTC)
STAFF = """\
clock: {zone: Europe/Warsaw}
people:
  - {id: ana}
  - {id: ben, channels: [pager], away: [{starts: 2026-12-01, ends: 2026-12-02}]}
"""


def found(directory: Path, text: str, **more: object) -> list[tuple[int, Level, str]]:
    path = directory / "people" / "own.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(STAFF + text, encoding="utf-8")
    reading = read_rules(directory)
    assert reading.rulebook is not None, [str(one) for one in reading.findings]
    findings = check_cover(reading.rulebook, NOW, **more)  # type: ignore[arg-type] # channels
    return [(one.place.line, one.level, one.wrong) for one in findings]


def test_the_sample_and_what_ships_are_covered() -> None:
    for directory in (ROOT / "rules", None):
        book = read_rules(directory).rulebook
        assert book is not None
        assert check_cover(book, NOW) == ()


def test_a_duty_that_nobody_has_for_some_hours_is_told_with_its_dates(tmp_path: Path) -> None:
    ((line, level, wrong),) = found(
        tmp_path,
        "roles: [{id: on-call}]\n"
        "rotas:\n"
        "  - {id: days, role: on-call, people: [ana], starts: 2026-01-01,\n"
        "     shifts: [{opens: 06:00, closes: 05:00}]}\n",
    )

    assert (line, level) == (5, Level.ERROR)
    assert "'on-call' for 1830 hours" in wrong
    assert "2026-11-23 05:00 to 2026-11-23 06:00" in wrong
    assert "times more" in wrong


def test_an_absence_that_leaves_a_hole_names_who_is_away(tmp_path: Path) -> None:
    ((_, _, wrong),) = found(
        tmp_path,
        "roles: [{id: on-call}]\n"
        "rotas: [{id: weeks, role: on-call, people: [ben], starts: 2026-01-01}]\n",
    )

    assert "for 48 hours" in wrong
    assert "2026-12-01 00:00 to 2026-12-03 00:00 (ben away)" in wrong


@pytest.mark.parametrize("more", ["announcement: tape", "fallback: chief"])
def test_a_machine_or_another_role_fills_every_hole(tmp_path: Path, more: str) -> None:
    assert (
        found(
            tmp_path,
            f"roles: [{{id: on-call, {more}}}, {{id: chief, people: [ana]}}]\n"
            "rotas: [{id: weeks, role: on-call, people: [ben], starts: 2026-01-01}]\n",
        )
        == []
    )


def test_two_rotas_of_one_layer_may_not_name_two_people_at_a_time(tmp_path: Path) -> None:
    ((line, level, wrong),) = found(
        tmp_path,
        "roles: [{id: on-call, announcement: tape}]\n"
        "rotas:\n"
        "  - {id: one, role: on-call, people: [ana, ben], starts: 2026-01-05}\n"
        "  - {id: two, role: on-call, people: [ana], starts: 2026-01-05}\n",
    )

    assert (line, level) == (8, Level.ERROR)
    assert "'one' and 'two' both name somebody" in wrong


def test_rotas_of_other_layers_or_hours_may(tmp_path: Path) -> None:
    assert (
        found(
            tmp_path,
            "roles: [{id: on-call}]\n"
            "rotas:\n"
            "  - {id: one, role: on-call, people: [ana], starts: 2026-01-05,\n"
            "     shifts: [{opens: 08:00, closes: 20:00}]}\n"
            "  - {id: two, role: on-call, people: [ana, ben], starts: 2026-01-05,\n"
            "     shifts: [{opens: 20:00, closes: 08:00}]}\n"
            "  - {id: all, role: on-call, people: [ben], starts: 2026-01-05, layer: 1}\n"
            "  - {id: base, role: on-call, people: [ana], starts: 2026-01-05, layer: 2}\n",
        )
        == []
    )


def test_swaps_may_not_give_a_duty_to_two(tmp_path: Path) -> None:
    ((line, _, wrong),) = found(
        tmp_path,
        "roles: [{id: on-call, people: [ana], announcement: tape}]\n"
        "swaps:\n"
        "  - {id: a, role: on-call, person: ana, starts: 2026-12-24, ends: 2026-12-24}\n"
        "  - {id: b, role: on-call, person: ben, starts: 2026-12-24T23:00, ends: 2026-12-26}\n",
    )

    assert line == 8
    assert "'a' and 'b' give 'on-call' to two" in wrong


def test_a_rota_to_come_and_a_person_nothing_reaches_are_told(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        "roles: [{id: on-call, people: [ana]}]\n"
        "rotas: [{id: weeks, role: on-call, people: [ana], starts: 2027-01-04, layer: 1},\n"
        "        {id: base, role: on-call, people: [ana], starts: 2026-01-05}]\n",
        channels=("duty",),
    )

    assert told == [
        (4, Level.WARNING, "nothing reaches 'ben': netwatch.toml has none of pager"),
        (6, Level.WARNING, "rota 'weeks' names nobody before 2027-01-04"),
    ]


def test_a_role_without_anybody_is_a_warning_for_its_phone_may_ring(tmp_path: Path) -> None:
    ((_, level, wrong),) = found(tmp_path, "")

    assert level is Level.WARNING
    assert "'on-call'" in wrong
