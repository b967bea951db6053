"""ONUs as an OLT lists them: which row is which, where it stands and in what state. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from netwatch.pollers.columns import Column, ReadingTable
from netwatch.pollers.gear.numerals import whole_number
from netwatch.pollers.onus import serial_of
from netwatch.pollers.questions import Value

STATES: Final = frozenset({"online", "los", "dying-gasp", "offline", "disabled"})
Told = Mapping[str, Mapping[str, Value]]
"""Column -> index of a row -> value."""
Code = int | str
_WORD: Final = re.compile(r"\{([^{}]+)\}")
_PORT_AND_NUMBER: Final = re.compile(r"(.+?)[:/]([0-9]+)")
_MOST_OCTETS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How a row tells its port and the ONU's number there.

    Empty: the last arc of the index is the number, the rest is the port's index.
    """

    text: str = ""
    """A column that says both at once: ``GPON0/1:12``."""
    port: str = ""
    """Text with ``{word}`` of ``columns`` and ``bits``, ``{0}``, ``{-1}``: arcs of the index."""
    number: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    bits: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    """Word -> arc, lowest bit, bits: a number that stands inside an arc of the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an ONU stands. ``index`` is the port's own index where the row begins with it."""

    port: str
    number: str
    index: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnuTable:
    """ONUs as their OLT lists them. ``causes`` says why one that is offline is."""

    status: str
    states: Mapping[Code, str]
    serial: str = ""
    """A column; empty: it stands in the index, or nowhere."""
    description: tuple[str, ...] = ()
    """Columns in which people wrote whose ONU it is; asked only where lines are placed."""
    serial_arcs: int = 0
    """Instead: the index ends with the serial's text, its length before it, if it is -1; or its
    last so many arcs are the serial's octets."""
    cause: str = ""
    causes: Mapping[Code, str] = field(default_factory=dict)
    cause_serial: str = ""
    """The cause stands in another table, whose rows bear their serial in this column."""
    packed: bool = False
    """The status is octets, one an ONU of the port, from number 1 on."""
    by_serial: bool = False
    """Only rows that bear a serial are ONUs: the status stands in a table of other things too."""
    place: Placement = Placement()
    read_at: str = ""
    """The index of an ONU's measurements, in words of ``place``; empty: that of its row."""
    online: str = ""
    """A column by port: how many of its ONUs are online. Cheap to ask, it tells what changed."""
    readings: ReadingTable | None = None

    def state(self, status: object, cause: object) -> str | None:
        """Return online, los, dying-gasp, offline or disabled; None when it is not known."""
        state = _meaning(self.states, status)
        if state == "offline":
            return _meaning(self.causes, cause) or state
        return state

    def last_down(self, cause: object) -> str | None:
        """Return why it went down the last time; None when it does not say."""
        return _meaning(self.causes, cause)

    @property
    def by_port(self) -> bool:
        """Say whether the rows of one port can be asked for alone."""
        place = self.place
        moved = place.text or place.columns or place.number
        return not (moved or self.packed or self.serial_arcs or self.by_serial)


def learnt_columns(table: OnuTable) -> list[str]:
    """Return the columns that say which row is which ONU."""
    place = [table.place.text, *table.place.columns.values()]
    return [oid for oid in dict.fromkeys([table.serial or table.status, *place]) if oid]


def all_columns(table: OnuTable) -> list[str]:
    """Return every column of a table of ONUs."""
    columns = [*learnt_columns(table), table.status, table.cause, table.cause_serial]
    if table.readings is not None:
        columns += [column.oid for column in table.readings.columns.values()]
    return [oid for oid in dict.fromkeys(columns) if oid]


def states_of(table: OnuTable, column: Mapping[str, Value]) -> dict[str, Value]:
    """Return the status of each row; a packed one is taken apart, 0 stands for "none there"."""
    if not table.packed:
        return dict(column)
    return {
        f"{index}.{number}": ord(octet)
        for index, octets in column.items()
        if isinstance(octets, str)
        for number, octet in enumerate(octets, 1)
        if octet != "\0"
    }


def rows_of(table: OnuTable, told: Told) -> list[str]:
    """Return the indexes of all rows."""
    rows = dict.fromkeys(told.get(table.serial, {}))
    if table.by_serial:
        return list(rows)
    rows.update(dict.fromkeys(states_of(table, told.get(table.status, {}))))
    return list(rows)


def serial_at(table: OnuTable, told: Told, index: str) -> Value:
    """Return the serial of a row as the OLT sent it; None where it tells none."""
    if not table.serial_arcs:
        return told.get(table.serial, {}).get(index)
    arcs = index.split(".")
    if table.serial_arcs > 0:
        return _octets(arcs[-table.serial_arcs :])
    return next((_octets(text) for text in _length_first(arcs)), None)


def causes_of(table: OnuTable, told: Told, serials: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the cause of each row, by the row's serial where it stands in another table."""
    causes = told.get(table.cause, {})
    if not table.cause_serial:
        return causes
    by_serial = {
        serial_of(serial): causes.get(index)
        for index, serial in told.get(table.cause_serial, {}).items()
    }
    return {index: by_serial.get(serial_of(serial)) for index, serial in serials.items()}


def place_of(table: OnuTable, told: Told, index: str) -> Place:
    """Return where the ONU of a row stands."""
    place = table.place
    if place.text:
        text = told.get(place.text, {}).get(index)
        found = _PORT_AND_NUMBER.fullmatch(text.strip()) if isinstance(text, str) else None
        return Place(port=found[1], number=found[2]) if found else Place(port="", number=index)
    before, _, last = index.rpartition(".")
    number = _filled(place.number, place, told, index) if place.number else last
    if not place.port:
        return Place(port=before, number=number, index=before)
    port = _filled(place.port, place, told, index)
    return Place(port=port, number=number, index=before if not place.columns else "")


def measured_at(table: OnuTable, told: Told, index: str) -> str:
    """Return the index under which a row's measurements stand."""
    return _filled(table.read_at, table.place, told, index) if table.read_at else index


def readings_of(table: OnuTable, told: Told) -> dict[str, dict[str, float | None]]:
    """Return what is measured: name -> row index -> value."""
    columns: Mapping[str, Column] = table.readings.columns if table.readings else {}
    measured: dict[str, dict[str, float | None]] = {}
    for name, column in columns.items():
        values = measured[name] = {}
        for index, raw in told.get(column.oid, {}).items():
            values.setdefault(column.row(index), column.value(raw))
    return measured


def _filled(text: str, place: Placement, told: Told, index: str) -> str:
    """Return a text with its words filled in; empty where one of them is not told."""
    missing = False

    def word(found: re.Match[str]) -> str:
        nonlocal missing
        said = _word(found[1], place, told, index)
        missing = missing or said is None
        return said or ""

    filled = _WORD.sub(word, text)
    return "" if missing else filled


def _word(word: str, place: Placement, told: Told, index: str) -> str | None:
    arcs = index.split(".")
    if word in place.columns:
        said = told.get(place.columns[word], {}).get(index)
        if isinstance(said, str):
            return said.strip(" \0") or None
        return str(said) if isinstance(said, int) and said > 0 else None
    try:
        if word in place.bits:
            arc, lowest, bits = place.bits[word]
            return str(int(arcs[arc]) >> lowest & (1 << bits) - 1)
        return arcs[int(word)]
    except (IndexError, ValueError):
        return None


def _length_first(arcs: list[str]) -> Iterator[list[str]]:
    """Yield the end of an index whose arc before it is its length, the longest first."""
    for start in range(1, len(arcs)):
        if arcs[start - 1] == str(len(arcs) - start) and len(arcs) - start <= _MOST_OCTETS:
            yield arcs[start:]


def _octets(arcs: list[str]) -> str | None:
    try:
        return bytes(map(int, arcs)).decode("latin-1") or None
    except ValueError:
        return None


def _meaning(words: Mapping[Code, str], raw: object) -> str | None:
    if isinstance(raw, str):
        said = raw.strip(" \0").casefold()
        number = whole_number(said)
        if number is not None:
            return words.get(number)
        return next((m for word, m in words.items() if str(word).casefold() == said), None)
    return words.get(raw) if isinstance(raw, int) else None
