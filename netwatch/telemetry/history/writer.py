"""Batches -> frames: what the service packs for the process that keeps it. Pure.

Names travel once: a device and a shape (the checks and parts of a batch, which hardly ever change)
are told under a number before the first frame that needs them.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from netwatch.telemetry.batch import Batch
from netwatch.telemetry.history.entries import bucket_of, packed, sound
from netwatch.telemetry.history.frames import (
    device_message,
    forget_message,
    frame_message,
    shape_message,
)
from netwatch.telemetry.history.shapes import MOST_NAME_OCTETS, Shapes

MOST_WAITING_OCTETS: Final = 32 << 20
"""What waits for the keeper at most: two minutes of 30,000 values a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is written down in one go, packed; names that it is the first to use go before it."""

    number: int
    samples: int
    octets: bytes


class HistoryWriter:
    """Packs batches, and keeps the frames until they are known to be on the disk.

    ``take`` never waits: where there is no room it says so and keeps nothing.
    """

    def __init__(
        self,
        *,
        most_octets: int = MOST_WAITING_OCTETS,
        most_name_octets: int = MOST_NAME_OCTETS,
    ) -> None:
        self._most = most_octets
        self._devices: dict[str, tuple[int, int]] = {}
        self._shapes = Shapes(most_octets=most_name_octets)
        self._forgotten: deque[tuple[int, int, bytes]] = deque()
        """Frame that is the last to use a shape, the shape's number and names."""
        self._next_frame = 1
        self._frames: deque[Frame] = deque()
        self._octets = 0
        self._open = _Open()

    def take(self, batch: Batch) -> bool:
        """Pack a batch; False when there is no room, or a value is infinite or no number."""
        if self._octets + self._open.octets + len(self._open.before) > self._most:
            return False
        device, bucket = self._device(batch.device)
        shape = self._shape(batch)
        try:
            entry = packed(device, shape, batch.at_s, batch.values)
        except ValueError:
            return False
        self._open.add(bucket, (device, shape), entry, len(batch))
        return True

    def cut(self, now_s: int) -> Frame | None:
        """Close what was taken since the last cut; None when that is nothing."""
        if not self._open.samples:
            return None
        frame = self._open.closed(self._next_frame, now_s)
        self._open = _Open()
        self._next_frame += 1
        self._frames.append(frame)
        self._octets += len(frame.octets)
        return frame

    def kept(self, number: int) -> int:
        """Let go of all frames up to this one: they are on the disk. Return their samples."""
        samples = 0
        while self._frames and self._frames[0].number <= number:
            frame = self._frames.popleft()
            self._octets -= len(frame.octets)
            samples += frame.samples
        while self._forgotten and self._forgotten[0][0] <= number:
            self._forgotten.popleft()
        return samples

    def all_again(self) -> Iterator[bytes]:
        """Yield everything that a new keeper must be told: names first, then what is not kept."""
        for name, (number, _) in self._devices.items():
            yield device_message(number, name)
        for _, number, names in tuple(self._forgotten):
            yield shape_message(number, names)
        for number, names in self._shapes.known():
            yield shape_message(number, names)
        for frame in tuple(self._frames):
            yield frame.octets

    @property
    def waiting_samples(self) -> int:
        """Return how many samples are not known to be on the disk."""
        return self._open.samples + sum(frame.samples for frame in self._frames)

    def _device(self, name: str) -> tuple[int, int]:
        known = self._devices.get(name)
        if known is None:
            known = self._devices[name] = len(self._devices), bucket_of(sound(name))
            self._open.before += device_message(known[0], name)
        return known

    def _shape(self, batch: Batch) -> int:
        number, names = self._shapes.number(batch.checks, batch.parts)
        if names is not None:
            self._open.before += shape_message(number, names)
            for forgotten, its_names in self._shapes.too_many():
                self._open.after += forget_message(forgotten)
                self._forgotten.append((self._next_frame, forgotten, its_names))
        return number


class _Open:
    """The frame that is being filled, and what is told before and after it."""

    def __init__(self) -> None:
        self.before = bytearray()
        self.after = bytearray()
        self.octets = 0
        self.samples = 0
        self._buckets: dict[int, bytearray] = {}
        self._devices: set[int] = set()
        self._shapes: set[int] = set()

    def add(self, bucket: int, names: tuple[int, int], entry: bytes, samples: int) -> None:
        blob = self._buckets.get(bucket)
        if blob is None:
            blob = self._buckets[bucket] = bytearray()
        blob += entry
        self._devices.add(names[0])
        self._shapes.add(names[1])
        self.octets += len(entry)
        self.samples += samples

    def closed(self, number: int, now_s: int) -> Frame:
        names = tuple(self._devices), tuple(self._shapes)
        message = frame_message(number, now_s, self.samples, names, self._buckets)
        octets = b"".join((self.before, message, self.after))
        return Frame(number=number, samples=self.samples, octets=octets)
