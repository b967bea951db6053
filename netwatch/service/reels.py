"""Where a recording lies: one file, or a folder of numbered, compressed ones. Neither grows freely.

``NAME.tape/`` holds ``000001.jsonl.zst`` and on; each is whole by itself, so that the oldest can go
when there is too much, and a power cut costs the last seconds of one of them alone.
"""

import re
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import zstandard

from netwatch.model.faults import NetwatchError
from netwatch.model.sizes import Octets
from netwatch.pollers.tape import LONGEST_LINE, ROTATED

BUDGET: Final = Octets(5_000_000_000)
LINE_BEGINS: Final = b'{"at":'
"""What every line of a recording begins with."""
SEGMENT: Final = 64_000_000
"""Bytes of lines in one file, before they are compressed to about a tenth."""
SHARES: Final = 20
"""No file takes more than one part in so many of what a recording may take."""
LEVEL: Final = 3
_NUMBERED: Final = re.compile(r"(\d+)\.jsonl\.zst")


class FullError(NetwatchError):
    """The recording has taken all that it may; what was recorded stays."""


class Reel(Protocol):
    """Takes lines."""

    dear: bool
    """Each flush costs some of the compression."""

    def write(self, line: str) -> None:
        """Write one line, its end included.

        Raises:
            OSError: it cannot be written.
            FullError: there is no more room.
        """
        ...

    def flush(self) -> None:
        """Let readers see what was written."""
        ...

    def close(self) -> None:
        """End the recording."""
        ...


def reel_for(path: Path, budget: int = BUDGET) -> Reel:
    """Return a rotated recording for ``NAME.tape``, one file for every other name."""
    if path.suffix == ROTATED:
        return Rotated(path, budget)
    return Single(path, budget)


class Single:
    """One file of lines; it ends when it is full."""

    dear = False

    def __init__(self, path: Path, budget: int = BUDGET) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _without_torn_line(path)
        self._file = path.open("ab")
        self._left = budget - self._file.tell()

    def write(self, line: str) -> None:
        """Write one line, its end included."""
        data = line.encode()
        self._left -= len(data)
        if self._left < 0:
            raise FullError("it has taken all that it may; NAME.tape makes room by itself")
        self._file.write(data)

    def flush(self) -> None:
        """Let readers see what was written."""
        self._file.flush()

    def close(self) -> None:
        """End the recording."""
        self._file.close()


def _without_torn_line(path: Path) -> None:
    """Cut off what a power cut left of the last line: the next one would be glued to it."""
    if not path.is_file():
        return
    with path.open("r+b") as file:
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - LONGEST_LINE))
        tail = file.read()
        end = tail.rfind(b"\n") + 1
        if LINE_BEGINS.startswith(tail[end : end + len(LINE_BEGINS)]):
            file.truncate(size - len(tail) + end)


class Rotated:
    """A folder of compressed files; the oldest go when there is too much."""

    dear = True

    def __init__(self, folder: Path, budget: int = BUDGET) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._budget = folder, budget
        self._number = max((number for number, _ in self._files()), default=0)
        self._most = min(SEGMENT, budget // SHARES)
        self._file: BinaryIO
        self._packed: Any  # the library's types stop short of its methods
        self._begin()
        self._make_room()

    def write(self, line: str) -> None:
        """Write one line, its end included."""
        data = line.encode()
        if self._taken and self._taken + len(data) > self._most:
            self._end()
            self._begin()
            self._make_room()
        self._packed.write(data)
        self._taken += len(data)

    def flush(self) -> None:
        """Let readers see what was written: the file stays open, what it holds is whole."""
        self._packed.flush(zstandard.FLUSH_BLOCK)
        self._file.flush()

    def close(self) -> None:
        """End the recording."""
        self._end()

    def _begin(self) -> None:
        self._number += 1
        self._file = (self._folder / f"{self._number:06d}.jsonl.zst").open("xb")
        self._packed = zstandard.ZstdCompressor(level=LEVEL).stream_writer(
            self._file, closefd=False
        )
        self._taken = 0

    def _end(self) -> None:
        try:
            self._packed.close()
        finally:
            self._file.close()

    def _make_room(self) -> None:
        """Remove the oldest files until the rest, and the one begun, fit."""
        files = sorted(self._files())[:-1]
        sizes = [path.stat().st_size for _, path in files]
        taken = sum(sizes) + self._most
        for (_, path), size in zip(files, sizes, strict=True):
            if taken <= self._budget:
                return
            path.unlink(missing_ok=True)
            taken -= size

    def _files(self) -> list[tuple[int, Path]]:
        found = ((_NUMBERED.fullmatch(path.name), path) for path in self._folder.iterdir())
        return [(int(match[1]), path) for match, path in found if match]
