"""What response remembers of lessons: those that are not done."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.facts import Fact, NoticeDue, Purpose
from netwatch.model.lesson_facts import LessonDone, LessonLearnt
from netwatch.model.names import LessonId

AGAIN: Final = timedelta(days=7)
"""So long after a reminder comes the next."""


@dataclass(slots=True)
class Open:
    """One lesson that somebody sees to."""

    fact: LessonLearnt
    asked: datetime | None = None
    """When its owner was last reminded."""

    @property
    def next(self) -> datetime:
        """Return when its owner is reminded next."""
        return self.fact.due if self.asked is None else self.asked + AGAIN


@dataclass(slots=True)
class Lessons:
    """Those that are not done, in the order in which they were learnt."""

    open: dict[LessonId, Open] = field(default_factory=dict)
    learnt: int = 0


def evolve(lessons: Lessons, fact: Fact) -> None:
    """Remember one fact."""
    match fact:
        case LessonLearnt():
            lessons.open[fact.lesson] = Open(fact)
            lessons.learnt = max(lessons.learnt, int(fact.lesson.partition("-")[2]))
        case LessonDone():
            lessons.open.pop(fact.lesson, None)
        case NoticeDue(purpose=Purpose.LESSON):
            if (one := lessons.open.get(LessonId(fact.subject))) is not None:
                one.asked = fact.at
        case _:
            return
