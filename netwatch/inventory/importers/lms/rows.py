"""Rows of LMS by their numbers. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Any, Final

from netwatch.inventory.importers.databases import Row

Tables = Mapping[str, Sequence[Row]]
_HIGHEST_V4: Final = 2**32


@dataclass(slots=True)
class Rows:
    """The tables of one moment, each row where it is looked up."""

    tables: Tables
    _by_id: dict[str, dict[Any, Row]] = field(default_factory=dict)

    def all(self, table: str) -> Sequence[Row]:
        """Return all rows of a table."""
        return self.tables.get(table, ())

    def one(self, table: str, number: Any) -> Row:
        """Return a row by its id; an empty one where there is none."""
        if table not in self._by_id:
            self._by_id[table] = {row["id"]: row for row in self.all(table)}
        return self._by_id[table].get(number, {})


def grouped(rows: Iterable[Row], by: str) -> dict[Any, list[Row]]:
    """Return the rows that share a number in the column ``by``, by that number."""
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.get(by)].append(row)
    return groups


def text(row: Row, column: str) -> str:
    """Return a cell as a text; NULL and what this release does not have are empty."""
    return str(row.get(column) or "").strip()


def port_of(number: Any) -> str:
    """Return a port as it is counted there, from 1; 0 means that nobody said."""
    return str(number) if number else ""


def degrees(row: Row) -> tuple[float | None, float | None]:
    """Return latitude and longitude of a row; (None, None) where they are not known, or nowhere."""
    try:
        lat, lon = float(row["latitude"]), float(row["longitude"])
    except (KeyError, TypeError, ValueError):
        return None, None
    known = abs(lat) <= 90 and abs(lon) <= 180 and (lat or lon)  # noqa: PLR2004 - of the earth
    return (lat, lon) if known else (None, None)


def addresses(node: Row) -> Iterator[str]:
    """Yield the IPv4 addresses of a node; LMS keeps them as numbers."""
    for column in ("ipaddr", "ipaddr_pub"):
        number = int(node.get(column) or 0)
        if 0 < number < _HIGHEST_V4:
            yield str(IPv4Address(number))
