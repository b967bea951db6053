"""How a drill went: points from facts, and whether it goes better."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from netwatch.model.arrivals import Result
from netwatch.model.facts import (
    Audience,
    Fact,
    IncidentAcknowledged,
    NoticeDue,
    NoticeSent,
    keys_of,
)
from netwatch.model.names import IncidentId
from netwatch.model.task_facts import TaskDone, TaskDropped, TaskGiven, TaskLate
from netwatch.views.drill_page import drill_page, sentences, tables
from netwatch.views.drill_score import Head, Plain, score, trend
from tests.unit.service.drill.practice import BEGAN, MINUTE, held, of, scenario

HEAD = Head(
    drill="DRILL-1",
    scenario="s",
    title="A cut & <b>bold</b>",
    at="device:sw-a",
    by="root",
    began=BEGAN - timedelta(seconds=30),
    faults=(BEGAN,),
    alerted=("on-call",),
    ended=BEGAN + 10 * MINUTE,
    people={"on-call": ("marek",)},
)


def lived(*, heard_after: timedelta | None = None, done: bool = False) -> list[Fact]:
    """Return the facts of a drill in which people answer, or do not."""
    facts: list[Fact] = []
    for fact in held(scenario())[1]:
        if done and isinstance(fact, TaskDropped | TaskLate):
            continue  # of what is done nobody asks any more
        facts.append(fact)
        if isinstance(fact, NoticeDue) and fact.audience is Audience.STAFF:
            sent = NoticeSent(at=fact.at, keys=keys_of(fact), result=Result.ACCEPTED)
            facts.append(sent)
            if heard_after is not None:
                at = fact.at + heard_after
                name = fact.incident or IncidentId("")
                facts.append(IncidentAcknowledged(at=at, incident=name, by="marek"))
                heard_after = None
        if done and isinstance(fact, TaskGiven) and fact.role != "netwatch":
            at = fact.at + timedelta(seconds=40)
            facts.append(TaskDone(at=at, task=fact.task, incident=fact.incident, by="ewa"))
    return facts


def role(report: Plain, name: str) -> Plain:
    return next(row for row in report["roles"] if row["role"] == name)


def test_who_answers_soon_and_does_all_in_time_has_all_points() -> None:
    report = score(HEAD, lived(heard_after=timedelta(seconds=90), done=True))
    assert report["score"] == 100
    assert role(report, "on-call")["acknowledged_s"] == 90.0
    assert role(report, "desk")["in_time"] == role(report, "desk")["tasks"]
    assert report["measures"]["alert_s"] < 60
    assert report["complete"] is True


def test_who_answers_late_has_half_and_who_does_not_has_nothing() -> None:
    late = score(HEAD, lived(heard_after=timedelta(minutes=9), done=True))
    never = score(HEAD, lived(done=True))
    best = score(HEAD, lived(heard_after=timedelta(minutes=1), done=True))
    points = [role(one, "on-call")["score"] for one in (best, late, never)]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) == 3
    assert never["measures"]["acknowledged_s"] is None


def test_a_task_whose_time_ran_out_before_it_was_dropped_is_counted_against_its_role() -> None:
    report = score(HEAD, held(scenario(mends=9))[1])
    on_call = role(report, "on-call")
    assert on_call["score"] == 0
    assert on_call["in_time"] == 0


def test_a_drill_that_ended_early_is_not_scored() -> None:
    report = score(replace(HEAD, why="real incident I-4"), lived())
    assert report["score"] is None
    assert report["complete"] is False
    assert report["measures"]["alert_s"] is not None


def test_the_trend_is_beside_those_that_ran_to_their_end() -> None:
    now = {"score": 90, "measures": {"acknowledged_s": 60.0}, "complete": True}
    before = [
        {"score": 50, "measures": {"acknowledged_s": 200.0}, "complete": True},
        {"score": None, "measures": {"acknowledged_s": 1.0}, "complete": False},
        {"score": 70, "measures": {"acknowledged_s": 100.0}, "complete": True},
    ]
    rows = {row["measure"]: row for row in trend(now, before)}
    assert rows["score"] == {
        "measure": "score", "now": 90.0, "before": 70.0, "median": 60.0, "better": True,
    }  # fmt: skip
    assert rows["acknowledged_s"]["better"] is True
    assert rows["alert_s"]["better"] is None


def test_the_first_drill_has_nothing_beside_it() -> None:
    assert {row["before"] for row in trend(score(HEAD, lived()), [])} == {None}


def test_nothing_that_was_typed_becomes_a_tag_on_the_page() -> None:
    report = score(HEAD, lived(done=True))
    page = drill_page({**report, "trend": trend(report, [])}, "<i>Dolina", ZoneInfo("UTC"))
    assert "<b>" not in page
    assert "<i>" not in page
    assert "A cut &amp; &lt;b&gt;bold" in page


def test_a_report_without_any_fact_says_so() -> None:
    report = {**score(HEAD, []), "trend": []}
    said = " ".join(sentences(report, ZoneInfo("UTC")))
    assert "no incident was opened" in said
    assert "No customer was told anything" in said
    assert [rows for title, _, rows in tables(report, ZoneInfo("UTC")) if title == "Tasks"] == [[]]
    assert of(TaskGiven, []) == []
