"""Names say what lies in the folder: what holds, what is superseded, what must go."""

import os
from contextlib import nullcontext, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.telemetry.history.plan import Merge, Sort, inputs_of, jobs, room_for
from netwatch.telemetry.history.retention import Limits, overdue, to_fit
from netwatch.telemetry.history.shelf import (
    DAY_S,
    Run,
    Shelf,
    Tier,
    day_of,
    days_between,
    head_name,
    head_names,
    head_of,
    is_sorted,
    look,
    next_head,
    period_end,
    period_start,
    run_of,
    shelf_of,
)

NOON = 1_794_657_600
"""2026-11-14 12:00 UTC."""
TODAY = "2026-11-14"


def days_ago(number: int) -> str:
    return day_of(NOON - number * DAY_S)


def shelf(*names: str, size: int = 1000) -> Shelf:
    return shelf_of(dict.fromkeys(names, size))


RUNS = st.builds(
    lambda tier, age, first, more, merges: Run(tier, days_ago(age), first, first + more, merges),
    st.sampled_from(Tier),
    st.integers(0, 900),
    st.integers(1, 60),
    st.integers(0, 9),
    st.integers(0, 3),
)


@given(RUNS)
def test_a_run_is_found_again_by_its_name(run: Run) -> None:
    assert run_of(run.name) == run


@pytest.mark.parametrize(
    "name",
    [
        "raw/2026-11-14.00000001-00000002.0.parquet.part",
        "raw/2026-13-14.00000001-00000002.0.parquet",
        "raw/2026-02-30.00000001-00000002.0.parquet",
        "raw/notes.txt",
        "damaged/2026-11-14.00000001-00000002.0.parquet",
        "head/00000001.db-wal",
        "head/1.db",
    ],
)
def test_whatever_else_lies_there_is_no_run_and_no_head(name: str) -> None:
    assert run_of(name) is None
    assert head_of(name) is None


def test_a_run_that_is_merged_into_another_does_not_count_any_more() -> None:
    old = [Run(Tier.RAW, TODAY, number, number) for number in (1, 2, 3)]
    new = Run(Tier.RAW, TODAY, 1, 3, 1)
    other_day = Run(Tier.RAW, days_ago(1), 1, 1)

    found = shelf(*(run.name for run in [*old, new, other_day]))

    assert set(found.runs) == {new, other_day}
    assert set(found.superseded) == set(old)


def test_days_are_superseded_by_their_month() -> None:
    day, month = Run(Tier.HOURLY, TODAY, 40, 52), Run(Tier.HOURLY, "2026-11", 1, 60, 1)
    late = Run(Tier.HOURLY, TODAY, 40, 61)

    found = shelf(day.name, month.name, late.name)

    assert set(found.runs) == {month, late}


@given(st.lists(RUNS, max_size=12))
def test_nothing_that_holds_is_superseded_by_anything_that_lies_there(runs: list[Run]) -> None:
    found = shelf(*(run.name for run in runs))

    assert set(found.runs) | set(found.superseded) == set(runs)
    for gone in found.superseded:
        assert any(run.supersedes(gone) for run in found.runs)
    assert not any(a.supersedes(b) for a in found.runs for b in found.runs)


def test_a_head_bears_a_number_that_nothing_has_borne() -> None:
    found = shelf(head_name(7), Run(Tier.RAW, TODAY, 3, 9).name)

    assert next_head(found) == 10
    assert next_head(shelf()) == 1


def test_what_a_head_holds_of_a_day_is_known_to_be_sorted() -> None:
    found = shelf(head_name(7), Run(Tier.RAW, TODAY, 5, 7, 1).name)

    assert is_sorted(found, 7, TODAY)
    assert not is_sorted(found, 7, days_ago(1))
    assert not is_sorted(found, 8, TODAY)


@given(st.integers(0, 4_000_000_000))
def test_a_second_lies_in_its_day(at_s: int) -> None:
    day = day_of(at_s)
    assert period_start(day) <= at_s < period_end(day)
    assert period_start(day[:7]) <= at_s < period_end(day[:7])


@given(st.integers(0, 4_000_000_000), st.integers(0, 40 * DAY_S))
def test_the_days_of_a_span_follow_each_other(since_s: int, lasts: int) -> None:
    days = list(days_between(since_s, since_s + lasts))

    assert days[0] == day_of(since_s)
    assert days[-1] == day_of(since_s + lasts)
    assert all(period_end(early) == period_start(late) for early, late in pairwise(days))


# --- what must go -------------------------------------------------------------------------------

SIZED = st.dictionaries(
    st.one_of(
        RUNS.map(lambda run: run.name),
        st.integers(1, 70).map(head_name),
        st.integers(1, 70).map(lambda number: f"{head_name(number)}-wal"),
        st.just("damaged/raw.x.parquet"),
        st.just("raw/2026-11-14.00000001-00000002.0.parquet.part"),
    ),
    st.integers(0, 10_000),
    max_size=25,
)
LIMITS = st.builds(
    Limits,
    raw_days=st.integers(1, 30),
    five_minute_days=st.integers(1, 120),
    hourly_days=st.integers(1, 800),
    disk_budget=st.integers(0, 60_000),
)


@given(SIZED, LIMITS, st.integers(0, 20_000), st.integers(1, 70))
def test_the_budget_is_kept_whatever_lies_there(
    sizes: dict[str, int], limits: Limits, need: int, writing: int
) -> None:
    found = shelf_of(sizes)
    keep = head_names(writing)

    gone = [
        name
        for removal in to_fit(found, limits.disk_budget, NOON, need, keep=keep)
        for name in removal.names
    ]

    left = {name: size for name, size in sizes.items() if name not in gone}
    fits = sum(left.values()) + need <= limits.disk_budget
    assert not set(gone) & set(keep)
    assert fits or set(left) <= {*keep, *found.leftovers, *_tails(sizes)}


def _tails(sizes: dict[str, int]) -> set[str]:
    """Return what belongs to heads that are gone: SQLite leaves none, so nobody looks for it."""
    return {name for name in sizes if name.endswith(("-wal", "-shm"))}


@given(SIZED, LIMITS)
def test_no_more_goes_than_must(sizes: dict[str, int], limits: Limits) -> None:
    removals = list(to_fit(shelf_of(sizes), limits.disk_budget, NOON))

    if removals:
        without_last = sum(sizes.values()) - sum(gone.octets for gone in removals[:-1])
        assert without_last > limits.disk_budget


@given(SIZED, LIMITS)
def test_what_is_younger_than_its_days_does_not_go_for_its_age(
    sizes: dict[str, int], limits: Limits
) -> None:
    found = shelf_of(sizes)
    gone = {name for removal in overdue(found, limits, NOON) for name in removal.names}

    for run in found.runs:
        old = run.end_s + limits.days(run.tier) * DAY_S <= NOON
        assert (run.name in gone) is old
    assert {run.name for run in found.superseded} <= gone


def test_old_raw_days_go_first_and_the_last_two_days_last() -> None:
    runs = [
        Run(Tier.RAW, TODAY, 9, 9),
        Run(Tier.RAW, days_ago(1), 8, 8),
        Run(Tier.RAW, days_ago(5), 3, 3),
        Run(Tier.RAW, days_ago(4), 4, 4),
        Run(Tier.FIVE_MINUTE, days_ago(30), 1, 1),
        Run(Tier.FIVE_MINUTE, days_ago(40), 1, 1),
        Run(Tier.HOURLY, "2025-01", 1, 1),
    ]
    found = shelf(*(run.name for run in runs), "damaged/raw.x.parquet", head_name(10))

    order = [removal.what for removal in to_fit(found, 0, NOON)]

    assert order == [
        "damaged/raw.x.parquet, which cannot be read",
        f"raw of {days_ago(5)}",
        f"raw of {days_ago(4)}",
        f"five_minute of {days_ago(40)}",
        f"five_minute of {days_ago(30)}",
        "hourly of 2025-01",
        f"raw of {days_ago(1)}",
        f"raw of {TODAY}",
        "samples that were not sorted yet (head 10)",
    ]


def test_what_a_run_became_is_found_though_it_vanished_between_two_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = Run(Tier.RAW, TODAY, 1, 1), Run(Tier.RAW, TODAY, 1, 2, 1)
    (tmp_path / Tier.RAW).mkdir()
    (tmp_path / few.name).touch()
    scandir = os.scandir

    def merged_behind_us(place: Path) -> Any:
        with scandir(place) as files:
            found = list(files)
        with suppress(FileNotFoundError):
            (tmp_path / few.name).rename(tmp_path / many.name)
        return nullcontext(found)

    monkeypatch.setattr(os, "scandir", merged_behind_us)

    assert look(tmp_path).runs == (many,)


# --- what is done next --------------------------------------------------------------------------


def test_closed_heads_are_sorted_first_the_oldest_before_the_others() -> None:
    found = shelf(head_name(3), head_name(4), head_name(5))

    assert list(jobs(found, NOON, writing=5)) == [Sort(3), Sort(4)]
    assert inputs_of(Sort(3)) == head_names(3)


def test_a_head_begun_since_the_sorter_was_started_is_left_alone() -> None:
    found = shelf(head_name(3), head_name(4), head_name(5))

    assert list(jobs(found, NOON, writing=4)) == [Sort(3)]


def test_six_runs_of_a_day_that_goes_on_become_one() -> None:
    runs = [Run(Tier.RAW, TODAY, number, number) for number in range(1, 7)]

    assert list(jobs(shelf(*(run.name for run in runs[:5])), NOON, writing=9)) == []
    (job,) = jobs(shelf(*(run.name for run in runs)), NOON, writing=9)
    assert job == Merge(tuple(runs), Run(Tier.RAW, TODAY, 1, 6, 1))


def test_runs_are_not_merged_around_a_head_that_waits_for_room() -> None:
    for day, now_s in ((TODAY, NOON), (days_ago(1), NOON)):
        numbers = (1, 2, 3, 5, 6, 7)
        runs = [Run(Tier.RAW, day, number, number) for number in numbers]
        found = shelf(head_name(4), *(run.name for run in runs))

        assert list(jobs(found, now_s, writing=9)) == [Sort(4)]


def test_a_day_that_is_over_becomes_one_run_and_is_rolled_up() -> None:
    runs = [Run(Tier.RAW, days_ago(1), 1, 6, 1), Run(Tier.RAW, days_ago(1), 7, 7)]
    found = shelf(*(run.name for run in runs), size=500)

    (job,) = jobs(found, NOON, writing=9)

    into = Run(Tier.RAW, days_ago(1), 1, 7, 2)
    rolled_up = (
        Run(Tier.FIVE_MINUTE, days_ago(1), 1, 7),
        Run(Tier.HOURLY, days_ago(1), 1, 7),
    )
    assert job == Merge(tuple(runs), into, rolled_up)
    assert room_for(found, job) == 2000


def test_a_day_is_not_over_before_its_last_head_can_have_been_sorted() -> None:
    run = Run(Tier.RAW, days_ago(1), 1, 6, 1)
    midnight = period_end(run.period)

    assert list(jobs(shelf(run.name), midnight + 3600, writing=9)) == []
    assert list(jobs(shelf(run.name), midnight + 5400, writing=9)) != []


def test_a_day_that_is_rolled_up_is_left_alone_until_something_comes_late() -> None:
    day = days_ago(1)
    raw = Run(Tier.RAW, day, 1, 7, 2)
    rollups = [Run(Tier.FIVE_MINUTE, day, 1, 7), Run(Tier.HOURLY, day, 1, 7)]
    names = [run.name for run in (raw, *rollups)]
    assert list(jobs(shelf(*names), NOON, writing=9)) == []

    late = Run(Tier.RAW, day, 8, 8)
    (job,) = jobs(shelf(*names, late.name), NOON, writing=9)

    assert isinstance(job, Merge)
    assert [run.last for run in job.rolled_up] == [8, 8]


def test_a_rollup_made_of_more_than_is_left_is_not_made_again() -> None:
    day = days_ago(20)
    late = Run(Tier.RAW, day, 60, 60)
    rollups = [Run(Tier.FIVE_MINUTE, day, 1, 7), Run(Tier.HOURLY, "2026-10", 1, 30, 1)]

    assert list(jobs(shelf(late.name, *(r.name for r in rollups)), NOON, writing=99)) == []


def test_the_hours_of_a_month_that_is_over_become_one_run() -> None:
    days = [Run(Tier.HOURLY, f"2026-10-{day:02d}", day, day + 1) for day in range(1, 32)]

    (job,) = jobs(shelf(*(run.name for run in days)), NOON, writing=99)

    assert isinstance(job, Merge)
    assert job.into == Run(Tier.HOURLY, "2026-10", 1, 32, 1)
    assert all(job.into.supersedes(day) for day in days)


@given(st.lists(RUNS, max_size=20), st.lists(st.integers(61, 90), max_size=4), st.booleans())
def test_doing_what_is_due_comes_to_an_end(runs: list[Run], heads: list[int], odd: bool) -> None:
    """Each job replaces its inputs by what it makes; the list of jobs gets empty."""
    disjoint = [Run(r.tier, r.period, n, n, r.merges) for n, r in enumerate(runs, start=1)]
    names = {run.name for run in disjoint} | {head_name(head) for head in heads}
    for _ in range(200):
        found = shelf(*names)
        job = next(jobs(found, NOON, writing=None), None)
        if job is None:
            return
        if isinstance(job, Sort):
            names -= {head_name(job.head)}
            names.add(Run(Tier.RAW, TODAY if odd else days_ago(1), job.head, job.head).name)
        else:
            names |= {job.into.name, *(run.name for run in job.rolled_up)}
            names -= {run.name for run in shelf(*names).superseded}
    pytest.fail("there is always more to do")
