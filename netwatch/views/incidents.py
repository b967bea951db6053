"""Board -> the answers about incidents that scripts and people get: plain dicts."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from netwatch.model.facts import Audience, Fact, IncidentKind, NoticeDue, Purpose
from netwatch.model.names import IncidentId
from netwatch.response.cases import HAND_OVER, RUNG
from netwatch.views.board import Board, Outage
from netwatch.views.course import course_answer
from netwatch.views.messages import messages, told_answer
from netwatch.views.proof import elements, odds, speaks_against, speaks_for, stamp
from netwatch.views.streets import streets_answer
from netwatch.views.tasks import in_order, task_row
from netwatch.views.timeline import timeline

Answer = dict[str, Any]
Words = Callable[[NoticeDue], str]
MOST_POSSIBLE = 6


def no_words(_due: NoticeDue) -> str:
    """Stand in where nobody renders: answers that need facts alone."""
    return ""


def incident_answer(outage: Outage, *, with_subscribers: bool = False) -> Answer:
    """Return one incident as the answer of a replay holds it."""
    rival = outage.proof.runner_up
    answer: Answer = {
        "id": outage.incident,
        "kind": str(outage.kind),
        "cause": str(outage.cause),
        "root_cause": list(outage.root_cause),
        "also_possible": list(outage.also_possible[:MOST_POSSIBLE]),
        "opened_at": stamp(outage.opened_at),
        "closed_at": _stamp(outage.closed_at),
        "confidence": outage.confidence,
        "services": list(outage.services),
        "areas": list(outage.areas),
        "subscribers": outage.worst,
        "because": speaks_for(outage.proof, outage.root_cause),
        "against": speaks_against(outage.proof),
        "runner_up": rival and {"root_cause": list(rival.root_cause), "odds": odds(rival)},
        "alarms": outage.alarms,
    }
    if outage.proof.suspects:
        answer["suspects"] = list(outage.proof.suspects)
    if outage.causes and not outage.cause_by:
        answer["causes"] = {str(cause): chance for cause, chance in outage.causes}
    if with_subscribers:
        answer["subscriber_ids"] = sorted(outage.at_worst)
    return answer


def incident_row(outage: Outage) -> Answer:
    """Return one incident with its life among people: who has it, until when, what was noted."""
    return incident_answer(outage) | {
        "state": outage.state,
        "cause_certainty": outage.cause_certainty,
        **course_answer(outage.course, outage.owner),
        "owner": outage.owner,
        "expected_end": _stamp(outage.expected_end),
        "notes": [{"at": stamp(n.at), "by": n.by, "text": n.text} for n in outage.notes],
        "confirmed_at": _stamp(outage.confirmed_at),
        "restored_at": _stamp(outage.restored_at),
        "without_now": len(outage.without),
        **streets_answer(outage.where if outage.is_open else outage.where_at_worst),
        "phase": outage.phase and str(outage.phase),
        "next": next_step(outage),
    }


def incident_list(board: Board) -> Answer:
    """Return the answer of ``incident list``, newest first."""
    return {"incidents": [incident_row(outage) for outage in board.newest_first()]}


def incident_show(
    board: Board, facts: Iterable[Fact], incident: IncidentId, words: Words = no_words
) -> Answer | None:
    """Return the answer of ``incident show``; None when there is no such incident.

    Args:
        board: the incidents as they stand.
        facts: the journal, or at least what it holds of this incident.
        incident: the one asked for; of a merged one its survivor is shown.
        words: makes the text of an alert; it cannot be made here.
    """
    outage = board.outages.get(board.survivor(incident))
    if outage is None:
        return None
    kept = list(facts)
    dues = [
        fact for fact in kept if isinstance(fact, NoticeDue) and fact.incident == outage.incident
    ]
    return incident_row(outage) | {
        "timeline": timeline(kept, outage.incident),
        "notices": notices_answer(dues),
        "told": told_answer(messages(kept)),
        "alerts": alerts_answer(dues, words),
        "tasks": [
            task_row(task) for task in in_order(board.tasks.get(outage.incident, {}).values())
        ],
    }


def notices_answer(dues: Iterable[NoticeDue]) -> list[Answer]:
    """Return the notices that were due to people outside, one entry however many they go to."""
    rows: dict[tuple[object, ...], Answer] = {}
    for due in dues:
        if due.audience not in (Audience.PUBLIC, Audience.SUBSCRIBERS):
            continue
        alike = (due.at, due.incident, due.phase, due.audience, due.channel, due.areas)
        row = rows.setdefault(
            (*alike, due.withheld, due.subject),
            {
                "at": stamp(due.at),
                "incident": due.incident,
                "phase": str(due.phase),
                "audience": str(due.audience),
                "channel": due.channel,
                "areas": list(due.areas),
                "recipients": 0,
                "withheld": due.withheld and str(due.withheld),
            },
        )
        row["recipients"] += 0 if due.audience is Audience.PUBLIC else len(due.recipients)
    return list(rows.values())


def alerts_answer(dues: Iterable[NoticeDue], words: Words = no_words) -> list[Answer]:
    """Return the first alert of each incident: one entry, however many people it goes to."""
    first: dict[IncidentId | None, NoticeDue] = {}
    for due in dues:
        if due.audience is Audience.STAFF and due.purpose is Purpose.ALERT:
            first.setdefault(due.incident, due)
    return [_message(due, words) for due in first.values()]


def staff_messages_answer(dues: Iterable[NoticeDue], words: Words = no_words) -> list[Answer]:
    """Return what else the staff was told: repeats, updates, all-clears, our own troubles."""
    alerted: set[IncidentId | None] = set()
    answer = []
    for due in dues:
        if due.audience not in (Audience.STAFF, Audience.DESK):
            continue
        first = due.purpose is Purpose.ALERT and due.audience is Audience.STAFF
        if first and due.incident not in alerted:
            alerted.add(due.incident)
            continue
        own = due.subject in (HAND_OVER, RUNG)
        answer.append(_message(due, words) | {"why": due.subject if own else str(due.purpose)})
    return answer


def why(board: Board, incident: IncidentId) -> Answer | None:
    """Return the evidence of an incident, what lost against it, and what to do next."""
    outage = board.outages.get(board.survivor(incident))
    if outage is None:
        return None
    proof = outage.proof
    return {
        "incident": outage.incident,
        "root_cause": list(outage.root_cause),
        "cause": str(outage.cause),
        "cause_certainty": outage.cause_certainty,
        "cause_by": outage.cause_by or None,
        "confidence": outage.confidence,
        "for": proof.silent,
        "of": proof.asked,
        "against": proof.answering,
        "reports": proof.reports,
        "because": speaks_for(proof, outage.root_cause),
        "but": speaks_against(proof),
        "ignored": {"stale": proof.stale, "blind": proof.blind, "planned": proof.planned},
        "rejected": [
            {"root_cause": list(rival.root_cause), "odds": odds(rival)} for rival in proof.rejected
        ],
        "also_possible": list(outage.also_possible[:MOST_POSSIBLE]),
        "suspects": list(proof.suspects),
        "next": next_step(outage),
    }


def next_step(outage: Outage) -> str:  # noqa: PLR0911 - one line a state of things
    """Say what the person on duty does next."""
    place, name = elements(outage.root_cause), outage.incident
    if outage.merged_into is not None:
        return f"see netwatch incident show {outage.merged_into}"
    if outage.state == "closed":
        return "nothing is left to do"
    if outage.state == "restored":
        return f"it closes by itself; keep it open with a note: netwatch incident note {name} TEXT"
    if outage.mute:
        return f"restart the agent of {place}, or let our address in; what hangs on it is not seen"
    if outage.kind is IncidentKind.BLIND and outage.of_devices:
        return f"see what stands in the way of asking {place}: netwatch why-not DEVICE"
    if outage.kind is IncidentKind.BLIND:
        return f"mend our own way out ({place}); until then nothing is known of what lies behind"
    if outage.owner is None:
        return f"take it: netwatch incident ack {name}; then look at {place}"
    if outage.expected_end is None:
        return f"say until when: netwatch incident eta {name} TIME; {outage.owner} has it"
    return f"{outage.owner} has it, expected until {stamp(outage.expected_end)}"


def _message(due: NoticeDue, words: Words) -> Answer:
    return {
        "at": stamp(due.at),
        "incident": due.incident,
        "to": ", ".join(due.recipients),
        "channel": due.channel,
        "text": words(due),
    }


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
