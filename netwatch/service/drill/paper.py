"""What is kept of drills: a folder each, with what was decided in it and how it went."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from netwatch.delivery.page import whole
from netwatch.journal.journal import Journal
from netwatch.model.drills import SERIES
from netwatch.model.facts import Fact
from netwatch.model.faults import NetwatchError
from netwatch.views.drill_score import Head
from netwatch.views.proof import stamp

FOLDER: Final = "drills"
HEAD: Final = "drill.json"
REPORT: Final = "report.json"
BOOK: Final = "journal.db"
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folders of all drills, below the state."""

    root: Path

    @classmethod
    def of(cls, state: Path) -> "Shelf":
        """Return the shelf of a service."""
        return cls(state / FOLDER)

    def names(self) -> list[str]:
        """Return the drills that were begun, oldest first."""
        try:
            found = [one.name for one in self.root.iterdir() if one.name.startswith(SERIES)]
        except OSError:
            return []
        numbered = [name for name in found if name.removeprefix(SERIES).isdecimal()]
        return sorted(numbered, key=lambda name: int(name.removeprefix(SERIES)))

    def next_name(self) -> str:
        """Return what the next drill is called; no number is given twice."""
        last = next(reversed(self.names()), f"{SERIES}0")
        return f"{SERIES}{int(last.removeprefix(SERIES)) + 1}"

    def folder(self, name: str) -> Path:
        """Return where a drill lies."""
        return self.root / name

    def put(self, name: str, file: str, document: Mapping[str, Any]) -> None:
        """Write a document, whole or not at all.

        Raises:
            OSError: the state cannot be written.
        """
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1)
        whole.put(self.folder(name), {file: f"{text}\n".encode()})

    def get(self, name: str, file: str) -> Plain:
        """Return a document; one that cannot be read says nothing."""
        try:
            read = json.loads((self.folder(name) / file).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    def unended(self) -> Iterator[str]:
        """Yield the drills of which the staff was not told that they are over."""
        for name in self.names():
            if not self.get(name, HEAD).get("told_over"):
                yield name

    def reports(self) -> list[Plain]:
        """Return how each drill went, oldest first."""
        found = (self.get(name, REPORT) for name in self.names())
        return [one for one in found if one]


def head_plain(head: Head) -> Plain:
    """Return what is known of a drill as plain values."""
    return {
        "drill": head.drill,
        "scenario": head.scenario,
        "title": head.title,
        "at": head.at,
        "by": head.by,
        "began": stamp(head.began),
        "faults": [stamp(one) for one in head.faults],
        "injects": list(head.injects),
        "alerted": list(head.alerted),
        "ended": None if head.ended is None else stamp(head.ended),
        "why": head.why,
        "people": {role: list(people) for role, people in head.people.items()},
    }


def head_of(name: str, plain: Plain) -> Head | None:
    """Return what was known of a drill; None where it was not kept, or is damaged."""
    try:
        return Head(
            drill=name,
            scenario=str(plain["scenario"]),
            title=str(plain["title"]),
            at=str(plain["at"]),
            by=str(plain["by"]),
            began=datetime.fromisoformat(plain["began"]),
            faults=tuple(map(datetime.fromisoformat, plain["faults"])),
            injects=tuple(map(str, plain["injects"])),
            alerted=tuple(map(str, plain["alerted"])),
            people={str(role): tuple(some) for role, some in plain["people"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def ended(head: Head, at: datetime, why: str) -> Head:
    """Return what is known of a drill that is over; ``why`` it ended early, or nothing."""
    return replace(head, ended=at, why=why)


def facts_in(book: Path) -> list[Fact]:
    """Return what was decided in a drill; of a book that cannot be read nothing."""
    if not book.exists():
        return []
    try:
        journal = Journal.open(book)
    except NetwatchError:
        return []
    try:
        return [fact for _, fact in journal.read()]
    finally:
        journal.close()
