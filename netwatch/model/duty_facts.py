"""Who took a duty for a while. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import OverrideId, PersonId, RoleName


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOverridden:
    """A person has a duty from then until then, whatever the rotas say."""

    at: datetime
    override: OverrideId
    role: RoleName
    person: PersonId
    starts: datetime
    ends: datetime
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOverrideEnded:
    """The rotas hold again, before that time was over."""

    at: datetime
    override: OverrideId
    by: str


DutyFact = DutyOverridden | DutyOverrideEnded
