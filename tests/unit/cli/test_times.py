"""People say when something ends in their own way."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from netwatch.cli.door import incident_of, moment
from netwatch.cli.output import Stop

WARSAW = ZoneInfo("Europe/Warsaw")
EVENING = datetime(2026, 11, 14, 19, 47, tzinfo=UTC)  # 20:47 in Warsaw


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("21:00", datetime(2026, 11, 14, 20, 0, tzinfo=UTC)),
        ("20:30", datetime(2026, 11, 15, 19, 30, tzinfo=UTC)),
        ("2h", EVENING + timedelta(hours=2)),
        ("1h30m", EVENING + timedelta(minutes=90)),
        ("90m", EVENING + timedelta(minutes=90)),
        ("2026-11-15T07:00", datetime(2026, 11, 15, 6, 0, tzinfo=UTC)),
        ("2026-11-15T07:00Z", datetime(2026, 11, 15, 7, 0, tzinfo=UTC)),
        ("none", None),
    ],
)
def test_a_time_is_read_as_it_was_meant(text: str, end: datetime | None) -> None:
    assert moment(text, EVENING, WARSAW) == end


def test_the_night_the_clocks_go_back_a_time_of_day_is_still_one_time() -> None:
    before = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # midnight in Warsaw
    assert moment("03:00", before, WARSAW) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "25:00", "", "2026-13-01T00:00", "-2h"])
def test_what_is_no_time_is_answered_with_examples(text: str) -> None:
    with pytest.raises(Stop, match="write 21:00, 2h"):
        moment(text, EVENING, WARSAW)


def test_a_time_that_is_over_is_refused() -> None:
    with pytest.raises(Stop, match="is over"):
        moment("2026-11-14T20:00", EVENING, WARSAW)


@pytest.mark.parametrize("text", ["I-1042", "i-1042", "1042", " 1042 "])
def test_an_incident_may_be_named_in_a_hurry(text: str) -> None:
    assert incident_of(text) == "I-1042"
