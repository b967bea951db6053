"""What people command about duties: arrivals like all others, each with the time it happened."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import OverrideId, PersonId, RoleName


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideDuty:
    """Somebody says that a person has a duty for a while, whatever the rotas say."""

    at: datetime
    by: str
    role: RoleName
    person: PersonId
    starts: datetime
    ends: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOverride:
    """Somebody says that the rotas hold again, or that it will not be."""

    at: datetime
    by: str
    override: OverrideId


Rostering = OverrideDuty | EndOverride
