"""Places, questions, answers, changes in files of the state: replaced whole or not at all.

Nothing here belongs to the operator's inventory, and nothing in the inventory is ever changed.
"""

import fcntl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from netwatch.inventory.places.disk import (
    FOLDER,
    PLACES,
    append_lines,
    cut,
    make_folder,
    private,
    replace_whole,
    size_of,
)
from netwatch.inventory.places.evidence import Spot
from netwatch.inventory.places.falls import Falls
from netwatch.inventory.places.place import Place
from netwatch.inventory.places.questions import Question
from netwatch.inventory.places.reconcile import Change, Reconciled
from netwatch.inventory.places.records import Extract, Sightings
from netwatch.inventory.places.suspicions import Docket
from netwatch.model.faults import ConfigError
from netwatch.model.faults import Place as FilePlace
from netwatch.model.names import ID_PATTERN

QUESTIONS: Final = "questions.jsonl"
ANSWERS: Final = "answers.jsonl"
CHANGES: Final = "changes.jsonl"
STRAYS: Final = "strays.jsonl"
DOCKET: Final = "docket.json"
FALLS: Final = "falls.json"
PENDING: Final = "pending.json"
LOCK: Final = ".lock"
NETWATCH: Final = "netwatch"
"""Who is behind changes that are small and sure."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person said to a question."""

    question: str
    answer: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A change that was taken, and when."""

    at: datetime
    change: Change
    by: str = NETWATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Changes that are written down while the places they lead to are not in force yet."""

    size: int
    """How long the file of changes was before, in octets."""
    before: int
    """How many changes it held."""
    places: str
    """The digest of the places that they lead to."""


class PlaceStore:
    """The folder ``<state>/places``."""

    def __init__(self, state: Path) -> None:
        """Know the folder; nothing is made before something is written."""
        self.folder = state / FOLDER

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Let nobody else change places meanwhile; False: somebody does already.

        The lock goes with the process that holds it, however that ends.
        """
        make_folder(self.folder)
        with open(self.folder / LOCK, "ab", opener=private) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True

    @property
    def file(self) -> Path:
        """Return the file of places in force."""
        return self.folder / PLACES

    def places(self) -> tuple[Place, ...]:
        """Return the places in force; none before the first reconciliation."""
        return read_places(self.file)

    def questions(self) -> tuple[Question, ...]:
        """Return what waits for a person."""
        return _read(self.folder / QUESTIONS, Question)

    def answers(self) -> tuple[Answer, ...]:
        """Return all that people said, in order."""
        return _read(self.folder / ANSWERS, Answer)

    def answered(self) -> Mapping[str, str]:
        """Return the last answer to each question."""
        return {one.question: one.answer for one in self.answers()}

    def answer(self, answer: Answer) -> None:
        """Write an answer down; it is on the disk when this returns."""
        self._append(ANSWERS, [answer], Answer)

    def changes(self) -> tuple[Taken, ...]:
        """Return every change that was ever taken, in order."""
        taken = _read(self.folder / CHANGES, Taken)
        pending = _pending(self.folder / PENDING)  # read after them: it is made before they are
        if pending is None or pending.places == digest_of(self.file):
            return taken
        return taken[: pending.before]

    def strays(self) -> tuple[Spot, ...]:
        """Return the ONUs that no line was known to hang on, and where they were."""
        return _read(self.folder / STRAYS, Spot)

    def docket(self) -> Docket:
        """Return what outages said against records."""
        found = _read(self.folder / DOCKET, Docket)
        return found[0] if found else Docket()

    def keep_docket(self, docket: Docket) -> None:
        """Put what outages said against records in the place of what they said before."""
        replace_whole(self.folder / DOCKET, _lines([docket], Docket))

    def falls(self) -> Falls:
        """Return when devices and ports fell and rose."""
        found = _read(self.folder / FALLS, Falls)
        return found[0] if found else Falls()

    def keep_falls(self, falls: Falls) -> None:
        """Put these falls in the place of those before."""
        replace_whole(self.folder / FALLS, _lines([falls], Falls))

    def keep(
        self,
        outcome: Reconciled,
        at: datetime,
        *,
        by: str = NETWATCH,
        answered_by: Mapping[str, str] | None = None,
    ) -> None:
        """Put an outcome into force. Before the places are there, everything is as it was.

        Strays come after them: what became of those is found again as long as nobody hangs on them.

        Args:
            outcome: what is to hold.
            at: when this is.
            by: who is behind the changes.
            answered_by: who answered a question that let a change be taken, by question.
        """
        self._settle()
        who = answered_by or {}
        taken = [Taken(at=at, change=one, by=who.get(one.question, by)) for one in outcome.changes]
        places = _lines(outcome.places, Place)
        if taken:
            changes = self.folder / CHANGES
            pending = Pending(
                size=size_of(changes), before=len(_read(changes, Taken)), places=_digest(places)
            )
            replace_whole(self.folder / PENDING, _lines([pending], Pending))
            self._append(CHANGES, taken, Taken)
        replace_whole(self.folder / QUESTIONS, _lines(outcome.questions, Question))
        replace_whole(self.file, places)
        (self.folder / PENDING).unlink(missing_ok=True)
        replace_whole(self.folder / STRAYS, _lines(outcome.strays, Spot))

    def _append(self, name: str, rows: Iterable[Any], kind: type[Any]) -> None:
        lines = _lines(rows, kind)
        if lines:
            append_lines(self.folder / name, lines)

    def _settle(self) -> None:
        """End what a power cut left open: changes whose places never came into force are none."""
        path = self.folder / PENDING
        pending = _pending(path)
        if pending is None:
            return
        if pending.places != digest_of(self.file):
            cut(self.folder / CHANGES, pending.size)
        path.unlink()


def read_places(path: Path) -> tuple[Place, ...]:
    """Return the places in a file; none where there is no such file.

    Raises:
        ConfigError: a line is not what netwatch wrote.
    """
    return _read(path, Place)


def digest_of(path: Path) -> str:
    """Return ``sha256:...`` of a file of places; empty where there is none."""
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return ""


def read_extract(path: Path) -> Extract:
    """Return an extract that was written as JSON.

    Raises:
        ConfigError: it is none, or its source is no name: files and questions are called after it.
    """
    extract = _read_whole(path, Extract)
    if not ID_PATTERN.fullmatch(extract.source):
        raise ConfigError(
            FilePlace(str(path)),
            "its source is no name",
            "name it as in the settings, such as lms: letters, digits, '.', '_' and '-'",
        )
    return extract


def read_sightings(path: Path) -> Sightings:
    """Return sightings that were written as JSON."""
    return _read_whole(path, Sightings)


def as_json(value: Extract | Sightings) -> bytes:
    """Return an extract or sightings as JSON, as the two functions above read it."""
    return TypeAdapter(type(value)).dump_json(value)


def _digest(raw: bytes) -> str:
    return f"sha256:{sha256(raw).hexdigest()}"


def _pending(path: Path) -> Pending | None:
    found = _read(path, Pending)
    return found[0] if found else None


def _lines(rows: Iterable[Any], kind: type[Any]) -> bytes:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    return b"".join(adapter.dump_json(row) + b"\n" for row in rows)


def _read(path: Path, kind: type[T]) -> tuple[T, ...]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as fault:
        raise ConfigError(
            FilePlace(str(path)), f"cannot be read: {fault.strerror}", "check its permissions"
        ) from None
    adapter: TypeAdapter[T] = TypeAdapter(kind)
    rows = []
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(adapter.validate_json(line))
        except ValidationError as fault:
            if path.name in (CHANGES, ANSWERS) and not data.endswith(b"\n"):
                break  # torn by a power cut while it was appended; it was never promised
            raise ConfigError(
                FilePlace(str(path), number),
                f"is not what netwatch wrote: {_first(fault)}",
                "put back a copy of this file; or remove it, and run: netwatch places reconcile",
            ) from None
    return tuple(rows)


def _read_whole(path: Path, kind: type[T]) -> T:
    try:
        return TypeAdapter(kind).validate_json(path.read_bytes())
    except OSError as fault:
        raise ConfigError(
            FilePlace(str(path)), f"cannot be read: {fault.strerror}", "check name and permissions"
        ) from None
    except ValidationError as fault:
        raise ConfigError(
            FilePlace(str(path)),
            f"{_first(fault)}",
            "write it anew, whole; nothing of it was used",
        ) from None


def _first(fault: ValidationError) -> str:
    """Return what is wrong, without what was written there: it may be of a customer."""
    first = fault.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
