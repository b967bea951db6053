"""Which words single subscribers are owed, on channels that go to one reader each.

"Down" is for those who are dark and were not told on any incident; "up" for those who were told
and are seen working, wherever they are recorded. So each "down" has one "up", nobody hears "up"
who is dark by another fault, and a fault that turns out to be two, or two that turn out to be one,
tell nobody twice.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose, Withheld
from netwatch.model.names import ChannelName, SubscriberId
from netwatch.response.cases import Case, Life
from netwatch.response.judging import Verdict, verdict, within_hours
from netwatch.response.notices import batches, concerns_the_public, may_be_back_soon
from netwatch.response.publishing import withheld
from netwatch.response.rolls import Later, News, People, Roll
from netwatch.response.rules import PublicRule, To
from netwatch.response.state import State

JOINED: Final = timedelta(minutes=2)
"""Who joins an outage that is told of already is told so long after: most are a matter of seconds."""
QUIET: Final = timedelta(minutes=5)
"""Messages to those who wait are at least this far apart: each wakes somebody, and costs."""
MOST_AT_ONCE: Final = 25_000
"""So many are told within one second at most; the next ones in the next."""
MORE: Final = "more than that it is looked into"
"""In the detail of a notice: its readers were told that it is looked into."""


def subscriber_words(state: State, case: Case, now: datetime) -> Iterator[NoticeDue]:
    """Yield what has fallen due for the subscribers of one incident, in batches."""
    rolls = case.crowd.rolls
    for channel in dict.fromkeys([*state.singly, *rolls]) if rolls else state.singly:
        closed = withheld(state, channel)
        roll = rolls.get(channel)
        if roll is not None:
            yield from _ups(state, case, channel, roll, closed, now)
            yield from _updates(state, case, channel, roll, closed, now)
        yield from _downs(state, case, channel, roll or Roll(), closed, now)


# --- down ---------------------------------------------------------------------------------------


def _downs(
    state: State,
    case: Case,
    channel: ChannelName,
    roll: Roll,
    closed: Withheld | None,
    now: datetime,
) -> Iterator[NoticeDue]:
    phase = Phase.CONFIRMED if case.confirmed else Phase.SUSPECTED
    mark = (case.incident, channel, phase)
    if mark in state.all_told or not _may_be_told(state, case, now):
        return
    waits = False
    for rule in state.singly.get(channel, ()):
        if rule.phase is not phase:
            continue
        allowed = verdict(state.rules, rule, case, now, recipients=0)
        if allowed in (Verdict.WAITS, Verdict.NEVER):
            waits = waits or allowed is Verdict.WAITS
            continue
        untold, young = _untold(state, case, channel, roll, rule, closed, now)
        waits = waits or bool(untold) or young
        if untold:
            yield from _told(case, channel, phase, closed, untold, roll, now)
            break
    if not waits:
        state.all_told.add(mark)


def _may_be_told(state: State, case: Case, now: datetime) -> bool:
    return (
        case.life is Life.OPEN
        and bool(case.crowd.dark)
        and concerns_the_public(case)
        and not may_be_back_soon(case, now)
        and not state.blinded
    )


def _untold(
    state: State,
    case: Case,
    channel: ChannelName,
    roll: Roll,
    rule: PublicRule,
    closed: Withheld | None,
    now: datetime,
) -> tuple[list[SubscriberId], bool]:
    """Return who is to be told of it by a rule, in order, and whether some have just joined."""
    left = set(case.crowd.dark)
    if rule.to is To.CRITICAL:
        left &= state.homes.critical
    elif rule.to is To.TOLD:
        left &= roll.waiting
    known = roll.suspected if rule.phase is Phase.CONFIRMED else frozenset()
    left -= roll.heard if closed is not None else roll.heard - known
    if closed is not None:
        left -= roll.kept - known
    left -= roll.missed
    for other in state.cases.values():
        if other is not case and (their := other.crowd.rolls.get(channel)) is not None:
            left -= their.heard
            if closed is not None:
                left -= their.kept
    young = _young(case.crowd.joined, min(rule.after, JOINED), now) & left
    left -= young
    if not left:
        return [], bool(young)
    ordered = [name for name in case.crowd.dark if name in left]
    if state.homes.lines:
        ordered = state.homes.once(ordered, _waiting(state, channel, closed) - left)
    return ordered, bool(young)


def _young(joined: Later, wait: timedelta, now: datetime) -> People:
    return set[SubscriberId]().union(*(some for at, some in joined.items() if now - at < wait))


def _waiting(state: State, channel: ChannelName, closed: Withheld | None) -> People:
    """Return everybody who was told "down" by a channel, of whatever incident."""
    rolls = [case.crowd.rolls[channel] for case in state.cases.values() if channel in case.crowd.rolls]
    return set[SubscriberId]().union(
        *(roll.heard if closed is None else roll.waiting for roll in rolls)
    )


def _told(
    case: Case,
    channel: ChannelName,
    phase: Phase,
    closed: Withheld | None,
    people: Sequence[SubscriberId],
    roll: Roll,
    now: datetime,
) -> Iterator[NoticeDue]:
    at_once = people[:MOST_AT_ONCE]
    again = roll.suspected & roll.waiting
    for detail, some in (
        (MORE, [name for name in at_once if name in again] if again else []),
        ("", [name for name in at_once if name not in again] if again else at_once),
    ):
        yield from _due(case, channel, phase, closed, some, now, detail)


# --- news ---------------------------------------------------------------------------------------


def _updates(
    state: State,
    case: Case,
    channel: ChannelName,
    roll: Roll,
    closed: Withheld | None,
    now: datetime,
) -> Iterator[NoticeDue]:
    news = case.news(now)
    if (
        roll.told_at is None
        or news in (roll.told, News())
        or now - roll.told_at < QUIET
        or not _may_be_told(state, case, now)
    ):
        return
    for rule in state.singly.get(channel, ()):
        if rule.phase is not Phase.UPDATE:
            continue
        told = (roll.heard if closed is None else roll.kept) - roll.suspected
        waiting = [name for name in case.crowd.dark if name in told]
        if verdict(state.rules, rule, case, now, recipients=len(waiting)) is Verdict.GOES:
            yield from _due(case, channel, Phase.UPDATE, closed, waiting, now)
            return


# --- up -----------------------------------------------------------------------------------------


def _ups(
    state: State,
    case: Case,
    channel: ChannelName,
    roll: Roll,
    closed: Withheld | None,
    now: datetime,
) -> Iterator[NoticeDue]:
    for later, phase in ((roll.back, Phase.RESTORED), (roll.wrong, Phase.CORRECTED)):
        ripe = set[SubscriberId]().union(*(some for at, some in later.items() if at <= now))
        heard, kept = ripe & roll.heard, ripe & roll.kept
        if heard and closed is None and _at_this_hour(state, channel, phase, now):
            yield from _due(case, channel, phase, None, _lit(state, heard), now)
        if kept:
            yield from _due(case, channel, phase, roll.why, _lit(state, kept), now)


def _at_this_hour(state: State, channel: ChannelName, phase: Phase, now: datetime) -> bool:
    """Say whether the hours of the policy let words out; without a rule every "down" has its "up"."""
    rules = [rule for rule in state.singly.get(channel, ()) if rule.phase is phase]
    return not rules or any(within_hours(state.rules, rule, now) for rule in rules)


def _lit(state: State, people: People) -> list[SubscriberId]:
    """Return those of whom no line is dark by any incident, in order."""
    lines = state.homes.with_other_lines(people)
    dark = set[SubscriberId]()
    for case in state.cases.values():
        if case.crowd.dark:
            dark |= lines & case.crowd.dark.keys()
    if dark:
        people = people - state.homes.with_other_lines(dark)
    return list(islice(sorted(people), MOST_AT_ONCE))


def _due(
    case: Case,
    channel: ChannelName,
    phase: Phase,
    reason: Withheld | None,
    people: Sequence[SubscriberId],
    now: datetime,
    detail: str = "",
) -> Iterator[NoticeDue]:
    revision = case.next_revision(Audience.SUBSCRIBERS, channel, phase)
    for recipients in batches(tuple(people)):
        yield NoticeDue(
            at=now,
            incident=case.incident,
            audience=Audience.SUBSCRIBERS,
            channel=channel,
            phase=phase,
            purpose=Purpose.NOTICE,
            revision=revision,
            recipients=recipients,
            areas=case.areas,
            withheld=reason,
            detail=detail,
        )
