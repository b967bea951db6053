"""How a lab begins and ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from netwatch.lab import lab
from netwatch.lab.faults import LabError
from tests.edges.lab_at_work import INVENTORY, as_user, eventually, users, write_inventory

pytestmark = pytest.mark.needs("namespaces", "ping", "setpriv")


@pytest.mark.parametrize("user", [*users(), *(["powerless"] if os.geteuid() == 0 else [])])
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


def test_a_lab_that_hangs_before_it_has_read_what_to_simulate_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lab, "START_S", 0.2)
    monkeypatch.setattr(lab, "END_S", 0.2)
    more_than_a_pipe_takes: Any = bytes(1 << 20)

    async def hang() -> int | None:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            "sleep", "60", stdin=pipe, stdout=pipe, stderr=pipe
        )
        async with asyncio.timeout(20):
            with pytest.raises(LabError, match="said nothing"):
                await lab._brief(process, more_than_a_pipe_takes)
            await lab._end(process)
        return process.returncode

    assert asyncio.run(hang()) == -signal.SIGKILL


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


def test_a_lab_without_what_it_is_made_of_says_how_to_have_it(tmp_path: Path) -> None:
    missing = tmp_path / "pyroute2.py"
    missing.write_text('raise ModuleNotFoundError("not here", name="pyroute2")\n')
    with as_user(users()[0]) as work:
        inventory = write_inventory(work.home)
        paths = (str(tmp_path), work.environment.get("PYTHONPATH", ""))
        work.environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        done = work.lab("run", "--inventory", str(inventory))

    assert done.returncode == 2
    assert done.stderr == (
        "netwatch: pyroute2 is not installed. In the checkout: pip install '.[lab]'\n"
    )


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
        assert time.monotonic() - begun < 10
        assert work.pings("127.64.9.1")
        assert not work.pings("127.64.0.8")


GRUDGING = """
import ctypes, os, sys
from pathlib import Path
kept, user, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
ready, mapped = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    assert ctypes.CDLL(None).unshare(0x10000000) == 0
    os.write(ready[1], b"x")
    os.read(mapped[0], 1)
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    Path("/proc/sys/user", kept).write_text("0")
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    os.execvp(command[0], command)
os.read(ready[0], 1)
for name in ("uid_map", "gid_map"):
    Path("/proc", str(child), name).write_text("0 0 70000")
os.write(mapped[1], b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Runs a command under a kernel that refuses: a limit is 0, for a user of its own namespace."""


@pytest.mark.needs("root")
@pytest.mark.parametrize(
    ("kept", "user", "said"),
    [
        ("max_user_namespaces", 65534, "sysctl -w user.max_user_namespaces=15000"),
        ("max_net_namespaces", 65534, "run the command as root, or let the kernel allow it"),
        ("max_net_namespaces", 0, "does not let root make a network namespace"),
    ],
)
def test_a_kernel_that_refuses_is_told_with_what_to_do(kept: str, user: int, said: str) -> None:
    with as_user("ordinary") as work:
        inventory = write_inventory(work.home)
        state = work.home / f"state-{user}"
        state.mkdir()
        os.chown(state, user, user)
        words = ["lab", "run", "--inventory", str(inventory), "--state", str(state)]
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                GRUDGING,
                kept,
                str(user),
                work.prefix[-1],
                "-m",
                "netwatch",
                *words,
            ],
            env=work.environment,
            cwd=work.home,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

        assert said in done.stderr
        assert done.returncode == 3
        assert list(state.iterdir()) == []
