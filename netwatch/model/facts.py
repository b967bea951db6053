"""What was decided: past tense, frozen, journaled. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from netwatch.model.arrivals import Result
from netwatch.model.cluster_facts import ClusterFact
from netwatch.model.diagnosis import Diagnosis
from netwatch.model.duty_facts import DutyFact
from netwatch.model.evidence import Because
from netwatch.model.follower_facts import FollowerFact, FollowerJoined, FollowerLeft
from netwatch.model.gear_facts import AirSeen, BranchSeen, DeviceMet, DeviceSwapped, HabitsSeen
from netwatch.model.maintenance_facts import MaintenanceFact
from netwatch.model.names import (
    AreaId,
    ChannelName,
    CheckName,
    DeviceId,
    IncidentId,
    NoticeKey,
    SubscriberId,
)
from netwatch.model.person_facts import (
    CauseNamed,
    EndExpected,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentNoted,
    PersonFact,
)
from netwatch.model.place_facts import PlaceChanged, PlacesChanged
from netwatch.model.publishing_facts import (
    ApprovalAsked,
    ApprovalGiven,
    ApprovalLapsed,
    ApprovalRefused,
    PublishingFact,
    SituationBegan,
    SituationChanged,
    SituationEnded,
    SituationOver,
)
from netwatch.model.reply_facts import ReplyFact
from netwatch.model.report_facts import ReportFact
from netwatch.model.task_facts import TaskFact
from netwatch.model.terms import (
    Audience,
    Cause,
    IncidentKind,
    Part,
    Phase,
    Purpose,
    Severity,
    Withheld,
)

# --- signals ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised:
    """A state that wants correction."""

    at: datetime
    device: DeviceId
    check: CheckName
    part: str | None = None
    severity: Severity
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCleared:
    """That state is corrected; the true state was seen."""

    at: datetime
    device: DeviceId
    check: CheckName
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPlaced:
    """An alarm found its part: the root of an incident, folded under it, or nothing, and why."""

    at: datetime
    device: DeviceId
    check: CheckName
    part: str | None = None
    as_: Part
    incident: IncidentId | None = None
    why: str = ""
    """A word of the trade (``below-root``, ``one-witness``, ``own-line``), not prose."""


# --- incidents ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened:
    """What customers feel and staff handle begins; one root cause."""

    at: datetime
    incident: IncidentId
    since: datetime
    """When the first sign was seen; the outage began no later."""
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRevised:
    """The incident is the same, what we think of it changed: root, cause, area or people."""

    at: datetime
    incident: IncidentId
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentConfirmed:
    """Two independent proofs, or silence long and wide enough to tell customers."""

    at: datetime
    incident: IncidentId
    odds: float
    """Natural logarithm of the posterior odds."""
    over: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribersBack:
    """These have been seen working again; the rest stay in the incident."""

    at: datetime
    incident: IncidentId
    subscribers: tuple[SubscriberId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRestored:
    """Everything that the incident took was seen working again, but for a few single homes."""

    at: datetime
    incident: IncidentId
    apart: tuple[SubscriberId, ...] = ()
    """Those homes: still dark long after the rest, so each for a reason of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRelapsed:
    """It was restored, and went again before it was closed."""

    at: datetime
    incident: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMerged:
    """Two incidents turned out to be one fault; ``into`` goes on."""

    at: datetime
    incident: IncidentId
    into: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed:
    """Nothing is left to do. ``by`` is a person, or empty when netwatch closed it."""

    at: datetime
    incident: IncidentId
    by: str = ""
    mistaken: bool = False
    """It never was: the notices that went out are corrected."""


# --- notices ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDue:
    """Words are owed to an audience: recipients are ids; addresses and words come late."""

    at: datetime
    incident: IncidentId | None
    """None: a staff message about netwatch itself."""
    audience: Audience
    channel: ChannelName
    phase: Phase
    purpose: Purpose
    revision: int
    recipients: tuple[str, ...]
    """Subscriber ids, staff contact ids, or ``("public",)``; at most 500."""
    areas: tuple[AreaId, ...] = ()
    withheld: Withheld | None = None
    subject: str = ""
    """For trouble without incident: where."""
    detail: str = ""
    cost: float = 0.0
    """What all of it costs at most, in the currency of the policy; 0: nothing, or nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent:
    """A channel took notices."""

    at: datetime
    keys: tuple[NoticeKey, ...]
    result: Result
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRefused:
    """A channel will never take these notices."""

    at: datetime
    keys: tuple[NoticeKey, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeExpired:
    """These notices came too late to be of use, or were kept back; ``detail`` says which."""

    at: datetime
    keys: tuple[NoticeKey, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishHeld:
    """Public words are stopped until then, or until a person lets them out."""

    at: datetime
    by: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResumed:
    """Public words may go out again."""

    at: datetime
    by: str


# --- netwatch itself ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStarted:
    """netwatch came up; what was learnt before is gone, what was decided is not."""

    at: datetime
    version: str
    numbers_spent: int = 0
    """Incidents up to this number may have been before: the journal that knew them was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesLoaded:
    """An inventory and rules came into force."""

    at: datetime
    inventory: str
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleBegan:
    """An edge of our own is in trouble; the staff is told once."""

    at: datetime
    where: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleEnded:
    """That edge works again."""

    at: datetime
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalQuarantined:
    """A bug met this arrival; it was put aside, the service goes on."""

    at: datetime
    arrival: str
    error: str


Fact = (
    AlarmRaised
    | AlarmCleared
    | AlarmPlaced
    | IncidentOpened
    | IncidentRevised
    | IncidentConfirmed
    | SubscribersBack
    | IncidentRestored
    | IncidentRelapsed
    | IncidentMerged
    | IncidentClosed
    | PersonFact
    | NoticeDue
    | NoticeSent
    | NoticeRefused
    | NoticeExpired
    | PublishHeld
    | PublishResumed
    | ServiceStarted
    | FilesLoaded
    | TroubleBegan
    | TroubleEnded
    | ArrivalQuarantined
    | DeviceMet
    | DeviceSwapped
    | HabitsSeen
    | BranchSeen
    | AirSeen
    | MaintenanceFact
    | PlaceChanged
    | PlacesChanged
    | ReportFact
    | ClusterFact
    | PublishingFact
    | FollowerFact
    | DutyFact
    | TaskFact
    | ReplyFact
)


def keys_of(due: NoticeDue) -> tuple[NoticeKey, ...]:
    """Return one key a recipient: what a receiver needs to know a repetition when it sees one."""
    about = due.incident or due.subject or "netwatch"
    stem = f"{about}/{due.audience}/{due.channel}"
    tail = f"{due.phase}/{due.revision}"
    return tuple(NoticeKey(f"{stem}/{recipient}/{tail}") for recipient in due.recipients)


__all__ = [
    "AirSeen",
    "AlarmCleared",
    "AlarmPlaced",
    "AlarmRaised",
    "ApprovalAsked",
    "ApprovalGiven",
    "ApprovalLapsed",
    "ApprovalRefused",
    "ArrivalQuarantined",
    "Audience",
    "BranchSeen",
    "Cause",
    "CauseNamed",
    "DeviceMet",
    "DeviceSwapped",
    "Diagnosis",
    "EndExpected",
    "Fact",
    "FilesLoaded",
    "FollowerJoined",
    "FollowerLeft",
    "HabitsSeen",
    "IncidentAcknowledged",
    "IncidentAssigned",
    "IncidentClosed",
    "IncidentConfirmed",
    "IncidentKind",
    "IncidentMerged",
    "IncidentNoted",
    "IncidentOpened",
    "IncidentRelapsed",
    "IncidentRestored",
    "IncidentRevised",
    "NoticeDue",
    "NoticeExpired",
    "NoticeRefused",
    "NoticeSent",
    "Part",
    "Phase",
    "PublishHeld",
    "PublishResumed",
    "Purpose",
    "ServiceStarted",
    "Severity",
    "SituationBegan",
    "SituationChanged",
    "SituationEnded",
    "SituationOver",
    "SubscribersBack",
    "TroubleBegan",
    "TroubleEnded",
    "Withheld",
    "keys_of",
]
