"""One incident as people speak of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from netwatch.model.evidence import Proof
from netwatch.model.facts import Cause, IncidentKind, Phase
from netwatch.model.names import AreaId, ChannelName, ElementName, IncidentId, SubscriberId
from netwatch.model.whereabouts import NOWHERE, Where
from netwatch.views.course import NOT_BEGUN, Course
from netwatch.views.told import Note, Shown

OVER: Final = ("restored", "closed")
NOT_ALERTED: Final = "none"
"""Nobody was sent an alert: for one home's own line nobody ever is."""
ALERTED: Final = "alerted"
ON_THE_WAY: Final = "on the way"
ON_SITE: Final = "on site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One incident as it stands."""

    incident: IncidentId
    kind: IncidentKind
    cause: Cause
    cause_certainty: str
    """``unknown``, ``likely`` (netwatch thinks so) or ``known`` (a person said so)."""
    cause_thought: Cause = Cause.UNKNOWN
    cause_by: str = ""
    """Who said what caused it."""
    root_cause: tuple[ElementName, ...]
    also_possible: tuple[ElementName, ...] = ()
    causes: tuple[tuple[Cause, float], ...] = ()
    confidence: float
    areas: tuple[AreaId, ...] = ()
    where: Where = NOWHERE
    """Streets of those without service now, as the public may be told them."""
    where_at_worst: Where = NOWHERE
    """The same when there were most of them."""
    subscribers: frozenset[SubscriberId] = frozenset()
    """Those ever without service in this incident."""
    without: frozenset[SubscriberId] = frozenset()
    """Those without service now."""
    apart: frozenset[SubscriberId] = frozenset()
    """Those who were dark still when it was called restored: lines of their own since."""
    at_worst: frozenset[SubscriberId] = frozenset()
    """Those without service when there were most of them."""
    services: tuple[str, ...] = ("internet",)
    since: datetime
    """When the first sign was seen."""
    opened_at: datetime
    confirmed_at: datetime | None = None
    restored_at: datetime | None = None
    closed_at: datetime | None = None
    state: str = "open"
    """``open``, ``acknowledged``, ``restored`` or ``closed``; a merged incident is closed."""
    course: Course = NOT_BEGUN
    """How far it is, as those who mend it count, and how long each stage took."""
    owner: str | None = None
    expected_end: datetime | None = None
    crew_state: str = ALERTED
    """What may be said of the crew: ``none`` until somebody was alerted, and more than ``alerted``
    only once a person said it."""
    notes: tuple[Note, ...] = ()
    phase: Phase | None = None
    """The last public phase decided, withheld or not."""
    revision: int = 0
    """Of the last public notice decided."""
    shown: tuple[tuple[ChannelName, Shown], ...] = ()
    """What each public channel was last given to say; empty in shadow."""
    proof: Proof
    alarms: int = 0
    merged_into: IncidentId | None = None
    mistaken: bool = False
    closed_by: str = ""
    """Who ended it; empty: netwatch, or nobody yet."""

    @property
    def of_devices(self) -> bool:
        """Say whether the root cause is devices and nothing else."""
        return all(name.startswith("device:") for name in self.root_cause)

    @property
    def mute(self) -> bool:
        """Say whether it is that management agents do not answer on devices that do."""
        return self.proof.mute > 0

    @property
    def worst(self) -> int:
        """Return how many were without service at the worst moment."""
        return len(self.at_worst)

    @property
    def nearly_over(self) -> bool:
        """Say whether everybody is seen working again but for a few single homes."""
        return self.restored_at is not None and bool(self.apart)

    @property
    def is_open(self) -> bool:
        """Say whether people still wait: neither restored nor closed."""
        return self.state not in OVER

    @property
    def ended_at(self) -> datetime | None:
        """Return when it was over: seen working again, or closed by hand."""
        return self.restored_at or self.closed_at

    def shown_on(self, channel: ChannelName) -> Shown | None:
        """Return what ``channel`` was last given to say of this incident."""
        return next((shown for name, shown in self.shown if name == channel), None)
