"""What people found out that no machine can. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import IncidentId
from netwatch.model.terms import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseNamed:
    """A person said what caused it, whatever netwatch thinks; None: that was taken back."""

    at: datetime
    incident: IncidentId
    by: str
    cause: Cause | None
