"""notifications/*.yaml -> what the traps of each family of devices mean.

A row is a condition: the check that it is about, the traps that raise it and those that clear it.
So a clear can never be of another check than its raise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Final

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, with_config

from netwatch.model.asks import Confirm

_FOLDER: Final = files("netwatch.pollers.unasked") / "notifications"
_SHUT: Final = ConfigDict(extra="forbid")
OID: Final = r"^[0-9]{1,10}(\.[0-9]{1,10}){0,60}$"
NAME: Final = r"^[A-Za-z][\w.+/-]{0,79}$"

Oid = Annotated[str, Field(pattern=OID)]
Name = Annotated[str, Field(pattern=NAME)]
Traps = Mapping[Name, Oid]
"""Name in the MIB -> the OID: the whole of it, or what stands below ``under``."""


class State(StrEnum):
    """What a trap says of its condition."""

    RAISE = "raise"
    """It has begun."""
    CLEAR = "clear"
    """It is over."""
    EVENT = "event"
    """Something happened that neither begins nor ends."""
    EITHER = "either"
    """A varbind should say, and does not."""


class On(StrEnum):
    """What a condition is of."""

    DEVICE = "device"
    PORT = "port"
    ONU = "onu"


class Severity(StrEnum):
    """How bad it is while it lasts, if it is so."""

    CRITICAL = "critical"
    """Service is lost, or will be soon."""
    WARNING = "warning"
    INFO = "info"


@with_config(_SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """The varbind that says whether it begins or ends."""

    varbind: str
    """Its name among the ``varbinds`` of the MIB, or its OID."""
    begins: Annotated[tuple[str, ...], Field(alias="raise")] = ()
    over: Annotated[tuple[str, ...], Field(alias="clear")] = ()
    """Values, in small letters; a value that is longer counts where it has such a word in it."""
    otherwise: State = State.EITHER
    """What every other value says."""


@with_config(_SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition and the traps that speak of it."""

    check: str
    """The check that it would raise: in the words of polling where polling has it."""
    on: On = On.DEVICE
    severity: Severity = Severity.WARNING
    confirm: Confirm | None = None
    """The poll that says whether it is so; left out: the one that has the check."""
    begins: Annotated[Traps, Field(alias="raise")] = field(default_factory=dict)
    over: Annotated[Traps, Field(alias="clear")] = field(default_factory=dict)
    events: Annotated[Traps, Field(alias="event")] = field(default_factory=dict)
    stateful: Traps = field(default_factory=dict)
    """One trap for both; ``by`` says how to tell."""
    by: By | None = None
    """None with ``stateful``: the ``by`` of the MIB."""
    repeats: bool = False
    """It is said again and again while it lasts, and no trap says that it is over: a poll does."""


@with_config(_SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Mib:
    """The traps of one MIB module."""

    mib: str
    under: Oid | None = None
    varbinds: Mapping[str, Oid] = field(default_factory=dict)
    """Columns by the names that ``parts`` and ``by`` call them."""
    parts: Mapping[On, tuple[str, ...]] = field(default_factory=dict)
    """How a part is named: the first of these whose ``{varbinds}`` all came. ``{ifIndex.1}``: the
    last number of that varbind's index, ``{x.2}``: the last but one."""
    by: By | None = None
    """For all stateful traps of the MIB that do not say it themselves."""
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1)]


@with_config(_SHUT)
@dataclass(frozen=True, slots=True, kw_only=True)
class TrapFamily:
    """What one family of devices sends."""

    family: str
    vendors: tuple[str, ...]
    mibs: Annotated[tuple[Mib, ...], Field(min_length=1)]


def read_trap_families() -> list[TrapFamily]:
    """Return the families that are shipped, by name.

    Raises:
        ValidationError: a file is not of this shape; a test keeps that from happening.
    """
    schema = TypeAdapter(TrapFamily)
    # The base loader leaves every scalar a text: 3.10 is the tenth trap, not 3.1.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    read = [
        schema.validate_python(yaml.load(file.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506 (it makes nothing but texts)
        for file in _FOLDER.iterdir()
        if file.name.endswith(".yaml")
    ]
    return sorted(read, key=lambda family: family.family)


@cache
def shipped_families() -> tuple[TrapFamily, ...]:
    """Return the families that are shipped, read once."""
    return tuple(read_trap_families())
