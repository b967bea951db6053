"""What devices call their ports, kept small: 20,000 devices with 48 ports are a million names."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from netwatch.pollers.questions import Row, Value

_BETWEEN: Final = "\0"


class PortNames:
    """The name of each port by its row; one text for all, and rows that devices have in common."""

    __slots__ = ("_rows", "_text")

    def __init__(self, names: Mapping[str, Row]) -> None:
        """Keep the first name that each row has, else the row's own index."""
        self._rows = _shared(tuple(names))
        self._text = _BETWEEN.join(first_name(row, index) for index, row in names.items())

    def __len__(self) -> int:
        """Return how many ports there are."""
        return len(self._rows)

    def by_row(self) -> dict[str, str]:
        """Return row index -> name."""
        return dict(self.items())

    def items(self) -> Iterator[tuple[str, str]]:
        """Yield each row index and the name there."""
        if not self._rows:
            return iter(())
        return zip(self._rows, self._text.split(_BETWEEN), strict=True)


def first_name(row: Sequence[Value], index: str) -> str:
    """Return the first name that a row bears; its index where it bears none."""
    for name in row:
        if isinstance(name, str):
            plain = name.replace(_BETWEEN, " ").strip()
            if plain:
                return plain
    return index


@lru_cache(maxsize=4096)
def _shared(rows: tuple[str, ...]) -> tuple[str, ...]:
    """Return one and the same tuple for the same rows."""
    return rows
