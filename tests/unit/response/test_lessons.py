"""What an outage taught is kept, asked for when its day has come, and forgotten when it is done."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from netwatch.model.arrivals import Arrival, Tick
from netwatch.model.facts import Fact, NoticeDue, Purpose
from netwatch.model.lesson_facts import LessonDone, LessonLearnt
from netwatch.model.names import ChannelName, IncidentId, LessonId, PersonId
from netwatch.model.tasking import FinishLesson, LearnLesson
from netwatch.response.people import People, Person
from netwatch.response.rules import ResponseRules
from netwatch.response.stage import begin, decide, evolve, restore, snapshot
from netwatch.response.state import State
from tests.town import town

NIGHT = datetime(2026, 11, 14, 20, 0, tzinfo=UTC)
DAY = timedelta(days=1)
JAN, PHONE = PersonId("jan"), ChannelName("jan-phone")
RULES = replace(
    ResponseRules(),
    people=People(persons={JAN: Person(id=JAN, channels=(PHONE,))}),
    set_up=(PHONE,),
)


def fresh() -> State:
    return begin(town(), RULES)


def bring(state: State, arrival: Arrival) -> list[Fact]:
    facts = list(decide(state, arrival, ()).facts)
    for fact in facts:
        evolve(state, fact)
    return facts


def learn(owner: str = "jan") -> LearnLesson:
    return LearnLesson(
        at=NIGHT,
        incident=IncidentId("I-1"),
        by="ewa",
        text="a second duct",
        owner=owner,
        due=NIGHT + 2 * DAY,
    )


def reminded(state: State, hours: Iterator[int]) -> list[int]:
    """Return after how many hours somebody was reminded."""
    return [
        hour
        for hour in hours
        for fact in bring(state, Tick(at=NIGHT + timedelta(hours=hour)))
        if isinstance(fact, NoticeDue) and fact.purpose is Purpose.LESSON
    ]


def test_its_owner_is_reminded_when_its_day_has_come_and_each_week_until_it_is_done() -> None:
    state = fresh()
    (learnt,) = bring(state, learn())
    assert isinstance(learnt, LessonLearnt)
    assert learnt.lesson == "L-1"

    assert reminded(state, iter(range(24 * 20))) == [48, 48 + 7 * 24, 48 + 14 * 24]
    (done,) = bring(state, FinishLesson(at=NIGHT, lesson=LessonId("L-1"), by="jan"))
    assert isinstance(done, LessonDone)
    assert reminded(state, iter(range(24 * 20, 24 * 60))) == []


def test_the_owner_is_told_by_a_way_of_their_own_and_hears_what_it_is_about() -> None:
    state = fresh()
    bring(state, learn())

    (due,) = bring(state, Tick(at=NIGHT + 2 * DAY))

    assert isinstance(due, NoticeDue)
    assert (due.channel, due.recipients, due.incident) == (PHONE, (JAN,), None)
    assert due.detail == "a second duct (I-1, 2026-11-16)"


def test_a_reminder_that_fell_into_downtime_comes_once_after_the_start() -> None:
    state = fresh()
    bring(state, learn())
    plain = snapshot(state)
    again = fresh()
    restore(again, plain)

    assert reminded(again, iter([24 * 5, 24 * 5 + 1])) == [24 * 5]


def test_a_snapshot_from_before_lessons_opens() -> None:
    plain = snapshot(fresh())
    del plain["lessons"]
    state = fresh()
    restore(state, plain)

    assert bring(state, learn())


def test_nothing_follows_for_a_stranger_or_for_what_is_done_already() -> None:
    state = fresh()

    assert bring(state, learn(owner="zofai")) == []
    assert bring(state, FinishLesson(at=NIGHT, lesson=LessonId("L-1"), by="jan")) == []
