"""Facts of one incident -> its course: how far it is, since when, and how long each stage took."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from netwatch.model.facts import (
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentConfirmed,
    IncidentMerged,
    IncidentRelapsed,
    IncidentRestored,
)
from netwatch.model.names import TaskId
from netwatch.model.reply_facts import CrewMoved
from netwatch.model.task_facts import Rank, TaskDone, TaskGiven
from netwatch.views.proof import stamp


class Stage(StrEnum):
    """How far an incident is, as those who mend it count."""

    DETECTED = "detected"
    CONFIRMED = "confirmed"
    ASSIGNED = "assigned"
    FIXING = "fixing"
    RESTORED = "restored"
    VERIFIED = "verified"
    """Everybody it took was seen working again, single homes too."""
    CLOSED = "closed"


STAGES: Final = tuple(Stage)
AT_WORK: Final = (Rank.CREW, Rank.REPAIR)
ENDED: Final = frozenset((Stage.RESTORED, Stage.VERIFIED))


@dataclass(frozen=True, slots=True)
class Spell:
    """One stage, from when to when; ``until`` is None while it lasts."""

    stage: Stage
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """How far an incident came, and how."""

    reached: frozenset[Stage] = frozenset()
    spells: tuple[Spell, ...] = ()
    at_work: frozenset[TaskId] = frozenset()
    """Tasks by which somebody goes out or mends it."""
    held_since: datetime | None = None
    held_how: str = ""
    """How whoever has it came to it: ``took it``, or who gave it to them."""

    @property
    def stage(self) -> Stage:
        """Return how far it is."""
        return self.spells[-1].stage

    @property
    def since(self) -> datetime:
        """Return since when it is that far."""
        return self.spells[-1].since

    def to(self, stage: Stage, at: datetime) -> "Course":
        """Return the course once it came that far; what is behind it already changes nothing."""
        return self._at(self.reached | {stage}, at)

    def _at(self, reached: frozenset[Stage], at: datetime) -> "Course":
        stage = max(reached, key=STAGES.index)
        if self.spells and stage is self.stage:
            return replace(self, reached=reached)
        before = self.spells
        if before:
            before = (*before[:-1], replace(before[-1], until=at))
        return replace(self, reached=reached, spells=(*before, Spell(stage, at)))

    def again(self, at: datetime) -> "Course":
        """Return the course of one that began anew."""
        return self._at(self.reached - ENDED, at)


NOT_BEGUN: Final = Course()


def begun(at: datetime) -> Course:
    """Return the course of an incident that was just opened."""
    return Course().to(Stage.DETECTED, at)


def after(course: Course, fact: Fact) -> Course:  # noqa: PLR0911 - a line a kind of fact
    """Return the course after one more fact of its incident."""
    match fact:
        case IncidentConfirmed():
            return course.to(Stage.CONFIRMED, fact.at)
        case IncidentAcknowledged():
            held = replace(course, held_since=fact.at, held_how="took it")
            return held.to(Stage.ASSIGNED, fact.at)
        case IncidentAssigned():
            held = replace(course, held_since=fact.at, held_how=f"given by {fact.by}")
            return held.to(Stage.ASSIGNED, fact.at)
        case TaskGiven() if fact.rank in AT_WORK:
            return replace(course, at_work=course.at_work | {fact.task})
        case TaskDone() if fact.by and fact.task in course.at_work:
            return course.to(Stage.FIXING, fact.at)
        case CrewMoved():
            return course.to(Stage.FIXING, fact.at)
        case EndExpected() if fact.until is not None:
            return course.to(Stage.FIXING, fact.at)
        case IncidentRestored():
            back = course.to(Stage.RESTORED, fact.at)
            return back if fact.apart else back.to(Stage.VERIFIED, fact.at)
        case IncidentRelapsed():
            return course.again(fact.at)
        case IncidentClosed() | IncidentMerged():
            return course.to(Stage.CLOSED, fact.at)
        case _:
            return course


def totals(course: Course, now: datetime | None = None) -> Iterator[tuple[Stage, timedelta]]:
    """Yield how long it was in each stage it ever was in, in the order of the stages.

    What lasts still counts until ``now``, and for nothing where that is not said.
    """
    for stage in STAGES:
        spells = [spell for spell in course.spells if spell.stage is stage]
        if spells:
            ends = (spell.until or now or spell.since for spell in spells)
            lengths = (end - spell.since for end, spell in zip(ends, spells, strict=True))
            yield stage, sum(lengths, timedelta())


def course_answer(course: Course, owner: str | None) -> dict[str, Any]:
    """Return what answers say of a course.

    ``stages`` has the spells in their order; ``seconds`` is null while one lasts. ``authority`` is
    whoever decides: who was given it, else who took it.
    """
    return {
        "stage": str(course.stage),
        "stage_since": stamp(course.since),
        "stages": [
            {
                "stage": str(spell.stage),
                "since": stamp(spell.since),
                "until": spell.until and stamp(spell.until),
                "seconds": spell.until and (spell.until - spell.since).total_seconds(),
            }
            for spell in course.spells
        ],
        "authority": owner
        and {
            "person": owner,
            "since": course.held_since and stamp(course.held_since),
            "how": course.held_how or None,
        },
    }
