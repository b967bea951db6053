"""What somebody types as a time on a page is a moment to come, or is refused with a way out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.service.accounts.times import NoTimeError, moment

ZONE = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 1, 17, 20, tzinfo=UTC)
"""21:00 there."""


@pytest.mark.parametrize(
    ("minutes", "own", "end"),
    [
        ("30", "", NOW + timedelta(minutes=30)),
        ("", "21:30", NOW + timedelta(minutes=30)),
        ("", "20:00", NOW + timedelta(hours=23)),
        ("", "2026-01-17T22:15", NOW + timedelta(minutes=75)),
        ("", "2026-01-17T22:15+00:00", NOW + timedelta(minutes=135)),
    ],
)
def test_what_is_meant_is_understood(minutes: str, own: str, end: datetime) -> None:
    assert moment(minutes, own, NOW, ZONE) == end


@pytest.mark.parametrize(
    ("now", "own", "end"),
    [
        ("2026-10-24T23:30", "02:45", "2026-10-25T00:45"),
        ("2026-10-25T00:50", "02:30", "2026-10-25T01:30"),
        ("2026-10-25T01:30", "02:45", "2026-10-25T01:45"),
        ("2026-10-25T01:50", "02:30", "2026-10-26T01:30"),
        ("2026-03-29T00:10", "03:10", "2026-03-29T01:10"),
        ("2026-03-29T00:10", "02:30", "2026-03-29T01:30"),
    ],
)
def test_in_the_night_in_which_the_clock_is_changed_it_is_the_next_time_it_is_so_late(
    now: str, own: str, end: str
) -> None:
    at, meant = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, end))
    assert moment("", own, at, ZONE) == meant
    assert moment("", own, at.astimezone(ZONE), ZONE) == meant


@pytest.mark.parametrize(
    ("minutes", "own"),
    [
        *[(text, "") for text in ("0", "-5", "1e3", "٣٠", "20161", "9" * 39, "none")],
        *[("", text) for text in ("", "soon", "25:00", "2026-01-17T20:00", "2099-01-01", "9:9:9")],
    ],
)
def test_what_is_no_time_to_come_is_refused(minutes: str, own: str) -> None:
    with pytest.raises(NoTimeError):
        moment(minutes, own, NOW, ZONE)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_typed_is_a_time_to_come_or_refused(minutes: str, own: str) -> None:
    try:
        end = moment(minutes, own, NOW, ZONE)
    except NoTimeError:
        return
    assert NOW < end <= NOW + timedelta(days=14)
