"""A CSV file -> its rows, each with the line it begins in."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import Place

_DELIMITERS: Final = (";", "\t", ",")
_QUOTES_REMEDY: Final = 'close the quote; a quote within a cell is written twice: ""'


@dataclass(slots=True)
class Table:
    """A CSV file whose head is right. Excel's semicolons, tabs, CRLF are all the same to it."""

    shown: str
    columns: list[str]
    _data: bytes
    _delimiter: str
    _lines: list[str] | None = None

    def rows(self, findings: Findings) -> Iterator[tuple[int, list[str]]]:
        """Yield (line, cells); rows that cannot be read are told and left out, blank ones too."""
        reader = csv.reader(_lines_of(self._data), delimiter=self._delimiter, strict=True)
        next(reader)
        width = len(self.columns)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                self._misquoted(line, fault, findings)
                continue
            if not any(cells):
                continue  # a blank line, or what spreadsheets leave below the last row
            if len(cells) == width and reader.line_num == line:
                yield line, cells
            else:
                self._misshapen(line, reader.line_num, cells, findings)

    def place(self, line: int, at: int) -> Place:
        """Return where the cell at index ``at`` stands in the row that begins in ``line``.

        Columns of text are counted only here: for a finding, not for each cell.
        """
        if self._lines is None:
            self._lines = list(_lines_of(self._data))
        return Place(self.shown, line, _column_of(self._lines[line - 1], at, self._delimiter))

    def _misquoted(self, line: int, fault: csv.Error, findings: Findings) -> None:
        if "field larger" in str(fault):
            wrong, remedy = "a cell is longer than 128 KiB", "close the quote that was left open"
        elif "unexpected end" in str(fault):
            wrong, remedy = "a quote opened in this row is never closed", _QUOTES_REMEDY
        else:
            wrong, remedy = "text stands after a closing quote", _QUOTES_REMEDY
        findings.error(Place(self.shown, line), wrong, remedy)

    def _misshapen(self, line: int, last: int, cells: list[str], findings: Findings) -> None:
        place = Place(self.shown, line)
        if len(cells) != len(self.columns):
            findings.error(
                place,
                f"this row has {len(cells)} cells, the head has {len(self.columns)}",
                f"separate the cells by {self._delimiter!r}; quote a cell that holds one",
            )
        else:
            findings.error(
                place,
                f"a cell runs on to line {last}",
                "write each row in one line; or close the quote that was left open",
            )


def read_table(
    shown: str, data: bytes, allowed: tuple[str, ...], needed: tuple[str, ...], findings: Findings
) -> Table | None:
    """Return the table in ``data``, or None and findings when its head is wrong."""
    place = Place(shown)
    first_line = next(_lines_of(data), "")
    if not first_line.strip():
        wrong = "the first line is blank" if first_line else "is empty"
        findings.error(place, wrong, f"begin with a row of column names: {','.join(allowed)}")
        return None
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(_lines_of(data), delimiter=delimiter, strict=True)
    try:
        head = [cell.strip() for cell in next(reader)]
    except csv.Error:
        findings.error(place, "the row of column names is wrongly quoted", _QUOTES_REMEDY)
        return None
    table = Table(shown, head, data, delimiter)
    return table if _head_is_right(table, allowed, needed, findings) else None


def _lines_of(data: bytes) -> Iterator[str]:
    """Yield the lines as they are, ends included; the text as a whole is never held."""
    yield from io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")


def _head_is_right(
    table: Table, allowed: tuple[str, ...], needed: tuple[str, ...], findings: Findings
) -> bool:
    right = True
    for at, column in enumerate(table.columns):
        place = table.place(1, at)
        if column not in allowed:
            remedy = did_you_mean(column, allowed, f"its columns are: {','.join(allowed)}")
            findings.error(place, f"there is no column {column!r}", remedy)
            right = False
        elif column in table.columns[:at]:
            findings.error(place, f"the column {column!r} stands twice", "remove one of the two")
            right = False
    for column in needed:
        if column not in table.columns:
            remedy = "the first row names the columns; this one must be among them"
            findings.error(Place(table.shown), f"the column {column!r} is missing", remedy)
            right = False
    return right


def _column_of(line: str, cell: int, delimiter: str) -> int:
    """Count, from 1, the characters before the cell; delimiters within quotes are none."""
    quoted = False
    for at, letter in enumerate(line):
        if cell == 0:
            return at + 1
        if letter == '"':
            quoted = not quoted
        elif letter == delimiter and not quoted:
            cell -= 1
    return len(line.rstrip("\r\n")) + (0 if cell else 1)
