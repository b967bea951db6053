"""Facts of a drill -> how it went for each role, and whether it goes better than before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean, median
from typing import Any, Final

from netwatch.model.arrivals import Result
from netwatch.model.facts import (
    Audience,
    Fact,
    IncidentAcknowledged,
    IncidentOpened,
    NoticeDue,
    NoticeSent,
    Phase,
    Purpose,
    keys_of,
)
from netwatch.model.names import NoticeKey
from netwatch.model.task_facts import TaskFact
from netwatch.views.proof import stamp
from netwatch.views.tasks import DONE, DROPPED, SKIPPED, Task, Tasks, take

NETWATCH: Final = "netwatch"
FIRST_NOTICE_S: Final = 60.0
DESK_READY_S: Final = 60.0
ALERT_S: Final = 60.0
ACKNOWLEDGED_S: Final = 300.0
"""Who answers within this does it well, within three times this half as well."""
CALLS: Final = ("call-critical", "ring-back", "ring-subscriber")
"""Tasks that are calls to customers."""
TAKEN: Final = (Result.ACCEPTED, Result.DELIVERED, Result.WITHHELD)
MOST_WORDS: Final = 40
WHOLE: Final = 100

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is known of a drill beside its facts."""

    drill: str
    scenario: str
    title: str
    at: str
    by: str
    began: datetime
    faults: tuple[datetime, ...]
    """When something was made to fall."""
    injects: tuple[str, ...] = ()
    alerted: tuple[str, ...] = ()
    """The roles that the rules have told of incidents."""
    ended: datetime | None = None
    why: str = ""
    """Why it ended before its time; empty: it ran to its end."""
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The people of each role."""


@dataclass(slots=True)
class _Told:
    alert: datetime | None = None
    ready: datetime | None = None
    heard: datetime | None = None
    opened: datetime | None = None
    people: dict[str, None] = field(default_factory=dict)
    keys: dict[NoticeKey, NoticeDue] = field(default_factory=dict)
    words: list[Plain] = field(default_factory=list)
    incidents: list[Plain] = field(default_factory=list)


def score(head: Head, facts: Iterable[Fact]) -> Plain:
    """Return how a drill went: what it measured, each role's part, and a sum of 100 at the most.

    Seconds count from the first fault; None: it did not come to that.
    """
    told, tasks = _Told(), Tasks()
    for fact in facts:
        if isinstance(fact, TaskFact):
            take(tasks, fact)
        else:
            _take(told, fact)
    every = [task for held in tasks.values() for task in held.values()]
    first = head.faults[0] if head.faults else head.began
    measures = {
        "alert_s": _seconds(first, told.alert),
        "acknowledged_s": _seconds(told.alert, told.heard),
        "first_notice_s": _seconds(first, told.ready),
        "desk_ready_s": _seconds(first, told.opened),
    }
    roles = _roles(head, measures, every, tuple(told.people))
    points = [row["score"] for row in roles if row["score"] is not None]
    complete = head.ended is not None and not head.why
    return {
        "drill": head.drill,
        "scenario": head.scenario,
        "title": head.title,
        "at": head.at,
        "by": head.by,
        "began": stamp(head.began),
        "ended": None if head.ended is None else stamp(head.ended),
        "why": head.why,
        "complete": complete,
        "injects": list(head.injects),
        "incidents": told.incidents,
        "measures": measures,
        "roles": roles,
        "tasks": [_task(task) for task in every],
        "score": round(fmean(points)) if points and complete else None,
        "words": told.words,
    }


def trend(report: Plain, earlier: Sequence[Plain]) -> list[Plain]:
    """Return each measure beside the drill before and the median of all before that count.

    Args:
        report: of one drill.
        earlier: of those before it, oldest first; those that did not run to their end are left out.
    """
    before = [one for one in earlier if one.get("complete")]
    rows = []
    for name in ("score", "alert_s", "acknowledged_s", "first_notice_s", "desk_ready_s"):
        past = [_of(one, name) for one in before]
        known = [value for value in past if value is not None]
        now = _of(report, name)
        last = next((value for value in reversed(past) if value is not None), None)
        rows.append(
            {
                "measure": name,
                "now": now,
                "before": last,
                "median": median(known) if known else None,
                "better": _better(name, now, last),
            }
        )
    return rows


def _of(report: Plain, name: str) -> float | None:
    value = report.get(name) if name == "score" else (report.get("measures") or {}).get(name)
    return float(value) if isinstance(value, int | float) else None


def _better(name: str, now: float | None, last: float | None) -> bool | None:
    if now is None or last is None or now == last:
        return None
    return (now > last) is (name == "score")


def _take(told: _Told, fact: Fact) -> None:
    match fact:
        case IncidentOpened():
            told.opened = told.opened or fact.at
            found = fact.diagnosis
            told.incidents.append(
                {
                    "incident": fact.incident,
                    "opened": stamp(fact.at),
                    "root_cause": list(found.root_cause),
                    "subscribers": len(found.subscribers),
                }
            )
        case IncidentAcknowledged():
            told.heard = told.heard or fact.at
        case NoticeDue(audience=Audience.STAFF, purpose=Purpose.ALERT):
            told.people.update(dict.fromkeys(fact.recipients))
            told.keys.update(dict.fromkeys(keys_of(fact), fact))
        case NoticeDue(audience=Audience.PUBLIC | Audience.SUBSCRIBERS):
            told.keys.update(dict.fromkeys(keys_of(fact), fact))
        case NoticeSent() if fact.result in TAKEN:
            for key in fact.keys:
                if (due := told.keys.pop(key, None)) is not None:
                    _sent(told, due, fact)
        case _:
            return


def _sent(told: _Told, due: NoticeDue, fact: NoticeSent) -> None:
    if due.audience is Audience.STAFF:
        told.alert = told.alert or fact.at
        return
    if due.phase in (Phase.SUSPECTED, Phase.CONFIRMED):
        told.ready = told.ready or fact.at
    if fact.detail and len(told.words) < MOST_WORDS:
        row = {"at": stamp(fact.at), "channel": due.channel, "phase": due.phase}
        told.words.append({**row, "text": fact.detail})


def _roles(
    head: Head, measures: Plain, tasks: Sequence[Task], alerted: tuple[str, ...]
) -> list[Plain]:
    names = dict.fromkeys((*head.alerted, *(task.role for task in tasks), NETWATCH))
    rows = []
    for name in names:
        own = [task for task in tasks if task.role == name]
        parts = [_worth(task) for task in own if task.state != DROPPED or _missed(task)]
        row: Plain = {"role": name, "told": None, "acknowledged_s": None}
        if name in head.alerted and alerted:
            row["told"] = [
                one for one in alerted if one == name or one in head.people.get(name, ())
            ]
            row["acknowledged_s"] = measures["acknowledged_s"]
            parts.append(_swift(measures["acknowledged_s"], ACKNOWLEDGED_S))
        if name == NETWATCH:
            limits = (
                ("alert_s", ALERT_S),
                ("first_notice_s", FIRST_NOTICE_S),
                ("desk_ready_s", DESK_READY_S),
            )
            parts += [_swift(measures[what], limit) for what, limit in limits]
        rows.append(
            {
                **row,
                **_counted(own),
                "score": round(fmean(parts) * WHOLE) if parts else None,
            }
        )
    return rows


def _counted(tasks: Sequence[Task]) -> Plain:
    calls = [task for task in tasks if task.name in CALLS]
    return {
        "tasks": len(tasks),
        "in_time": sum(_in_time(task) for task in tasks),
        "late": sum(task.state == DONE and not _in_time(task) for task in tasks),
        "skipped": sum(task.state == SKIPPED for task in tasks),
        "undone": sum(task.is_open or _let_go(task) for task in tasks),
        "dropped": sum(task.state == DROPPED and not _missed(task) for task in tasks),
        "calls": len(calls),
        "called_in_time": sum(_in_time(task) for task in calls),
    }


def _in_time(task: Task) -> bool:
    if task.state != DONE or task.ended_at is None:
        return False
    return task.deadline is None or task.ended_at <= task.deadline


def _let_go(task: Task) -> bool:
    return task.state == DROPPED and _missed(task)


def _worth(task: Task) -> float:
    """Return what a task is worth: all in time, half when late or skipped with a reason."""
    if _in_time(task):
        return 1.0
    return 0.5 if task.state in (DONE, SKIPPED) else 0.0


def _missed(task: Task) -> bool:
    """Say whether its time was over before nobody had to do it any more."""
    over, ended = task.deadline, task.ended_at
    return over is not None and ended is not None and over < ended


def _swift(took_s: float | None, limit_s: float) -> float:
    if took_s is None or took_s > 3 * limit_s:
        return 0.0
    return 1.0 if took_s <= limit_s else 0.5


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    if since is None or until is None:
        return None
    return round(max(timedelta(0), until - since).total_seconds(), 1)


def _task(task: Task) -> Plain:
    took = None if task.ended_at is None else _seconds(task.given_at, task.ended_at)
    return {
        "task": task.task,
        "name": task.name or task.text,
        "role": task.role,
        "state": task.state,
        "by": task.by,
        "took_s": took,
        "in_time": _in_time(task),
    }
