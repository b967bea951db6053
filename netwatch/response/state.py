"""All that response keeps between two arrivals."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from netwatch.model.duty_facts import DutyOverridden
from netwatch.model.facts import Cause, IncidentKind, Phase, PublishHeld
from netwatch.model.follower_facts import FollowerJoined
from netwatch.model.names import (
    SELF,
    ApprovalId,
    ChannelName,
    IncidentId,
    MaintenanceId,
    NoticeKey,
    OverrideId,
    SituationId,
    SubscriberId,
)
from netwatch.model.network import Network
from netwatch.model.works_words import Told
from netwatch.response.cases import Case, Life
from netwatch.response.circles import Circles
from netwatch.response.homes import Homes
from netwatch.response.lessons_open import Lessons
from netwatch.response.planned import Promise, Promised
from netwatch.response.policy import ChannelKind
from netwatch.response.reply_memory import Replies
from netwatch.response.rules import PublicRule, ResponseRules
from netwatch.response.sheets import Plan
from netwatch.response.spending import Spending
from netwatch.response.umbrellas import Umbrella

EVERYWHERE: Final = ""
Mark = tuple[IncidentId, ChannelName, Phase]


class Watch(NamedTuple):
    """Whom the staff's words go to, and from when until when that surely is so."""

    since: datetime
    until: datetime | None
    who: tuple[str, ...]


@dataclass(slots=True)
class Pace:
    """What one of the staff was sent of late."""

    sent: list[datetime] = field(default_factory=list)
    """When, within the last hour."""
    kept: list[str] = field(default_factory=list)
    """What the messages were about that were kept back since the last digest."""
    digest_at: datetime | None = None


@dataclass(slots=True)
class State:
    """What was decided and matters still; nothing here is learnt from samples."""

    rules: ResponseRules
    cases: dict[IncidentId, Case] = field(default_factory=dict)
    owed: set[NoticeKey] = field(default_factory=set)
    held: PublishHeld | None = None
    troubles: dict[str, datetime] = field(default_factory=dict)
    trouble_counts: Counter[str] = field(default_factory=Counter)
    """How often something was wrong there; EVERYWHERE counts for all, where a journal was lost."""
    promised: Promised = field(default_factory=dict)
    """Planned works that are not over."""
    approvals_asked: int = 0
    """The number of the last question whether words may go."""
    umbrellas: dict[SituationId, Umbrella] = field(default_factory=dict)
    """Situations that are told of, or were and are not over."""
    situations_begun: int = 0
    begun: dict[IncidentId, datetime] = field(default_factory=dict)
    """Since when incidents of which the public is told go on, over or not."""
    told_apart: set[IncidentId] = field(default_factory=set)
    """Incidents that a person took out of a situation: they make no other one."""
    spending: Spending = field(default_factory=Spending)
    followers: dict[str, FollowerJoined] = field(default_factory=dict)
    """Who wants to hear of areas without a contract there."""
    letters: dict[IncidentId, dict[str, None]] = field(default_factory=dict)
    """Which of them were told of an incident, and not yet of its end."""
    plan: Plan = field(default_factory=Plan)
    """The tasks of all incidents."""
    lessons: Lessons = field(default_factory=Lessons)
    """What outages taught, and is not done yet."""
    signs: dict[str, IncidentId] = field(default_factory=dict)
    """The alarms that stand, by what they are about, of incidents that are not proven."""

    overrides: dict[OverrideId, DutyOverridden] = field(default_factory=dict)
    """Who has a duty for a while by command, in the order in which that was said."""
    overrides_made: int = 0
    paces: dict[str, Pace] = field(default_factory=dict)
    """How many messages each of the staff had."""
    replies: Replies = field(default_factory=Replies)
    """What the staff answered by messages."""

    circles: Circles = field(default_factory=Circles, compare=False)
    homes: Homes = field(default_factory=Homes, compare=False)
    singly: dict[ChannelName, tuple[PublicRule, ...]] = field(default_factory=dict, compare=False)
    """The rules of channels that go to one reader each."""
    unwilling: dict[ChannelName, frozenset[SubscriberId]] = field(
        default_factory=dict, compare=False
    )
    """Who does not want to hear of it by a channel."""
    works_rules: tuple[PublicRule, ...] = field(default=(), compare=False)
    """Those of them that are about planned works."""
    works_told: dict[tuple[MaintenanceId, str], datetime] = field(
        default_factory=dict, compare=False
    )
    """By works and rule, in which hour nobody was left to be told; forgotten with the rest."""
    all_told: dict[Mark, object] = field(default_factory=dict, compare=False)
    """Where nobody was to be told, and what of that changes by itself; forgotten with the rest."""
    watch: Watch | None = field(default=None, compare=False)
    """Whom the staff's words go to, as looked up last."""
    seen_blinded: bool | None = field(default=None, compare=False)
    """What ``blinded`` found last; forgotten with each fact."""

    def fit(self, network: Network, rules: ResponseRules) -> None:
        """Obey these rules from now on, about these subscribers."""
        self.rules = rules
        self.watch = None
        self.homes = Homes.of(network)
        self.singly = {}
        for rule in rules.to_subscribers():
            self.singly[rule.channel] = (*self.singly.get(rule.channel, ()), rule)
        self.unwilling = {
            channel: self.homes.lines_of(people) for channel, people in rules.unwilling.items()
        }
        self.works_rules = rules.to_subscribers(Phase.PLANNED)
        self.look_again()

    def look_again(self) -> None:
        """Forget where nobody was to be told anything: that may be another now."""
        self.all_told.clear()
        self.works_told.clear()
        for sheet in self.plan.sheets.values():
            sheet.quiet_until = None

    @property
    def ending(self) -> frozenset[ChannelName]:
        """Return the channels by which single people are told that planned works are over."""
        return frozenset(rule.channel for rule in self.works_rules if rule.told is Told.END)

    def promise_of(self, approval: ApprovalId) -> Promise | None:
        """Return the works that a question is about; None when there are no such ones."""
        found = (one for one in self.promised.values() if approval in one.crowd.approvals)
        return next(found, None)

    def lines_by(self, channel: ChannelName) -> frozenset[SubscriberId]:
        """Return of which lines somebody wants to hear by a channel, having proved it is theirs."""
        known = (one.line for one in self.followers.values() if one.channel == channel)
        return frozenset(line for line in known if line is not None)

    def open_case(self, incident: IncidentId) -> Case | None:
        """Return an incident that is not over; None when there is no such one."""
        case = self.cases.get(incident)
        return None if case is None or case.over else case

    def case_of(self, approval: ApprovalId) -> Case | None:
        """Return what a question is about; None when there is no such one any more."""
        cases = (*self.cases.values(), *(one.case for one in self.umbrellas.values()))
        return next((case for case in cases if approval in case.approvals), None)

    @property
    def standing(self) -> Umbrella | None:
        """Return the situation as which all that is broken is told now."""
        return next((one for one in self.umbrellas.values() if one.stands), None)

    def is_covered(self, case: Case, channel: ChannelName) -> bool:
        """Say whether a situation is told on this channel in place of an incident.

        The page tells of both: the situation on top, each incident in its list. A situation that
        does not stand any more is not begun to be told of.
        """
        if case.situation is not None:
            umbrella = self.umbrellas.get(case.situation)
            return umbrella is None or not umbrella.stands
        if self.rules.kind(channel) is ChannelKind.WEBSITE:
            return False
        return any(
            one.stands or (case.incident in one.ever and one.is_told_on(channel))
            for one in self.umbrellas.values()
        )

    def told_of(self) -> Iterator[Case]:
        """Yield the incidents somebody is told of, oldest first.

        One subscriber's own line is the desk's task, and so are homes without mains here and there
        while their network works, unless it began as more and was told so.
        """
        return (case for case in self.cases.values() if not _for_the_desk(case) or not case.settled)

    @property
    def blinded(self) -> bool:
        """Say whether our own way out is down: then nothing we believe is fit for the public."""
        if self.seen_blinded is None:
            self.seen_blinded = any(
                case.kind is IncidentKind.BLIND
                and case.life is Life.OPEN
                and SELF in case.root_cause
                for case in self.cases.values()
            )
        return self.seen_blinded


def _for_the_desk(case: Case) -> bool:
    dark_homes = case.kind is IncidentKind.PARTIAL and case.cause is Cause.POWER_HOMES
    return dark_homes or case.kind is IncidentKind.LINE
