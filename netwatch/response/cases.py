"""What response remembers of one incident: what it is, how far it came, who was told what."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from netwatch.model.facts import (
    Audience,
    Cause,
    CauseNamed,
    Diagnosis,
    EndExpected,
    IncidentClosed,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
    Phase,
    Purpose,
    SubscribersBack,
    Withheld,
)
from netwatch.model.names import (
    ApprovalId,
    AreaId,
    ChannelName,
    ElementName,
    IncidentId,
    SituationId,
    SubscriberId,
)
from netwatch.response.consent import Approval
from netwatch.response.rolls import Crowd, News, Roll

Turn = (
    IncidentRevised
    | IncidentConfirmed
    | IncidentRestored
    | IncidentRelapsed
    | IncidentMerged
    | IncidentClosed
    | SubscribersBack
    | EndExpected
    | CauseNamed
)
IncidentFact = IncidentOpened | Turn
"""Facts after which somebody may have to be told something."""

DOWN: Final = frozenset((Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATE))
"""Phases after which people believe that something is broken."""
PROMISE: Final = "promise"
"""What a message to the staff is about when it reminds of a promise to the public."""
HAND_OVER: Final = "hand-over"
"""What it is about when it goes to who came on duty while the incident goes on."""

RUNG: Final = "rung"
"""What it is about when it goes to the next because nobody took the incident."""


class Life(StrEnum):
    """How far an incident has come."""

    OPEN = "open"
    RESTORED = "restored"
    CLOSED = "closed"
    MISTAKEN = "mistaken"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Visible:
    """What the public can see of an incident; only its changes are news."""

    cause: Cause
    areas: tuple[AreaId, ...]
    expected_end: datetime | None
    late: bool = False
    """The expected end has passed; it takes longer than was said."""
    apart: bool = False
    """It is over but for a few single homes."""
    known: bool = False
    """A person said what caused it."""


@dataclass(frozen=True, slots=True)
class Told:
    """The last words for one audience: their phase, when they fell due, what they showed."""

    phase: Phase
    at: datetime
    showed: Visible
    withheld: Withheld | None = None

    @property
    def down(self) -> bool:
        """Say whether whoever heard this believes that something is broken."""
        return self.phase in DOWN


@dataclass(slots=True)
class Stand:
    """One public channel: what was decided to say, and what of it was let out."""

    said: Told | None = None
    heard: Told | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """What the staff was told of an incident."""

    at: datetime
    kind: IncidentKind
    cause: Cause
    root_cause: tuple[ElementName, ...]
    also_possible: tuple[ElementName, ...]
    clear: bool = False


@dataclass(slots=True)
class Case:
    """One incident, as its notices need it."""

    incident: IncidentId
    since: datetime
    kind: IncidentKind
    cause: Cause
    root_cause: tuple[ElementName, ...]
    also_possible: tuple[ElementName, ...]
    areas: tuple[AreaId, ...]
    worst: int
    """The most subscribers who were without service at one time."""
    silent: int
    """How many below the cause fell silent when it began, as far as was seen."""
    thought: Cause = Cause.UNKNOWN
    """The cause as netwatch thinks, whatever a person says."""
    known: bool = False
    """A person said what caused it."""
    life: Life = Life.OPEN
    confirmed: bool = False
    restored: datetime | None = None
    """When it was last seen working again."""
    again: datetime | None = None
    """When it last began anew, having been restored."""
    signed: bool = False
    """An alarm was found to be of it before it was proven."""
    standing: int = 0
    """How many of these are not corrected."""
    expected_end: datetime | None = None
    merged_into: IncidentId | None = None
    staff: Brief | None = None
    alerted: tuple[str, ...] = ()
    """Who of them heard of it, and did not hear yet that it is over."""
    called_at: datetime | None = None
    """When the staff was first told of this course of it."""
    rung_at: datetime | None = None
    """When somebody was last called because nobody took it."""
    owner: str = ""
    """Who took it or was given it."""
    overran: bool = False
    """Planned works left it: their time was over, so nobody waits for it to come back."""
    apart: set[SubscriberId] = field(default_factory=set)
    """Homes that are dark still, though it is over for all others."""
    reminded: datetime | None = None
    """The last promise to the public of whose passing the staff was told."""
    stands: dict[ChannelName, Stand] = field(default_factory=dict)
    crowd: Crowd = field(default_factory=Crowd)
    """Whom it takes, and who of them was told what."""
    approvals: dict[ApprovalId, Approval] = field(default_factory=dict)
    """What people were asked about its words, and what they said."""
    situation: SituationId | None = None
    """It is no incident: it stands for all that go on at a time."""
    by_hand: bool = False
    """A person said that it is to be told; nobody else is asked."""
    revisions: Counter[str] = field(default_factory=Counter)

    def turn(self, fact: Turn) -> None:
        """Take over what became of the incident."""
        match fact:
            case IncidentRevised():
                self._revise(fact)
            case IncidentConfirmed():
                self.confirmed = True
            case IncidentRestored():
                self.life = Life.RESTORED
                self.restored = fact.at
                self.apart = set(fact.apart)
                self.crowd.over(fact.at, fact.apart)
            case SubscribersBack():
                self.apart.difference_update(fact.subscribers)
                self.crowd.back(fact.subscribers, fact.at)
            case IncidentRelapsed():
                self.life = Life.OPEN
                self.again = fact.at
                self.apart.clear()
                self.expected_end = None
            case IncidentMerged():
                self.life = Life.MERGED
                self.merged_into = fact.into
            case IncidentClosed():
                self._close(fact)
            case EndExpected():
                self.expected_end = fact.until
            case CauseNamed():
                self.known = fact.cause is not None
                self.cause = fact.cause or self.thought

    def inherit(self, merged: "Case", at: datetime) -> None:
        """Keep what was told of an incident that turned out to be this one, and its cause.

        A cause counts where a person said it.
        """
        self.crowd.absorb(merged.crowd, at)
        if merged.known and not self.known:
            self.known, self.cause = True, merged.cause

    def _close(self, fact: IncidentClosed) -> None:
        self.life = Life.MISTAKEN if fact.mistaken else Life.CLOSED
        if fact.mistaken:
            self.crowd.mistaken(fact.at)
        elif fact.by:
            self.crowd.over(fact.at)
        if fact.by:
            self.apart.clear()

    def _revise(self, fact: IncidentRevised) -> None:
        diagnosis = fact.diagnosis
        if diagnosis.kind is not IncidentKind.BLIND:  # who is dark is not seen then
            seen = (
                IncidentKind.FLAPPING is not diagnosis.kind and self.kind is not IncidentKind.BLIND
            )
            self.crowd.revise(diagnosis.subscribers, fact.at, seen=seen)
        self.kind = diagnosis.kind
        self.thought = diagnosis.cause
        self.cause = self.cause if self.known else diagnosis.cause
        self.root_cause = diagnosis.root_cause
        self.also_possible = diagnosis.also_possible
        self.areas = diagnosis.areas
        self.worst = max(self.worst, len(diagnosis.subscribers))
        self.silent = diagnosis.proof.fell

    @property
    def mends(self) -> bool:
        """Say whether all that it was thought to be of is corrected before it was proven."""
        return self.signed and not self.confirmed and self.standing <= 0

    @property
    def over(self) -> bool:
        """Say whether nothing can happen to this incident any more."""
        return self.life not in (Life.OPEN, Life.RESTORED)

    @property
    def settled(self) -> bool:
        """Say whether nobody is left who was told "down" and not "up"."""
        staff_knows = self.staff is None or self.staff.clear
        asked = any(approval.is_open for approval in self.approvals.values())
        return (
            staff_knows
            and not asked
            and self.crowd.settled
            and not any(
                told is not None and told.down
                for stand in self.stands.values()
                for told in (stand.said, stand.heard)
            )
        )

    @property
    def ending(self) -> Phase | None:
        """Return the "up" that ends any "down" of this incident; None while it goes on.

        While a few homes are dark still, nobody reads that it was repaired: they would too.
        """
        if self.life in (Life.MISTAKEN, Life.MERGED):
            return Phase.CORRECTED
        if self.life in (Life.RESTORED, Life.CLOSED):
            return Phase.UPDATE if self.apart else Phase.RESTORED
        if self.kind is IncidentKind.DEGRADED:
            return Phase.RESTORED
        if self.kind is IncidentKind.BLIND or self.cause is Cause.SELF:
            return Phase.CORRECTED
        return None

    @property
    def concerns_the_public(self) -> bool:
        """Say whether customers may be told of it: not while nothing below it is seen silent.

        What comes back is seen piece by piece; halfway, any cause may look likely.
        """
        return self.kind in (IncidentKind.OUTAGE, IncidentKind.PARTIAL) and self.silent > 0

    def visible(self, now: datetime) -> Visible:
        """Return what the public can see of it now."""
        end = self.expected_end
        late = end is not None and end <= now
        areas = tuple(sorted(self.areas))
        return Visible(self.cause, areas, end, late, bool(self.apart), self.known)

    def news(self, now: datetime) -> News:
        """Return what is worth a second message to those who wait."""
        end = self.expected_end
        return News(end, end is not None and end <= now, self.cause if self.known else None)

    def next_revision(self, audience: Audience, channel: ChannelName, phase: Phase) -> int:
        """Return the number of the next notice of this phase, counted from 1."""
        return self.revisions[_counter(audience, channel, phase)] + 1

    def number(self, due: NoticeDue) -> None:
        """Keep that the number of these words is taken."""
        counter = _counter(due.audience, due.channel, due.phase)
        self.revisions[counter] = max(self.revisions[counter], due.revision)

    def remember(self, due: NoticeDue) -> None:
        """Keep that these words fell due, and what they showed."""
        self.number(due)
        if due.purpose is Purpose.TASK:
            return
        if due.audience is Audience.STAFF:
            self.alerted = _heard(self.alerted, due)
            if due.subject == RUNG:
                self.rung_at = due.at
            if due.subject in (HAND_OVER, RUNG):  # for the others nothing was said
                return
            if due.phase in DOWN and (self.staff is None or self.staff.clear):
                self.called_at = self.rung_at = due.at
            self.staff = Brief(
                due.at,
                self.kind,
                self.cause,
                self.root_cause,
                self.also_possible,
                clear=due.phase not in DOWN,
            )
            if due.subject == PROMISE:
                self.reminded = datetime.fromisoformat(due.detail)
        elif due.audience is Audience.PUBLIC:
            stand = self.stands.setdefault(due.channel, Stand())
            stand.said = Told(due.phase, due.at, self.visible(due.at), due.withheld)
            if due.withheld is None:
                stand.heard = stand.said
        elif due.audience is Audience.SUBSCRIBERS:
            self.crowd.rolls.setdefault(due.channel, Roll()).remember(due, self.news(due.at))


def open_case(incident: IncidentId, since: datetime, diagnosis: Diagnosis) -> Case:
    """Begin to remember an incident."""
    crowd = Crowd()
    crowd.open(diagnosis.subscribers)
    return Case(
        incident=incident,
        since=since,
        kind=diagnosis.kind,
        cause=diagnosis.cause,
        thought=diagnosis.cause,
        root_cause=diagnosis.root_cause,
        also_possible=diagnosis.also_possible,
        areas=diagnosis.areas,
        worst=len(diagnosis.subscribers),
        silent=diagnosis.proof.fell,
        crowd=crowd,
    )


def _heard(before: tuple[str, ...], due: NoticeDue) -> tuple[str, ...]:
    """Return who of the staff believes that something is broken, after these words."""
    if due.phase in DOWN:
        return tuple(dict.fromkeys((*before, *due.recipients)))
    return tuple(one for one in before if one not in due.recipients)


def _counter(audience: Audience, channel: ChannelName, phase: Phase) -> str:
    return f"{audience}/{channel}/{phase}"
