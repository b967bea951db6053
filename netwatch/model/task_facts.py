"""What the plan asked of whom, and what came of it. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from netwatch.model.names import IncidentId, RoleName, SubscriberId, TaskId


class Rank(StrEnum):
    """In which order tasks are given: customers are told, a crew goes, it is mended, and after."""

    CUSTOMERS = "customers"
    CREW = "crew"
    REPAIR = "repair"
    AFTERCARE = "aftercare"


class Dropped(StrEnum):
    """Why nobody has to do a task any more."""

    RESTORED = "restored"
    CLOSED = "closed"
    MISTAKEN = "mistaken"
    MERGED = "merged"
    OTHER_PLAN = "other-plan"
    """The cause or the size turned out to be another, and the plan for that does not have it."""
    EXPIRED = "expired"
    """It was late for so long that nobody asks for it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGiven:
    """A playbook gives a role something to do. Its words stand in the rules, by its name."""

    at: datetime
    task: TaskId
    incident: IncidentId
    name: str
    playbook: str
    role: RoleName
    rank: Rank
    deadline: datetime | None = None
    people: int = 0
    """How many were without service at the worst, as far as was known."""
    calls: int = 0
    """How many calls are to be expected in the next half hour."""
    subscribers: tuple[SubscriberId, ...] = ()
    """Those of the affected for whom much hangs on it, where the task is about them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAdded:
    """A person gives a role something to do, in their own words."""

    at: datetime
    task: TaskId
    incident: IncidentId
    role: RoleName
    by: str
    text: str
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone:
    """It is done."""

    at: datetime
    task: TaskId
    incident: IncidentId
    by: str = ""
    """Who said so; empty: netwatch saw it."""
    note: str = ""
    because: str = ""
    """How netwatch knows, in words of the trade: ``sent:website``, ``eta-known``; of customers who
    need not be told why not: ``too-few``, ``shadow``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSkipped:
    """A person said that it is not to be done, and why."""

    at: datetime
    task: TaskId
    incident: IncidentId
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLate:
    """Its time is over. Whoever has it is reminded first, then somebody else is told."""

    at: datetime
    task: TaskId
    incident: IncidentId
    role: RoleName
    """Who is told of it now."""
    rung: int = 1
    waits_for: str = ""
    """Of customers who were not told: the channels that have not taken the notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDropped:
    """Nobody has to do it any more."""

    at: datetime
    task: TaskId
    incident: IncidentId
    because: Dropped


TaskEnd = TaskDone | TaskSkipped | TaskDropped
TaskFact = TaskGiven | TaskAdded | TaskDone | TaskSkipped | TaskLate | TaskDropped
