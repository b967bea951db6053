"""What facts change about whom all incidents take, and about what of it was told."""

from typing import Final
from zoneinfo import ZoneInfo

from netwatch.model.facts import (
    Audience,
    IncidentOpened,
    IncidentRevised,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
    SubscribersBack,
)
from netwatch.model.names import ChannelName, IncidentId, NoticeKey, SubscriberId
from netwatch.model.person_facts import SplitByHand
from netwatch.response.cases import Case, IncidentFact, Life
from netwatch.response.followers import parted
from netwatch.response.rolls import JOINED, Roll
from netwatch.response.state import State

UPS: Final = (Phase.RESTORED, Phase.CORRECTED)


def moved(state: State, case: Case, fact: IncidentFact) -> None:
    """Note what an incident's turn means for the words of others."""
    _put_off(state, case)
    if isinstance(fact, SubscribersBack):
        return  # nobody is told "down" for that, and ten thousand come back one by one
    state.all_told.clear()
    if case.life is Life.MERGED:
        case.crowd.over(fact.at)  # whom the other one took over stands here no more
    elif isinstance(fact, IncidentOpened | IncidentRevised):
        for other in state.cases.values():
            if other is not case:
                for roll in other.crowd.rolls.values():
                    if roll.wrong:
                        roll.was_out_after_all(case.crowd.dark.keys())
        case.crowd.forget_joining(fact.at - JOINED)


def _put_off(state: State, case: Case) -> None:
    """Let those whose "up" waited for the end of this be seen working for as long as all others."""
    if case.crowd.freed is None:
        return
    people, at = case.crowd.freed
    case.crowd.freed = None
    people = state.homes.with_other_lines(people)
    for other in state.cases.values():
        if other is not case or state.homes.lines:
            for roll in other.crowd.rolls.values():
                if roll.back or roll.wrong:
                    roll.put_off(people, at)


def part(state: State, fact: SplitByHand) -> None:
    """Let a fault that a person split off owe its people what the other one owed them."""
    case, off = state.cases.get(fact.out_of), state.cases.get(fact.incident)
    if case is not None and off is not None:
        case.crowd.part(off.crowd)
        parted(state, case, off)
        state.all_told.clear()


def told(state: State, due: NoticeDue) -> None:
    """Note that words for subscribers fell due: who was told "up" may be told "down" again."""
    state.spending.take(due, ZoneInfo(state.rules.timezone))
    if due.audience is Audience.SUBSCRIBERS and due.phase in UPS:
        state.all_told.clear()


def unsaid(state: State, fact: NoticeRefused | NoticeExpired | NoticeSent) -> None:
    """Note which words did not reach their reader: he was told nothing, so he is owed no "up".

    What was sent and not delivered is paid for all the same.
    """
    for key in fact.keys:
        if not isinstance(fact, NoticeSent):
            state.spending.give_back(key)
        _, audience, channel, recipient, phase, _ = key.rsplit("/", 5)
        if audience == Audience.SUBSCRIBERS and phase in (Phase.SUSPECTED, Phase.CONFIRMED):
            name = SubscriberId(recipient)
            roll = _roll_of(state, key, ChannelName(channel), name)
            if roll is None or (phase == Phase.SUSPECTED and name not in roll.suspected):
                continue
            roll.drop({name})
            state.all_told.clear()
            if not isinstance(fact, NoticeExpired):
                roll.missed.add(name)


def _roll_of(state: State, key: NoticeKey, channel: ChannelName, name: SubscriberId) -> Roll | None:
    """Return the roll in which somebody stands as told: of that incident, or of what it became."""
    own = state.cases.get(IncidentId(key.partition("/")[0]))
    for case in (*([own] if own else []), *state.cases.values()):
        roll = case.crowd.rolls.get(channel)
        if roll is not None and name in roll.heard:
            return roll
    return None
