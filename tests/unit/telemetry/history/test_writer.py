"""What is packed can be unpacked, nothing waits for ever, and nothing that waits is forgotten."""

import json
from hashlib import sha512

from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.names import DeviceId
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.history.entries import entries, value_at
from netwatch.telemetry.history.frames import (
    DEVICE,
    FORGET,
    FRAME,
    SHAPE,
    Unpacker,
    framed,
    numbered,
)
from netwatch.telemetry.history.shapes import spelled
from netwatch.telemetry.history.writer import HistoryWriter

Seen = list[tuple[str, str, str, int, float]]

NAMES = st.text(max_size=4)
BATCHES = st.lists(
    st.tuples(
        st.sampled_from(["sw-1", "sw-2", "olt-1"]),
        st.integers(0, 2**40),
        st.dictionaries(st.tuples(NAMES, NAMES), st.integers(0, 2**64 - 1), min_size=1, max_size=4),
    ),
    max_size=12,
)


def batch(device: str, at_s: int, values: dict[tuple[str, str], int]) -> Batch:
    checks, parts = zip(*values, strict=True)
    return Batch(
        at_s=at_s,
        device=DeviceId(device),
        checks=checks,
        parts=parts,
        values=tuple(values.values()),
    )


class Hearer:
    """A keeper that keeps in memory."""

    def __init__(self) -> None:
        self.unpacker = Unpacker()
        self.devices: dict[int, str] = {}
        self.shapes: dict[int, list[list[str]]] = {}
        self.seen: Seen = []
        self.numbers: list[int] = []

    def hear(self, octets: bytes) -> None:
        for kind, body in self.unpacker.feed(octets):
            if kind == FRAME:
                self._frame(body)
                continue
            number, names = numbered(body)
            if kind == DEVICE:
                self.devices[number] = names.decode()
            elif kind == SHAPE:
                self.shapes[number] = json.loads(spelled(names))
            elif kind == FORGET:
                del self.shapes[number]

    def _frame(self, body: bytes) -> None:
        told = framed(body)
        self.numbers.append(told.number)
        found = 0
        for _, blob in told.blobs:
            for entry in entries(blob):
                assert entry.device in told.devices
                assert entry.shape in told.shapes
                device, (checks, parts) = self.devices[entry.device], self.shapes[entry.shape]
                found += entry.count
                for place, (check, part) in enumerate(zip(checks, parts, strict=True)):
                    value = value_at(blob, entry, place)
                    self.seen.append((device, check, part, entry.at_s, value))
        assert found == told.samples


def wanted(batches: list[tuple[str, int, dict[tuple[str, str], int]]]) -> Seen:
    return [
        (device, check, part, at_s, value)
        for device, at_s, values in batches
        for (check, part), value in values.items()
    ]


@given(BATCHES, st.integers(1, 100))
def test_what_was_taken_comes_out_however_the_pipe_cuts_it(
    batches: list[tuple[str, int, dict[tuple[str, str], int]]], cut: int
) -> None:
    writer, hearer = HistoryWriter(), Hearer()
    for one in batches:
        assert writer.take(batch(*one))
    frame = writer.cut(0)
    octets = b"" if frame is None else frame.octets
    for start in range(0, len(octets), cut):
        hearer.hear(octets[start : start + cut])

    assert sorted(hearer.seen) == sorted(wanted(batches))


@given(BATCHES, st.sets(st.integers(0, 11)), st.integers(0, 12))
def test_a_new_keeper_is_told_everything_that_the_old_one_did_not_confirm(
    batches: list[tuple[str, int, dict[tuple[str, str], int]]], cuts: set[int], kept: int
) -> None:
    writer = HistoryWriter()
    frames: dict[int, Seen] = {}
    part: list[tuple[str, int, dict[tuple[str, str], int]]] = []
    for number, one in enumerate(batches):
        writer.take(batch(*one))
        part.append(one)
        if number in cuts and (frame := writer.cut(number)) is not None:
            frames[frame.number] = wanted(part)
            part = []
    writer.kept(kept)

    hearer = Hearer()
    for octets in writer.all_again():
        hearer.hear(octets)

    due = [sample for number, seen in frames.items() if number > kept for sample in seen]
    assert sorted(hearer.seen) == sorted(due)
    assert writer.waiting_samples == len(due) + len(wanted(part))


def test_where_there_is_no_room_it_says_so_and_takes_again_once_there_is() -> None:
    writer = HistoryWriter(most_octets=2000)
    one = batch("sw-1", 1, {("a", str(n)): n for n in range(100)})

    taken = [writer.take(one) for _ in range(5)]
    assert taken == [True, True, True, False, False]
    frame = writer.cut(1)
    assert frame is not None
    assert writer.take(one) is False

    assert writer.kept(frame.number) == 300
    assert writer.take(one)


def test_names_take_room_as_well_as_values() -> None:
    writer = HistoryWriter(most_octets=5000)
    taken = [
        writer.take(batch("olt-1", 1, {("rx", sha512(bytes([n])).hexdigest()): n}))
        for n in range(200)
    ]
    frame = writer.cut(1)

    assert taken.count(True) < 100
    assert frame is not None
    assert len(frame.octets) < 6000


def test_names_travel_once() -> None:
    writer = HistoryWriter()
    frames = []
    for at_s in range(3):
        writer.take(batch("sw-1", at_s, {("port.octets.in_octets", "ge-0/0/1"): at_s}))
        frames.append(writer.cut(at_s))

    kinds = [[kind for kind, _ in Unpacker().feed(frame.octets)] for frame in frames if frame]
    assert kinds == [[DEVICE, SHAPE, FRAME], [FRAME], [FRAME]]


def test_names_that_change_at_every_poll_are_forgotten_again() -> None:
    writer, hearer = HistoryWriter(most_name_octets=2000), Hearer()
    for at_s in range(40):
        writer.take(batch("olt-1", at_s, {("rx", f"{at_s}:{n}"): n for n in range(10)}))
        frame = writer.cut(at_s)
        assert frame is not None
        hearer.hear(frame.octets)

    assert len(hearer.seen) == 400
    assert len(hearer.shapes) <= 5


def test_a_new_keeper_is_told_names_that_were_forgotten_while_a_frame_with_them_waited() -> None:
    writer, batches = HistoryWriter(most_name_octets=2000), []
    for at_s in range(40):
        for turn in (at_s, at_s + 1):  # each shape is used by two frames
            batches.append(("olt-1", at_s, {("rx", f"{turn}:{n}"): n for n in range(10)}))
            assert writer.take(batch(*batches[-1]))
        writer.cut(at_s)
    writer.kept(10)

    for _ in range(2):  # the second keeper may die as well
        hearer = Hearer()
        for octets in writer.all_again():
            hearer.hear(octets)
        assert sorted(hearer.seen) == sorted(wanted(batches[20:]))
    assert len(hearer.shapes) <= 5

    writer.kept(40)
    hearer = Hearer()
    for octets in writer.all_again():
        hearer.hear(octets)
    assert hearer.seen == []
    assert len(hearer.shapes) <= 5
