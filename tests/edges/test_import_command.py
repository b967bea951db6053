"""`netwatch import`: a source whole or not at all, and what the network itself shows."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netwatch.inventory.places.extracts import last_extract, last_sightings
from netwatch.inventory.places.spelling import port_key
from netwatch.inventory.reader import read_inventory
from netwatch.model.network import DeviceKind
from tests.edges import warm
from tests.edges.lab_at_work import LabAtWork, as_user, users

DOLINA = Path(__file__).parents[2] / "inventory"
MAPPING = "lines: {file: k.csv, columns: {key: ID, subscriber: Klient, port: Port}}\n"
ROWS = [f"{number},K{number},{number % 8}\n" for number in range(40)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "netwatch.toml").write_text(
        'state = "state"\n[sources.biuro]\nkind = "csv"\nmapping = "m.yaml"\n'
        '[sightings.radius]\nkind = "radius-detail"\npath = "detail"\n'
    )
    (tmp_path / "m.yaml").write_text(MAPPING)
    (tmp_path / "k.csv").write_text("ID,Klient,Port\n" + "".join(ROWS))
    (tmp_path / "detail").write_text('Fri\n\tUser-Name = "u1"\n\tNAS-IP-Address = 192.0.2.1\n\n')
    return tmp_path


def _import(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    config = folder / "netwatch.toml"
    return warm.run("import", *words, "--config", config, cwd=folder, timeout=120)


def test_a_source_is_kept_and_the_next_time_told_as_a_difference(folder: Path) -> None:
    first: dict[str, Any] = json.loads(_import(folder, "biuro", "--json").stdout)
    assert len(first["differences"]["lines"]["new"]) == 40
    (folder / "k.csv").write_text("ID,Klient,Port\n" + "".join(["0,K0,7\n", *ROWS[1:39]]))

    tried = json.loads(_import(folder, "biuro", "--dry-run", "--json").stdout)
    told = _import(folder, "biuro")

    assert tried["differences"]["lines"] == {
        "new": [], "gone": ["39"], "changed": [{"key": "0", "fields": {"port": ["0", "7"]}}],
    }  # fmt: skip
    assert not tried["kept"]
    assert "- line 39\n~ line 0: port 0 -> 7\n" in told.stdout
    assert "nothing else" in _import(folder, "biuro").stdout


def test_half_a_source_changes_nothing_and_says_so_once(folder: Path) -> None:
    _import(folder, "biuro")
    kept = last_extract(folder / "state", "biuro")
    (folder / "k.csv").write_text("ID,Klient,Port\n" + "".join(ROWS[:10]))
    fewer = _import(folder, "biuro")
    (folder / "k.csv").write_text("ID,Klient,Port\n" + "".join(ROWS) + "41,K")
    torn = _import(folder, "biuro")

    assert (fewer.returncode, torn.returncode) == (3, 3)
    assert "10 lines, the last time 40" in fewer.stderr
    assert "k.csv:42:1: this row has 2 cells, the head has 3" in torn.stderr
    assert last_extract(folder / "state", "biuro") == kept


def test_gear_that_can_only_be_pinged_hangs_where_the_records_have_it(folder: Path) -> None:
    (folder / "m.yaml").write_text(
        MAPPING + "gear: {file: g.csv, columns: {key: ID, name: Nazwa}}\n"
        "wires: {file: w.csv, columns: {a: Od, b: Do}}\n"
    )
    (folder / "g.csv").write_text('ID,Nazwa\n1,core-1\n2,ap-7\n3,"box\n- {id: evil}"\n4,ap-8\n')
    (folder / "w.csv").write_text("Od,Do\n1,2\n1,3\n3,4\n")
    (folder / "inventory").mkdir()
    devices = "".join(
        f"  - {{id: {name}, kind: {kind}, address: 127.0.0.{at}}}\n"
        for at, (name, kind) in enumerate(
            (("core-1", "router"), ("ap-7", "radio"), ("ap-8", "radio")), 1
        )
    )
    (folder / "inventory" / "town.yaml").write_text(f"vantage: core-1\ndevices:\n{devices}")

    told = _import(folder, "biuro", "--dry-run")
    links = _import(folder, "biuro", "--dry-run", "--links")
    (folder / "inventory" / "links.yaml").write_text(links.stdout)
    network = read_inventory(folder / "inventory").network
    again: dict[str, Any] = json.loads(_import(folder, "biuro", "--dry-run", "--json").stdout)

    assert "? 2 links are known there of devices" in told.stdout
    assert "{ends: [core-1, ap-8]}   # biuro, behind box - {id: evil}\n" in links.stdout
    assert network is not None
    assert {tuple(end.device for end in one.ends) for one in network.links.values()} == {
        ("core-1", "ap-7"),
        ("core-1", "ap-8"),
    }
    assert again["links"] == []
    assert _import(folder, "biuro", "--dry-run", "--links").stdout == ""


def test_accounting_is_kept_as_what_the_network_shows(folder: Path) -> None:
    told = json.loads(_import(folder, "radius", "--json").stdout)
    shown = last_sightings(folder / "state")

    assert (told["sessions"], told["kept"]) == (1, True)
    assert shown is not None
    assert shown.sessions[0].login == "u1"


def test_a_source_that_does_not_exist_is_named_with_its_neighbour(folder: Path) -> None:
    refused = _import(folder, "biur")

    assert refused.returncode == 2
    assert "did you mean 'biuro'?" in refused.stderr


@pytest.fixture(scope="module")
def lab() -> Iterator[LabAtWork]:
    with as_user(users()[0]) as work:
        work.start("--inventory", str(DOLINA))
        yield work


@pytest.mark.needs("namespaces", "setpriv")
def test_the_network_shows_every_onu_that_its_olts_list(lab: LabAtWork) -> None:
    network = read_inventory(DOLINA).network
    assert network is not None
    true = {
        (one.via, port_key(one.port or ""), one.serial)
        for one in network.devices.values()
        if one.kind is DeviceKind.ONU and one.serial and one.via
    }
    config = lab.home / "look.toml"
    names = {one.snmp for one in network.devices.values() if one.snmp}
    sections = "".join(f'[snmp.{name}]\ncommunity = "public"\n' for name in sorted(names))
    config.write_text(f'inventory = "{DOLINA}"\nstate = "look"\n{sections}')

    done = lab.inside(
        *lab.prefix[-1:], "-m", "netwatch", "import", "network", "--json", "--config", str(config)
    )

    assert done.returncode == 0, done.stderr
    shown = last_sightings(lab.home / "look")
    assert shown is not None
    seen = {(one.olt, port_key(one.port), one.serial) for one in shown.onus}
    assert true <= seen
