"""How one thing is, and what to do about it: what the doctor says."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How one thing is."""

    OK = "ok"
    WARNING = "warning"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one thing is, and what to do about it."""

    name: str
    state: State
    text: str
    remedy: str = ""


def ok(name: str, text: str) -> Verdict:
    """Say that nothing is to be done."""
    return Verdict(name=name, state=State.OK, text=text)


def warn(name: str, text: str, remedy: str) -> Verdict:
    """Say that it works, and could do better."""
    return Verdict(name=name, state=State.WARNING, text=text, remedy=remedy)


def fail(name: str, text: str, remedy: str) -> Verdict:
    """Say that netwatch cannot work like this."""
    return Verdict(name=name, state=State.FAIL, text=text, remedy=remedy)
