"""What happened to others, held as a drill: times as people write them, kinds as they call them."""

import json
from pathlib import Path

import pytest

from netwatch.model.drills import Act
from netwatch.rules.schemas_drills import DrillEntry
from netwatch.service.drill.course import course_of
from netwatch.service.drill.field import Field
from netwatch.service.drill.stories import StoryError, entry_of, story_of
from tests import town as ring
from tests.unit.service.drill.practice import rules


def row(t: str, kind: str, what: str = "") -> dict[str, str]:
    return {"t": t, "kind": kind, "what": what}


def story(*rows: dict[str, str]) -> dict[str, object]:
    return {"id": "a b/c", "summary": "It broke", "timeline": list(rows)}


def steps(*rows: dict[str, str]) -> list[tuple[float, Act, str]]:
    one = DrillEntry.model_validate(entry_of(story(*rows))).scenario()
    return [(step.after.total_seconds(), step.act, step.what) for step in one.steps]


def test_hours_are_pressed_into_the_time_that_people_have() -> None:
    found = steps(
        row("08:00", "power"), row("~11:00", "forecast"), row("10:00", "partial"),
        row("12:00", "restored"),
    )  # fmt: skip
    assert found[0] == (0.0, Act.DARKENS, "here")
    assert found[-1] == (2100.0, Act.MENDS, "all")
    assert 0 < found[1][0] < 2100


def test_what_took_minutes_takes_minutes() -> None:
    found = steps(row("21:00", "down"), row("+10 min", "partial"), row("+10 min", "restored"))
    assert [after for after, _, _ in found] == [0.0, 600.0, 1200.0]


def test_midnight_lies_between_two_times() -> None:
    found = steps(row("23:50", "down"), row("00:05", "restored"))
    assert [after for after, _, _ in found] == [0.0, 900.0]


def test_what_nobody_mended_is_mended_in_time_for_the_report() -> None:
    assert steps(row("10:00", "down"), row("?", "eta"))[-1][1:] == (Act.MENDS, "all")


@pytest.mark.parametrize(
    "told", [story(), story(row("1", "ticket")), {"id": 7}, {"timeline": [3, None]}]
)
def test_a_story_in_which_nothing_falls_is_no_drill(told: dict[str, object]) -> None:
    with pytest.raises(StoryError, match="nothing falls"):
        entry_of(told)


@pytest.mark.parametrize("text", ["", "[", "7", '{"scenarios": 3}', "\0"])
def test_a_file_that_tells_none_says_what_it_lacks(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(StoryError):
        story_of(f"{path}:one")
    with pytest.raises(StoryError, match="cannot be read"):
        story_of(f"{tmp_path}/none.json:one")


def test_a_name_that_is_not_told_is_answered_with_one_that_is_near(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"scenarios": [{**story(row("1:00", "down")), "id": "flood"}]}))
    assert story_of(f"{path}:flood")["title"] == "It broke"
    with pytest.raises(StoryError, match="flood"):
        story_of(f"{path}:floods")


def test_every_recorded_story_is_a_drill_that_ends_with_everything_mended(
    shared_data: Path,
) -> None:
    path = shared_data / "scenarios" / "scenarios.json"
    if not path.exists():
        pytest.skip("no recorded stories beside the checkout")
    told = json.loads(path.read_text())["scenarios"]
    drills = [DrillEntry.model_validate(entry_of(one)).scenario() for one in told]
    assert all(one.steps[0].act is not Act.MENDS for one in drills)
    assert all(one.steps[-1].act is Act.MENDS for one in drills)
    field = Field(ring.town(), rules())
    assert all(course_of(one, field).falls() for one in drills)
