"""Measured objects of a device profile: how a raw answer becomes a value. Pure."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from netwatch.model.names import CheckName

_LONGEST: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A measured object and how its raw number becomes a value; None where it is no value."""

    oid: str
    scale: float = 1.0
    shift: float = 0.0
    none: frozenset[int] = frozenset()
    least: float | None = None
    most: float | None = None
    text: str = ""
    """The number stands in a text: a regular expression whose group 1 is the number."""
    signed: int = 0
    """The number is sent without its sign, in so many bits."""
    milliwatts: bool = False
    """``raw * scale`` is a power in mW; the value is in dBm."""
    tail: int = 0
    """So many arcs come behind the row's own index in this column; the first row counts."""

    def values(self, raws: Iterable[object]) -> tuple[float | None, ...]:
        """Return the value of each; those of a plain counter cost next to nothing."""
        if self == _plain(self.oid):
            return tuple([raw if isinstance(raw, int) else self.value(raw) for raw in raws])
        return tuple(map(self.value, raws))

    def value(self, raw: object) -> float | None:
        """Return the value; None for "no reading" and for what cannot be one."""
        said = _spelled(self.text, raw) if isinstance(raw, str) and self.text else raw
        if not isinstance(said, int | float) or said in self.none:
            return None
        if self.signed and isinstance(said, int):
            said &= (1 << self.signed) - 1
            said -= (said >> (self.signed - 1)) << self.signed
        number = self._converted(said)
        if number is None:
            return None
        too_low = self.least is not None and number < self.least
        too_high = self.most is not None and number > self.most
        return None if too_low or too_high else number

    def _converted(self, said: float) -> float | None:
        """Return the value in its unit; a whole number stays whole, to the last of 64 bits."""
        if self.milliwatts:
            power_mw = said * self.scale
            return round(10 * math.log10(power_mw) + self.shift, 6) if power_mw > 0 else None
        if self.scale == 1.0 and self.shift == 0.0 and isinstance(said, int):
            return said
        return round(said * self.scale + self.shift, 6)

    def row(self, index: str) -> str:
        """Return the index of the row that one of this column belongs to."""
        return index if not self.tail else ".".join(index.split(".")[: -self.tail])


@lru_cache(maxsize=4096)
def _plain(oid: str) -> Column:
    """Return the column of this object in which nothing is converted and nothing left out."""
    return Column(oid=oid)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTable:
    """Measurements that belong together: columns of a table, or single objects of one part."""

    check: CheckName
    columns: Mapping[str, Column]
    part: str = ""


def by_table(columns: Iterable[str]) -> list[list[str]]:
    """Return columns of the same table together."""
    tables: dict[str, list[str]] = {}
    for oid in dict.fromkeys(columns):
        tables.setdefault(oid.rpartition(".")[0], []).append(oid)
    return list(tables.values())


def _spelled(pattern: str, raw: str) -> float | None:
    found = _compiled(pattern).search(raw[:_LONGEST])
    try:
        return None if found is None else float(found[1].replace(",", "."))
    except (ValueError, IndexError, AttributeError):
        return None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
