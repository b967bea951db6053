"""What somebody of the staff is answered: values, kept as JSON in the fact that it is due."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from netwatch.model.meaning import Unclear
from netwatch.model.names import IncidentId
from netwatch.model.terms import Cause

LASTS = timedelta(minutes=10)
"""So long a code of ours is good, and a question of ours waits for its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: what was done, or what is asked back."""

    incident: IncidentId | None = None
    taken: bool = False
    """It is in their hands now."""
    cause: Cause | None = None
    until: datetime | None = None
    there_at: datetime | None = None
    task: str = ""
    noted: bool = False
    held_until: datetime | None = None
    retracted: bool = False
    unclear: Unclear | None = None
    choices: tuple[str, ...] = ()
    """Numbers of incidents or tasks of which one is meant."""

    def to_text(self) -> str:
        """Return it as one line of JSON, without what is not said."""
        moments = {"until": self.until, "there_at": self.there_at, "held_until": self.held_until}
        plain = {
            "incident": self.incident,
            "taken": self.taken,
            "cause": self.cause,
            "task": self.task,
            "noted": self.noted,
            "retracted": self.retracted,
            "unclear": self.unclear,
            "choices": list(self.choices),
            **{name: at and at.isoformat() for name, at in moments.items()},
        }
        return json.dumps({name: value for name, value in plain.items() if value})


def answer_of(text: str) -> Answer | None:
    """Return the answer that ``to_text`` wrote; None: it is none."""
    try:
        plain = json.loads(text)
        moments = {
            name: datetime.fromisoformat(plain[name])
            for name in ("until", "there_at", "held_until")
            if name in plain
        }
        return Answer(
            incident=plain.get("incident"),
            taken=plain.get("taken", False),
            cause=Cause(plain["cause"]) if "cause" in plain else None,
            task=plain.get("task", ""),
            noted=plain.get("noted", False),
            retracted=plain.get("retracted", False),
            unclear=Unclear(plain["unclear"]) if "unclear" in plain else None,
            choices=tuple(plain.get("choices", ())),
            **moments,
        )
    except (ValueError, AttributeError, TypeError):
        return None
