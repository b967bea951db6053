"""Rows -> a CSV file, of which no cell is taken for a formula; a report -> a page."""

import csv
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Final, TextIO

import click

from netwatch.cli.output import NotFoundOut, Stop, talk

FORMULA: Final = tuple("=+-@\t\r")
"""A cell that begins so is taken for a formula by programs that show tables."""
STDOUT: Final = "-"


def one_way(table: str | None, *, as_json: bool) -> None:
    """Refuse two ways of writing at once.

    Raises:
        Stop: both were asked for.
    """
    if table is not None and as_json:
        raise Stop("--csv and --json are two ways to write the same; choose one")


def write_sheet(columns: Sequence[str], rows: Iterable[Sequence[object]], table: str) -> int:
    """Write rows into a file, or to stdout for ``-``; return how many there were.

    Raises:
        Stop: the file cannot be written.
    """
    try:
        with nullcontext(sys.stdout) if table == STDOUT else _opened(Path(table)) as file:
            return write_csv(columns, rows, file)
    except OSError as fault:
        raise Stop(f"{table} cannot be written: {fault.strerror}") from None


def write_page(text: str, page: str) -> None:
    """Write a report as a page into a file, or to stdout for ``-``.

    Raises:
        NotFoundOut: the file cannot be written.
    """
    if page == STDOUT:
        click.echo(text)
        return
    try:
        Path(page).write_text(text, encoding="utf-8")
    except OSError as fault:
        raise NotFoundOut(f"{page} cannot be written: {fault.strerror}") from None
    talk(f"the report is written to {page}")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], file: TextIO) -> int:
    """Write rows under their columns; return how many there were."""
    writer = csv.writer(file)
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last is how many there were
        writer.writerow([_cell(value) for value in row])
    return count


def _opened(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    return f"'{text}" if text.startswith(FORMULA) else text
