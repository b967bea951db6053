"""Each rung is called once, at its time or at the first look after."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from netwatch.response.rungs import Caps, Ladder, Rung

MINUTE = timedelta(minutes=1)
LADDER = Ladder(
    id="any",
    rungs=(Rung(after=3 * MINUTE), Rung(after=6 * MINUTE), Rung(after=10 * MINUTE)),
    again=30 * MINUTE,
)
LOOKS = st.lists(st.integers(min_value=1, max_value=600), max_size=40)


def times(looks: list[timedelta]) -> list[tuple[timedelta, bool]]:
    """Return at which of the looks, minutes after the alert, somebody is called, and if the last.

    As a fold of facts has it: only a call moves the moment up to which the ladder was walked.
    """
    passed, called = timedelta(0), []
    for now in looks:
        found = list(LADDER.due(passed, now))
        if found:
            passed = now
            called += [(rung.after, last) for rung, last in found]
    return called


def test_looking_each_second_calls_each_rung_at_its_time_and_the_last_one_anew() -> None:
    seconds = [timedelta(seconds=second) for second in range(75 * 60)]

    assert times(seconds) == [
        (3 * MINUTE, False),
        (6 * MINUTE, False),
        (10 * MINUTE, True),
        (10 * MINUTE, True),
        (10 * MINUTE, True),
    ]


def test_what_fell_due_in_downtime_is_called_at_the_start_and_once() -> None:
    assert times([MINUTE, 7 * MINUTE, 8 * MINUTE]) == [(3 * MINUTE, False), (6 * MINUTE, False)]


def test_many_repeats_that_were_missed_are_one_call() -> None:
    assert times([11 * MINUTE, 300 * MINUTE, 301 * MINUTE]).count((10 * MINUTE, True)) == 2


@given(LOOKS)
def test_no_rung_below_the_last_is_called_twice_whenever_it_is_looked(minutes: list[int]) -> None:
    called = times([minute * MINUTE for minute in sorted(minutes)])
    below = [after for after, last in called if not last]

    assert len(below) == len(set(below))
    assert below == sorted(below)


def test_a_cap_leaves_room_for_digests() -> None:
    assert Caps(an_hour=12).singles == 8
    assert Caps(an_hour=6, digest_every=timedelta(hours=1)).singles == 5
