"""Moments and durations, as people on duty read them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from netwatch.views.local_times import lasting, local, with_local_times

WARSAW = ZoneInfo("Europe/Warsaw")


def test_moments_within_a_sentence_are_told_as_the_wall_shows_them() -> None:
    said = "2 of 2 are silent, since 2026-11-14T23:02:11.250Z; until 2026-06-14T23:00:00Z"

    assert with_local_times(said, WARSAW) == (
        "2 of 2 are silent, since 11-15 00:02:11; until 06-15 01:00:00"
    )
    assert local(None, WARSAW) == "-"


@pytest.mark.parametrize("odd", ["2026-13-45T99:99:99Z", "9999-12-31T23:59:59Z"])
def test_what_only_looks_like_a_moment_stays_as_somebody_typed_it(odd: str) -> None:
    assert with_local_times(f"till {odd}.", WARSAW) == f"till {odd}."


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=59.4), "59 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(minutes=60), "1 h 0 min"),
        (timedelta(minutes=185), "3 h 5 min"),
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(hours=24), "1 d 0 h"),
        (timedelta(days=2, hours=4, minutes=59), "2 d 4 h"),
    ],
)
def test_a_duration_is_as_exact_as_people_care(span: timedelta, said: str) -> None:
    assert lasting(span) == said
