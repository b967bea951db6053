"""A CSV or XLSX file -> its head and rows, each with its place; or what is wrong with it."""

import csv
import io
import lzma
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from netwatch.inventory.importers.sheets.mapping import Sheet
from netwatch.inventory.tables import Table
from netwatch.model.faults import ConfigError, Place

LARGEST: Final = 500_000_000
MOST_ROWS: Final = 1_048_576
"""So many an XLSX file can hold (ECMA-376 as Excel keeps it); a row's number is but written."""
_LONGEST_LETTER: Final = 4
_DELIMITERS: Final = (";", "\t", ",")
_CUT: Final = "export it anew: it was cut off, or written over while it was read"
_LATER: Final = "let its export end, then import again; what was read before stays"
_DAMAGED: Final = (
    zipfile.BadZipFile,  # it is no ZIP file, or its sums do not agree
    zlib.error, lzma.LZMAError, EOFError,  # a part does not unpack
    RuntimeError,  # a part is locked by a password, or packed in an unknown way
    OSError,  # a part does not unpack (bzip2), or none is a workbook
    LookupError,  # a part, a shared text or a style is named that is not there
    AttributeError,  # a sheet is said to be a chart, without what charts have
    ParseError,  # a part is no XML
    ValueError, TypeError, OverflowError,  # XML in which a value is missing, or is of another kind
)  # fmt: skip
"""What zipfile and openpyxl raise over a file that was cut or altered: they have no error of their
own for that. Around nothing but calls of the two, so that it hides no mistake made here."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column name, and where each stands."""

    table: "Opened"
    line: int
    cells: dict[str, str]

    def place(self, column: str) -> Place:
        """Return where a cell stands."""
        return self.table.place(self.line, column)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose head was read."""

    shown: str
    head: list[str]
    body: list[tuple[int, list[str]]]
    text: Table | None = None

    def place(self, line: int, column: str) -> Place:
        """Return where a cell stands: in CSV by letters, in XLSX by columns, both from 1."""
        at = self.head.index(column) if column in self.head else 0
        return self.text.place(line, at) if self.text else Place(self.shown, line, at + 1)

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything."""
        for line, cells in self.body:
            yield Row(self, line, dict(zip(self.head, cells, strict=True)))


def open_table(path: Path, shown: str, sheet: Sheet) -> Opened:
    """Read a file whole.

    Raises:
        ConfigError: it is not there, was cut off, or is no table; the place is told.
    """
    try:
        before = path.stat()
        if before.st_size > LARGEST:
            raise ConfigError(Place(shown), "is larger than 500 MB", "name the right file")
        raw = path.read_bytes()
        after = path.stat()
    except OSError as fault:
        raise ConfigError(
            Place(shown), f"cannot be read: {fault.strerror}", "export it, or correct its name"
        ) from None
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, len(raw)):
        raise ConfigError(Place(shown), "was written while it was read", _LATER)
    opened = _xlsx(raw, shown, sheet) if path.suffix.lower() == ".xlsx" else _csv(raw, shown, sheet)
    if not opened.body:
        raise ConfigError(Place(shown), "holds no row", _CUT)
    return opened


def _csv(raw: bytes, shown: str, sheet: Sheet) -> Opened:
    try:
        text = raw.decode(sheet.encoding)
    except LookupError:
        raise ConfigError(
            Place(shown), f"there is no encoding {sheet.encoding!r}", "write it like windows-1250"
        ) from None
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        cut = fault.end == len(raw) and len(raw) - fault.start < _LONGEST_LETTER
        wrong = "ends within a letter" if cut else f"is no {sheet.encoding} text"
        remedy = _CUT if cut else "say encoding: windows-1250"
        raise ConfigError(Place(shown, line), wrong, remedy) from None
    if "\0" in text:
        raise ConfigError(Place(shown), "holds zero octets", _CUT)
    first = text.partition("\n")[0]
    delimiter = sheet.delimiter or max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    head: list[str] = []
    body: list[tuple[int, list[str]]] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error as fault:
            raise ConfigError(Place(shown, line), f"this row is broken: {fault}", _CUT) from None
        if not head:
            head = cells
        elif any(cells):
            if len(cells) != len(head):
                wrong = f"this row has {len(cells)} cells, the head has {len(head)}"
                raise ConfigError(Place(shown, line), wrong, _CUT)
            body.append((line, cells))
    if body and not sheet.open_end and not text.endswith(("\n", "\r")):
        remedy = f"{_CUT}; if its last line is always so, say open_end: true"
        raise ConfigError(Place(shown, body[-1][0]), "the last row does not end", remedy)
    return Opened(shown, head, body, Table(shown, head, text.encode(), delimiter))


def _xlsx(raw: bytes, shown: str, sheet: Sheet) -> Opened:
    try:
        import openpyxl  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigError(
            Place(shown), "XLSX cannot be read here", "pip install 'netwatch[sources]'"
        ) from None
    with _damage_told(shown), zipfile.ZipFile(io.BytesIO(raw)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > LARGEST:
        raise ConfigError(Place(shown), "unpacks to more than 500 MB", "name the right file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations, which nobody needs here
        with _damage_told(shown):
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        pages = {page.title: page for page in book.worksheets}
        name = sheet.sheet or next(iter(pages), "")
        if name not in pages:
            wrong = f"there is no sheet {name!r}" if name else "holds no sheet with cells"
            raise ConfigError(Place(shown), wrong, f"its sheets: {', '.join(pages)}")
        rows = list(_filled_rows(pages[name], shown))
    head = rows[0][1] if rows else []
    body = [(line, (cells + [""] * len(head))[: len(head)]) for line, cells in rows[1:]]
    return Opened(shown, head, body)


def _filled_rows(page: Any, shown: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a sheet that hold anything, up to their last cell that does.

    How large the sheet is, is counted: some exporters write it wrong, and rows would be lost.
    """
    page.reset_dimensions()
    for line, values in enumerate(_read_rows(page, shown), 1):
        if line > MOST_ROWS:
            wrong = f"has rows beyond {MOST_ROWS}, which no XLSX file can"
            raise ConfigError(Place(shown, line), wrong, _CUT)
        cells = [_cell(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield line, cells


def _read_rows(page: Any, shown: str) -> Iterator[tuple[Any, ...]]:
    with _damage_told(shown):
        yield from page.iter_rows(values_only=True)


@contextmanager
def _damage_told(shown: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as fault:
        wrong = f"is no whole XLSX file: {type(fault).__name__}"
        raise ConfigError(Place(shown), wrong, _CUT) from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
