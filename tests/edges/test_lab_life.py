"""How a lab begins and ends."""

import json
import signal
import time
from pathlib import Path

import pytest

from tests.edges.lab_at_work import INVENTORY, as_user, eventually, users, write_inventory

pytestmark = pytest.mark.needs("namespaces", "ping", "setpriv")


@pytest.mark.parametrize("user", users())
def test_a_scenario_plays_by_itself_and_the_end_leaves_nothing(user: str) -> None:
    with as_user(user) as work:
        scenario = work.home / "night.yaml"
        scenario.write_text(
            "- {at: 500ms, break: 'device:sw-1', kind: dead}\n- {at: 3s, mend: 'device:sw-1'}\n"
        )
        inventory = write_inventory(work.home)
        work.start("--inventory", str(inventory), "--scenario", str(scenario))
        eventually(lambda: work.status()["silent"] == ["olt-1", "sw-1", "sw-2"])
        eventually(lambda: work.status()["silent"] == [])
        pid = json.loads((work.state / "lab.json").read_text())["pid"]
        work.stop()

        assert not Path(f"/proc/{pid}").exists()
        assert list(work.state.iterdir()) == []
        assert work.lab("status").returncode == 3


def test_the_lab_vanishes_with_a_parent_that_is_killed() -> None:
    with as_user(users()[0]) as work:
        work.start("--inventory", str(write_inventory(work.home)))
        pid = json.loads((work.state / "lab.json").read_text())["pid"]
        assert work.process is not None
        work.process.send_signal(signal.SIGKILL)

        eventually(lambda: not Path(f"/proc/{pid}/ns/net").exists())


def test_a_broken_inventory_or_scenario_is_told_with_its_places() -> None:
    with as_user(users()[0]) as work:
        inventory = write_inventory(
            work.home, INVENTORY.replace("uplink: [sw-1]", "uplink: [sw-l]")
        )
        done = work.lab("run", "--inventory", str(inventory))
        assert done.returncode == 2
        assert "all.yaml:8:" in done.stderr

        (inventory / "all.yaml").write_text(INVENTORY)
        (work.home / "night.yaml").write_text("- {at: 3s, break: 'link:nope'}\n")
        scenario = str(work.home / "night.yaml")
        done = work.lab("run", "--inventory", str(inventory), "--scenario", scenario)
        assert done.returncode == 2
        assert "night.yaml:1:19: 'link:nope' is not in the inventory" in done.stderr


def test_two_thousand_devices_are_no_effort() -> None:
    with as_user(users()[0]) as work:
        rows = [
            f"  - {{id: d{n}, kind: switch, address: 127.64.{n // 200}.{n % 200 + 1}, "
            "snmp: access, uplink: [core-1]}"
            for n in range(2000)
        ]
        inventory = write_inventory(work.home, INVENTORY + "\n".join(rows) + "\n")
        work.start("--inventory", str(inventory))
        status = work.status()
        pid = json.loads((work.state / "lab.json").read_text())["pid"]
        memory = Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]
        begun = time.monotonic()
        work.breaks("link:core-1--d7", "cut")

        assert status["addresses"] == 2007
        assert int(memory) < 300_000
        assert time.monotonic() - begun < 2
        assert work.pings("127.64.9.1")
        assert not work.pings("127.64.0.8")
