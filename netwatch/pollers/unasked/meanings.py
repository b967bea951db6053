"""Log line -> what it means: link, onu, power, changed, restarted. By tables that are data.

``messages/*.yaml``, one file a family of devices. A row is a text that must stand in the line
(``has``), a pattern, a meaning, and examples, by which a test reads it. Which family wrote a line
is not asked: cheap gear speaks the words of whoever built it. Families whose lines bear marks of
their own are tried first, those that write in plain words second, what anybody would write last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Final

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, with_config

_FOLDER: Final = files("netwatch.pollers.unasked") / "messages"
_SHUT: Final = ConfigDict(extra="forbid")


class Meaning(StrEnum):
    """What a device says has happened."""

    LINK = "link"
    """A port or line went up or down."""
    ONU = "onu"
    """An ONU came or went, by light or by power."""
    POWER = "power"
    """The device's own power: a supply, the mains, a battery."""
    CHANGED = "changed"
    """Somebody changed the configuration."""
    RESTARTED = "restarted"
    """The device, or a card in it, started."""


@with_config(_SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of message. Upper and lower case do not count, in ``has`` and ``pattern`` alike."""

    means: Meaning
    has: str
    """Without this in it, a line is not looked at further: it makes reading cheap."""
    pattern: str = ""
    """What else must be found. The groups part, state, by and what are read."""
    state: str = ""
    """The state, where the words are always of the same one."""
    examples: Annotated[tuple[str, ...], Field(min_length=1)]


class Tried(StrEnum):
    """When a family's rows are tried."""

    FIRST = "first"
    SECOND = "second"
    LAST = "last"


@with_config(_SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """How one family of devices writes."""

    family: str
    vendors: tuple[str, ...]
    tried: Tried = Tried.FIRST
    messages: Annotated[tuple[Row, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was made of a line. ``part``, ``state``, ``by`` and ``what`` as far as it says them."""

    means: Meaning
    family: str
    part: str = ""
    state: str = ""
    by: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    has: str
    pattern: re.Pattern[str] | None
    family: str
    row: Row


class Table:
    """All rows of all families, in the order in which they are tried."""

    def __init__(self, families: Sequence[Family]) -> None:
        self._readings = [
            _Reading(
                row.has.lower(),
                re.compile(row.pattern, re.IGNORECASE) if row.pattern else None,
                family.family,
                row,
            )
            for family in families
            for row in family.messages
        ]

    def __len__(self) -> int:
        return len(self._readings)

    def read(self, text: str) -> Understood | None:
        """Return what a line means; None: nothing that is known."""
        low = text.lower()
        for reading in self._readings:
            if reading.has not in low:
                continue
            if reading.pattern is None:
                return _understood(reading, {})
            found = reading.pattern.search(text)
            if found is not None:
                return _understood(reading, found.groupdict())
        return None


def _understood(reading: _Reading, groups: dict[str, str | None]) -> Understood:
    row = reading.row
    return Understood(
        means=row.means,
        family=reading.family,
        part=groups.get("part") or "",
        state=(row.state or groups.get("state") or "").lower(),
        by=groups.get("by") or "",
        what=groups.get("what") or "",
    )


def read_families() -> list[Family]:
    """Return the families that are shipped, in the order in which they are tried.

    Raises:
        ValidationError: a file is not of this shape; a test keeps that from happening.
    """
    schema = TypeAdapter(Family)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = [
        schema.validate_python(yaml.load(file.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506 (both are safe loaders)
        for file in _FOLDER.iterdir()
        if file.name.endswith(".yaml")
    ]
    order = list(Tried)
    return sorted(read, key=lambda family: (order.index(family.tried), family.family))


@cache
def shipped_table() -> Table:
    """Return the table of all families that are shipped."""
    return Table(read_families())
