"""Slices <-> Parquet files: the one module that writes runs. Needs pyarrow.

A file is written under another name, synced, and renamed: it is there whole or not at all. Anyone
may read it with anything that knows Parquet: a row is a sample; ``whole`` or ``level`` is null.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from netwatch.model.faults import NetwatchError
from netwatch.telemetry.history.rollups import Rollups
from netwatch.telemetry.history.shelf import PART, Run, Tier, sync_folder
from netwatch.telemetry.history.slices import Columns, Slice, Vocabulary, Words, joined

FEWEST_ROWS: Final = 65_536
MOST_ROWS: Final = 1_048_576
GROUPS: Final = 256
"""So many groups of rows a file has about: a reader looks at each one's bounds."""
BATCH_ROWS: Final = 65_536
"""So many rows are held of one run at a time, or of all together that are merged."""
FEWEST_BATCH_ROWS: Final = 2048
COMPRESSION_LEVEL: Final = 1

_NAME: Final = pa.dictionary(pa.int32(), pa.string())
_SERIES: Final = [("slot", pa.uint32()), ("device", _NAME), ("check", _NAME), ("part", _NAME)]
RAW: Final = pa.schema(
    [*_SERIES, ("at_s", pa.int64()), ("whole", pa.uint64()), ("level", pa.float64())]
)
ROLLED_UP: Final = pa.schema(
    [
        *_SERIES,
        ("at_s", pa.int64()),
        ("count", pa.int32()),
        ("rising", pa.bool_()),
        ("min", pa.float32()),
        ("avg", pa.float32()),
        ("max", pa.float32()),
        ("last_s", pa.int32()),
        ("whole", pa.uint64()),
        ("level", pa.float64()),
    ]
)
_SPLIT: Final = ("at_s", "whole", "level", "min", "avg", "max")
_NAMES: Final = ("device", "check", "part")
_SORTED: Final = ("slot", "device", "check", "part", "at_s")


class RunDamagedError(NetwatchError):
    """A file is no run, or no longer a whole one."""


def use_one_thread() -> None:
    """Let pyarrow work in this thread alone."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def rows_a_group(rows: int) -> int:
    """Return how many rows a group shall have in a file of about so many."""
    return max(FEWEST_ROWS, min(MOST_ROWS, rows // GROUPS))


class RunWriter:
    """Writes one run; as a context it appears whole at the end, or leaves nothing."""

    def __init__(self, folder: Path, run: Run, words: Words, *, rows: int) -> None:
        """Begin to write.

        Args:
            folder: the history's.
            run: what it will hold.
            words: what the codes of its slices mean.
            rows: about how many it will have.
        """
        self._path = folder / run.name
        self._part = self._path.with_name(self._path.name + PART)
        self._words = words
        self._schema = RAW if run.tier is Tier.RAW else ROLLED_UP
        self._group = rows_a_group(rows)
        self._waiting: list[Any] = []
        self._rows = 0
        self.written = 0
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("wb")
        split = [name for name in _SPLIT if name in self._schema.names]
        self._writer = pq.ParquetWriter(
            self._file,
            self._schema,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=list(_NAMES),
            column_encoding={"slot": "DELTA_BINARY_PACKED"}
            | dict.fromkeys(split, "BYTE_STREAM_SPLIT"),
            sorting_columns=[pq.SortingColumn(self._schema.names.index(name)) for name in _SORTED],
            store_schema=False,
            write_page_checksum=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _fault: object, _trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._give_up()
            self._file.close()
            self._part.unlink(missing_ok=True)

    def add(self, rows: Columns) -> None:
        """Append ordered rows; they come after all that were added before."""
        start = 0
        while start < len(rows):
            room = self._group - self._rows
            piece = rows.take(slice(start, start + room))
            self._waiting.append(piece)
            self._rows += len(piece)
            start += len(piece)
            if self._rows == self._group:
                self._write()

    def begin(self, words: Words) -> None:
        """Write what waits; what is added from here on has its names in other words."""
        if self._waiting:
            self._write()
        self._words = words

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        self.written += self._rows
        self._rows = 0
        self._writer.write_table(_table(joined(waiting), self._words, self._schema))

    def _give_up(self) -> None:
        """Let pyarrow write its end, which nobody wants, while there is still a file."""
        with suppress(OSError):  # the disk is full: that was told already
            self._writer.close()
        self._writer.is_open = False

    def _finish(self) -> None:
        if self._waiting:
            self._write()
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        if self.written:
            self._part.rename(self._path)
            sync_folder(self._path.parent)


class RunReader:
    """Reads a run of raw samples or of rollups, from its beginning to its end."""

    def __init__(self, folder: Path, run: Run, words: Words, *, beside: int = 0) -> None:
        """Open a run.

        Args:
            folder: the history's.
            run: which one.
            words: where its names go.
            beside: how many others are read at the same time.

        Raises:
            RunDamagedError: it is not whole.
            FileNotFoundError: it is gone.
        """
        self.run = run
        self._words = words
        self._at_once = max(FEWEST_BATCH_ROWS, BATCH_ROWS // (beside + 1))
        try:
            self._file = pq.ParquetFile(
                folder / run.name,
                read_dictionary=list(_NAMES),
                pre_buffer=False,
                page_checksum_verification=True,
            )
        except FileNotFoundError:
            raise
        except (pa.ArrowException, OSError) as fault:
            raise RunDamagedError(f"{run.name} is damaged: {_first_line(fault)}") from fault
        expected = RAW if run.tier is Tier.RAW else ROLLED_UP
        if self._file.schema_arrow.names != expected.names:
            raise RunDamagedError(f"{run.name} has other columns than its kind has")
        self.rows = int(self._file.metadata.num_rows)

    def slices(self) -> Iterator[Slice]:
        """Yield its raw samples, some at a time."""
        for table in self._batches():
            yield Slice(
                slot=_numbers(table, "slot", np.uint32),
                **self._codes(table),
                at_s=_numbers(table, "at_s", np.int64),
                **_values(table),
            )

    def rollups(self) -> Iterator[Rollups]:
        """Yield its rolled up rows, some at a time."""
        for table in self._batches():
            yield Rollups(
                slot=_numbers(table, "slot", np.uint32),
                **self._codes(table),
                at_s=_numbers(table, "at_s", np.int64),
                count=_numbers(table, "count", np.int32),
                rising=table.column("rising").to_numpy(zero_copy_only=False).astype(np.bool_),
                low=_numbers(table, "min", np.float32),
                mean=_numbers(table, "avg", np.float32),
                high=_numbers(table, "max", np.float32),
                last_s=_numbers(table, "last_s", np.int32),
                **_values(table),
            )

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _batches(self) -> Iterator[Any]:
        try:
            yield from self._file.iter_batches(self._at_once, use_threads=False)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as fault:
            raise RunDamagedError(f"{self.run.name} is damaged: {_first_line(fault)}") from fault

    def _codes(self, table: Any) -> dict[str, Any]:
        words = self._words
        return {
            name: _recoded(table.column(name), vocabulary)
            for name, vocabulary in zip(
                _NAMES, (words.devices, words.checks, words.parts), strict=True
            )
        }


def _table(rows: Any, words: Words, schema: Any) -> Any:
    level, word = rows.level, rows.word
    columns: dict[str, Any] = {
        "slot": pa.array(rows.slot),
        "device": _named(rows.device, words.devices),
        "check": _named(rows.check, words.checks),
        "part": _named(rows.part, words.parts),
        "at_s": pa.array(rows.at_s),
        "whole": pa.array(word, mask=level),
        "level": pa.array(word.view(np.float64), mask=~level),
    }
    if isinstance(rows, Rollups):
        columns |= {
            "count": pa.array(rows.count),
            "rising": pa.array(rows.rising),
            "last_s": pa.array(rows.last_s),
        }
        for name, numbers in (("min", rows.low), ("avg", rows.mean), ("max", rows.high)):
            columns[name] = pa.array(numbers, mask=np.isnan(numbers))
    return pa.table([columns[name] for name in schema.names], schema=schema)


def _named(codes: NDArray[np.int32], vocabulary: Vocabulary) -> Any:
    present = np.zeros(len(vocabulary.names), np.bool_)
    present[codes] = True
    found = np.flatnonzero(present)
    place = np.empty(len(present), np.int32)
    place[found] = np.arange(len(found), dtype=np.int32)
    names = pa.array([vocabulary.names[code] for code in found], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(place[codes]), names)


def _recoded(column: Any, vocabulary: Vocabulary) -> NDArray[np.int32]:
    codes = vocabulary.codes(column.dictionary.to_pylist())
    recoded: NDArray[np.int32] = codes[column.indices.to_numpy(zero_copy_only=False)]
    return recoded


def _numbers(table: Any, name: str, kind: Any) -> Any:
    numbers = table.column(name).to_numpy(zero_copy_only=False)
    return numbers.astype(kind, copy=False)


def _values(table: Any) -> dict[str, Any]:
    whole, level = table.column("whole"), table.column("level")
    is_level = level.is_valid().to_numpy(zero_copy_only=False)
    word = whole.fill_null(0).to_numpy(zero_copy_only=False).astype(np.uint64, copy=False)
    if is_level.any():
        floats = level.fill_null(0.0).to_numpy(zero_copy_only=False)
        word = np.where(is_level, floats.view(np.uint64), word)
    return {"word": word, "level": is_level}


def _first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0][:200]


def sequence(runs: Sequence[Run]) -> list[Run]:
    """Return runs in the order of age: what the later says of a second wins."""
    return sorted(runs, key=lambda run: (run.last, -run.first))
