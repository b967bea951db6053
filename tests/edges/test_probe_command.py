"""netwatch probe, as a person runs it: against an agent on loopback, and against recordings."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netwatch.lab.recording import Recording, read_recording
from netwatch.wire.ber import Oid, Tag, VarBind
from tests.edges.engine_house import Agent, objects, serving
from tests.edges.ports import free_port
from tests.edges.probe_scores import scorer_in

ROOT = Path(__file__).parents[2]

ROUTER = objects(
    {
        "1.3.6.1.2.1.1.1.0": (Tag.OCTETS, b"RouterOS RB4011"),
        "1.3.6.1.2.1.1.2.0": (Tag.OID, (1, 3, 6, 1, 4, 1, 14988, 1)),
        "1.3.6.1.2.1.1.3.0": (Tag.TIMETICKS, 812300),
        "1.3.6.1.2.1.1.5.0": (Tag.OCTETS, b"core\x1b[2J-1"),
        "1.3.6.1.2.1.2.2.1.2.7": (Tag.OCTETS, b"sfp1"),
        "1.3.6.1.2.1.2.2.1.7.7": (Tag.INTEGER, 1),
        "1.3.6.1.2.1.2.2.1.8.7": (Tag.INTEGER, 7),
        "1.3.6.1.4.1.14988.1.1.3.10.0": (Tag.INTEGER, 415),
        "1.3.6.1.4.1.14988.1.1.3.8.0": (Tag.INTEGER, 2147483647),
        "1.3.6.1.4.1.14988.1.1.19.1.1.10.7": (Tag.INTEGER, -5673),
        "1.3.6.1.4.1.99999.1.1.0": (Tag.INTEGER, 1),
    }
)


def probe(port: int, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "netwatch", "probe", "127.0.0.1", "--port", str(port)]
    return subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=60, check=False
    )


def answer(port: int, *options: str) -> dict[str, Any]:
    done = probe(port, "--json", *options)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.parametrize("version", ["1", "2c"])
def test_one_device_says_all_that_is_understood_of_it(version: str) -> None:
    agent = Agent(ROUTER)
    with serving(agent):
        said = answer(agent.port, "--snmp-version", version)

    assert (said["vendor"], said["model"], said["os"]) == ("MikroTik", "RB4011", "RouterOS")
    assert (said["profile"], said["uptime_s"], said["reachable"]) == ("mikrotik", 8123, True)
    assert said["interfaces"] == [
        {
            "part": "sfp1",
            "index": 7,
            "alias": "",
            "oper": "lowerLayerDown",
            "admin": "up",
            "speed_bps": None,
        }
    ]
    seen = [(one["check"], one["part"], one["value"], one["unit"]) for one in said["sensors"]]
    assert sorted(seen) == [
        ("dbm", "sfp1 rx", -5.673, "dBm"),
        ("temperature", "board", 41.5, "Cel"),
    ]
    assert said["not_understood"] == ["1.3.6.1.4.1.99999"]
    assert said["asked"]["requests"] < 60


def test_a_person_reads_a_table_that_no_device_can_write_into() -> None:
    agent = Agent(ROUTER)
    with serving(agent):
        done = probe(agent.port)

    assert done.returncode == 0
    assert "MikroTik" in done.stdout
    assert "41.5" in done.stdout
    assert "\x1b" not in done.stdout


def test_each_line_says_which_rule_gave_it() -> None:
    agent = Agent(ROUTER)
    with serving(agent):
        said = answer(agent.port, "--explain")
        shown = probe(agent.port, "--explain").stdout

    rules = {one["check"]: one["rule"] for one in said["sensors"]}
    assert rules["temperature"] == "mikrotik: object 1.3.6.1.4.1.14988.1.1.3.10.0"
    assert said["explained"]["profile"] == "sysObjectID 1.3.6.1.4.1.14988"
    assert "mikrotik: object 1.3.6.1.4.1.14988.1.1.3.10.0" in shown


def test_what_was_recorded_can_be_probed_again_and_is_never_written_over(tmp_path: Path) -> None:
    agent, file = Agent(ROUTER), tmp_path / "router.snmprec"
    with serving(agent):
        first = answer(agent.port, "--record", str(file))
        again = probe(agent.port, "--record", str(file))
    assert (again.returncode, "already" in again.stderr) == (4, True)
    assert "core" not in file.read_text()

    recorded = read_recording(file)
    agent = Agent(dict(served(recorded)))
    with serving(agent):
        second = answer(agent.port)
    for key in ("vendor", "model", "profile", "interfaces", "sensors", "not_understood"):
        assert second[key] == first[key]


def test_nothing_is_asked_twice_where_no_retry_is_wanted() -> None:
    done = probe(free_port(), "--json", "--timeout", "0.2", "--retries", "0")
    assert json.loads(done.stdout)["asked"]["requests"] == 1


def served(recorded: Recording) -> Iterator[tuple[Oid, VarBind]]:
    bind = recorded.after((0,))
    while bind is not None:
        yield bind.oid, bind
        bind = recorded.after(bind.oid)


@pytest.mark.needs("raw-sockets")
def test_a_person_is_told_what_kept_silent() -> None:
    done = probe(free_port())

    assert (done.returncode, done.stdout) == (0, "")
    assert "127.0.0.1 answers ping, but no SNMP question; see --port, --community" in done.stderr


def test_recordings_of_real_devices_are_understood(shared_data: Path) -> None:
    """The bars that were set, over every recording there is."""
    folder = shared_data.parent
    if not (folder / "tools" / "score_probe.py").is_file():
        pytest.skip("no scorer beside the recordings")
    command = [sys.executable, "-m", "tests.edges.probe_scores", str(folder)]
    shares = [
        subprocess.Popen([*command, str(share), "2"], cwd=ROOT, stdout=subprocess.PIPE)
        for share in range(2)
    ]
    said = [share.communicate(timeout=250)[0] for share in shares]
    assert [share.returncode for share in shares] == [0, 0]
    total = scorer_in(folder).total([row for rows in said for row in json.loads(rows)])

    assert total["impossible"] == 0
    assert total["faults"] == 0
    assert total["sensors_found"] >= 0.85
    assert total["ports_found"] >= 0.99
    assert total["vendor_right"] >= 0.98
