"""The journal: facts written down in groups, read back, and folded into what is known."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from netwatch.journal.codec import encode
from netwatch.journal.journal import Journal
from netwatch.model.evidence import Silence
from netwatch.model.facts import AlarmCleared, AlarmRaised, Fact
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.terms import Severity
from netwatch.pipeline import Pipeline, StageRules
from netwatch.views.board import Board
from tests.bench.province import Province
from tests.bench.report import Table

_MORNING: Final = datetime(2026, 11, 14, 6, 0, tzinfo=UTC)
_NODES: Final = 1000
_SAY: Final = ("what", "facts", "facts/s", "facts/CPU-s", "to one commit a fact")


def journal(*, quick: bool) -> Iterator[Table]:
    """Measure writing, against SQLite without netwatch around it, and reading back."""
    facts = _facts(10_000 if quick else 50_000)
    with TemporaryDirectory(prefix="netwatch-bench-") as name:
        folder = Path(name)
        rows = [_timed("commit each fact", facts[: 300 if quick else 1000], _commits(folder, 1))]
        for group in (10, 100, 1000):
            some = facts[: 100 * group]
            rows.append(_timed(f"commit {group} at once", some, _commits(folder, group)))
        rows.append(_timed("plain SQLite, 1000 at once", facts, _plain(folder, facts, 1000)))
        book = Journal.open(folder / "whole.db")
        with closing(book):
            book.append(facts)
            rows.append(_timed("read back", facts, lambda _: sum(1 for _ in book.read())))
            rows.append(_timed("read back and fold", facts, _fold(book)))
    base = rows[0][2]
    yield Table(
        title="The journal: durable facts",
        words=(
            "SQLite, WAL, synchronous=FULL: a committed fact survives a power cut. The disk is the "
            "one under the temporary folder; one commit is one wait for it."
        ),
        head=_SAY,
        rows=[
            (what, f"{count:,}", f"{rate:,.0f}", f"{cpu:,.0f}", f"{rate / base:.3g}x")
            for what, count, rate, cpu in rows
        ],
    )


def _facts(count: int) -> list[Fact]:
    """Return alarms that come and go, on the devices of a small province."""
    devices = [device.id for device in Province(_NODES).devices if device.address is not None]
    check, told = CheckName("icmp"), timedelta(seconds=20)
    facts: list[Fact] = []
    for number in range(count):
        device = DeviceId(devices[number // 2 % len(devices)])
        at = _MORNING + timedelta(milliseconds=10 * number)
        if number % 2:
            facts.append(AlarmCleared(at=at, device=device, check=check))
        else:
            because = Silence(probes=3, over=told)
            facts.append(
                AlarmRaised(
                    at=at, device=device, check=check, severity=Severity.MAJOR, because=because
                )
            )
    return facts


def _timed(
    what: str, facts: Sequence[Fact], do: Callable[[Sequence[Fact]], object]
) -> tuple[str, int, float, float]:
    started, cpu_s = time.perf_counter(), time.process_time()
    do(facts)
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - cpu_s
    return what, len(facts), len(facts) / seconds, len(facts) / max(cpu_s, 1e-9)


def _commits(folder: Path, group: int) -> Callable[[Sequence[Fact]], None]:
    book = Journal.open(folder / f"by-{group}.db")

    def write(facts: Sequence[Fact]) -> None:
        with closing(book):
            for start in range(0, len(facts), group):
                book.append(facts[start : start + group])

    return write


def _plain(folder: Path, facts: Sequence[Fact], group: int) -> Callable[[Sequence[Fact]], None]:
    """Return what writes the same rows, ready-made, with nothing but SQLite."""
    db = sqlite3.connect(folder / "plain.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE fact (seq INTEGER PRIMARY KEY, at, kind, subject, body)")

    rows = [encode(fact) for fact in facts]

    def write(_facts: Sequence[Fact]) -> None:
        with closing(db):
            for start in range(0, len(rows), group):
                db.execute("BEGIN")
                db.executemany(
                    "INSERT INTO fact (at, kind, subject, body) VALUES (?, ?, ?, ?)",
                    rows[start : start + group],
                )
                db.execute("COMMIT")

    return write


def _fold(book: Journal) -> Callable[[Sequence[Fact]], None]:
    """Return what a start does: stages and board go through all facts again."""
    pipeline, board = Pipeline(Province(_NODES).network, StageRules()), Board.empty()

    def fold(_facts: Sequence[Fact]) -> None:
        for _, fact in book.read():
            pipeline.evolve((fact,))
            board.take(fact)

    return fold
