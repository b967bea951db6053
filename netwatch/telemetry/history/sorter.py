"""The process that sorts: ``python -m netwatch.telemetry.history.sorter FOLDER NOW WRITING ROOM``.

It does what ``plan`` says, one job after the other as long as there is room, and ends. It gives way
to everything else on the machine, and holds a few hundred thousand samples at a time. Killed at any
moment it leaves what was there before, and does the job again. WRITING is the head that is written
or will be next, which it leaves alone with all after it; 0: none is.
"""

import errno
import fcntl
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import numpy as np

from netwatch.telemetry.history.entries import BUCKETS
from netwatch.telemetry.history.head import HeadDamagedError, ReadHead
from netwatch.telemetry.history.merging import merged
from netwatch.telemetry.history.plan import Job, Merge, Sort, jobs, room_for
from netwatch.telemetry.history.rollups import rolled_up
from netwatch.telemetry.history.runs import (
    RunDamagedError,
    RunReader,
    RunWriter,
    sequence,
    use_one_thread,
)
from netwatch.telemetry.history.shelf import (
    DAY_S,
    Run,
    Shelf,
    Tier,
    day_of,
    head_name,
    head_names,
    is_sorted,
    look,
    set_aside,
)
from netwatch.telemetry.history.slices import Columns, Decoder, Slice, Words, in_order, joined

LOCK: Final = "sorting.lock"
NICE: Final = 19
OOM_SCORE: Final = Path("/proc/self/oom_score_adj")
FULL: Final = 4
BUSY: Final = 5
MOST_JOBS: Final = 1000
AT_ONCE: Final = 100_000
"""So many samples of a head are put in order at a time, about."""
MOST_NAMES: Final = 100_000
"""So many names are remembered at a time, about: where every port has a name of its own, there are
as many as series."""
AHEAD_S: Final = DAY_S
BEHIND_S: Final = 400 * DAY_S
"""Samples dated further from now than this have no day here: their clock was wrong."""

Told = dict[str, Any]


def main(words: Sequence[str]) -> int:
    """Do what there is to do; print a line of JSON for each job."""
    folder, now_s, writing, room = Path(words[0]), int(words[1]), int(words[2]), int(words[3])
    _give_way()
    use_one_thread()
    with (folder / LOCK).open("w") as lock:
        if not locked(lock):
            return BUSY
        try:
            for told in work(folder, now_s, writing=writing or None, room=room):
                sys.stdout.write(json.dumps(told) + "\n")
                sys.stdout.flush()
        except OSError as fault:
            if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            return FULL
    return 0


def _give_way() -> None:
    """Let all others go first, and be the first to go where memory runs out."""
    with suppress(OSError):  # not allowed here: then it competes
        os.nice(NICE)
    with suppress(OSError):
        OOM_SCORE.write_text("500")


def locked(lock: IO[str]) -> bool:
    """Lock a file for this process; False when another has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def work(folder: Path, now_s: int, *, writing: int | None, room: int) -> Iterator[Told]:
    """Do one job after the other as long as there is room; yield what came of each."""
    left = look(folder)
    _remove(folder, [*left.leftovers, *(run.name for run in left.superseded)])
    for _ in range(MOST_JOBS):
        shelf = look(folder)
        due = jobs(shelf, now_s, writing=writing)
        job = next((job for job in due if room_for(shelf, job) <= room), None)
        if job is None:
            return
        yield done(folder, shelf, job, now_s)
        room += shelf.octets - look(folder).octets


def done(folder: Path, shelf: Shelf, job: Job, now_s: int) -> Told:
    """Do a job; what turns out to be damaged is set aside, and the job is not done."""
    match job:
        case Sort(head):
            try:
                return sort_head(folder, shelf, head, now_s)
            except HeadDamagedError as fault:
                return {"damaged": set_aside(folder, head_names(head)), "why": str(fault)}
        case Merge(runs):
            try:
                return merge_runs(folder, job)
            except RunDamagedError as fault:
                bad = [run.name for run in runs if not _is_whole(folder, run)]
                if not bad:
                    raise
                return {"damaged": set_aside(folder, bad), "why": str(fault)}


def sort_head(folder: Path, shelf: Shelf, head: int, now_s: int) -> Told:
    """Turn a head into runs, one a day, and remove it.

    A day for which a run names this head was written before we were interrupted.
    """
    words = Words()
    samples = strange = 0
    with ReadHead(folder / head_name(head)) as reader:
        decoder = Decoder(reader.devices(), reader.names_of, words)
        fewest = len(words)  # all devices are told at once
        with _Days(folder, head, words, reader.samples()) as days:
            for piece in _pieces(reader, decoder):
                sound = (piece.at_s > now_s - BEHIND_S) & (piece.at_s < now_s + AHEAD_S)
                strange += len(piece) - int(sound.sum())
                for day, rows in _by_day(in_order(piece.take(sound), words)):
                    if not is_sorted(shelf, head, day):
                        days.add(day, rows)
                        samples += len(rows)
                if len(words) > fewest + MOST_NAMES:
                    words = Words()
                    days.begin(words)
                    decoder.begin(words)
    _remove(folder, head_names(head))
    return {
        "sorted": head,
        "samples": samples,
        "days": sorted(days.writers),
        "strange": strange,
        "lost": decoder.lost,
    }


def merge_runs(folder: Path, job: Merge) -> Told:
    """Make one run of several, roll it up where that is due, and remove what it was made of."""
    words = Words()
    with ExitStack() as stack:
        beside = len(job.runs) - 1
        readers = [RunReader(folder, run, words, beside=beside) for run in sequence(job.runs)]
        for reader in readers:
            stack.callback(reader.close)
        rows = sum(reader.rows for reader in readers)
        into = [] if job.into in job.runs else [job.into]
        # What is entered last appears first: a rollup may be there without its run, so that it is
        # never forgotten, and is then made again.
        raw = [stack.enter_context(RunWriter(folder, run, words, rows=rows)) for run in into]
        rollups = [
            (stack.enter_context(RunWriter(folder, run, words, rows=rows)), run.tier.step_s)
            for run in job.rolled_up
        ]
        for piece in merged([_rows(reader) for reader in readers]):
            ordered = in_order(piece, words)
            for writer in raw:
                writer.add(ordered)
            for writer, step_s in rollups:
                writer.add(rolled_up(_samples(ordered), step_s))
    _remove(folder, [run.name for run in look(folder).superseded])
    return {
        "merged": [run.name for run in job.runs],
        "into": job.into.name,
        "samples": sum(writer.written for writer in raw),
        "rolled_up": [run.name for run in job.rolled_up],
    }


class _Days:
    """The runs that come of one head, by day; as a context they appear whole at the end."""

    def __init__(self, folder: Path, head: int, words: Words, rows: int) -> None:
        self._folder, self._head, self._words, self._rows = folder, head, words, rows
        self._stack = ExitStack()
        self.writers: dict[str, RunWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, fault, trace)

    def add(self, day: str, rows: Slice) -> None:
        writer = self.writers.get(day)
        if writer is None:
            run = Run(Tier.RAW, day, self._head, self._head)
            writer = RunWriter(self._folder, run, self._words, rows=self._rows)
            self.writers[day] = self._stack.enter_context(writer)
        writer.add(rows)

    def begin(self, words: Words) -> None:
        """Go on with other words."""
        self._words = words
        for writer in self.writers.values():
            writer.begin(words)


def _pieces(reader: ReadHead, decoder: Decoder) -> Iterator[Slice]:
    """Yield what is in a head, whole buckets at a time, in the order of slots."""
    held: list[Slice] = []
    for bucket in range(BUCKETS):
        piece = decoder.decode(reader.blobs(bucket))
        if piece is not None:
            held.append(piece)
        if held and (bucket == BUCKETS - 1 or sum(map(len, held)) > AT_ONCE):
            yield joined(held)
            held = []


def _by_day(samples: Slice) -> Iterator[tuple[str, Slice]]:
    if not len(samples):
        return
    day = samples.at_s // DAY_S
    for number in np.unique(day):
        yield day_of(int(number) * DAY_S), samples.take(day == number)


def _rows(reader: RunReader) -> Iterator[Columns]:
    return reader.slices() if reader.run.tier is Tier.RAW else reader.rollups()


def _samples(rows: Columns) -> Slice:
    if not isinstance(rows, Slice):
        raise TypeError("only raw days are rolled up")
    return rows


def _is_whole(folder: Path, run: Run) -> bool:
    try:
        reader = RunReader(folder, run, Words())
        for _ in _rows(reader):
            pass
        reader.close()
    except RunDamagedError:
        return False
    return True


def _remove(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
