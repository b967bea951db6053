"""Rows and a mapping -> records. Mistakes are told by place; no more than a page of them."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, TypeVar

from netwatch.inventory.importers.sheets.mapping import From, Sheet
from netwatch.inventory.importers.sheets.tables import Row, open_table
from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import ConfigError, Place

MOST_TOLD: Final = 20
YES: Final = ("yes", "true", "1", "tak", "ano", "так", "t", "y", "active", "aktywny")
NO: Final = ("", "no", "false", "0", "nie", "ne", "ні", "n", "inactive", "nieaktywny")
_LISTS: Final = ("logins", "macs", "addresses", "services", "not_agreed")
_DEGREES: Final = {"lat": 90, "lon": 180}
_FLAGS: Final = ("critical", "active", "consent", "two_way")
_BREAKS: Final = re.compile(r"[\s,;|]+")

Record = TypeVar("Record")
Tell = Callable[[Place, str, str], None]


def fill(
    record: type[Record], needed: tuple[str, ...], unique: str, sheet: Sheet, mapping: Path,
) -> Iterator[Record]:  # fmt: skip
    """Yield one record a row.

    Raises:
        ConfigError: a file was cut off, a column is missing, cells are wrong: all told by place.
    """
    told: list[str] = []
    first: list[tuple[Place, str, str]] = []

    def tell(place: Place, wrong: str, remedy: str) -> None:
        first.append((place, wrong, remedy))
        if 1 < len(first) <= MOST_TOLD:
            told.append(f"{place}: {wrong}")

    _require_fields(record, needed, sheet, mapping)
    seen: dict[str, Place] = {}
    records = []
    for name in sheet.file:
        opened = open_table(mapping.parent / name, name, sheet)
        _require_columns(opened.head, name, sheet)
        for row in opened.rows():
            if any(_take(row, one) for one in sheet.skip):
                continue
            values = {key: _value(row, key, one, tell) for key, one in sheet.columns.items()}
            _look_at(row, values, needed, sheet, tell)
            if unique:
                _look_once(row, values[unique], unique, sheet, seen, tell)
            records.append(values)
    if first:
        place, wrong, remedy = first[0]
        more = [f"    and {len(first) - MOST_TOLD} more"] if len(first) > MOST_TOLD else []
        raise ConfigError(place, wrong, "\n".join([remedy, *told, *more]))
    yield from (record(**values) for values in records)


def _require_fields(record: Any, needed: tuple[str, ...], sheet: Sheet, mapping: Path) -> None:
    ours = tuple(one.name for one in fields(record))
    for name in sheet.columns:
        if name not in ours:
            remedy = did_you_mean(name, ours, f"fields: {', '.join(ours)}")
            raise ConfigError(Place(str(mapping)), f"there is no field {name!r}", remedy)
    for name in needed:
        if name not in sheet.columns:
            wrong = f"the field {name!r} is missing"
            raise ConfigError(Place(str(mapping)), wrong, "say which of their columns it is")


def _require_columns(head: list[str], shown: str, sheet: Sheet) -> None:
    for one in (*sheet.columns.values(), *sheet.skip):
        for column in one.columns:
            if column not in head:
                remedy = did_you_mean(column, head, f"its columns: {', '.join(head)}")
                raise ConfigError(Place(shown), f"there is no column {column!r}", remedy)
            if head.count(column) > 1:
                wrong = f"the column {column!r} stands twice"
                raise ConfigError(Place(shown), wrong, "name the two differently")


def _take(row: Row, one: From) -> str:
    if one.constant is not None:
        return one.constant
    text = one.by.join(filter(None, (row.cells[column] for column in one.columns)))
    if one.pattern is not None:
        found = one.pattern.search(text)
        text = (found[1] if one.pattern.groups else found[0]) or "" if found else ""
    return one.values.get(text, text)


def _value(row: Row, key: str, one: From, tell: Tell) -> Any:
    text = _take(row, one)
    if key in _LISTS:
        return tuple(dict.fromkeys(filter(None, _BREAKS.split(text))))
    if key in _FLAGS:
        if text.lower() not in (*YES, *NO):
            remedy = (
                f"say in the mapping what it means: {key}: {{column: ..., values: {{...: yes}}}}"
            )
            tell(_place(row, one), f"{key} is neither yes nor no", remedy)
        return text.lower() in YES or (key == "active" and not text)
    if key == "ports":
        if text and not text.isdecimal():
            tell(_place(row, one), "ports is no number", "write how many ports it has")
        return int(text) if text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004 - 99,999 ports
    if key in _DEGREES:
        return _degrees(row, key, one, text, tell)
    return text


def _degrees(row: Row, key: str, one: From, text: str, tell: Tell) -> float | None:
    try:
        degrees = float(text.replace(",", ".")) if text else None
    except ValueError:
        degrees = math.nan
    if degrees is None or abs(degrees) <= _DEGREES[key]:
        return degrees
    remedy = f"write degrees between -{_DEGREES[key]} and {_DEGREES[key]}, or leave it empty"
    tell(_place(row, one), f"{key} is {text[:20]!r}", remedy)
    return None


def _look_at(
    row: Row, values: dict[str, Any], needed: tuple[str, ...], sheet: Sheet, tell: Tell
) -> None:
    for key in needed:
        if not values[key]:
            tell(
                _place(row, sheet.columns[key]),
                f"{key} is empty",
                "fill the cell, or skip: the row",
            )


def _look_once(  # noqa: PLR0917 - called in one place
    row: Row, value: str, key: str, sheet: Sheet, seen: dict[str, Place], tell: Tell
) -> None:
    place = _place(row, sheet.columns[key])
    if value and value in seen:
        tell(
            place, f"the {key} {value!r} stands in {seen[value]} already", "each has one of its own"
        )
    seen.setdefault(value, place)


def _place(row: Row, one: From) -> Place:
    return row.place(one.columns[0]) if one.columns else Place(row.table.shown, row.line)
