"""Facts in, facts out, in order. The only module that knows they lie in SQLite."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from netwatch.journal.codec import (
    PLACES,
    UnreadableFactError,
    decode,
    encode,
    incident_subject,
)
from netwatch.journal.copies import JournalCorruptError, check, copy_book, make_private
from netwatch.journal.migrations import migrate
from netwatch.journal.numbers import keep_spent, read_spent, spent_by, sync_directory
from netwatch.model.facts import Fact, IncidentMerged
from netwatch.model.faults import JournalFullError, NetwatchError
from netwatch.model.names import IncidentId
from netwatch.model.place_facts import PlaceChanged, PlacesChanged

KEPT_SNAPSHOTS: Final = 3
FULL: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_SHMSIZE,
)
BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
BROKEN: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
BASE_CODE: Final = 0xFF
"""The lower byte of an extended SQLite error code is the plain code."""

Checkpoint = Callable[[str], None]
"""Called at each point where a crash would be interesting; tests crash there."""


class Snapshot(NamedTuple):
    """What the facts up to ``seq`` amount to, as plain JSON values."""

    seq: int
    plain: Mapping[str, Any]


def no_checkpoint(name: str) -> None:
    """Do nothing: in service nobody waits at these points."""


class Journal:
    """An append-only book of facts. One writer; it may live in a thread of its own."""

    def __init__(
        self, db: sqlite3.Connection, path: Path, checkpoint: Checkpoint = no_checkpoint
    ) -> None:
        self._db = db
        self.path = path
        self._checkpoint = checkpoint
        self._number = 0
        """The highest incident number that is noted beside the book."""

    @classmethod
    def open(cls, path: Path, *, checkpoint: Checkpoint = no_checkpoint) -> "Journal":
        """Open the journal at ``path``: made, checked and migrated as needed.

        Raises:
            JournalTooNewError: a newer netwatch wrote it; nothing was touched.
            JournalCorruptError: its bytes are damaged.
            JournalFullError: there is no room on the disk.
        """
        db = _connected(path)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA busy_timeout = 5000")
            check(db, path)
            migrate(db, path)
        except sqlite3.Error as fault:
            db.close()
            raise _explained(fault, path) from fault
        except NetwatchError:
            db.close()
            raise
        book = cls(db, path, checkpoint)
        book._number = read_spent(path) or 0
        return book

    def append(self, facts: Iterable[Fact]) -> int:
        """Write facts down, all or none. When this returns they survive a power cut.

        Returns:
            The sequence number of the last fact in the book.

        Raises:
            JournalFullError: there is no room; nothing was written, try again later.
        """
        facts = tuple(facts)
        rows = [encode(fact) for fact in facts]
        if not rows:
            return self.last_seq()
        self._checkpoint("journal.before")
        self._keep_number(spent_by(facts))
        try:
            return self._insert(rows)
        except sqlite3.Error as fault:
            raise _explained(fault, self.path) from fault

    def read(self, *, after: int = 0, limit: int = -1) -> Iterator[tuple[int, Fact]]:
        """Yield (seq, fact) in the order in which they were decided, at most ``limit``."""
        query = "SELECT seq, kind, body FROM fact WHERE seq > ? ORDER BY seq LIMIT ?"
        yield from self._facts(query, (after, limit))

    def read_these(self, numbers: Sequence[int]) -> Iterator[tuple[int, Fact]]:
        """Yield the facts with these sequence numbers, in order."""
        query = (
            "SELECT seq, kind, body FROM fact"
            " WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq"
        )
        yield from self._facts(query, (json.dumps(list(numbers)),))

    def of_kinds(
        self, kinds: Iterable[str], *, since: datetime, after: int = 0
    ) -> Iterator[tuple[int, Fact]]:
        """Yield the facts of some kinds decided since then, in order; reads the whole book for it.

        Args:
            kinds: names of facts.
            since: the first moment that counts.
            after: the last sequence number that is known already.
        """
        query = (
            "SELECT seq, kind, body FROM fact WHERE seq > ? AND at >= ?"
            " AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq"
        )
        first = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        yield from self._facts(query, (after, first, json.dumps(list(kinds))))

    def first_at(self) -> str | None:
        """Return when the first fact was decided; None of an empty book."""
        try:
            row = self._db.execute("SELECT at FROM fact ORDER BY seq LIMIT 1").fetchone()
        except sqlite3.Error as fault:
            raise _explained(fault, self.path) from fault
        return None if row is None else str(row[0])

    def about(self, incident: IncidentId) -> Iterator[tuple[int, Fact]]:
        """Yield the facts of one incident in order, however long the book is.

        Of a merged one those of the incident in which it goes on, too, and with any incident the
        merges into it.
        """
        merges = [(seq, fact) for seq, fact in self._merges() if isinstance(fact, IncidentMerged)]
        into = {fact.incident: fact.into for _, fact in merges}
        family = [incident]
        while (goes_on := into.get(family[-1])) is not None and goes_on not in family:
            family.append(goes_on)
        joined = [seq for seq, fact in merges if fact.into in family]
        query = (
            "SELECT seq, kind, body FROM fact WHERE subject IN (SELECT value FROM json_each(?))"
            " UNION SELECT seq, kind, body FROM fact WHERE seq IN (SELECT value FROM json_each(?))"
            " ORDER BY seq"
        )
        subjects = json.dumps([incident_subject(one) for one in family])
        yield from self._facts(query, (subjects, json.dumps(joined)))

    def of_subjects(
        self, subjects: Iterable[str], kinds: Iterable[str]
    ) -> Iterator[tuple[int, Fact]]:
        """Yield the facts of some kinds that are about these, in order.

        Args:
            subjects: as ``incident_subject`` and ``subject_of`` name them.
            kinds: names of facts.
        """
        query = (
            "SELECT seq, kind, body FROM fact WHERE subject IN (SELECT value FROM json_each(?))"
            " AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq"
        )
        yield from self._facts(query, (json.dumps(list(subjects)), json.dumps(list(kinds))))

    def _facts(self, query: str, given: tuple[object, ...]) -> Iterator[tuple[int, Fact]]:
        try:
            with closing(self._db.execute(query, given)) as rows:
                for seq, kind, body in rows:
                    yield seq, _decoded(seq, kind, body)
        except sqlite3.Error as fault:
            raise _explained(fault, self.path) from fault

    def _merges(self) -> Iterator[tuple[int, Fact]]:
        query = (
            "SELECT seq, kind, body FROM fact INDEXED BY fact_merged"
            " WHERE kind = 'IncidentMerged' ORDER BY seq"
        )
        yield from self._facts(query, ())

    def last_seq(self) -> int:
        """Return the number of the last fact; 0 when nothing was ever decided."""
        (seq,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM fact").fetchone()
        return int(seq)

    def last_number(self) -> int:
        """Return the number of the last incident opened; 0 when none was."""
        query = (
            "SELECT kind, body FROM fact WHERE kind = 'IncidentOpened' ORDER BY seq DESC LIMIT 1"
        )
        row = self._db.execute(query).fetchone()
        return 0 if row is None else spent_by([decode(*row)])

    def last_place(self) -> int:
        """Return the number of the last change of places that was told; 0 when none was."""
        query = "SELECT kind, body FROM fact WHERE subject = ? ORDER BY seq DESC LIMIT 1"
        row = self._db.execute(query, (PLACES,)).fetchone()
        fact = None if row is None else decode(*row)
        return fact.number if isinstance(fact, PlaceChanged | PlacesChanged) else 0

    def last_at(self) -> str | None:
        """Return when the last fact was decided, as ISO text."""
        row = self._db.execute("SELECT at FROM fact ORDER BY seq DESC LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    def snapshot(self, seq: int, plain: Mapping[str, Any]) -> None:
        """Keep what the facts up to ``seq`` amount to; the newest few are kept.

        Raises:
            JournalFullError: there is no room; the older snapshots still hold.
        """
        self._checkpoint("snapshot.before")
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.execute(
                    "INSERT OR REPLACE INTO snapshot (seq, at, plain)"
                    " SELECT ?, coalesce((SELECT at FROM fact WHERE seq = ?), ''), ?",
                    (seq, seq, json.dumps(plain, separators=(",", ":"))),
                )
                self._db.execute(
                    "DELETE FROM snapshot WHERE seq NOT IN"
                    " (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT ?)",
                    (KEPT_SNAPSHOTS,),
                )
                self._checkpoint("snapshot.written")
                self._db.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
        except sqlite3.Error as fault:
            raise _explained(fault, self.path) from fault
        self._checkpoint("snapshot.committed")

    def latest_snapshot(self) -> Snapshot | None:
        """Return the newest snapshot, or None."""
        query = "SELECT seq, plain FROM snapshot ORDER BY seq DESC LIMIT 1"
        row = self._db.execute(query).fetchone()
        return None if row is None else Snapshot(row[0], json.loads(row[1]))

    def copy_to(self, target: Path) -> None:
        """Copy the whole book as it is now; only a whole copy without damage is named ``target``.

        Raises:
            OSError: it could not be copied: no room, no permission, a book that is damaged.
        """
        try:
            copy_book(self._db, target)
        except (sqlite3.Error, JournalCorruptError) as fault:
            raise OSError(f"{self.path} was not copied: {fault}") from fault

    def reader(self) -> "Journal":
        """Open the same book once more, for reading only, beside the writer.

        Raises:
            NetwatchError: it cannot be opened any more.
        """
        address = f"file:{self.path.absolute().as_posix().replace('?', '%3f')}?mode=ro"
        try:
            db = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
            db.execute("PRAGMA busy_timeout = 5000")
        except sqlite3.Error as fault:
            raise _explained(fault, self.path) from fault
        return Journal(db, self.path)

    def interrupt(self) -> None:
        """End a read that is under way in another thread; it raises there."""
        self._db.interrupt()

    def close(self) -> None:
        """Close the book; everything appended is already safe."""
        self._db.close()

    def _keep_number(self, number: int) -> None:
        if number <= self._number:
            return
        try:
            keep_spent(self.path, number)
        except OSError as fault:
            raise JournalFullError(f"no room beside the journal {self.path}: {fault}") from fault
        self._number = number

    def _insert(self, rows: Sequence[tuple[str, str, str, str]]) -> int:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(
                "INSERT INTO fact (at, kind, subject, body) VALUES (?, ?, ?, ?)", rows
            )
            seq = self.last_seq()
            self._checkpoint("journal.written")
            self._db.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        self._checkpoint("journal.committed")
        return seq

    def _roll_back(self) -> None:
        if self._db.in_transaction:  # a full disk may have ended it already
            self._db.execute("ROLLBACK")


def _decoded(seq: int, kind: str, body: str) -> Fact:
    try:
        return decode(kind, body)
    except UnreadableFactError as fault:
        raise UnreadableFactError(
            f"fact {seq} of the journal cannot be read: {fault}\n"
            "    a newer netwatch may have written it: install that one again"
        ) from fault


def move_aside(path: Path) -> Path:
    """Put a damaged journal out of the way, with its write-ahead log; return its new name."""
    for number in range(1, 1000):
        target = path.with_name(f"{path.name}.damaged-{number}")
        if not target.exists():
            break
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(target.with_name(target.name + suffix))
    sync_directory(path.parent)
    return target


def _connected(path: Path) -> sqlite3.Connection:
    """Connect to a book that nobody but our user and group may read, nor the logs beside it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make_private(path)
        return sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except OSError as fault:
        raise NetwatchError(f"the journal {path} cannot be written: {fault.strerror}") from fault
    except sqlite3.Error as fault:
        raise _explained(fault, path) from fault


def _explained(fault: sqlite3.Error, path: Path) -> Exception:
    code = getattr(fault, "sqlite_errorcode", 0)
    if code in FULL or code & BASE_CODE == sqlite3.SQLITE_FULL:
        return JournalFullError(f"no room for the journal {path}: {fault}")
    if code & BASE_CODE in BROKEN:
        return JournalCorruptError(f"the journal {path} is damaged: {fault}")
    if code & BASE_CODE in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return NetwatchError(f"the journal {path} cannot be written: {fault}")
    if code & BASE_CODE in BUSY:
        return JournalFullError(f"another program holds the journal {path}: {fault}")
    return fault
