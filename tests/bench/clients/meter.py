"""What a client process says of itself: answers, those that were wrong, and CPU time."""

import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from tests.bench import device


@dataclass
class Job:
    """What is to be done: ``get`` or ``walk``, of so many devices at a port."""

    kind: str
    port: int
    devices: int
    answers: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    """Address -> (ifHCInOctets.1 as it came, how many values came). Judged after metering."""
    seconds: float = 0.0
    cpu_s: float = 0.0

    def __post_init__(self) -> None:
        """Word the addresses now, so that it is no part of what is metered."""
        self.addresses = [device.loopback(number) for number in range(self.devices)]

    @contextmanager
    def metered(self) -> Iterator[None]:
        """Meter what is done within, that of ended children included."""
        cpu_s, started = _cpu_s(), time.monotonic()
        yield
        self.seconds, self.cpu_s = time.monotonic() - started, _cpu_s() - cpu_s

    def say(self, rss_mb: float | None = None) -> None:
        """Print what came of it."""
        values = device.GET_VALUES if self.kind == "get" else device.WALK_VALUES
        wrong = sum(
            octets != device.in_octets(address) or count != values
            for address, (octets, count) in self.answers.items()
        )
        answered = len(self.answers)
        say(self.devices, answered, wrong, self.cpu_s, self.seconds, rss_mb=rss_mb)


def job() -> Job:
    """Read the job from the command line."""
    kind, port, devices = sys.argv[1:4]
    return Job(kind, int(port), int(devices))


def say(  # noqa: PLR0917 (a run, in the order in which one tells it)
    asked: int,
    answered: int,
    wrong: int,
    cpu_s: float,
    seconds: float,
    dead: int = 0,
    rss_mb: float | None = None,
) -> None:
    """Print a run as `tests.bench.measure.Run` takes it; ``rss_mb`` of 0 is: not known."""
    if rss_mb is None:
        rss_mb = rss_mb_of(os.getpid())
    document = {
        "asked": asked,
        "answered": answered,
        "wrong": wrong,
        "cpu_s": cpu_s,
        "seconds": seconds,
        "rss_mb": rss_mb,
        "dead": dead,
    }
    sys.stdout.write(json.dumps(document))


def library(name: str, package: str) -> ModuleType:
    """Import a peer, or say that it is not installed, and end."""
    try:
        return import_module(name)
    except ImportError:
        missing(f"{package} is not installed")


def missing(why: str) -> NoReturn:
    """Say why there is nothing to measure, and end."""
    sys.stdout.write(json.dumps({"missing": why}))
    sys.exit(0)


def each(addresses: list[str]) -> Callable[[], str | None]:
    """Return what hands out one address after the other, then None."""
    rest = iter(addresses)
    return lambda: next(rest, None)


def cpu_s_of(pid: int) -> float:
    """Return what another process has spent so far."""
    spent = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb_of(pid: int) -> float:
    """Return the most memory that another process had."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found is not None else 0.0


def _cpu_s() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))
