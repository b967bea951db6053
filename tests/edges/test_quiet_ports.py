"""The history of a switch tells on which port gear hangs that only answers pings."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netwatch.inventory.importers.parents import adrift
from netwatch.inventory.places.falls import Falls
from netwatch.inventory.reader import read_inventory
from netwatch.model.names import DeviceId
from netwatch.model.network import Network
from netwatch.service.falling import who_hangs
from netwatch.service.traffic import quiet_with
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.history.points import Number
from tests.edges.history_house import MIDNIGHT, HistoryHouse, batch

CPE = DeviceId("cpe-1")
SPELLS = tuple((MIDNIGHT + at, MIDNIGHT + at + 1800) for at in (7200, 18_000, 36_000))
MORNING = datetime.fromtimestamp(MIDNIGHT + 50_000, UTC)
SWITCHES = 12
PORTS = 24


@pytest.fixture
def network(tmp_path: Path) -> Network:
    rows = [
        f"  - {{id: sw-{n:02}, kind: switch, address: 10.0.1.{n}, snmp: core, uplink: [core-1]}}"
        for n in range(SWITCHES)
    ]
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "a.yaml").write_text(
        "vantage: core-1\ndevices:\n  - {id: core-1, kind: router, address: 10.0.0.1}\n"
        "  - {id: cpe-1, kind: cpe, address: 10.0.2.1}\n" + "\n".join(rows) + "\n"
    )
    found = read_inventory(tmp_path / "inventory").network
    assert found is not None
    return found


def polls(own: tuple[str, str]) -> Iterator[list[Batch]]:
    """Yield half a day of polls of all ports; one is quiet whenever the device is silent."""
    counted: dict[tuple[str, str], int] = {}
    for at in range(MIDNIGHT, MIDNIGHT + 45_000, 300):
        silent = any(fell - 300 < at - 300 and at - 300 < rose for fell, rose in SPELLS)
        row = []
        for switch in range(SWITCHES):
            values: dict[tuple[str, str], Number] = {}
            for port in range(PORTS):
                key = (f"sw-{switch:02}", f"ge-0/0/{port}")
                more = 0 if key == own and silent else 300 * (2000 + 100 * port)
                if port == at // 300 % PORTS:  # others are quiet now and then
                    more = 0
                counted[key] = counted.get(key, 2**32) + more
                values["port.octets.in_octets", key[1]] = counted[key]
            row.append(batch(f"sw-{switch:02}", at, values))
        yield row


@pytest.fixture
def history(tmp_path: Path) -> Path:
    with closing(HistoryHouse(tmp_path / "history")) as house:
        for number, row in enumerate(polls(("sw-07", "ge-0/0/5"))):
            house.keep(row)
            if number == 70:
                house.next_head()
        house.sort(MIDNIGHT + 45_000)
    return tmp_path / "history"


def test_a_port_that_is_quiet_whenever_a_device_is_silent_is_asked_about(
    network: Network, history: Path
) -> None:
    falls = Falls(of={CPE: SPELLS})

    (asked,) = who_hangs(falls, network, {}, history, MORNING)

    assert asked.id == "hangs|sw-07|cpe-1"
    assert "(cpe-1 at ge-0/0/5)" in asked.text


def test_one_quiet_moment_is_chance(network: Network, history: Path) -> None:
    assert who_hangs(Falls(of={CPE: SPELLS[:1]}), network, {}, history, MORNING) == []


def test_gear_elsewhere_is_not_put_to_a_port_that_goes_on(network: Network, history: Path) -> None:
    elsewhere = tuple((fell + 2700, rose + 2700) for fell, rose in SPELLS)

    assert who_hangs(Falls(of={CPE: elsewhere}), network, {}, history, MORNING) == []


def test_where_no_history_is_nothing_is_known(network: Network, tmp_path: Path) -> None:
    falls = Falls(of={CPE: SPELLS})
    for folder in (tmp_path / "nowhere", tmp_path / "inventory"):
        assert quiet_with(
            folder, falls=falls, found={}, adrift=adrift(network), network=network, at=MORNING
        ) == {}  # fmt: skip
