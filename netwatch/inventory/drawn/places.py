"""Where in a file a feature begins: looked for only when something is wrong with it."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from netwatch.model.faults import Place

_SPACE: Final = re.compile(r"[ \t\r\n]*")


class Places:
    """Line and column of each feature of one file, whose text is sound JSON."""

    def __init__(self, shown: str, data: bytes) -> None:
        """Know the file; nothing is looked for yet."""
        self._shown, self._data = shown, data
        self._known: list[Place] | None = None

    def of(self, number: int) -> Place:
        """Return where a feature begins, counted from 0; the file where it cannot be told."""
        if self._known is None:
            self._known = list(self._look())
        return self._known[number] if number < len(self._known) else Place(self._shown)

    def _look(self) -> Iterator[Place]:
        text = self._data.decode("utf-8", "replace")
        ends = [match.start() for match in re.finditer("\n", text)]
        try:
            for at in _features(text):
                line = bisect_right(ends, at - 1)
                start = ends[line - 1] + 1 if line else 0
                yield Place(self._shown, line + 1, at - start + 1)
        except (ValueError, IndexError, RecursionError):
            return  # the place of the file stands in for the rest


def _features(text: str) -> Iterator[int]:
    """Yield where each value of the list ``features`` of the outermost object begins."""
    decode = json.JSONDecoder().raw_decode
    at = _past(text, _past(text, 0) + 1)
    while text[at] != "}":
        key, at = decode(text, at)
        at = _past(text, _past(text, at) + 1)
        if key != "features":
            at = decode(text, at)[1]
        else:
            at = _past(text, at + 1)
            while text[at] != "]":
                yield at
                at = _next(text, decode(text, at)[1])
            at += 1
        at = _next(text, at)


def _past(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _next(text: str, at: int) -> int:
    """Go past a value's comma, or to the bracket that ends its list."""
    at = _past(text, at)
    return _past(text, at + 1) if text[at] == "," else at
