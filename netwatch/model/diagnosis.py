"""What an incident is thought to be."""

from dataclasses import dataclass

from netwatch.model.evidence import Proof
from netwatch.model.names import AreaId, ElementName, SubscriberId
from netwatch.model.terms import Cause, IncidentKind
from netwatch.model.whereabouts import NOWHERE, Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What an incident is thought to be: the body shared by opening and revision."""

    kind: IncidentKind
    cause: Cause
    causes: tuple[tuple[Cause, float], ...] = ()
    """Given when the best cause has less than 90 %."""
    root_cause: tuple[ElementName, ...]
    also_possible: tuple[ElementName, ...] = ()
    confidence: float
    """Posterior of the chosen explanation, with those it cannot be told apart from."""
    areas: tuple[AreaId, ...] = ()
    subscribers: tuple[SubscriberId, ...] = ()
    """Without service now."""
    services: tuple[str, ...] = ("internet",)
    proof: Proof
    where: Where = NOWHERE
    """Streets and house numbers of the subscribers, as the public may be told them."""
