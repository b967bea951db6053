"""The journal's safety: copied every hour, and restored from the copy when it is damaged."""

import asyncio
import shutil
from contextlib import closing
from pathlib import Path
from typing import Final

import structlog

from netwatch.delivery.channels import Checkpoint
from netwatch.journal.journal import Journal, JournalCorruptError, move_aside

EVERY_S: Final = 3600.0

log = structlog.get_logger(__name__)


def copy_path(path: Path) -> Path:
    """Return where the hourly copy of the journal at ``path`` lies."""
    return path.with_name(f"{path.name}.hourly")


def open_journal(path: Path, checkpoint: Checkpoint) -> tuple[Journal, str]:
    """Open the journal; a damaged one is moved aside and the hourly copy takes its place.

    Returns:
        The journal, and what the staff must be told of it; empty when all is well.

    Raises:
        JournalTooNewError: a newer netwatch wrote it; nothing was touched.
        JournalFullError: there is no room on the disk.
    """
    try:
        return Journal.open(path, checkpoint=checkpoint), ""
    except JournalCorruptError as fault:
        aside = move_aside(path)
        log.warning("the journal was damaged", moved_to=str(aside), why=str(fault))
        what = f"{fault}; it was moved to {aside.name}"
    copy = copy_path(path)
    if copy.exists():
        shutil.copyfile(copy, path)
        try:
            journal = Journal.open(path, checkpoint=checkpoint)
        except JournalCorruptError:
            move_aside(path)
        else:
            return journal, f"{what}, and the copy taken after {journal.last_at()} is in its place"
    journal = Journal.open(path, checkpoint=checkpoint)
    return journal, f"{what}, and a new one was begun: what was decided before is forgotten"


async def copy_hourly(journal: Journal) -> None:
    """Copy the journal now and every hour, beside the writer, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(_copy, journal)
        except OSError as fault:
            log.warning("the journal could not be copied", why=str(fault))
        await asyncio.sleep(EVERY_S)


def _copy(journal: Journal) -> None:
    with closing(journal.reader()) as reader:
        reader.copy_to(copy_path(journal.path))
