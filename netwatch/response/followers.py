"""People without a contract who follow areas: told what the page says of these, and its end.

They are told what is confirmed, once an incident, and that it is over, if they were told of it:
whoever was told stands in the ledger of letters until that may be said, and every Tick looks there.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from netwatch.model.arrivals import Arrival, Follow, Invite, Tick, Unfollow
from netwatch.model.facts import Audience, Fact, NoticeDue, Phase, Purpose
from netwatch.model.follower_facts import (
    OPT_IN,
    FollowerFact,
    FollowerJoined,
    FollowerLeft,
    is_follower,
)
from netwatch.model.names import AreaId, ChannelName, IncidentId, SubscriberId
from netwatch.response.cases import Case
from netwatch.response.judging import within_hours
from netwatch.response.pacing import batches
from netwatch.response.policy import WEBSITE
from netwatch.response.publishing import withheld
from netwatch.response.spending import cost, too_dear
from netwatch.response.state import State

OVER: Final = (Phase.RESTORED, Phase.CORRECTED)
NOBODY: Final = IncidentId("")


def commanded(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield what a visitor's wish leads to."""
    match arrival:
        case Invite() if is_follower(arrival.follower):
            if not _is_open(state, arrival.channel):
                return
            asked = _invitation(state, arrival)
            if not too_dear(state.rules, state.spending, NOBODY, asked.cost, arrival.at):
                yield asked
        case Follow() if is_follower(arrival.follower) and (arrival.areas or arrival.line):
            yield FollowerJoined(
                at=arrival.at,
                follower=arrival.follower,
                channel=arrival.channel,
                areas=arrival.areas,
                line=arrival.line,
            )
        case Unfollow():
            for name, one in state.followers.items():
                if arrival.follower in (name, one.line):
                    yield FollowerLeft(at=arrival.at, follower=name)
        case _:
            return


def _invitation(state: State, wish: Invite) -> NoticeDue:
    return NoticeDue(
        at=wish.at,
        incident=None,
        audience=Audience.SUBSCRIBERS,
        channel=wish.channel,
        phase=Phase.CONFIRMED,
        purpose=Purpose.NOTICE,
        revision=1,
        recipients=(wish.follower,),
        subject=OPT_IN,
        cost=_cost(state, wish.channel, (wish.follower,)),
    )


def follower_words(state: State, arrival: Arrival, due: Iterable[Fact]) -> Iterator[NoticeDue]:
    """Yield what followers are told of what the page is about to say, and of what is over."""
    if not state.followers:
        return
    for said in due:
        if (
            isinstance(said, NoticeDue)
            and said.channel == WEBSITE
            and said.phase is Phase.CONFIRMED
            and said.withheld is None
            and (case := state.cases.get(said.incident or NOBODY)) is not None
        ):
            yield from _downs(state, case, said)
    if isinstance(arrival, Tick):
        for incident in state.letters:
            if (case := state.cases.get(incident)) is not None and case.ending in OVER:
                yield from _ups(state, case, case.ending, arrival.at)


def _downs(state: State, case: Case, said: NoticeDue) -> Iterator[NoticeDue]:
    told = state.letters.get(case.incident, {})
    for channel in _open_channels(state, said.phase, said.at):
        people = [
            name
            for name, one in state.followers.items()
            if one.channel == channel and name not in told and _follows(state, name, said.areas)
        ]
        price = _cost(state, channel, people)
        if too_dear(state.rules, state.spending, case.incident, price, said.at):
            continue  # nobody's service hangs on it, and the page says the same
        yield from _letters(state, case, channel, said.phase, people, now=said.at)


def _ups(state: State, case: Case, phase: Phase, now: datetime) -> Iterator[NoticeDue]:
    told = state.letters[case.incident]
    for channel in _open_channels(state, phase, now):
        people = [name for name in told if _channel_of(state, name) == channel]
        yield from _letters(state, case, channel, phase, people, now=now)


def _open_channels(state: State, phase: Phase, now: datetime) -> Iterator[ChannelName]:
    """Yield the channels of followers through which words of a phase leave now."""
    for channel in sorted({one.channel for one in state.followers.values()}):
        if _is_open(state, channel) and _at_this_hour(state, channel, phase, now):
            yield channel


def _letters(
    state: State,
    case: Case,
    channel: ChannelName,
    phase: Phase,
    people: Iterable[str],
    *,
    now: datetime,
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
            cost=_cost(state, channel, recipients),
        )


def _cost(state: State, channel: ChannelName, people: Collection[str]) -> float:
    """Return what it costs at most to tell these: nobody here knows who reads which language."""
    segments = state.rules.segments
    longest = max(segments, key=lambda language: segments[language], default="")
    readers = {longest: frozenset(map(SubscriberId, people))}
    return cost(state.rules, readers, channel, people)


def _is_open(state: State, channel: ChannelName) -> bool:
    return state.rules.leads_somewhere(channel) and withheld(state, channel) is None


def _channel_of(state: State, name: str) -> ChannelName | None:
    one = state.followers.get(name)
    return None if one is None else one.channel


def _at_this_hour(state: State, channel: ChannelName, phase: Phase, now: datetime) -> bool:
    """Say whether customers are told by this channel at this hour: nobody is woken."""
    rules = [one for one in state.singly.get(channel, ()) if one.phase is phase]
    return not rules or any(within_hours(state.rules, rule, now) for rule in rules)


def joined_or_left(state: State, fact: FollowerFact) -> None:
    """Remember who follows what."""
    match fact:
        case FollowerJoined():
            state.followers[fact.follower] = fact
            state.all_told.clear()
        case FollowerLeft():
            state.followers.pop(fact.follower, None)
            for incident in list(state.letters):
                _forget(state, incident, (fact.follower,))


def is_letter(due: NoticeDue) -> bool:
    """Say whether a notice is for followers, and not for those whose service it is about."""
    return due.audience is Audience.SUBSCRIBERS and is_follower(due.recipients[0])


def written(state: State, due: NoticeDue) -> None:
    """Remember what it cost, and who was told of an incident until they are told of its end."""
    state.spending.take(due, ZoneInfo(state.rules.timezone))
    case = state.cases.get(due.incident or NOBODY)
    if case is None:
        return
    case.number(due)
    if due.phase in OVER:
        _forget(state, case.incident, due.recipients)
    else:
        state.letters.setdefault(case.incident, {}).update(dict.fromkeys(due.recipients))


def passed_on(state: State, incident: IncidentId, into: IncidentId) -> None:
    """Let who was told of an incident hear the end of the one that it turned out to be."""
    told = state.letters.pop(incident, None)
    if told:
        state.letters.setdefault(into, {}).update(told)


def parted(state: State, case: Case, off: Case) -> None:
    """Let who was told of an incident hear the end of what was split off it, where he follows it.

    Whoever follows nothing else of it hears of the rest no more.
    """
    rest = set(case.areas).difference(off.areas)
    for name in list(state.letters.get(case.incident, {})):
        if not _follows(state, name, off.areas):
            continue
        state.letters.setdefault(off.incident, {})[name] = None
        if not _follows(state, name, rest):
            _forget(state, case.incident, (name,))


def _follows(state: State, name: str, areas: Iterable[AreaId]) -> bool:
    one = state.followers.get(name)
    return one is not None and any(state.circles.touch(a, b) for a in one.areas for b in areas)


def _forget(state: State, incident: IncidentId, people: Iterable[str]) -> None:
    told = state.letters.get(incident, {})
    for name in people:
        told.pop(name, None)
    if not told:
        state.letters.pop(incident, None)
