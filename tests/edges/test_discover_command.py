"""netwatch discover in the lab: every link that LLDP speaks of, none that is not there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netwatch.inventory.reader import read_inventory
from netwatch.model.network import DeviceKind, Network
from tests.edges.lab_at_work import LabAtWork, as_user, users

pytestmark = pytest.mark.needs("namespaces", "setpriv")

DOLINA = Path(__file__).parents[2] / "inventory"
RANGE = "127.20.0.0/24"
"""Where Dolina's routers, switches, OLTs and UPSes stand; its customers' gear stands elsewhere."""


@pytest.fixture(scope="module")
def lab() -> Iterator[LabAtWork]:
    with as_user(users()[0]) as work:
        work.start("--inventory", str(DOLINA))
        yield work


@pytest.fixture(scope="module")
def network() -> Network:
    found = read_inventory(DOLINA).network
    assert found is not None
    return found


def discover(lab: LabAtWork, *options: str) -> dict[str, Any]:
    words = ["-m", "netwatch", "discover", RANGE, "--community", "public", "--json", *options]
    done = lab.inside(*lab.prefix[-1:], *words)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def pairs(document: dict[str, Any]) -> set[frozenset[tuple[str, str]]]:
    return {frozenset((e["device"], e["port"]) for e in one["ends"]) for one in document["links"]}


def test_every_link_that_lldp_speaks_of_is_found_and_no_other(
    lab: LabAtWork, network: Network, tmp_path: Path
) -> None:
    said = discover(lab, "--inventory", str(lab.home))

    asked = [d for d in network.devices.values() if d.address and str(d.address) in _inside()]
    speaking = {d.id for d in asked if d.snmp}
    true = {
        frozenset(end.device for end in link.ends)
        for link in network.links.values()
        if {end.device for end in link.ends} <= speaking
    }
    assert {one["id"] for one in said["devices"]} == {d.id for d in asked}
    assert {frozenset(name for name, _ in ends) for ends in pairs(said)} == true
    for link in network.links.values():
        ends = frozenset((end.device, end.port) for end in link.ends)
        if {end.device for end in link.ends} <= speaking and all(end.port for end in link.ends):
            assert ends in pairs(said), link.id
    (tmp_path / "found.yaml").write_text(said["yaml"])
    proposed = read_inventory(tmp_path)
    assert proposed.network is not None, proposed.findings
    assert len(proposed.network.devices) == len(asked)
    assert len(proposed.network.links) == len(true)


def test_what_the_inventory_has_already_is_not_proposed_again(lab: LabAtWork) -> None:
    said = discover(lab, "--inventory", str(DOLINA))

    assert [one for one in said["links"] if one["new"]] == []
    assert [one for one in said["devices"] if one["new"]] == []
    assert said["disagreements"] == []
    assert said["yaml"] == ""


def test_onus_are_proposed_where_wanted_and_known_by_their_serial_numbers(
    lab: LabAtWork, network: Network, tmp_path: Path
) -> None:
    onus = {d.serial for d in network.devices.values() if d.kind is DeviceKind.ONU and d.serial}

    said = discover(lab, "--inventory", str(lab.home), "--onus")
    again = discover(lab, "--inventory", str(DOLINA), "--onus")

    assert onus <= {one["serial"] for one in said["onus"]}
    (tmp_path / "found.yaml").write_text(said["yaml"])
    proposed = read_inventory(tmp_path)
    assert proposed.network is not None, proposed.findings
    assert onus <= {device.serial for device in proposed.network.devices.values()}
    assert [one["id"] for one in again["onus"] if one["serial"] in onus and one["new"]] == []
    assert again["disagreements"] == []


def test_a_cable_that_is_cut_disagrees_with_the_inventory(lab: LabAtWork) -> None:
    lab.breaks("link:l-cores", "cut")
    try:
        said = discover(lab, "--inventory", str(DOLINA))
    finally:
        lab.mends()

    assert [(one["kind"], one["element"]) for one in said["disagreements"]] == [
        ("link-missing", "link:l-cores")
    ]


def _inside() -> set[str]:
    return {f"127.20.0.{last}" for last in range(1, 255)}
