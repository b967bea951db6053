"""What people did with an incident and said of it. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.lesson_facts import LessonFact
from netwatch.model.names import ElementName, IncidentId
from netwatch.model.terms import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAcknowledged:
    """A person took it."""

    at: datetime
    incident: IncidentId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAssigned:
    """A person was given it."""

    at: datetime
    incident: IncidentId
    by: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndExpected:
    """A person said when it will work again; None: nobody knows any more."""

    at: datetime
    incident: IncidentId
    by: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNoted:
    """A note for staff and desk."""

    at: datetime
    incident: IncidentId
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseNamed:
    """A person said what caused it, whatever netwatch thinks; None: that was taken back."""

    at: datetime
    incident: IncidentId
    by: str
    cause: Cause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedByHand:
    """A person said that another is the same fault: these elements belong here from now on."""

    at: datetime
    incident: IncidentId
    merged: IncidentId
    by: str
    elements: tuple[ElementName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitByHand:
    """A person said that this, so far part of ``out_of``, is a fault of its own."""

    at: datetime
    incident: IncidentId
    out_of: IncidentId
    by: str


ShapedByHand = MergedByHand | SplitByHand
PersonFact = (
    IncidentAcknowledged
    | IncidentAssigned
    | EndExpected
    | CauseNamed
    | IncidentNoted
    | ShapedByHand
    | LessonFact
)
