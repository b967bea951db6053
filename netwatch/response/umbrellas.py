"""What response remembers of a situation: many incidents that are told of as one."""

from dataclasses import dataclass, field
from datetime import datetime

from netwatch.model.facts import (
    Cause,
    IncidentKind,
    SituationBegan,
    SituationChanged,
    SituationEnded,
    SituationOver,
)
from netwatch.model.names import ChannelName, IncidentId, SituationId
from netwatch.response.cases import Case, Life

SituationFact = SituationBegan | SituationChanged | SituationEnded | SituationOver


@dataclass(slots=True)
class Umbrella:
    """One situation."""

    case: Case
    """The situation as its notices need it: an incident that has no cause of its own."""
    began: datetime
    by: str
    members: tuple[IncidentId, ...]
    """The incidents open in it, in the order of repair."""
    ever: set[IncidentId] = field(default_factory=set)
    stands: bool = True
    changed: datetime | None = None
    """When its members were last others than before."""

    def take(self, fact: SituationFact) -> None:
        """Take over what became of it."""
        match fact:
            case SituationChanged():
                self.members, self.changed = fact.incidents, fact.at
                self.ever.update(fact.incidents)
                self.case.areas = fact.areas
                self.case.worst = max(self.case.worst, fact.subscribers)
            case SituationEnded():
                self.stands = False
            case SituationOver():
                self.case.life = Life.MISTAKEN if fact.mistaken else Life.RESTORED
            case SituationBegan():
                return

    def is_told_on(self, channel: ChannelName) -> bool:
        """Say whether this channel tells of it."""
        stand = self.case.stands.get(channel)
        return stand is not None and stand.said is not None and stand.said.down


def begun(fact: SituationBegan) -> Umbrella:
    """Begin to remember a situation."""
    since = fact.since or fact.at
    case = Case(
        incident=IncidentId(fact.situation),
        since=since,
        kind=IncidentKind.OUTAGE,
        cause=Cause.UNKNOWN,
        root_cause=(),
        also_possible=(),
        areas=fact.areas,
        worst=fact.subscribers,
        silent=len(fact.incidents) or 1,
        confirmed=True,
        situation=SituationId(fact.situation),
        by_hand=bool(fact.by),
    )
    return Umbrella(
        case=case, began=fact.at, by=fact.by, members=fact.incidents, ever=set(fact.incidents)
    )
