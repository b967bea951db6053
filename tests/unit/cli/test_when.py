"""Moments that are over, as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from netwatch.cli.output import Stop
from netwatch.cli.when import past_moment

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        ("24h", datetime(2026, 11, 13, 9, 30, tzinfo=UTC)),
        ("1h30m", datetime(2026, 11, 14, 8, 0, tzinfo=UTC)),
        ("08:00", datetime(2026, 11, 14, 7, 0, tzinfo=UTC)),
        ("10:30", datetime(2026, 11, 14, 9, 30, tzinfo=UTC)),
        ("10:31", datetime(2026, 11, 13, 9, 31, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 10, 31, 23, 0, tzinfo=UTC)),
        ("2026-11-01T12:00", datetime(2026, 11, 1, 11, 0, tzinfo=UTC)),
        ("2026-11-01T12:00:00Z", datetime(2026, 11, 1, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_as_it_was_meant(text: str, moment: datetime) -> None:
    assert past_moment(text, NOW, WARSAW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "25:00", "-3h", "2026-13-01", "400d"])
def test_what_is_no_moment_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Stop, match="write 24h, 7d"):
        past_moment(text, NOW, WARSAW)
