"""Why nothing followed from a command, in words for the person who gave it."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from netwatch.model.arrivals import (
    Approve,
    Assign,
    BeginSituation,
    Command,
    EndSituation,
    Finish,
    Follow,
    Hold,
    Invite,
    Maintain,
    Prolong,
    Refuse,
    Resume,
    Unfollow,
)
from netwatch.model.duty_commands import EndOverride, OverrideDuty
from netwatch.model.facts import IncidentKind
from netwatch.model.names import IncidentId, MaintenanceId
from netwatch.model.replying import Reply, Stray
from netwatch.model.shaping import Merge, Split
from netwatch.model.tasking import AddTask, FinishLesson, FinishTask, LearnLesson, SkipTask
from netwatch.model.voices import ConfirmCluster, DismissCluster
from netwatch.service.unanswered import not_answered
from netwatch.views.board import Board
from netwatch.views.tasks import no_such_task

SEE_WORKS = "see them with: netwatch maintenance list"
SEE_CLUSTERS = "see them with: netwatch desk cluster list"
SEE_PUBLISHING = "see: netwatch publish status"
OF_THE_SWITCH: Final[Mapping[type[Command], str]] = {
    OverrideDuty: (
        "the service knows no such role or person, or that time is over; see: netwatch oncall "
        "list, and after a change of files: netwatch reload"
    ),
    EndOverride: "no such override goes on or is to come; see: netwatch oncall list",
    Resume: "nothing is held: public words go out as the publishing mode says",
    Hold: "public words could not be held; see the service's log",
    BeginSituation: (
        "nothing confirmed is broken that the public is told of, or all of it is told of as one "
        f"already; {SEE_PUBLISHING}"
    ),
    EndSituation: f"nothing is told of as one; {SEE_PUBLISHING}",
}


def refusal(command: Command, board: Board) -> str:  # noqa: PLR0911, PLR0912 - a line a kind
    """Say why a command led to no facts, and what to do instead."""
    match command:
        case Approve(approval=name) | Refuse(approval=name):
            return not_answered(name, command.by, board)
        case Maintain():
            return "these works could not be planned; see the service's log"
        case Prolong(maintenance=name):
            return f"{name} does not go on, or not so long: at most 31 days; {SEE_WORKS}"
        case Finish(maintenance=name):
            return _not_ended(name, board)
        case (
            Resume()
            | Hold()
            | BeginSituation()
            | EndSituation()
            | Invite()
            | Follow()
            | Unfollow()
            | OverrideDuty()
            | EndOverride()
        ):
            return OF_THE_SWITCH[type(command)]
        case FinishTask(task=task) | SkipTask(task=task):
            return no_such_task(task, board)
        case Assign(incident=name, to=person) if _goes_on(name, board):
            return f"nobody of the people files is called {person!r}; see: netwatch oncall now"
        case ConfirmCluster(cluster=name) | DismissCluster(cluster=name):
            return f"{name} is nothing that anybody could say this of; {SEE_CLUSTERS}"
        case Merge() | Split():
            return _not_shaped(command, board)
        case Reply() | Stray():
            return "that message was taken before; nothing is done twice"
        case LearnLesson(owner=who):
            return f"nobody of the people files is called {who!r}; see: netwatch oncall now"
        case FinishLesson(lesson=one):
            return f"there is no open lesson {one}; see them with: netwatch incident lessons"
        case AddTask(incident=name, role=role) if _goes_on(name, board):
            return f"there is no role {role!r}; see: netwatch oncall now"
        case _:
            return _about_incident(command.incident, board)


def _not_ended(name: MaintenanceId, board: Board) -> str:
    works = board.works.get(name)
    if works is None or not works.is_open:
        return f"there are no works {name}, or they are over; {SEE_WORKS}"
    end = f"netwatch maintenance end {name} --for-good"
    return f"{name} come again and do not go on just now; never again: {end}"


def _goes_on(incident: IncidentId, board: Board) -> bool:
    outage = board.outages.get(incident)
    return outage is not None and outage.state != "closed"


def _not_shaped(command: Merge | Split, board: Board) -> str:
    for name in (command.incident, *([command.into] if isinstance(command, Merge) else [])):
        outage = board.outages.get(name)
        if outage is None or outage.merged_into is not None or outage.state == "closed":
            return _about_incident(name, board)
        if outage.kind is IncidentKind.BLIND:
            return f"{name} is that netwatch cannot see: it is no fault to be merged or split"
    if isinstance(command, Merge):
        return f"{command.incident} cannot be merged into itself; name the other one"
    if board.outages[command.incident].state == "restored":
        return f"{command.incident} works again: there is nothing left of it to be split"
    what = ", ".join(command.elements)
    return (
        f"of those whom {command.incident} takes, {what} has nobody, or all of them; "
        f"see what hangs where: netwatch incident show {command.incident}"
    )


def _about_incident(incident: str, board: Board) -> str:
    outage = board.outages.get(IncidentId(incident))
    if outage is None:
        near = get_close_matches(incident, board.outages, n=1)
        hint = f"did you mean {near[0]}?" if near else "see them with: netwatch incident list"
        return f"there is no incident {incident}; {hint}"
    if outage.merged_into is not None:
        return f"{incident} turned out to be part of {outage.merged_into}; use that number"
    if outage.state == "closed":
        return f"{incident} is closed; what is still dark opens again by itself"
    return f"nothing about {incident} would change by this"
