"""Facts -> what outages taught: who sees to it until when, and what is done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from netwatch.model.facts import Fact
from netwatch.model.lesson_facts import LessonDone, LessonLearnt
from netwatch.model.names import LessonId
from netwatch.views.proof import stamp


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson, and what became of it."""

    fact: LessonLearnt
    done: LessonDone | None = None

    def row(self, now: datetime) -> dict[str, Any]:
        """Return the lesson as answers have it; ``state`` is open, late or done."""
        fact, done = self.fact, self.done
        state = "done" if done else "late" if now >= fact.due else "open"
        return {
            "lesson": fact.lesson,
            "incident": fact.incident,
            "text": fact.text,
            "owner": fact.owner,
            "due": stamp(fact.due),
            "by": fact.by,
            "at": stamp(fact.at),
            "state": state,
            "done_at": done and stamp(done.at),
            "done_by": done and done.by,
            "note": (done and done.note) or None,
        }


def lessons(facts: Iterable[Fact]) -> list[Lesson]:
    """Return all lessons in the order in which they were learnt."""
    known: dict[LessonId, Lesson] = {}
    for fact in facts:
        match fact:
            case LessonLearnt():
                known[fact.lesson] = Lesson(fact)
            case LessonDone() if fact.lesson in known:
                known[fact.lesson] = replace(known[fact.lesson], done=fact)
            case _:
                pass
    return list(known.values())
