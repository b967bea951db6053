"""Walking columns of a table, several at once: pure, so that hostile agents can be tried on it.

An agent that goes backwards, repeats itself, answers outside the columns or never ends is stopped:
a column ends at the first name that does not come after the last one, or at ``most_rows``.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from netwatch.wire.ber import decode_oid
from netwatch.wire.scan import MOST_BINDS, RawBind, Value

REPETITIONS: Final = 25
_MOST_REQUESTS: Final = 4000
_MOST_OCTETS: Final = 2 << 20
"""Of indexes and values: the largest real tables have a tenth of it."""
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
        self._cursors = list(columns)
        self._last: list[tuple[int, ...]] = [()] * len(self._columns)
        self._open = list(range(len(self._columns)))
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
        return [self._cursors[column] for column in self._open]

    def take(self, binds: Sequence[RawBind]) -> None:
        """Take one answer, whose rows lie one after the other, a value for each open column."""
        self._asked += 1
        columns = self._open
        ended: set[int] = set()
        progress = False
        for number, (name, tag, value) in enumerate(binds):
            column = columns[number % len(columns)]
            if column in ended:
                continue
            prefix = self._columns[column]
            if tag in _EXCEPTIONS or not name.startswith(prefix) or len(name) == len(prefix):
                ended.add(column)
                continue
            suffix = name[len(prefix) :]
            arcs = index_arcs(suffix)
            if arcs <= self._last[column]:
                self._stop("the agent's names do not increase")
                ended.add(column)
                continue
            self._last[column] = arcs
            self._cursors[column] = name
            row = self.rows.get(suffix)
            if row is None:
                if len(self.rows) >= self._most_rows:
                    self._stop(f"more than {self._most_rows} rows")
                    ended.update(columns)
                    break
                row = self.rows[suffix] = [None] * len(self._columns)
            row[column] = value
            progress = True
            self._octets += len(suffix) + (len(value) if isinstance(value, bytes | tuple) else 8)
        if self._octets > _MOST_OCTETS:
            self.stop(f"more than {_MOST_OCTETS} octets")
            return
        if not progress and not ended:
            ended.update(columns)
        if self._asked >= _MOST_REQUESTS:
            self._stop(f"no end after {_MOST_REQUESTS} requests")
            ended.update(columns)
        self._open = [column for column in columns if column not in ended]

    def stop(self, why: str) -> None:
        """End the walk with the rows there are."""
        self._stop(why)
        self._open = []

    def end_column(self, position: int) -> None:
        """End the column that stands at ``position`` among those last asked; 0 ends all."""
        if 1 <= position <= len(self._open):
            del self._open[position - 1]
        else:
            self._open = []

    def spare(self) -> bool:
        """Ask for less at a time; False when it cannot be less."""
        if self.repetitions <= 1:
            return False
        self.repetitions = max(1, self.repetitions * 2 // 5)
        return True

    def _stop(self, why: str) -> None:
        self.stopped = self.stopped or why
