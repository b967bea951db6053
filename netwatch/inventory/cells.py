"""Rows of devices.csv -> the marked entries that YAML gives: one reader serves both."""

from collections.abc import Iterator
from typing import Final

from netwatch.inventory.findings import Findings
from netwatch.inventory.marks import Marked
from netwatch.inventory.scalars import resolve
from netwatch.inventory.tables import Table

_LISTS: Final = frozenset({"uplink", "risks"})
_DEGREES: Final = frozenset({"lat", "lon"})
_POWER: Final = {"power.feed": "feed", "power.backed": "backed", "power.minutes": "minutes"}
_FLAGS: Final = {"yes": "true", "no": "false"}
DEVICE_COLUMNS: Final = (
    "id", "kind", "name", "site", "address", "snmp", "profile", "via", "port", "serial", "uplink",
    "risks", *_POWER, "lat", "lon",
)  # fmt: skip


def device_entries(table: Table, findings: Findings) -> Iterator[Marked]:
    """Yield each row as a mapping; an empty cell is a key left out, ``;`` separates lists."""
    for line, cells in table.rows(findings):
        entry: dict[str, Marked] = {}
        power: dict[str, Marked] = {}
        for at, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            text = cell.strip()
            if not text:
                continue
            place = table.place(line, at)
            if column in _LISTS:
                words = [word.strip() for word in text.split(";") if word.strip()]
                inner = [Marked(place.path, line, place.column, word, word) for word in words]
                entry[column] = Marked(place.path, line, place.column, inner)
            elif column in _POWER:
                word = _FLAGS.get(text.lower(), text)
                mark = Marked(place.path, line, place.column, resolve(word), word)
                power[_POWER[column]] = mark
            elif column in _DEGREES:
                word = text.replace(",", ".")
                entry[column] = Marked(place.path, line, place.column, resolve(word), text)
            else:
                entry[column] = Marked(place.path, line, place.column, text, text)
        if power:
            entry["power"] = Marked(table.shown, line, 1, power)
        yield Marked(table.shown, line, 1, entry)
