"""What a counter counted: nothing is lost at a wrap, nothing is invented at a reset."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.telemetry.history.rates import NARROW, WIDE, increment, is_rising, rates, starts_of

STEPS = st.lists(st.tuples(st.integers(1, 3600), st.integers(0, 2**31 - 1)), min_size=1)


def readings(start: int, steps: list[tuple[int, int]], width: int) -> list[tuple[int, int]]:
    seconds = accumulate((pause for pause, _ in steps), initial=1_794_614_400)
    counted = accumulate((count for _, count in steps), initial=start)
    return [(at_s, value % width) for at_s, value in zip(seconds, counted, strict=True)]


@given(st.integers(0, NARROW - 1), STEPS)
def test_rates_times_seconds_are_what_a_counter_of_32_bits_counted(
    start: int, steps: list[tuple[int, int]]
) -> None:
    found = list(rates(readings(start, steps, NARROW)))

    total = sum((rate.per_s or 0) * (rate.at_s - rate.since_s) for rate in found)
    assert total == pytest.approx(sum(count for _, count in steps))
    assert [rate.counted for rate in found] == [count for _, count in steps]


@given(
    st.integers(NARROW, WIDE - 1),
    st.lists(st.tuples(st.integers(1, 3600), st.integers(0, 2**60)), min_size=1, max_size=7),
)
def test_a_counter_of_64_bits_loses_nothing_at_its_wrap(
    start: int, steps: list[tuple[int, int]]
) -> None:
    values = readings(start, steps, WIDE)
    if any(late < early < NARROW for (_, early), (_, late) in pairwise(values)):
        return  # a wide counter that has just wrapped cannot wrap again within one step

    assert [rate.counted for rate in rates(values)] == [count for _, count in steps]


@given(STEPS, st.data())
def test_a_reset_costs_its_own_stretch_and_no_other(
    steps: list[tuple[int, int]], data: st.DataObject
) -> None:
    values = readings(2**40, steps, WIDE)
    at = data.draw(st.integers(1, len(values) - 1))
    after = [(second, value - values[at][1]) for second, value in values[at:]]

    found = list(rates([*values[:at], *after]))

    expected = [count for _, count in steps]
    expected[at - 1] = None  # type: ignore[call-overload] # nobody can know it
    assert [rate.counted for rate in found] == expected


def test_a_counter_that_was_set_back_while_the_device_started_is_no_wrap() -> None:
    values = [(1000, 4_000_000_000), (1300, 5_000)]

    assert [rate.counted for rate in rates(values)] == [NARROW - 4_000_000_000 + 5_000]
    assert [rate.counted for rate in rates(values, starts_s=[1200])] == [None]


def test_a_wrap_that_no_port_of_that_speed_can_make_is_none() -> None:
    values = [(1000, 3_000_000_000), (1300, 1_000_000)]

    assert [rate.counted for rate in rates(values, most_per_s=1e9)] == [1_295_967_296]
    assert [rate.counted for rate in rates(values, most_per_s=1e6)] == [None]


def test_a_long_pause_has_no_rate_and_the_stretch_after_it_has() -> None:
    values = [(0, 0), (300, 300), (3000, 3000), (3300, 3600)]

    found = list(rates(values, gap_s=750))

    assert [rate.per_s for rate in found] == [1.0, None, 2.0]


def test_two_readings_in_one_second_are_one() -> None:
    assert [rate.per_s for rate in rates([(0, 0), (0, 7), (10, 50)])] == [5.0]


def test_no_counter_shows_a_half() -> None:
    assert increment(1.5, 2.0) is None
    assert increment(1.0, 3.0) == 2


def test_a_start_is_seen_in_the_uptime_and_the_wrap_after_497_days_is_none() -> None:
    assert starts_of([(0, 500.0), (300, 800.0), (600, 10.0), (900, 310.0)]) == [-500, 590]
    assert starts_of([(0, 42_949_600.0), (300, 227.04)]) == [-42_949_600]
    assert starts_of([(0, 1000.0), (300, 1297.0), (600, 1590.0)]) == [-1000]
    assert starts_of([]) == []


@pytest.mark.parametrize(
    ("values", "rising"),
    [
        ([1, 2, 3], True),
        ([5, 5, 5], False),
        ([10, 20, 3, 9], True),
        ([41, 42, 41, 42], False),
        ([4_294_967_290, 7], True),
        ([1.5, 2.5], False),
        ([], False),
    ],
)
def test_what_rises_as_a_counter_does_is_told_from_what_goes_up_and_down(
    values: list[float], rising: bool
) -> None:
    assert is_rising(values) is rising
