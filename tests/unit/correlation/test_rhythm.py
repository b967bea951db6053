"""What an hour of the week usually brings: robust, and quiet where nobody knows yet."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from netwatch.correlation.rhythm import WEEKS, Hourly, Rhythm, hourly_from, rhythm_from

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
SATURDAY = datetime(2026, 10, 3, 20, tzinfo=UTC)


def weekly(*numbers: float) -> Rhythm:
    rhythm = Rhythm()
    for n, number in enumerate(numbers):
        rhythm.take(SATURDAY + n * WEEK, number)
    return rhythm


def test_two_weeks_are_not_enough_to_know_what_is_usual() -> None:
    assert weekly(10, 10).usual(SATURDAY) is None
    assert weekly(10, 10).limit(SATURDAY, 5) is None


def test_one_wild_week_moves_nothing() -> None:
    assert weekly(10, 11, 9, 10, 5000).usual(SATURDAY) == (10, 1.4826)


def test_the_same_hour_of_other_days_speaks_where_its_own_was_seen_too_seldom() -> None:
    rhythm = Rhythm()
    for n in range(3):
        rhythm.take(SATURDAY + timedelta(days=n), 30 + n)
    assert rhythm.usual(SATURDAY + timedelta(days=4)) == (31, 1.4826)
    assert rhythm.usual(SATURDAY + HOUR) is None


def test_old_weeks_are_forgotten() -> None:
    rhythm = weekly(*[1000.0] * WEEKS, *[5.0] * WEEKS)
    assert rhythm.usual(SATURDAY) == (5, 0)


def test_hours_without_anything_are_learnt_too() -> None:
    hourly = Hourly()
    hourly.add(SATURDAY, 7)
    hourly.add(SATURDAY + 2 * HOUR + timedelta(minutes=5))
    assert hourly.rhythm.cells == {5 * 24 + 20: [7], 5 * 24 + 21: [0]}


@given(st.lists(st.tuples(st.integers(0, 5000), st.floats(0, 1000)), max_size=40))
def test_values_kept_in_a_snapshot_come_back(steps: list[tuple[int, float]]) -> None:
    hourly = Hourly()
    for hours, number in sorted(steps):
        hourly.add(SATURDAY + hours * HOUR, number)
    again = hourly_from(hourly.to_plain())
    assert again == hourly
    assert rhythm_from(hourly.rhythm.to_plain()) == hourly.rhythm


@given(st.lists(st.floats(0, 1e5), min_size=3, max_size=8), st.floats(1, 100))
def test_what_was_always_so_is_never_beyond_the_usual(numbers: list[float], few: float) -> None:
    middle = weekly(*numbers).usual(SATURDAY)
    limit = weekly(*numbers).limit(SATURDAY, few)
    assert middle is not None
    assert limit is not None
    assert limit >= middle[0] + few
