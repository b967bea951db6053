"""A lab run as a person runs it: by the command line, as root or as an ordinary user."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from netwatch.lab.brief import read_lab_file
from netwatch.lab.control import call
from netwatch.lab.namespaces import join

ROOT = Path(__file__).parents[2]
NOBODY = 65534
POWERLESS = "-sys_admin,-net_admin,-net_raw"
PATIENCE_S = 60.0
AGAIN = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
"""A Python that setpriv may start is not yet one that its user may start."""

INVENTORY = """\
vantage: core-1
risks: [{id: grid-1, kind: power}]
sites:
  - {id: cellar, name: Cellar, power: {feed: grid-1, backed: true, minutes: 30}}
devices:
  - {id: core-1, kind: router, address: 127.20.0.1, snmp: core}
  - {id: sw-1, kind: switch, address: 127.20.0.2, snmp: access, uplink: [core-1]}
  - {id: sw-2, kind: switch, address: 127.99.7.2, snmp: access, uplink: [sw-1]}
  - {id: sw-6, kind: switch, address: "fd00::6", snmp: access, uplink: [core-1]}
  - {id: mute, kind: switch, address: 127.20.0.9, uplink: [core-1]}
  - {id: ups-1, kind: ups, site: cellar, address: 127.20.0.60, snmp: access, uplink: [core-1]}
  - {id: olt-1, kind: olt, address: 127.20.0.3, snmp: access, uplink: ["sw-1:5"]}
  - {id: spl, kind: splitter, uplink: ["olt-1:0/1/3"]}
  - {id: onu-1, kind: onu, via: olt-1, port: 0/1/3, serial: HWTC00000001, uplink: [spl]}
  - {id: onu-2, kind: onu, via: olt-1, port: 0/1/3, serial: HWTC00000002, uplink: [spl]}
"""


@dataclass
class LabAtWork:
    """A running ``netwatch lab run`` and the means to ask and break it."""

    state: Path
    home: Path
    prefix: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[str] | None = field(default=None)

    @property
    def demoted(self) -> bool:
        """Say whether the lab's user is another one than the tests'."""
        return f"--reuid={NOBODY}" in self.prefix

    def netwatch(
        self, *words: str, patience_s: float = PATIENCE_S
    ) -> "subprocess.CompletedProcess[str]":
        """Run one netwatch command as the lab's user."""
        return subprocess.run(
            [*self.prefix, "-m", "netwatch", *words],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=patience_s,
            check=False,
        )

    def lab(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run one ``netwatch lab`` command against this lab."""
        return self.netwatch("lab", words[0], "--state", str(self.state), *words[1:])

    def inside(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command where the probing engines would stand."""
        file = read_lab_file(self.state)

        def enter() -> None:
            if self.demoted:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            join(Path(file.user_ns) if file.user_ns else None, Path(file.net_ns))

        return subprocess.run(
            words,
            preexec_fn=enter,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def breaks(self, element: str, kind: str, **numbers: float) -> None:
        """Break something."""
        self.call("break", element=element, kind=kind, **numbers)

    def mends(self, element: str = "all") -> None:
        """Mend something."""
        self.call("mend", element=element)

    def status(self) -> dict[str, Any]:
        """Return how everything stands."""
        return self.call("status")

    def call(self, ask: str, **said: object) -> dict[str, Any]:
        """Ask at the lab's door."""
        return call(self.state / "lab.sock", ask, **said)

    def pings(self, address: str) -> bool:
        """Say whether an address answers one ping within a second."""
        done = self.inside("ping", "-n", "-c", "1", "-W", "0.5", address)
        assert done.returncode in (0, 1), done.stderr
        return done.returncode == 0

    def gets(self, address: str, *oids: str, community: str = "public") -> list[str] | None:
        """Ask for objects by Debian's snmpget; None when the agent is silent."""
        asked = ["snmpget", "-v2c", "-c", community, "-On", "-Oqv", "-t", "0.5", "-r", "1"]
        done = self.inside(*asked, address, *oids)
        return done.stdout.splitlines() if done.returncode == 0 else None

    def start(self, *words: str) -> None:
        """Start the lab and wait until it answers."""
        self.process = subprocess.Popen(
            [*self.prefix, "-m", "netwatch", "lab", "run", "--state", str(self.state), *words],
            env=self.environment,
            cwd=self.home,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            eventually((self.state / "lab.json").exists, self.process)
        except AssertionError:
            self.stop()
            raise

    def stop(self) -> None:
        """End it as a person would, and see it gone."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            assert self.process.stderr is not None
            self.process.stderr.close()


def eventually(true: Callable[[], bool], process: "subprocess.Popen[str] | None" = None) -> None:
    """Wait until something is true; give up when patience ends or the process has ended."""
    until = time.monotonic() + PATIENCE_S
    while not true():
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > until:
            said = process.stderr.read() if ended and process and process.stderr else ""
            raise AssertionError(f"it never came true; {said}")
        time.sleep(0.05)


@contextmanager
def as_user(user: str) -> Iterator[LabAtWork]:
    """Lend a home and a Python to ``root`` or to an ``ordinary`` user.

    ``powerless`` is the root of a container: he may do no more than anybody else.
    """
    home = Path(tempfile.mkdtemp(prefix="lab-"))
    prefix = [sys.executable]
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("NETWATCH")
    }
    environment |= {"HOME": str(home), "MIBS": ""}
    if user == "ordinary" and os.geteuid() == 0:
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        prefix.append(_python_for_others())
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")])
        os.chown(home, NOBODY, NOBODY)
    if user == "powerless":
        prefix = ["setpriv", f"--bounding-set={POWERLESS}", "--inh-caps=-all", sys.executable]
    work = LabAtWork(home / "state", home, prefix, environment)
    try:
        yield work
    finally:
        work.stop()
        _remove(home)


def _remove(home: Path) -> None:
    """Remove a home; a service that is just ending takes files of its own away meanwhile."""
    for _ in range(100):
        try:
            shutil.rmtree(home)
        except FileNotFoundError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{home} changes without end")


def _python_for_others() -> str:
    """Return a Python of our version that every user may run: ours may live in root's home."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        tried = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", path]
        try:
            done = subprocess.run([*tried, "-c", AGAIN], cwd="/", capture_output=True, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return path
    pytest.skip(f"no {version} that another user may run; install {version} as a Debian package")


def users() -> list[str]:
    """Return as whom the tests can be run here."""
    return ["root", "ordinary"] if os.geteuid() == 0 else ["ordinary"]


def write_inventory(home: Path, text: str = INVENTORY) -> Path:
    """Write an inventory that every user may read."""
    inventory = home / "inventory"
    inventory.mkdir()
    (inventory / "all.yaml").write_text(text)
    return inventory
