"""Which words the staff is owed: one alert an incident, news only when it matters, an all-clear."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from netwatch.model.facts import Audience, IncidentKind, NoticeDue, Phase, Purpose
from netwatch.model.names import ChannelName
from netwatch.response.cases import PROMISE, Brief, Case, Life
from netwatch.response.pacing import BRIEF, NO_CHATTER, batches
from netwatch.response.promises import broken_promise
from netwatch.response.rules import ResponseRules


def staff_words(rules: ResponseRules, case: Case, now: datetime) -> Iterator[NoticeDue]:
    """Yield the messages that have fallen due for the staff about one incident.

    Staff messages are never withheld: shadow and hold concern the public alone.
    """
    step = _step(rules, case, now)
    if step is None or not rules.staff_channels:
        return
    purpose, phase = step.purpose, step.phase
    channel = rules.staff_channels[0]
    for recipients in batches(rules.staff):
        yield NoticeDue(
            at=now,
            incident=case.incident,
            audience=Audience.STAFF,
            channel=channel,
            phase=phase,
            purpose=purpose,
            revision=case.next_revision(Audience.STAFF, channel, phase),
            recipients=recipients,
            areas=case.areas,
            subject=PROMISE if step.promise else "",
            detail=step.promise.isoformat() if step.promise else _detail(case),
        )


def beside(
    rules: ResponseRules,
    at: datetime,
    subject: str,
    detail: str,
    *,
    phase: Phase,
    revision: int,
    purpose: Purpose = Purpose.TROUBLE,
    channel: ChannelName | None = None,
) -> Iterator[NoticeDue]:
    """Yield one message to the staff that is about no incident, by their first channel if any."""
    if not rules.staff_channels:
        return
    for recipients in batches(rules.staff):
        yield NoticeDue(
            at=at,
            incident=None,
            audience=Audience.STAFF,
            channel=channel or rules.staff_channels[0],
            phase=phase,
            purpose=purpose,
            revision=revision,
            recipients=recipients,
            subject=subject,
            detail=detail,
        )


class Step(NamedTuple):
    """What the staff is told next, and why."""

    purpose: Purpose
    phase: Phase
    promise: datetime | None = None
    """The promise to the public that has just passed in silence."""


def _detail(case: Case) -> str:
    return f"merged into {case.merged_into}" if case.merged_into else ""


def _step(rules: ResponseRules, case: Case, now: datetime) -> Step | None:
    standing = Phase.CONFIRMED if case.confirmed else Phase.SUSPECTED
    told = case.staff
    if case.life is not Life.OPEN:
        return None if told is None or told.clear else _all_clear(case)
    if told is None:
        brief = case.kind is IncidentKind.PARTIAL and now - case.since < BRIEF
        return None if brief else Step(Purpose.ALERT, standing)
    if told.clear:
        return Step(Purpose.UPDATE, standing)
    if now - told.at < NO_CHATTER:
        return None
    promise = broken_promise(rules.promises, case, now)
    if promise is not None or _matters(case, told):
        return Step(Purpose.UPDATE, Phase.UPDATE, promise)
    return None


def _all_clear(case: Case) -> Step:
    mistaken = case.life in (Life.MISTAKEN, Life.MERGED)
    return Step(Purpose.ALL_CLEAR, Phase.CORRECTED if mistaken else Phase.RESTORED)


def _matters(case: Case, told: Brief) -> bool:
    """Say whether the person on duty would do something else, had they known."""
    if case.kind is not told.kind:
        return True
    if not set(case.root_cause) <= {*told.root_cause, *told.also_possible}:
        return True
    return case.confirmed and case.cause is not told.cause
