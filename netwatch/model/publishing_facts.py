"""What was decided about public words as such. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import (
    ApprovalId,
    AreaId,
    ChannelName,
    IncidentId,
    MaintenanceId,
    SituationId,
)
from netwatch.model.terms import Audience, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked:
    """Words wait until people agree: the staff was asked, once."""

    at: datetime
    approval: ApprovalId
    incident: IncidentId | None = None
    """None: it is about a situation, or planned works."""
    situation: SituationId | None = None
    maintenance: MaintenanceId | None = None
    audience: Audience
    channel: ChannelName
    phase: Phase
    people: int = 1
    """How many different persons have to approve."""
    recipients: int = 0
    """How many would be told; of a post, how many it is about."""
    price: float | None = None
    """What it would cost; None: nothing, or nobody knows."""
    spent: float = 0.0
    """What was spent on the same matter before."""
    currency: str = ""
    expires: datetime
    goes: bool = False
    """What becomes of the words if nobody answers: they go, else they are dropped."""
    told: str = ""
    """Of planned works: what is told of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGiven:
    """A person agreed to words that wait."""

    at: datetime
    approval: ApprovalId
    incident: IncidentId | None = None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRefused:
    """A person said no: these words are not said of this incident on this channel."""

    at: datetime
    approval: ApprovalId
    incident: IncidentId | None = None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalLapsed:
    """Nobody has to answer any more."""

    at: datetime
    approval: ApprovalId
    incident: IncidentId | None = None
    goes: bool = False
    """The time was over, and the words go without anybody's approval."""
    overtaken: bool = False
    """It was over, or said by itself, before somebody answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationBegan:
    """So much is broken at a time that it is told of as one."""

    at: datetime
    situation: SituationId
    by: str = ""
    """Who said so; empty: netwatch."""
    incidents: tuple[IncidentId, ...] = ()
    """Those of which the public is told, in the order of repair: by people."""
    areas: tuple[AreaId, ...] = ()
    subscribers: int = 0
    """How many they took at their worst."""
    since: datetime | None = None
    """When the first sign of the eldest of them was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationChanged:
    """Other incidents are open in it, or their order is another."""

    at: datetime
    situation: SituationId
    incidents: tuple[IncidentId, ...]
    areas: tuple[AreaId, ...] = ()
    subscribers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationEnded:
    """Each incident is told of by itself again."""

    at: datetime
    situation: SituationId
    by: str = ""
    """Who said so; empty: netwatch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationOver:
    """The last incident of a situation is over: whoever heard of it is told so."""

    at: datetime
    situation: SituationId
    mistaken: bool = False
    """None of them ever was."""


PublishingFact = (
    ApprovalAsked
    | ApprovalGiven
    | ApprovalRefused
    | ApprovalLapsed
    | SituationBegan
    | SituationChanged
    | SituationEnded
    | SituationOver
)
