"""Facts of one incident -> a draft of its review: what was told when, what was late, what lacked.

It states what stands in the journal and blames nobody; people add what they learnt from it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.model.facts import (
    ApprovalLapsed,
    Audience,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRevised,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Purpose,
    keys_of,
)
from netwatch.model.names import IncidentId, NoticeKey
from netwatch.model.task_facts import (
    Dropped,
    TaskAdded,
    TaskDone,
    TaskDropped,
    TaskGiven,
    TaskSkipped,
)
from netwatch.response.cases import PROMISE
from netwatch.views.board import Board, Outage
from netwatch.views.course import course_answer, totals
from netwatch.views.lessons import lessons
from netwatch.views.local_times import lasting
from netwatch.views.proof import elements, stamp
from netwatch.views.timeline import timeline

Review = dict[str, Any]
SOON: Final = timedelta(minutes=1)
"""A message that a channel takes later than this after it was due was late."""
ANSWERED_IN: Final = timedelta(minutes=5)
"""Where the plan sets no time to take it, this one holds."""


def review(board: Board, facts: Iterable[Fact], incident: IncidentId, now: datetime) -> Review:
    """Return the draft of a review; the incident stands on the board.

    Args:
        board: with the incident on it.
        facts: what was decided of it.
        incident: the one that was asked for; of a merged one its survivor is reviewed.
        now: until when what still lasts is counted.
    """
    outage = board.outages[board.survivor(incident)]
    kept = [fact for fact in facts if _of(fact, outage.incident)]
    end = outage.ended_at
    return {
        "incident": outage.incident,
        "state": outage.state,
        "cause": str(outage.cause),
        "cause_certainty": outage.cause_certainty,
        "where": elements(outage.root_cause),
        "areas": list(outage.areas),
        "subscribers": outage.worst,
        "since": stamp(outage.since),
        "opened_at": stamp(outage.opened_at),
        "ended_at": end and stamp(end),
        "seconds": ((end or now) - outage.since).total_seconds(),
        **course_answer(outage.course, outage.owner),
        "lasted": {
            str(stage): span.total_seconds()
            for stage, span in totals(outage.course, now)
            if stage != "closed"
        },
        "told": list(_told(kept, outage)),
        "late": [*_late_messages(kept), *_late_tasks(kept, now), *_late_answer(kept, outage, now)],
        "lacked": list(_lacked(kept, outage, now)),
        "lessons": [one.row(now) for one in lessons(kept)],
        "timeline": timeline(kept, outage.incident),
    }


def _of(fact: Fact, incident: IncidentId) -> bool:
    if isinstance(fact, NoticeSent | NoticeRefused | NoticeExpired):
        return any(key.startswith(f"{incident}/") for key in fact.keys)
    return incident in (getattr(fact, "incident", None), getattr(fact, "into", None))


def _told(facts: Sequence[Fact], outage: Outage) -> Iterator[dict[str, Any]]:
    """Yield when each kind of readers first heard each thing, counted from the first sign."""
    first: dict[tuple[str, str, str], NoticeDue] = {}
    for fact in facts:
        if isinstance(fact, NoticeDue) and fact.withheld is None:
            what = str(fact.purpose if fact.audience is Audience.STAFF else fact.phase)
            first.setdefault((str(fact.audience), fact.channel, what), fact)
    sent = _sent(facts)
    for (audience, channel, what), due in first.items():
        taken = _taken(sent, due)
        yield {
            "audience": audience,
            "channel": channel,
            "what": what,
            "due_at": stamp(due.at),
            "taken_at": taken and stamp(taken),
            "after_s": ((taken or due.at) - outage.since).total_seconds(),
        }


def _sent(facts: Iterable[Fact]) -> dict[NoticeKey, datetime]:
    """Return when each message was first taken."""
    sent: dict[NoticeKey, datetime] = {}
    for fact in facts:
        if isinstance(fact, NoticeSent):
            for key in fact.keys:
                sent.setdefault(key, fact.at)
    return sent


def _taken(sent: Mapping[NoticeKey, datetime], due: NoticeDue) -> datetime | None:
    return min((sent[key] for key in keys_of(due) if key in sent), default=None)


def _late_messages(facts: Sequence[Fact]) -> Iterator[dict[str, Any]]:
    """Yield messages taken late; those to single subscribers, who are many, as one: the worst."""
    sent = _sent(facts)
    late: dict[tuple[object, ...], list[tuple[NoticeDue, datetime]]] = {}
    for number, due in enumerate(facts):
        if not isinstance(due, NoticeDue) or due.withheld is not None:
            continue
        taken = _taken(sent, due)
        if taken is not None and taken - due.at > SOON:
            many = due.audience is Audience.SUBSCRIBERS
            alike = (due.channel, due.phase) if many else (number,)
            late.setdefault(alike, []).append((due, taken))
    for some in late.values():
        due, taken = max(some, key=lambda one: one[1] - one[0].at)
        to = f"{due.audience} by {due.channel}"
        many_of = f", the latest of {len(some)}" if len(some) > 1 else ""
        yield _lateness(f"{due.phase} message to {to}{many_of}", due.at, taken)


def _late_tasks(facts: Sequence[Fact], now: datetime) -> Iterator[dict[str, Any]]:
    ends = {
        fact.task: fact.at
        for fact in facts
        if isinstance(fact, TaskDone | TaskSkipped | TaskDropped)
    }
    for fact in facts:
        if not isinstance(fact, TaskGiven | TaskAdded) or fact.deadline is None:
            continue
        end = ends.get(fact.task, now)
        if end > fact.deadline:
            name = fact.name if isinstance(fact, TaskGiven) else fact.text
            open_ = "" if fact.task in ends else ", not done yet"
            yield _lateness(f"{fact.task} {name} ({fact.role}{open_})", fact.deadline, end)


def _late_answer(facts: Sequence[Fact], outage: Outage, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield that somebody took it late, where no task of the plan says so already."""
    alerted = _first_alert(facts)
    if alerted is None or any(isinstance(f, TaskGiven) and f.name == "take-it" for f in facts):
        return
    taken = _first_taken(facts) or outage.ended_at or now
    if taken > alerted + ANSWERED_IN:
        yield _lateness("somebody takes it", alerted + ANSWERED_IN, taken)


def _lateness(what: str, due: datetime, at: datetime) -> dict[str, Any]:
    late = at - due
    return {
        "what": what,
        "due_at": stamp(due),
        "at": stamp(at),
        "late_s": late.total_seconds(),
        "text": f"{what}: {lasting(late)} late",
    }


def _first_alert(facts: Sequence[Fact]) -> datetime | None:
    alerts = (f.at for f in facts if isinstance(f, NoticeDue) and f.purpose is Purpose.ALERT)
    return next(alerts, None)


def _first_taken(facts: Sequence[Fact]) -> datetime | None:
    taken = (f.at for f in facts if isinstance(f, IncidentAcknowledged | IncidentAssigned))
    return next(taken, None)


def _lacked(facts: Sequence[Fact], outage: Outage, now: datetime) -> Iterator[dict[str, str]]:
    """Yield what the plan or the watch lacked, each with what might mend it."""
    if _first_alert(facts) is not None and not any(isinstance(f, TaskGiven) for f in facts):
        yield _lack(
            "no-playbook",
            f"no playbook was for {outage.cause} of this size at this hour",
            f"write a playbook for {outage.cause}",
        )
    if _first_alert(facts) is not None and _first_taken(facts) is None:
        yield _lack(
            "nobody-answered",
            "nobody took it as long as it lasted",
            "see who was on duty and which way to them failed",
        )
    yield from _guesses(facts)
    yield from _ends(facts, outage, now)
    yield from _not_taken(facts)
    for fact in facts:
        match fact:
            case ApprovalLapsed(overtaken=False):
                yield _lack(
                    "nobody-approved",
                    f"words waited for {fact.approval}, and nobody answered in time",
                    "let fewer words wait for a person, or name another one who may approve",
                )
            case IncidentRelapsed():
                yield _lack(
                    "relapsed",
                    f"it was gone again at {stamp(fact.at)}",
                    "watch a repair for longer before the crew leaves",
                )
            case TaskDropped(because=Dropped.EXPIRED):
                yield _lack(
                    "forgotten",
                    f"{fact.task} was never done",
                    "take the task out of the plan, or give it to another role",
                )
            case _:
                pass


def _not_taken(facts: Sequence[Fact]) -> Iterator[dict[str, str]]:
    """Yield each channel that did not take messages, once: a dead gateway refuses thousands."""
    refused: dict[str, list[NoticeRefused]] = {}
    for fact in facts:
        if isinstance(fact, NoticeRefused):
            refused.setdefault(fact.keys[0].split("/")[2], []).append(fact)
    for channel, some in refused.items():
        count = sum(len(one.keys) for one in some)
        what = "a message" if count == 1 else f"{count} messages, of the first"
        detail = " ".join(some[0].detail.split())[:200]
        yield _lack(
            "not-taken",
            f"{channel} did not take {what}: {detail}",
            f"mend {channel}: netwatch doctor",
        )


def _guesses(facts: Sequence[Fact]) -> Iterator[dict[str, str]]:
    """Yield that the first guess was wrong: people were sent or told by it."""
    said = [f.diagnosis for f in facts if isinstance(f, IncidentOpened | IncidentRevised)]
    if not said:
        return
    first, last = said[0], said[-1]
    meant = {*first.root_cause, *first.also_possible}
    if not meant & set(last.root_cause):
        yield _lack(
            "wrong-first-guess",
            f"first thought of: {elements(first.root_cause)} ({first.cause}); "
            f"it was: {elements(last.root_cause)} ({last.cause})",
            "see what would have told them apart: netwatch plan, netwatch why",
        )


def _ends(facts: Sequence[Fact], outage: Outage, now: datetime) -> Iterator[dict[str, str]]:
    """Yield expected ends and promises that passed in silence."""
    ends = [fact for fact in facts if isinstance(fact, EndExpected)]
    for place, fact in enumerate(ends):
        if fact.until is None:
            continue
        later = ends[place + 1].at if place + 1 < len(ends) else outage.ended_at or now
        if later > fact.until:
            over = lasting(later - fact.until)
            yield _lack(
                "end-passed",
                f"the expected end {stamp(fact.until)} passed; nothing new was said for {over}",
                "give a later end in good time: netwatch incident eta",
            )
    promises = [f for f in facts if isinstance(f, NoticeDue) and f.subject == PROMISE]
    if promises and not ends:
        yield _lack(
            "promise-passed",
            f"news promised to the public by {stamp(datetime.fromisoformat(promises[0].detail))} "
            "did not come",
            "say until when, or that it is not known: netwatch incident eta",
        )


def _lack(kind: str, text: str, lesson: str) -> dict[str, str]:
    return {"kind": kind, "text": text, "lesson": lesson}
