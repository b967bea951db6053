"""Which words single subscribers are owed about planned works, and who follows areas by mail.

Who really loses service by them is told beforehand, once a stage and channel; several works of one
day are told of in one text. Whoever was told hears of it when they are moved or called off, and,
where the policy has it so, when they begin and when they are over.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from netwatch.model.facts import (
    Audience,
    Fact,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
    Withheld,
)
from netwatch.model.follower_facts import is_follower
from netwatch.model.names import ChannelName, IncidentId, MaintenanceId, SubscriberId
from netwatch.model.works_words import LAST_WORDS, Saying, Time, Told
from netwatch.response.judging import Verdict, within_hours
from netwatch.response.planned import Promise, Stage, settle
from netwatch.response.policy import ChannelKind, PublicRule, To
from netwatch.response.publishing import withheld
from netwatch.response.spending import too_dear
from netwatch.response.state import State
from netwatch.response.subscribers import MOST_AT_ONCE, Moment
from netwatch.response.works_asking import agreed, asked, lapsed
from netwatch.response.works_due import SPREAD, due_at, is_beforehand
from netwatch.response.works_ends import (
    MOST_MORE,
    Post,
    Round,
    called_off,
    cost_of,
    ends,
    letters_due,
)
from netwatch.response.works_rolls import Letter, Names, WorksCrowd, WorksRoll

NOBODY: Final = WorksRoll()


class Way(NamedTuple):
    """One of the works, and a rule of one channel, at a moment."""

    state: State
    promise: Promise
    rule: PublicRule
    closed: Withheld | None
    """Why words do not leave by this channel now."""
    now: datetime
    moment: Moment
    round: Round

    @property
    def channel(self) -> ChannelName:
        """Return the channel."""
        return self.rule.channel

    @property
    def told(self) -> Told:
        """Return what is told."""
        return self.rule.told

    @property
    def post(self) -> Post:
        """Return what its words are sent by."""
        return Post(self.state, self.promise, self.channel, self.closed, self.now, self.round)

    def of(self, other: Promise) -> "Way":
        """Return the same of other works."""
        return self._replace(promise=other)


def letters(state: State, now: datetime, moment: Moment, numbers: Iterator[int]) -> Iterator[Fact]:
    """Yield what has fallen due about works for single people, in batches.

    Args:
        state: what was decided.
        now: the moment.
        moment: what is said of outages in it; grows.
        numbers: of questions to people, those that are free.
    """
    if not state.promised:
        return
    this = Round()
    for promise in state.promised.values():
        yield from lapsed(promise, now)
        if promise.crowd.over:
            yield from ends(state, promise, now, this)
        if promise.stage is Stage.CANCELLED:
            yield from called_off(state, promise, now, this)
        elif promise.stage is not Stage.OVER and now < promise.ends:
            for rule in state.works_rules:
                if rule.told in LAST_WORDS:
                    continue
                closed = withheld(state, rule.channel)
                way = Way(state, promise, rule, closed, now, moment, this)
                if _is_time(way):
                    yield from _told(way, numbers)


# --- beforehand, and when they begin ------------------------------------------------------------


def _is_time(way: Way) -> bool:
    """Say whether words of a rule about works may be due at this moment; quick for most."""
    promise, rule, now = way.promise, way.rule, way.now
    if is_beforehand(rule):
        far = promise.starts - max(rule.ahead, rule.lead) - now > SPREAD
        if far or now >= promise.starts or promise.stage is not Stage.PLANNED:
            return False
    elif promise.stage is not Stage.BEGUN:
        return False
    if promise.subscribers < rule.least_subscribers or not within_hours(way.state.rules, rule, now):
        return False
    if way.state.works_told.get((promise.maintenance, rule.id)) == _hour(now):
        return False
    zone = ZoneInfo(way.state.rules.timezone)
    return not is_beforehand(rule) or due_at(rule, promise.starts, zone) <= now


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _told(way: Way, numbers: Iterator[int]) -> Iterator[Fact]:
    promise, state = way.promise, way.state
    people = untold(way)
    if people:
        price = cost_of(state, way.channel, people)
        verdict = _agreed(way, people, price)
        if verdict is Verdict.GOES:
            way.moment.price += price if way.closed is None else 0.0
            yield from _written(way, people[:MOST_AT_ONCE])
            return
        if verdict.people:
            count = len(_known(way)) + len(people)
            yield from asked(
                state,
                promise,
                way.rule,
                verdict.people,
                way.now,
                numbers=numbers,
                recipients=count,
                price=price or None,
            )
    state.works_told[promise.maintenance, way.rule.id] = _hour(way.now)


def _agreed(way: Way, people: Collection[str], price: float) -> Verdict:
    rules, promise = way.state.rules, way.promise
    dear = way.closed is None and too_dear(
        rules,
        way.state.spending,
        IncidentId(promise.maintenance),
        price,
        way.now,
        besides=way.moment.price,
    )
    count = len(_known(way)) + len(people)
    found = agreed(way.state, promise, way.rule, count, dear=dear, price=price)
    if way.closed is not None and found.people:
        return Verdict.WAITS  # behind closed doors nobody is asked: nothing would come of it
    return found


def _known(way: Way) -> Names:
    """Return who was told this already."""
    roll = way.promise.crowd.rolls.get(way.channel, NOBODY)
    return roll.out.get(way.told, set())


def untold(way: Way) -> list[str]:
    """Return who is to be told by a rule: those on whom much hangs first, followers at the end."""
    state = way.state
    critical = state.homes.critical
    left = _lines_untold(way) - _said_now(way)
    ordered = sorted(left, key=lambda name: (name not in critical, name))
    told = {SubscriberId(name) for name in (*_known(way), *_said_now(way))}
    lines = state.homes.once(map(SubscriberId, ordered), told)
    return [*lines, *sorted(_followers_untold(way) - _said_now(way))]


def _said_now(way: Way) -> Names:
    return way.round.told(way.promise.maintenance, way.channel, way.told)


def _lines_untold(way: Way) -> Names:
    state, roll = way.state, way.promise.crowd.rolls.get(way.channel, NOBODY)
    left = set(way.promise.crowd.people)
    if way.rule.to is To.CRITICAL:
        left &= state.homes.critical
    elif way.rule.to is To.TOLD:
        left &= roll.heard
    elif way.rule.to is To.SUBSCRIBED:
        left &= state.lines_by(way.channel)
    left -= state.unwilling.get(way.channel, frozenset())
    return left - _done(way, roll) - _elsewhere(way)


def _done(way: Way, roll: WorksRoll) -> Names:
    """Return who was told this already, or cannot be told by this channel."""
    done = roll.missed | roll.out.get(way.told, set())
    if way.told is Told.ANNOUNCED:
        done |= roll.out.get(Told.REMIND, set())
    if way.closed is not None:
        done |= roll.kept.get(way.told, set())
    return done


def _elsewhere(way: Way) -> Names:
    """Return who is about to be told that other works are moved to the time of these."""
    gone = set[str]()
    for other in way.state.promised.values():
        if other.crowd.moved_to == way.promise.maintenance and way.channel in other.crowd.rolls:
            gone |= other.crowd.rolls[way.channel].heard
    return gone


def _followers_untold(way: Way) -> Names:
    """Return who follows areas of these works by this channel; nobody by SMS, which cost."""
    state = way.state
    roll = way.promise.crowd.rolls.get(way.channel, NOBODY)
    if way.rule.to is not To.EVERYONE or state.rules.kind(way.channel) is ChannelKind.SMS:
        return set()
    shown = state.rules.public(Phase.PLANNED)
    if not any(way.promise.subscribers >= rule.least_subscribers for rule in shown):
        return set()  # so few that their areas say who they are
    follow = {
        name
        for name, one in state.followers.items()
        if one.channel == way.channel
        and any(state.circles.touch(a, b) for a in one.areas for b in way.promise.areas)
    }
    return follow - _done(way, roll) - _elsewhere(way)


def _written(way: Way, people: Sequence[str]) -> Iterator[NoticeDue]:
    """Yield one text for each who loses service by the same works of one day."""
    alike: dict[tuple[bool, bool, bool, tuple[Time, ...]], list[str]] = {}
    others = [(other, set(untold(way.of(other)))) for other in _same_day(way)][:MOST_MORE]
    roll = way.promise.crowd.rolls.get(way.channel, NOBODY)
    heard = roll.heard if way.closed is None else roll.heard | roll.unheard
    for name in people:
        times = tuple(other.time for other, theirs in others if name in theirs)
        late = name not in way.state.homes.critical
        alike.setdefault((is_follower(name), late, name in heard, times), []).append(name)
        for works in (way.promise.maintenance, *(time.works for time in times)):
            way.round.told(works, way.channel, way.told).add(name)
    for (_, _, again, times), names in sorted(alike.items(), key=lambda one: one[0][:2]):
        both = sorted((way.promise.time, *times), key=lambda time: (time.starts, time.works))
        words = Saying(told=way.told, times=tuple(both), again=again)
        yield from letters_due(way.post, words, names)


def _same_day(way: Way) -> Iterator[Promise]:
    """Yield other works that begin on the same day, of which the same is told beforehand."""
    if not is_beforehand(way.rule):
        return
    zone = ZoneInfo(way.state.rules.timezone)
    day = way.promise.starts.astimezone(zone).date()
    for other in sorted(way.state.promised.values(), key=lambda one: one.time[1:]):
        if (
            other is not way.promise
            and other.stage is Stage.PLANNED
            and way.now < other.starts
            and other.starts.astimezone(zone).date() == day
            and other.subscribers >= way.rule.least_subscribers
        ):
            yield other


def letters_unsaid(state: State, fact: NoticeRefused | NoticeExpired | NoticeSent) -> None:
    """Note which words about works did not reach their reader: he knows nothing of them.

    What came too late to be sent is said again while that is of use.
    """
    missed = not isinstance(fact, NoticeExpired)
    told_of: dict[Letter, list[tuple[WorksCrowd, Told]]] = {}
    for key in fact.keys:
        about, audience, channel, person, phase, number = key.rsplit("/", 5)
        if audience != Audience.SUBSCRIBERS or phase != Phase.PLANNED:
            continue
        letter = (MaintenanceId(about), int(number))
        if letter not in told_of:
            told_of[letter] = list(_told_by(state, letter))
        for crowd, told in told_of[letter]:
            crowd.unsaid(ChannelName(channel), person, told, missed=missed)
    if not any(told_of.values()):
        return
    if not missed:
        state.works_told.clear()  # it is said again
    for name in list(state.promised):
        settle(state.promised, name)


def _told_by(state: State, letter: Letter) -> Iterator[tuple[WorksCrowd, Told]]:
    """Yield of whom a letter told what; the works that it was sent by may be called off since."""
    for works in state.promised.values():
        told = works.crowd.letters.get(letter)
        if told is not None:
            yield works.crowd, told
