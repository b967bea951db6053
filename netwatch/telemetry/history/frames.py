"""What the service says to the keeper: messages, as octets and back. Pure.

Length, kind, body. Names are told under numbers before the first frame that uses them; a frame is
what is written down in one go.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from struct import error as StructError  # noqa: N812 - a fault's name, as a fault's name is written
from typing import Final

from netwatch.telemetry.history.entries import sound

DEVICE: Final = 1
SHAPE: Final = 2
FORGET: Final = 3
FRAME: Final = 4
MOST_OCTETS: Final = 256 << 20

_MESSAGE: Final = Struct("<IB")
_NUMBER: Final = Struct("<I")
_FRAME: Final = Struct("<QqIIII")
_BUCKET: Final = Struct("<HI")


class FrameError(ValueError):
    """Whoever wrote this is no service of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A frame as it comes out: what is written, and which names it needs."""

    number: int
    now_s: int
    samples: int
    devices: Sequence[int]
    shapes: Sequence[int]
    blobs: Sequence[tuple[int, bytes]]


def device_message(number: int, name: str) -> bytes:
    """Return what tells a device's name under a number."""
    return _message(DEVICE, _NUMBER.pack(number) + sound(name).encode())


def shape_message(number: int, names: bytes) -> bytes:
    """Return what tells a shape's names, pressed, under a number."""
    return _message(SHAPE, _NUMBER.pack(number) + names)


def forget_message(number: int) -> bytes:
    """Return what says that a shape's number will not be used again."""
    return _message(FORGET, _NUMBER.pack(number))


def frame_message(
    number: int,
    now_s: int,
    samples: int,
    names: tuple[Sequence[int], Sequence[int]],
    blobs: Mapping[int, bytes | bytearray],
) -> bytes:
    """Return a frame: the numbers of its devices and shapes, and its entries by bucket."""
    devices, shapes = names
    head = _FRAME.pack(number, now_s, samples, len(devices), len(shapes), len(blobs))
    used = Struct(f"<{len(devices) + len(shapes)}I").pack(*devices, *shapes)
    rows = (_BUCKET.pack(bucket, len(blob)) + blob for bucket, blob in sorted(blobs.items()))
    return _message(FRAME, b"".join((head, used, *rows)))


def numbered(body: bytes) -> tuple[int, bytes]:
    """Return the number in a message that tells names, or forgets some; and the names."""
    (number,) = _NUMBER.unpack_from(body)
    return int(number), body[_NUMBER.size :]


def framed(body: bytes) -> Told:
    """Return what a frame says.

    Raises:
        FrameError: it is none.
    """
    try:
        number, now_s, samples, devices, shapes, buckets = _FRAME.unpack_from(body)
        used = Struct(f"<{devices + shapes}I").unpack_from(body, _FRAME.size)
        at = _FRAME.size + _NUMBER.size * len(used)
        blobs = []
        for _ in range(buckets):
            bucket, length = _BUCKET.unpack_from(body, at)
            at += _BUCKET.size
            blobs.append((bucket, body[at : at + length]))
            at += length
    except StructError as fault:
        raise FrameError(f"a frame that is none: {fault}") from fault
    if at != len(body):
        raise FrameError(f"a frame of {at} octets in {len(body)}")
    return Told(
        number=number,
        now_s=now_s,
        samples=samples,
        devices=used[:devices],
        shapes=used[devices:],
        blobs=blobs,
    )


class Unpacker:
    """Octets as they come -> whole messages."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Take octets; yield kind and body of the messages that are whole now.

        Raises:
            FrameError: no service of ours wrote this.
        """
        kept = self._kept
        kept += data
        while len(kept) >= _MESSAGE.size:
            size, kind = _MESSAGE.unpack_from(kept)
            if size > MOST_OCTETS or not DEVICE <= kind <= FRAME:
                raise FrameError(f"a message of kind {kind} with {size} octets")
            end = _MESSAGE.size + size
            if len(kept) < end:
                return
            body = bytes(kept[_MESSAGE.size : end])
            del kept[:end]
            yield kind, body


def _message(kind: int, body: bytes) -> bytes:
    return _MESSAGE.pack(len(body), kind) + body
