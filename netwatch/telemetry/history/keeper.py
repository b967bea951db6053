"""The process that keeps: ``python -m netwatch.telemetry.history.keeper FOLDER LIMITS``.

Takes frames on standard input and writes each into the head before it says so; says on standard
output, a line of JSON each, what is on the disk and what is wrong. Begins a new head now and then,
lets another process sort the old one, and removes what is too old or too much. It imports little:
it lives as long as the service does.
"""

import fcntl
import json
import os
import select
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from netwatch.telemetry.history.frames import (
    DEVICE,
    FORGET,
    FRAME,
    SHAPE,
    Told,
    Unpacker,
    framed,
    numbered,
)
from netwatch.telemetry.history.head import Head, HeadFullError, Page
from netwatch.telemetry.history.housekeeping import Folder, Say
from netwatch.telemetry.history.retention import Limits
from netwatch.telemetry.history.shelf import head_name, look, next_head

LOCK: Final = "keeping.lock"
READ_OCTETS: Final = 1 << 20
TENDS_EVERY_S: Final = 5.0
HEAD_SAMPLES: Final = 8_000_000
HEAD_LASTS_S: Final = 3600
HEAD_SHARE: Final = 8
"""A head takes this part of the budget at most."""
MAKES_ROOM: Final = 16 << 20
"""What is freed at a time where the disk is full."""
TRIES: Final = 8
WELL_AFTER: Final = 30
"""So many frames written without trouble, and the disk is no longer called full."""
FULL: Final = "the disk is full: the oldest history is removed to make room for the newest"
LOST: Final = "the disk is full and no history is left to remove: measurements are lost"


class Keeper:
    """Writes frames down, and keeps the folder in order."""

    def __init__(self, folder: Path, limits: Limits, say: Say) -> None:
        self._limits, self._say = limits, say
        self._folder = Folder(folder, limits, say)
        self._head: Head | None = None
        self._number: int | None = None
        self._following = 0
        self._begun_s = 0
        self._now_s = 0
        self._devices: dict[int, str] = {}
        self._shapes: dict[int, bytes] = {}
        """Pressed, as they came: each is needed once a head."""
        self._tended = 0.0
        self._trouble = ""
        self._well = 0

    def hear(self, kind: int, body: bytes) -> None:
        """Take one message."""
        if kind == FRAME:
            told = framed(body)
            self._now_s = told.now_s
            self._keep(told)
            return
        number, names = numbered(body)
        if kind == DEVICE:
            self._devices[number] = names.decode()
        elif kind == SHAPE:
            self._shapes[number] = names
        elif kind == FORGET:
            self._shapes.pop(number, None)

    def tend(self) -> None:
        """Do what is due: another head, less in the folder, a sorter."""
        if not self._now_s or time.monotonic() - self._tended < TENDS_EVERY_S:
            return
        self._tended = time.monotonic()
        if self._head is not None and self._is_due(self._head):
            self._close_head()
        if not self._folder.thin(self._now_s, self._number) and self._head is not None:
            self._close_head()
            self._folder.thin(self._now_s, None)
        self._folder.tend(self._now_s, self._written_now_or_next())
        shelf = look(self._folder.path)
        self._say(
            {"state": {"octets": shelf.octets, "heads": len(shelf.heads), "runs": len(shelf.runs)}}
        )

    def close(self) -> None:
        """Let go of everything; what was said to be kept is on the disk."""
        self._close_head()
        self._folder.stop()

    def _keep(self, told: Told) -> None:
        page = Page(
            number=told.number,
            now_s=told.now_s,
            samples=told.samples,
            blobs=told.blobs,
            devices={number: self._devices[number] for number in told.devices},
            shapes={number: self._shapes[number] for number in told.shapes},
        )
        for attempt in range(TRIES):
            try:
                self._written(page)
            except HeadFullError:
                self._well = 0
                self._tell(FULL)
                if not self._folder.thin(self._now_s, self._number, need=MAKES_ROOM << attempt):
                    self._close_head()  # it may be all there is
            else:
                self._well += 1
                if self._trouble and self._well >= WELL_AFTER:
                    self._tell("")
                self._say({"kept": told.number})
                return
        self._tell(LOST)
        self._say({"kept": told.number, "lost": told.samples})

    def _written(self, page: Page) -> None:
        if self._head is None:
            number = self._written_now_or_next()
            self._head = Head(self._folder.path / head_name(number))
            self._number, self._following, self._begun_s = number, number + 1, self._now_s
        self._head.write(page)

    def _written_now_or_next(self) -> int:
        """Return the number that a sorter must leave alone, with all after it."""
        if self._number is None:
            self._following = max(self._following, next_head(look(self._folder.path)))
            return self._following
        return self._number

    def _is_due(self, head: Head) -> bool:
        octets = look(self._folder.path).head_octets(self._number or 0)
        return (
            head.samples >= HEAD_SAMPLES
            or abs(self._now_s - self._begun_s) >= HEAD_LASTS_S
            or octets > self._limits.disk_budget // HEAD_SHARE
        )

    def _close_head(self) -> None:
        if self._head is not None:
            self._head.close()
        self._head, self._number = None, None

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble and not (trouble == FULL and self._trouble == LOST):
            self._trouble = trouble
            self._say({"trouble": trouble})


def say(document: dict[str, Any]) -> None:
    """Tell the service something; one that is gone need not be told."""
    with suppress(BrokenPipeError):
        os.write(1, json.dumps(document).encode() + b"\n")


def main(words: Sequence[str]) -> int:
    """Keep what comes until the service goes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the service ends us: by saying nothing more
    folder, limits = Path(words[0]), Limits(**json.loads(words[1]))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        _wait_for(lock)
        keeper = Keeper(folder, limits, say)
        say({"ready": os.getpid()})
        unpacker = Unpacker()
        while True:
            readable, _, _ = select.select([0], [], [], 1.0)
            if readable:
                data = os.read(0, READ_OCTETS)
                if not data:
                    break
                for kind, body in unpacker.feed(data):
                    keeper.hear(kind, body)
            keeper.tend()
        keeper.close()
    return 0


def _wait_for(lock: IO[str]) -> None:
    """Wait until no other keeper writes here; of a service that was killed one may end just now."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say({"trouble": "another process keeps this history; waiting for it to end"})
        fcntl.flock(lock, fcntl.LOCK_EX)
        say({"trouble": ""})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
