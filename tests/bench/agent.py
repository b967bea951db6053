"""The field of devices that is asked: built with gcc, started, and stopped again."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import device

SOURCE: Final = Path(__file__).with_name("agent.c")


class NoAgentError(RuntimeError):
    """The agent cannot be had on this machine; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How the devices behave."""

    latency_ms: float = 0.0
    loss_permille: int = 0
    dead_every: int = 0

    def options(self) -> list[str]:
        """Return the agent's options."""
        return [
            *("--dead", str(self.dead_every)),
            *("--loss", str(self.loss_permille)),
            *("--latency-us", str(round(self.latency_ms * 1000))),
        ]


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent that runs."""

    pid: int
    port: int
    """UDP port of its SNMP devices; 0 where it answers echoes."""
    field: Field


def build(source: Path = SOURCE) -> Path:
    """Compile the agent, or another program of these benchmarks, unless that was done before.

    Raises:
        NoAgentError: there is no C compiler, or it fails.
    """
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NoAgentError(f"there is no gcc to build {source.name} with")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"netwatch-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise NoAgentError(f"{folder} belongs to somebody else")
    program = folder / f"{source.stem}-{digest}"
    if not program.exists():
        made = program.with_suffix(f".{os.getpid()}")
        done = subprocess.run(
            [compiler, "-O2", "-Wall", "-o", str(made), str(source)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoAgentError(f"{compiler} fails: {done.stderr.strip()[:300]}")
        made.rename(program)
    return program


@contextmanager
def agent(kind: str, field: Field = Field()) -> Iterator[Agent]:
    """Run an agent of ``kind``: snmp on the loopback, or echo in a namespace of its own.

    Raises:
        NoAgentError: it cannot be built, or may not do here what it must.
    """
    process = subprocess.Popen(
        [str(build()), kind, *field.options()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline().strip()
        if not said:
            raise NoAgentError(f"the agent cannot run here: {process.stderr.read().strip()}")
        _keep_apart(process.pid)
        yield Agent(process.pid, int(said) if said.isdigit() else 0, field)
    finally:
        process.communicate()  # closes its input, and so it ends


def differences(where: Agent, address: str) -> list[str]:
    """Return where snmpbulkwalk and `device.objects` disagree about a device.

    Raises:
        NoAgentError: there is no snmpbulkwalk to judge with.
    """
    walker = shutil.which("snmpbulkwalk")
    if walker is None:
        raise NoAgentError("there is no snmpbulkwalk to check the agent with")
    walked = subprocess.run(
        [walker, "-v2c", "-cpublic", "-On", "-Oe", "-Ot", "-Cr25",
         f"{address}:{where.port}", ".1.3.6.1.2.1"],
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    came = dict(filter(None, map(_walked, walked.stdout.splitlines())))
    expected = {name: str(value) for name, value in device.objects(address)}
    return [
        f"{name}: {expected.get(name)} expected, {came.get(name)} came"
        for name in sorted(came.keys() | expected.keys())
        if came.get(name) != expected.get(name)
    ]


def _walked(line: str) -> tuple[str, str] | None:
    found = re.match(r'\.([\d.]+) = (?:[\w-]+: )?"?(.*?)"?$', line)
    if found is None or "No more variables" in line:
        return None
    return found[1], found[2]


def _keep_apart(pid: int) -> None:
    """Give the agent a core of its own where there are two, so that it is no part of the cost."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(pid, {cores[-1]})
