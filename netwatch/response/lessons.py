"""What outages taught: who sees to it until when, and a reminder when that time has come."""

from collections.abc import Iterator

from netwatch.model.arrivals import Arrival, Tick
from netwatch.model.facts import Audience, Fact, NoticeDue, Phase, Purpose
from netwatch.model.lesson_facts import LessonDone, LessonFact, LessonLearnt
from netwatch.model.names import LessonId, PersonId
from netwatch.model.tasking import FinishLesson, LearnLesson
from netwatch.response.state import State
from netwatch.response.watches import letters, on_watch


def commanded(state: State, command: LearnLesson | FinishLesson) -> Iterator[LessonFact]:
    """Yield what a person says of a lesson; nothing where there is no such open one."""
    lessons = state.lessons
    if isinstance(command, LearnLesson):
        persons = state.rules.people.persons
        if persons and command.owner not in persons:
            return
        yield LessonLearnt(
            at=command.at,
            lesson=LessonId(f"L-{lessons.learnt + 1}"),
            incident=command.incident,
            by=command.by,
            text=command.text,
            owner=command.owner,
            due=command.due,
        )
    elif (one := lessons.open.get(command.lesson)) is not None:
        yield LessonDone(
            at=command.at,
            lesson=command.lesson,
            incident=one.fact.incident,
            by=command.by,
            note=command.note,
        )


def reminders(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield a message to the owner of each lesson whose time has come, once a week until done."""
    if not isinstance(arrival, Tick) or not state.rules.staff_channels:
        return
    for name, one in state.lessons.open.items():
        if arrival.at < one.next:
            continue
        known = PersonId(one.fact.owner) in state.rules.people.persons
        who = (one.fact.owner,) if known else on_watch(state, arrival.at)
        for channel, recipients in letters(state.rules, who):
            yield NoticeDue(
                at=arrival.at,
                incident=None,
                audience=Audience.STAFF,
                channel=channel,
                phase=Phase.UPDATE,
                purpose=Purpose.LESSON,
                revision=int(arrival.at.timestamp()),
                recipients=recipients,
                subject=name,
                detail=f"{one.fact.text} ({one.fact.incident}, {one.fact.due:%Y-%m-%d})",
            )
