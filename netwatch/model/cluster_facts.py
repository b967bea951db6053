"""Reports that come together, and calls beyond the usual. Names are for ever; fields are added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import AreaId, ClusterId, IncidentId, SubscriberId
from netwatch.model.voices import Way
from netwatch.model.whereabouts import NOWHERE, Where


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceHeard:
    """Somebody who proved nothing may have no service; one an hour and source."""

    at: datetime
    way: Way
    source: str
    subscriber: SubscriberId | None = None
    street: str = ""
    area: AreaId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFormed:
    """Several people of one place say that it does not work, and nothing seen says why.

    Their devices are asked at once. It is no incident, and nothing is public because of it.
    """

    at: datetime
    cluster: ClusterId
    piece: str
    """What they have in common: an element, ``street:TOWN|STREET`` or ``area:ID``."""
    lines: int
    """So many lines the piece has."""
    subscribers: tuple[SubscriberId, ...] = ()
    """Those of them whom we know."""
    others: int = 0
    """Sources whose line nobody knows."""
    since: datetime
    """When the first of them was heard."""
    where: Where = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterGrew:
    """More of the same place were heard; or it is of a wider place than it seemed."""

    at: datetime
    cluster: ClusterId
    piece: str
    lines: int
    subscribers: tuple[SubscriberId, ...] = ()
    others: int = 0
    where: Where = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterLooked:
    """All that was asked because of a cluster has had its time to answer."""

    at: datetime
    cluster: ClusterId
    asked: int = 0
    """Observables below its piece, heard since it formed."""
    answering: int = 0
    """Those of them that answer well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterConfirmed:
    """It is a fault: a person says so, or, with nobody's name, what is seen."""

    at: datetime
    cluster: ClusterId
    incident: IncidentId
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterDismissed:
    """It is nothing of ours; with nobody's name, no more were heard."""

    at: datetime
    cluster: ClusterId
    by: str = ""
    note: str = ""
    quiet_until: datetime | None = None
    """Nobody is told of the same place before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsSeen:
    """What a telephone system counted in an hour that is over."""

    at: datetime
    hour: datetime
    offered: int
    lost: int = 0
    waiting: int = 0
    """The longest queue of that hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsUnusual:
    """More people call, or wait, than at this hour of the week: a hint, no more."""

    at: datetime
    offered: float
    """Calls an hour, by the last minutes."""
    usual: float
    """So many this hour of the week has as a rule."""
    waiting: int = 0
    waiting_usual: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsUsual:
    """They call as always again."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbacksHeld:
    """Of these incidents somebody waits to be called back: none of them closes before."""

    at: datetime
    incidents: tuple[IncidentId, ...] = ()


ClusterFact = (
    VoiceHeard
    | ClusterFormed
    | ClusterGrew
    | ClusterLooked
    | ClusterConfirmed
    | ClusterDismissed
    | CallsSeen
    | CallsUnusual
    | CallsUsual
    | CallbacksHeld
)
