"""Whom an incident takes, and who of them was told what: the ledger behind words to subscribers.

Sets alone, so that seventy thousand at once are a matter of milliseconds. Whoever was told "down"
on a channel stands in its roll until he was told "up": seen working again, or never out at all.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.facts import Cause, NoticeDue, Phase, Withheld
from netwatch.model.names import ChannelName, SubscriberId

STEADY: Final = timedelta(minutes=1)
"""Who was seen working is told so when he still is after this."""
UNSEEN: Final = timedelta(minutes=5)
"""The same for those who were not seen themselves, when their incident ends all the same."""
LATELY: Final = timedelta(hours=1)
"""So long it is remembered at which moment somebody was told that it is down."""
JOINED: Final = timedelta(minutes=2)
"""Who joins an outage that is told of already is told so long after: most are back by then."""

People = set[SubscriberId]
Later = dict[datetime, People]
"""Who is to be told something, by the moment from which it may be said."""


@dataclass(frozen=True, slots=True)
class News:
    """What is worth a second message to somebody who waits."""

    expected_end: datetime | None = None
    late: bool = False
    known: Cause | None = None
    """What a person said caused it."""


@dataclass(slots=True)
class Roll:
    """Who was told what of one incident by one channel. A subscriber stands in one set at most."""

    heard: People = field(default_factory=set)
    """Told that it is down, and not that it is up; what is on its way counts as told."""
    kept: People = field(default_factory=set)
    """The same was decided of these, and kept back: they know nothing."""
    suspected: People = field(default_factory=set)
    """Of both, those who were told no more than that somebody looks into it."""
    missed: People = field(default_factory=set)
    """Whom the channel refused: it does not reach them."""
    back: Later = field(default_factory=dict)
    """Of ``heard`` and ``kept``, those seen working again."""
    wrong: Later = field(default_factory=dict)
    """Of ``heard`` and ``kept``, those who never were out in it."""
    why: Withheld | None = None
    """Why words were kept back last."""
    told: News | None = None
    """What those who wait were told last, and when."""
    told_at: datetime | None = None
    lately: Later = field(default_factory=dict)
    """Of ``heard``, those told that it is down in the last hour, by the moment: they are awake."""

    @property
    def settled(self) -> bool:
        """Say whether nobody waits for an "up"."""
        return not self.heard and not self.kept

    @property
    def waiting(self) -> People:
        """Return everybody who stands in it."""
        return self.heard | self.kept

    def awake(self, since: datetime) -> People:
        """Return who was told that it is down since a moment."""
        return set[SubscriberId]().union(*(some for at, some in self.lately.items() if at >= since))

    def free(self, people: Iterable[SubscriberId], at: datetime, *, wrong: bool = False) -> None:
        """Note who may be told "up" from a moment on, of those who were told "down"."""
        freed = self._of(people)
        if freed:
            self.take_back(freed)
            (self.wrong if wrong else self.back).setdefault(at, set()).update(freed)

    def free_rest(self, at: datetime, *, but: Collection[SubscriberId] = ()) -> None:
        """Note that it is over for all of whom nothing is known yet."""
        freed = set().union(*self.back.values(), *self.wrong.values())
        self.free(self.waiting.difference(freed, but), at)

    def take_back(self, people: Collection[SubscriberId]) -> None:
        """Note who is dark again before anybody told him that he is not."""
        for later in (self.back, self.wrong):
            for at in [at for at, some in later.items() if not some.isdisjoint(people)]:
                later[at].difference_update(people)
                if not later[at]:
                    del later[at]

    def put_off(self, people: Collection[SubscriberId], at: datetime) -> None:
        """Note who is seen working only now, of those whose "up" waited for that."""
        for later in (self.back, self.wrong):
            moved = set[SubscriberId]().union(
                *(some.intersection(people) for some in later.values())
            )
            if moved:
                self.take_back(moved)
                later.setdefault(at, set()).update(moved)

    def was_out_after_all(self, people: Collection[SubscriberId]) -> None:
        """Note that it was another incident that took these: theirs is no mistake."""
        for at, some in list(self.wrong.items()):
            moved = some.intersection(people)
            if moved:
                self.take_back(moved)
                self.back.setdefault(at, set()).update(moved)

    def remember(self, due: NoticeDue, news: News) -> None:
        """Keep that these words fell due."""
        people = {SubscriberId(name) for name in due.recipients}
        if due.phase in (Phase.RESTORED, Phase.CORRECTED):
            self.drop(people)
            return
        if due.phase is not Phase.UPDATE:
            self._told_down(due, people)
        if due.phase is Phase.UPDATE or (due.phase is Phase.CONFIRMED and self.told is None):
            self.told, self.told_at = news, due.at

    def drop(self, people: People) -> None:
        """Forget that these were told."""
        self.heard -= people
        self.kept -= people
        self.suspected -= people
        self.take_back(people)

    def absorb(self, other: "Roll", at: datetime, dark: Collection[SubscriberId]) -> None:
        """Take over who was told of an incident that turned out to be this one."""
        self.heard |= other.heard
        self.kept |= other.kept - self.heard
        self.kept -= other.heard
        self.suspected = (self.suspected | other.suspected) & self.waiting
        self.missed |= other.missed - self.heard
        self.why = self.why or other.why
        for when, some in other.lately.items():
            self.lately.setdefault(when, set()).update(some)
        self.told, self.told_at = self.told or other.told, self.told_at or other.told_at
        gone = {name for name in other.waiting if name not in dark}
        self.free(gone, at + UNSEEN)

    def part(self, people: Collection[SubscriberId]) -> "Roll":
        """Give these to a roll of their own: another incident owes them their "up"."""
        some = self._of(people)
        off = Roll(
            heard=self.heard & some,
            kept=self.kept & some,
            suspected=self.suspected & some,
            missed=self.missed.intersection(people),
            why=self.why,
            told=self.told,
            told_at=self.told_at,
            lately={at: who & some for at, who in self.lately.items() if who & some},
        )
        self.drop(some)
        self.missed -= off.missed
        return off

    def _told_down(self, due: NoticeDue, people: People) -> None:
        if due.withheld is None:
            self.heard |= people
            self.kept -= people
            self.lately = {at: who for at, who in self.lately.items() if due.at - at < LATELY}
            self.lately.setdefault(due.at, set()).update(people)
        else:
            self.kept |= people
            self.why = due.withheld
        if due.phase is Phase.SUSPECTED:
            self.suspected |= people
        else:
            self.suspected -= people

    def _of(self, people: Iterable[SubscriberId]) -> People:
        some = people if isinstance(people, set) else set(people)
        return (some & self.heard) | (some & self.kept)


@dataclass(slots=True)
class Crowd:
    """Whom one incident takes, and the rolls of its channels."""

    dark: dict[SubscriberId, None] = field(default_factory=dict)
    """Without service as far as is known, in order."""
    joined: Later = field(default_factory=dict)
    """Who came later than the others, by the moment."""
    rolls: dict[ChannelName, Roll] = field(default_factory=dict)
    freed: tuple[People, datetime] | None = field(default=None, compare=False)
    """Who ceased to be dark by the last fact, and from when on that may be said."""

    @property
    def settled(self) -> bool:
        """Say whether nobody waits for an "up"."""
        return all(roll.settled for roll in self.rolls.values())

    def open(self, people: Iterable[SubscriberId]) -> None:
        """Take those with whom it begins."""
        self.dark = dict.fromkeys(sorted(people))

    def revise(self, people: Iterable[SubscriberId], at: datetime, *, seen: bool) -> None:
        """Take another view of whom it takes.

        Args:
            people: those without service now.
            at: the moment.
            seen: whoever is not among them any more was seen working, and is said to be none of
                its victims; else nothing is known of them.
        """
        now = dict.fromkeys(sorted(people))
        came = {name for name in now if name not in self.dark}
        gone = {name for name in self.dark if name not in now}
        self.dark = now
        if came:
            self.joined.setdefault(at, set()).update(came)
        sure = at + (STEADY if seen else UNSEEN)
        self.freed = (gone, sure)
        for roll in self.rolls.values():
            roll.take_back(came)
            roll.free(gone, sure, wrong=seen)

    def back(self, people: Iterable[SubscriberId], at: datetime) -> None:
        """Note who was seen working."""
        for name in people:
            self.dark.pop(name, None)
        self.freed = (set(people), at + STEADY)
        for roll in self.rolls.values():
            roll.free(people, at + STEADY)

    def over(self, at: datetime, apart: Collection[SubscriberId] = ()) -> None:
        """Note that it is over for all but a few."""
        self.freed = (set(self.dark).difference(apart), at + UNSEEN)
        self.dark = dict.fromkeys(sorted(apart))
        self.joined.clear()
        for roll in self.rolls.values():
            roll.free_rest(at + UNSEEN, but=apart)

    def mistaken(self, at: datetime) -> None:
        """Note that nobody ever was out in it."""
        self.freed = (set(self.dark), at + STEADY)
        self.dark.clear()
        self.joined.clear()
        for roll in self.rolls.values():
            roll.free(roll.waiting, at + STEADY, wrong=True)

    def absorb(self, other: "Crowd", at: datetime) -> None:
        """Take over who was told of an incident that turned out to be this one."""
        for channel, roll in other.rolls.items():
            self.rolls.setdefault(channel, Roll()).absorb(roll, at, self.dark)
        other.dark.clear()
        other.rolls.clear()

    def part(self, off: "Crowd") -> None:
        """Give those with whom another begins to it, and what they were told."""
        theirs = off.dark.keys()
        for name in theirs:
            self.dark.pop(name, None)
        for some in self.joined.values():
            some.difference_update(theirs)
        off.rolls = {channel: roll.part(theirs) for channel, roll in self.rolls.items()}

    def forget_joining(self, before: datetime) -> None:
        """Forget who came later once it does not matter any more."""
        for at in [at for at in self.joined if at <= before]:
            del self.joined[at]
