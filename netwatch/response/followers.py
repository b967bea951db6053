"""People without a contract who follow areas: told what the page says of these, and its end.

They are told what is confirmed, once an incident, and that it is over, if they were told of it.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from netwatch.model.arrivals import Arrival, Follow, Invite, Unfollow
from netwatch.model.facts import Audience, Fact, NoticeDue, Phase, Purpose
from netwatch.model.follower_facts import (
    OPT_IN,
    FollowerFact,
    FollowerJoined,
    FollowerLeft,
    is_follower,
)
from netwatch.model.names import ChannelName, IncidentId, SubscriberId
from netwatch.response.judging import within_hours
from netwatch.response.pacing import batches
from netwatch.response.policy import WEBSITE
from netwatch.response.publishing import withheld
from netwatch.response.spending import cost, too_dear
from netwatch.response.state import State

OVER = (Phase.RESTORED, Phase.CORRECTED)


def commanded(state: State, arrival: Arrival) -> Iterator[Fact]:
    """Yield what a visitor's wish leads to."""
    match arrival:
        case Invite() if is_follower(arrival.follower):
            if _is_open(state, arrival.channel):
                yield _invitation(arrival)
        case Follow() if is_follower(arrival.follower) and arrival.areas:
            yield FollowerJoined(
                at=arrival.at,
                follower=arrival.follower,
                channel=arrival.channel,
                areas=arrival.areas,
            )
        case Unfollow() if arrival.follower in state.followers:
            yield FollowerLeft(at=arrival.at, follower=arrival.follower)
        case _:
            return


def _invitation(wish: Invite) -> NoticeDue:
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
    )


def follower_words(state: State, due: Iterable[Fact]) -> Iterator[NoticeDue]:
    """Yield what followers are told of what the page is about to say."""
    if not state.followers:
        return
    for said in due:
        if (
            isinstance(said, NoticeDue)
            and said.channel == WEBSITE
            and said.incident is not None
            and said.withheld is None
        ):
            yield from _letters(state, said, said.incident)


def _letters(state: State, said: NoticeDue, incident: IncidentId) -> Iterator[NoticeDue]:
    told = state.letters.get(incident, {})
    for channel in sorted({one.channel for one in state.followers.values()}):
        if not _is_open(state, channel):
            continue
        if said.phase in OVER:
            people = [name for name in told if _channel_of(state, name) == channel]
        elif said.phase is Phase.CONFIRMED and _at_this_hour(state, channel, said.at):
            people = [
                name
                for name, one in state.followers.items()
                if one.channel == channel
                and name not in told
                and any(state.circles.touch(a, b) for a in one.areas for b in said.areas)
            ]
            if too_dear(
                state.rules, state.spending, incident, _cost(state, channel, people), said.at
            ):
                continue  # nobody's service hangs on it, and the page says the same
        else:
            continue
        for recipients in batches(tuple(people)):
            yield NoticeDue(
                at=said.at,
                incident=incident,
                audience=Audience.SUBSCRIBERS,
                channel=channel,
                phase=said.phase,
                purpose=Purpose.NOTICE,
                revision=said.revision,
                recipients=recipients,
                areas=said.areas,
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


def _at_this_hour(state: State, channel: ChannelName, now: datetime) -> bool:
    """Say whether customers are told by this channel at this hour: nobody is woken."""
    rules = [one for one in state.singly.get(channel, ()) if one.phase is Phase.CONFIRMED]
    return not rules or any(within_hours(state.rules, rule, now) for rule in rules)


def joined_or_left(state: State, fact: FollowerFact) -> None:
    """Remember who follows what."""
    match fact:
        case FollowerJoined():
            state.followers[fact.follower] = fact
        case FollowerLeft():
            state.followers.pop(fact.follower, None)
            for told in state.letters.values():
                told.pop(fact.follower, None)


def is_letter(state: State, due: NoticeDue) -> bool:
    """Say whether a notice is for followers, and not for those whose service it is about.

    A subscriber may be called as a follower could be: only who follows anything is one.
    """
    return due.audience is Audience.SUBSCRIBERS and due.recipients[0] in state.followers


def written(state: State, due: NoticeDue) -> None:
    """Remember what it cost, and who was told of an incident until they are told of its end."""
    state.spending.take(due, ZoneInfo(state.rules.timezone))
    if due.incident is None:
        return
    if due.phase in OVER:
        told = state.letters.get(due.incident, {})
        for name in due.recipients:
            told.pop(name, None)
        if not told:
            state.letters.pop(due.incident, None)
    else:
        state.letters.setdefault(due.incident, {}).update(dict.fromkeys(due.recipients))
