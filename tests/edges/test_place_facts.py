"""What changes about who hangs where is in the journal once, whoever ran and whatever was cut."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from netwatch.inventory.places.records import Extract, LineRecord
from netwatch.inventory.places.store import as_json
from netwatch.model.place_facts import PlaceChanged
from tests.edges.service_house import House
from tests.unit.inventory.places.town import NIGHT

pytestmark = pytest.mark.timeout(900)  # a dozen processes one after another, on a laden machine


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.write("subscribers.csv", "id,device,area\n")
    yield house
    house.end()


def reconcile(house: House, *lines: str) -> None:
    extract = Extract(
        source="billing", taken_at=NIGHT,
        lines=tuple(LineRecord(key=f"L{one}", subscriber=one, street="Polna") for one in lines),
    )  # fmt: skip
    path = house.folder / "said.json"
    path.write_bytes(as_json(extract))
    done = house.run("places", "reconcile", "--extract", str(path))
    assert done.returncode == 0, done.stderr


def test_places_that_vanish_are_kept_and_the_staff_is_told(house: House) -> None:
    file = house.state / "places" / "places.jsonl"
    reconcile(house, *"abcde")
    house.start()
    kept = house.state / "last-good" / "digest"
    house.until(kept.exists)
    assert house.door.call("status")["subscribers"] == 5

    whole = file.read_bytes()
    file.write_bytes(b"".join(whole.splitlines(keepends=True)[:2]))
    refused = house.run("reload")
    assert refused.returncode == 4
    assert "3 of 5 lines are gone, and nobody decided that: billing/Lc" in refused.stderr
    house.stop()
    file.unlink()
    house.start()
    status = house.door.call("status")
    assert status["subscribers"] == 5
    assert "nobody decided that" in house.log.read_text()
    house.stop()
    file.write_bytes(whole)
    house.start()
    assert house.door.call("status")["subscribers"] == 5
    file.unlink()
    assert house.run("reload", "--allow-removal").returncode == 0
    assert house.door.call("status")["subscribers"] == 0


def test_lines_that_somebody_let_go_are_gone_at_the_next_start(house: House) -> None:
    reconcile(house, *"abcde")
    house.start()
    house.until((house.state / "last-good" / "digest").exists)
    house.stop()
    reconcile(house, *"abc")  # more than 1 %: asked
    assert house.run("places", "answer", "1", "yes").returncode == 0
    house.start()
    assert house.door.call("status")["subscribers"] == 3


def told(house: House) -> list[tuple[str, str]]:
    facts = [fact for fact in house.facts() if isinstance(fact, PlaceChanged)]
    return [(fact.subscriber, fact.change) for fact in facts]


def test_changes_are_told_at_a_start_at_a_reload_and_never_twice(house: House) -> None:
    reconcile(house, "a", "b")  # nobody runs: the journal waits for the service
    house.start()
    assert told(house) == [("a", "new"), ("b", "new")]

    reconcile(house, "a", "b", "c")
    assert len(told(house)) == 2
    assert house.run("reload").returncode == 0
    assert told(house)[2:] == [("c", "new")]
    assert house.run("reload").returncode == 0

    house.stop(signal.SIGKILL)
    house.start()
    assert told(house) == [("a", "new"), ("b", "new"), ("c", "new")]
    tape = house.run("facts", "--after", "0")
    assert tape.stdout.count('"PlaceChanged"') == 3
    assert "Polna" not in tape.stdout
