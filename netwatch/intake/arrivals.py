"""Commands, reports and what devices say unasked <-> the plain values that pass the door."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, get_args

from netwatch.model.arrivals import Change, Command, Maintain, Report, Syslog, Trap
from netwatch.model.duty_commands import OverrideDuty
from netwatch.model.names import is_id
from netwatch.model.plain import PlainError, from_plain, to_plain
from netwatch.model.tasking import AddTask, FinishTask, LearnLesson, SkipTask
from netwatch.model.windows import WindowError, check

Foreign = Trap | Syslog | Change | Report
"""What another process may bring in: what it says proves nothing by itself."""

COMMANDS: Final[Mapping[str, type[Command]]] = {
    kind.__name__.lower(): kind for kind in get_args(Command)
}
FOREIGN: Final[Mapping[str, type[Foreign]]] = {
    kind.__name__.lower(): kind for kind in get_args(Foreign)
}
LONGEST_TEXT: Final = 4000
MOST_ELEMENTS: Final = 500
LONGEST_ELEMENT: Final = 300
MOST_VARBINDS: Final = 200
LONGEST_HOLD: Final = timedelta(days=366)
LONGEST_OVERRIDE: Final = timedelta(days=366)
YEARS: Final = range(2000, 2200)
LONGEST_LESSON: Final = 1000
LONGEST_TASK: Final = timedelta(days=31)
LATEST: Final = timedelta(seconds=30)
"""A trap may have waited this long in its receiver; older times are not believed."""
OID: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,10}){0,127}")


class NoArrivalError(ValueError):
    """These values are nothing that may come in; the message says why."""


def command_to_plain(command: Command) -> dict[str, Any]:
    """Return a command as JSON values, its kind under ``kind``."""
    return {"kind": type(command).__name__.lower(), **to_plain(command)}


def command_from_plain(plain: object, *, at: datetime, by: str) -> Command:
    """Return the command, given now by this person; what it says of both is not believed.

    Raises:
        NoArrivalError: it is no command.
    """
    given = _mapping(plain, "a command")
    kind = _kind(given, COMMANDS, "command")
    command: Command = _built(kind, {**given, "at": at.isoformat(), "by": by})
    lasts = getattr(command, "lasts", None)
    if lasts is not None and not timedelta(0) < lasts <= LONGEST_HOLD:
        raise NoArrivalError("a hold lasts longer than nothing and at most a year")
    incident = getattr(command, "incident", None)
    if incident is not None and not is_id(incident):
        raise NoArrivalError("that is no number of an incident")
    if not is_id(getattr(command, "cluster", "C-1")):
        raise NoArrivalError("that is no number of a cluster")
    if isinstance(command, FinishTask | SkipTask | AddTask):
        _check_task(command)
    if isinstance(command, LearnLesson):
        _check_lesson(command)
    if isinstance(command, Maintain):
        _check_plan(command)
    if isinstance(command, OverrideDuty):
        _check_override(command)
    return command


def _check_task(command: FinishTask | SkipTask | AddTask) -> None:
    match command:
        case FinishTask():
            fits = is_id(command.task)
        case SkipTask():
            fits = is_id(command.task) and bool(command.why.strip())
        case AddTask():
            fits = is_id(command.role) and bool(command.text.strip())
            if command.within is not None and not timedelta(0) < command.within <= LONGEST_TASK:
                raise NoArrivalError("a task takes longer than nothing and at most a month")
    if not fits:
        raise NoArrivalError("a task needs its number; one to be skipped, or a new one, words too")


def _check_lesson(command: LearnLesson) -> None:
    if not (is_id(command.owner) and 0 < len(command.text.strip()) <= LONGEST_LESSON):
        raise NoArrivalError("a lesson needs words, at most 1000 characters, and who sees to it")


def _check_plan(command: Maintain) -> None:
    if not 0 < len(command.elements) <= MOST_ELEMENTS:
        raise NoArrivalError(f"works are on at least one element and at most {MOST_ELEMENTS}")
    if any(len(name) > LONGEST_ELEMENT for name in command.elements):
        raise NoArrivalError("that is no element of the network")
    try:
        check(command.window)
    except WindowError as fault:
        raise NoArrivalError(str(fault)) from fault


def _check_override(command: OverrideDuty) -> None:
    if not (is_id(command.role) and is_id(command.person)):
        raise NoArrivalError("that is no id of a role or a person")
    if not timedelta(0) < command.ends - command.starts <= LONGEST_OVERRIDE:
        raise NoArrivalError("somebody takes a duty for longer than nothing and at most a year")
    if command.ends.year not in YEARS:
        raise NoArrivalError(f"a duty ends before the year {YEARS.stop}")


def foreign_from_plain(plain: object, *, at: datetime) -> Foreign:
    """Return what another process saw, at most ``LATEST`` ago.

    Raises:
        NoArrivalError: it is no trap, syslog line, change or report.
    """
    given = _mapping(plain, "an arrival")
    kind = _kind(given, FOREIGN, "arrival")
    arrival: Foreign = _built(kind, {"at": at.isoformat(), **given})
    if not is_id(arrival.subscriber if isinstance(arrival, Report) else arrival.device):
        raise NoArrivalError("that is no id of a device or subscriber")
    if isinstance(arrival, Trap):
        _check_trap(arrival)
    return arrival if at - LATEST <= arrival.at <= at else replace(arrival, at=at)


def report_from_asked(given: Mapping[str, Any], *, at: datetime) -> Report:
    """Return a customer's report, made now.

    Raises:
        NoArrivalError: that is no id of a subscriber, or the text is too long.
    """
    report: Report = _built(Report, {**given, "at": at.isoformat()})
    if not is_id(report.subscriber):
        raise NoArrivalError("that is no id of a subscriber")
    return report


def _built(kind: type[Any], given: Mapping[str, Any]) -> Any:
    names = {entry.name for entry in fields(kind)}
    known = {
        name: _whole(value) if isinstance(value, str) else value
        for name, value in given.items()
        if name in names and name != "poller"
    }
    for name, value in known.items():
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise NoArrivalError(f"{name} is longer than {LONGEST_TEXT} characters")
    try:
        return from_plain(known, kind)
    except PlainError as fault:
        raise NoArrivalError(f"these are no values of {kind.__name__.lower()}: {fault}") from fault


def _whole(text: str) -> str:
    """Return a text without halves of letters: no page could be written that shows one."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _check_trap(trap: Trap) -> None:
    if len(trap.varbinds) > MOST_VARBINDS:
        raise NoArrivalError(f"a trap has at most {MOST_VARBINDS} varbinds")
    for oid in (trap.oid, *(bind[0] for bind in trap.varbinds)):
        if not OID.fullmatch(oid):
            raise NoArrivalError("that is no OID")
    if any(len(str(bind[2])) > LONGEST_TEXT for bind in trap.varbinds):
        raise NoArrivalError(f"a value is longer than {LONGEST_TEXT} characters")


def _kind(given: Mapping[str, Any], kinds: Mapping[str, type[Any]], what: str) -> type[Any]:
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise NoArrivalError(f"there is no such {what}; there are {', '.join(kinds)}")
    return kinds[kind]


def _mapping(plain: object, what: str) -> Mapping[str, Any]:
    if not isinstance(plain, dict):
        raise NoArrivalError(f"{what} is an object with a kind")
    return plain
