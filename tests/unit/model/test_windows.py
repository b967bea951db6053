"""Works come again when the wall clock says so, in summer and winter, and never for ever."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.windows import AHEAD, Window, WindowError, check, spans

HOUR = timedelta(hours=1)
NIGHT = datetime(2026, 10, 24, 0, 30, tzinfo=UTC)
"""02:30 in Warsaw, the night before the clocks go back."""


def window(again: str = "", **given_: object) -> Window:
    return Window(starts=NIGHT, lasts=HOUR, again=again, zone="Europe/Warsaw", **given_)  # type: ignore[arg-type]


def beginnings(one: Window, after: datetime = NIGHT, most: int = 10) -> list[datetime]:
    return [span.starts for span in islice(spans(one, after), most)]


def test_once_is_once_and_never_after() -> None:
    assert beginnings(window()) == [NIGHT]
    assert beginnings(window(), NIGHT + HOUR) == []


def test_half_past_two_is_half_past_two_before_and_after_the_clocks_go_back() -> None:
    """On the night itself it comes twice; the first one is meant (RFC 5545, 3.3.5)."""
    found = beginnings(window("FREQ=DAILY"), most=3)
    assert found == [
        NIGHT,
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
    ]


def test_an_hour_that_is_left_out_is_taken_for_the_one_after_it() -> None:
    spring = Window(
        starts=datetime(2026, 3, 28, 1, 30, tzinfo=UTC),
        lasts=HOUR,
        again="FREQ=DAILY",
        zone="Europe/Warsaw",
    )
    assert beginnings(spring, spring.starts, 2)[1] == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_ends_with_its_count_its_last_day_and_without_the_days_left_out() -> None:
    assert len(beginnings(window("FREQ=WEEKLY;COUNT=3"))) == 3
    assert len(beginnings(window("FREQ=DAILY;UNTIL=20261026"))) == 3
    assert len(beginnings(window("FREQ=DAILY;UNTIL=20261026T003000Z"))) == 2
    left_out = window("FREQ=DAILY;COUNT=3", not_on=(datetime(2026, 10, 25, 0, 30, tzinfo=UTC),))
    assert len(beginnings(left_out)) == 2


def test_what_goes_on_just_now_is_the_first() -> None:
    assert beginnings(window("FREQ=DAILY"), NIGHT + HOUR / 2, 1) == [NIGHT]


@pytest.mark.parametrize(
    "again",
    [
        "FREQ=SECONDLY",
        "FREQ=HOURLY",
        "nonsense",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;" + "BYDAY=MO;" * 200,
        "FREQ=DAILY;COUNT=" + "9" * 30,
        "FREQ=MONTHLY;BYDAY=9MO",
        "FREQ=DAILY;BYHOUR=1,13",
    ],
)
def test_refuses_what_cannot_be_followed_and_what_never_comes(again: str) -> None:
    with pytest.raises(WindowError):
        check(window(again))


def test_a_rule_until_the_last_second_of_all_calendars_comes_for_ever() -> None:
    for_ever = window("FREQ=DAILY;UNTIL=99991231T235959Z")
    check(for_ever)
    assert beginnings(for_ever)[:3] == beginnings(window("FREQ=DAILY"))[:3]


def test_refuses_works_that_begin_where_calendars_end() -> None:
    for again in ("", "FREQ=DAILY"):
        with pytest.raises(WindowError):
            check(Window(starts=datetime.max.replace(tzinfo=UTC), lasts=HOUR, again=again))
    with pytest.raises(WindowError):
        check(
            Window(
                starts=datetime.min.replace(tzinfo=UTC),
                lasts=HOUR,
                again="FREQ=DAILY",
                zone="America/New_York",
            )
        )


def test_refuses_no_time_too_much_time_and_no_zone() -> None:
    for lasts in (timedelta(0), -HOUR, timedelta(days=32)):
        with pytest.raises(WindowError, match="last longer"):
            check(Window(starts=NIGHT, lasts=lasts))
    with pytest.raises(WindowError, match="no time zone"):
        check(Window(starts=NIGHT, lasts=HOUR, zone="Europe/Nowhere"))
    with pytest.raises(WindowError, match="no time zone"):
        check(Window(starts=NIGHT, lasts=HOUR, zone="../../etc/passwd"))


@given(
    again=st.sampled_from(
        ["", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY", "FREQ=YEARLY"]
    ),
    hours=st.integers(1, 60),
    later=st.integers(0, 24 * 800),
)
def test_times_are_in_order_never_overlap_and_none_is_over(
    again: str, hours: int, later: int
) -> None:
    after = NIGHT + later * HOUR
    one = Window(starts=NIGHT, lasts=hours * HOUR, again=again, zone="Europe/Warsaw")
    found = list(islice(spans(one, after), 20))
    assert all(span.ends > after for span in found)
    assert all(a.ends <= b.starts for a, b in pairwise(found))
    assert all(span.ends - span.starts == hours * HOUR for span in found)
    assert all(span.starts <= after + AHEAD + timedelta(days=1) for span in found)
