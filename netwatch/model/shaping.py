"""What a person says of which faults are one and which are several. Frozen, with its time."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import ElementName, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A person says that an incident is the same fault as another, which goes on."""

    at: datetime
    incident: IncidentId
    into: IncidentId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A person says that what hangs below these elements is a fault of its own."""

    at: datetime
    incident: IncidentId
    elements: tuple[ElementName, ...]
    by: str


Shaping = Merge | Split
