"""Who is told what: the judgement that response obeys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from netwatch.model.facts import Phase
from netwatch.model.names import ChannelName


class Mode(StrEnum):
    """How far netwatch may speak to the public."""

    SHADOW = "shadow"
    WEBSITE = "website"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRule:
    """When one phase goes out on one public channel."""

    channel: ChannelName
    phase: Phase
    least_subscribers: int = 5
    after: timedelta = timedelta(0)


WEBSITE = ChannelName("website")
ANY = "any"
"""Every phase that has no promise of its own."""


def shipped_policy() -> tuple[PublicRule, ...]:
    """Return the policy that holds where the operator wrote none: the website, all phases."""
    return tuple(
        PublicRule(channel=WEBSITE, phase=phase)
        for phase in (
            Phase.SUSPECTED,
            Phase.CONFIRMED,
            Phase.UPDATE,
            Phase.RESTORED,
            Phase.CORRECTED,
            Phase.PLANNED,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRules:
    """Everything response obeys; written in ``rules/response/`` and ``rules/notices/``."""

    mode: Mode = Mode.SHADOW
    policy: tuple[PublicRule, ...] = field(default_factory=shipped_policy)
    staff_channels: tuple[ChannelName, ...] = (ChannelName("duty"),)
    staff: tuple[str, ...] = ("on-call",)
    """Contact ids or roles that get staff alerts."""
    channel_modes: Mapping[ChannelName, Mode] = field(
        default_factory=lambda: {WEBSITE: Mode.WEBSITE}
    )
    """From which mode on a public channel is open; those not named need full."""
    promises: Mapping[str, timedelta] = field(
        default_factory=lambda: {ANY: timedelta(minutes=60), Phase.SUSPECTED: timedelta(minutes=15)}
    )
    """How soon after words of a phase news is promised; by phase, ``any`` for all others."""
