"""Which words the staff is owed: one alert an incident, news only when it matters, an all-clear."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from netwatch.model.facts import Audience, IncidentKind, NoticeDue, Phase, Purpose
from netwatch.model.names import ChannelName
from netwatch.response.cases import HAND_OVER, PROMISE, Brief, Case, Life
from netwatch.response.pacing import BRIEF, NO_CHATTER
from netwatch.response.promises import broken_promise
from netwatch.response.state import State
from netwatch.response.watches import letters, newcomers, on_watch, told_now, told_the_end


def staff_words(state: State, case: Case, now: datetime) -> Iterator[NoticeDue]:
    """Yield the messages that have fallen due for the staff about one incident.

    Staff messages are never withheld: shadow and hold concern the public alone.
    """
    step = _step(state, case, now)
    if step is None or not state.rules.staff_channels:
        return
    for channel, recipients in letters(state.rules, step.who):
        yield NoticeDue(
            at=now,
            incident=case.incident,
            audience=Audience.STAFF,
            channel=channel,
            phase=step.phase,
            purpose=step.purpose,
            revision=case.next_revision(Audience.STAFF, channel, step.phase),
            recipients=recipients,
            areas=case.areas,
            subject=PROMISE if step.promise else HAND_OVER if step.hand_over else "",
            detail=step.promise.isoformat() if step.promise else _detail(case),
        )


def beside(
    state: State,
    at: datetime,
    subject: str,
    detail: str,
    *,
    phase: Phase,
    revision: int,
    purpose: Purpose = Purpose.TROUBLE,
    channel: ChannelName | None = None,
) -> Iterator[NoticeDue]:
    """Yield one message to the staff that is about no incident, by their first channel if any.

    ``channel``: by this one, whatever else people prefer.
    """
    if not state.rules.staff_channels:
        return
    for own, recipients in letters(state.rules, on_watch(state, at)):
        yield NoticeDue(
            at=at,
            incident=None,
            audience=Audience.STAFF,
            channel=channel or own,
            phase=phase,
            purpose=purpose,
            revision=revision,
            recipients=recipients,
            subject=subject,
            detail=detail,
        )


class Step(NamedTuple):
    """What the staff is told next, who of them, and why."""

    purpose: Purpose
    phase: Phase
    who: tuple[str, ...]
    promise: datetime | None = None
    """The promise to the public that has just passed in silence."""
    hand_over: bool = False
    """They came on duty while it goes on."""


def _detail(case: Case) -> str:
    return f"merged into {case.merged_into}" if case.merged_into else ""


def _step(state: State, case: Case, now: datetime) -> Step | None:
    told = case.staff
    if case.life is not Life.OPEN:
        return None if told is None or told.clear else _all_clear(state, case, now)
    if told is None:
        brief = case.kind is IncidentKind.PARTIAL and now - case.since < BRIEF
        return None if brief else Step(Purpose.ALERT, _standing(case), on_watch(state, now))
    if told.clear:
        return Step(Purpose.UPDATE, _standing(case), told_now(state, case, now))
    return _news(state, case, told, now)


def _news(state: State, case: Case, told: Brief, now: datetime) -> Step | None:
    come = newcomers(state, case, now)
    if come:
        return Step(Purpose.UPDATE, Phase.UPDATE, come, hand_over=True)
    if now - told.at < NO_CHATTER:
        return None
    promise = broken_promise(state.rules.promises, case, now)
    if promise is not None or _matters(case, told):
        return Step(Purpose.UPDATE, Phase.UPDATE, told_now(state, case, now), promise)
    return None


def _standing(case: Case) -> Phase:
    return Phase.CONFIRMED if case.confirmed else Phase.SUSPECTED


def _all_clear(state: State, case: Case, now: datetime) -> Step:
    mistaken = case.life in (Life.MISTAKEN, Life.MERGED)
    phase = Phase.CORRECTED if mistaken else Phase.RESTORED
    return Step(Purpose.ALL_CLEAR, phase, told_the_end(state, case, now))


def _matters(case: Case, told: Brief) -> bool:
    """Say whether the person on duty would do something else, had they known."""
    if case.kind is not told.kind:
        return True
    if not set(case.root_cause) <= {*told.root_cause, *told.also_possible}:
        return True
    return case.confirmed and case.cause is not told.cause
