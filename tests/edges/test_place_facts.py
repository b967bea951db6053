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
