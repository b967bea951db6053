"""Which words single subscribers are owed, on channels that go to one reader each.

"Down" is for those who are dark and were not told so of any incident; "up" for those who were told
and are seen working, wherever they are recorded. So each "down" has one "up", nobody hears "up"
who is dark by another fault, and a fault that turns out to be two, or two that turn out to be one,
tell nobody twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from netwatch.model.facts import Audience, Fact, NoticeDue, Phase, Purpose, Withheld
from netwatch.model.names import ChannelName, SubscriberId
from netwatch.response.approvals import ask, judged
from netwatch.response.cases import Case, Life
from netwatch.response.judging import Verdict, verdict, within_hours
from netwatch.response.notices import may_be_back_soon
from netwatch.response.pacing import batches
from netwatch.response.publishing import withheld
from netwatch.response.rolls import JOINED, Later, News, People, Roll
from netwatch.response.rules import PublicRule, To
from netwatch.response.spending import cost, too_dear
from netwatch.response.state import State

QUIET: Final = timedelta(minutes=5)
"""Messages to those who wait are at least this far apart: each wakes somebody, and costs."""
MOST_AT_ONCE: Final = 25_000
"""So many are told within one second at most; the next ones in the next."""
BACK: Final = "back since "
"""In the detail of an "up": since when its readers are seen working, where that was long before."""
LONG_BACK: Final = timedelta(minutes=30)
"""So long an "up" waits only where it must not wake anybody, or words are held."""
MORE: Final = "more than that it is looked into"
"""In the detail of a notice: its readers were told before that it is looked into."""


@dataclass(slots=True)
class Moment:
    """What is said in one moment of all incidents; the facts tell it only when it is over."""

    spoken: dict[ChannelName, People] = field(default_factory=dict)
    """Who is told, by channel."""
    price: float = 0.0
    """What that costs at most."""


class Way(NamedTuple):
    """One incident and one channel at a moment."""

    state: State
    case: Case
    channel: ChannelName
    roll: Roll
    closed: Withheld | None
    """Why words do not leave by this channel now."""
    now: datetime
    moment: Moment

    @property
    def spoken(self) -> People:
        """Return who is told of any incident in this very moment."""
        return self.moment.spoken.setdefault(self.channel, set())

    def rules(self, phase: Phase) -> Iterator[PublicRule]:
        """Yield the rules of the policy for a phase here."""
        return (rule for rule in self.state.singly.get(self.channel, ()) if rule.phase is phase)

    def verdict(self, rule: PublicRule, recipients: int) -> Verdict:
        """Return what a rule makes of words for so many."""
        return verdict(self.state.rules, rule, self.case, self.now, recipients=recipients)

    def cost(self, people: Sequence[str]) -> float:
        """Return what it costs at most to tell these."""
        return cost(self.state.rules, self.state.homes.readers, self.channel, people)

    def is_too_dear(self, price: float) -> bool:
        """Say whether words cost more than the policy lets go without a person."""
        state = self.state
        besides = self.moment.price
        return too_dear(
            state.rules, state.spending, self.case.incident, price, self.now, besides=besides
        )

    def due(
        self, phase: Phase, people: Sequence[SubscriberId], *, detail: str = ""
    ) -> Iterator[NoticeDue]:
        """Yield the notices of one phase, in batches of recipients."""
        up = phase in (Phase.RESTORED, Phase.CORRECTED)
        kept = up and bool(people) and people[0] in self.roll.kept
        revision = self.case.next_revision(Audience.SUBSCRIBERS, self.channel, phase)
        for recipients in batches(tuple(people)):
            yield NoticeDue(
                at=self.now,
                incident=self.case.incident,
                audience=Audience.SUBSCRIBERS,
                channel=self.channel,
                phase=phase,
                purpose=Purpose.NOTICE,
                revision=revision,
                recipients=recipients,
                areas=self.case.areas,
                withheld=self.roll.why if kept else self.closed,
                detail=detail,
                cost=self.cost(recipients),
            )


def subscriber_words(
    state: State, case: Case, now: datetime, moment: Moment, numbers: Iterator[int]
) -> Iterator[Fact]:
    """Yield what has fallen due for the subscribers of one incident, in batches.

    What needs people, for how many are told or for what it costs, is asked about.

    Args:
        state: what was decided.
        case: the incident.
        now: the moment.
        moment: what was said of other incidents in it; grows.
        numbers: of questions to people, those that are free.
    """
    rolls = case.crowd.rolls
    for channel in dict.fromkeys([*state.singly, *rolls]) if rolls else state.singly:
        roll = rolls.get(channel)
        if _at_rest(state, case, channel, roll):
            continue
        way = Way(state, case, channel, roll or Roll(), withheld(state, channel), now, moment)
        if roll is not None:
            yield from _ups(way)
            yield from _updates(way)
        yield from _downs(way, numbers)


def _at_rest(state: State, case: Case, channel: ChannelName, roll: Roll | None) -> bool:
    """Say whether an outage stands as it stood: it may for days, and costs next to nothing."""
    if state.all_told.get((case.incident, channel, _down(case)), 0) is not None:
        return False
    return roll is None or not (roll.back or roll.wrong or case.known or case.expected_end)


def _down(case: Case) -> Phase:
    return Phase.CONFIRMED if case.confirmed else Phase.SUSPECTED


# --- down ---------------------------------------------------------------------------------------


def _downs(way: Way, numbers: Iterator[int]) -> Iterator[Fact]:
    case = way.case
    phase = _down(case)
    mark = (case.incident, way.channel, phase)
    asked_for = (len(case.crowd.dark), way.now.replace(minute=0, second=0, microsecond=0))
    if way.state.all_told.get(mark, 0) in (None, asked_for) or not _may_be_told(way):
        return
    wait = stuck = False
    for rule in way.rules(phase):
        allowed = way.verdict(rule, 0)
        if allowed in (Verdict.WAITS, Verdict.NEVER):
            wait = wait or allowed is Verdict.WAITS
            continue
        young = _young(case.crowd.joined, min(rule.after, JOINED), way.now)
        untold = _untold(way, rule, young)
        wait = wait or bool(young)
        if not untold:
            continue
        agreed = _agreed(way, rule, untold)
        if agreed is Verdict.GOES:
            way.spoken.update(untold)
            way.moment.price += 0.0 if way.closed is not None else way.cost(untold)
            yield from _told(way, phase, untold)
            return
        stuck = True
        if agreed.people:
            yield from _asked(way, rule, untold, agreed.people, numbers)
    if not wait:
        way.state.all_told[mark] = asked_for if stuck else None


def _may_be_told(way: Way) -> bool:
    case = way.case
    return (
        case.life is Life.OPEN
        and bool(case.crowd.dark)
        and case.concerns_the_public
        and not may_be_back_soon(case, way.now)
        and not way.state.blinded
    )


def _untold(way: Way, rule: PublicRule, young: People) -> list[SubscriberId]:
    """Return who is to be told of it by a rule, in order: dark, not told, not just come."""
    roll, dark = way.roll, way.case.crowd.dark
    left = dark.keys() - young if young else set(dark)
    if rule.to is To.CRITICAL:
        left &= way.state.homes.critical
    elif rule.to is To.SUBSCRIBED:
        left &= way.state.lines_by(way.channel)
    elif rule.to is To.TOLD:
        left &= roll.waiting
    more = rule.phase is Phase.CONFIRMED
    left -= roll.heard - roll.suspected if more and way.closed is None else roll.heard
    left -= roll.missed
    left -= way.state.unwilling.get(way.channel, frozenset())
    left -= way.spoken
    if way.closed is not None:
        left -= roll.kept - roll.suspected if more else roll.kept
    for other in _other_rolls(way):
        left -= other.heard if way.closed is None else other.waiting
    ordered = [name for name in dark if name in left]
    if not way.state.homes.lines:
        return ordered
    told = way.spoken.union(
        *(one.heard if way.closed is None else one.waiting for one in (roll, *_other_rolls(way)))
    )
    return way.state.homes.once(ordered, told - left)


def _young(joined: Later, wait: timedelta, now: datetime) -> People:
    return set[SubscriberId]().union(*(some for at, some in joined.items() if now - at < wait))


def _other_rolls(way: Way) -> Iterator[Roll]:
    """Yield the rolls of this channel in other incidents."""
    for other in way.state.cases.values():
        if other is not way.case and way.channel in other.crowd.rolls:
            yield other.crowd.rolls[way.channel]


def _agreed(way: Way, rule: PublicRule, people: Sequence[SubscriberId]) -> Verdict:
    """Say whether these may be told, or how many persons have to say so first.

    Those who were told of it already are counted with them. Behind closed doors nobody is asked:
    nothing would come of it.
    """
    if way.closed is not None:
        found = way.verdict(rule, len(people))
        return Verdict.WAITS if found.people else found
    price = way.cost(people)
    return judged(
        way.state,
        rule,
        way.case,
        way.now,
        audience=Audience.SUBSCRIBERS,
        recipients=_told_of_it(way) + len(people),
        dear=way.is_too_dear(price),
        price=price,
    )


def _asked(
    way: Way,
    rule: PublicRule,
    people: Sequence[SubscriberId],
    approvers: int,
    numbers: Iterator[int],
) -> Iterator[Fact]:
    yield from ask(
        way.state,
        rule,
        way.case,
        approvers,
        way.now,
        numbers=numbers,
        audience=Audience.SUBSCRIBERS,
        recipients=_told_of_it(way) + len(people),
        price=way.cost(people) or None,
    )


def _told_of_it(way: Way) -> int:
    return len(way.roll.waiting - way.roll.suspected)


def _told(way: Way, phase: Phase, people: Sequence[SubscriberId]) -> Iterator[NoticeDue]:
    at_once = people[:MOST_AT_ONCE]
    again = way.roll.suspected & (way.roll.heard if way.closed is None else way.roll.waiting)
    if again:
        yield from way.due(phase, [name for name in at_once if name in again], detail=MORE)
        at_once = [name for name in at_once if name not in again]
    yield from way.due(phase, at_once)


# --- news ---------------------------------------------------------------------------------------


def _updates(way: Way) -> Iterator[NoticeDue]:
    roll, news = way.roll, way.case.news(way.now)
    if (
        roll.told_at is None
        or news in (roll.told, News())
        or way.now - roll.told_at < QUIET
        or not _may_be_told(way)
    ):
        return
    for rule in way.rules(Phase.UPDATE):
        told = (roll.heard if way.closed is None else roll.kept) - roll.suspected
        waiting = [name for name in way.case.crowd.dark if name in told]
        if way.verdict(rule, len(waiting)) is not Verdict.GOES:
            continue
        price = 0.0 if way.closed is not None else way.cost(waiting)
        if not way.is_too_dear(price):
            way.moment.price += price
            yield from way.due(Phase.UPDATE, waiting)
            return


# --- up -----------------------------------------------------------------------------------------


def _ups(way: Way) -> Iterator[NoticeDue]:
    roll = way.roll
    for later, phase in ((roll.back, Phase.RESTORED), (roll.wrong, Phase.CORRECTED)):
        ripe = set[SubscriberId]().union(*(some for at, some in later.items() if at <= way.now))
        heard, kept = ripe & roll.heard, ripe & roll.kept
        if heard and way.closed is None:
            lit = _lit(way.state, _at_this_hour(way, phase, heard))
            for since, people in _by_moment(later, lit, way.now):
                yield from way.due(phase, people, detail=since)
        if kept:
            yield from way.due(phase, _lit(way.state, kept))


def _at_this_hour(way: Way, phase: Phase, people: People) -> People:
    """Return who of people may be told an "up" at this hour; no rule is needed for it to be owed.

    Nobody is woken who was not told a moment ago, but those on whom much hangs.
    """
    rules = [*way.rules(phase)]
    if not rules or any(within_hours(way.state.rules, rule, way.now) for rule in rules):
        return people
    awake = way.roll.awake(way.now - max(rule.awake for rule in rules))
    return people & (awake | way.state.homes.critical)


def _by_moment(
    later: Later, people: Sequence[SubscriberId], now: datetime
) -> Iterator[tuple[str, Sequence[SubscriberId]]]:
    """Yield people by when they were seen working, where that is long ago: they were asleep.

    The moment stands in the detail of a notice, else that is empty. Those of ten minutes are told
    together, with the last moment of these.
    """
    groups: dict[datetime | None, list[SubscriberId]] = {}
    last: dict[datetime, datetime] = {}
    begun = {name: at for at, some in later.items() if now - at > LONG_BACK for name in some}
    for name in people:
        if name not in begun:
            groups.setdefault(None, []).append(name)
            continue
        at = begun[name]
        about = at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0)
        groups.setdefault(about, []).append(name)
        last[about] = max(at, last.get(about, at))
    for moment, names in groups.items():
        yield "" if moment is None else f"{BACK}{last[moment].isoformat()}", names


def _lit(state: State, people: People) -> list[SubscriberId]:
    """Return those of whom no line is dark by any incident, in order."""
    lines = state.homes.with_other_lines(people)
    dark = set[SubscriberId]()
    for case in state.cases.values():
        if case.crowd.dark:
            dark |= lines & case.crowd.dark.keys()
    if dark:
        people = people - state.homes.with_other_lines(dark)
    return sorted(people)[:MOST_AT_ONCE]
