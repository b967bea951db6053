"""The journal's shape, one step a version. Steps are added, never edited: they have been run."""

import sqlite3
from pathlib import Path
from typing import Final

from netwatch.journal.copies import copy_book
from netwatch.model.faults import JournalTooNewError

STEPS: Final[tuple[str, ...]] = (
    # 1  the spine: what was decided, in order
    """
    CREATE TABLE fact (
        seq     INTEGER PRIMARY KEY AUTOINCREMENT,
        at      TEXT NOT NULL,
        kind    TEXT NOT NULL,
        subject TEXT NOT NULL,
        body    TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT;
    """,
    # 2  people ask "what happened here?" by incident and device
    "CREATE INDEX fact_by_subject ON fact (subject, seq);",
    # 3  start-up must not grow with age: what the facts up to seq amount to
    """
    CREATE TABLE snapshot (
        seq   INTEGER PRIMARY KEY,
        at    TEXT NOT NULL,
        plain TEXT NOT NULL CHECK (json_valid(plain))
    ) STRICT;
    """,
    # 4  of which incidents one is made up: merges are few among many facts
    "CREATE INDEX fact_merged ON fact (seq) WHERE kind = 'IncidentMerged';",
)


def migrate(db: sqlite3.Connection, path: Path) -> int:
    """Bring a journal file to today's shape; return the number of steps taken.

    A file that holds facts is copied beside itself first (``journal.db.before-2``). Each step and
    its version number commit together, so a power cut leaves a whole version.

    Raises:
        JournalTooNewError: a newer netwatch wrote this file; nothing was touched.
    """
    (done,) = db.execute("PRAGMA user_version").fetchone()
    if done > len(STEPS):
        raise JournalTooNewError(found=done, known=len(STEPS))
    if 0 < done < len(STEPS):
        copy_book(db, path.with_name(f"{path.name}.before-{len(STEPS)}"))
    for version, step in enumerate(STEPS[done:], start=done + 1):
        db.executescript(f"BEGIN IMMEDIATE;\n{step}\nPRAGMA user_version = {version};\nCOMMIT;")
    return len(STEPS) - int(done)
