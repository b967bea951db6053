"""Facts of one incident -> its timeline: rows of when, what, by whom, in a sentence."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from netwatch.model.facts import (
    AlarmPlaced,
    ApprovalAsked,
    ApprovalGiven,
    ApprovalLapsed,
    ApprovalRefused,
    Audience,
    Cause,
    CauseNamed,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentConfirmed,
    IncidentMerged,
    IncidentNoted,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Part,
    SubscribersBack,
)
from netwatch.model.lesson_facts import LessonDone, LessonLearnt
from netwatch.model.names import IncidentId, NoticeKey
from netwatch.model.person_facts import MergedByHand, SplitByHand
from netwatch.model.reply_facts import CrewMoved, ReplyTaken
from netwatch.model.report_facts import CustomerReported
from netwatch.response.cases import PROMISE, RUNG
from netwatch.views.proof import elements, stamp
from netwatch.views.reply_lines import told_of_reply
from netwatch.views.task_lines import told_of_task

NETWATCH = "netwatch"
Settled = NoticeSent | NoticeRefused | NoticeExpired
Row = dict[str, Any]


def timeline(facts: Iterable[Fact], incident: IncidentId) -> list[Row]:
    """Return the rows of one incident, in the order in which things were decided.

    Alarms folded under the root are counted elsewhere; here stands only what a person would tell.
    """
    rows = (_row(fact, incident) for fact in _together(facts))
    return [row for row in rows if row is not None]


def _together(facts: Iterable[Fact]) -> Iterable[Fact]:
    """Return facts with what was said to many subscribers, and what became of it, as one each."""
    told: dict[tuple[object, ...], list[Fact]] = {}
    for number, fact in enumerate(facts):
        told.setdefault(_alike(fact) or (number,), []).append(fact)
    return [_as_one(some) for some in told.values()]


def _alike(fact: Fact) -> tuple[object, ...] | None:
    """Return what messages to subscribers have in common that a person would tell of as one."""
    match fact:
        case NoticeDue(audience=Audience.SUBSCRIBERS):
            return fact.incident, fact.at, fact.channel, fact.phase, fact.withheld
        case NoticeSent() | NoticeRefused() | NoticeExpired() if len(fact.keys) == 1:
            about, audience, channel, _, phase, revision = fact.keys[0].rsplit("/", 5)
            result = getattr(fact, "result", None)
            if audience == Audience.SUBSCRIBERS:
                return type(fact), result, about, channel, phase, revision
        case _:
            pass
    return None


def _as_one(facts: list[Fact]) -> Fact:
    first = facts[0]
    if len(facts) == 1:
        return first
    match first:
        case NoticeDue():
            people = (
                name for fact in facts if isinstance(fact, NoticeDue) for name in fact.recipients
            )
            return replace(first, recipients=tuple(people))
        case NoticeSent() | NoticeRefused() | NoticeExpired():
            keys = (fact.keys[0] for fact in facts if isinstance(fact, Settled))
            return replace(first, keys=tuple(keys), detail="")
        case _:
            return first


def _row(fact: Fact, incident: IncidentId) -> Row | None:
    told = _told(fact, incident)
    if told is None:
        return None
    by, text = told
    return {"at": stamp(fact.at), "fact": type(fact).__name__, "by": by, "text": text}


def _told(fact: Fact, incident: IncidentId) -> tuple[str, str] | None:
    match fact:
        case NoticeSent() | NoticeRefused() | NoticeExpired():
            own = [key for key in fact.keys if key.startswith(f"{incident}/")]
            return _settled(fact, own) if own else None
        case IncidentMerged() if fact.into == incident:
            return NETWATCH, f"{fact.incident} turned out to be the same fault and goes on here"
    if getattr(fact, "incident", None) != incident:
        return None
    return _by_person(fact) or told_of_task(fact) or _by_netwatch(fact)


def _by_person(fact: Fact) -> tuple[str, str] | None:  # noqa: PLR0911, PLR0912 - a line a kind
    match fact:
        case ApprovalGiven():
            return fact.by, f"{fact.by} approved {fact.approval}"
        case ApprovalRefused():
            return fact.by, f"{fact.by} refused {fact.approval}"
        case IncidentAcknowledged():
            return fact.by, f"{fact.by} took it"
        case IncidentAssigned():
            return fact.by, f"{fact.by} gave it to {fact.to}"
        case EndExpected(until=None):
            return fact.by, "the expected end was taken back"
        case EndExpected(until=datetime() as until):
            return fact.by, f"expected end {stamp(until)}"
        case CauseNamed(cause=None):
            return fact.by, f"what {fact.by} said of the cause was taken back"
        case CauseNamed(cause=Cause() as cause):
            return fact.by, f"{fact.by} said that the cause is {cause}"
        case IncidentNoted():
            return fact.by, fact.text
        case ReplyTaken() | CrewMoved():
            return fact.by, told_of_reply(fact)
        case MergedByHand():
            return fact.by, f"{fact.by} said that {fact.merged} is the same fault"
        case SplitByHand():
            return (
                fact.by,
                f"{fact.by} said that it is no part of {fact.out_of}",
            )
        case LessonLearnt():
            return fact.by, f"{fact.lesson}: {fact.text} ({fact.owner} until {fact.due:%Y-%m-%d})"
        case LessonDone():
            note = f": {fact.note}" if fact.note else ""
            return fact.by, f"{fact.lesson} is done{note}"
        case IncidentClosed() if fact.by:
            taken = "took it back as our mistake" if fact.mistaken else "closed it"
            return fact.by, f"{fact.by} {taken}"
        case _:
            return None


def _by_netwatch(fact: Fact) -> tuple[str, str] | None:  # noqa: PLR0911, PLR0912 - a line a kind
    match fact:
        case AlarmPlaced(as_=Part.ROOT):
            part = f" {fact.part}" if fact.part else ""
            return NETWATCH, f"alarm {fact.check}{part} of {fact.device} belongs to the root cause"
        case IncidentOpened():
            return NETWATCH, f"opened; {_blames(fact)}; first sign {stamp(fact.since)}"
        case IncidentRevised():
            return NETWATCH, f"now {_blames(fact)}"
        case IncidentConfirmed():
            over = f"{fact.over.total_seconds():.0f} s"
            return NETWATCH, f"confirmed by what was seen over {over}"
        case CustomerReported():
            return NETWATCH, "a customer reported it"
        case SubscribersBack():
            return NETWATCH, f"{len(fact.subscribers)} subscribers seen working again"
        case IncidentRestored():
            return NETWATCH, _restored(fact)
        case IncidentRelapsed():
            return NETWATCH, "gone again before it was closed"
        case IncidentMerged():
            return NETWATCH, f"the same fault as {fact.into}; goes on there"
        case IncidentClosed():
            return NETWATCH, "closed"
        case NoticeDue():
            return NETWATCH, _due(fact)
        case ApprovalAsked():
            return NETWATCH, _asked(fact)
        case ApprovalLapsed():
            return NETWATCH, _lapsed(fact)
        case _:
            return None


def _blames(fact: IncidentOpened | IncidentRevised) -> str:
    said = fact.diagnosis
    return f"{said.cause} at {elements(said.root_cause)}, {len(said.subscribers)} without service"


def _restored(fact: IncidentRestored) -> str:
    if fact.apart:
        return (
            f"seen working again, but for {len(fact.apart)} single lines; they go on by themselves"
        )
    return "everything it took was seen working again"


def _asked(fact: ApprovalAsked) -> str:
    who = "a person" if fact.people == 1 else f"{fact.people} different persons"
    then = "goes" if fact.goes else "is dropped"
    return (
        f"{fact.approval}: {fact.phase} by {fact.channel} to {fact.recipients} people waits for "
        f"{who} until {stamp(fact.expires)}, then it {then}"
    )


def _lapsed(fact: ApprovalLapsed) -> str:
    if fact.overtaken:
        return f"{fact.approval} needs no answer any more"
    became = "its words go" if fact.goes else "its words were dropped"
    return f"nobody answered {fact.approval} in time; {became}"


def _due(due: NoticeDue) -> str:
    kept = f"; withheld: {due.withheld}" if due.withheld else ""
    people = "the public" if due.recipients == ("public",) else ", ".join(due.recipients[:3])
    if len(due.recipients) > len(due.recipients[:3]):
        people = f"{len(due.recipients)} recipients"
    if due.subject == PROMISE:
        why = f"customers were promised news by {stamp(datetime.fromisoformat(due.detail))}; "
    elif due.subject == RUNG:
        why = f"nobody took it for {due.detail.partition(' ')[0]} min; "
    else:
        why = ""
    return f"{why}{due.purpose} ({due.phase}) due to {people} by {due.channel}{kept}"


def _settled(
    fact: NoticeSent | NoticeRefused | NoticeExpired, keys: list[NoticeKey]
) -> tuple[str, str]:
    match fact:
        case NoticeSent():
            became = str(fact.result)
        case NoticeRefused():
            became = "refused"
        case NoticeExpired():
            became = "expired"
    _, audience, channel, *_, phase, _ = keys[0].split("/")
    what = f"{phase} notice" if len(keys) == 1 else f"{len(keys)} {phase} notices"
    detail = f": {fact.detail.splitlines()[0][:200]}" if fact.detail.strip() else ""
    return channel, f"{what} to {audience} {became}{detail}"
