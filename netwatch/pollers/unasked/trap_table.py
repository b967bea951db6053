"""Trap -> what it means: a check that is raised or cleared, where, and the poll that confirms it.

Found by its OID in one look. A trap proves nothing: what it means says where to look, and how soon.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from netwatch.model.asks import Confirm
from netwatch.pollers.unasked.trap_checks import CHECKS
from netwatch.pollers.unasked.trap_files import (
    By,
    Condition,
    Mib,
    On,
    Severity,
    State,
    TrapFamily,
    shipped_families,
)

Varbinds = Sequence[tuple[str, int, str | int]]

IF_ENTRY: Final = "1.3.6.1.2.1.2.2.1"
STANDARD: Final[Mapping[str, str]] = {
    "ifIndex": f"{IF_ENTRY}.1",
    "ifDescr": f"{IF_ENTRY}.2",
    "ifAdminStatus": f"{IF_ENTRY}.7",
    "ifOperStatus": f"{IF_ENTRY}.8",
    "ifName": "1.3.6.1.2.1.31.1.1.1.1",
    "ifAlias": "1.3.6.1.2.1.31.1.1.1.18",
    "entPhysicalDescr": "1.3.6.1.2.1.47.1.1.1.1.2",
    "entPhysicalName": "1.3.6.1.2.1.47.1.1.1.1.7",
}
"""Columns that many MIBs send along; a MIB's own of the same name goes first."""
_PORTS: Final = (
    "{ifName}", "{ifDescr}", "ifIndex {ifIndex}", "ifIndex {ifOperStatus.1}",
    "ifIndex {ifAdminStatus.1}", "ifIndex {ifIndex.1}",
)  # fmt: skip
_PARTS: Final[Mapping[On, tuple[str, ...]]] = {
    On.DEVICE: ("{entPhysicalName}", "{entPhysicalDescr}"),
    On.PORT: _PORTS,
    On.ONU: _PORTS,
}
_UP: Final = By(varbind="ifOperStatus", over=("1",), otherwise=State.RAISE)
_FIELD: Final = re.compile(r"\{(\w+)(?:\.(\d|\*))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One trap of the table."""

    oid: str
    name: str
    says: State
    """EITHER: a varbind tells."""
    condition: Condition
    mib: Mib
    family: str

    @property
    def confirm(self) -> Confirm:
        """Return the poll that says whether it is so."""
        return self.condition.confirm or CHECKS[self.condition.check].confirm

    @property
    def columns(self) -> Mapping[str, str]:
        """Return the OIDs of the varbinds that its MIB calls by name."""
        return {**STANDARD, **self.mib.varbinds}

    @property
    def by(self) -> By | None:
        """Return what tells whether it begins or ends; None: the trap itself, or nothing known."""
        if self.says is not State.EITHER:
            return None
        return self.condition.by or self.mib.by or (_UP if self.condition.on is On.PORT else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a trap means. ``part``: of the device, as far as the varbinds say it."""

    entry: Entry
    check: str
    condition: str
    """One and the same for the traps that raise it and those that clear it."""
    state: State
    severity: Severity
    on: On
    part: str
    confirm: Confirm


class TrapTable:
    """All traps of all families."""

    def __init__(self, families: Iterable[TrapFamily]) -> None:
        self.entries: dict[str, Entry] = {}
        for family in families:
            for mib in family.mibs:
                for condition in mib.conditions:
                    for entry in _entries(family, mib, condition):
                        self.entries.setdefault(entry.oid, entry)

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, oid: str) -> Entry | None:
        """Return the trap of this name.

        A trap of version 1 gets a 0 before its last number on the way (RFC 3584, 3.1), and MIBs
        leave it out; some agents append one. They are tried too.
        """
        entry = self.entries.get(oid)
        if entry is not None:
            return entry
        head, _, last = oid.rpartition(".")
        if last == "0":
            return self.entries.get(head)
        if head.endswith(".0"):
            return self.entries.get(f"{head[:-2]}.{last}")
        return self.entries.get(f"{head}.0.{last}")

    def meant(self, oid: str, varbinds: Varbinds = ()) -> Meant | None:
        """Return what a trap means; None: it is not known.

        Args:
            oid: its name, as a v2 trap bears it.
            varbinds: what it says besides.
        """
        entry = self.find(oid)
        if entry is None:
            return None
        condition = entry.condition
        columns = entry.columns
        return Meant(
            entry=entry,
            check=condition.check,
            condition=_named(entry),
            state=_state(entry.by, columns, varbinds) if entry.by else entry.says,
            severity=condition.severity,
            on=condition.on,
            part=_part(entry, columns, varbinds),
            confirm=entry.confirm,
        )

    def confirm(self, oid: str) -> Confirm:
        """Return the poll to ask; what is not known makes netwatch see whether all is well."""
        entry = self.find(oid)
        return Confirm.REACH if entry is None else entry.confirm


def _entries(family: TrapFamily, mib: Mib, condition: Condition) -> Iterable[Entry]:
    said = (
        (State.RAISE, condition.begins),
        (State.CLEAR, condition.over),
        (State.EVENT, condition.events),
        (State.EITHER, condition.stateful),
    )
    for says, traps in said:
        for name, tail in traps.items():
            whole = mib.under is None or tail.startswith("1.3.6.1.")
            yield Entry(
                oid=tail if whole else f"{mib.under}.{tail}",
                name=name,
                says=says,
                condition=condition,
                mib=mib,
                family=family.family,
            )


def _named(entry: Entry) -> str:
    """Return what its condition is called: as the first trap that speaks of it."""
    condition = entry.condition
    first = next(iter((*condition.begins, *condition.stateful, *condition.over, *condition.events)))
    return f"{entry.mib.mib}::{first}"


def _state(by: By, columns: Mapping[str, str], varbinds: Varbinds) -> State:
    """Return what the varbind says that has to say it."""
    found = _found(columns.get(by.varbind, by.varbind), varbinds)
    if found is None:
        return State.EITHER
    said = str(found[1]).strip().lower()
    for state, values in ((State.CLEAR, by.over), (State.RAISE, by.begins)):
        if said in values:
            return state
    for state, values in ((State.CLEAR, by.over), (State.RAISE, by.begins)):
        if any(not value.isdigit() and _has(said, value) for value in values):
            return state
    return by.otherwise


def _has(said: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", said) is not None


def _part(entry: Entry, columns: Mapping[str, str], varbinds: Varbinds) -> str:
    on = entry.condition.on
    for template in (*entry.mib.parts.get(on, ()), *_PARTS[on]):
        values = [
            _value(columns.get(name, name), which, varbinds)
            for name, which in _FIELD.findall(template)
        ]
        if all(values):
            rest = iter(values)
            return _FIELD.sub(lambda _: next(rest), template)  # noqa: B023 - used up at once
    return ""


def _value(column: str, which: str, varbinds: Varbinds) -> str:
    """Return a varbind's value, or numbers of its index; nothing: it did not come."""
    found = _found(column, varbinds)
    if found is None:
        return ""
    index, value = found
    if not which:
        return str(value).strip()
    if which == "*":
        return index
    numbers = index.split(".") if index else []
    return numbers[-int(which)] if 0 < int(which) <= len(numbers) else ""


def _found(column: str, varbinds: Varbinds) -> tuple[str, str | int] | None:
    """Return the index and the value of a column's varbind."""
    for oid, _, value in varbinds:
        if oid == column:
            return "", value
        if oid.startswith(column) and oid[len(column)] == ".":
            return oid[len(column) + 1 :], value
    return None


@cache
def shipped_traps() -> TrapTable:
    """Return the table of all families that are shipped."""
    return TrapTable(shipped_families())
