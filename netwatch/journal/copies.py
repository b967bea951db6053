"""A whole book -> a whole copy of it, without damage, for our eyes alone."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from netwatch.model.faults import NetwatchError

PRIVATE: Final = 0o600
"""Not for the group either: web and receiver are in it, and get facts through the door alone."""


class JournalCorruptError(NetwatchError):
    """The file is damaged: it must be moved aside, and people told."""


def copy_book(db: sqlite3.Connection, target: Path) -> None:
    """Copy a book as it is now; a half-made copy, or one with damage, never replaces an older one.

    Raises:
        JournalCorruptError: the copy is damaged, so the book is; the older copy still stands.
        sqlite3.Error: it could not be read, or there is no room.
        OSError: the same, or no permission.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    make_private(unfinished)
    with closing(sqlite3.connect(unfinished)) as copy:
        db.backup(copy)
        check(copy, unfinished)
    unfinished.replace(target)


def check(db: sqlite3.Connection, path: Path) -> None:
    """Look for damage.

    Raises:
        JournalCorruptError: there is some.
    """
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise JournalCorruptError(f"the journal {path} is damaged: {verdict}")


def make_private(path: Path) -> None:
    """See that a file is there and that strangers cannot read it; SQLite's logs beside it follow.

    Raises:
        OSError: it cannot be made, or it belongs to another user.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    try:
        os.fchmod(handle, PRIVATE)
    finally:
        os.close(handle)
