"""What lies in the history's folder: its names say all, so there is no list that could be wrong.

``head/00000053.db`` holds what came during one stretch, numbered. A run holds sorted samples of one
tier and one period: ``raw/2026-11-14.00000045-00000052.1.parquet`` is made of the heads 45 to 52
(as far as they fell on that day) and has been merged once. A run whose heads all lie in another
run of the same period is superseded; so is what a head holds of a day for which a run names it.
Files appear by being renamed, whole; whatever else lies there is a leftover.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

DAY_S: Final = 86_400
HEADS: Final = "head"
ASIDE: Final = "damaged"
"""Where damaged files go; a person may look at them, and the budget counts them first."""
SUFFIX: Final = ".parquet"
PART: Final = ".part"
"""What a file is called that is being written."""
TRIES: Final = 100
"""So often may files be merged away while one place is looked at."""
_RUN: Final = re.compile(r"(\d{4}-\d\d(?:-\d\d)?)\.(\d{8})-(\d{8})\.(\d)\.parquet")
_HEAD: Final = re.compile(r"(\d{8})\.db")


class Tier(StrEnum):
    """How finely a run shows time."""

    RAW = "raw"
    FIVE_MINUTE = "five_minute"
    HOURLY = "hourly"

    @property
    def step_s(self) -> int:
        """Return how many seconds one row stands for; 0: it is what was measured."""
        return {Tier.RAW: 0, Tier.FIVE_MINUTE: 300, Tier.HOURLY: 3600}[self]


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """A sorted file: which samples it holds, and how often they were merged."""

    tier: Tier
    period: str
    """A UTC day, ``2026-11-14``, or a month, ``2026-11``."""
    first: int
    last: int
    merges: int = 0

    @property
    def name(self) -> str:
        """Return where it lies, from the history's folder."""
        file = f"{self.period}.{self.first:08d}-{self.last:08d}.{self.merges}{SUFFIX}"
        return f"{self.tier}/{file}"

    @property
    def start_s(self) -> int:
        """Return the first second of its period."""
        return period_start(self.period)

    @property
    def end_s(self) -> int:
        """Return the second after its period."""
        return period_end(self.period)

    def supersedes(self, other: "Run") -> bool:
        """Say whether everything in the other one is in this one too."""
        return (
            self.tier is other.tier
            and other.period.startswith(self.period)
            and self.first <= other.first
            and other.last <= self.last
            and (self.period != other.period or self.key > other.key)
        )

    @property
    def key(self) -> tuple[int, int]:
        """Return what decides between two of the same extent: how many heads, how many merges."""
        return self.last - self.first, self.merges


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The files of a folder at one moment, with their sizes in octets."""

    heads: tuple[int, ...] = ()
    """Numbers, ascending; the last may be the one that is being written."""
    runs: tuple[Run, ...] = ()
    """Those that hold, superseded ones left out."""
    superseded: tuple[Run, ...] = ()
    leftovers: tuple[str, ...] = ()
    """Names of files that nobody finished."""
    sizes: dict[str, int]
    """Every file's size by its name from the folder, whatever it is."""

    @property
    def octets(self) -> int:
        """Return what everything takes."""
        return sum(self.sizes.values())

    def of(self, tier: Tier, period: str | None = None) -> tuple[Run, ...]:
        """Return the runs of a tier, those made of older heads first."""
        found = (r for r in self.runs if r.tier is tier and period in (None, r.period))
        return tuple(sorted(found, key=lambda run: (run.period, run.last, run.first)))

    def head_octets(self, number: int) -> int:
        """Return what a head takes, with what SQLite keeps beside it."""
        name = head_name(number)
        return sum(self.sizes.get(name + tail, 0) for tail in ("", "-wal", "-shm"))


def look(folder: Path) -> Shelf:
    """Return what lies in the history's folder now; a folder that is missing is empty."""
    return shelf_of(_sizes(folder))


def shelf_of(sizes: dict[str, int]) -> Shelf:
    """Make sense of names."""
    runs = [run for run in map(run_of, sizes) if run is not None]
    near: dict[tuple[Tier, str], list[Run]] = {}
    for run in runs:
        near.setdefault((run.tier, month_of(run.period)), []).append(run)
    live = [
        run
        for group in near.values()
        for run in group
        if not any(other.supersedes(run) for other in group)
    ]
    return Shelf(
        heads=tuple(sorted(n for n in map(head_of, sizes) if n is not None)),
        runs=tuple(sorted(live)),
        superseded=tuple(sorted(set(runs) - set(live))),
        leftovers=tuple(sorted(name for name in sizes if name.endswith(PART))),
        sizes=sizes,
    )


def run_of(name: str) -> Run | None:
    """Return which run bears this name; None when it is no run's."""
    folder, _, file = name.partition("/")
    found = _RUN.fullmatch(file)
    if found is None or folder not in Tier._value2member_map_:
        return None
    period, first, last, merges = found.groups()
    try:
        period_start(period)
    except ValueError:
        return None
    return Run(Tier(folder), period, int(first), int(last), int(merges))


def head_of(name: str) -> int | None:
    """Return the number of the head that bears this name; None when it is none."""
    folder, _, file = name.partition("/")
    found = _HEAD.fullmatch(file)
    return int(found[1]) if found is not None and folder == HEADS else None


def head_name(number: int) -> str:
    """Return where a head lies, from the history's folder."""
    return f"{HEADS}/{number:08d}.db"


def head_names(number: int) -> tuple[str, ...]:
    """Return all files of a head: its own, and what SQLite keeps beside it."""
    return tuple(head_name(number) + tail for tail in ("-wal", "-shm", ""))


def next_head(shelf: Shelf) -> int:
    """Return a number that no head has borne yet."""
    used = [*shelf.heads, *(run.last for run in (*shelf.runs, *shelf.superseded))]
    return max(used, default=0) + 1


def is_sorted(shelf: Shelf, head: int, day: str) -> bool:
    """Say whether a head's samples of a day lie in a run already."""
    return any(
        run.tier is Tier.RAW and run.period == day and run.first <= head <= run.last
        for run in shelf.runs
    )


def day_of(at_s: int) -> str:
    """Return the UTC day of a second."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d")


def month_of(day: str) -> str:
    """Return the month of a day."""
    return day[:7]


def days_between(since_s: int, until_s: int) -> Iterator[str]:
    """Yield the UTC days that a span touches."""
    for start in range(since_s - since_s % DAY_S, until_s + 1, DAY_S):
        yield day_of(start)


def period_start(period: str) -> int:
    """Return the first second of a day or a month.

    Raises:
        ValueError: there is no such day.
    """
    return int(_first(period).timestamp())


def period_end(period: str) -> int:
    """Return the second after a day or a month."""
    first = _first(period)
    if len(period) == len("2026-11-14"):
        return int(first.timestamp()) + DAY_S
    return int((first.replace(day=28) + timedelta(days=4)).replace(day=1).timestamp())


def set_aside(folder: Path, names: Sequence[str]) -> list[str]:
    """Move files to where a person may look at them; return what they were called."""
    (folder / ASIDE).mkdir(exist_ok=True)
    moved = []
    for name in names:
        source = folder / name
        if source.exists():
            source.rename(folder / ASIDE / name.replace("/", "."))
            moved.append(name)
    return moved


def sync_folder(folder: Path) -> None:
    """See to it that a file's new name survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _first(period: str) -> datetime:
    year, month, *day = map(int, period.split("-"))
    return datetime(year, month, day[0] if day else 1, tzinfo=UTC)


def _sizes(folder: Path) -> dict[str, int]:
    return {
        f"{place}/{name}": size
        for place in (HEADS, ASIDE, *Tier)
        for name, size in _sizes_in(folder / place).items()
    }


def _sizes_in(place: Path) -> dict[str, int]:
    """Return the files of one place; what one became that vanishes meanwhile is looked for anew."""
    sizes: dict[str, int] = {}
    for _ in range(TRIES):
        try:
            with os.scandir(place) as files:
                listed = list(files)
        except FileNotFoundError:
            return {}
        sizes = {}
        for file in listed:
            with suppress(FileNotFoundError):
                sizes[file.name] = file.stat(follow_symlinks=False).st_size
        if len(sizes) == len(listed):
            break
    return sizes
