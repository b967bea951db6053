"""Works last as long as the clock on the wall says, the night the clocks change included."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netwatch.cli import maintenance
from netwatch.cli.output import Stop

SETTINGS = 'name = "Dolina"\ninventory = "inventory"\nstate = "state"\ntimezone = "Europe/Warsaw"\n'


@pytest.mark.parametrize(
    ("night", "hours"),
    [("2027-03-27", 3), ("2027-03-28", 2), ("2027-10-31", 4)],
    ids=["any night", "clocks go forward", "clocks go back"],
)
def test_works_from_one_until_four_end_at_four(
    night: str, hours: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "now", lambda: datetime(2027, 1, 1, tzinfo=UTC))
    config = tmp_path / "netwatch.toml"
    config.write_text(SETTINGS)
    window = maintenance._window(f"{night}T01:00", f"{night}T04:00", None, "", config)
    assert window.lasts == timedelta(hours=hours)
    window = maintenance._window(f"{night}T01:00", None, "2h", "", config)
    assert window.lasts == timedelta(hours=2)


def test_works_where_calendars_end_are_refused_in_words(tmp_path: Path) -> None:
    config = tmp_path / "netwatch.toml"
    config.write_text(SETTINGS)
    with pytest.raises(Stop, match="before the year"):
        maintenance._window("9999-12-31T23:00", None, "2h", "", config)
