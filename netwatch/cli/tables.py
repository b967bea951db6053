"""Rows for people: aligned on a terminal, one row a line in a pipe."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from netwatch.cli.output import safe

if TYPE_CHECKING:
    from rich.console import Console

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
