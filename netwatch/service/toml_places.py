"""Where a key stands in a TOML file: the parser in the standard library keeps no places."""

import re
from typing import Final

KEY: Final = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
DOTTED: Final = rf"{KEY}(?:\s*\.\s*{KEY})*"
TABLE: Final = re.compile(rf"^\s*\[\[?\s*({DOTTED})\s*\]?\]\s*(?:#.*)?$")
ENTRY: Final = re.compile(rf"^(\s*)({DOTTED})\s*=")
SPLIT: Final = re.compile(KEY)

Path = tuple[str, ...]
Position = tuple[int, int]


def places_of(text: str) -> dict[Path, Position]:
    """Return line and column of every table and key, both counted from 1.

    Keys inside inline tables and arrays stand where their outermost key stands.
    """
    places: dict[Path, Position] = {(): (1, 1)}
    table: Path = ()
    quote: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if quote is None:
            if head := TABLE.match(line):
                table = _path(head[1])
                places.setdefault(table, (number, line.index("[") + 1))
            elif entry := ENTRY.match(line):
                path = (*table, *_path(entry[2]))
                for length in range(len(table) + 1, len(path) + 1):
                    places.setdefault(path[:length], (number, len(entry[1]) + 1))
        quote = _open_quote(line, quote)
    return places


def nearest(places: dict[Path, Position], path: Path) -> Position:
    """Return the place of ``path``, or of the nearest thing around it."""
    while path not in places:
        path = path[:-1]
    return places[path]


def _path(dotted: str) -> Path:
    return tuple(key.strip("\"'") for key in SPLIT.findall(dotted))


def _open_quote(line: str, quote: str | None) -> str | None:
    """Say which multi-line string, if any, is open after this line."""
    rest = line
    while True:
        if quote is None:
            found = re.search(r'"""|\'\'\'', rest)
            if found is None:
                return None
            quote, rest = found[0], rest[found.end() :]
        else:
            _, closed, rest = rest.partition(quote)
            if not closed:
                return quote
            quote = None
