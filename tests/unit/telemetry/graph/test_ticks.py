"""Axes bear round numbers and whole hours, as many as there is room for."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netwatch.telemetry.graph.ticks import bounds, numbers, times

WARSAW = ZoneInfo("Europe/Warsaw")
VALUES = st.floats(-1e15, 1e15)


@given(VALUES, VALUES, st.booleans())
@example(5e-324, -5.0, False)
def test_every_value_has_its_place_on_the_axis(one: float, other: float, from_zero: bool) -> None:
    low, high = min(one, other), max(one, other)
    begin, end = bounds(low, high, from_zero=from_zero)

    assert begin <= low
    assert high <= end
    assert begin < end
    assert not from_zero or begin <= 0


@given(st.floats(-1e12, 1e12), st.floats(1e-3, 1e12), st.integers(2, 12))
def test_there_are_no_more_numbers_than_there_is_room_for(
    low: float, span: float, most: int
) -> None:
    found = numbers(low, low + span, most)

    assert len(found) <= most
    assert found == sorted(found)


def test_numbers_are_round() -> None:
    assert numbers(0, 20e9, 8) == [0, 5e9, 10e9, 15e9, 20e9]
    assert numbers(-30, -20, 6) == [-30, -28, -26, -24, -22, -20]


@given(st.integers(1_700_000_000, 1_900_000_000), st.integers(60, 800 * 86_400), st.integers(1, 20))
def test_times_are_few_rising_and_within_the_span(since_s: int, lasts: int, most: int) -> None:
    found = times(since_s, since_s + lasts, WARSAW, most)

    assert len(found) <= most + 1
    assert all(since_s <= at_s <= since_s + lasts for at_s, _ in found)
    assert all(early < late for (early, _), (late, _) in pairwise(found))


def test_hours_are_those_on_the_wall() -> None:
    since = datetime(2026, 11, 14, 7, 30, tzinfo=WARSAW)

    found = times(int(since.timestamp()), int(since.timestamp()) + 86_400, WARSAW, 9)

    assert [word for _, word in found] == [
        "09:00", "12:00", "15:00", "18:00", "21:00", "11-15", "03:00", "06:00"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime(2026, 3, 29, tzinfo=WARSAW), ["03-29", "01:00", "03:00", "04:00"]),
        (datetime(2026, 10, 25, tzinfo=WARSAW), ["10-25", "01:00", "02:00", "03:00", "04:00"]),
    ],
)
def test_the_night_when_clocks_change_has_no_hour_that_is_none(
    day: datetime, words: list[str]
) -> None:
    hours = 5 if day.month == 10 else 3
    found = times(int(day.timestamp()), int(day.timestamp()) + hours * 3600, WARSAW, hours + 1)

    assert [word for _, word in found] == words
