"""Arrival -> one line of a tape. What is written here ``tape_lines`` reads back as it was."""

from datetime import UTC, datetime
from typing import Any

import orjson

from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Answered,
    Approve,
    Arrival,
    Assign,
    Attribute,
    BeginSituation,
    Change,
    Command,
    EndSituation,
    Expect,
    Finish,
    Follow,
    Hold,
    Invite,
    Loaded,
    Maintain,
    Prolong,
    Readings,
    Receipt,
    Refuse,
    Report,
    Resolve,
    Resume,
    Sample,
    Started,
    Syslog,
    Tick,
    Trap,
    Trouble,
    Unfollow,
)
from netwatch.model.duty_commands import EndOverride, OverrideDuty
from netwatch.model.plain import to_plain
from netwatch.model.replying import Reply, Stray
from netwatch.model.shaping import Merge, Split
from netwatch.model.tasking import AddTask, FinishLesson, FinishTask, LearnLesson, SkipTask
from netwatch.model.voices import CallbacksWait, ConfirmCluster, DismissCluster, PhoneCounts, Voice

Raw = dict[str, Any]


def write_line(arrival: Arrival) -> str:
    """Return the line that records ``arrival``, without its end; empty for a Tick.

    Ticks are not recorded: a replay makes them anew. What was answered at one time takes a line a
    sample, in order: played again one by one they lead to the same facts.
    """
    if isinstance(arrival, Tick):
        return ""
    if isinstance(arrival, Answered):
        return "\n".join(map(write_line, arrival.samples()))
    raw = {"at": _stamp(arrival.at), **_body(arrival)}
    poller = getattr(arrival, "poller", None)
    if poller is not None:
        raw["from"] = poller
    return orjson.dumps(raw).decode()


def _body(arrival: Arrival) -> Raw:  # noqa: PLR0911 - a line a kind of arrival
    match arrival:
        case Sample():
            return _sample(arrival)
        case Readings():
            return {"readings": _fields(arrival, "device", "check", "parts", "columns")}
        case Trap():
            return {"trap": _fields(arrival, "device", "oid", "varbinds")}
        case Syslog():
            return {"syslog": _fields(arrival, "device", "severity", "text")}
        case Change():
            return {"change": _fields(arrival, "device", "by", "what")}
        case Report() | Voice() | PhoneCounts() | CallbacksWait():
            return _heard(arrival)
        case Receipt():
            return {"receipt": _fields(arrival, "key", "result", "detail")}
        case Started():
            lost = ("numbers_spent",) if arrival.numbers_spent else ()
            return {"started": _fields(arrival, "version", *lost)}
        case Loaded():
            return {"loaded": _fields(arrival, "inventory", "rules")}
        case Trouble():
            told = ("tell_end",) if arrival.tell_end else ()
            return {"trouble": _fields(arrival, "where", "what", "over", *told)}
        case Tick() | Answered():
            return {}
        case _:
            return {"command": _command(arrival)}


def _heard(arrival: Report | Voice | PhoneCounts | CallbacksWait) -> Raw:
    if isinstance(arrival, Report):
        unproved = ("source",) if arrival.source else ()
        return {"report": _fields(arrival, "subscriber", "text", *unproved)}
    plain = to_plain(arrival)
    del plain["at"]
    if isinstance(arrival, CallbacksWait):
        return {"callbacks": plain}
    return {"voice" if isinstance(arrival, Voice) else "phone": plain}


def _sample(sample: Sample) -> Raw:
    optional = _fields(sample, "part", "value", "normal", "detail")
    return {
        "device": sample.device,
        "check": sample.check,
        "outcome": sample.outcome,
        **{name: value for name, value in optional.items() if value is not None},
    }


def _command(command: Command) -> Raw:  # noqa: PLR0911 - a line a kind of command
    match command:
        case Acknowledge():
            return {"kind": "acknowledge", **_fields(command, "incident", "by", "note")}
        case Assign():
            return {"kind": "assign", **_fields(command, "incident", "by", "to")}
        case Expect():
            until = None if command.until is None else _stamp(command.until)
            return {"kind": "expect", **_fields(command, "incident", "by"), "until": until}
        case Attribute():
            return {"kind": "attribute", **_fields(command, "incident", "by", "cause")}
        case Annotate():
            return {"kind": "annotate", **_fields(command, "incident", "by", "text")}
        case Resolve():
            said = _fields(command, "incident", "by", "note")
            return {"kind": "resolve", **said, **({"mistaken": True} if command.mistaken else {})}
        case Hold():
            lasts = None if command.lasts is None else command.lasts.total_seconds()
            return {"kind": "hold", "by": command.by, "lasts_s": lasts}
        case Resume():
            return {"kind": "resume", "by": command.by}
        case Approve() | Refuse():
            kind = type(command).__name__.lower()
            return {"kind": kind, **_fields(command, "approval", "by")}
        case BeginSituation() | EndSituation():
            return {"kind": type(command).__name__.lower(), "by": command.by}
        case (
            Maintain()
            | Prolong()
            | Finish()
            | Invite()
            | Follow()
            | Unfollow()
            | OverrideDuty()
            | EndOverride()
            | FinishTask()
            | SkipTask()
            | AddTask()
            | LearnLesson()
            | FinishLesson()
            | Merge()
            | Split()
            | Reply()
            | Stray()
            | ConfirmCluster()
            | DismissCluster()
        ):
            plain = to_plain(command)
            del plain["at"]
            return {"kind": type(command).__name__.lower(), **plain}


def _fields(arrival: Arrival, *names: str) -> Raw:
    return {name: getattr(arrival, name) for name in names}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
