"""Which words the staff is owed: one alert an incident, news only when it matters, an all-clear."""

from collections.abc import Iterator
from datetime import datetime

from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose
from netwatch.response.cases import Brief, Case, Life
from netwatch.response.notices import NO_CHATTER, batches
from netwatch.response.rules import ResponseRules


def staff_words(rules: ResponseRules, case: Case, now: datetime) -> Iterator[NoticeDue]:
    """Yield the messages that have fallen due for the staff about one incident.

    Staff messages are never withheld: shadow and hold concern the public alone.
    """
    step = _step(case, now)
    if step is None or not rules.staff_channels:
        return
    purpose, phase = step
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
            detail=f"merged into {case.merged_into}" if case.merged_into else "",
        )


def _step(case: Case, now: datetime) -> tuple[Purpose, Phase] | None:
    standing = Phase.CONFIRMED if case.confirmed else Phase.SUSPECTED
    told = case.staff
    if case.life is not Life.OPEN:
        if told is None or told.clear:
            return None
        mistaken = case.life in (Life.MISTAKEN, Life.MERGED)
        return Purpose.ALL_CLEAR, Phase.CORRECTED if mistaken else Phase.RESTORED
    if told is None:
        return Purpose.ALERT, standing
    if told.clear:
        return Purpose.UPDATE, standing
    if now - told.at >= NO_CHATTER and _matters(case, told):
        return Purpose.UPDATE, Phase.UPDATE
    return None


def _matters(case: Case, told: Brief) -> bool:
    """Say whether the person on duty would do something else, had they known."""
    if case.kind is not told.kind:
        return True
    if not set(case.root_cause) <= {*told.root_cause, *told.also_possible}:
        return True
    return case.confirmed and case.cause is not told.cause
