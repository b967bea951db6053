"""What is heard of people who may have no service, and what a person makes of it. Frozen."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from netwatch.model.names import AreaId, ClusterId, IncidentId, SubscriberId


class Way(StrEnum):
    """How somebody was heard who has proved nothing."""

    CALL = "call"
    """They called in vain, for whatever reason."""
    COMMENT = "comment"
    """They wrote below a post of ours."""
    FORM = "form"
    """They sent a form about an address of which we know no line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Somebody may have no service: less than a report, for nobody knows who it is, or why.

    It bears no words and no number. ``source`` tells two of them apart and tells nothing else: all
    that come from one network, or from one author, have the same.
    """

    at: datetime
    way: Way
    source: str
    subscriber: SubscriberId | None = None
    """Whose number it is; a number may be forged."""
    street: str = ""
    """As the inventory keys it, the town before it: ``krakow|polna``."""
    area: AreaId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneCounts:
    """What a telephone system counted within ``over`` until now."""

    at: datetime
    offered: int
    """Calls that came in."""
    answered: int = 0
    lost: int = 0
    """Callers who gave up, or found no line free."""
    waiting: int = 0
    """Callers in the queue at this moment."""
    over: timedelta = field(default=timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCluster:
    """A person says that those who report are right, whatever is seen."""

    at: datetime
    cluster: ClusterId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissCluster:
    """A person says that it is nothing of ours: nobody is told of it again for a while."""

    at: datetime
    cluster: ClusterId
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbacksWait:
    """Somebody of these incidents waits to be called back; of all others nobody does."""

    at: datetime
    incidents: tuple[IncidentId, ...] = ()


Heard = Voice | PhoneCounts | CallbacksWait
Judging = ConfirmCluster | DismissCluster
