"""What was decided about planned works. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import (
    AreaId,
    ElementName,
    IncidentId,
    MaintenanceId,
    SubscriberId,
)
from netwatch.model.whereabouts import NOWHERE, Where
from netwatch.model.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Works and something else that together cut people off whom neither cuts off alone."""

    maintenance: MaintenanceId | None = None
    """Other works that go on at the same time; None where it is an incident."""
    incident: IncidentId | None = None
    """What is broken now."""
    subscribers: int
    at: datetime
    """The first moment at which both go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenancePlanned:
    """Works were planned: what they take is no outage while they go on."""

    at: datetime
    maintenance: MaintenanceId
    by: str
    elements: tuple[ElementName, ...]
    window: Window
    title: str = ""
    uid: str = ""
    """The name of the same works in somebody's calendar."""
    areas: tuple[AreaId, ...] = ()
    subscribers: tuple[SubscriberId, ...] = ()
    """Who will be without service meanwhile."""
    clashes: tuple[Clash, ...] = ()
    """What was known, and planned all the same."""
    where: Where = NOWHERE
    """Streets and house numbers of the subscribers, as the public may be told them."""
    instead_of: MaintenanceId | None = None
    """They are these works, at another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRefused:
    """Works were not planned, for they clash with something; nothing else follows from it."""

    at: datetime
    by: str
    elements: tuple[ElementName, ...]
    window: Window
    clashes: tuple[Clash, ...] = ()
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceBegan:
    """Its time has come: what it takes is planned from now on."""

    at: datetime
    maintenance: MaintenanceId
    starts: datetime
    ends: datetime
    clashes: tuple[Clash, ...] = ()
    """What is broken just now, so that these works cut more people off than they should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceEnded:
    """Its time is over, or a person ended it sooner: what is dark now is dark unplanned."""

    at: datetime
    maintenance: MaintenanceId
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceOverran:
    """Its time is over and what it took is not back: that is an incident now."""

    at: datetime
    maintenance: MaintenanceId
    incident: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceProlonged:
    """A person gave the works that go on more time."""

    at: datetime
    maintenance: MaintenanceId
    by: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceCancelled:
    """These works will not be, or not again."""

    at: datetime
    maintenance: MaintenanceId
    by: str


MaintenanceFact = (
    MaintenancePlanned
    | MaintenanceRefused
    | MaintenanceBegan
    | MaintenanceEnded
    | MaintenanceOverran
    | MaintenanceProlonged
    | MaintenanceCancelled
)
