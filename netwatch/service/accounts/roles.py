"""What each role of an account may do, as data."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody works as; an account has one."""

    NOC = "noc"
    DESK = "desk"
    FIELD = "field"
    MANAGER = "manager"


class Right(StrEnum):
    """One kind of thing that may be done on the staff's pages."""

    SEE = "see"
    """Incidents: what, where, why, how many, tasks, the time line."""
    CARE = "care"
    """Say what became of an incident: take it, an expected end, a note, a task that is done."""
    NOTE = "note"
    """Add a note."""
    SPEAK = "speak"
    """Steer public words: stop them, let them out, approve, refuse, take an incident back."""
    ASK = "ask"
    """Look up a caller, and bring in what they report."""
    CALL = "call"
    """See who wants to be called back, and call them."""


MAY: Final[Mapping[Role, frozenset[Right]]] = {
    Role.NOC: frozenset({Right.SEE, Right.CARE, Right.NOTE, Right.SPEAK, Right.ASK}),
    Role.DESK: frozenset({Right.SEE, Right.NOTE, Right.ASK, Right.CALL}),
    Role.FIELD: frozenset({Right.SEE, Right.CARE, Right.NOTE}),
    Role.MANAGER: frozenset(Right),
}
MEANS: Final[Mapping[Role, str]] = {
    Role.NOC: "takes incidents, steers public words, looks up callers",
    Role.DESK: "looks up callers, calls them back, sees incidents and adds notes",
    Role.FIELD: "takes incidents and tasks, says until when, adds notes",
    Role.MANAGER: "does all of it",
}
