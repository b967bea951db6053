"""What comes in at the edge. Frozen; each bears the time it happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from netwatch.model.duty_commands import Rostering
from netwatch.model.names import (
    ApprovalId,
    AreaId,
    ChannelName,
    CheckName,
    DeviceId,
    ElementName,
    IncidentId,
    MaintenanceId,
    NoticeKey,
    SubscriberId,
)
from netwatch.model.place_facts import PlaceChanged, PlacesChanged
from netwatch.model.replying import Replying
from netwatch.model.shaping import Shaping
from netwatch.model.tasking import Tasking
from netwatch.model.terms import Cause
from netwatch.model.voices import Heard, Judging
from netwatch.model.windows import Window


class Outcome(StrEnum):
    """What became of a probe. BLIND: we could not ask; it says nothing about the device."""

    ANSWERED = "answered"
    SILENT = "silent"
    BLIND = "blind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The answer to one status question; silence included.

    ``value`` by check: icmp -> round trip in ms; onu.state -> online, los, dying-gasp, offline,
    disabled; if.oper -> up, down; mains -> on, off; services -> up, down or a number.
    """

    at: datetime
    device: DeviceId
    check: CheckName
    outcome: Outcome
    part: str | None = None
    value: float | str | None = None
    normal: float | None = None  # what this hour usually brings, for crowd sensors
    detail: str | None = None
    poller: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Questions that were answered at about the same time: so many samples in one value.

    It means what ``samples`` yields, in that order. No question is in it twice.
    """

    at: datetime
    devices: tuple[DeviceId, ...]
    checks: tuple[CheckName, ...]
    parts: tuple[str | None, ...]
    values: tuple[float | str | None, ...]
    poller: str | None = None

    def __len__(self) -> int:
        return len(self.devices)

    def sample(self, row: int) -> Sample:
        """Return one of the samples."""
        return Sample(
            at=self.at,
            device=self.devices[row],
            check=self.checks[row],
            outcome=Outcome.ANSWERED,
            part=self.parts[row],
            value=self.values[row],
            poller=self.poller,
        )

    def samples(self) -> Iterator[Sample]:
        """Yield each sample."""
        return map(self.sample, range(len(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The measurements of one device's poll: ``columns[name][i]`` is of ``parts[i]``."""

    at: datetime
    device: DeviceId
    check: CheckName
    parts: tuple[str, ...]
    columns: Mapping[str, tuple[float | None, ...]]
    poller: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """What a device said unasked. Forgeable: it provokes a look, it proves nothing."""

    at: datetime
    device: DeviceId
    oid: str
    varbinds: tuple[tuple[str, int, str | int], ...] = ()
    """(oid, BER tag, value); octet strings as text with unprintables escaped."""
    poller: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Syslog:
    """A line of a device's own log."""

    at: datetime
    device: DeviceId
    severity: int
    text: str
    poller: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Somebody changed a device."""

    at: datetime
    device: DeviceId
    by: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A customer says that it does not work; ``source``, as of a voice: they proved nothing."""

    at: datetime
    subscriber: SubscriberId
    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """A person takes an incident into their hands."""

    at: datetime
    incident: IncidentId
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """A person gives an incident to another."""

    at: datetime
    incident: IncidentId
    by: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """A person says when it will work again; None takes the promise back."""

    at: datetime
    incident: IncidentId
    by: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A person says what caused it; None takes that back."""

    at: datetime
    incident: IncidentId
    by: str
    cause: Cause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotate:
    """A person adds a note, for staff and desk."""

    at: datetime
    incident: IncidentId
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """A person ends an incident; what is still dark opens again by itself."""

    at: datetime
    incident: IncidentId
    by: str
    note: str = ""
    mistaken: bool = False
    """It never was: whoever was told of it hears that it was our mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A person stops all public words, for a while or until resumed."""

    at: datetime
    by: str
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """A person lets public words out again."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """A person agrees to words that wait."""

    at: datetime
    approval: ApprovalId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """A person says no to words that wait."""

    at: datetime
    approval: ApprovalId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSituation:
    """A person says that all that is broken is told of as one."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSituation:
    """A person says that each incident is told of by itself again."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintain:
    """A person plans works on devices, links, ports, risks, sites or areas."""

    at: datetime
    by: str
    elements: tuple[ElementName, ...]
    window: Window
    title: str = ""
    uid: str = ""
    """The name of the same works in somebody's calendar: they are planned once."""
    despite: bool = False  # plan them although they clash with something
    instead_of: MaintenanceId | None = None
    """Works that will not be: they are moved to this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prolong:
    """A person gives works that go on more time."""

    at: datetime
    maintenance: MaintenanceId
    by: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """A person ends works before their time, or cancels those that have not begun."""

    at: datetime
    maintenance: MaintenanceId
    by: str
    for_good: bool = False
    """Of works that come again: never again, not just this once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Somebody on the page says that an address is theirs: it is asked to confirm that."""

    at: datetime
    by: str
    follower: str
    channel: ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Who was asked confirmed it, and hears of these areas, or of their line, from now on."""

    at: datetime
    by: str
    follower: str
    channel: ChannelName
    areas: tuple[AreaId, ...]
    line: SubscriberId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollow:
    """They do not want to hear any more: a follower, or a line of which browsers were told."""

    at: datetime
    by: str
    follower: str


Following = Invite | Follow | Unfollow
Planning = Maintain | Prolong | Finish
OfIncident = Acknowledge | Assign | Expect | Attribute | Annotate | Resolve
Publishing = Hold | Resume | Approve | Refuse | BeginSituation | EndSituation
Staffing = Rostering | Tasking | Replying | Judging
Command = OfIncident | Shaping | Publishing | Planning | Following | Staffing


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A whole UTC second has come. Waiting is an arrival like everything else."""

    at: datetime


class Result(StrEnum):
    """What a channel said of one notice to one recipient."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    """It was accepted before, and reached the phone."""
    UNDELIVERED = "undelivered"
    """It was accepted before, and never reached the phone."""
    WITHHELD = "withheld"
    """Shadow or hold: worded, kept, not sent."""
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a notice; comes back in at the edge."""

    at: datetime
    key: NoticeKey
    result: Result
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """netwatch started: what was learnt is dropped, what was decided is kept."""

    at: datetime
    version: str
    numbers_spent: int = 0
    """Incidents up to this number may have been before: the journal that knew them was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An inventory and rules came into force."""

    at: datetime
    inventory: str
    rules: str
    places: tuple[PlaceChanged | PlacesChanged, ...] = ()
    """What changed about who hangs where, and was not told yet; never recorded on a tape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An edge of our own is in trouble: a sick channel, a full disk, a reload refused."""

    at: datetime
    where: str
    what: str
    over: bool = False
    tell_end: bool = False
    """Its end is news too; ``what`` says how it ended."""


Observation = Sample | Answered | Readings | Trap | Syslog | Change | Report | Heard
Arrival = Observation | Command | Tick | Receipt | Started | Loaded | Trouble
