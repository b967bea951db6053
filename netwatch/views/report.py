"""Facts -> how right public words were, or in shadow would have been: what is read each week."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from netwatch.model.facts import (
    Audience,
    Fact,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
    Purpose,
    SituationBegan,
)
from netwatch.model.follower_facts import is_follower
from netwatch.model.names import IncidentId, NoticeKey, SubscriberId
from netwatch.model.report_facts import CustomerReported, ReportsUnexplained
from netwatch.model.terms import IncidentKind
from netwatch.views.approvals import Request
from netwatch.views.board import Board, Outage

HOLD_DOWN: Final = timedelta(minutes=3)
"""What is over so soon after it was first told had better not been told: nobody was helped."""
BEFORE: Final = timedelta(hours=1)
"""So long before the first sign a customer's call may be about it."""
FELT: Final = frozenset({IncidentKind.OUTAGE, IncidentKind.PARTIAL})
PUBLIC: Final = frozenset({Audience.PUBLIC, Audience.SUBSCRIBERS})
UNSENT: Final = ("refused", "expired")
Said = tuple[Phase, Audience, str]
"""What is said, to whom, by which channel."""


class Verdict(StrEnum):
    """How it turned out to have been said."""

    RIGHT = "right"
    TAKEN_BACK = "taken-back"
    """It never was: the words were corrected, or a person said so."""
    BRIEF = "brief"
    """It was over within the hold-down."""
    OPEN = "open"
    """It is not over, so nobody knows yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One incident of which people outside were told, or in shadow would have been."""

    outage: Outage
    verdict: Verdict
    first_at: datetime
    """When the first word fell due, whatever the channel."""
    called_at: datetime | None
    """When the first customer said that it does not work; None: nobody did."""
    calls: int
    in_vain: int
    """Subscribers who were told by themselves, though they had service all the time."""
    went: float
    """What its messages cost."""
    kept: float
    """What those would have cost that were withheld."""

    @property
    def lead(self) -> timedelta | None:
        """Return how long before the first call it was told; below zero: customers were first."""
        return None if self.called_at is None else self.called_at - self.first_at


@dataclass(slots=True, kw_only=True)
class Count:
    """How much of one kind was said, and what became of it."""

    incidents: set[str] = field(default_factory=set)
    """Incidents and situations."""
    messages: int = 0
    withheld: int = 0
    """Of these, kept back: shadow, hold or mode."""
    results: Counter[str] = field(default_factory=Counter)
    went: float = 0.0
    """What was spent on it."""
    kept: float = 0.0
    """What those would have cost that were withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Public words of some days."""

    since: datetime
    until: datetime
    told: tuple[Told, ...]
    """Newest first."""
    counts: dict[Said, Count]
    untold: tuple[Outage, ...]
    """Outages that customers called about, and of which nothing was to be said."""
    unexplained: int
    """How often several customers called where netwatch saw nothing."""
    approvals: tuple[Request, ...]
    situations: int


def report(facts: Iterable[Fact], since: datetime, until: datetime) -> Report:
    """Return what is to be said of the public words that fell due from ``since`` to ``until``.

    Args:
        facts: what was decided, in order, from the journal's beginning: what began before is
            judged with all that is known of it.
        since: the first moment.
        until: the moment after the last.
    """
    ledger = _Ledger(since, until)
    for fact in facts:
        ledger.take(fact)
    board = ledger.board
    told = [ledger.told(incident, dues) for incident, dues in ledger.by_incident()]
    asked = (one for one in board.approvals.values() if since <= one.fact.at < until)
    return Report(
        since=since,
        until=until,
        told=tuple(sorted(told, key=lambda one: one.first_at, reverse=True)),
        counts=ledger.counts,
        untold=tuple(ledger.untold({one.outage.incident for one in told})),
        unexplained=ledger.unexplained,
        approvals=tuple(asked),
        situations=ledger.situations,
    )


@dataclass(slots=True)
class _Ledger:
    """What the report is made of."""

    since: datetime
    until: datetime
    board: Board = field(default_factory=Board.empty)
    dues: list[NoticeDue] = field(default_factory=list)
    counts: dict[Said, Count] = field(default_factory=dict)
    calls: list[CustomerReported] = field(default_factory=list)
    unexplained: int = 0
    situations: int = 0
    _before: set[IncidentId] = field(default_factory=set)
    """Incidents of which people were told earlier."""
    _owed: dict[str, tuple[Said, float, bool]] = field(default_factory=dict)
    """By what the keys of a notice have in common: what it is, what one message costs, and
    whether it was withheld."""
    _last: dict[NoticeKey, str] = field(default_factory=dict)
    """What was heard last of each message: taken first, and delivered a minute later."""
    _back: dict[str, float] = field(default_factory=dict)
    """What messages that did not leave would have cost, by what they were about."""

    def take(self, fact: Fact) -> None:
        self.board.take(fact)
        match fact:
            case NoticeDue() if fact.purpose is Purpose.NOTICE and fact.audience in PUBLIC:
                self._fell_due(fact)
            case NoticeSent():
                self._became(fact.keys, str(fact.result))
            case NoticeRefused():
                self._became(fact.keys, "refused")
            case NoticeExpired():
                self._became(fact.keys, "expired")
            case CustomerReported() if self.since - BEFORE <= fact.at < self.until:
                self.calls.append(fact)
            case ReportsUnexplained() if self._counts(fact.at):
                self.unexplained += 1
            case SituationBegan() if self._counts(fact.at):
                self.situations += 1
            case _:
                pass

    def by_incident(self) -> Iterator[tuple[IncidentId, list[NoticeDue]]]:
        """Yield the incidents first told of in these days, each with what fell due of it."""
        found: dict[IncidentId, list[NoticeDue]] = {}
        for due in self.dues:
            if due.incident is not None:
                found.setdefault(self.board.survivor(due.incident), []).append(due)
        earlier = self._told_earlier()
        for incident, dues in found.items():
            if incident in self.board.outages and incident not in earlier:
                yield incident, dues

    def told(self, incident: IncidentId, dues: list[NoticeDue]) -> Told:
        """Return how it turned out to have told of an incident."""
        outage = self.board.outages[incident]
        first_at = min(due.at for due in dues)
        mine = [call.at for call in self.calls if _is_about(call, outage, self.board)]
        singly = {
            SubscriberId(name)
            for due in dues
            if due.audience is Audience.SUBSCRIBERS and due.phase is Phase.CONFIRMED
            for name in due.recipients
            if not is_follower(name)
        }
        unsent = sum(self._back.get(name, 0.0) for name in {due.incident or "" for due in dues})
        return Told(
            outage=outage,
            verdict=_verdict(outage, first_at, dues),
            first_at=first_at,
            called_at=min(mine, default=None),
            calls=len(mine),
            in_vain=len(singly - outage.subscribers),
            went=sum(due.cost for due in dues if due.withheld is None) - unsent,
            kept=sum(due.cost for due in dues if due.withheld is not None),
        )

    def untold(self, told: set[IncidentId]) -> Iterator[Outage]:
        """Yield the outages that customers called about and that nobody was to be told of."""
        called = {self.board.survivor(one.incident) for one in self.calls if one.incident}
        for incident in sorted(called - told - self._told_earlier()):
            outage = self.board.outages.get(incident)
            if outage is not None and outage.kind in FELT:
                yield outage

    def _told_earlier(self) -> set[IncidentId]:
        return {self.board.survivor(incident) for incident in self._before}

    def _fell_due(self, due: NoticeDue) -> None:
        if due.at < self.since and due.incident is not None:
            self._before.add(due.incident)
        if not self._counts(due.at):
            return
        if due.phase is not Phase.PLANNED:
            self.dues.append(due)
        said = (due.phase, due.audience, str(due.channel))
        count = self.counts.setdefault(said, Count())
        count.incidents.add(due.incident or due.subject)
        count.messages += len(due.recipients)
        count.withheld += len(due.recipients) if due.withheld is not None else 0
        if due.withheld is None:
            count.went += due.cost
        else:
            count.kept += due.cost
        each = due.cost / len(due.recipients) if due.recipients else 0.0
        about = due.incident or due.subject or "netwatch"
        stem = f"{about}/{due.audience}/{due.channel}/{due.phase}/{due.revision}"
        self._owed[stem] = (said, each, due.withheld is not None)

    def _became(self, keys: Iterable[NoticeKey], result: str) -> None:
        for key in keys:
            about, audience, channel, _, phase, revision = key.rsplit("/", 5)
            owed = self._owed.get(f"{about}/{audience}/{channel}/{phase}/{revision}")
            if owed is None:
                continue
            said, each, withheld = owed
            count = self.counts[said]
            if (before := self._last.get(key)) is not None:
                count.results[before] -= 1
            self._last[key] = result
            count.results[result] += 1
            if result in UNSENT and before is None and not withheld:
                count.went -= each
                self._back[about] = self._back.get(about, 0.0) + each

    def _counts(self, at: datetime) -> bool:
        return self.since <= at < self.until


def _verdict(outage: Outage, first_at: datetime, dues: list[NoticeDue]) -> Verdict:
    if outage.mistaken or any(due.phase is Phase.CORRECTED for due in dues):
        return Verdict.TAKEN_BACK
    if outage.ended_at is None:
        return Verdict.OPEN
    return Verdict.BRIEF if outage.ended_at - first_at < HOLD_DOWN else Verdict.RIGHT


def _is_about(call: CustomerReported, outage: Outage, board: Board) -> bool:
    if call.incident is not None:
        return board.survivor(call.incident) == outage.incident
    ended_at = outage.ended_at or call.at
    return outage.since - BEFORE <= call.at <= ended_at and call.subscriber in outage.subscribers
