"""What a device says unasked makes the service ask it, and nothing more."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from netwatch.model.facts import FilesLoaded, ServiceStarted
from tests.edges.service_house import SETTINGS, House

pytestmark = pytest.mark.needs("raw-sockets")
LINK_DOWN = {"kind": "trap", "device": "sw-1", "oid": "1.3.6.1.6.3.1.1.5.3", "varbinds": []}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, SETTINGS.replace('icmp = "2s"', 'icmp = "1h"'))
    yield house
    house.end()


def asked(tape: Path) -> list[str]:
    """Return who was pinged, in order."""
    whole, _, _ = tape.read_text().rpartition("\n")
    rows = [json.loads(line) for line in whole.splitlines()]
    return [row["device"] for row in rows if row.get("check") == "icmp"]


def test_a_trap_makes_its_device_be_asked_at_once_and_twice_and_no_incident(house: House) -> None:
    tape = house.folder / "t.jsonl"
    house.start("--tape", str(tape))
    house.door.call("arrivals", arrivals=[LINK_DOWN] * 20)

    house.until(lambda: asked(tape)[:1] == ["sw-1"])
    house.until(lambda: len(asked(tape)) == 2)

    assert asked(tape) == ["sw-1", "sw-1"]
    assert all(isinstance(fact, ServiceStarted | FilesLoaded) for fact in house.facts())


def test_a_trap_of_nobody_we_know_makes_nobody_be_asked(house: House) -> None:
    tape = house.folder / "t.jsonl"
    house.start("--tape", str(tape))
    house.door.call("arrivals", arrivals=[LINK_DOWN | {"device": "sw-9"}, LINK_DOWN])
    house.until(lambda: len(asked(tape)) == 2)

    assert set(asked(tape)) == {"sw-1"}


def test_news_that_no_poll_confirms_makes_nobody_be_asked(house: House) -> None:
    tape = house.folder / "t.jsonl"
    wrong_password = LINK_DOWN | {"oid": "1.3.6.1.6.3.1.1.5.5"}
    house.start("--tape", str(tape))
    house.door.call("arrivals", arrivals=[wrong_password | {"device": "core-1"}, LINK_DOWN])
    house.until(lambda: len(asked(tape)) == 2)

    assert asked(tape) == ["sw-1", "sw-1"]
