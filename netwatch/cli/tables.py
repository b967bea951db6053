"""Rows for people: aligned on a terminal, one row a line in a pipe."""

import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from netwatch.cli.output import safe

if TYPE_CHECKING:
    from rich.console import Console

STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
"""A moment as answers write it."""
PIPE_COLUMNS: Final = 400
"""Wide enough that nothing read by a program is wrapped."""


def console() -> "Console":
    """Return where tables are printed; colours only where a person looks at a terminal."""
    from rich.console import Console  # noqa: PLC0415 - slow to load

    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_COLUMNS)


def show_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under headings; only the last column wraps."""
    from rich.table import Table  # noqa: PLC0415 - slow to load
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, no_wrap=heading != headings[-1])
    for row in rows:
        table.add_row(*(Text(safe(cell)) for cell in row))
    console().print(table)


def with_local_times(text: str, zone: ZoneInfo) -> str:
    """Return a sentence of an answer with its moments as the clock on the wall showed them."""
    return STAMP.sub(lambda found: local(found[0], zone), text)


def local(stamp: str | None, zone: ZoneInfo) -> str:
    """Return a moment of an answer as the clock on the wall showed it; a dash for none."""
    if stamp is None:
        return "-"
    return f"{datetime.fromisoformat(stamp).astimezone(zone):%m-%d %H:%M:%S}"
