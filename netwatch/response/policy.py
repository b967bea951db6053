"""When words go out, to whom, and who has to agree: one rule a phase and channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from netwatch.model.facts import Cause, Phase
from netwatch.model.names import ChannelName
from netwatch.model.works_words import Told

WEBSITE = ChannelName("website")
FEW: Final = 2
"""Fewer witnesses than this may be wrong by chance."""


class To(StrEnum):
    """Who hears the words of a rule."""

    PUBLIC = "public"
    """Everybody: a page, a post."""
    CRITICAL = "critical"
    """Those of the affected subscribers for whom much hangs on it."""
    EVERYONE = "everyone"
    """All affected subscribers that the channel reaches."""
    SUBSCRIBED = "subscribed"
    """Those of the affected subscribers who asked on the page to be told by the channel."""
    TOLD = "told"
    """Whoever heard on this channel that something is broken."""


class Outside(StrEnum):
    """What becomes of words whose number of people or hour does not hold."""

    ASK = "ask"
    """A person is asked, once."""
    WAIT = "wait"
    """They go when it holds."""
    NEVER = "never"
    """Of an outage whose time came at another hour they are never said."""


class ChannelKind(StrEnum):
    """What a channel is to those who hear it."""

    WEBSITE = "website"
    FACEBOOK = "facebook"
    SMS = "sms"
    MAIL = "mail"
    OTHER = "other"


class Lapse(StrEnum):
    """What becomes of words that nobody approved in time."""

    GOES = "goes"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of the day in local time; one that ends before it begins goes over midnight."""

    begins: time
    ends: time

    def hold(self, local: datetime) -> bool:
        """Say whether a local moment is within it; the end is not."""
        now = local.time()
        if self.begins < self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRule:
    """When one phase goes out on one channel, to whom, and who has to agree."""

    id: str = ""
    channel: ChannelName
    phase: Phase
    to: To = To.PUBLIC
    least_subscribers: int = 5
    after: timedelta = timedelta(0)
    """Since the first sign was seen. It is always waited for."""
    after_few: timedelta = timedelta(0)
    """The same where a single witness tells of it: a line that loses answers looks like that."""
    hours: Hours | None = None
    """None: at any hour."""
    causes: tuple[Cause, ...] = ()
    """Only of these; empty: of any."""
    not_causes: tuple[Cause, ...] = ()
    one_person_above: int | None = None
    """With more recipients than this a person has to approve; None: with any number nobody has."""
    two_people_above: int | None = None
    outside: Outside = Outside.WAIT
    ask_from: int = 5
    """Nobody is asked about fewer subscribers than this."""
    awake: timedelta = timedelta(minutes=30)
    """Of words that end what was told: out of hours too for who heard of it less than this ago."""
    told: Told = Told.ANNOUNCED
    """Of planned works to subscribers: what this is about."""
    ahead: timedelta = timedelta(0)
    """Of what is told beforehand: so long before they begin it is said."""
    lead: timedelta = timedelta(0)
    """The same, and later than this it is too late: the law or a contract has it so."""

    def is_about(self, cause: Cause) -> bool:
        """Say whether an outage of this cause falls under the rule at all."""
        return cause not in self.not_causes and (not self.causes or cause in self.causes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """How long a person is waited for, and what becomes of the words then."""

    expires_after: timedelta = timedelta(minutes=15)
    then: Mapping[ChannelName, Lapse] = field(
        default_factory=lambda: {
            WEBSITE: Lapse.GOES,
            ChannelName("facebook"): Lapse.DROPPED,
            ChannelName("sms"): Lapse.DROPPED,
        }
    )

    def lapse(self, channel: ChannelName) -> Lapse:
        """Return what becomes of words for a channel; those not named are dropped."""
        return self.then.get(channel, Lapse.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationRule:
    """From how many public incidents within which time they are told of as one."""

    incidents: int = 4
    within: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that messages may cost; None: no matter what."""

    incident: float | None = None
    day: float | None = None
    currency: str = ""


ORDINARY: Final[Mapping[ChannelName, ChannelKind]] = {
    ChannelName(kind.value): kind for kind in ChannelKind if kind is not ChannelKind.OTHER
}
"""Channels that are what they are called."""
