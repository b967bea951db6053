"""What one line of somebody of the staff means: a closed list, nothing of its own words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from netwatch.model.terms import Cause


class Unclear(StrEnum):
    """Why somebody is asked back, or told that nothing followed. Names are for ever."""

    NOTHING = "nothing"
    """Nothing in it is known."""
    DOUBT = "doubt"
    """A "not", a "perhaps" or a question stands beside what is known."""
    TIME = "time"
    """It may be another time that is meant, or one that cannot be."""
    SEVERAL = "several"
    """It says two things of which one alone can be so."""
    WHICH_INCIDENT = "which-incident"
    WHICH_TASK = "which-task"
    NO_INCIDENT = "no-incident"
    """There is no such open one, or none at all."""
    NO_TASK = "no-task"
    """There is no such open one."""
    CONFIRM = "confirm"
    """It reaches so far that the code of our answer is asked for."""
    NOT_YOURS = "not-yours"
    """Their role may not do that."""
    WRONG_CODE = "wrong-code"
    """That is not the code we sent, or its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """All that was understood of a line. Only this may ever become public, never the line."""

    incident: str = ""
    """The number that stands in it; empty: none does."""
    task: str = ""
    acknowledge: bool = False
    on_site: datetime | None = None
    """Since when somebody is where it is to be mended, or from when on."""
    cause: Cause | None = None
    until: datetime | None = None
    """When it will work again, rounded up, never in the past."""
    done: bool = False
    hold: timedelta | None = None
    """For how long all public words are to be stopped."""
    mistaken: bool = False
    """It never was: a false alarm."""
    code: str = ""
    """What our answer asked for."""
    unclear: Unclear | None = None
    """Then nothing follows but a note, and a question back."""

    @property
    def says_nothing(self) -> bool:
        """Say whether nothing is to be done because of it, though numbers may stand in it."""
        return not (
            self.acknowledge
            or self.done
            or self.mistaken
            or any((self.on_site, self.cause, self.until, self.hold, self.code))
        )

    @property
    def is_order(self) -> bool:
        """Say whether no customer would write this: then it matters who it is that did."""
        about = bool(self.incident or self.task)
        return self.hold is not None or self.mistaken or (about and not self.says_nothing)
