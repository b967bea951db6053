"""The history on the disk: what was kept is read, whatever was sorted, killed or damaged."""

import os
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netwatch.telemetry.batch import Batch
from netwatch.telemetry.history import sorter
from netwatch.telemetry.history.points import Number, Series
from netwatch.telemetry.history.rates import increment
from netwatch.telemetry.history.reading import History
from netwatch.telemetry.history.retention import Limits
from netwatch.telemetry.history.shelf import ASIDE, DAY_S, Tier, look
from tests.edges.history_house import (
    MIDNIGHT,
    HistoryHouse,
    Reading,
    batch,
    day_of_polls,
    truth_of,
)

NAMES = st.one_of(
    st.sampled_from(["sw-1", "sw-2", "ge-0/0/1", "", "日本", "'; DROP TABLE x --", "a\x00b", "%"]),
    st.text(max_size=5),
).map(lambda name: name.encode("utf-8", "replace").decode())
NUMBERS = st.one_of(
    st.integers(0, 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**53), -1),
)
BATCHES = st.lists(
    st.builds(
        batch,
        NAMES,
        st.integers(MIDNIGHT - 3600, MIDNIGHT + DAY_S),
        st.dictionaries(st.tuples(NAMES, NAMES), NUMBERS, min_size=1, max_size=5),
    ),
    min_size=1,
    max_size=30,
)
STEPS = st.lists(st.sampled_from(["frame", "head", "sort", "merge"]), max_size=12)
LATER = MIDNIGHT + 3 * DAY_S


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches=BATCHES, steps=STEPS)
def test_what_was_kept_is_read_however_it_was_sorted(
    tmp_path_factory: pytest.TempPathFactory, batches: list[Batch], steps: list[str]
) -> None:
    house = HistoryHouse(tmp_path_factory.mktemp("history"))
    truth = truth_of(batches)
    share = max(len(batches) // (len(steps) + 1), 1)
    for number, step in enumerate([*steps, "frame"]):
        last = number == len(steps)
        house.keep(batches[number * share : None if last else (number + 1) * share])
        match step:
            case "head":
                house.next_head()
            case "sort":
                house.sort(MIDNIGHT + 3600, jobs=1)
            case "merge":
                house.sort(LATER)

    assert house.read(Tier.RAW).of(truth) == truth
    house.next_head()
    house.sort(LATER)
    assert house.read(Tier.RAW).of(truth) == truth
    house.close()


def test_a_day_becomes_one_file_and_its_rollups_say_what_it_said(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    polls = list(day_of_polls())
    for number, row in enumerate(polls):
        house.keep(row)
        if number % 24 == 23:
            house.next_head()
            house.sort(MIDNIGHT + number * 300)
    truth = truth_of(one for row in polls for one in row)
    assert house.read(Tier.RAW).of(truth) == truth

    house.sort(LATER)

    shelf = look(tmp_path)
    assert [(run.tier, run.period) for run in shelf.runs] == [
        (tier, "2026-11-14") for tier in sorted(Tier)
    ]
    assert house.read(Tier.RAW).of(truth) == truth
    for tier in (Tier.FIVE_MINUTE, Tier.HOURLY):
        for (device, check, part), values in truth.items():
            points = house.read(tier).points(device, check, part)[part]
            assert sum(point.count for point in points) == len(values)
            for point in points:
                _agrees(point.since_s, point.step_s, point, values)


def test_a_head_with_more_names_than_are_remembered_at_a_time_is_sorted_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorter, "AT_ONCE", 20)
    monkeypatch.setattr(sorter, "MOST_NAMES", 7)
    house = HistoryHouse(tmp_path)
    batches = [
        batch(
            f"sw-{device}",
            MIDNIGHT + poll * 300,
            {(check, f"d{device} p{port}"): device + port * poll / 8 for port in range(5)},
        )
        for poll in range(3)
        for device in range(40)
        for check in ("load", f"own.{device}")
    ]
    house.keep(batches)
    house.next_head()

    (told,) = house.sort(MIDNIGHT + DAY_S // 2)

    assert (told["samples"], told["lost"]) == (40 * 5 * 2 * 3, 0)
    truth = truth_of(batches)
    assert house.read(Tier.RAW).of(truth) == truth


def _agrees(start: int, step_s: int, point: object, values: dict[int, Number]) -> None:
    inside = {at_s: value for at_s, value in values.items() if start <= at_s < start + step_s}
    last_s = max(inside)
    assert (point.at_s, point.value) == (last_s, inside[last_s])  # type: ignore[attr-defined] # a Point
    if len(inside) == 1:
        assert point.low is None  # type: ignore[attr-defined] # a Point
        return
    if point.rising:  # type: ignore[attr-defined] # a Point
        seconds = sorted(values)
        rates = []
        for early, late in pairwise(seconds):
            rise = increment(values[early], values[late])
            if late in inside and rise is not None:
                rates.append(rise / (late - early))
        expected = min(rates), max(rates)
    else:
        expected = min(inside.values()), max(inside.values())
        assert point.mean == pytest.approx(sum(inside.values()) / len(inside), rel=1e-6)  # type: ignore[attr-defined] # a Point
    assert (point.low, point.high) == pytest.approx(expected, rel=1e-6)  # type: ignore[attr-defined] # a Point


def test_counters_take_less_than_six_octets_a_sample(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    for row in day_of_polls(devices=10, ports=24):
        house.keep(row)
    house.next_head()

    house.sort(MIDNIGHT + 3600)

    (run,) = look(tmp_path).of(Tier.RAW)
    samples = 288 * 10 * 25
    assert look(tmp_path).sizes[run.name] / samples < 6


def test_a_sample_that_comes_late_finds_its_day_and_the_rollup_is_made_again(
    tmp_path: Path,
) -> None:
    house = HistoryHouse(tmp_path)
    early = batch("sw-1", MIDNIGHT + 100, {("load", ""): 1.0})
    late = batch("sw-1", MIDNIGHT + 200, {("load", ""): 3.0})
    house.keep([early])
    house.next_head()
    house.sort(LATER)
    (before,) = house.read(Tier.HOURLY).points("sw-1", "load", "")[""]
    assert (before.count, before.value) == (1, 1.0)

    house.keep([late])
    house.next_head()
    house.sort(LATER)

    (after,) = house.read(Tier.HOURLY).points("sw-1", "load", "")[""]
    assert (after.count, after.low, after.mean, after.high) == (2, 1.0, 2.0, 3.0)
    assert len(look(tmp_path).runs) == 3


def test_a_head_begun_while_a_sorter_is_at_work_is_left_alone(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    hour = [MIDNIGHT + second for second in range(0, 3600, 600)]
    house.keep([batch("sw-1", at_s, {("load", ""): at_s % 97}) for at_s in hour])
    house.next_head()

    ended = house.start_sorter(MIDNIGHT + 3600)  # it takes longer to start than a head to begin
    house.keep([batch("sw-1", MIDNIGHT + 3600, {("load", ""): 5})], MIDNIGHT + 3600)
    assert ended() == 0
    house.keep([batch("sw-1", MIDNIGHT + 3610, {("load", ""): 6})], MIDNIGHT + 3610)
    house.close()

    points = house.read(Tier.RAW).points("sw-1", "load", "")[""]
    assert [point.at_s for point in points] == [*hour, MIDNIGHT + 3600, MIDNIGHT + 3610]
    assert look(tmp_path).heads == (2,)


def test_no_head_bears_the_number_of_one_that_came_to_nothing(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    house.keep([batch("sw-1", 86_400, {("load", ""): 1})])  # a clock that is years off
    house.next_head()
    house.sort(MIDNIGHT)
    assert look(tmp_path).heads == ()

    house.keep([batch("sw-1", MIDNIGHT, {("load", ""): 1})])

    assert look(tmp_path).heads == (2,)
    house.close()


def test_a_clock_that_is_years_off_brings_no_file_of_that_day(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    house.keep([batch("sw-1", at_s, {("load", ""): 1}) for at_s in (0, MIDNIGHT, 2**40)])
    house.next_head()

    (told,) = house.sort(MIDNIGHT + 10)

    assert told["strange"] == 2
    assert told["days"] == ["2026-11-14"]


def test_all_that_is_measured_of_a_device_can_be_listed(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    house.keep([batch("sw-1", MIDNIGHT, {("a", "1"): 1, ("b", ""): 2.5})])
    house.next_head()
    house.sort(MIDNIGHT + 10)
    house.keep([batch("sw-1", MIDNIGHT + 60, {("c", "x"): 1}), batch("sw-2", 1, {("d", ""): 1})])

    with closing(History(tmp_path)) as history:
        found = history.series("sw-1", since_s=MIDNIGHT, until_s=MIDNIGHT + 100)

    assert found == [Series("a", "1"), Series("b", ""), Series("c", "x")]


def test_all_parts_are_read_at_once(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    rows = list(day_of_polls(devices=1, polls=4))
    for row in rows[:2]:
        house.keep(row)
    house.next_head()
    house.sort(MIDNIGHT + 3600)
    for row in rows[2:]:
        house.keep(row)

    found = house.read().points("sw-0", "port.octets.in_octets", None)

    assert {part: len(points) for part, points in found.items()} == {
        f"ge-0/0/{port}": 4 for port in range(4)
    }


def test_the_hours_of_a_month_that_is_over_become_one_file(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    days = [MIDNIGHT + day * DAY_S for day in range(3)]
    for start in days:
        for poll in range(12):
            house.keep([batch("sw-1", start + poll * 300, {("load", ""): poll + 0.5})])
        house.next_head()
        house.sort(start + 2 * DAY_S)
    before = house.read(Tier.HOURLY).points("sw-1", "load", "")

    house.sort(MIDNIGHT + 25 * DAY_S)

    assert [run.period for run in look(tmp_path).of(Tier.HOURLY)] == ["2026-11"]
    assert house.read(Tier.HOURLY).points("sw-1", "load", "") == before
    assert [(one.count, one.low, one.high) for one in before[""]] == [(12, 0.5, 11.5)] * 3


# --- killed at any moment -----------------------------------------------------------------------

STOPS_AT = ("fsync", "rename", "unlink")


def test_a_sorter_killed_at_any_step_loses_nothing_and_doubles_nothing(tmp_quick: Path) -> None:
    whole, folder = tmp_quick / "whole", tmp_quick / "history"
    house = HistoryHouse(whole)
    polls = list(day_of_polls(devices=2, ports=2, polls=40))
    for number, row in enumerate(polls):
        house.keep([_moved(one, number % 2 * DAY_S) for one in row])
        if number % 10 == 9:
            house.next_head()
    house.close()
    truth = truth_of(
        _moved(one, number % 2 * DAY_S) for number, row in enumerate(polls) for one in row
    )

    for step in range(1, 200):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, folder)
        if _sorted_until(folder, step) == 0:
            break
        reading = Reading(folder, Tier.RAW, 3 * DAY_S)
        assert reading.of(truth) == truth, f"after it was killed at step {step}"
        assert _sorted_until(folder, 10_000) == 0
        assert reading.of(truth) == truth, f"after it went on from step {step}"
        shelf = look(folder)
        assert (shelf.heads, shelf.superseded, shelf.leftovers) == ((), (), ())
        assert len(shelf.of(Tier.RAW)) == 2
    else:
        pytest.fail("it never came to its end")
    assert step > 40


def _moved(one: Batch, by_s: int) -> Batch:
    values = dict(zip(zip(one.checks, one.parts, strict=True), one.values, strict=True))
    return batch(one.device, one.at_s + by_s, values)


def _sorted_until(folder: Path, step: int) -> int:
    """Sort in a process that kills itself before its so many-th step; return its end."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(60)
        _die_before(step)
        from netwatch.telemetry.history.sorter import main  # noqa: PLC0415 - after the fork

        os._exit(main([str(folder), str(LATER), "0", str(10**12)]))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _die_before(step: int) -> None:
    steps = iter(range(1, step + 1))

    def counted(name: str, real: object) -> object:
        def done(*args: object, **options: object) -> object:
            if next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)  # type: ignore[operator] # a function of os

        return done

    for name in STOPS_AT:
        setattr(os, name, counted(name, getattr(os, name)))
    os.nice = lambda _: 0  # type: ignore[assignment] # a sorter gives way to all; here all wait for it


# --- damaged ------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["cut", "emptied", "overwritten", "flipped", "another"])
def test_a_damaged_run_is_left_out_by_readers_and_set_aside_by_the_sorter(
    tmp_path: Path, harm: str
) -> None:
    house = HistoryHouse(tmp_path)
    for number, row in enumerate(day_of_polls(devices=1, polls=20)):
        house.keep(row)
        if number % 10 == 9:
            house.next_head()
            house.sort(MIDNIGHT + 3600)
    first, _ = look(tmp_path).of(Tier.RAW)
    _harm(tmp_path / first.name, harm)

    with closing(History(tmp_path)) as history:
        found = history.points(
            "sw-0", "temperature", "", since_s=MIDNIGHT, until_s=MIDNIGHT + DAY_S
        )
    assert len(found[""]) in (10, 20)  # one octet may have been one that nobody needs
    if len(found[""]) == 10:
        assert list(history.unreadable) == [first.name]

    told = house.sort(LATER)

    assert told[0]["damaged"] == [first.name]
    assert (tmp_path / ASIDE / first.name.replace("/", ".")).exists()
    assert len(house.read(Tier.RAW).points("sw-0", "temperature", "")[""]) == 10


def _harm(path: Path, harm: str) -> None:
    octets = bytearray(path.read_bytes())
    match harm:
        case "cut":
            octets = octets[: len(octets) // 2]
        case "emptied":
            octets = bytearray()
        case "overwritten":
            octets[len(octets) // 4 : len(octets) // 2] = bytes(len(octets) // 2 - len(octets) // 4)
        case "flipped":
            column = pq.ParquetFile(path).metadata.row_group(0).column(5)
            octets[column.data_page_offset + column.total_compressed_size - 5] ^= 0x10
        case "another":
            octets = bytearray(b"PAR1 this is a letter to nobody in particular PAR1")
    path.write_bytes(octets)


@pytest.mark.parametrize("harm", ["cut", "emptied", "overwritten", "another"])
def test_a_damaged_head_is_left_out_by_readers_and_set_aside_by_the_sorter(
    tmp_path: Path, harm: str
) -> None:
    house = HistoryHouse(tmp_path)
    house.keep([batch("sw-1", MIDNIGHT + n, {("load", str(n)): n}) for n in range(3000)])
    house.next_head()
    house.keep([batch("sw-1", MIDNIGHT, {("other", ""): 1})])
    head = tmp_path / "head" / "00000001.db"
    _harm(head, harm)

    with closing(History(tmp_path)) as history:
        found = history.points("sw-1", "other", "", since_s=0, until_s=MIDNIGHT)
    assert len(found[""]) == 1

    told = house.sort(MIDNIGHT + 3600)

    assert "damaged" in told[0] or harm == "emptied"
    assert not head.exists()


def test_what_was_never_finished_is_removed(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    house.keep([batch("sw-1", MIDNIGHT, {("load", ""): 1})])
    house.next_head()
    part = tmp_path / "raw" / "2026-11-14.00000001-00000001.0.parquet.part"
    part.parent.mkdir(exist_ok=True)
    part.write_bytes(b"PAR1half")

    house.sort(MIDNIGHT + 10)

    assert not part.exists()
    assert len(look(tmp_path).runs) == 1


def test_a_reader_finds_everything_while_files_are_merged_under_it(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path)
    polls = list(day_of_polls(devices=1, ports=1, polls=60))
    truth = truth_of(one for row in polls for one in row)
    for number, row in enumerate(polls):
        house.keep(row)
        if number % 5 == 4:
            house.next_head()
    house.close()

    pid = os.fork()
    if pid == 0:
        signal.alarm(60)
        house.sort(LATER)
        os._exit(0)
    reads, end = 0, time.monotonic() + 60
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        assert time.monotonic() < end
        assert house.read(Tier.RAW).of(truth) == truth
        reads += 1

    assert reads > 0
    assert house.read(Tier.RAW).of(truth) == truth


def test_a_head_that_is_sorted_just_as_it_is_opened_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = HistoryHouse(tmp_path)
    polls = list(day_of_polls(devices=1, ports=1, polls=10))
    truth = truth_of(one for row in polls for one in row)
    for row in polls:
        house.keep(row)
    house.close()
    connect = sqlite3.connect

    def after_the_sorter(*args: Any, **named: Any) -> sqlite3.Connection:
        monkeypatch.setattr(sqlite3, "connect", connect)
        house.sort(LATER)
        assert not look(tmp_path).heads
        return connect(*args, **named)

    monkeypatch.setattr(sqlite3, "connect", after_the_sorter)

    assert house.read(Tier.RAW).of(truth) == truth


# --- room ---------------------------------------------------------------------------------------


def test_the_budget_is_kept_and_the_newest_survives(tmp_path: Path) -> None:
    budget = 60_000
    house = HistoryHouse(tmp_path, Limits(disk_budget=budget))
    seen = []
    for day in range(6):
        noon = MIDNIGHT + day * DAY_S
        for row in day_of_polls(devices=8, ports=24, polls=60):
            house.keep([_moved(one, day * DAY_S) for one in row], noon)
        house.next_head()
        house.sort(noon + 7200)
        house._keeper._folder.thin(noon, None)
        seen.append(look(tmp_path).octets)

    assert max(seen) <= budget, seen
    assert any("early" in said for said in house.said), seen
    newest = house.read(Tier.RAW, lasts=7 * DAY_S).points("sw-0", "temperature", "")[""]
    assert newest[-1].at_s >= MIDNIGHT + 5 * DAY_S
    assert min(point.at_s for point in newest if not point.step_s) > MIDNIGHT + DAY_S


def test_days_go_when_they_are_over_and_their_rollups_stay(tmp_path: Path) -> None:
    house = HistoryHouse(tmp_path, Limits(raw_days=2, five_minute_days=4, hourly_days=30))
    house.keep(one for row in day_of_polls(polls=12) for one in row)
    house.next_head()
    house.sort(LATER)

    house._keeper._folder.thin(MIDNIGHT + 4 * DAY_S, None)
    assert [run.tier for run in look(tmp_path).runs] == [Tier.FIVE_MINUTE, Tier.HOURLY]

    house._keeper._folder.thin(MIDNIGHT + 6 * DAY_S, None)
    assert [run.tier for run in look(tmp_path).runs] == [Tier.HOURLY]
    (point,) = house.read().points("sw-0", "temperature", "")[""]
    assert point.count == 12
