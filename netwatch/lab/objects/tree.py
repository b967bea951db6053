"""Columns -> an ordered tree of objects for GET and GETNEXT. Values are read when asked for."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from netwatch.wire.ber import Oid, Tag, Value, VarBind

Rows = Sequence[Oid]
Read = Callable[[Oid], Value]
Now = Callable[[], float]
"""The lab's own seconds."""

SCALAR: Rows = ((0,),)


@dataclass(frozen=True, slots=True)
class Column:
    """One object with its instances: a table's column, or a scalar with the one instance ``0``."""

    prefix: Oid
    tag: Tag
    rows: Callable[[], Rows]
    """The instances in order; shared between the columns of a table."""
    read: Read

    def bind(self, row: Oid) -> VarBind:
        """Return one instance with its value."""
        return VarBind(self.prefix + row, self.tag, self.read(row))


class Tree:
    """All objects of one agent, in the order of their numbers."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._columns = sorted(columns, key=lambda column: column.prefix)
        self._prefixes = [column.prefix for column in self._columns]

    def get(self, oid: Oid) -> VarBind | None:
        """Return exactly this object, or None when there is none."""
        place = bisect_right(self._prefixes, oid) - 1
        if place < 0:
            return None
        column = self._columns[place]
        size = len(column.prefix)
        row = oid[size:]
        if oid[:size] != column.prefix:
            return None
        rows = column.rows()
        at = bisect_left(rows, row)
        return column.bind(row) if at < len(rows) and rows[at] == row else None

    def knows(self, oid: Oid) -> bool:
        """Say whether the object exists though perhaps not this instance of it."""
        place = bisect_right(self._prefixes, oid) - 1
        return place >= 0 and oid[: len(self._prefixes[place])] == self._prefixes[place]

    def after(self, oid: Oid) -> VarBind | None:
        """Return the next object in order, or None at the end."""
        place = bisect_right(self._prefixes, oid) - 1
        if place >= 0:
            column = self._columns[place]
            size = len(column.prefix)
            if oid[:size] == column.prefix:
                rows = column.rows()
                at = bisect_right(rows, oid[size:])
                if at < len(rows):
                    return column.bind(rows[at])
        for column in self._columns[place + 1 :]:
            rows = column.rows()
            if rows:
                return column.bind(rows[0])
        return None


def scalar(prefix: Oid, tag: Tag, read: Callable[[], Value]) -> Column:
    """Return a column with the one instance ``0``."""
    return Column(prefix, tag, lambda: SCALAR, lambda _row: read())


def constant(prefix: Oid, tag: Tag, value: Value) -> Column:
    """Return a scalar that never changes."""
    return Column(prefix, tag, lambda: SCALAR, lambda _row: value)
