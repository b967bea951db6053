"""The head: what came lately, not yet sorted, in SQLite. The only module here that knows so.

A head is written by one keeper, then closed, sorted into day files, and removed whole: no row is
ever deleted. Who reads may do so at any time; a frame is there whole or not at all.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from netwatch.model.faults import NetwatchError
from netwatch.telemetry.history.entries import entries
from netwatch.telemetry.history.shapes import spelled

SHAPE_OF_FILE: Final = 1
WAITS_S: Final = 10.0
SCHEMA: Final = f"""
BEGIN;
CREATE TABLE device (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE shape (id INTEGER PRIMARY KEY, names TEXT NOT NULL) STRICT;
CREATE TABLE entry (bucket INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE INDEX entry_by_bucket ON entry (bucket);
CREATE TABLE frame (number INTEGER PRIMARY KEY, at_s INTEGER, samples INTEGER) STRICT;
PRAGMA user_version = {SHAPE_OF_FILE};
COMMIT;
"""
FULL: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC)
DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN)
BASE_CODE: Final = 0xFF

Names = tuple[Sequence[str], Sequence[str]]
"""The checks and the parts of a shape."""


class HeadFullError(NetwatchError):
    """The disk has no room for what came."""


class HeadDamagedError(NetwatchError):
    """The file is no head, or no longer a whole one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A frame as it is written down."""

    number: int
    now_s: int
    """When it was cut."""
    samples: int
    blobs: Sequence[tuple[int, bytes]]
    """Bucket and entries."""
    devices: Mapping[int, str]
    shapes: Mapping[int, bytes]
    """What the frame uses: number -> name; number -> checks and parts, pressed."""


class Head:
    """The head that is being written."""

    def __init__(self, path: Path) -> None:
        """Begin a new head.

        Raises:
            HeadFullError: there is no room for it.
        """
        self.path = path
        self.samples = 0
        self._has: tuple[set[int], set[int]] = (set(), set())
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=WAITS_S)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA wal_autocheckpoint = 4000")
            self._db.executescript(SCHEMA)
        except (sqlite3.Error, OSError) as fault:
            raise _explained(fault, path) from fault

    def write(self, page: "Page") -> None:
        """Write a frame down, whole. When this returns it survives a power cut.

        Raises:
            HeadFullError: there is no room; nothing was written.
        """
        has_devices, has_shapes = self._has
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                new = page.devices.keys() - has_devices
                self._name("device", [(number, page.devices[number]) for number in new])
                new = page.shapes.keys() - has_shapes
                self._name("shape", [(number, spelled(page.shapes[number])) for number in new])
                self._db.executemany("INSERT INTO entry VALUES (?, ?)", page.blobs)
                self._db.execute(
                    "INSERT OR REPLACE INTO frame VALUES (?, ?, ?)",
                    (page.number, page.now_s, page.samples),
                )
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as fault:
            raise _explained(fault, self.path) from fault
        has_devices.update(page.devices)
        has_shapes.update(page.shapes)
        self.samples += page.samples

    def close(self) -> None:
        """Let go of the file; what was written is in it, not beside it."""
        self._db.close()

    def _name(self, table: str, rows: Sequence[tuple[int, str]]) -> None:
        self._db.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", rows)  # noqa: S608


class ReadHead:
    """A head as a reader sees it at one moment, whoever may be writing it."""

    def __init__(self, path: Path) -> None:
        """Open a head.

        Raises:
            FileNotFoundError: there is none; it has been sorted.
            HeadDamagedError: it cannot be read.
        """
        self.path = path
        if not path.exists():
            raise FileNotFoundError(path)
        try:
            mode = "mode=rw" if os.access(path, os.W_OK) else "mode=ro&immutable=1"
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=WAITS_S
            )
            self._db.execute("PRAGMA query_only = ON")
            self._db.execute("BEGIN")
            (shape,) = self._db.execute("PRAGMA user_version").fetchone()
            self._begun = bool(shape)
        except sqlite3.Error as fault:
            if not path.exists():
                raise FileNotFoundError(path) from fault
            raise _explained(fault, path) from fault
        if shape not in (0, SHAPE_OF_FILE):
            raise HeadDamagedError(f"{path.name} has shape {shape}: a newer netwatch wrote it")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._db.close()

    def samples(self) -> int:
        """Return how many samples came in."""
        return sum(int(count) for (count,) in self._rows("SELECT samples FROM frame"))

    def devices(self) -> dict[int, str]:
        """Return the devices by their numbers."""
        return {int(number): str(name) for number, name in self._rows("SELECT * FROM device")}

    def blobs(self, bucket: int) -> Iterator[bytes]:
        """Yield the entries of a bucket in the order in which they came."""
        for (data,) in self._rows("SELECT data FROM entry WHERE bucket = ? ORDER BY rowid", bucket):
            yield bytes(data)

    def device_numbers(self, name: str) -> set[int]:
        """Return under which numbers a device is known here."""
        return {int(n) for (n,) in self._rows("SELECT id FROM device WHERE name = ?", name)}

    def shapes_of(self, bucket: int, device: int) -> set[int]:
        """Return the shapes that a device has brought."""
        return {
            entry.shape
            for blob in self.blobs(bucket)
            for entry in entries(blob)
            if entry.device == device
        }

    def names_of(self, shape: int) -> Names:
        """Return the checks and parts of a shape; none where it is unknown."""
        found = self._rows("SELECT names FROM shape WHERE id = ?", shape)
        return _names(found[0][0], self.path) if found else ((), ())

    def _rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        if not self._begun:
            return []  # made a moment ago: its tables are not there yet
        try:
            with closing(self._db.execute(question, values)) as rows:
                return rows.fetchall()
        except sqlite3.Error as fault:
            raise _explained(fault, self.path) from fault


def _names(text: object, path: Path) -> Names:
    try:
        checks, parts = json.loads(str(text))
    except ValueError as fault:
        raise HeadDamagedError(f"{path.name} is damaged: {fault}") from fault
    return tuple(checks), tuple(parts)


def _explained(fault: Exception, path: Path) -> Exception:
    code = getattr(fault, "sqlite_errorcode", 0)
    if code in FULL or code & BASE_CODE == sqlite3.SQLITE_FULL or isinstance(fault, OSError):
        return HeadFullError(f"no room to write {path.name}: {fault}")
    if code & BASE_CODE in DAMAGED:
        return HeadDamagedError(f"{path.name} is damaged: {fault}")
    return fault
