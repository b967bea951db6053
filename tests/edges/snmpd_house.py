"""Debian's own snmpd on a high port of loopback, for tests of SNMPv3."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from netwatch.pollers.questions import Target
from netwatch.pollers.snmp.security import Security
from tests.edges.ports import free_port

AUTH_KEY, PRIV_KEY = "correct horse", "battery staple"
ENGINE = "80001f8804a1b2c3d4"


def user(name: str, auth: str = "", priv: str = "", **other: str) -> Security:
    """Return a user whose keys are the ones that `Snmpd` gives everybody."""
    return Security(
        name="core",
        user=name,
        auth=auth,
        auth_key=other.get("auth_key", AUTH_KEY if auth else ""),
        priv=priv,
        priv_key=other.get("priv_key", PRIV_KEY if priv else ""),
        context=other.get("context", ""),
        engine_id=bytes.fromhex(other.get("engine_id", "")),
    )


@dataclass
class Snmpd:
    """An agent of Net-SNMP. It can be stopped, and started again as another one."""

    folder: Path
    users: Iterable[Security]
    engine_id: str = ENGINE
    boots: int = 0
    address: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it says that it has booted ``boots`` times before, as if it remembered."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "snmpd.conf").write_text("\n".join(self._settings()))
        settings = ["-f", "-Lf", str(self.folder / "log"), "-C", "-c", f"{self.folder}/snmpd.conf"]
        where = ["-p", str(self.folder / "pid"), f"udp:{self.address}:{self.port}"]
        state = {"MIBS": "", "SNMP_PERSISTENT_DIR": f"{self.folder}/state"}
        program = shutil.which("snmpd") or "/usr/sbin/snmpd"
        self.process = subprocess.Popen([program, *settings, *where], env=state)
        self._wait()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def target(self, security: Security) -> Target:
        return Target(self.address, self.port, 3, security=security)

    def _settings(self) -> Iterator[str]:
        yield f"exactEngineID 0x{self.engine_id}"
        yield f"engineBoots {self.boots}"
        yield f"oldEngineID 0x{self.engine_id}"
        yield "rocommunity public"
        for one in self.users:
            words = [f'{one.auth} "{one.auth_key}"'] if one.auth else []
            words += [f'{one.priv} "{one.priv_key}"'] if one.priv else []
            yield " ".join(("createUser", one.user, *words))
            yield f"rouser {one.user} {'priv' if one.priv else 'auth' if one.auth else 'noauth'}"

    def _wait(self) -> None:
        until = time.monotonic() + 20
        asked = bytes.fromhex("302602010104067075626c6963a01902010102010002010030"
                              "0e300c06082b060102010103000500")  # fmt: skip
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.1)
            while time.monotonic() < until:
                try:
                    sock.sendto(asked, (self.address, self.port))
                    sock.recv(2000)
                except (TimeoutError, ConnectionRefusedError):
                    continue
                return
        raise AssertionError((self.folder / "log").read_text())


@contextmanager
def snmpd(folder: Path, *users: Security, boots: int = 0) -> Iterator[Snmpd]:
    """Run an agent that knows these users."""
    agent = Snmpd(folder, users, boots=boots)
    agent.start()
    try:
        yield agent
    finally:
        agent.stop()
