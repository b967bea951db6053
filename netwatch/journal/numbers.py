"""The highest number an incident was given, kept beside the book: it outlives a damaged one.

Keys of notices hold the number. Were one given twice, a far end that knows repetitions by their
key would take the news of a second outage for old news of the first, and say nothing.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from netwatch.model.facts import Fact, IncidentOpened, ServiceStarted

PREFIX: Final = "I-"
LONGEST: Final = 20


def numbers_path(journal: Path) -> Path:
    """Return where the number stands for the book at ``journal``."""
    return journal.with_name(f"{journal.name}.number")


def spent_by(facts: Iterable[Fact]) -> int:
    """Return the highest number that these facts give away; 0 for none."""
    return max(map(_spent, facts), default=0)


def read_spent(journal: Path) -> int | None:
    """Return the highest number ever given away; None when nobody knows."""
    try:
        text = numbers_path(journal).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return None
    digits = text.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= LONGEST else None


def keep_spent(journal: Path, number: int) -> None:
    """Note the highest number, whole or not at all; it survives a power cut.

    Raises:
        OSError: there is no room, or no permission; what was noted before stands.
    """
    path = numbers_path(journal)
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="ascii") as file:
        file.write(f"{number}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Let names that were changed in a directory survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _spent(fact: Fact) -> int:
    match fact:
        case IncidentOpened(incident=name):
            digits = name.removeprefix(PREFIX)
            return int(digits) if digits.isdecimal() and len(digits) <= LONGEST else 0
        case ServiceStarted():
            return fact.numbers_spent
        case _:
            return 0
