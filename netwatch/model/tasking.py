"""What people say of tasks: done, not to be done, one more. Commands, as all arrivals are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from netwatch.model.names import IncidentId, LessonId, RoleName, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTask:
    """A person says that a task is done."""

    at: datetime
    task: TaskId
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipTask:
    """A person says that a task is not to be done, and why."""

    at: datetime
    task: TaskId
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask:
    """A person gives a role something to do that the plan does not have."""

    at: datetime
    incident: IncidentId
    by: str
    role: RoleName
    text: str
    within: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnLesson:
    """A person says what an outage taught, and who sees to it until when."""

    at: datetime
    incident: IncidentId
    by: str
    text: str
    owner: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishLesson:
    """A person says that it is seen to."""

    at: datetime
    lesson: LessonId
    by: str
    note: str = ""


Tasking = FinishTask | SkipTask | AddTask | LearnLesson | FinishLesson
