"""Port names as people write them -> the rows in which a device keeps those ports."""

from collections.abc import Iterable, Mapping, Sequence

Rows = Sequence[str]
Named = Mapping[str, Rows]
"""Name -> the rows that bear it."""


def match_ports(wanted: Iterable[str], names: Mapping[str, Sequence[object]]) -> dict[str, str]:
    """Find the row of each wanted port.

    A port fits by its whole name (in the order of the columns: ifName, ifDescr, ifAlias), then by
    its whole name regardless of case, then by the end of a name ("GPON 0/1/3" is 0/1/3). A name
    that fits several rows fits none, unless exactly one of them is a PON port.

    Args:
        wanted: port names as the inventory has them.
        names: row index -> what the device calls that port.

    Returns:
        Wanted name -> row index; ports that were not found, or not found for sure, are left out.
    """
    count = max((len(row) for row in names.values()), default=0)
    columns = [_named(names, column) for column in range(count)]
    folded = [_folded(column) for column in columns]
    found: dict[str, str] = {}
    for port in wanted:
        row = (
            _first([column.get(port, ()) for column in columns], names)
            or _first([column.get(port.casefold(), ()) for column in folded], names)
            or _first([_ending(port.casefold(), column) for column in folded], names)
        )
        if row is not None:
            found[port] = row
    return found


def _named(names: Mapping[str, Sequence[object]], column: int) -> Named:
    rows: dict[str, list[str]] = {}
    for index, row in names.items():
        name = row[column] if column < len(row) else None
        if isinstance(name, str) and name.strip():
            rows.setdefault(name.strip(), []).append(index)
    return rows


def _folded(column: Named) -> Named:
    rows: dict[str, list[str]] = {}
    for name, indexes in column.items():
        rows.setdefault(name.casefold(), []).extend(indexes)
    return rows


def _ending(port: str, column: Named) -> Rows:
    """Return the rows whose name ends with ``port``, as a whole number and not a part of one."""
    rows: list[str] = []
    for name, indexes in column.items():
        before = name.removesuffix(port)
        if before not in (name, "") and not (before[-1].isdigit() or before[-1] in "/.:"):
            rows += indexes
    return rows


def _first(columns: Iterable[Rows], names: Mapping[str, Sequence[object]]) -> str | None:
    """Return the row of the first column that names exactly one."""
    for rows in columns:
        sure = rows if len(rows) == 1 else [row for row in rows if _is_pon(names[row])]
        if len(sure) == 1:
            return sure[0]
    return None


def _is_pon(row: Sequence[object]) -> bool:
    return any(isinstance(name, str) and "pon" in name.lower() for name in row)
