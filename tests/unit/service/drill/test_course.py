"""A scenario at a place: what falls when, and what the pipeline makes of it."""

from datetime import timedelta

import pytest

from netwatch.model.drills import ELSEWHERE, Act, Hindrance, Inject, Scenario, Step
from netwatch.model.facts import (
    IncidentClosed,
    IncidentOpened,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
)
from netwatch.model.task_facts import TaskGiven
from netwatch.service.drill.course import NoPlaceError, course_of
from netwatch.service.drill.field import Field
from tests import town as ring
from tests.unit.service.drill.practice import BEGAN, MINUTE, held, of, rules, scenario
from tests.unit.service.story import town


def test_everything_of_a_drill_bears_its_name() -> None:
    _, facts = held(scenario())
    (opened,) = of(IncidentOpened, facts)
    assert opened.incident == "DRILL-1-I-1"
    assert {task.task.rpartition(".")[0] for task in of(TaskGiven, facts)} == {"DRILL-1-I-1"}
    about = {due.incident or due.subject for due in of(NoticeDue, facts)}
    assert all(name.startswith("DRILL-1-") for name in about)


def test_the_real_pipeline_finds_the_place_tells_and_hears_the_end() -> None:
    course, facts = held(scenario(minutes=20))
    (opened,) = of(IncidentOpened, facts)
    assert len(opened.diagnosis.subscribers) == 8
    assert course.at == "device:sw-a"
    assert 0 <= (opened.at - BEGAN).total_seconds() <= 45
    (restored,) = of(IncidentRestored, facts)
    assert restored.at >= BEGAN + 6 * MINUTE
    assert len(of(IncidentClosed, facts)) == 1


def test_the_same_drill_goes_the_same_way_each_time() -> None:
    assert held(scenario())[1] == held(scenario())[1]


def test_a_place_is_chosen_that_leaves_others_working() -> None:
    network = town(houses=5)
    course = course_of(scenario(), Field(network, rules()))
    assert course.at in ("device:sw-a", "device:sw-b")


def test_a_second_fault_is_a_second_incident_elsewhere() -> None:
    second = Inject(after=2 * MINUTE, kind=Hindrance.SECOND_FAULT, lasts=3 * MINUTE)
    course, facts = held(scenario(second))
    first, other = of(IncidentOpened, facts)
    assert not set(first.diagnosis.subscribers) & set(other.diagnosis.subscribers)
    assert other.at - BEGAN >= 2 * MINUTE
    assert course.falls() == (timedelta(0), 2 * MINUTE)


def test_a_wrong_first_guess_is_put_right_when_all_of_it_is_seen() -> None:
    wrong = Inject(after=timedelta(0), kind=Hindrance.WRONG_GUESS, lasts=3 * MINUTE)
    at = "device:olt-1"
    course = course_of(scenario(wrong), Field(ring.town(), rules()), at)
    early, late = course.down(MINUTE).nodes, course.down(4 * MINUTE).nodes
    assert early < late
    _, facts = held(scenario(wrong), at, ring.town())
    first = of(IncidentOpened, facts)[0]
    later = [*of(IncidentRevised, facts), *of(IncidentOpened, facts)[1:]]
    seen_later = {name for one in later for name in one.diagnosis.subscribers}
    assert len(first.diagnosis.subscribers) == 8
    assert len({*first.diagnosis.subscribers, *seen_later}) == 16
    assert all(one.at >= BEGAN + 3 * MINUTE for one in later)


def test_what_loses_its_mains_says_so() -> None:
    dark = Scenario(
        id="d",
        title="d",
        lasts=5 * MINUTE,
        steps=(Step(after=timedelta(0), act=Act.DARKENS, what="risk:grid-1"),),
    )
    course = course_of(dark, Field(ring.town(), rules()), "risk:grid-1")
    words = {getattr(one, "value", None) for one in course.round(BEGAN, MINUTE)}
    assert "dying-gasp" in words


@pytest.mark.parametrize(
    ("at", "wrong"),
    [
        ("device:nobody", "nothing of 'device:nobody' can be seen to fall"),
        ("device:core-1", "is where netwatch stands"),
        ("rubbish", "nothing of 'rubbish'"),
    ],
)
def test_a_place_that_cannot_fall_is_refused_with_a_reason(at: str, wrong: str) -> None:
    with pytest.raises(NoPlaceError, match=wrong):
        course_of(scenario(), Field(town(), rules()), at)


def test_a_second_place_lies_neither_above_nor_below_the_first() -> None:
    field = Field(town(), rules())
    only = Scenario(
        id="x",
        title="x",
        lasts=5 * MINUTE,
        steps=(
            Step(after=timedelta(0), act=Act.FALLS, what="here"),
            Step(after=MINUTE, act=Act.FALLS, what=ELSEWHERE),
        ),
        at="device:sw-a",
    )
    course = course_of(only, field)
    (first,) = course.down(timedelta(0)).nodes
    (second,) = course.down(2 * MINUTE).nodes - {first}
    last = field.index.last
    assert not first <= second < last[first]
    assert not second <= first < last[second]


def test_what_is_mended_answers_again() -> None:
    course = course_of(scenario(), Field(town(), rules()), "device:sw-a")
    assert course.down(timedelta(minutes=-1)).nodes == frozenset()
    assert course.down(MINUTE).nodes
    assert course.down(7 * MINUTE).nodes == frozenset()
    assert not course.is_over(9 * MINUTE)
    assert course.is_over(10 * MINUTE)
