"""A recording that neither fills the disk nor loses what was written before the power went."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.names import CheckName, DeviceId
from netwatch.pollers.tape import read_tape
from netwatch.service.recording import Recorder
from netwatch.service.reels import SHARES, FullError, Rotated, Single

NIGHT = datetime(2026, 11, 14, 22, 0, tzinfo=UTC)


def sample(number: int) -> Sample:
    return Sample(
        at=NIGHT + timedelta(seconds=number),
        device=DeviceId(f"sw-{number}"),
        check=CheckName("icmp"),
        outcome=Outcome.ANSWERED,
        value=number / 7,
    )


def played(tape: Path) -> list[Sample]:
    return [arrival for arrival in read_tape(tape) if isinstance(arrival, Sample)]


def record(tape: Path, numbers: range, budget: int = 10**9) -> Recorder:
    recorder = Recorder(tape, budget)
    for number in numbers:
        recorder.record(sample(number))
    return recorder


@pytest.mark.parametrize("name", ["night.jsonl", "night.tape"])
def test_what_was_recorded_before_and_after_a_restart_is_played_as_one(
    tmp_path: Path, name: str
) -> None:
    record(tmp_path / name, range(50)).close()
    record(tmp_path / name, range(50, 90)).close()

    assert played(tmp_path / name) == [sample(number) for number in range(90)]


def test_files_are_rotated_and_the_oldest_make_room(tmp_path: Path) -> None:
    tape, budget = tmp_path / "night.tape", 40_000

    record(tape, range(20_000), budget).close()

    files = sorted(tape.iterdir())
    assert sum(path.stat().st_size for path in files) <= budget
    assert len(files) > SHARES
    assert files[0].name > "000001.jsonl.zst"
    kept = played(tape)
    assert kept == [sample(number) for number in range(20_000 - len(kept), 20_000)]


def test_one_file_ends_when_it_is_full_and_stays_sound(tmp_path: Path) -> None:
    tape = tmp_path / "night.jsonl"

    record(tape, range(1_000), budget=5_000).close()

    kept = played(tape)
    assert tape.stat().st_size <= 5_000
    assert kept == [sample(number) for number in range(len(kept))]
    full = Single(tape, budget=5_000)
    with pytest.raises(FullError, match="makes room by itself"):
        full.write("x" * 100)
    full.close()


def test_a_power_cut_costs_the_last_lines_alone(tmp_path: Path) -> None:
    tape = tmp_path / "night.tape"
    recorder = record(tape, range(100))
    recorder.flush()
    for number in range(100, 9_000):
        recorder.record(sample(number))
    (torn,) = [path.read_bytes() for path in tape.iterdir()]  # as it lay on the disk then

    (tape / "000001.jsonl.zst").write_bytes(torn)
    kept = played(tape)

    assert len(kept) >= 100
    assert kept == [sample(number) for number in range(len(kept))]
    recorder.close()


@pytest.mark.parametrize("whole", [0, 3])
def test_what_was_torn_from_one_file_costs_the_next_start_nothing(
    tmp_path: Path, whole: int
) -> None:
    tape = tmp_path / "night.jsonl"
    record(tape, range(whole + 1)).close()
    with tape.open("r+b") as file:
        file.truncate(tape.stat().st_size - 9)

    record(tape, range(whole + 1, 8)).close()

    assert played(tape) == [sample(number) for number in range(8) if number != whole]


@pytest.mark.parametrize("words", ["a line without an end", "{}", 'one\n{"a": 1}', ""])
def test_a_file_that_is_no_recording_loses_nothing(tmp_path: Path, words: str) -> None:
    tape = tmp_path / "notes"
    tape.write_text(words)

    Single(tape).close()

    assert tape.read_text() == words


def test_each_start_begins_a_file_of_its_own(tmp_path: Path) -> None:
    for _ in range(3):
        Rotated(tmp_path / "night.tape").close()

    names = sorted(path.name for path in (tmp_path / "night.tape").iterdir())
    assert names == [f"{number:06d}.jsonl.zst" for number in (1, 2, 3)]


def test_short_lives_take_no_more_than_one_long_one(tmp_path: Path) -> None:
    tape, budget = tmp_path / "night.tape", 40_000

    for start in range(400):
        record(tape, range(start, start + 5), budget).close()

    assert sum(path.stat().st_size for path in tape.iterdir()) <= budget


def test_a_recording_is_compressed(tmp_path: Path) -> None:
    record(tmp_path / "night.tape", range(5_000)).close()
    record(tmp_path / "night.jsonl", range(5_000)).close()

    packed = sum(path.stat().st_size for path in (tmp_path / "night.tape").iterdir())
    assert packed * 4 < (tmp_path / "night.jsonl").stat().st_size
