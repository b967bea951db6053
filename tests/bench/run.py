"""The whole service, `netwatch run`, on a field of devices: what it costs while it runs."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from netwatch.intake.door import Door, NobodyHomeError
from tests.bench import device
from tests.bench.agent import Agent, agent
from tests.bench.measure import NotMeasuredError
from tests.bench.report import Table

_FEW: Final = 1000
_MANY: Final = 20_000
_FAN_OUT: Final = 20
_START_AT_MOST_S: Final = 180.0
_EVERY_S: Final = 1.0
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_SETTINGS: Final = """\
inventory = "inventory"
state = "state"
[snmp.bench]
port = {port}
[polling]
icmp = "10s"
status = "60s"
metrics = "300s"
"""
HEAD: Final = (
    "", "devices", "s", "CPU % of a core", "CPU-s per 1,000 and minute", "RSS MB", "RSS MB at end",
    "lag p99 s", "false silents",
)  # fmt: skip


@dataclass(slots=True)
class Watch:
    """What was seen of a running service: looked at once a second."""

    devices: int
    start_cpu_s: float = 0.0
    seconds: float = 0.0
    cpu_s: float = 0.0
    rss_mb: list[float] = field(default_factory=list)
    lag_s: list[float] = field(default_factory=list)
    status: dict[str, Any] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Return per cent of one core."""
        return 100 * self.cpu_s / self.seconds

    def vital(self, name: str) -> float:
        """Return a vital sign as it was at the end."""
        value: float = self.status["vitals"].get(name, 0.0)
        return value


def run(*, quick: bool) -> Iterator[Table]:
    """Measure the service with few and with many devices."""
    seconds = 120.0 if quick else 600.0
    with agent("snmp") as field_of_devices:
        watches = [_watched(field_of_devices, _FEW, seconds / 2)]
        watches.append(_watched(field_of_devices, _MANY, seconds))
    yield _table(watches)


def _watched(devices: Agent, count: int, seconds: float) -> Watch:
    with (
        TemporaryDirectory(prefix="netwatch-bench-") as name,
        service(Path(name), devices, count) as (pid, door),
    ):
        return _watch(pid, door, count, seconds)


def _watch(pid: int, door: Door, count: int, seconds: float) -> Watch:
    """Look at a service for so long; its start is not counted."""
    watch = Watch(count)
    begun, cpu_s = time.monotonic(), cpu_s_of(pid)
    watch.start_cpu_s = cpu_s
    while time.monotonic() - begun < seconds:
        time.sleep(_EVERY_S)
        watch.status = door.call("status")
        watch.lag_s.append(watch.vital("netwatch_poll_lag_seconds"))
        watch.rss_mb.append(rss_mb_of(pid))
    watch.seconds, watch.cpu_s = time.monotonic() - begun, cpu_s_of(pid) - cpu_s
    return watch


def _table(watches: list[Watch]) -> Table:
    rows, notes = [], []
    for watch in watches:
        half = len(watch.rss_mb) // 2
        rows.append(
            (
                "netwatch run",
                f"{watch.devices:,}",
                f"{watch.seconds:.0f}",
                f"{watch.share:.1f}",
                f"{watch.cpu_s / watch.seconds * 60 / watch.devices * 1000:.3f}",
                f"{max(watch.rss_mb):.0f}",
                f"{statistics.fmean(watch.rss_mb[-10:]):.0f}",
                f"{p99(watch.lag_s):.3f}",
                f"{watch.vital(_SILENT):.0f}",
            )
        )
        grown = statistics.fmean(watch.rss_mb[-10:]) - statistics.fmean(
            watch.rss_mb[half : half + 10]
        )
        notes.append(
            f"{watch.devices:,} devices: {watch.vital(_ANSWERED):,.0f} states answered,"
            f" {watch.vital(_BLIND):,.0f} blind; the start took {watch.start_cpu_s:.1f} CPU-s;"
            f" RSS grew by {grown:+.1f} MB in the second half"
        )
    few, many = watches[0], watches[-1]
    ratio = (many.cpu_s / many.seconds / many.devices) / (few.cpu_s / few.seconds / few.devices)
    notes.append(f"CPU time a device at {many.devices:,}: {ratio:.2f}x of that at {few.devices:,}")
    return Table(
        title="The service: echo 10 s, status 60 s, 48 ports' counters 300 s",
        words=_WORDS,
        head=HEAD,
        rows=rows,
        notes=notes,
    )


_ANSWERED: Final = 'netwatch_samples_total{outcome="answered"}'
_SILENT: Final = 'netwatch_samples_total{outcome="silent"}'
_BLIND: Final = 'netwatch_samples_total{outcome="blind"}'
_WORDS: Final = (
    "CPU time and resident memory of all processes of the service, summed, from the moment it is "
    "ready. Every device is alive: each silence is false."
)


@contextmanager
def service(
    folder: Path, devices: Agent, count: int, settings: str = "", options: Sequence[str] = ()
) -> Iterator[tuple[int, Door]]:
    """Run a service on ``count`` devices; it has ended after the block."""
    _write(folder, devices, count, settings)
    door = Door([folder / "state" / "run" / "door.sock"])
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "netwatch", "run", "--config", str(folder / "netwatch.toml"),
             *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )  # fmt: skip
    _keep_apart(process.pid)
    with answering(process, door, folder / "log"):
        yield process.pid, door


@contextmanager
def answering(process: "subprocess.Popen[bytes]", door: Door, log: Path) -> Iterator[None]:
    """Wait until a service answers at its door; it has ended after the block.

    Raises:
        NotMeasuredError: it does not start; with what it said in its log.
    """
    try:
        until = time.monotonic() + _START_AT_MOST_S
        while not answers(door):
            if process.poll() is not None or time.monotonic() > until:
                said = log.read_text(encoding="utf-8", errors="replace").strip()[-500:]
                raise NotMeasuredError(f"the service does not start: {said}")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(door: Door) -> bool:
    """Say whether a service is behind this door."""
    try:
        door.call("status")
    except NobodyHomeError:
        return False
    return True


def _write(folder: Path, devices: Agent, count: int, settings: str = "") -> None:
    """Write an inventory: a tree, each device hanging on a named port of the one above."""
    (folder / "inventory").mkdir()
    (folder / "netwatch.toml").write_text(
        _SETTINGS.format(port=devices.port) + settings, encoding="utf-8"
    )
    (folder / "inventory" / "network.yaml").write_text(
        "vantage: d0\ndevices: [devices.csv]\n", encoding="utf-8"
    )
    lines = ["id,kind,address,snmp,uplink"]
    for number in range(count):
        uplink = f"d{(number - 1) // _FAN_OUT}:{_port_above(number)}" if number else ""
        lines.append(f"d{number},switch,{device.loopback(number)},bench,{uplink}")
    text = "\n".join(lines) + "\n"
    (folder / "inventory" / "devices.csv").write_text(text, encoding="utf-8")


def _port_above(number: int) -> str:
    """Return the name of the port above that leads to a device; such ports are up."""
    above, nth = divmod(number - 1, _FAN_OUT)
    address = device.loopback(above)
    return device.port_name(address, 2 * nth + (1 if device.is_up(address, 1) else 2))


def p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    family = [pid]
    for one in family:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                family += map(int, (task / "children").read_text(encoding="ascii").split())
        except FileNotFoundError:
            continue
    return family


def cpu_s_of(pid: int) -> float:
    """Return user and system seconds of a family, ended children included."""
    ticks = 0
    for one in _family(pid):
        try:
            after = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        ticks += sum(map(int, after[11:15]))
    return ticks / _TICKS_PER_S


def rss_mb_of(pid: int) -> float:
    """Return the resident memory of a family, summed."""
    pages = 0
    for one in _family(pid):
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1])
        except FileNotFoundError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _keep_apart(pid: int) -> None:
    """Leave the last core to the agent."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(pid, set(cores[:-1]))
