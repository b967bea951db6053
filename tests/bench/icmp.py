"""ICMP: an echo from every host, near, and behind a delay where some are dead."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from tests.bench import device
from tests.bench.agent import Field, NoAgentError, agent
from tests.bench.measure import Contender, NotMeasuredError, client, in_turns
from tests.bench.poll_once import inventory, poll_once
from tests.bench.report import Table, compared

_FAR: Final = Field(latency_ms=20, dead_every=20)
_NEAR: Final = Field()


def icmp(*, quick: bool) -> Iterator[Table]:
    """Measure pings."""
    if os.geteuid() != 0:
        raise NotMeasuredError("raw sockets and namespaces need root")
    devices = 2000 if quick else 10_000
    title = "ICMP: one echo a host, on the loopback"
    yield _side_by_side(title, "loopback", _NEAR, devices, (), quick=quick)
    title = "ICMP: one echo a host, 20 ms away, one in 20 dead"
    enter = shutil.which("nsenter")
    if enter is None:
        yield Table(title=title, head=(), rows=(), notes=["not measured: there is no nsenter"])
        return
    try:
        with agent("echo", _FAR) as field:
            before = (enter, f"--net=/proc/{field.pid}/ns/net")
            yield _side_by_side(title, "field", _FAR, devices, before, quick=quick)
    except NoAgentError as why:
        yield Table(title=title, head=(), rows=(), notes=[f"not measured: {why}"])


def _side_by_side(
    title: str, where: str, field: Field, devices: int, before: Sequence[str], *, quick: bool
) -> Table:
    address: Callable[[int], str] = device.loopback if where == "loopback" else device.field
    dead = sum(device.is_dead(address(number), field.dead_every) for number in range(devices))

    def run(name: str, module: str, some: int, *more: str) -> Contender:
        words = (field.dead_every, some, *more)
        ours = module == "echoes"
        return Contender(name, partial(client, module, where, *words, before=before), ours)

    with inventory(devices, address, 161) as folder:
        command = partial(poll_once, folder, "icmp", dead, before)
        contenders = [
            run("netwatch, engine", "echoes", devices),
            Contender("netwatch poll --once", command, True),
            run("fping, as quick as it goes (-i 0)", "fping", devices, "0"),
            run("fping, paced like netwatch (-i 0.2)", "fping", devices, "0.2"),
            run("icmplib.async_multiping", "icmplib_many", 200 if quick else 1000),
        ]
        return compared(title, in_turns(contenders, 1 if quick else 3), _WORDS)


_WORDS: Final = (
    "The engine paces its echoes as in the service (5,000 a second), so that round-trip times are "
    "true; poll --once sends up to 30,000 a second. Timeout 1 s; asked once more where nothing "
    "came (not by icmplib)."
)
