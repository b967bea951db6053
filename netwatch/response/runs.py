"""Many ids as few words: those that follow each other in number are one entry."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

_DIGITS: Final = "0123456789"
_MOST_DIGITS: Final = 15
_Numbered = tuple[str, int, int]
"""What stands before the number, how many digits it has, and the number; 0 digits: none."""


def to_runs(ids: Iterable[str]) -> list[Any]:
    """Return ids, by number, as plain values: an id, or an id and how many more follow it.

    ``S-07 S-08 S-09 X`` becomes ``[["S-07", 2], "X"]``.
    """
    runs: list[Any] = []
    first, more = "", 0
    stem, digits, number = "", 0, 0
    for its_stem, its_digits, its_number, name in sorted((*_numbered(name), name) for name in ids):
        if digits and its_stem == stem and its_digits == digits and its_number == number + 1:
            number, more = its_number, more + 1
            continue
        if first:
            runs.append([first, more] if more else first)
        stem, digits, number = its_stem, its_digits, its_number
        first, more = name, 0
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
        yield first
        for following in range(number + 1, number + more + 1):
            yield f"{stem}{following:0{digits}d}"


def _numbered(name: str) -> _Numbered:
    stem = name.rstrip(_DIGITS)
    stem = name[: max(len(stem), len(name) - _MOST_DIGITS)]
    digits = len(name) - len(stem)
    return stem, digits, int(name[len(stem) :]) if digits else 0
