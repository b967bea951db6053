"""The embedded history: samples in, octets on the disk, one series out among many."""

import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from netwatch.model.names import DeviceId
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.history.frames import Unpacker
from netwatch.telemetry.history.keeper import Keeper
from netwatch.telemetry.history.reading import History
from netwatch.telemetry.history.retention import Limits
from netwatch.telemetry.history.shelf import DAY_S, Tier, look
from netwatch.telemetry.history.writer import HistoryWriter
from netwatch.telemetry.lines import Writer
from tests.bench.report import Table
from tests.edges.victoria import PROGRAM, Victoria

_MIDNIGHT: Final = 1_794_614_400
_STEP_S: Final = 300
_POLLS: Final = DAY_S // _STEP_S
_PORTS: Final = tuple(f"ge-0/0/{port}" for port in range(6))
_CHECKS: Final = ("port.octets.in_octets", "port.octets.out_octets")
_SERIES: Final = len(_PORTS) * len(_CHECKS)
_FRAME: Final = 1680
"""Samples of two seconds, of 250,000 series each 300 s."""
_PLENTY: Final = 10**13
_READS: Final = 200
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")

Values = NDArray[np.uint64]


class Field:
    """Counters of many ports: a third idle, others from 1 Mbit/s to 10 Gbit/s, by day and night."""

    def __init__(self, devices: int) -> None:
        chance = np.random.default_rng(1)
        count = devices * _SERIES
        kind = chance.random(count)
        busy = np.where(
            kind < 0.7, chance.uniform(1e5, 1.25e7, count), chance.uniform(1.25e7, 1.25e9, count)
        )
        self.names = [DeviceId(f"sw-{number:05d}") for number in range(devices)]
        self.phases = np.sort(chance.integers(0, _STEP_S, devices)).tolist()
        self._octets = np.where(kind < 0.3, 0.0, busy)
        self._values = chance.integers(0, 2**44, count).astype(np.uint64)
        self._chance = chance

    def poll(self, number: int) -> list[Batch]:
        """Return what all devices answer in one round."""
        day = 0.6 + 0.4 * np.sin(2 * np.pi * number / _POLLS)
        noise = self._chance.lognormal(0, 0.2, len(self._octets))
        self._values = self._values + (self._octets * day * noise * _STEP_S).astype(np.uint64)
        rows = self._values.reshape(len(self.names), _SERIES).tolist()
        start = _MIDNIGHT + number * _STEP_S
        checks = tuple(check for check in _CHECKS for _ in _PORTS)
        parts = _PORTS * len(_CHECKS)
        return [
            Batch(at_s=start + phase, device=name, checks=checks, parts=parts, values=tuple(row))
            for name, phase, row in zip(self.names, self.phases, rows, strict=True)
        ]


@dataclass(slots=True)
class Meter:
    """CPU seconds of this process by what they were spent on."""

    cpu_s: dict[str, float] = field(default_factory=dict)

    def spend(self, what: str, do: Callable[[], object]) -> None:
        """Do it, and note what it cost."""
        began = time.process_time()
        do()
        self.cpu_s[what] = self.cpu_s.get(what, 0.0) + time.process_time() - began


def history(*, quick: bool) -> Iterator[Table]:
    """Measure a day of 250,000 series (quick: of 24,000), then beside others a smaller one."""
    devices = 2000 if quick else 20_834
    with TemporaryDirectory(prefix="netwatch-bench-") as name:
        yield from _day(Path(name), devices)
    with TemporaryDirectory(prefix="netwatch-bench-") as name:
        yield _beside(Path(name), 250 if quick else 1000)


def _day(folder: Path, devices: int) -> Iterator[Table]:
    field_, meter = Field(devices), Meter()
    house = _House(folder, meter)
    rows: list[tuple[str, ...]] = []
    reads: list[tuple[str, ...]] = []
    head_octets = samples = 0
    for poll in range(_POLLS):
        house.take(field_.poll(poll))
        samples += devices * _SERIES
        if poll % 12 == 11:
            head_octets += house.close_head()
            house.sort(_MIDNIGHT + (poll + 1) * _STEP_S)
        if poll == _POLLS * 3 // 4 - 7:
            reads.append(_read(folder, field_, "in the evening"))
    sorting = house.sorting
    house.sorting = _Sorting()
    house.sort(_MIDNIGHT + 2 * DAY_S)
    reads.append(_read(folder, field_, "the day after"))
    shelf = look(folder)
    per_sample = {tier: shelf.sizes[run.name] / samples for tier in Tier for run in shelf.of(tier)}
    for what, cpu_s, octets, rss in (
        ("packed in the service", meter.cpu_s["pack"], 0.0, 0.0),
        ("committed to the head", meter.cpu_s["keep"], head_octets / samples, 0.0),
        ("sorted each hour, merged", sorting.cpu_s, 0.0, sorting.rss_mb),
        ("the day in one file, rolled up", house.sorting.cpu_s, per_sample[Tier.RAW],
         house.sorting.rss_mb),
        ("all of it", sum(meter.cpu_s.values()) + sorting.cpu_s + house.sorting.cpu_s, 0.0, 0.0),
    ):  # fmt: skip
        rows.append(
            (
                what,
                f"{samples / cpu_s:,.0f}",
                f"{cpu_s / samples * 1e6:.2f}",
                f"{octets:.2f}" if octets else "-",
                f"{rss:.0f}" if rss else "-",
            )
        )
    series = devices * _SERIES
    yield Table(
        title="The history: a day in",
        words=(
            f"{series:,} counters of ports, read every 300 s: {samples:,} samples of a day. The"
            " sorter is a process of its own at the lowest priority; it sorted every hour."
        ),
        head=("", "samples/CPU-s", "us a sample", "octets a sample", "RSS MB"),
        rows=rows,
        notes=[
            "rollups, octets a raw sample: "
            + ", ".join(f"{tier} {per_sample[tier]:.2f}" for tier in per_sample if tier.step_s)
        ],
    )
    yield Table(
        title=f"The history: 24 hours of one series among {series:,}",
        words=f"{_READS} series chosen at random, read one after the other by DuckDB.",
        head=("", "files", "ms median", "ms p99", "CPU ms median"),
        rows=reads,
    )


@dataclass(slots=True)
class _Sorting:
    cpu_s: float = 0.0
    rss_mb: float = 0.0


class _House:
    """A history that is filled in this process and sorted by others."""

    def __init__(self, folder: Path, meter: Meter) -> None:
        self._folder, self._meter = folder, meter
        self._writer = HistoryWriter(most_octets=_PLENTY)
        self._unpacker = Unpacker()
        self._keeper = Keeper(folder, Limits(disk_budget=_PLENTY), lambda _: None)
        self.sorting = _Sorting()

    def take(self, batches: Sequence[Batch]) -> None:
        step = _FRAME // _SERIES
        for start in range(0, len(batches), step):
            frame = b""

            def pack(some: Sequence[Batch]) -> None:
                nonlocal frame
                for batch in some:
                    self._writer.take(batch)
                cut = self._writer.cut(some[-1].at_s)
                if cut is not None:
                    frame = cut.octets
                    self._writer.kept(cut.number)

            def keep() -> None:
                for kind, body in self._unpacker.feed(frame):  # noqa: B023 - called at once
                    self._keeper.hear(kind, body)

            self._meter.spend("pack", lambda s=start: pack(batches[s : s + step]))  # type: ignore[misc] # bound at once
            self._meter.spend("keep", keep)

    def close_head(self) -> int:
        """End the head; return its octets."""
        self._keeper._close_head()
        shelf = look(self._folder)
        return sum(shelf.head_octets(number) for number in shelf.heads)

    def sort(self, now_s: int) -> None:
        """Let a sorter do what is due."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [
                sys.executable, "-m", "netwatch.telemetry.history.sorter",
                str(self._folder), str(now_s), "0", str(_PLENTY),
            ],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.sorting.cpu_s += spent
        self.sorting.rss_mb = max(self.sorting.rss_mb, after.ru_maxrss / 1024)


def _read(folder: Path, field_: Field, when: str) -> tuple[str, ...]:
    """Read 24 hours of some series; return a row of what it took."""
    chance = np.random.default_rng(2)
    took: list[float] = []
    cpu: list[float] = []
    span = {"since_s": _MIDNIGHT, "until_s": _MIDNIGHT + DAY_S - 1}
    with closing(History(folder)) as opened:
        for _ in range(_READS):
            device = field_.names[chance.integers(len(field_.names))]
            check, part = _CHECKS[chance.integers(2)], _PORTS[chance.integers(len(_PORTS))]
            began, cpu_s = time.perf_counter(), time.process_time()
            found = opened.points(device, check, part, **span)
            took.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - cpu_s) * 1000)
            assert len(found[part]) > _POLLS // 2
    files = len(look(folder).of(Tier.RAW))
    p99 = sorted(took)[int(0.99 * len(took))]
    return (
        when,
        str(files),
        f"{statistics.median(took):.1f}",
        f"{p99:.1f}",
        f"{statistics.median(cpu):.1f}",
    )


# --- beside others ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Came:
    cpu_s: float
    octets: int
    read_ms: float


def _beside(folder: Path, devices: int) -> Table:
    field_ = Field(devices)
    polls = [field_.poll(number) for number in range(_POLLS)]
    samples = devices * _SERIES * _POLLS
    wanted = field_.names[devices // 2], _CHECKS[0], _PORTS[3]
    ways: list[tuple[str, Callable[[], _Came]]] = [
        ("netwatch, all stages and rollups", lambda: _ours(folder / "ours", polls, wanted)),
        ("DuckDB, its own table, by Arrow", lambda: _duckdb(folder / "duck.db", polls, wanted)),
        ("SQLite, a row a sample, indexed", lambda: _sqlite(folder / "rows.db", polls, wanted)),
    ]
    notes = ["octets: netwatch's are those of the raw day; each reads 24 hours of one series"]
    if shutil.which(PROGRAM) is None:
        notes.append(f"VictoriaMetrics: not measured, {PROGRAM} is not installed")
    else:
        ways.append(("VictoriaMetrics, by lines", lambda: _victoria(folder, polls, wanted)))
    came = {name: way() for name, way in ways}
    base = next(iter(came.values())).cpu_s
    return Table(
        title="The history beside others",
        words=f"{devices * _SERIES:,} counters, {samples:,} samples of a day; CPU of both sides.",
        head=("", "samples/CPU-s", "octets a sample", "24 h of one, ms", "netwatch is"),
        rows=[
            (
                name,
                f"{samples / one.cpu_s:,.0f}",
                f"{one.octets / samples:.2f}",
                f"{one.read_ms:.1f}",
                "1" if one.cpu_s == base else f"{one.cpu_s / base:.3g}x",
            )
            for name, one in came.items()
        ],
        notes=notes,
    )


Polls = list[list[Batch]]
Wanted = tuple[str, str, str]


def _ours(folder: Path, polls: Polls, wanted: Wanted) -> _Came:
    meter = Meter()
    house = _House(folder, meter)
    for number, batches in enumerate(polls):
        house.take(batches)
        if number % 72 == 71:
            house.close_head()
            house.sort(_MIDNIGHT + (number + 1) * _STEP_S)
    house.sort(_MIDNIGHT + 2 * DAY_S)
    shelf = look(folder)
    octets = sum(shelf.sizes[run.name] for run in shelf.of(Tier.RAW))
    span = {"since_s": _MIDNIGHT, "until_s": _MIDNIGHT + DAY_S - 1}
    with closing(History(folder)) as opened:
        read_ms = _ms(lambda: opened.points(*wanted, **span))
    return _Came(sum(meter.cpu_s.values()) + house.sorting.cpu_s, octets, read_ms)


def _duckdb(path: Path, polls: Polls, wanted: Wanted) -> _Came:
    meter = Meter()
    db = duckdb.connect(path, config={"threads": 1})
    db.execute(
        'CREATE TABLE s (device VARCHAR, "check" VARCHAR, part VARCHAR, at_s BIGINT, v UBIGINT)'
    )

    def insert(batches: list[Batch]) -> None:
        table = pa.table(
            {
                "device": [batch.device for batch in batches for _ in batch.values],
                "check": [check for batch in batches for check in batch.checks],
                "part": [part for batch in batches for part in batch.parts],
                "at_s": [batch.at_s for batch in batches for _ in batch.values],
                "v": pa.array([v for batch in batches for v in batch.values], pa.uint64()),
            }
        )
        db.register("t", table)
        db.execute("INSERT INTO s SELECT * FROM t")
        db.unregister("t")

    for batches in polls:
        meter.spend("all", lambda b=batches: insert(b))  # type: ignore[misc] # bound at once
    meter.spend("all", lambda: db.execute("CHECKPOINT"))
    question = 'SELECT at_s, v FROM s WHERE device = ? AND "check" = ? AND part = ?'
    read_ms = _ms(lambda: db.execute(question, wanted).fetchall())
    db.close()
    return _Came(meter.cpu_s["all"], path.stat().st_size, read_ms)


def _sqlite(path: Path, polls: Polls, wanted: Wanted) -> _Came:
    """Keep numbers for names, as whoever is sparing does."""
    meter = Meter()
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE s (series INTEGER, at_s INTEGER, v INTEGER)")
    db.execute("CREATE INDEX by_series ON s (series, at_s)")
    numbers: dict[Wanted, int] = {}

    def insert(batches: list[Batch]) -> None:
        rows = [
            (numbers.setdefault((batch.device, check, part), len(numbers)), batch.at_s, v)
            for batch in batches
            for check, part, v in zip(batch.checks, batch.parts, batch.values, strict=True)
        ]
        db.execute("BEGIN")
        db.executemany("INSERT INTO s VALUES (?, ?, ?)", rows)
        db.execute("COMMIT")

    for batches in polls:
        meter.spend("all", lambda b=batches: insert(b))  # type: ignore[misc] # bound at once
    question = "SELECT at_s, v FROM s WHERE series = ?"
    read_ms = _ms(lambda: db.execute(question, (numbers[wanted],)).fetchall())
    db.close()
    return _Came(meter.cpu_s["all"], path.stat().st_size, read_ms)


def _victoria(folder: Path, polls: Polls, wanted: Wanted) -> _Came:
    import urllib.request  # noqa: PLC0415 - for this one only
    from urllib.parse import urlencode  # noqa: PLC0415

    meter = Meter()
    lines = Writer()
    with Victoria(folder) as server:
        assert server._process is not None
        stat = Path(f"/proc/{server._process.pid}/stat")

        def send(batches: list[Batch]) -> None:
            body = "\n".join(lines.lines(batches)).encode()
            url = f"{server.url}/write?precision=s"
            urllib.request.urlopen(url, body, timeout=120).close()  # noqa: S310 - loopback

        for batches in polls:
            meter.spend("all", lambda b=batches: send(b))  # type: ignore[misc] # bound at once
        server._get("/internal/force_merge")
        server._get("/internal/force_flush")
        device, check, part = wanted
        selector = f'{{__name__="{check}_value",device="{device}",part="{part}"}}'
        asked = urlencode({"match[]": selector, "start": _MIDNIGHT, "end": _MIDNIGHT + DAY_S})
        read_ms = _ms(lambda: json.loads(server._get(f"/api/v1/export?{asked}") or "{}"))
        fields = stat.read_text().rpartition(") ")[2].split()
        theirs = (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
        server.stop()
    octets = sum(path.stat().st_size for path in server.folder.rglob("*") if path.is_file())
    return _Came(meter.cpu_s["all"] + theirs, octets, read_ms)


def _ms(read: Callable[[], object]) -> float:
    """Return the median milliseconds of reading."""
    took = []
    for _ in range(11):
        began = time.perf_counter()
        read()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
