"""Works last as long as the clock on the wall says, the night the clocks change included."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netwatch.cli import maintenance, works_shown
from netwatch.cli.output import Stop
from netwatch.model.arrivals import Maintain
from netwatch.model.facts import Fact
from netwatch.model.maintenance_facts import MaintenancePlanned
from netwatch.model.names import MaintenanceId, SubscriberId

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


class Service:
    """Answers at the door: M-1 is planned for a minute and a half, and all were told of it."""

    def __init__(self) -> None:
        self.brought: list[Maintain] = []

    def call(self, question: str, **_: Any) -> dict[str, Any]:
        if question == "works-told":
            return {"told": []}
        times = {"starts_at": "2026-12-01T01:00:00Z", "ends_at": "2026-12-01T01:01:30Z"}
        one = {"id": "M-1", "state": "planned", "again": None, "elements": ["device:sw-1"]}
        return {"works": [{**one, **times, "title": ""}]}

    def take(self, _config: Path | None, command: Maintain, _nothing: str) -> list[Fact]:
        self.brought.append(command)
        return [
            MaintenancePlanned(
                at=command.at,
                maintenance=MaintenanceId("M-2"),
                by="ewa",
                elements=command.elements,
                window=command.window,
                subscribers=(SubscriberId("S-1"),),
                instead_of=command.instead_of,
            )
        ]


def test_moved_works_last_as_long_as_before_and_are_not_said_to_be_nobodys_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service, config = Service(), tmp_path / "netwatch.toml"
    config.write_text(SETTINGS)
    for module in (maintenance, works_shown):
        monkeypatch.setattr(module, "door_of", lambda _: service)
    monkeypatch.setattr(maintenance, "bring", service.take)
    monkeypatch.setattr(maintenance, "now", lambda: datetime(2026, 11, 20, tzinfo=UTC))
    move = maintenance.move.callback
    assert move is not None
    said = {"until": None, "long": None, "despite_clashes": False, "as_json": False}
    move("M-1", "2026-12-02T02:00", config=config, **said)
    (moved,) = service.brought
    assert moved.window.lasts == timedelta(seconds=90)
    told = capsys.readouterr().out
    assert "M-2 is planned" in told
    assert "Nobody is told" not in told
