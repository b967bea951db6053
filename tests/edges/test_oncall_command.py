"""Somebody takes a duty over at the door of a real service, and whoever asks is told so."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from netwatch.model.duty_commands import OverrideDuty
from netwatch.model.duty_facts import DutyFact
from netwatch.pollers.tape import read_tape
from tests.edges.service_house import SETTINGS, House

PEOPLE = """\
clock: {zone: Europe/Warsaw}
people: [{id: marek, name: Marek}, {id: ewa, name: Ewa}]
roles: [{id: on-call, people: [marek]}]
rotas:
  - {id: weeks, role: on-call, people: [marek], starts: 2026-01-05}
  - {id: theirs, role: on-call, layer: 1, calendar: later.ics}
"""
LATER = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//somebody//EN
BEGIN:VEVENT
UID:1
SUMMARY:Ewa
DTSTART:20990101T000000Z
DTEND:20990102T000000Z
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "rules" / "people"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(PEOPLE)
    (folder / "later.ics").write_text(LATER)
    house = House(tmp_path, SETTINGS.replace("[polling]", 'rules = "rules"\n[polling]'))
    yield house
    house.end()


def oncall(house: House, *words: str, code: int = 0) -> Any:
    done = house.run("oncall", *words, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


def who(house: House) -> tuple[str, str]:
    (row,) = oncall(house, "now")["on_duty"]
    return row["person"], row["because"]


def test_a_duty_is_taken_over_and_given_back_and_a_crash_forgets_nothing(
    house: House, tmp_path: Path
) -> None:
    tape = tmp_path / "night.jsonl"
    house.start("--tape", str(tape))
    assert who(house) == ("marek", "rota")

    taken = oncall(house, "override", "on-call", "ewa", "--for", "8h", "--why", "Marek is ill")

    assert (taken["override"], taken["person"]) == ("O-1", "ewa")
    assert who(house) == ("ewa", "override")
    house.stop(signal.SIGKILL)
    assert who(house) == ("marek", "rota"), "nobody is there to say what was commanded"
    house.start()
    assert who(house) == ("ewa", "override")
    (shifts,) = (oncall(house, "list", "--to", "20h")["shifts"],)
    assert [row["person"] for row in shifts] == ["ewa", "marek"]

    assert oncall(house, "override", "--cancel", "1") == {"cancelled": ["O-1"]}

    assert who(house) == ("marek", "rota")
    assert "no such override" in oncall(house, "override", "--cancel", "O-1", code=1)
    kinds = [type(fact) for fact in house.facts()]
    assert [kind for kind in kinds if kind in get_args(DutyFact)] == list(get_args(DutyFact))
    recorded = [one for one in read_tape(tape, frozenset()) if isinstance(one, OverrideDuty)]
    assert [(one.person, one.why) for one in recorded] == [("ewa", "Marek is ill")]


def test_what_cannot_be_is_refused_with_a_way_out(house: House) -> None:
    words = ("override", "on-call", "ewa")
    assert "no service answers" in oncall(house, *words, "--for", "1h", code=3)
    house.start()

    slip = ("override", "on-call", "ewe", "--for", "1h")
    assert "did you mean 'ewa'" in oncall(house, *slip, code=2)
    assert "--for 8h" in oncall(house, *words, code=2)
    assert "over" in oncall(house, *words, "--to", "2020-01-01", code=2)
    assert "at most a year" in oncall(house, *words, "--to", "2090-01-01", code=1)


def test_calendars_are_kept_with_the_last_good_files(house: House) -> None:
    house.start()
    kept = house.state / "last-good" / "rules" / "people"
    house.until((kept / "later.ics").is_file)
    (house.folder / "rules" / "people" / "own.yaml").write_text("people: [")
    house.stop()

    house.start()

    assert house.door.call("status")
