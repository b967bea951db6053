"""A drill each quarter: doctor reminds."""

from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.service.drill.paper import HEAD, REPORT, Shelf, facts_in, head_of
from netwatch.service.drill.reminder import last_drill
from netwatch.service.settings_schema import Settings
from netwatch.service.verdicts import State
from netwatch.views.proof import stamp
from tests.unit.service.drill.practice import BEGAN


def told(state: Path, days: float) -> tuple[State, str]:
    [verdict] = last_drill(Settings(name="Dolina", state=state), BEGAN + timedelta(days=days))
    return verdict.state, verdict.text


def test_a_drill_holds_for_a_quarter(tmp_path: Path) -> None:
    assert told(tmp_path, 0)[0] is State.OK
    ended = stamp(BEGAN)
    Shelf.of(tmp_path).put("DRILL-1", REPORT, {"complete": True, "ended": ended})
    assert told(tmp_path, 90) == (State.OK, "the last one was held 90 days ago")
    assert told(tmp_path, 91) == (State.WARNING, "the last one was held 91 days ago")


def test_one_that_ended_early_does_not_count(tmp_path: Path) -> None:
    Shelf.of(tmp_path).put("DRILL-1", REPORT, {"complete": False, "ended": stamp(BEGAN)})
    assert told(tmp_path, 1)[1].startswith("none ran to its end yet")


def test_without_settings_nothing_is_said() -> None:
    assert list(last_drill(None, BEGAN)) == []


@pytest.mark.parametrize("rubbish", ["", "[]", "{", '{"ended": 7, "complete": true}', "\0"])
def test_rubbish_on_the_shelf_stops_nobody(tmp_path: Path, rubbish: str) -> None:
    shelf = Shelf.of(tmp_path)
    for name in ("DRILL-1", "DRILL-x", "other"):
        folder = shelf.folder(name)
        folder.mkdir(parents=True)
        for file in (HEAD, REPORT, "journal.db"):
            (folder / file).write_text(rubbish)
    assert shelf.names() == ["DRILL-1"]
    assert shelf.next_name() == "DRILL-2"
    assert told(tmp_path, 1)[0] is State.OK
    assert head_of("DRILL-1", shelf.get("DRILL-1", HEAD)) is None
    assert facts_in(shelf.folder("DRILL-1") / "journal.db") == []
