"""Facts -> the tasks of each incident, as people see them."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from netwatch.model.facts import Fact
from netwatch.model.names import IncidentId, RoleName, SubscriberId, TaskId
from netwatch.model.task_facts import (
    Rank,
    TaskAdded,
    TaskDone,
    TaskDropped,
    TaskFact,
    TaskGiven,
    TaskLate,
    TaskSkipped,
)
from netwatch.views.proof import stamp

if TYPE_CHECKING:
    from netwatch.views.board import Board

OPEN: Final = "open"
LATE: Final = "late"
DONE: Final = "done"
SKIPPED: Final = "skipped"
DROPPED: Final = "dropped"
RANKS: Final = tuple(Rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task, and how far it came."""

    task: TaskId
    incident: IncidentId
    role: RoleName
    rank: Rank
    given_at: datetime
    name: str = ""
    """What the rules call it; empty: a person added it."""
    playbook: str = ""
    deadline: datetime | None = None
    text: str = ""
    """Of one that a person added: their words."""
    people: int = 0
    calls: int = 0
    subscribers: tuple[SubscriberId, ...] = ()
    state: str = OPEN
    by: str = ""
    """Who added it, or ended it; empty: netwatch."""
    why: str = ""
    """The note, the reason, or how netwatch knows."""
    ended_at: datetime | None = None
    waits_for: str = ""
    """Of customers who were not told in time: the channels that have not taken the notice."""

    @property
    def is_open(self) -> bool:
        """Say whether somebody has to do it."""
        return self.state in (OPEN, LATE)


Tasks = dict[IncidentId, dict[TaskId, Task]]


def take(tasks: Tasks, fact: Fact) -> None:
    """Let one more fact change the tasks."""
    if not isinstance(fact, TaskFact):
        return
    held = tasks.setdefault(fact.incident, {})
    match fact:
        case TaskGiven():
            held[fact.task] = Task(
                task=fact.task,
                incident=fact.incident,
                role=fact.role,
                rank=fact.rank,
                given_at=fact.at,
                name=fact.name,
                playbook=fact.playbook,
                deadline=fact.deadline,
                people=fact.people,
                calls=fact.calls,
                subscribers=fact.subscribers,
            )
        case TaskAdded():
            held[fact.task] = Task(
                task=fact.task,
                incident=fact.incident,
                role=fact.role,
                rank=Rank.REPAIR,
                given_at=fact.at,
                deadline=fact.deadline,
                text=fact.text,
                by=fact.by,
            )
        case _:
            if fact.task in held:
                held[fact.task] = _ended(held[fact.task], fact)


def _ended(task: Task, fact: TaskDone | TaskSkipped | TaskLate | TaskDropped) -> Task:
    match fact:
        case TaskLate():
            return replace(task, state=LATE, waits_for=fact.waits_for)
        case TaskDone():
            why = fact.note or fact.because
            return replace(task, state=DONE, by=fact.by, why=why, ended_at=fact.at)
        case TaskSkipped():
            return replace(task, state=SKIPPED, by=fact.by, why=fact.why, ended_at=fact.at)
        case TaskDropped():
            return replace(task, state=DROPPED, by="", why=str(fact.because), ended_at=fact.at)


def forget(tasks: Tasks, known: Container[IncidentId]) -> None:
    """Let go of the tasks of incidents that are not known any more, once all of them ended."""
    for incident, held in list(tasks.items()):
        if incident not in known and not any(task.is_open for task in held.values()):
            del tasks[incident]


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Return tasks as they are to be done: customers before crew before repair, by deadline.

    Those about critical subscribers come first of their rank.
    """
    return sorted(tasks, key=_place)


def open_tasks(tasks: Tasks) -> list[Task]:
    """Return what somebody has to do, of all incidents, in the order in which it is to be done."""
    return in_order(one for held in tasks.values() for one in held.values() if one.is_open)


def task_row(task: Task, text: str = "", holder: str | None = None) -> dict[str, Any]:
    """Return a row of ``task list``.

    Args:
        task: the task.
        text: its words, where somebody rendered them; else its name.
        holder: who has its role now.
    """
    return {
        "task": task.task,
        "incident": task.incident,
        "name": task.name or None,
        "playbook": task.playbook or None,
        "role": task.role,
        "person": holder,
        "order": str(task.rank),
        "text": text or task.text or task.name,
        "state": task.state,
        "given_at": stamp(task.given_at),
        "deadline": task.deadline and stamp(task.deadline),
        "by": task.by or None,
        "why": task.why or None,
        "ended_at": task.ended_at and stamp(task.ended_at),
        "waits_for": task.waits_for or None,
        "calls": task.calls,
        "subscribers": list(task.subscribers),
    }


def no_such_task(name: TaskId, board: "Board") -> str:
    """Say why nothing follows from what a person said of a task."""
    held = {task.task: task for some in board.tasks.values() for task in some.values()}
    task = held.get(name)
    if task is None:
        near = get_close_matches(name, held, n=1)
        hint = f"did you mean {near[0]}?" if near else "see them with: netwatch task list"
        return f"there is no task {name}; {hint}"
    who = f" by {task.by}" if task.by else ""
    return f"{name} is {task.state}{who} already; see what is left: netwatch task list"


def _place(task: Task) -> tuple[int, bool, datetime, int]:
    return RANKS.index(task.rank), not task.subscribers, _end(task), _number(task.task)


def _end(task: Task) -> datetime:
    return task.deadline or datetime.max.replace(tzinfo=task.given_at.tzinfo)


def _number(task: TaskId) -> int:
    digits = task.rpartition(".")[2]
    return int(digits) if digits.isdigit() else 0
