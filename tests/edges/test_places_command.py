"""netwatch places, as a person calls it: files in, questions out, an answer, an inventory."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from netwatch.inventory.places.store import as_json
from netwatch.inventory.reader import read_inventory
from tests.edges import warm
from tests.unit.inventory.places.town import line, onu, said, serial, shown

INVENTORY = """
vantage: sw-1
devices:
  - {id: sw-1, kind: switch, address: 127.20.0.2}
  - {id: olt-1, kind: olt, address: 127.20.0.3, uplink: [sw-1]}
"""
CANARY = "Kanarkowa"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "a.yaml").write_text(INVENTORY)
    (tmp_path / "netwatch.toml").write_text('state = "state"\ninventory = "inventory"\n')
    lines = [line(number, street=CANARY) for number in range(20)]
    lines += [line(20 + number, gear="99", onu_serial="", street=CANARY) for number in range(3)]
    (tmp_path / "said.json").write_bytes(as_json(said(*lines)))
    (tmp_path / "shown.json").write_bytes(as_json(shown(*map(onu, range(23)))))
    return tmp_path


def run(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return warm.run(*arguments, "--config", "netwatch.toml", cwd=house, timeout=120)


def reconcile(house: Path) -> dict[str, Any]:
    done = run(
        house,
        "places",
        "reconcile",
        "--extract",
        "said.json",
        "--sightings",
        "shown.json",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    assert CANARY not in done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_an_afternoon_from_records_to_an_inventory(house: Path) -> None:
    first = reconcile(house)
    assert (first["subscribers"], first["placed"], first["by_area"]) == (23, 20, 3)
    assert len(first["changes"]) == 23
    (asked,) = first["questions"]
    assert (asked["id"], asked["lines"]) == ("gear|billing|99", 3)
    assert reconcile(house)["changes"] == []

    assert run(house, "places", "answer", "1", "olt-9").returncode == 2
    answered = run(house, "places", "answer", "1", "olt-1", "--json")
    assert json.loads(answered.stdout) == {
        "question": "gear|billing|99", "answer": "olt-1", "changes": 3, "questions": 0,
    }  # fmt: skip

    told = json.loads(run(house, "places", "show", "--json").stdout)
    assert (told["placed"], told["not_placed"], told["questions"]) == (23, 0, [])
    assert {one["subscriber"] for one in told["doubts"]} == {"S20", "S21", "S22"}
    checked = run(house, "check")
    assert "23 of 23 subscribers placed" in checked.stderr


def test_what_is_exported_is_read_as_an_inventory(house: Path) -> None:
    reconcile(house)
    done = run(house, "places", "export", "out")
    assert done.returncode == 0, done.stderr
    assert run(house, "places", "export", "out").returncode == 4

    for path in (house / "out").iterdir():
        path.rename(house / "inventory" / path.name)
    network = read_inventory(house / "inventory").network

    assert network is not None
    assert {one.serial for one in network.devices.values()} >= {serial(n) for n in range(20)}
    assert len(network.subscribers) == 23


def test_rubbish_and_half_a_file_change_nothing(house: Path) -> None:
    before = reconcile(house)["placed"]
    whole = (house / "said.json").read_bytes()
    for rubbish in (whole[: len(whole) // 2], b"", b"\x00\xff", b"[]", b'{"source": "x"}'):
        (house / "said.json").write_bytes(rubbish)
        done = run(house, "places", "reconcile", "--extract", "said.json")
        assert done.returncode == 2, done
        assert "said.json" in done.stderr
        assert "Traceback" not in done.stderr
        assert CANARY not in done.stderr
    assert json.loads(run(house, "places", "show", "--json").stdout)["placed"] == before


def test_without_any_source_the_remedy_is_told(house: Path) -> None:
    done = run(house, "places", "reconcile")
    assert done.returncode == 2
    assert "[sources.NAME]" in done.stderr


def test_coverage_says_who_is_told_and_what_each_missing_record_costs(house: Path) -> None:
    before = json.loads(run(house, "places", "coverage", "--json").stdout)
    assert (before["subscribers"], before["missing"]) == (0, [])
    reconcile(house)

    told = json.loads(run(house, "places", "coverage", "--json").stdout)

    counts = [told[name] for name in ("subscribers", "placed", "by_area", "by_street")]
    assert counts == [23, 20, 3, 3]
    assert told["costs"]["gear"] == 3
    assert told["missing"] == [{"what": "gear", "element": "billing/99", "people": 3}]
    shown = run(house, "places", "coverage").stdout
    assert "20 of 23 placed, 3 by area only, 0 not placed" in shown
    assert "3 people: on gear that a source names and the inventory lacks" in shown
    assert "(3 by area only, 0 not placed)" in run(house, "check").stderr


def name_sources(house: Path, *names: str) -> None:
    sections = "".join(f'[sources.{one}]\nkind = "csv"\nmapping = "{one}.yaml"\n' for one in names)
    (house / "netwatch.toml").write_text(f'state = "state"\ninventory = "inventory"\n{sections}')


def test_a_source_that_left_the_settings_is_asked_about_once_and_then_forgotten(
    house: Path,
) -> None:
    for name in ("lms", "old"):
        (house / f"{name}.yaml").write_text(
            f"lines: {{file: {name}.csv, columns: {{key: ID, subscriber: K, active: Stan}}}}\n"
        )
        rows = "".join(f"{name}{number},{name}-{number},1\n" for number in range(9))
        (house / f"{name}.csv").write_text(f"ID,K,Stan\n{rows}")
    name_sources(house, "lms", "old")
    assert run(house, "places", "reconcile").returncode == 0

    name_sources(house, "lms")
    for _ in range(2):
        night = json.loads(run(house, "places", "reconcile", "--json").stdout)
        assert (night["subscribers"], night["changes"]) == (18, [])
        (asked,) = night["questions"]
        assert (asked["lines"], asked["answers"]) == (9, ["yes", "no"])
        assert "no longer name the source old" in asked["text"]
    answered = json.loads(run(house, "places", "answer", "1", "yes", "--json").stdout)
    assert (answered["changes"], answered["questions"]) == (9, 0)
    assert not (house / "state" / "places" / "extracts" / "old.json").exists()

    again = json.loads(run(house, "places", "reconcile", "--kept", "--json").stdout)
    assert (again["subscribers"], again["changes"], again["questions"]) == (9, [], [])
    (house / "lms.csv").write_text((house / "lms.csv").read_text().replace("lms-0,1", "lms-0,0"))
    off = run(house, "places", "reconcile")
    assert "1 suspended" in off.stdout
    assert "1 lines suspended: they keep their place and are told nothing" in off.stdout
