"""Gear that has an address on one cable only is probed and discovered there."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edges.engine_house import Space, space

pytestmark = pytest.mark.needs("root", "snmpd")
NEAR = "fe80::7%near0"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    """Two namespaces and a cable between them; the agent is at the far end."""
    folder = tmp_path_factory.mktemp("far")
    with space() as near, space() as far:
        near.run("ip", "link", "add", "near0", "type", "veth", "peer", "name", "far0")
        near.run("ip", "link", "set", "far0", "netns", str(far.pid))
        for end, cable in (
            (near, "near0"),
            (far, "far0"),
        ):  # one address each: agents answer by any
            end.run("ip", "link", "set", cable, "addrgenmode", "none")
        far.run("ip", "addr", "add", "fe80::7/64", "dev", "far0", "nodad")
        near.run("ip", "addr", "add", "fe80::8/64", "dev", "near0", "nodad")
        far.run("ip", "link", "set", "far0", "up")
        near.run("ip", "link", "set", "near0", "up")
        (folder / "snmpd.conf").write_text("rocommunity6 public\n")
        words = ["snmpd", "-f", "-Lf", f"{folder}/log", "-C", "-c", f"{folder}/snmpd.conf"]
        agent = subprocess.Popen(
            far.enter(*words, "udp6:[::]:161"),
            env={"MIBS": "", "SNMP_PERSISTENT_DIR": str(folder), "PATH": "/usr/sbin:/usr/bin:/bin"},
        )
        try:
            _wait_for_snmp(agent.pid)
            yield near
        finally:
            agent.kill()
            agent.wait()


def _wait_for_snmp(pid: int) -> None:
    """Wait until somebody listens at port 161 where the agent is."""
    until = time.monotonic() + 10
    while ":00A1 " not in Path(f"/proc/{pid}/net/udp6").read_text():
        assert time.monotonic() < until, "snmpd does not start"
        time.sleep(0.05)


def netwatch(here: Space, *words: str) -> subprocess.CompletedProcess[str]:
    command = here.enter(sys.executable, "-m", "netwatch", *words)
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_probe_asks_on_the_cable_that_is_named(here: Space) -> None:
    said = json.loads(netwatch(here, "probe", NEAR, "--json").stdout)

    assert said["reachable"] is True
    assert said["vendor"] == "Net-SNMP"


def test_discovery_asks_there_and_proposes_the_address_with_its_cable(
    here: Space, tmp_path: Path
) -> None:
    words = ("--community", "public", "--inventory", str(tmp_path), "--json")
    said = json.loads(netwatch(here, "discover", NEAR, *words).stdout)

    assert [(one["address"], one["snmp"]) for one in said["devices"]] == [(NEAR, "access")]
    assert f'address: "{NEAR}"' in said["yaml"]


def test_a_cable_that_is_none_is_told(here: Space) -> None:
    done = netwatch(here, "discover", "fe80::7%far9", "--community", "public")

    assert done.returncode == 2
    assert "no interface 'far9' here" in done.stderr
