"""netwatch desk report, against a service that runs: taken, answered, and kept to itself."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from netwatch.model.report_facts import CustomerReported
from tests.edges.service_house import House

CANARY = "Kanarek 555 000 111"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.start()
    yield house
    house.end()


def left_behind(house: House) -> bytes:
    """Return all that lies in the folder of the installation."""
    files = (path for path in house.folder.rglob("*") if path.is_file())
    return b"\n".join(path.read_bytes() for path in files)


def test_a_report_is_taken_once_an_hour_and_answered_with_what_is_known(house: House) -> None:
    text = house.folder.parent / "said.txt"
    text.write_text(CANARY)

    first = house.run("desk", "report", "S-3", "--text-file", str(text), "--json")
    again = house.run("desk", "report", "S-3")

    answer = json.loads(first.stdout)
    assert (first.returncode, again.returncode) == (0, 0)
    assert answer["counted"] is True
    assert (answer["subscriber"], answer["state"], answer["incident"]) == ("S-3", "up", None)
    assert answer["say"] == {}
    assert "router" in answer["next"]
    assert "not again" in again.stdout
    reported = [fact for fact in house.facts() if isinstance(fact, CustomerReported)]
    assert [fact.subscriber for fact in reported] == ["S-3"]
    house.stop()
    assert b"Kanarek" not in left_behind(house)
    assert b"555 000" not in left_behind(house)


def test_who_is_no_subscriber_and_what_is_no_text_is_refused(house: House) -> None:
    nobody = house.run("desk", "report", "S-99", "--json")
    rubbish = house.run("desk", "report", "\x1b[2J; DROP")
    long = house.folder.parent / "long.txt"
    long.write_text("a" * 4001)
    too_long = house.run("desk", "report", "S-1", "--text-file", str(long))
    long.write_bytes(b"\xff\xfe")
    no_text = house.run("desk", "report", "S-1", "--text-file", str(long))

    assert (nobody.returncode, rubbish.returncode) == (1, 1)
    assert "no subscriber S-99" in nobody.stderr
    assert "\x1b" not in rubbish.stderr
    assert (too_long.returncode, no_text.returncode) == (2, 2)
    assert not any(isinstance(fact, CustomerReported) for fact in house.facts())


def test_without_a_service_nobody_could_find_out(tmp_path: Path) -> None:
    house = House(tmp_path)

    assert house.run("desk", "report", "S-1").returncode == 3
