"""What leaves for a database: from arrivals to its spool, from the spool to the database itself."""

import gc
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write.point import Point
from influxdb_client.client.write_api import SYNCHRONOUS, WriteOptions

from netwatch.model.arrivals import Outcome, Readings, Sample
from netwatch.model.names import CheckName, DeviceId, SiteId
from netwatch.telemetry.answers import Verdict
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.influx import Database
from netwatch.telemetry.influx_process import BIRTHS
from netwatch.telemetry.lines import Writer
from netwatch.telemetry.measured import of_readings, of_sample
from netwatch.telemetry.quarantine import Quarantine
from netwatch.telemetry.sender import IDLE_S, Sender
from netwatch.telemetry.spool import LIMIT_OCTETS, Spool, segments, size_of
from netwatch.telemetry.where import Where
from tests.bench.measure import NotMeasuredError
from tests.bench.report import Table
from tests.edges.victoria import PROGRAM, Victoria

_MORNING: Final = datetime(2026, 11, 14, 6, 0, tzinfo=UTC)
_DEVICES: Final = 20_000
_PORTS: Final = tuple(f"GigabitEthernet0/0/{number}" for number in range(48))
_SITE: Final = SiteId("pop-polna")
_POLLS: Final = _DEVICES // 300
"""Devices whose ports are read in one second, every 300 s."""
_ECHOES: Final = _DEVICES // 10
_HEAD: Final = ("", "values", "values/CPU-s", "us a value", "of a core at 20,000 devices")

Seconds = list[list[Sample | Readings]]


def measurements(*, quick: bool) -> Iterator[Table]:
    """Measure both ways, beside the library's own ways of writing.

    Raises:
        NotMeasuredError: there is no database on this machine.
    """
    if shutil.which(PROGRAM) is None:
        raise NotMeasuredError(f"{PROGRAM} is not installed")
    seconds = _arrivals(5 if quick else 20)
    with (
        tempfile.TemporaryDirectory(prefix="netwatch-bench-") as name,
        Victoria(Path(name)) as victoria,
    ):
        yield _table(Path(name) / "spool", victoria, seconds, rounds=1 if quick else 3)


def _table(folder: Path, victoria: Victoria, seconds: Seconds, rounds: int) -> Table:
    batches = [list(_batches(arrivals)) for arrivals in seconds]
    values = sum(len(batch) for some in batches for batch in some)
    each_second = values / len(seconds)
    spent: dict[str, list[float]] = {}
    octets = 0
    for _ in range(rounds):
        octets = _round(folder, victoria.url, seconds, batches, spent)
    rows = []
    for what, runs in spent.items():
        cpu_s = median(runs)
        share = cpu_s / values * each_second
        us = cpu_s / values * 1e6
        rows.append((what, f"{values:,}", f"{values / cpu_s:,.0f}", f"{us:.2f}", f"{share:.1%}"))
    minutes = LIMIT_OCTETS / (octets / len(seconds)) / 60
    return Table(
        title="Measurements: to InfluxDB's kind of database",
        words=(
            f"What {_DEVICES:,} devices bring, an echo every 10 s and 2 counters of 48 ports every"
            f" 300 s: {each_second:,.0f} values a second. The database is VictoriaMetrics on"
            " loopback; its own time is not counted. Below netwatch's three steps, what the library"
            " does with the same values."
        ),
        head=_HEAD,
        rows=rows,
        notes=[
            f"on disk {octets / values:.2f} octets a value: 256 MB of spool hold {minutes:.0f} min"
        ],
    )


def _round(
    folder: Path,
    url: str,
    seconds: Seconds,
    batches: Sequence[Sequence[Batch]],
    spent: dict[str, list[float]],
) -> int:
    """Go all ways once, note the CPU seconds of each; return how many octets lay in the spool."""
    spool = Spool(folder)
    _note(spent, "arrivals to batches", lambda: [list(_batches(some)) for some in seconds])
    _note(spent, "batches to the spool", lambda: [spool.put(some) for some in batches])
    octets = sum(filter(None, map(size_of, segments(folder))))
    sender = _sender(folder, url)
    usual = gc.get_threshold()
    gc.set_threshold(BIRTHS)  # as the process that sends has it
    _note(spent, "spool to the database", lambda: _emptied(sender))
    gc.set_threshold(*usual)
    some = [batch for second in batches[:2] for batch in second]
    scale = sum(len(batch) for second in batches for batch in second) / sum(map(len, some))
    for what, cpu_s in _peers(url, some):
        spent.setdefault(what, []).append(cpu_s * scale)
    return octets


def _arrivals(count: int) -> Seconds:
    chance = random.Random(1)  # noqa: S311 - measurements
    return [list(_second(_MORNING + timedelta(seconds=at), chance)) for at in range(count)]


def _second(at: datetime, chance: random.Random) -> Iterator[Sample | Readings]:
    for number in chance.sample(range(_DEVICES), _POLLS):
        yield Readings(
            at=at,
            device=DeviceId(f"sw-{number:05}"),
            check=CheckName("port.octets"),
            parts=_PORTS,
            columns={
                name: tuple(float(chance.randrange(10**9, 10**13)) for _ in _PORTS)
                for name in ("in_octets", "out_octets")
            },
        )
    for number in chance.sample(range(_DEVICES), _ECHOES):
        yield Sample(
            at=at,
            device=DeviceId(f"sw-{number:05}"),
            check=CheckName("icmp"),
            outcome=Outcome.ANSWERED,
            value=round(chance.uniform(0.2, 9.0), 3),
        )


def _batches(arrivals: Sequence[Sample | Readings]) -> Iterator[Batch]:
    for arrival in arrivals:
        if isinstance(arrival, Sample):
            batch = of_sample(arrival, _SITE)
        else:
            batch = of_readings(arrival, _SITE)
        if batch is not None:
            yield batch


def _sender(folder: Path, url: str) -> Sender:
    return Sender(
        folder=folder,
        receiver=Database(Where(url=url, org="isp", bucket="netwatch")),
        quarantine=Quarantine(folder=folder / "refused", now=lambda: _MORNING),
        monotonic=time.monotonic,
        chance=random.random,
    )


def _emptied(sender: Sender) -> None:
    while sender.step() != IDLE_S:
        if sender.progress.verdict is not Verdict.TAKEN:
            raise NotMeasuredError(f"the database: {sender.progress.words}")


def _peers(url: str, batches: Sequence[Batch]) -> Iterator[tuple[str, float]]:
    """Write the same values by the library's own ways; yield each and its CPU seconds."""
    lines = Writer().lines(batches)

    def written(options: WriteOptions, records: Callable[[], Sequence[Any]]) -> float:
        began = time.process_time()
        client = InfluxDBClient(url=url, token="", org="isp", enable_gzip=True)
        with client, client.write_api(write_options=options) as api:
            api.write("netwatch", "isp", records(), write_precision="s")
        return time.process_time() - began

    def points() -> list[Point]:
        return [
            Point(check)
            .tag("device", batch.device)
            .tag("part", part)
            .tag("site", batch.site)
            .field("value", value)
            .time(batch.at_s, "s")
            for batch in batches
            for check, part, value in zip(batch.checks, batch.parts, batch.values, strict=True)
        ]

    batching = WriteOptions(batch_size=10_000, flush_interval=1_000)
    yield "influxdb-client, ready lines, synchronous", written(SYNCHRONOUS, lambda: lines)
    yield "influxdb-client, ready lines, its batching", written(batching, lambda: lines)
    yield "influxdb-client, Point objects", written(SYNCHRONOUS, points)


def _note(spent: dict[str, list[float]], what: str, act: Callable[[], object]) -> None:
    began = time.process_time()
    act()
    spent.setdefault(what, []).append(time.process_time() - began)
