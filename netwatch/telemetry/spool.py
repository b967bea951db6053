"""Batches <-> a folder: what another system has not taken yet, oldest first, bounded.

A segment is one file, whole or not there: it is written aside, synced and renamed. One process
writes, another may read and remove; the folder is all that they share, so each survives the other.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import zstandard

from netwatch.model.names import DeviceId, SiteId
from netwatch.telemetry.batch import Batch

LIMIT_OCTETS: Final = 256 * 1024 * 1024
RESERVE: Final = 0.05
"""This share of the disk stays free for the journal."""
LEAST_OCTETS: Final = 4 * 1024 * 1024
"""So much is kept even where the disk is nearly full: a receiver that restarts."""
LARGEST_OCTETS: Final = 256 * 1024 * 1024
"""No segment is larger once unpacked; one that claims to be was not written by us."""
LEVEL: Final = 1
"""On columns of numbers the quickest level is the smallest too: 5.7 octets a value."""
SEGMENT: Final = re.compile(r"([0-9]{16})-([0-9]{1,9})\.v1\.zst")
_ASIDE: Final = ".new"


class SegmentError(Exception):
    """A segment is not what we wrote: the disk, or somebody, changed it."""


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """One file of the spool: its number, how many values are in it, where it lies."""

    number: int
    values: int
    path: Path


class Spool:
    """A folder of segments, as its one writer sees it.

    Args:
        folder: made if it is not there.
        limit_octets: beyond this the oldest segments are removed.
    """

    def __init__(self, folder: Path, limit_octets: int = LIMIT_OCTETS) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(f"*{_ASIDE}"):
            left.unlink(missing_ok=True)
        self.folder = folder
        self._limit = limit_octets
        kept = segments(folder)
        self._next = kept[-1].number + 1 if kept else 1
        self._used = sum(filter(None, map(size_of, kept)))
        """What the folder holds at most: what the reader has removed since is not known here."""

    def put(self, batches: Sequence[Batch]) -> int:
        """Write one segment; return how many values of old ones had to go for it.

        Raises:
            OSError: there is no room, or the disk is sick; nothing was written.
        """
        packed = pack(batches)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # somebody may have tidied up
        lost = self._make_room(len(packed))
        path = self.folder / f"{self._next:016}-{sum(map(len, batches))}.v1.zst"
        aside = path.with_suffix(_ASIDE)
        try:
            with aside.open("wb") as file:
                file.write(packed)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        self._next += 1
        self._used += len(packed)
        return lost

    def _make_room(self, octets: int) -> int:
        """Remove the oldest until so much more fits; return how many values went."""
        disk = shutil.disk_usage(self.folder)
        spare = disk.free - int(disk.total * RESERVE)
        if self._used + octets <= self._limit and spare > self._limit:
            return 0  # nothing is short: the folder need not be looked at
        kept = [(one, size) for one in segments(self.folder) if (size := size_of(one)) is not None]
        self._used = sum(size for _, size in kept)
        limit = min(self._limit, max(LEAST_OCTETS, self._used + spare))
        lost = 0
        for one, size in kept:
            if self._used + octets <= limit:
                break
            one.path.unlink(missing_ok=True)
            self._used -= size
            lost += one.values
        return lost


def segments(folder: Path) -> list[Segment]:
    """Return what lies in the folder, oldest first; files of other names are none of ours."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - a tenth of the time
    except FileNotFoundError:
        return []
    named = [(name, SEGMENT.fullmatch(name)) for name in names]
    return sorted(
        Segment(int(match[1]), int(match[2]), folder / name)
        for name, match in named
        if match is not None
    )


def size_of(segment: Segment) -> int | None:
    """Return how many octets a segment takes; None: it is gone."""
    try:
        return segment.path.stat().st_size
    except FileNotFoundError:
        return None


def written_at_s(segment: Segment) -> float | None:
    """Return when a segment was written, in seconds since 1970; None: it is gone."""
    try:
        return segment.path.stat().st_mtime
    except FileNotFoundError:
        return None


def read(segment: Segment) -> list[Batch] | None:
    """Return the batches of a segment; None when it had to make room meanwhile.

    Raises:
        SegmentError: it cannot be read as one of ours.
        OSError: the disk does not give it.
    """
    try:
        packed = segment.path.read_bytes()
    except FileNotFoundError:
        return None
    return unpack(packed)


def pack(batches: Iterable[Batch]) -> bytes:
    """Return batches as one compressed document."""
    rows = [[b.at_s, b.device, b.site, b.checks, b.parts, b.values] for b in batches]
    return zstandard.ZstdCompressor(LEVEL, write_checksum=True).compress(orjson.dumps(rows))


def unpack(packed: bytes) -> list[Batch]:
    """Return the batches that were packed.

    Raises:
        SegmentError: these octets are nothing that was packed here.
    """
    try:
        if zstandard.frame_content_size(packed) > LARGEST_OCTETS:
            raise SegmentError("it claims to be larger than any segment is")
        text = zstandard.ZstdDecompressor().decompress(packed, LARGEST_OCTETS)
        return list(_unpacked(orjson.loads(text)))
    except (zstandard.ZstdError, ValueError, TypeError, MemoryError) as fault:
        raise SegmentError(str(fault)) from fault


Row = tuple[int, str, str | None, list[str], list[str], list[float]]


def _unpacked(rows: Iterable[Row]) -> Iterator[Batch]:
    for at_s, device, site, checks, parts, values in rows:
        yield Batch(
            at_s=at_s,
            device=DeviceId(device),
            site=None if site is None else SiteId(site),
            checks=tuple(checks),
            parts=tuple(parts),
            values=tuple(values),
        )
