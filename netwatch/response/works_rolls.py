"""Who was told what of planned works, by each channel: the ledger behind words to subscribers.

Whoever was told of works stands in it until he is told that they are over, moved or called off,
or until they are over and the policy has no words for that.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.model.facts import NoticeDue, Withheld
from netwatch.model.names import ApprovalId, ChannelName, MaintenanceId
from netwatch.model.plain import from_plain, to_plain
from netwatch.model.works_words import LAST_WORDS, Saying, Time, Told
from netwatch.response.consent import Approval
from netwatch.response.runs import from_runs, to_runs

KNOWN: Final = timedelta(hours=48)
"""Who hears of works sooner than this before they begin needs no reminder by the same channel."""
MOST_LETTERS: Final = 50
"""So many of the last letters are remembered, for the case that one does not arrive."""

Letter = tuple[MaintenanceId, int]
"""What the notices of one text have in common: of which works they are, and their number."""
Names = set[str]
"""Ids of subscribers, and of those who follow areas."""


@dataclass(slots=True)
class WorksRoll:
    """One channel: who was told what, and for whom it was kept back."""

    out: dict[Told, Names] = field(default_factory=dict)
    kept: dict[Told, Names] = field(default_factory=dict)
    missed: Names = field(default_factory=set)
    """Whom the channel refused: it does not reach them."""
    why: Withheld | None = None
    """Why words were kept back last."""

    @property
    def heard(self) -> Names:
        """Return who knows of the works by this channel."""
        return set[str]().union(*self.out.values())

    @property
    def unheard(self) -> Names:
        """Return those for whom all of it was kept back."""
        return set[str]().union(*self.kept.values()) - self.heard

    @property
    def settled(self) -> bool:
        """Say whether nobody waits to hear how they ended."""
        return not any(self.out.values()) and not any(self.kept.values())

    def add(self, told: Told, people: Collection[str], why: Withheld | None) -> None:
        """Note that these are told something, or that it is kept back from them."""
        (self.out if why is None else self.kept).setdefault(told, set()).update(people)
        if why is None:
            self.kept.get(told, set()).difference_update(people)
        else:
            self.why = why

    def drop(self, people: Collection[str], told: Told | None = None) -> None:
        """Forget what these were told; of one thing, or of all."""
        for side in (self.out, self.kept):
            for one, names in side.items():
                if told in (None, one):
                    names.difference_update(people)


@dataclass(frozen=True, slots=True)
class Over:
    """One time of works that is over, and who waits to hear so."""

    since: datetime
    time: Time
    people: Mapping[ChannelName, Names]


@dataclass(slots=True)
class WorksCrowd:
    """Whom works take, and who of them was told what of their next time."""

    people: Names = field(default_factory=set)
    rolls: dict[ChannelName, WorksRoll] = field(default_factory=dict)
    approvals: dict[ApprovalId, Approval] = field(default_factory=dict)
    moved_to: MaintenanceId | None = None
    number: int = 0
    """Of the last letter of these works."""
    letters: dict[Letter, Told] = field(default_factory=dict)
    """What each of the last ones told of these works, letters of other works among them."""
    over: list[Over] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Say whether nobody waits to hear how they ended."""
        asked = any(approval.is_open for approval in self.approvals.values())
        return not (self.over or asked) and all(roll.settled for roll in self.rolls.values())

    def remember(self, due: NoticeDue, saying: Saying, time: Time) -> None:
        """Keep that these words fell due.

        Args:
            due: the words.
            saying: what they tell, of several works perhaps.
            time: these works' own.
        """
        own = time.works == due.subject
        told = Told.ANNOUNCED if saying.told is Told.MOVED and not own else saying.told
        self.letters[MaintenanceId(due.subject), due.revision] = told
        for old in list(self.letters)[:-MOST_LETTERS]:
            del self.letters[old]
        if own:
            self.number = max(self.number, due.revision)
        if told in LAST_WORDS:
            self._last_words(due, time)
            return
        roll = self.rolls.setdefault(due.channel, WorksRoll())
        roll.add(told, due.recipients, due.withheld)
        if told is Told.ANNOUNCED and time.starts - due.at < KNOWN:
            roll.add(Told.REMIND, due.recipients, due.withheld)

    def unsaid(self, channel: ChannelName, person: str, told: Told, *, missed: bool) -> None:
        """Note that words did not reach their reader."""
        roll = self.rolls.setdefault(channel, WorksRoll())
        roll.drop((person,), told)
        if told is Told.ANNOUNCED:
            roll.drop((person,), Told.REMIND)
        if missed:
            roll.missed.add(person)

    def next_time(self, time: Time, at: datetime, ending: Collection[ChannelName]) -> None:
        """Note that one time of theirs is over: of the next one nobody was told yet.

        Args:
            time: that is over.
            at: when it was.
            ending: the channels by which people are told that works are over.
        """
        waiting = {
            channel: roll.heard
            for channel, roll in self.rolls.items()
            if channel in ending and roll.heard
        }
        if waiting:
            self.over.append(Over(at, time, waiting))
        self.rolls.clear()
        self.approvals = {name: one for name, one in self.approvals.items() if one.is_open}

    def leaves(self, person: str) -> None:
        """Forget somebody who does not follow areas any more."""
        for roll in self.rolls.values():
            roll.drop((person,))
        for over in self.over:
            for people in over.people.values():
                people.discard(person)
        self._forget_over()

    def _last_words(self, due: NoticeDue, time: Time) -> None:
        for over in self.over:
            if over.time.starts == time.starts:
                over.people.get(due.channel, set()).difference_update(due.recipients)
        self._forget_over()
        if not due.detail.startswith(Told.END):
            self.rolls.setdefault(due.channel, WorksRoll()).drop(due.recipients)

    def _forget_over(self) -> None:
        self.over = [one for one in self.over if any(one.people.values())]


def to_plain_crowd(crowd: WorksCrowd) -> dict[str, Any]:
    """Return whom works take and who was told what, as plain values."""
    return {
        "people": to_runs(crowd.people),
        "rolls": {channel: _roll_to_plain(roll) for channel, roll in crowd.rolls.items()},
        "approvals": [to_plain(one) for one in crowd.approvals.values()],
        "moved_to": crowd.moved_to,
        "number": crowd.number,
        "letters": [[*letter, told] for letter, told in crowd.letters.items()],
        "over": [
            [to_plain(one.since), to_plain(one.time._asdict()), _named(one.people)]
            for one in crowd.over
        ],
    }


def from_plain_crowd(plain: Mapping[str, Any]) -> WorksCrowd:
    """Take back what ``to_plain_crowd`` gave."""
    asked = [from_plain(row, Approval) for row in plain["approvals"]]
    return WorksCrowd(
        people=_people(plain["people"]),
        rolls={ChannelName(name): _roll(roll) for name, roll in plain["rolls"].items()},
        approvals={one.approval: one for one in asked},
        moved_to=plain["moved_to"],
        number=plain["number"],
        letters={(MaintenanceId(of), n): Told(told) for of, n, told in plain["letters"]},
        over=list(map(_over, plain["over"])),
    )


def _roll_to_plain(roll: WorksRoll) -> dict[str, Any]:
    return {
        "out": _named(roll.out),
        "kept": _named(roll.kept),
        "missed": to_runs(roll.missed),
        "why": roll.why,
    }


def _roll(plain: Mapping[str, Any]) -> WorksRoll:
    return WorksRoll(
        out={Told(told): _people(runs) for told, runs in plain["out"].items()},
        kept={Told(told): _people(runs) for told, runs in plain["kept"].items()},
        missed=_people(plain["missed"]),
        why=None if plain["why"] is None else Withheld(plain["why"]),
    )


def _over(plain: Iterable[Any]) -> Over:
    since, time, people = plain
    return Over(
        datetime.fromisoformat(since),
        Time(
            MaintenanceId(time["works"]),
            datetime.fromisoformat(time["starts"]),
            datetime.fromisoformat(time["ends"]),
        ),
        {ChannelName(name): _people(runs) for name, runs in people.items()},
    )


def _named(people: Mapping[Any, Names]) -> dict[str, list[Any]]:
    return {str(name): to_runs(names) for name, names in people.items()}


def _people(runs: Iterable[Any]) -> Names:
    return set(from_runs(runs))
