"""What rule files may say of who is told what: policy, channels, approvals, situation, money."""

import re
from datetime import time, timedelta
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from netwatch.model.facts import Cause, Phase
from netwatch.model.works_words import BEFOREHAND, Told
from netwatch.response.rolls import LATELY
from netwatch.response.rules import (
    WEBSITE,
    Approvals,
    ChannelKind,
    Hours,
    Lapse,
    Mode,
    Outside,
    PublicRule,
    SituationRule,
    To,
)
from netwatch.rules.entries import Entry, Name, Span

MOST_PEOPLE: Final = 10_000_000
DAY: Final = timedelta(days=1)
FURTHEST: Final = timedelta(days=90)
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)", re.ASCII)


def hours(value: object) -> Hours | None:
    """Read ``07:00-22:00``; the whole day is the same as none.

    Raises:
        ValueError: it is no stretch of a day.
    """
    if value is None or isinstance(value, Hours):
        return value
    found = _HOURS.fullmatch(str(value).strip())
    if found is None or (found[3] == "24" and found[4] != "00"):
        raise ValueError(f"{value!r} are no hours; write them like 07:00-22:00")
    begins = time(int(found[1]), int(found[2]))
    ends = time(int(found[3]) % 24, int(found[4]))
    if begins == ends and found[3] != "24":
        raise ValueError(f"{value!r} is no time at all; leave it out for the whole day")
    return None if begins == ends else Hours(begins, ends)


DayHours = Annotated[
    Hours | None, BeforeValidator(hours), Field(json_schema_extra={"written": "hours"})
]
People = Annotated[int, Field(ge=0, le=MOST_PEOPLE)]
Price = Annotated[float, Field(ge=0, le=1000)]
Money = Annotated[float, Field(ge=0, le=1e9)]


class PolicyEntry(Entry):
    """When one phase goes out on one channel, to whom, and who has to agree."""

    id: Name
    channel: Name
    phase: Phase
    to: Annotated[
        To | None,
        Field(
            description="`told` are those who heard on this channel that something is broken, "
            "`subscribed` whose line is affected and who asked on the page for web push; else "
            "`public`, of SMS and mail `everyone`, of their later phases `told`"
        ),
    ] = None
    least_subscribers: Annotated[
        int, Field(ge=1, le=MOST_PEOPLE, description="not by itself for fewer people")
    ] = 5
    after: Annotated[
        Span, Field(description="not before the outage is so old, counted from its first sign")
    ] = timedelta(0)
    after_few: Annotated[
        Span,
        Field(description="the same where a single sign tells of it: lost answers look like that"),
    ] = timedelta(0)
    hours: Annotated[
        DayHours, Field(description="by itself only then, local time: `07:00-22:00`; empty: always")
    ] = None
    causes: Annotated[tuple[Cause, ...], Field(description="only these; empty: all")] = ()
    not_causes: Annotated[tuple[Cause, ...], Field(description="never these")] = ()
    one_person_above: Annotated[
        People | None, Field(description="with more recipients than this a person has to approve")
    ] = None
    two_people_above: Annotated[
        People | None, Field(description="with more than this two different persons have to")
    ] = None
    outside: Annotated[
        Outside,
        Field(
            description="what becomes of it where the number of people or the hour does not hold: "
            "a person is asked once; it waits; or, at another hour, it is never said"
        ),
    ] = Outside.WAIT
    ask_from: Annotated[
        int, Field(ge=1, le=MOST_PEOPLE, description="nobody is asked about fewer people")
    ] = 5
    awake: Annotated[
        Span,
        Field(
            description="of `restored` and `corrected`: out of the hours too for who was told less "
            "than so long ago that it is down"
        ),
    ] = PublicRule(channel=WEBSITE, phase=Phase.RESTORED).awake
    told: Annotated[
        Told,
        Field(
            description="of `planned` by SMS and mail, what it is about; `cancelled` is for moved "
            "works too"
        ),
    ] = Told.ANNOUNCED
    ahead: Annotated[
        Span, Field(description="of planned works: so long before they begin it is said")
    ] = timedelta(0)
    lead: Annotated[
        Span,
        Field(
            description="of planned works: the law or a contract wants it said so long before; who "
            "enters works later is warned"
        ),
    ] = timedelta(0)

    @model_validator(mode="after")
    def _is_about_works(self) -> "PolicyEntry":
        if self.phase is not Phase.PLANNED:
            if self.told is not Told.ANNOUNCED or self.ahead or self.lead:
                raise ValueError("'told', 'ahead' and 'lead' are for 'phase: planned' alone")
            return self
        if self.told is Told.MOVED:
            raise ValueError("words about works that are moved go by the rule 'told: cancelled'")
        if self.told not in BEFOREHAND and (self.ahead or self.lead):
            raise ValueError("'ahead' and 'lead' are for 'told: announced' and 'told: remind'")
        if self.lead > self.ahead > timedelta(0):
            raise ValueError("'lead' is longer than 'ahead': it would always be said too late")
        if max(self.ahead, self.lead) > FURTHEST:
            raise ValueError(f"nobody is told of works more than {FURTHEST.days} days ahead")
        return self

    @model_validator(mode="after")
    def _lets_people_sleep(self) -> "PolicyEntry":
        if self.awake > LATELY:
            raise ValueError("'awake' is at most 1h: after that people may be asleep again")
        return self

    @model_validator(mode="after")
    def _makes_sense(self) -> "PolicyEntry":
        if self.causes and self.not_causes:
            raise ValueError("'causes' stands beside 'not_causes'; keep one of the two")
        one, two = self.one_person_above, self.two_people_above
        if one is not None and two is not None and two < one:
            raise ValueError("'two_people_above' must not be less than 'one_person_above'")
        return self


class ChannelEntry(Entry):
    """From which publishing mode on a channel is open; those not named need `full`."""

    id: Annotated[Name, Field(description="name of the channel")]
    opens_in: Mode
    kind: Annotated[
        ChannelKind | None, Field(description="what it is; else what it is called, or `other`")
    ] = None


class PromiseEntry(Entry):
    """How soon after a phase began the next news is promised, while no end is expected."""

    id: Annotated[Literal["any", "suspected", "confirmed", "update"], Field(description="phase")]
    within: Span

    @model_validator(mode="after")
    def _can_be_kept(self) -> "PromiseEntry":
        if self.within < timedelta(minutes=10):
            raise ValueError("a promise of news within less than 10m cannot be kept by people")
        return self


class ApprovalsSection(Entry):
    """How long a person is waited for, and what becomes of the words then."""

    expires_after: Span = Approvals().expires_after
    then: Annotated[
        dict[Name, Lapse],
        Field(
            default_factory=lambda: {"website": Lapse.GOES},
            description="by channel; those not named are dropped",
        ),
    ]

    @model_validator(mode="after")
    def _leaves_time(self) -> "ApprovalsSection":
        if not timedelta(minutes=1) <= self.expires_after <= DAY:
            raise ValueError("'expires_after' must be between 1m and 1d")
        return self


class SituationSection(Entry):
    """From how many incidents of which the public is told they are told of as one."""

    incidents: Annotated[int, Field(ge=2, le=1000, description="so many open at a time")] = (
        SituationRule().incidents
    )
    within: Annotated[Span, Field(description="begun within this time of each other")] = (
        SituationRule().within
    )


class CapsSection(Entry):
    """The most that messages to customers may cost; above it the staff is told instead."""

    incident: Annotated[Money | None, Field(description="for one incident; empty: any sum")] = None
    day: Annotated[Money | None, Field(description="in one day; empty: any sum")] = None
    currency: Annotated[str, Field(max_length=8, description="else that of `sms`")] = ""


class Prices(Entry):
    """What one message costs, by the channel's name; of SMS one segment: `{sms: 0.09}`."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Price]
