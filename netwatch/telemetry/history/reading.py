"""The history's folder -> the points of one series. The one module that knows DuckDB.

Reads beside whoever writes: what vanishes while it is read has been merged into something else, and
is looked for again. A file that cannot be read is left out and named.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb

from netwatch.telemetry.history.entries import bucket_of, entries, slot_of, sound, value_at
from netwatch.telemetry.history.head import HeadDamagedError, ReadHead
from netwatch.telemetry.history.points import Number, Point, Series
from netwatch.telemetry.history.shelf import (
    DAY_S,
    Run,
    Shelf,
    Tier,
    day_of,
    days_between,
    head_name,
    is_sorted,
    look,
    month_of,
)

TRIES: Final = 100
"""So often may files be merged away under one read; each try takes some milliseconds."""
RAW_AT_MOST_S: Final = 8 * DAY_S
"""So long a span is shown as it was measured."""
FIVE_MINUTES_AT_MOST_S: Final = 60 * DAY_S
CHECK_BITS: Final = 0xFFFF
QUIET: Final[dict[str, str | int | float | list[str]]] = {
    "threads": 1,
    "memory_limit": "512MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_OF_SERIES: Final = """
    FROM read_parquet($files, filename = true)
    WHERE slot = $slot AND device = $device AND "check" = $check
      AND ($part IS NULL OR part = $part) AND at_s BETWEEN $since AND $until
"""
RAW_ROWS: Final = f"SELECT filename, part, at_s, whole, level {_OF_SERIES}"
ROLLED_UP_ROWS: Final = (
    'SELECT filename, part, at_s, whole, level, last_s, "count", "min", "avg", "max", rising'
    f" {_OF_SERIES}"
)
SERIES_ROWS: Final = """
    SELECT DISTINCT "check", part FROM read_parquet($files)
    WHERE slot BETWEEN $slot AND $slot + $checks AND device = $device
"""

T = TypeVar("T")
_Found = tuple[int, str, Point]
"""A point of a part, and how young the file is that it was in."""


class _Vanished(Exception):  # noqa: N818 - no fault: it was merged into another file
    """A file is gone that was there a moment ago."""


class History:
    """A folder, open for reading."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._db = duckdb.connect(config=QUIET)
        self.unreadable: dict[str, str] = {}
        """Files that were left out, and why."""

    def close(self) -> None:
        """Let go of everything."""
        self._db.close()

    def points(
        self,
        device: str,
        check: str,
        part: str | None,
        *,
        since_s: int,
        until_s: int,
        tier: Tier | None = None,
    ) -> dict[str, list[Point]]:
        """Return part -> points in the order of time, from one second to another, both included.

        Args:
            device: whose they are.
            check: of what.
            part: of which part; empty for the whole device, None for all there are.
            since_s: the first second that counts.
            until_s: the last one.
            tier: how finely it shall be; None: as finely as the span deserves. Days that are not
                there so finely come as they are there.
        """
        wanted = tier or tier_for(until_s - since_s)
        name = _Name(sound(device), sound(check), None if part is None else sound(part))

        def read(shelf: Shelf) -> dict[str, list[Point]]:
            runs, raw_days = chosen(shelf, wanted, since_s, until_s)
            found = [*self._of_runs(runs, name, since_s, until_s)]
            found += self._of_heads(shelf, raw_days, name, since_s, until_s)
            return _last_of_each(found)

        return self._steadily(read)

    def series(self, device: str, *, since_s: int, until_s: int) -> list[Series]:
        """Return what of a device was measured in a span, in the order of names."""
        name = _Name(sound(device), "", "")

        def read(shelf: Shelf) -> list[Series]:
            runs, raw_days = chosen(shelf, Tier.HOURLY, since_s, until_s)
            rows = self._ask(
                SERIES_ROWS,
                runs,
                {"slot": name.slot & ~CHECK_BITS, "checks": CHECK_BITS, "device": name.device},
            )
            found = {Series(check, part) for check, part in rows}
            for head in shelf.heads if raw_days else ():
                found |= self._in_head(head, lambda reader: _series_in(reader, name.device), set())
            return sorted(found)

        return self._steadily(read)

    def _of_runs(
        self, runs: Iterable[Run], name: "_Name", since_s: int, until_s: int
    ) -> Iterator[_Found]:
        for tier, group in groupby(sorted(runs), key=lambda run: run.tier):
            few = tuple(group)
            question = RAW_ROWS if tier is Tier.RAW else ROLLED_UP_ROWS
            age = {run.name: run.last for run in few}
            asked = {
                "slot": name.slot,
                "device": name.device,
                "check": name.check,
                "part": name.part,
                "since": since_s - since_s % max(tier.step_s, 1),
                "until": until_s,
            }
            for filename, part, *row in self._ask(question, few, asked):
                file = "/".join(Path(filename).parts[-2:])
                yield age[file], part, _point(tier, row)

    def _of_heads(
        self, shelf: Shelf, days: Sequence[str], name: "_Name", since_s: int, until_s: int
    ) -> Iterator[_Found]:
        for head in shelf.heads if days else ():
            open_days = {day for day in days if not is_sorted(shelf, head, day)}
            nothing: list[tuple[str, int, Number]] = []
            for part, at_s, value in self._in_head(head, lambda r: [*_rows_in(r, name)], nothing):
                if since_s <= at_s <= until_s and day_of(at_s) in open_days:
                    yield head, part, Point(at_s=at_s, since_s=at_s, value=value)

    def _in_head(self, head: int, read: Callable[[ReadHead], T], otherwise: T) -> T:
        """Return what a head says; nothing when it is damaged."""
        try:
            with ReadHead(self._folder / head_name(head)) as reader:
                return read(reader)
        except FileNotFoundError:
            raise _Vanished from None
        except (HeadDamagedError, ValueError) as fault:
            self.unreadable[head_name(head)] = str(fault)
            return otherwise

    def _ask(
        self, question: str, runs: Sequence[Run], asked: dict[str, Any]
    ) -> list[tuple[Any, ...]]:
        """Ask all runs at once; when that fails, each alone, and leave out what is damaged."""
        files = [run.name for run in runs if run.name not in self.unreadable]
        if not files:
            return []
        try:
            return self._asked(question, files, asked)
        except duckdb.Error:
            if not all((self._folder / name).exists() for name in files):
                raise _Vanished from None
        rows: list[tuple[Any, ...]] = []
        for name in files:
            try:
                rows += self._asked(question, [name], asked)
            except duckdb.Error as fault:
                if not (self._folder / name).exists():
                    raise _Vanished from None
                self.unreadable[name] = str(fault).splitlines()[0][:200]
        return rows

    def _asked(
        self, question: str, files: Sequence[str], asked: dict[str, Any]
    ) -> list[tuple[Any, ...]]:
        paths = [str(self._folder / name) for name in files]
        return self._db.execute(question, {**asked, "files": paths}).fetchall()

    def _steadily(self, read: Callable[[Shelf], T]) -> T:
        """Read; again when something vanished meanwhile."""
        for _ in range(TRIES):
            try:
                return read(look(self._folder))
            except _Vanished:
                continue
        raise OSError(f"{self._folder} changes faster than it can be read; try again")


@dataclass(frozen=True, slots=True)
class _Name:
    """A series by its names, as they are kept."""

    device: str
    check: str
    part: str | None
    """None: all of them."""

    @property
    def slot(self) -> int:
        return slot_of(self.device, self.check)


def tier_for(span_s: int) -> Tier:
    """Return how finely a span deserves to be shown."""
    if span_s <= RAW_AT_MOST_S:
        return Tier.RAW
    return Tier.FIVE_MINUTE if span_s <= FIVE_MINUTES_AT_MOST_S else Tier.HOURLY


def chosen(shelf: Shelf, wanted: Tier, since_s: int, until_s: int) -> tuple[list[Run], list[str]]:
    """Return the runs that show a span, and the days for which the heads count too.

    Each day is shown by one tier: the one wanted, else a finer one, else a coarser one.
    """
    by_period: dict[tuple[Tier, str], list[Run]] = {}
    for run in shelf.runs:
        by_period.setdefault((run.tier, run.period), []).append(run)
    runs: dict[Run, None] = {}
    raw_days: list[str] = []
    order = [*Tier]
    tiers = order[: order.index(wanted) + 1][::-1] + order[order.index(wanted) + 1 :]
    for day in days_between(since_s - Tier.HOURLY.step_s, until_s):
        for tier in tiers:
            found = by_period.get((tier, day), [])
            if tier is Tier.HOURLY:
                found = found + by_period.get((tier, month_of(day)), [])
            if found:
                runs.update(dict.fromkeys(found))
            if tier is Tier.RAW and (found or wanted is Tier.RAW or not _rolled_up(by_period, day)):
                raw_days.append(day)
            if found:
                break
    return list(runs), raw_days


def _rolled_up(by_period: dict[tuple[Tier, str], list[Run]], day: str) -> bool:
    return any((tier, day) in by_period for tier in (Tier.FIVE_MINUTE, Tier.HOURLY))


def _point(tier: Tier, row: Sequence[Any]) -> Point:
    at_s, whole, level, *rest = row
    value = level if whole is None else whole
    if tier is Tier.RAW:
        return Point(at_s=at_s, since_s=at_s, value=value)
    last_s, count, low, mean, high, rising = rest
    return Point(
        at_s=at_s + last_s,
        since_s=at_s,
        step_s=tier.step_s,
        value=value,
        count=count,
        low=low,
        mean=mean,
        high=high,
        rising=rising,
    )


def _last_of_each(found: Iterable[_Found]) -> dict[str, list[Point]]:
    """Return each part's points in the order of time; of one second what came last."""
    kept: dict[str, dict[tuple[int, int], Point]] = {}
    for _, part, point in sorted(found, key=lambda one: one[0]):
        kept.setdefault(part, {})[point.step_s, point.since_s] = point
    return {
        part: sorted(points.values(), key=lambda point: (point.at_s, point.since_s))
        for part, points in sorted(kept.items())
    }


def _rows_in(reader: ReadHead, name: _Name) -> Iterator[tuple[str, int, Number]]:
    numbers = reader.device_numbers(name.device)
    if not numbers:
        return
    places: dict[int, list[tuple[int, str]]] = {}
    for blob in reader.blobs(bucket_of(name.device)):
        for entry in entries(blob):
            if entry.device not in numbers:
                continue
            if entry.shape not in places:
                pairs = enumerate(zip(*reader.names_of(entry.shape), strict=True))
                places[entry.shape] = [
                    (place, part)
                    for place, (check, part) in pairs
                    if check == name.check and name.part in (None, part)
                ]
            for place, part in places[entry.shape]:
                yield part, entry.at_s, value_at(blob, entry, place)


def _series_in(reader: ReadHead, device: str) -> set[Series]:
    numbers = reader.device_numbers(device)
    shapes = {
        entry.shape
        for blob in (reader.blobs(bucket_of(device)) if numbers else ())
        for entry in entries(blob)
        if entry.device in numbers
    }
    return {
        Series(check, part)
        for shape in shapes
        for check, part in zip(*reader.names_of(shape), strict=True)
    }
