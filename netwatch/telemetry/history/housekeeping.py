"""The folder of the history kept in order: what goes, what is sorted next, and by whom."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

from netwatch.telemetry.history.plan import Job, Sort, inputs_of, jobs, room_for
from netwatch.telemetry.history.retention import Limits, Removal, overdue, to_fit
from netwatch.telemetry.history.shelf import (
    ASIDE,
    HEADS,
    Shelf,
    Tier,
    head_names,
    look,
    set_aside,
)

RESERVE_SHARE: Final = 0.05
RESERVE_MOST: Final = 1_000_000_000
"""What is left free for others where the history lies: the journal must never want for room."""
SORTS_AT_MOST_S: Final = 3 * 3600.0
PAUSES_S: Final = (5.0, 60.0, 600.0, 3600.0)
"""How long a sorter that failed is waited with, the first time and later."""
GIVES_UP_AFTER: Final = 3
"""So often a head may make the sorter fail before it is set aside."""
LAST_WORDS: Final = 2000
FULL: Final = 4
BUSY: Final = 5

Say = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class _Sorter:
    process: "subprocess.Popen[bytes]"
    said: IO[bytes]
    complained: IO[bytes]
    since: float
    first: Job


class Folder:
    """One history's folder, and the sorter that may be at work in it."""

    def __init__(self, path: Path, limits: Limits, say: Say) -> None:
        self.path, self.limits, self._say = path, limits, say
        self._sorter: _Sorter | None = None
        self._failures = 0
        self._failed: Job | None = None
        self._not_before = 0.0
        for name in (HEADS, ASIDE, *Tier):
            (path / name).mkdir(parents=True, exist_ok=True)

    def thin(self, now_s: int, writing: int | None, *, need: int = 0) -> bool:
        """Remove what is too old, and the oldest of what is too much; say whether it now fits."""
        shelf = look(self.path)
        self._remove(overdue(shelf, self.limits, now_s))
        shelf = look(self.path)
        budget = room(self.path, shelf, self.limits)
        self._remove(to_fit(shelf, budget, now_s, need, keep=_names_of(writing)))
        return look(self.path).octets + need <= budget

    def tend(self, now_s: int, writing: int) -> None:
        """Let go of a sorter that is done; start one when there is something to do.

        Args:
            now_s: the time.
            writing: the head that is written, or the number of the next: a sorter works on while
                it is begun.
        """
        if self._sorter is not None:
            self._reap(self._sorter)
        if self._sorter is not None or time.monotonic() < self._not_before:
            return
        shelf = look(self.path)
        granted = room(self.path, shelf, self.limits)
        for job in jobs(shelf, now_s, writing=writing):
            inputs, need = inputs_of(job), room_for(shelf, job)
            if sum(shelf.sizes.get(name, 0) for name in inputs) + need <= granted:
                keep = {*inputs, *_names_of(writing)}
                self._remove(to_fit(shelf, granted, now_s, need, keep=keep))
                left = look(self.path)
                self._start(job, now_s, writing, room(self.path, left, self.limits) - left.octets)
                return

    def stop(self) -> None:
        """End a sorter that is at work; it will be done again."""
        if self._sorter is not None:
            self._sorter.process.kill()
            self._sorter.process.wait()
            self._sorter.said.close()
            self._sorter.complained.close()
            self._sorter = None

    def _start(self, job: Job, now_s: int, writing: int, room: int) -> None:
        said = TemporaryFile()  # noqa: SIM115 - closed when the sorter is done
        complained = TemporaryFile()  # noqa: SIM115 - likewise
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [
                sys.executable, "-m", "netwatch.telemetry.history.sorter",
                str(self.path), str(now_s), str(writing), str(room),
            ],
            stdin=subprocess.DEVNULL, stdout=said, stderr=complained,
        )  # fmt: skip
        self._sorter = _Sorter(process, said, complained, time.monotonic(), job)

    def _reap(self, sorter: _Sorter) -> None:
        if sorter.process.poll() is None:
            if time.monotonic() - sorter.since < SORTS_AT_MOST_S:
                return
            sorter.process.kill()
            sorter.process.wait()
        self._sorter = None
        for line in _text(sorter.said).splitlines():
            told = json.loads(line)
            self._say({"done": told})
        code = sorter.process.returncode
        words = _text(sorter.complained).strip()[-LAST_WORDS:]
        sorter.said.close()
        sorter.complained.close()
        if code == 0:
            self._failures = 0
            return
        if sorter.first != self._failed:  # what others failed over is not this one's fault
            self._failures, self._failed = 0, sorter.first
        self._not_before = time.monotonic() + PAUSES_S[min(self._failures, len(PAUSES_S) - 1)]
        if code in (FULL, BUSY):
            return  # no room just now, or the sorter of a killed keeper still works
        self._failures += 1
        self._say({"failed": f"the sorter ended with {code}: {words.rpartition(chr(10))[2]}"})
        if self._failures >= GIVES_UP_AFTER and isinstance(sorter.first, Sort):
            moved = set_aside(self.path, head_names(sorter.first.head))
            self._failures = 0
            self._say(
                {"done": {"damaged": moved, "why": "it made the sorter fail again and again"}}
            )

    def _remove(self, removals: Iterable[Removal]) -> None:
        for gone in removals:
            for name in gone.names:
                (self.path / name).unlink(missing_ok=True)
            if gone.early:
                self._say({"early": gone.what, "octets": gone.octets})


def room(folder: Path, shelf: Shelf, limits: Limits) -> int:
    """Return what the history may take now: the budget, or less where the disk is filling."""
    disk = os.statvfs(folder)
    free, whole = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
    reserve = min(int(whole * RESERVE_SHARE), RESERVE_MOST)
    return max(0, min(limits.disk_budget, shelf.octets + free - reserve))


def _names_of(head: int | None) -> tuple[str, ...]:
    return () if head is None else head_names(head)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
