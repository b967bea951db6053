"""Everything response obeys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from netwatch.model.facts import Phase
from netwatch.model.names import ChannelName
from netwatch.response.people import People
from netwatch.response.playbooks import TaskRules
from netwatch.response.policy import (
    ORDINARY,
    WEBSITE,
    Approvals,
    Caps,
    ChannelKind,
    Hours,
    Lapse,
    Outside,
    PublicRule,
    SituationRule,
    To,
)
from netwatch.response.rungs import Ladders
from netwatch.response.shipped import FACEBOOK, SMS, shipped_policy

__all__ = [
    "ANY",
    "FACEBOOK",
    "ORDINARY",
    "SMS",
    "WEBSITE",
    "Approvals",
    "Caps",
    "ChannelKind",
    "Hours",
    "Lapse",
    "Mode",
    "Outside",
    "PublicRule",
    "ResponseRules",
    "SituationRule",
    "To",
    "shipped_policy",
]

ANY: Final = "any"
"""Every phase that has no promise of its own."""


class Mode(StrEnum):
    """How far netwatch may speak to the public."""

    SHADOW = "shadow"
    WEBSITE = "website"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRules:
    """Everything response obeys; written in ``rules/response/`` and ``rules/notices/``."""

    mode: Mode = Mode.SHADOW
    policy: tuple[PublicRule, ...] = field(default_factory=shipped_policy)
    staff_channels: tuple[ChannelName, ...] = (ChannelName("duty"),)
    staff: tuple[str, ...] = ("on-call",)
    """Contact ids or roles that get staff alerts."""
    people: People = field(default_factory=People)
    """Who they are, and who has which duty when."""
    channel_modes: Mapping[ChannelName, Mode] = field(
        default_factory=lambda: {
            WEBSITE: Mode.WEBSITE,
            **dict.fromkeys((FACEBOOK, SMS, ChannelName("mail")), Mode.FULL),
        }
    )
    """From which mode on a public channel is open; those not named need full."""
    promises: Mapping[str, timedelta] = field(
        default_factory=lambda: {ANY: timedelta(minutes=60), Phase.SUSPECTED: timedelta(minutes=15)}
    )
    """How soon after words of a phase news is promised; by phase, ``any`` for all others."""
    kinds: Mapping[ChannelName, ChannelKind] = field(default_factory=lambda: dict(ORDINARY))
    """What the channels are; those not named are ``other``."""
    approvals: Approvals = field(default_factory=Approvals)
    situation: SituationRule = field(default_factory=SituationRule)
    caps: Caps = field(default_factory=lambda: Caps(incident=200.0, day=500.0))
    prices: Mapping[ChannelName, float] = field(default_factory=dict)
    """Price of one message, of SMS of one segment, in ``caps.currency``."""
    segments: Mapping[str, int] = field(default_factory=dict)
    """How many SMS one text takes at most, by language; under ``""`` in the operator's first."""
    unwilling: Mapping[ChannelName, Collection[str]] = field(default_factory=dict)
    """Subscribers, and persons with several lines, who do not want to hear of it by a channel."""
    tasks: TaskRules = field(default_factory=TaskRules)
    """Who does what when something breaks."""
    ladders: Ladders = field(default_factory=Ladders)
    """Who is called when nobody takes an incident."""
    timezone: str = "UTC"
    """Of ``hours``."""
    series: str = ""
    """What numbers of questions begin with: nothing, or the name of a drill; no file says it."""
    set_up: Collection[ChannelName] | None = ()
    """Channels that lead somewhere beside the website; None: all that the policy names."""

    def leads_somewhere(self, channel: ChannelName) -> bool:
        """Say whether anything can leave by a channel; by one that is not set up nothing is due."""
        return channel == WEBSITE or self.set_up is None or channel in self.set_up

    def public(self, phase: Phase | None = None) -> tuple[PublicRule, ...]:
        """Return the rules of channels that speak to everybody, of one phase or of all."""
        open_to_all = {rule.channel for rule in self.policy if rule.to is To.PUBLIC}
        return tuple(
            rule
            for rule in self.policy
            if rule.channel in open_to_all
            and (phase is None or rule.phase is phase)
            and self.leads_somewhere(rule.channel)
        )

    def to_subscribers(self, phase: Phase | None = None) -> tuple[PublicRule, ...]:
        """Return the rules of channels that speak to single subscribers, of one phase or of all."""
        public = {rule.channel for rule in self.policy if rule.to is To.PUBLIC}
        return tuple(
            rule
            for rule in self.policy
            if rule.channel not in public
            and (phase is None or rule.phase is phase)
            and self.leads_somewhere(rule.channel)
        )

    def kind(self, channel: ChannelName) -> ChannelKind:
        """Return what a channel is."""
        return self.kinds.get(channel, ChannelKind.OTHER)
