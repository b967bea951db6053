"""Samples in bulk, as columns: decoded, put in order, told apart. Pure; needs numpy.

The order of every run: slot, device, check, part, second; within one second of one series what
came last wins, so that nothing is there twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from netwatch.telemetry.history.entries import LEVEL, MIXED, Entry, entries, slot_of

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

C = TypeVar("C", bound="Columns")

LARGEST_KEY: Final = 2**62
DEVICE_HALF: Final = 0xFFFF0000
CHECK_HALF: Final = 0x0000FFFF


@dataclass(slots=True)
class Vocabulary:
    """Names -> small numbers, as they turn up."""

    names: list[str] = field(default_factory=list)
    _codes: dict[str, int] = field(default_factory=dict)

    def code(self, name: str) -> int:
        """Return the number of a name."""
        known = self._codes.get(name)
        if known is None:
            known = self._codes[name] = len(self.names)
            self.names.append(name)
        return known

    def codes(self, names: Iterable[str]) -> Codes:
        """Return the numbers of names."""
        return np.fromiter(map(self.code, names), np.int32)


@dataclass(slots=True)
class Words:
    """The vocabularies that slices of one job share."""

    devices: Vocabulary = field(default_factory=Vocabulary)
    checks: Vocabulary = field(default_factory=Vocabulary)
    parts: Vocabulary = field(default_factory=Vocabulary)

    def __len__(self) -> int:
        return sum(len(one.names) for one in (self.devices, self.checks, self.parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Arrays of the same length: rows, told column by column."""

    slot: NDArray[np.uint32]
    device: Codes
    check: Codes
    part: Codes
    """Names are codes of the job's words."""
    at_s: Ints

    def __len__(self) -> int:
        return len(self.at_s)

    def take(self, which: Any) -> Self:
        """Return some of the rows: a mask, an order, or a stretch."""
        return type(self)(**{one.name: getattr(self, one.name)[which] for one in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Columns):
    """Samples."""

    word: NDArray[np.uint64]
    """The value's eight octets: a whole number, or where ``level`` a floating point one."""
    level: NDArray[np.bool_]

    @property
    def whole(self) -> NDArray[np.uint64]:
        """Return the values as whole numbers; void where ``level``."""
        return self.word

    @property
    def floating(self) -> NDArray[np.float64]:
        """Return the values as floating point numbers; void but where ``level``."""
        return self.word.view(np.float64)


def joined(rows: Sequence[C]) -> C:
    """Return rows as one, one after the other; there is at least one."""
    first = rows[0]
    if len(rows) == 1:
        return first
    names = [one.name for one in fields(first)]
    return type(first)(
        **{name: np.concatenate([getattr(one, name) for one in rows]) for name in names}
    )


def in_order(samples: C, words: Words) -> C:
    """Return rows in the order of runs; of those of one series and second only the last."""
    if not len(samples):
        return samples
    place = _places(samples, words)
    span = int(samples.at_s.max()) - (start := int(samples.at_s.min())) + 1
    if (int(place.max()) + 1) * span < LARGEST_KEY:
        key = place * span + (samples.at_s - start)
        order = np.argsort(key, kind="stable")
        same = np.diff(key[order]) == 0
    else:
        order = np.lexsort((samples.at_s, place))
        same = (np.diff(place[order]) == 0) & (np.diff(samples.at_s[order]) == 0)
    if same.any():
        order = order[np.append(~same, True)]
    return samples.take(order)


def series_starts(samples: Columns) -> Ints:
    """Return where each series begins in ordered samples, and behind them their length."""
    if not len(samples):
        return np.zeros(1, np.int64)
    new = (
        (np.diff(samples.slot) != 0)
        | (np.diff(samples.device) != 0)
        | (np.diff(samples.check) != 0)
        | (np.diff(samples.part) != 0)
    )
    return np.concatenate(([0], np.flatnonzero(new) + 1, [len(samples)]))


class Decoder:
    """Entries of a head -> slices."""

    def __init__(
        self,
        devices: Mapping[int, str],
        names_of: Callable[[int], tuple[Sequence[str], Sequence[str]]],
        words: Words,
    ) -> None:
        """Know what the numbers in entries mean.

        Args:
            devices: number -> name.
            names_of: returns the checks and parts of a shape, none where it is unknown. All names
                of all shapes at once would be hundreds of megabytes.
            words: where names go.
        """
        self._names, self._names_of = devices, names_of
        self.lost = 0
        """Samples whose names are missing: never, unless the head is damaged."""
        self.begin(words)

    def begin(self, words: Words) -> None:
        """Give names other codes from here on, and forget those that went before."""
        self._words = words
        self._devices = {number: words.devices.code(name) for number, name in self._names.items()}
        self._shapes: dict[int, tuple[Codes, Codes]] = {}
        self._halves: list[int] = []

    def decode(self, blobs: Iterable[bytes]) -> Slice | None:
        """Return what is in some blobs, in the order in which it came; None: nothing."""
        pieces = [piece for blob in blobs for piece in self._pieces(blob)]
        if not pieces:
            return None
        found = [entry for entry, _, _ in pieces]
        counts = np.array([entry.count for entry in found], np.int64)
        shapes = [self._shape(entry.shape) for entry in found]
        device = np.array([self._devices[entry.device] for entry in found], np.int32)
        check = np.concatenate([checks for checks, _ in shapes])
        halves = [slot_of(self._words.devices.names[code], "") & DEVICE_HALF for code in device]
        return Slice(
            slot=np.repeat(np.array(halves, np.uint32), counts) | self._check_halves()[check],
            device=np.repeat(device, counts),
            check=check,
            part=np.concatenate([parts for _, parts in shapes]),
            at_s=np.repeat(np.array([entry.at_s for entry in found], np.int64), counts),
            word=np.frombuffer(b"".join(values for _, values, _ in pieces), "<u8"),
            level=_levels(pieces, counts),
        )

    def _pieces(self, blob: bytes) -> Iterator[tuple[Entry, bytes, bytes]]:
        """Yield entries with their values and, of mixed ones, their kinds."""
        for entry in entries(blob):
            known = entry.device in self._devices
            if not known or len(self._shape(entry.shape)[0]) != entry.count:
                self.lost += entry.count
                continue
            start = entry.start
            mask = b""
            if entry.kind == MIXED:
                start += entry.count
                mask = blob[entry.start : start]
            yield entry, blob[start : entry.end], mask

    def _shape(self, number: int) -> tuple[Codes, Codes]:
        known = self._shapes.get(number)
        if known is None:
            checks, parts = self._names_of(number)
            known = self._words.checks.codes(checks), self._words.parts.codes(parts)
            self._shapes[number] = known
        return known

    def _check_halves(self) -> NDArray[np.uint32]:
        """Return, for each check known so far, the half of its slots that is its own."""
        names = self._words.checks.names
        self._halves += [slot_of("", name) & CHECK_HALF for name in names[len(self._halves) :]]
        return np.array(self._halves, np.uint32)


def _levels(pieces: Sequence[tuple[Entry, bytes, bytes]], counts: Ints) -> NDArray[np.bool_]:
    kinds = np.array([entry.kind == LEVEL for entry, _, _ in pieces])
    levels: NDArray[np.bool_] = np.repeat(kinds, counts)
    ends = np.cumsum(counts)
    for (entry, _, mask), end in zip(pieces, ends, strict=True):
        if entry.kind == MIXED:
            levels[end - entry.count : end] = np.frombuffer(mask, np.bool_)
    return levels


def _places(samples: Columns, words: Words) -> Ints:
    """Return a number for each sample that is equal for those of one series, and in their order."""
    checks, check = _ranked(samples.check, words.checks)
    parts, part = _ranked(samples.part, words.parts)
    devices, device = _ranked(samples.device, words.devices)
    pair = device * checks + check
    slots = np.zeros(devices * checks, np.uint32)
    present = np.zeros(len(slots), np.bool_)
    slots[pair], present[pair] = samples.slot, True
    found = np.flatnonzero(present)
    rank = np.empty(len(slots), np.int64)
    rank[found[np.argsort(slots[found], kind="stable")]] = np.arange(len(found))
    places: Ints = rank[pair] * parts + part
    return places


def _ranked(codes: Codes, vocabulary: Vocabulary) -> tuple[int, Ints]:
    """Return how many names there are, and for each code where its name stands among them."""
    present = np.zeros(len(vocabulary.names), np.bool_)
    present[codes] = True
    found = np.flatnonzero(present)
    names = np.array([vocabulary.names[code] for code in found], dtype=object)
    rank = np.empty(len(present), np.int64)
    rank[found[np.argsort(names, kind="stable")]] = np.arange(len(found))
    return len(found), rank[codes]
