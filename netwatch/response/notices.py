"""Which words the public is owed: what an incident is, held against what was last said of it.

Each channel keeps two ledgers: what was decided to say, and what of it was let out. While the
channel is open the second one counts, so that whatever a hold kept back falls due again when it
ends; what was only ever said behind closed doors ends there too, with a withheld "up".
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.facts import (
    Audience,
    Cause,
    IncidentKind,
    NoticeDue,
    Phase,
    Purpose,
    Withheld,
)
from netwatch.model.names import ChannelName
from netwatch.response.cases import DOWN, Case, Life, Stand, Told
from netwatch.response.judging import Verdict, verdict
from netwatch.response.publishing import withheld
from netwatch.response.rules import ResponseRules
from netwatch.response.state import State

PUBLIC: Final = ("public",)
MOST_RECIPIENTS: Final = 500
"""How many recipients one fact bears at most."""
BRIEF: Final = timedelta(minutes=6)
"""What somebody has just changed, and homes that restart together, are mostly back by then.

What is not confirmed by then may be coming back just now: it is given as long again.
"""
NO_CHATTER: Final = timedelta(minutes=1)
"""Updates of one incident on one channel are at least this far apart."""


def public_words(state: State, case: Case, now: datetime) -> Iterator[NoticeDue]:
    """Yield the notices that have fallen due for the public about one incident."""
    blinded = state.blinded
    for channel in channels(state.rules, case):
        step = _step(state, case, channel, now)
        if step is not None and not (blinded and step[0] in DOWN):
            phase, reason = step
            yield from due(case, channel, phase, reason, now)


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
            incident=case.incident,
            audience=Audience.PUBLIC,
            channel=channel,
            phase=phase,
            purpose=Purpose.NOTICE,
            revision=revision,
            recipients=recipients,
            areas=case.areas,
            withheld=reason,
            detail=f"merged into {case.merged_into}" if case.merged_into else "",
        )


def batches(recipients: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Cut recipients into as many as one fact bears."""
    for first in range(0, len(recipients), MOST_RECIPIENTS):
        yield recipients[first : first + MOST_RECIPIENTS]


def _step(
    state: State, case: Case, channel: ChannelName, now: datetime
) -> tuple[Phase, Withheld | None] | None:
    stand = case.stands.get(channel) or Stand()
    closed = withheld(state, channel)
    if closed is None:
        phase = _next_phase(state.rules, case, channel, stand.heard, now)
        if phase is not None:
            return phase, None
        if stand.said is None or stand.said.withheld is None or not stand.said.down:
            return None
        closed = stand.said.withheld
        phase = _end_words(case, stand.said)
        return None if phase is None else (phase, closed)
    phase = _next_phase(state.rules, case, channel, stand.said, now)
    return None if phase is None else (phase, closed)


def _next_phase(
    rules: ResponseRules, case: Case, channel: ChannelName, last: Told | None, now: datetime
) -> Phase | None:
    if _ending(case) is not None:
        return _end_words(case, last)
    if not concerns_the_public(case):
        return None
    if last is None and may_be_back_soon(case, now):
        return None
    news = _news(case, last, now)
    return news if news is not None and _allowed(rules, case, channel, news, now) else None


def _news(case: Case, last: Told | None, now: datetime) -> Phase | None:
    if last is None or not last.down:
        return Phase.CONFIRMED if case.confirmed else Phase.SUSPECTED
    if last.phase is Phase.SUSPECTED:
        return Phase.CONFIRMED if case.confirmed else None
    if last.showed != case.visible(now) and now - last.at >= NO_CHATTER:
        return Phase.UPDATE
    return None


def _end_words(case: Case, last: Told | None) -> Phase | None:
    """Return the words that end what people believe to be down: once, and only if they do."""
    if last is None or not last.down:
        return None
    ending = _ending(case)
    return None if ending is Phase.UPDATE and last.showed.apart else ending


def _ending(case: Case) -> Phase | None:
    """Return the "up" that ends any "down" of this incident; None while it goes on.

    While a few homes are dark still, nobody reads that it was repaired: they would too.
    """
    if case.life in (Life.MISTAKEN, Life.MERGED):
        return Phase.CORRECTED
    if case.life in (Life.RESTORED, Life.CLOSED) and case.apart:
        return Phase.UPDATE
    if case.life in (Life.RESTORED, Life.CLOSED) or case.kind is IncidentKind.DEGRADED:
        return Phase.RESTORED
    if case.kind is IncidentKind.BLIND or case.cause is Cause.SELF:
        return Phase.CORRECTED
    return None


def may_be_back_soon(case: Case, now: datetime) -> bool:
    """Say whether it is of a kind that mostly is over before anybody has read of it."""
    mostly_back = case.cause is Cause.CHANGE or case.kind is IncidentKind.PARTIAL
    wait = BRIEF if case.confirmed else 2 * BRIEF
    return mostly_back and not case.overran and now - case.since < wait


def concerns_the_public(case: Case) -> bool:
    """Say whether customers may be told of it: never while nothing below it is seen silent.

    What comes back is seen piece by piece; halfway, any cause may look likely.
    """
    return case.kind in (IncidentKind.OUTAGE, IncidentKind.PARTIAL) and case.silent > 0


def _allowed(
    rules: ResponseRules, case: Case, channel: ChannelName, phase: Phase, now: datetime
) -> bool:
    return any(
        rule.channel == channel and verdict(rules, rule, case, now) is Verdict.GOES
        for rule in rules.public(phase)
    )
