"""Tasks as people see them: in the order in which they are to be done, and what came of each."""

from datetime import timedelta

from netwatch.model.names import IncidentId, RoleName, SubscriberId, TaskId
from netwatch.model.task_facts import (
    Dropped,
    Rank,
    TaskAdded,
    TaskDone,
    TaskDropped,
    TaskGiven,
    TaskLate,
    TaskSkipped,
)
from netwatch.views.board import Board
from netwatch.views.task_lines import told_of_task
from netwatch.views.tasks import in_order, no_such_task, open_tasks
from tests.unit.views.tales import NIGHT

ONE = IncidentId("I-1")


def given(number: int, rank: Rank, minutes: int | None = None, *critical: str) -> TaskGiven:
    """Return a task with a deadline."""
    return TaskGiven(
        at=NIGHT,
        task=TaskId(f"I-1.{number}"),
        incident=ONE,
        name=f"n{number}",
        playbook="fibre",
        role=RoleName("desk"),
        rank=rank,
        deadline=None if minutes is None else NIGHT + timedelta(minutes=minutes),
        subscribers=tuple(map(SubscriberId, critical)),
    )


def test_customers_come_before_crew_and_who_is_critical_before_all() -> None:
    board = Board.of(
        [
            given(1, Rank.REPAIR, 1),
            given(2, Rank.CREW, 1),
            given(3, Rank.CUSTOMERS, 1),
            given(4, Rank.CUSTOMERS, 9, "S-7"),
            given(5, Rank.CUSTOMERS),
        ]
    )
    assert [one.task for one in in_order(board.tasks[ONE].values())] == [
        "I-1.4",
        "I-1.3",
        "I-1.5",
        "I-1.2",
        "I-1.1",
    ]


def test_each_end_of_a_task_is_told_with_who_and_why() -> None:
    task = TaskId("I-1.1")
    ends = {
        "done": TaskDone(at=NIGHT, task=task, incident=ONE, by="ewa", note="Jan went"),
        "skipped": TaskSkipped(at=NIGHT, task=task, incident=ONE, by="ewa", why="Jan went"),
        "dropped": TaskDropped(at=NIGHT, task=task, incident=ONE, because=Dropped.MERGED),
        "late": TaskLate(at=NIGHT, task=task, incident=ONE, role=RoleName("desk")),
    }
    for state, end in ends.items():
        board = Board.of([given(1, Rank.CREW), end])
        held = board.tasks[ONE][task]
        assert (held.state, held.is_open) == (state, state == "late")
        assert [one.task for one in open_tasks(board.tasks)] == ([task] if held.is_open else [])
        told = told_of_task(end)
        assert told is not None
        assert told[1].startswith(task)
    assert "Jan went" in told_of_task(ends["skipped"])[1]  # type: ignore[index]


def test_the_time_line_says_why_customers_need_not_be_told() -> None:
    told = TaskDone(at=NIGHT, task=TaskId("I-1.1"), incident=ONE, because="too-few")
    assert told_of_task(told) == (
        "netwatch",
        "I-1.1 done: customers are not told, the policy says nothing of so few",
    )


def test_what_is_no_task_is_told_with_the_near_one() -> None:
    added = TaskAdded(
        at=NIGHT, task=TaskId("I-1.2"), incident=ONE, role=RoleName("field"), by="ewa", text="go"
    )
    done = TaskDone(at=NIGHT, task=TaskId("I-1.1"), incident=ONE, by="ewa")
    board = Board.of([given(1, Rank.CREW), added, done])
    assert no_such_task(TaskId("I-1.22"), board) == "there is no task I-1.22; did you mean I-1.2?"
    assert no_such_task(TaskId("I-1.1"), board).startswith("I-1.1 is done by ewa already")


def test_tasks_of_a_forgotten_incident_go_once_all_of_them_ended() -> None:
    board = Board.of([given(1, Rank.AFTERCARE)])
    board.forget(NIGHT + timedelta(days=40))
    assert list(board.tasks) == [ONE]
    board.take(TaskDropped(at=NIGHT, task=TaskId("I-1.1"), incident=ONE, because=Dropped.EXPIRED))
    board.forget(NIGHT + timedelta(days=40))
    assert board.tasks == {}
