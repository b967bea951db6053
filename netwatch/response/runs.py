"""Many ids as few words: those that follow each other in number are one entry."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

_DIGITS: Final = "0123456789"
_MOST_DIGITS: Final = 15


def to_runs(ids: Iterable[str]) -> list[Any]:
    """Return ids, by length and letters, as plain values: an id, or one and how many follow it.

    ``S-07 S-08 S-09 X`` becomes ``["X", ["S-07", 2]]``.
    """
    runs: list[Any] = []
    first, more, expected = "", 0, ""
    stem, digits, number = "", 0, 0
    for name in sorted(sorted(ids), key=len):
        if name == expected:
            more += 1
        else:
            if first:
                runs.append([first, more] if more else first)
            first, more = name, 0
            stem, digits, number = _numbered(name)
        expected = f"{stem}{number + more + 1:0{digits}d}" if digits else ""
    if first:
        runs.append([first, more] if more else first)
    return runs


def from_runs(runs: Iterable[Any]) -> Iterator[str]:
    """Yield the ids of which ``to_runs`` made these values."""
    for run in runs:
        if isinstance(run, str):
            yield run
            continue
        first, more = run
        stem, digits, number = _numbered(first)
        for following in range(number, number + more + 1):
            yield f"{stem}{following:0{digits}d}"


def _numbered(name: str) -> tuple[str, int, int]:
    """Return what stands before the number of an id, how many digits it has (0: none), and it."""
    stem = name.rstrip(_DIGITS)
    stem = name[: max(len(stem), len(name) - _MOST_DIGITS)]
    digits = len(name) - len(stem)
    return stem, digits, int(name[len(stem) :]) if digits else 0
