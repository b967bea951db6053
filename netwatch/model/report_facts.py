"""What customers reported, and when their reports puzzle. Names are for ever; fields are added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import ElementName, IncidentId, SubscriberId


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReported:
    """A customer said that it does not work; their words are nowhere kept.

    One fact an hour and subscriber, so many a minute and element: what comes beyond that counts
    for nothing, and is not written down.
    """

    at: datetime
    subscriber: SubscriberId
    element: ElementName | None = None
    """What their line ends at: a splitter, port, switch; None: no record says where they hang."""
    incident: IncidentId | None = None
    """The open incident that has taken their line already."""
    source: str = ""
    """Who named this line and proved nothing; of one source one counts where many come together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsUnexplained:
    """Several customers below one element say that it does not work, and nothing seen says why.

    A hint for the staff. It is no incident, and nothing is said to the public because of it.
    """

    at: datetime
    element: ElementName
    subscribers: tuple[SubscriberId, ...]
    asked: int = 0
    """Observables below the element that were heard since the first of these reports."""
    answering: int = 0
    """Those of them that answer well."""


ReportFact = CustomerReported | ReportsUnexplained
