"""The closed lists of the trade: severities, kinds, causes, phases. Their words are for ever."""

from enum import StrEnum


class Severity(StrEnum):
    """How bad an alarm is (RFC 8632)."""

    WARNING = "warning"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class IncidentKind(StrEnum):
    """What an incident is; the kinds of contract section 5."""

    OUTAGE = "outage"
    PARTIAL = "partial"
    DEGRADED = "degraded"
    FLAPPING = "flapping"
    BLIND = "blind"
    LINE = "line"


class Cause(StrEnum):
    """Why it happened; the causes of contract section 5."""

    FIBRE = "fibre"
    RADIO = "radio"
    POWER_SITE = "power-site"
    POWER_HOMES = "power-homes"
    DEVICE = "device"
    CARD = "card"
    UPLINK = "uplink"
    UPSTREAM = "upstream"
    SERVICE = "service"
    PARTNER = "partner"
    CHANGE = "change"
    SELF = "self"
    UNKNOWN = "unknown"


class Part(StrEnum):
    """What part a signal plays: every alarm raised ends in exactly one of these."""

    ROOT = "root"
    FOLDED = "folded"
    FLAPPING = "flapping"
    PLANNED = "planned"
    NOISE = "noise"


class Phase(StrEnum):
    """Where a notice stands in the life of an outage."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    UPDATE = "update"
    RESTORED = "restored"
    CORRECTED = "corrected"
    PLANNED = "planned"


class Audience(StrEnum):
    """For whom a notice is worded."""

    PUBLIC = "public"
    SUBSCRIBERS = "subscribers"
    DESK = "desk"
    STAFF = "staff"


class Purpose(StrEnum):
    """Why this notice: the first alert of an incident is told apart from all that follows."""

    ALERT = "alert"
    UPDATE = "update"
    ALL_CLEAR = "all-clear"
    NOTICE = "notice"
    TROUBLE = "trouble"
    """Staff: something of our own is in trouble."""
    APPROVAL = "approval"
    """Staff: words wait for a person to agree."""
    TASK = "task"
    """Staff: what the plan asks of one of them."""
    LESSON = "lesson"
    """Staff: the time has come for what an outage taught."""
    ANSWER = "answer"
    """Staff: what became of a message of theirs, or what is asked back."""


class Withheld(StrEnum):
    """Why a notice that was due does not leave."""

    SHADOW = "shadow"
    HELD = "held"
    MODE = "mode"
    """The publishing mode does not open this channel."""
    CAPPED = "capped"
    """Staff: somebody had as many messages in an hour as they get; a digest counts it."""
