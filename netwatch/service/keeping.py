"""The journal's safety: copied every hour, and restored from the copy when it is damaged."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from netwatch.delivery.channels import Checkpoint
from netwatch.journal.copies import JournalCorruptError
from netwatch.journal.journal import Journal, move_aside
from netwatch.journal.numbers import read_spent
from netwatch.model.faults import JournalFullError, NetwatchError

EVERY_S: Final = 3600.0
GAP: Final = 1000
"""After a lost journal incident numbers go on so much higher: none is given twice, and a person
sees that there was a gap."""

log = structlog.get_logger(__name__)


class Opened(NamedTuple):
    """A journal as a start found it."""

    journal: Journal
    damage: str = ""
    """What the staff must be told of it; empty when all is well."""
    numbers_spent: int = 0
    """Incident numbers that may have been given by what is lost; 0: nothing is."""


def copy_path(path: Path) -> Path:
    """Return where the hourly copy of the journal at ``path`` lies."""
    return path.with_name(f"{path.name}.hourly")


def open_journal(path: Path, checkpoint: Checkpoint) -> Opened:
    """Open the journal; a damaged one is moved aside and the hourly copy takes its place.

    Where one is gone, by damage or because somebody removed it, numbers go on as if it was not.

    Raises:
        JournalTooNewError: a newer netwatch wrote it; nothing was touched.
        JournalFullError: there is no room on the disk.
    """
    try:
        journal = Journal.open(path, checkpoint=checkpoint)
    except JournalCorruptError as fault:
        aside = move_aside(path)
        log.warning("the journal was damaged", moved_to=str(aside), why=str(fault))
        what = f"{fault}; it was moved to {aside.name}"
    else:
        lost = read_spent(path) if journal.last_seq() == 0 else None
        return Opened(journal, numbers_spent=lost + GAP if lost else 0)
    restored = _from_copy(path, checkpoint)
    journal = restored or Journal.open(path, checkpoint=checkpoint)
    if restored is not None:
        what = f"{what}, and the copy taken after {journal.last_at()} is in its place"
    else:
        what = f"{what}, and a new one was begun: what was decided before is forgotten"
    return Opened(journal, what, (read_spent(path) or journal.last_number()) + GAP)


def _from_copy(path: Path, checkpoint: Checkpoint) -> Journal | None:
    copy = copy_path(path)
    if not copy.exists():
        return None
    try:
        shutil.copyfile(copy, path)
    except OSError as fault:
        path.unlink(missing_ok=True)
        raise JournalFullError(
            f"the journal's copy {copy} cannot be put in place: {fault}"
        ) from fault
    try:
        return Journal.open(path, checkpoint=checkpoint)
    except JournalCorruptError:
        move_aside(path)
        return None


def last_at(journal: Journal) -> datetime | None:
    """Return when the last fact was decided; None: there is none."""
    text = journal.last_at()
    return None if text is None else datetime.fromisoformat(text)


class Copies:
    """Copies the journal every hour, beside the writer."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.trouble = ""
        """Why there is no new copy; empty: there is."""

    async def run(self) -> None:
        """Copy now and every hour, until cancelled."""
        # A thread of its own: nobody waits for it at the end, however long the book is.
        thread = ThreadPoolExecutor(1, thread_name_prefix="copy")
        try:
            while True:
                await self.copy(thread)
                await asyncio.sleep(EVERY_S)
        finally:
            thread.shutdown(wait=False, cancel_futures=True)

    async def copy(self, thread: ThreadPoolExecutor) -> None:
        """Make one copy; where that cannot be done, say why in ``trouble``."""
        try:
            await asyncio.get_running_loop().run_in_executor(thread, self._copy)
        except (OSError, NetwatchError) as fault:
            log.warning("the journal could not be copied", why=str(fault))
            self.trouble = str(fault)
        else:
            self.trouble = ""

    def _copy(self) -> None:
        with closing(self._journal.reader()) as reader:
            reader.copy_to(copy_path(self._journal.path))
