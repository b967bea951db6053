"""The tasks that somebody has to do, with their words and who has them, as the door tells it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from netwatch.delivery.render import Renderer
from netwatch.intake.doorkeeper import RefusedError
from netwatch.model.contacts import Contact
from netwatch.model.faults import NetwatchError
from netwatch.model.names import IncidentId, RoleName, SubscriberId
from netwatch.response.holders import holder_of
from netwatch.service.clock import SteadyClock
from netwatch.service.mind import Mind
from netwatch.views.board import Board
from netwatch.views.tasks import Task, in_order, open_tasks, task_row

Plain = dict[str, Any]


class Running(Protocol):
    """The service, as tasks are told of."""

    clock: SteadyClock
    mind: Mind
    board: Board


class Chores:
    """Says what is to be done; what was done is said by commands."""

    def __init__(
        self,
        service: Running,
        renderer: Callable[[], Renderer],
        contact: Callable[[SubscriberId], Contact | None] | None = None,
    ) -> None:
        """Do nothing yet.

        Args:
            service: it gives the tasks.
            renderer: has their words.
            contact: whom to ring for a line; None: who asks is not to see numbers.
        """
        self._service, self._renderer, self._contact = service, renderer, contact

    async def ask(self, question: Plain, _who: str) -> Plain:
        """Return tasks in the order in which they are to be done.

        ``incident``, ``role`` and ``person`` leave all others out; ``all`` has those that ended.
        ``ring`` names those a task is about, with their numbers.

        Raises:
            RefusedError: there is no such incident.
        """
        at, board = self._service.clock.now(), self._service.board
        rows = [self._row(task, board, at) for task in self._asked(question, board)]
        role, person = question.get("role"), question.get("person")
        return {
            "tasks": [
                row
                for row in rows
                if role in (None, row["role"]) and person in (None, row["person"])
            ]
        }

    def _asked(self, question: Plain, board: Board) -> list[Task]:
        incident, whole = question.get("incident"), question.get("all") is True
        if incident is None:
            held = [task for some in board.tasks.values() for task in in_order(some.values())]
            return held if whole else open_tasks(board.tasks)
        name = IncidentId(str(incident))
        if name not in board.outages:
            raise RefusedError(f"no incident {name}; see them with: netwatch incident list")
        some = in_order(board.tasks.get(board.survivor(name), {}).values())
        return [task for task in some if whole or task.is_open]

    def _row(self, task: Task, board: Board, at: datetime) -> Plain:
        state = self._service.mind.pipeline.response
        holder = holder_of(state, RoleName(task.role), at) if task.is_open else None
        row = task_row(task, self._text(task, board, at), holder.person if holder else None)
        return row | {"ring": [self._to_ring(line) for line in task.subscribers]}

    def _to_ring(self, line: SubscriberId) -> Plain:
        """Return a subscriber with their name and number, as the contact store has them now."""
        known = self._contact(line) if self._contact else None
        return {
            "subscriber": line,
            "name": known.name if known else "",
            "phone": known.phone if known else "",
        }

    def _text(self, task: Task, board: Board, at: datetime) -> str:
        outage = board.outages.get(task.incident)
        try:
            return "" if outage is None else self._renderer().task(task, outage, "", at)
        except NetwatchError:  # better its name than nothing
            return ""
