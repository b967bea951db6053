"""What is written for a wall clock happens once, in the order in which it is written."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.response.wall import instant, midnight, on_the_clock

WARSAW = ZoneInfo("Europe/Warsaw")
ODD = [
    ZoneInfo(name)
    for name in (
        "Europe/Prague",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Africa/Cairo",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "Antarctica/Troll",
    )
]
TIMES = st.datetimes(datetime(2009, 1, 1), datetime(2036, 12, 30))  # noqa: DTZ001 - a wall clock's


@pytest.mark.parametrize(
    ("wall", "moment"),
    [
        (datetime(2026, 1, 5, 8), datetime(2026, 1, 5, 7, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 7, 6, 8), datetime(2026, 7, 6, 6, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 10, 25, 3), datetime(2026, 10, 25, 2, tzinfo=UTC)),  # noqa: DTZ001
    ],
    ids=["winter", "summer", "an hour left out", "an hour that comes twice", "after that"],
)
def test_a_time_on_the_clock_is_one_moment(wall: datetime, moment: datetime) -> None:
    assert instant(wall, WARSAW) == moment


@given(TIMES, TIMES, st.sampled_from([WARSAW, *ODD]))
def test_what_begins_later_on_paper_never_begins_sooner(
    one: datetime, other: datetime, zone: ZoneInfo
) -> None:
    first, last = sorted((one.replace(microsecond=0), other.replace(microsecond=0)))

    assert instant(first, zone) <= instant(last, zone)


@given(TIMES, st.sampled_from([WARSAW, *ODD]))
def test_the_clock_shows_it_then_or_jumps_over_it_just_then(wall: datetime, zone: ZoneInfo) -> None:
    wall = wall.replace(microsecond=0)
    at = instant(wall, zone)

    assert at.astimezone(zone).replace(tzinfo=None) >= wall
    before = (at - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
    assert before < wall


def test_a_day_begins_when_its_midnight_is_left_out() -> None:
    santiago = ZoneInfo("America/Santiago")
    day = datetime(2026, 9, 6, tzinfo=UTC).date()

    assert midnight(day, santiago) == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert on_the_clock(day, 24 * 60, santiago) == datetime(2026, 9, 7, 3, tzinfo=UTC)
