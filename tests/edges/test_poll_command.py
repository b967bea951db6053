"""netwatch poll --once: one look, one sum."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from netwatch.wire.ber import Tag
from tests.edges import warm
from tests.edges.engine_house import Agent, objects, serving

pytestmark = pytest.mark.needs("raw-sockets")
KEYS = [
    "devices",
    "answered",
    "silent",
    "blind",
    "seconds",
    "cpu_seconds",
    "requests",
    "varbinds",
    "rss_mb",
]
INVENTORY = """\
vantage: core-1
sites: [{id: pop-polna}]
devices:
  - {id: core-1, kind: router, address: 127.30.0.1, snmp: core}
  - {id: sw-1, kind: switch, site: pop-polna, address: 127.30.0.2, snmp: core, uplink: [core-1]}
  - {id: sw-2, kind: switch, site: pop-polna, address: 127.30.0.3, snmp: core, uplink: [core-1]}
  - {id: s-1, kind: splitter, uplink: [sw-1]}
"""


def poll(folder: Path, port: int, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "inventory").mkdir(exist_ok=True)
    (folder / "inventory" / "all.yaml").write_text(INVENTORY)
    (folder / "netwatch.toml").write_text(
        f'inventory = "inventory"\n[snmp.core]\nport = {port}\n[polling]\ntimeout = "300ms"\n'
    )
    return warm.run("poll", "--once", "--config", folder / "netwatch.toml", *more)


def agents(*hosts: str, port: int = 0) -> list[Agent]:
    table = objects(
        {
            "1.3.6.1.2.1.1.3.0": (Tag.TIMETICKS, 1),
            **{f"1.3.6.1.2.1.31.1.1.1.6.{n}": (Tag.COUNTER64, n) for n in (1, 2, 3)},
            **{f"1.3.6.1.2.1.31.1.1.1.1.{n}": (Tag.OCTETS, b"ge") for n in (1, 2, 3)},
        }
    )
    return [Agent(table, address=host, port=port) for host in hosts]


def test_a_sweep_counts_each_device_once_by_its_worst_check(tmp_path: Path) -> None:
    with serving(*agents("127.30.0.1", "127.30.0.2", port=31611)):
        done = poll(tmp_path, 31611, "--json", "--checks", "icmp,snmp,walk")

    assert done.returncode == 0, done.stderr
    came = json.loads(done.stdout)
    assert list(came) == KEYS
    assert (came["devices"], came["answered"], came["silent"], came["blind"]) == (3, 2, 1, 0)
    assert came["varbinds"] >= 2 * (10 + 4)
    assert 0 < came["cpu_seconds"] < 5
    assert 10 < came["rss_mb"] < 500


def test_a_person_is_told_who_is_silent(tmp_path: Path) -> None:
    with serving(*agents("127.30.0.1", "127.30.0.2", port=31612)):
        done = poll(tmp_path, 31612)

    assert "sw-2  snmp  silent" in done.stdout
    assert "3 devices: 2 answered, 1 silent, 0 blind" in done.stdout


@pytest.mark.parametrize(
    ("words", "devices"), [("sw-*", 2), ("kind:router", 1), ("site:pop-polna,core-1", 3)]
)
def test_only_chosen_devices_are_asked(tmp_path: Path, words: str, devices: int) -> None:
    done = poll(tmp_path, 161, "--json", "--checks", "icmp", "--devices", words)
    came = json.loads(done.stdout)
    assert (came["devices"], came["answered"], came["requests"]) == (devices,) * 3


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        (["--checks", "icmp,smpt"], "there are icmp, snmp, walk"),
        (["--devices", "sw-9"], "did you mean"),
        (["--inventory", "/dev"], "cannot be used"),
    ],
)
def test_wrong_usage_is_told_with_exit_code_2(tmp_path: Path, more: list[str], wrong: str) -> None:
    done = poll(tmp_path, 161, *more)
    assert done.returncode == 2
    assert wrong in done.stderr


def test_a_credential_without_settings_is_tried_as_public_and_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "all.yaml").write_text(INVENTORY.replace("snmp: core", "snmp: pop"))
    (tmp_path / "netwatch.toml").write_text('inventory = "inventory"\n')
    done = subprocess.run(
        [sys.executable, "-m", "netwatch", "poll", "--once", "--json", "--checks", "snmp"],
        cwd=tmp_path,
        env={"NETWATCH_CONFIG": str(tmp_path / "netwatch.toml"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "pop: asking with community public" in done.stderr
    assert json.loads(done.stdout)["silent"] == 3
