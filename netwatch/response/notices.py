"""Which words the public is owed: what an incident is, held against what was last said of it.

Each channel keeps two ledgers: what was decided to say, and what of it was let out. While the
channel is open the second one counts, so that whatever a hold kept back falls due again when it
ends; what was only ever said behind closed doors ends there too, with a withheld "up".
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from netwatch.model.facts import (
    Audience,
    Cause,
    Fact,
    IncidentKind,
    NoticeDue,
    Phase,
    Purpose,
    Withheld,
)
from netwatch.model.names import ChannelName
from netwatch.response.approvals import ask, judged
from netwatch.response.cases import DOWN, Case, Stand, Told
from netwatch.response.judging import Verdict
from netwatch.response.pacing import BRIEF, NO_CHATTER, batches
from netwatch.response.policy import PublicRule
from netwatch.response.publishing import withheld
from netwatch.response.rules import ResponseRules
from netwatch.response.state import State

PUBLIC: Final = ("public",)


def public_words(state: State, case: Case, now: datetime, numbers: Iterator[int]) -> Iterator[Fact]:
    """Yield the notices that have fallen due for the public about one incident, or situation.

    Words that need people are asked for; ``numbers`` are those that questions may bear.
    """
    blinded = state.blinded
    for channel in channels(state.rules, case):
        step = _step(state, case, channel, now)
        if step is None or (blinded and step.phase in DOWN):
            continue
        if step.people and step.rule is not None:
            yield from ask(state, step.rule, case, step.people, now, numbers=numbers)
        else:
            yield from due(case, channel, step.phase, step.reason, now)


def channels(rules: ResponseRules, case: Case) -> Iterable[ChannelName]:
    """Return the public channels of the policy, and those that an earlier policy spoke through."""
    return dict.fromkeys([rule.channel for rule in rules.public()] + list(case.stands))


def due(
    case: Case, channel: ChannelName, phase: Phase, reason: Withheld | None, now: datetime
) -> Iterator[NoticeDue]:
    """Yield the notices of one phase on one channel, in batches of recipients."""
    revision = case.next_revision(Audience.PUBLIC, channel, phase)
    for recipients in batches(PUBLIC):
        yield NoticeDue(
            at=now,
            incident=None if case.situation else case.incident,
            audience=Audience.PUBLIC,
            channel=channel,
            phase=phase,
            purpose=Purpose.NOTICE,
            revision=revision,
            recipients=recipients,
            areas=case.areas,
            withheld=reason,
            subject=case.situation or "",
            detail=f"merged into {case.merged_into}" if case.merged_into else "",
        )


class Step(NamedTuple):
    """What the public hears next on one channel, or which rule needs people before it does."""

    phase: Phase
    reason: Withheld | None = None
    rule: PublicRule | None = None
    people: int = 0
    """How many have to approve before it is said; nobody was asked yet."""


def _step(state: State, case: Case, channel: ChannelName, now: datetime) -> Step | None:
    stand = case.stands.get(channel) or Stand()
    closed = withheld(state, channel)
    if closed is None:
        step = _next(state, case, channel, stand.heard, now)
        if step is not None:
            return step
        if stand.said is None or stand.said.withheld is None or not stand.said.down:
            return None
        closed = stand.said.withheld
        phase = _end_words(case, stand.said)
        return None if phase is None else Step(phase, closed)
    step = _next(state, case, channel, stand.said, now)
    # Behind closed doors nobody is asked: nothing would come of it.
    return None if step is None or step.people else step._replace(reason=closed)


def _next(
    state: State, case: Case, channel: ChannelName, last: Told | None, now: datetime
) -> Step | None:
    if case.ending is not None:
        phase = _end_words(case, last)
        return None if phase is None else Step(phase)
    if not case.concerns_the_public:
        return None
    if last is None and may_be_back_soon(case, now):
        return None
    phase = _news(state, case, channel, last, now)
    return None if phase is None else _permitted(state, case, channel, phase, now)


def _news(
    state: State, case: Case, channel: ChannelName, last: Told | None, now: datetime
) -> Phase | None:
    if last is None or not last.down:
        if state.is_covered(case, channel):
            return None
        return Phase.CONFIRMED if case.confirmed else Phase.SUSPECTED
    if last.phase is Phase.SUSPECTED:
        return Phase.CONFIRMED if case.confirmed else None
    if last.showed != case.visible(now) and now - last.at >= NO_CHATTER:
        return Phase.UPDATE
    return None


def _permitted(
    state: State, case: Case, channel: ChannelName, phase: Phase, now: datetime
) -> Step | None:
    """Return the words of a phase if a rule lets them go, or needs people for it."""
    for rule in state.rules.public(phase):
        if rule.channel != channel:
            continue
        found = Verdict.GOES if case.by_hand else judged(state, rule, case, now)
        if found is Verdict.GOES or found.people:
            return Step(phase, rule=rule, people=found.people)
    return None


def _end_words(case: Case, last: Told | None) -> Phase | None:
    """Return the words that end what people believe to be down: once, and only if they do."""
    if last is None or not last.down:
        return None
    ending = case.ending
    return None if ending is Phase.UPDATE and last.showed.apart else ending


def may_be_back_soon(case: Case, now: datetime) -> bool:
    """Say whether it is of a kind that mostly is over before anybody has read of it."""
    mostly_back = case.cause is Cause.CHANGE or case.kind is IncidentKind.PARTIAL
    wait = BRIEF if case.confirmed else 2 * BRIEF
    return case.mends or (mostly_back and not case.overran and now - case.since < wait)
