"""What the staff answered by messages, and what was made of it. Fields are only added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.meaning import Meaning, Unclear
from netwatch.model.names import ChannelName, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTaken:
    """A message of one of the staff was taken; what follows from it stands beside it."""

    at: datetime
    by: str
    channel: ChannelName
    message: str
    """The same for a repetition: it is passed over."""
    number: int
    """Of our answer, counted from 1."""
    incident: IncidentId | None = None
    seal: str = ""
    """What proved it; it proves nothing a second time."""
    numbered: bool = True
    unclear: Unclear | None = None
    """Why they are asked back."""
    waits: Meaning | None = None
    """What will be done when they answer that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewMoved:
    """Somebody said that they are where it is to be mended, or on the way there."""

    at: datetime
    incident: IncidentId
    by: str
    there_at: datetime
    """Since when, or from when on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayRefused:
    """A message asked for what only the staff may, and was not believed."""

    at: datetime
    channel: ChannelName
    why: str
    told: bool = False
    """Whoever is on duty is told of this one: at most one an hour by each way."""


ReplyFact = ReplyTaken | CrewMoved | StrayRefused
