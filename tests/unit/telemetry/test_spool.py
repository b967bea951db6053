"""What waits for a database lies on disk whole, bounded, oldest first."""

import os
import random
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.names import DeviceId, SiteId
from netwatch.telemetry import spool as module
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.spool import (
    LIMIT_OCTETS,
    Segment,
    SegmentError,
    Spool,
    pack,
    read,
    segments,
    size_of,
    unpack,
    written_at_s,
)


class Usage(NamedTuple):
    """What a disk says of itself."""

    total: int
    used: int
    free: int


numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(max_size=20)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    rows = draw(st.lists(st.tuples(texts, texts, numbers), min_size=1, max_size=5))
    checks, parts, values = zip(*rows, strict=True)
    return Batch(
        at_s=draw(st.integers(0, 2**40)),
        device=DeviceId(draw(texts)),
        site=draw(st.none() | texts.map(SiteId)),
        checks=checks,
        parts=parts,
        values=values,
    )


def batch(number: int, values: int = 10) -> Batch:
    chance = random.Random(number)  # noqa: S311 - names that do not pack well
    return Batch(
        at_s=number,
        device=DeviceId(f"sw-{number}"),
        checks=("x",) * values,
        parts=tuple(chance.randbytes(8).hex() for _ in range(values)),
        values=tuple(range(values)),
    )


@given(st.lists(batches(), max_size=4))
def test_what_is_unpacked_is_what_was_packed(given: list[Batch]) -> None:
    assert unpack(pack(given)) == given


@given(st.data())
def test_damage_is_noticed_and_never_read_as_something_else(data: st.DataObject) -> None:
    packed = bytearray(pack([batch(1)]))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    try:
        assert unpack(bytes(packed)) == unpack(pack(unpack(bytes(packed))))
    except SegmentError:
        return


def test_a_segment_that_claims_to_be_huge_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_OCTETS", 100)
    with pytest.raises(SegmentError, match="larger"):
        unpack(pack([batch(1, 1000)]))


def test_segments_come_out_in_the_order_in_which_they_went_in(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "new" / "spool")
    for number in range(3):
        assert spool.put([batch(number), batch(100 + number)]) == 0
    kept = segments(spool.folder)
    assert [one.values for one in kept] == [20, 20, 20]
    found = [read(one) for one in kept]
    assert [one[0].device for one in found if one] == ["sw-0", "sw-1", "sw-2"]
    assert (spool.folder.stat().st_mode & 0o777) == 0o700


def test_numbering_goes_on_after_a_restart_and_half_written_files_are_swept_away(
    tmp_path: Path,
) -> None:
    Spool(tmp_path).put([batch(1)])
    (tmp_path / "0000000000000002-5.v1.new").write_bytes(b"half")
    (tmp_path / "README").write_text("not ours")
    spool = Spool(tmp_path)
    spool.put([batch(2)])
    assert [one.number for one in segments(tmp_path)] == [1, 2]
    assert max(path.name for path in tmp_path.iterdir()) == "README"
    assert not list(tmp_path.glob("*.new"))


def test_a_full_spool_gives_up_its_oldest_and_says_how_many(tmp_path: Path) -> None:
    one = len(pack([batch(0, 1000)]))
    spool = Spool(tmp_path, limit_octets=one * 7 // 2)
    lost = sum(spool.put([batch(number, 1000)]) for number in range(10))
    kept = segments(tmp_path)
    assert sum(filter(None, map(size_of, kept))) <= one * 7 // 2
    assert [segment.number for segment in kept] == [8, 9, 10]
    assert lost == 7000


def test_what_the_reader_has_taken_away_makes_room(tmp_path: Path) -> None:
    one = len(pack([batch(0, 1000)]))
    spool = Spool(tmp_path, limit_octets=one * 7 // 2)
    for number in range(50):
        assert spool.put([batch(number, 1000)]) == 0
        for segment in segments(tmp_path):
            segment.path.unlink()


def test_the_journal_goes_first_where_the_disk_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = len(pack([batch(0, 1000)]))
    monkeypatch.setattr(module, "LEAST_OCTETS", one * 2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 << 30, 96 << 30, 4 << 30))
    spool = Spool(tmp_path)
    lost = sum(spool.put([batch(number, 1000)]) for number in range(5))
    assert lost >= 3000
    assert sum(filter(None, map(size_of, segments(tmp_path)))) <= one * 2


def test_a_disk_that_refuses_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    spool.put([batch(1)])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        spool.put([batch(2)])
    monkeypatch.undo()
    spool.put([batch(3)])
    assert [one.number for one in segments(tmp_path)] == [1, 2]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_was_tidied_away_is_made_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.put([batch(1)])
    shutil.rmtree(spool.folder)
    assert segments(spool.folder) == []
    spool.put([batch(2)])
    assert [one.number for one in segments(spool.folder)] == [2]


def test_a_segment_that_made_room_meanwhile_is_no_mistake(tmp_path: Path) -> None:
    gone = Segment(1, 5, tmp_path / "0000000000000001-5.v1.zst")
    assert read(gone) is None
    assert size_of(gone) is None
    assert written_at_s(gone) is None


def second_of(devices: int, chance: random.Random) -> list[Batch]:
    """Return what so many devices bring in a second: echoes each 10 s, 48 ports each 300 s."""
    ports = tuple(f"GigabitEthernet0/0/{number}" for number in range(48))
    polls = [
        Batch(
            at_s=1794682931,
            device=DeviceId(f"sw-{chance.randrange(devices)}"),
            site=SiteId(f"pop-{chance.randrange(300)}"),
            checks=("port.octets.in_octets",) * 48 + ("port.octets.out_octets",) * 48,
            parts=ports * 2,
            values=tuple(chance.randrange(10**9, 10**13) for _ in range(96)),
        )
        for _ in range(devices // 300)
    ]
    echoes = [
        Batch(
            at_s=1794682931,
            device=DeviceId(f"sw-{chance.randrange(devices)}"),
            site=SiteId(f"pop-{chance.randrange(300)}"),
            checks=("icmp.up", "icmp"),
            parts=("", ""),
            values=(1, round(chance.uniform(0.2, 9.0), 3)),
        )
        for _ in range(devices // 10)
    ]
    return [*polls, *echoes]


def test_an_hour_of_twenty_thousand_devices_fits() -> None:
    chance = random.Random(1)  # noqa: S311 - measurements
    octets = sum(len(pack(second_of(20_000, chance))) for _ in range(3)) / 3
    assert octets * 3600 < LIMIT_OCTETS
