"""What a person says of tasks. Nothing follows where there is no such open one."""

from collections.abc import Iterator

from netwatch.model.arrivals import Arrival
from netwatch.model.facts import Fact
from netwatch.model.names import TaskId
from netwatch.model.task_facts import TaskAdded, TaskDone, TaskSkipped
from netwatch.model.tasking import AddTask, FinishLesson, FinishTask, LearnLesson, SkipTask
from netwatch.response import lessons
from netwatch.response.playbooks import ROLES
from netwatch.response.state import State


def ordered(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield what a person's command changes about tasks."""
    match arrival:
        case LearnLesson() | FinishLesson():
            yield from lessons.commanded(state, arrival)
        case FinishTask() | SkipTask():
            yield from _ended(state, arrival)
        case AddTask():
            sheet = state.plan.sheets.get(arrival.incident)
            known = arrival.role in (*state.rules.people.roles, *ROLES)
            if sheet is None or sheet.over is not None or not known:
                return
            yield TaskAdded(
                at=arrival.at,
                task=TaskId(f"{sheet.incident}.{sheet.numbers + 1}"),
                incident=sheet.incident,
                role=arrival.role,
                by=arrival.by,
                text=arrival.text,
                deadline=None if arrival.within is None else arrival.at + arrival.within,
            )
        case _:
            return


def _ended(state: State, command: FinishTask | SkipTask) -> Iterator[Fact]:
    sheet = state.plan.sheet_of(command.task)
    errand = None if sheet is None else sheet.errands.get(command.task)
    if sheet is None or errand is None or errand.ended:
        return
    at, task, incident, by = command.at, command.task, sheet.incident, command.by
    if isinstance(command, FinishTask):
        yield TaskDone(at=at, task=task, incident=incident, by=by, note=command.note)
    else:
        yield TaskSkipped(at=at, task=task, incident=incident, by=by, why=command.why)
