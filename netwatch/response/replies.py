"""What follows from a message of the staff: one decision, and one answer to whoever wrote it.

Only what was parsed becomes a cause or an expected end; their words are a note for colleagues.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from netwatch.model.answers import Answer
from netwatch.model.arrivals import Arrival
from netwatch.model.facts import (
    Audience,
    CauseNamed,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentClosed,
    IncidentNoted,
    NoticeDue,
    Phase,
    PublishHeld,
    Purpose,
)
from netwatch.model.meaning import Meaning, Unclear
from netwatch.model.names import IncidentId, TaskId
from netwatch.model.reply_facts import CrewMoved, ReplyTaken, StrayRefused
from netwatch.model.replying import Reply, Stray
from netwatch.model.task_facts import TaskDone
from netwatch.response.alerts import beside
from netwatch.response.cases import Case
from netwatch.response.people import HOLD, RETRACT
from netwatch.response.reply_memory import FORGOTTEN, Waiting
from netwatch.response.reply_scope import about, errands_of, may
from netwatch.response.state import State

MOST_ANSWERS: Final = 20
"""So many answers one person gets in an hour: two machines that answer each other stop then."""
TOLD_AGAIN: Final = timedelta(hours=1)
STRAYS: Final = {
    "unknown-sender": "an order came from a sender that is nobody of the staff",
    "no-role": "an order came from somebody who has no role in the people files",
    "unsigned": "an order came by mail that answers none of our messages",
    "used": "an order came by mail that answers a message a second time",
    "too-many": "somebody of the staff sends more messages than a person can write",
    "wrong-code": "a code came that is not the one we sent, or is over",
}


def replied(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield what follows from a message of the staff, or of somebody who claims to be."""
    match arrival:
        case Reply() if not state.replies.knows(arrival):
            yield from _taken(state, arrival)
        case Stray():
            yield from _refused(state, arrival)
        case _:
            return


def _refused(state: State, stray: Stray) -> Iterator[Fact]:
    told_at = state.replies.strays.get(stray.channel)
    told = told_at is None or stray.at - told_at >= TOLD_AGAIN
    yield StrayRefused(at=stray.at, channel=stray.channel, why=stray.why, told=told)
    if told:
        what = f"{STRAYS.get(stray.why, stray.why)}; nothing followed from it"
        number = state.replies.strays_told + 1
        where = f"messages by {stray.channel}"
        yield from beside(state, stray.at, where, what, phase=Phase.CONFIRMED, revision=number)


def _taken(state: State, reply: Reply) -> Iterator[Fact]:
    """Yield what follows from a message that was not seen before."""
    waiting = state.replies.waits_for(reply)
    meaning = reply.meaning
    if waiting is not None and waiting.why is Unclear.CONFIRM and meaning.code:
        yield from _confirmed(reply, waiting, state)
        return
    if waiting is not None and _completes(meaning, waiting):
        task = meaning.task or waiting.meaning.task
        meaning = replace(waiting.meaning, incident=meaning.incident, task=task)
    if meaning.code:
        yield from _asked(state, reply, Answer(unclear=Unclear.WRONG_CODE))
        return
    if meaning.hold is not None:
        yield from _held(state, reply, meaning.hold)
        return
    case, choices = about(state, reply, meaning)
    if case is None:
        why = Unclear.WHICH_INCIDENT if choices and not meaning.incident else Unclear.NO_INCIDENT
        if meaning.unclear is not None and why is Unclear.WHICH_INCIDENT:
            why = meaning.unclear
        waits = meaning if why is Unclear.WHICH_INCIDENT else None
        yield from _asked(state, reply, Answer(unclear=why, choices=choices), waits=waits)
        return
    yield from _of_case(state, reply, meaning, case)


def _completes(meaning: Meaning, waiting: Waiting) -> bool:
    """Say whether a message is the number that we asked for, and no more."""
    return bool(meaning.incident) and meaning.says_nothing and waiting.why is not Unclear.CONFIRM


def _confirmed(reply: Reply, waiting: Waiting, state: State) -> Iterator[Fact]:
    """Yield what a code brings about: it is good once, for what it was asked for."""
    incident = waiting.incident
    case = None if incident is None else state.open_case(incident)
    if not reply.proved or incident is None or case is None:
        why = Unclear.NO_INCIDENT if reply.proved else Unclear.WRONG_CODE
        yield from _asked(state, reply, Answer(unclear=why))
        return
    at, by = reply.at, reply.by
    yield _receipt(state, reply, incident)
    yield IncidentClosed(at=at, incident=incident, by=by, mistaken=True)
    yield from _answer(state, reply, Answer(incident=incident, retracted=True))


def _held(state: State, reply: Reply, lasts: timedelta) -> Iterator[Fact]:
    if not may(state, reply.by, HOLD):
        yield from _asked(state, reply, Answer(unclear=Unclear.NOT_YOURS))
        return
    until = reply.at + lasts
    yield _receipt(state, reply, None)
    yield PublishHeld(at=reply.at, by=reply.by, until=until)
    yield from _answer(state, reply, Answer(held_until=until))


def _of_case(state: State, reply: Reply, meaning: Meaning, case: Case) -> Iterator[Fact]:
    incident = case.incident
    if meaning.unclear is not None:
        note = [_note(reply, incident)] if reply.text else []
        answer = Answer(incident=incident, unclear=meaning.unclear, noted=bool(note))
        yield from _asked(state, reply, answer, also=note)
        return
    if meaning.mistaken:
        mine = may(state, reply.by, RETRACT)
        why = Unclear.CONFIRM if mine else Unclear.NOT_YOURS
        waits = meaning if mine else None
        yield from _asked(state, reply, Answer(incident=incident, unclear=why), waits=waits)
        return
    done, choices, why_not = errands_of(state, reply, meaning, case)
    if why_not is not None:
        answer = Answer(incident=incident, unclear=why_not, choices=choices)
        waits = meaning if why_not is Unclear.WHICH_TASK else None
        yield from _asked(state, reply, answer, waits=waits)
        return
    yield _receipt(state, reply, incident)
    facts = list(_done(reply, meaning, case, done))
    yield from facts
    taken = any(isinstance(fact, IncidentAcknowledged) for fact in facts)
    yield from _answer(
        state,
        reply,
        Answer(
            incident=incident,
            taken=taken or (meaning.acknowledge and case.owner == reply.by),
            cause=meaning.cause,
            until=meaning.until,
            there_at=meaning.on_site,
            task=done,
            noted=any(isinstance(fact, IncidentNoted) for fact in facts),
        ),
    )


def _done(reply: Reply, meaning: Meaning, case: Case, task: str) -> Iterator[Fact]:
    """Yield what becomes of an incident by what was understood."""
    at, by, incident = reply.at, reply.by, case.incident
    acts = any((meaning.on_site, meaning.cause, meaning.until))
    if case.owner != by and (meaning.acknowledge or (acts and not case.owner)):
        yield IncidentAcknowledged(at=at, incident=incident, by=by)
    if reply.text and (acts or meaning.done):
        yield _note(reply, incident)
    if meaning.on_site is not None:
        yield CrewMoved(at=at, incident=incident, by=by, there_at=meaning.on_site)
    if meaning.cause is not None:
        yield CauseNamed(at=at, incident=incident, by=by, cause=meaning.cause)
    if meaning.until is not None:
        yield EndExpected(at=at, incident=incident, by=by, until=meaning.until)
    if task:
        yield TaskDone(at=at, task=TaskId(task), incident=incident, by=by)


def _note(reply: Reply, incident: IncidentId) -> IncidentNoted:
    return IncidentNoted(at=reply.at, incident=incident, by=reply.by, text=reply.text)


def _asked(
    state: State,
    reply: Reply,
    answer: Answer,
    *,
    waits: Meaning | None = None,
    also: list[IncidentNoted] | None = None,
) -> Iterator[Fact]:
    """Yield that somebody is asked back, or told that nothing followed."""
    incident = answer.incident
    yield replace(_receipt(state, reply, incident), unclear=answer.unclear, waits=waits)
    yield from also or ()
    yield from _answer(state, reply, answer)


def _receipt(state: State, reply: Reply, incident: IncidentId | None) -> ReplyTaken:
    return ReplyTaken(
        at=reply.at,
        by=reply.by,
        channel=reply.channel,
        message=reply.message,
        number=state.replies.answers + 1,
        incident=incident,
        seal=reply.seal,
        numbered=reply.numbered,
    )


def _answer(state: State, reply: Reply, answer: Answer) -> Iterator[NoticeDue]:
    """Yield the answer to whoever wrote, by the way they wrote."""
    if state.replies.answered_since(reply.by, reply.at - FORGOTTEN) >= MOST_ANSWERS:
        return
    yield NoticeDue(
        at=reply.at,
        incident=None,
        audience=Audience.STAFF,
        channel=reply.channel,
        phase=Phase.UPDATE,
        purpose=Purpose.ANSWER,
        revision=1,
        recipients=(reply.by,),
        subject=f"R-{state.replies.answers + 1}",
        detail=answer.to_text(),
    )
