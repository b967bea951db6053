"""Everybody is asked in time, one after the other; who fell silent is asked first."""

from itertools import pairwise

import pytest

from netwatch.model.names import DeviceId
from netwatch.pollers.schedule import Errand, Kind, Schedule

INTERVALS = {Kind.ICMP: 10.0, Kind.STATUS: 30.0, Kind.METRICS: 300.0}


def errand(name: str, kind: Kind = Kind.ICMP) -> Errand:
    return Errand(kind, DeviceId(name))


def run(schedule: Schedule, start: float, until: float) -> list[tuple[float, Errand]]:
    """Let time pass in steps of a tenth; everything asked is over at once."""
    asked = []
    for tenth in range(int(start * 10), int(until * 10)):
        for one in schedule.due(tenth / 10):
            asked.append((tenth / 10, one))
            schedule.done(one, tenth / 10, silent=False)
    return asked


def test_each_is_asked_once_an_interval() -> None:
    plan = [errand(f"sw-{number}") for number in range(50)]
    asked = run(Schedule(INTERVALS, plan, 0.0), 0, 100)

    for one in plan:
        times = [at for at, who in asked if who == one]
        assert len(times) == 10
        assert all(9.85 < late - early < 10.15 for early, late in pairwise(times))


def test_errands_are_spread_over_the_interval_and_always_in_the_same_way() -> None:
    plan = [errand(f"sw-{number}") for number in range(1000)]
    first = run(Schedule(INTERVALS, plan, 0.0), 0, 10)
    again = run(Schedule(INTERVALS, reversed(plan), 0.0), 0, 10)

    assert sorted(first) == sorted(again)
    busiest = max(sum(second <= at < second + 1 for at, _ in first) for second in range(10))
    assert busiest < 140  # of 1,000 over 10 s


def test_a_second_look_comes_at_once_and_before_everything_else() -> None:
    plan = [errand(f"sw-{number}", Kind.METRICS) for number in range(100)] + [errand("olt-1")]
    schedule = Schedule(INTERVALS, plan, 0.0)
    schedule.second_look([errand("olt-1")], 301.0, rounds=3, gap_s=4.0)

    asked = schedule.due(301.0)

    assert asked[0] == errand("olt-1")
    assert len(asked) == 101
    schedule.done(errand("olt-1"), 301.0, silent=True)
    times = [at for at, one in run(schedule, 301.1, 309.8) if one == errand("olt-1")]
    assert 305.0 in times
    assert 309.0 in times


def test_what_is_under_way_is_not_asked_twice() -> None:
    schedule = Schedule(INTERVALS, [errand("sw-1")], 0.0)
    assert schedule.due(10.0) == [errand("sw-1")]

    schedule.second_look([errand("sw-1")], 10.0)
    assert schedule.due(10.0) == []
    assert schedule.due(20.0) == []
    assert schedule.skipped == 1

    schedule.done(errand("sw-1"), 20.0, silent=False)
    assert schedule.due(30.0) == [errand("sw-1")]


def test_a_look_wanted_while_one_is_under_way_is_taken_when_that_is_over() -> None:
    schedule = Schedule(INTERVALS, [errand("olt-1", Kind.STATUS)], 0.0)
    olt = errand("olt-1", Kind.STATUS)
    assert schedule.due(30.0) == [olt]
    for tenth in range(5):
        schedule.second_look([olt], 30.2 + tenth / 10, rounds=1)
        assert schedule.due(30.2 + tenth / 10) == []

    schedule.done(olt, 31.0, silent=False)

    times = [at for at, _ in run(schedule, 31, 35)]
    assert times == [32.0]


def test_an_agent_that_falls_silent_is_asked_twice_more_before_its_next_round() -> None:
    olt = errand("olt-1", Kind.STATUS)
    schedule = Schedule(INTERVALS, [olt], 0.0)
    times = []
    for tenth in range(600):
        if schedule.due(tenth / 10):
            times.append(tenth / 10)
            schedule.done(olt, tenth / 10 + 2, silent=True)

    first, second, third, regular = times[:4]
    assert second - first == pytest.approx(10.0)
    assert third - first == pytest.approx(18.0)
    assert regular - first == pytest.approx(30.0, abs=0.11)


def test_who_is_looked_at_again_and_again_gets_as_much_rest_as_it_has_work() -> None:
    schedule = Schedule(INTERVALS, [errand("olt-1", Kind.STATUS)], 0.0)
    olt = errand("olt-1", Kind.STATUS)
    asked: list[float] = []
    for tenth in range(10, 300):
        now = tenth / 10
        schedule.second_look([olt], now, rounds=1)
        if asked and now == asked[-1] + 2:
            schedule.done(olt, now, silent=False)
        asked += [now for _ in schedule.due(now)]

    assert 6 <= len(asked) <= 8
    assert min(late - early for early, late in pairwise(asked)) >= 4


def test_who_is_silent_for_long_is_asked_less_often_until_it_answers() -> None:
    schedule = Schedule(INTERVALS, [errand("sw-1")], 0.0)
    times = []
    for second in range(2000):
        if schedule.due(float(second)):
            times.append(second)
            schedule.done(errand("sw-1"), float(second), silent=True)
    gaps = [late - early for early, late in pairwise(times)]
    assert gaps[0] == 10
    assert gaps[15] == 20
    assert gaps[-1] == 40

    schedule.due(2100.0)
    schedule.done(errand("sw-1"), 2100.0, silent=False)
    (at, _), (after, _) = run(schedule, 2101, 2160)[:2]
    assert 9 < after - at < 11


def test_after_a_long_stall_each_is_asked_once_and_the_lag_is_told() -> None:
    schedule = Schedule(INTERVALS, [errand("sw-1"), errand("sw-2")], 0.0)

    assert len(schedule.due(500.0)) == 2
    assert schedule.lag_s > 480
    for one in (errand("sw-1"), errand("sw-2")):
        schedule.done(one, 500.0, silent=False)
    assert len(run(schedule, 500.1, 510.5)) == 2


def test_another_plan_keeps_the_times_of_those_that_stay() -> None:
    before = [at for at, _ in run(Schedule(INTERVALS, [errand("sw-1")], 0.0), 0, 100)]
    schedule = Schedule(INTERVALS, [errand("sw-1"), errand("sw-2")], 0.0)
    run(schedule, 0, 33)
    schedule.refit([errand("sw-1"), errand("sw-3")], 33.0)

    asked = run(schedule, 33, 100)

    assert [at for at, one in asked if one == errand("sw-1")] == [at for at in before if at >= 33]
    assert {one.device for _, one in asked} == {"sw-1", "sw-3"}


def test_what_begins_later_is_not_late() -> None:
    plan = [errand(f"sw-{number}") for number in range(100)]
    at_once = run(Schedule(INTERVALS, plan, 0.0), 0, 50)
    schedule = Schedule(INTERVALS, plan, 0.0)
    schedule.postpone(7.0)

    late = run(schedule, 7, 57)

    assert len(late) == len(at_once)
    assert min(at for at, _ in late) >= 7
    assert schedule.lag_s < 0.11


def test_it_says_when_something_will_be_due() -> None:
    schedule = Schedule(INTERVALS, [errand("sw-1")], 0.0)
    at = schedule.next_at()
    assert at is not None
    assert 0 <= at <= 10
    assert Schedule(INTERVALS, [], 0.0).next_at() is None


def test_an_olt_that_laboured_over_its_onus_rests_as_long_before_it_is_asked_again() -> None:
    olt = errand("olt-1", Kind.PON)
    schedule = Schedule({Kind.PON: 15.0}, [olt], 0.0)
    began: list[float] = []
    for tenth in range(3000):
        now = tenth / 10
        if began and now == pytest.approx(began[-1] + 40.0):
            schedule.done(olt, now, silent=False)
        began += [now for _ in schedule.due(now)]

    assert min(later - earlier for earlier, later in pairwise(began)) >= 80.0
    assert len(began) >= 3
