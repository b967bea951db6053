"""Walking columns of a table, several at once: pure, so that hostile agents can be tried on it.

An agent that goes backwards, repeats itself, answers outside the columns or never ends is stopped:
a column ends at the first name that does not come after the last one, or at ``most_rows``.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from netwatch.wire.oid import MOST_ARCS, BerError, decode_oid
from netwatch.wire.scan import MOST_BINDS, RawBind, Value

REPETITIONS: Final = 25
_MOST_REQUESTS: Final = 4000
_MOST_OCTETS: Final = 2 << 20
"""Of answers to one walk: those of the largest real tables have a fifth of it."""
_EXCEPTIONS: Final = frozenset({0x80, 0x81, 0x82})


@lru_cache(maxsize=65536)
def index_arcs(suffix: bytes) -> tuple[int, ...]:
    """Return the arcs of a row's index, which is the end of an object identifier.

    Raises:
        BerError: these octets spell no arcs.
    """
    return decode_oid(b"\x2b" + suffix)[2:]


class Walk:
    """One walk: what to ask next, and the rows so far.

    ``rows`` maps the index (as octets) to one value a column; what an agent left out is None.
    """

    def __init__(self, columns: Sequence[bytes], most_rows: int, repetitions: int) -> None:
        self._columns = tuple(columns)
        self._room = [MOST_ARCS - len(decode_oid(column)) for column in columns]
        self._cursors = list(columns)
        self._last: list[tuple[int, ...]] = [()] * len(self._columns)
        self._open = list(range(len(self._columns)))
        self._at_once = len(self._columns)
        self._most_rows = most_rows
        self._asked = 0
        self._octets = 0
        self.repetitions = max(1, min(repetitions, MOST_BINDS // max(1, len(self._columns))))
        self.rows: dict[bytes, list[Value]] = {}
        self.stopped = ""
        """Why the walk was cut short; empty when the agent came to its end."""

    @property
    def ended(self) -> bool:
        """Say whether nothing is left to ask."""
        return not self._open

    def names(self) -> list[bytes]:
        """Return the names to ask next, one for each column that has not ended."""
        return [self._cursors[column] for column in self._open[: self._at_once]]

    def take(self, binds: Sequence[RawBind], octets: int) -> None:
        """Take one answer, whose rows lie one after the other, a value for each open column.

        ``octets`` is the size of the datagram that bore it.
        """
        self._asked += 1
        self._octets += octets
        columns = self._open[: self._at_once]
        ended: set[int] = set()
        taken = self._whole_rows(binds)
        for number in range(taken, len(binds)):
            column = columns[number % len(columns)]
            if column in ended:
                continue
            if self._bind(column, *binds[number]):
                taken += 1
            else:
                ended.add(column)
            if len(self.rows) > self._most_rows:
                self.rows.popitem()
                self._stop(f"more than {self._most_rows} rows")
                ended.update(columns)
                break
        self._open = [column for column in self._open if column not in ended]
        if not taken and not ended:
            self._open = []
        if self._octets > _MOST_OCTETS:
            self.stop(f"more than {_MOST_OCTETS} octets")
        if self._asked >= _MOST_REQUESTS:
            self.stop(f"no end after {_MOST_REQUESTS} requests")

    def stop(self, why: str) -> None:
        """End the walk with the rows there are."""
        self._stop(why)
        self._open = []

    def end_column(self, position: int) -> None:
        """End the column that stands at ``position`` among those last asked; 0 ends all."""
        if 1 <= position <= len(self._open[: self._at_once]):
            del self._open[position - 1]
        else:
            self._open = []

    def spare(self) -> bool:
        """Ask for less at a time; False when it cannot be less."""
        if self.repetitions <= 1:
            return False
        self.repetitions = max(1, self.repetitions * 2 // 5)
        return True

    def narrow(self) -> bool:
        """Ask for fewer columns at a time; False when it is one already."""
        asked = min(self._at_once, len(self._open))
        if asked <= 1:
            return False
        self._at_once = (asked + 1) // 2
        return True

    def _whole_rows(self, binds: Sequence[RawBind]) -> int:
        """Take new rows that have every column, as far as there are; return how many bindings.

        Nearly all tables are nothing else, and a row at once costs a third of value by value.
        """
        columns, rows = self._columns, self.rows
        width = len(columns)
        last = self._last[0]
        if len(self._open[: self._at_once]) != width or self._last.count(last) != width:
            return 0
        first = len(columns[0])
        room = min(self._room)
        taken = 0
        whole = min(len(binds) // width, self._most_rows - len(rows))
        for at in range(0, whole * width, width):
            names, tags, values = zip(*binds[at : at + width], strict=True)
            suffix = names[0][first:]
            if suffix in rows or names != tuple([column + suffix for column in columns]):
                break
            try:
                arcs = index_arcs(suffix)
            except BerError:
                break
            if arcs <= last or len(arcs) > room or not _EXCEPTIONS.isdisjoint(tags):
                break
            rows[suffix] = list(values)
            last = arcs
            taken = at + width
        if taken:
            self._last = [last] * width
            self._cursors = [name for name, _, _ in binds[taken - width : taken]]
        return taken

    def _bind(self, column: int, name: bytes, tag: int, value: Value) -> bool:
        """Take one value; False when it is none of its column, which ends with it."""
        prefix = self._columns[column]
        if tag in _EXCEPTIONS or not name.startswith(prefix) or len(name) == len(prefix):
            return False
        suffix = name[len(prefix) :]
        try:
            arcs = index_arcs(suffix)
        except BerError:
            arcs = (0,) * MOST_ARCS
        if len(arcs) > self._room[column]:
            self._stop("an index of the agent's is no object identifier")
            return False
        if arcs <= self._last[column]:
            self._stop("the agent's names do not increase")
            return False
        self._last[column] = arcs
        self._cursors[column] = name
        row = self.rows.get(suffix)
        if row is None:
            row = self.rows[suffix] = [None] * len(self._columns)
        row[column] = value
        return True

    def _stop(self, why: str) -> None:
        self.stopped = self.stopped or why
