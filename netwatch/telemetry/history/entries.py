"""Batches <-> octets: how measurements lie in the head until they are sorted. Pure.

An entry is a header and eight octets a value. Whole numbers that a 64-bit counter can show stay
whole; all others are kept as floating point, negative whole ones too.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Final
from zlib import crc32

HEADER: Final = struct.Struct("<IIqIB")
"""Number of the device, number of the shape, second, count of values, kind."""
WHOLE: Final = 0
LEVEL: Final = 1
MIXED: Final = 2
"""Each value's own kind stands before the values, an octet each."""
VALUE: Final = 8
BIGGEST_WHOLE: Final = 2**64 - 1
MOST_BITS: Final = 1000
"""So many bits of a whole number fit into a floating point one for sure."""
BUCKETS: Final = 256
LONGEST_NAME: Final = 512

Number = float | int


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch's place in a blob; ``start`` and ``end`` bound its values."""

    device: int
    shape: int
    at_s: int
    count: int
    kind: int
    start: int
    end: int


def packed(device: int, shape: int, at_s: int, values: Sequence[Number]) -> bytes:
    """Return a batch as octets.

    Raises:
        ValueError: a value is infinite or no number.
    """
    count = len(values)
    try:
        body, kind = _format(b"\0" * count).pack(*values), WHOLE
    except struct.error:
        mask = bytes(not _is_whole(value) for value in values)
        if not all(map(_is_finite, values)):
            raise ValueError("a value that is infinite or no number cannot be kept") from None
        body, kind = _format(mask).pack(*values), LEVEL if all(mask) else MIXED
        if kind == MIXED:
            body = mask + body
    return HEADER.pack(device, shape, at_s, count, kind) + body


def entries(blob: bytes) -> Iterator[Entry]:
    """Yield where each batch lies in a blob.

    Raises:
        ValueError: the blob ends within an entry, or holds something else.
    """
    at, end = 0, len(blob)
    while at < end:
        try:
            device, shape, at_s, count, kind = HEADER.unpack_from(blob, at)
        except struct.error:
            raise ValueError("the head ends within an entry") from None
        start = at + HEADER.size
        at = start + count * (VALUE + 1 if kind == MIXED else VALUE)
        if at > end or kind > MIXED:
            raise ValueError("the head holds an entry that is none")
        yield Entry(device, shape, at_s, count, kind, start, at)


def value_at(blob: bytes, entry: Entry, position: int) -> Number:
    """Return one value of an entry."""
    is_level, start = entry.kind == LEVEL, entry.start
    if entry.kind == MIXED:
        is_level, start = bool(blob[start + position]), start + entry.count
    (value,) = struct.unpack_from("<d" if is_level else "<Q", blob, start + VALUE * position)
    return float(value) if is_level else int(value)


def slot_of(device: str, check: str) -> int:
    """Return where a device's check lies in the order of day files: 0 to 2**32 - 1.

    The upper half is the device's, so what is one device's lies together and devices lie evenly.
    """
    return (_crc(device) & 0xFFFF0000) | (_crc(check) & 0xFFFF)


def bucket_of(device: str) -> int:
    """Return which of the head's buckets holds a device: the first octet of its slots."""
    return _crc(device) >> 24


def sound(name: str) -> str:
    """Return a name as it is kept: text that UTF-8 can write, cut where it is absurdly long."""
    if name.isascii() and len(name) <= LONGEST_NAME:
        return name
    return name[:LONGEST_NAME].encode("utf-8", "replace").decode()


def _crc(text: str) -> int:
    return crc32(text.encode())


def _is_finite(value: Number) -> bool:
    if isinstance(value, int):
        return value.bit_length() <= MOST_BITS
    return isfinite(value)


def _is_whole(value: Number) -> bool:
    return isinstance(value, int) and 0 <= value <= BIGGEST_WHOLE


@lru_cache(maxsize=1024)
def _format(mask: bytes) -> struct.Struct:
    return struct.Struct("<" + "".join("Qd"[level] for level in mask))
