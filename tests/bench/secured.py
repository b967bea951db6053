"""SNMPv3, authenticated and encrypted, against a real snmpd: what each question costs."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from netwatch.pollers.questions import Target
from netwatch.pollers.snmp.security import Security
from tests.bench import device
from tests.bench.measure import Contender, NotMeasuredError, Run, client, in_turns
from tests.bench.report import Table, compared

USER: Final = Security(
    name="bench",
    user="bench",
    auth="SHA",
    auth_key="correct horse",
    priv="AES",
    priv_key="battery staple",
)
NAME: Final = "1.3.6.1.2.1.1.5.0"
OIDS: Final = (
    *(f"1.3.6.1.2.1.1.{number}.0" for number in range(1, 7)),
    *(f"1.3.6.1.2.1.11.{number}.0" for number in (1, 3, 4, 5)),
)
PORT: Final = 23161
DEVICES: Final = 100
"""Addresses that one snmpd answers at, each with a session of its own."""
CALLED: Final = "bench-agent"
_PEERS: Final = (("gufo-snmp, async", "gufo_v3", 40), ("pysnmp, v3arch", "pysnmp_v3", 2))
_START_S: Final = 20.0


def secured(*, quick: bool) -> Iterator[Table]:
    """Measure a question to an agent that is known, at authPriv."""
    rounds = 10 if quick else 40
    with _snmpd():
        contenders = [
            Contender("netwatch, engine", partial(_run, "engine_v3", rounds), True),
            *(
                Contender(f"{name}, sessions kept", partial(_run, module, min(most, rounds)))
                for name, module, most in _PEERS
            ),
        ]
        outcomes = in_turns(contenders, 2 if quick else 3)
    words = (
        f"SHA and AES-128, a GET of {len(OIDS)} objects to one snmpd at {DEVICES} addresses; the "
        "sessions are made before the clock starts. A device is a question here. gufo-snmp takes "
        "an answer without looking at its digest; the others check it."
    )
    yield compared("SNMPv3, authPriv: GET of 10 objects from a real snmpd", outcomes, words)


def target(address: str) -> Target:
    """Return how to ask the agent at one of its addresses."""
    return Target(address, PORT, 3, security=USER)


def _run(module: str, rounds: int) -> Run:
    return client(module, "v3", PORT, DEVICES, rounds)


@contextmanager
def _snmpd() -> Iterator[None]:
    program = shutil.which("snmpd", path="/usr/sbin:/usr/bin:/sbin")
    if program is None:
        raise NotMeasuredError("snmpd is not installed")
    with TemporaryDirectory(prefix="netwatch-bench-") as name:
        folder = Path(name)
        where = ",".join(f"udp:{device.loopback(number)}:{PORT}" for number in range(DEVICES))
        (folder / "snmpd.conf").write_text(
            f"agentaddress {where}\nsysName {CALLED}\nsysContact ops\nsysLocation Polna\n"
            f'createUser {USER.user} SHA "{USER.auth_key}" AES "{USER.priv_key}"\n'
            f"rouser {USER.user} priv\nrocommunity public\n"
        )
        command = [program, "-f", "-Lf", f"{folder}/log", "-C", "-c", f"{folder}/snmpd.conf"]
        settings = {"MIBS": "", "SNMP_PERSISTENT_DIR": f"{folder}/state"}
        process = subprocess.Popen([*command, "-p", f"{folder}/pid"], env=settings)
        try:
            _wait(process, folder)
            yield
        finally:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + _START_S
    while not _up(["snmpget", "-v3", "-l", "authPriv", *_WORDS, f"127.0.0.1:{PORT}", f".{NAME}"]):
        if time.monotonic() > until or process.poll() is not None:
            raise NotMeasuredError(f"snmpd does not start: {(folder / 'log').read_text()[-200:]}")


_WORDS: Final = (
    "-u", USER.user, "-a", "SHA", "-A", USER.auth_key, "-x", "AES", "-X", USER.priv_key,
    "-t", "0.3", "-r", "0",
)  # fmt: skip


def _up(command: Sequence[str]) -> bool:
    done = subprocess.run(
        command, capture_output=True, check=False, env={"MIBS": "", "PATH": "/usr/bin"}
    )
    return done.returncode == 0
