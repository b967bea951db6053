"""What was written to an incident, and what the public was told of it."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.facts import Phase
from netwatch.model.names import AreaId


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote to an incident."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the public was last told on one channel, and when; withheld words are not told."""

    phase: Phase
    at: datetime
    revision: int
    areas: tuple[AreaId, ...] = ()
