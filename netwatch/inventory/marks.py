"""A value from a person's file, together with its place."""

from collections.abc import Sequence
from typing import Any

from netwatch.inventory.scalars import Scalar
from netwatch.model.faults import Place


class Marked:
    """A value from a file, and its place.

    ``value`` is a scalar, a list of marked values, or a dict of them by key. ``text`` is a scalar
    as it was written (``007``, ``1e3``), so that an id or a port may look like a number.
    """

    __slots__ = ("column", "keys", "line", "path", "size", "text", "value")

    def __init__(
        self,
        path: str,
        line: int,
        column: int,
        value: "Scalar | list[Marked] | dict[str, Marked]",
        text: str = "",
    ) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.value = value
        self.text = text
        self.keys: dict[str, tuple[int, int]] = {}
        self.size = 1

    def __repr__(self) -> str:
        return f"Marked({self.place}, {self.value!r})"

    @property
    def place(self) -> Place:
        """Return where the value begins."""
        return Place(self.path, self.line, self.column)

    def key_place(self, key: str) -> Place:
        """Return where ``key`` of this mapping stands; the mapping's place if it is not there."""
        line, column = self.keys.get(key, (self.line, self.column))
        return Place(self.path, line, column)

    def find(self, steps: Sequence[str | int]) -> "Marked":
        """Return what lies at ``steps`` (keys and indices), or the nearest value above it."""
        here = self
        for step in steps:
            inner = here.value
            if isinstance(inner, dict) and step in inner:
                here = inner[str(step)]
            elif isinstance(inner, list) and isinstance(step, int) and 0 <= step < len(inner):
                here = inner[step]
            else:
                break
        return here

    def plain(self) -> Any:
        """Return the value without its places: dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: inner.plain() for key, inner in self.value.items()}
        if isinstance(self.value, list):
            return [inner.plain() for inner in self.value]
        return self.value
