"""What an outage taught and who sees to it. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime

from netwatch.model.names import IncidentId, LessonId


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonLearnt:
    """Something is to be done so that it does not happen again; somebody sees to it."""

    at: datetime
    lesson: LessonId
    incident: IncidentId
    by: str
    text: str
    owner: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonDone:
    """It is done, or is not to be done any more, as the note says."""

    at: datetime
    lesson: LessonId
    incident: IncidentId
    by: str
    note: str = ""


LessonFact = LessonLearnt | LessonDone
