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
from tests.edges import warm
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
    return warm.run("probe", "127.0.0.1", "--port", str(port), *options)


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


def test_a_recording_is_asked_like_a_device_and_a_family_is_tried_from_its_file(
    tmp_path: Path,
) -> None:
    agent, raw, family = Agent(ROUTER), tmp_path / "router.snmprec", tmp_path / "example.yaml"
    with serving(agent):
        done = probe(agent.port, "--raw", str(raw), "--json")
        again = probe(agent.port, "--raw", str(raw))
    assert (done.returncode, "keep it to yourself" in done.stderr) == (0, True)
    assert (again.returncode, "already" in again.stderr) == (4, True)
    assert "1.3.6.1.4.1.99999.1.1.0|2|1" in raw.read_text(), "what nobody here understands"
    assert "1.3.6.1.4.1.14988.1.1.3.10.0|2|415" in raw.read_text()

    family.write_text(
        "id: example\ntitle: Example\nsource: a test\nrecognise: [1.3.6.1.4.1.14988.1]\nsensors:\n"
        "- {check: temperature, object: 1.3.6.1.4.1.14988.1.1.3.10.0, scale: 0.1, part: inside}\n"
        "- {check: temperature, object: 1.3.6.1.4.1.14988.1.1.3.8.0, scale: 0.1, part: x}\n"
    )
    named = ask(str(raw), "--profile", str(family), "--explain", "--json")
    said = json.loads(named.stdout)
    assert said["profile"] == "example"
    assert [(one["part"], one["value"]) for one in said["sensors"]] == [("inside", 41.5)]
    assert said["idle"][0]["why"] == "answered 2147483647: no reading"

    (tmp_path / "profiles").mkdir()
    family.rename(tmp_path / "profiles" / "example.yaml")
    found = json.loads(ask(str(raw), "--rules", str(tmp_path), "--json").stdout)
    assert found["profile"] == "example", "its own file knows more arcs than the shipped one"


def test_a_wrong_profile_and_no_recording_are_told_with_the_way_out(tmp_path: Path) -> None:
    family = tmp_path / "example.yaml"
    family.write_text("id: example\ntitle: Example\nknd: olt\n")
    wrong = ask("192.0.2.1", "--profile", str(family))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert f"{family}:3:1: there is no key 'knd' here\n    did you mean 'kind'?" in wrong.stderr

    nobody = ask("192.0.2.1", "--profile", "mikrotk")
    assert (nobody.returncode, "did you mean 'mikrotik'?" in nobody.stderr) == (2, True)

    nothing = ask(str(tmp_path / "nothing.snmprec"))
    assert (nothing.returncode, "cannot be read as a recording" in nothing.stderr) == (2, True)


def ask(whom: str, *options: str) -> subprocess.CompletedProcess[str]:
    return warm.run("probe", whom, *options)
