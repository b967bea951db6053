"""A drill beside a running service: the staff hears of it, customers do not."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from netwatch.service.drill.paper import Shelf
from netwatch.views.drill_page import drill_page
from netwatch.views.drill_score import score, trend
from tests.edges.browsing import DESK, PHONE, Look, look, served
from tests.edges.drill_house import PEOPLE, Ends, Rehearsal, far_ends, settings_for
from tests.edges.evening import ruled_by
from tests.unit.service.drill.practice import held, scenario
from tests.unit.service.story import town
from tests.unit.views.test_drill_score import HEAD

pytestmark = pytest.mark.alone


def lived(folder: Path, script: Rehearsal, ends: Ends) -> None:
    script.config.write_text(f'name = "Dolina"\nlanguages = ["en"]\nstate = "{folder}"\n')
    files = ruled_by(folder, script.network, "people/staff.yaml", PEOPLE)
    script.lived(settings_for(folder, ends), files, within_s=200.0)


def rehearsal(folder: Path, **more: object) -> Rehearsal:
    return Rehearsal(folder / "script", network=town(), config=folder / "netwatch.toml", **more)  # type: ignore[arg-type] # as the story has it


def test_a_real_fault_in_the_middle_ends_the_drill_and_is_told_in_time(tmp_path: Path) -> None:
    script = rehearsal(tmp_path, over_at=34, cut_at=24)
    before: list[int] = []

    def look() -> None:
        script.say("status", "drill", "status")
        incident = script.answers["status"][1]["incidents"][0]["incident"]
        script.say("ack", "incident", "ack", incident)
        script.say("tasks", "task", "list")
        before.append(ends.customers_heard())

    script.acts = {
        2: lambda: script.say("start", "drill", "start", "fibre-cut", "--at", "device:sw-b"),
        3: lambda: script.say("again", "drill", "start", "fibre-cut"),
        20: look,
        32: lambda: script.say("after", "drill", "status"),
        33: lambda: script.say("report", "drill", "report"),
    }
    with far_ends() as ends:
        lived(tmp_path, script, ends)
        texts, phone = ends.texts("duty"), ends.texts("ewa-phone")
        real_at = next(
            place
            for place, text in enumerate(texts)
            if "I-1:" in text.split("\n")[0] and "DRILL" not in text
        )

    said = script.answers
    real_at = next(place for place, text in enumerate(texts) if text.startswith("I-1:"))
    assert said["start"][0] == 0
    assert said["start"][1]["drill"] == "DRILL-1"
    assert said["again"][0] == 1
    assert texts[0].startswith("DRILL: DRILL-1-I-1")
    assert "netwatch incident ack DRILL-1-I-1" in texts[0]
    assert before == [0]
    assert said["ack"][0] == 0
    assert {row["incident"] for row in said["tasks"][1]["tasks"]} == {"DRILL-1-I-1"}
    assert said["status"][1]["desk"][0]["say"].startswith("DRILL: ")
    over = [text for text in texts if text.startswith("DRILL over: real incident I-1")]
    assert len(over) == 1
    assert all(text.startswith("DRILL") for text in texts[:real_at])
    assert said["after"][1]["drill"] is None
    report = said["report"][1]
    assert report["why"] == "real incident I-1"
    assert report["complete"] is False
    assert report["measures"]["acknowledged_s"] is not None
    assert [one for one in phone if one.startswith("DRILL / ĆWICZENIA")]
    assert script.service is not None
    assert list(script.service.board.outages) == ["I-1"]
    assert Shelf.of(tmp_path).names() == ["DRILL-1"]


def test_the_report_is_a_page_that_shuts_nobody_out(tmp_path: Path) -> None:
    facts = held(scenario(minutes=20))[1]
    report = score(HEAD, facts)
    before = {**report, "score": 40, "complete": True}
    page = drill_page(
        {**report, "trend": trend(report, [before])}, "Dolina", ZoneInfo("Europe/Warsaw")
    )
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(page, encoding="utf-8")
    with served(site) as url:
        looks = [
            Look(url=f"{url}/index.html", width=width, dark=dark, axe=True)
            for width, dark in ((PHONE, False), (DESK, True))
        ]
        seen = look(tmp_path / "profile", *looks)
    for one, shown in zip(looks, seen, strict=True):
        assert shown.violations == []
        assert shown.complaints == []
        assert shown.wide <= one.width
        assert [
            each["url"] for each in shown.loaded if not each["url"].endswith("index.html")
        ] == []
