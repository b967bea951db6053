"""Facts about tasks -> what the time line says of them."""

from typing import Final

from netwatch.model.facts import Fact
from netwatch.model.task_facts import (
    TaskAdded,
    TaskDone,
    TaskDropped,
    TaskGiven,
    TaskLate,
    TaskSkipped,
)
from netwatch.views.proof import stamp

NETWATCH: Final = "netwatch"
SENT: Final = "sent:"
NOT_TOLD: Final = {
    "kind": "nobody of them is without service",
    "shadow": "public words are in shadow",
    "mode": "the publishing mode lets none out",
    "held": "public words are held",
    "blind": "too little is seen",
    "too-few": "the policy says nothing of so few",
    "hours": "the policy says nothing at this hour",
    "cause": "the policy says nothing of this cause",
    "no-rule": "the policy has no rule for it",
    "not-due-yet": "nothing was due within a minute",
}
"""Why customers need not be told before a crew goes."""


def told_of_task(fact: Fact) -> tuple[str, str] | None:  # noqa: PLR0911 - a line a kind of fact
    """Return who did what about a task; None where the fact is about none."""
    match fact:
        case TaskGiven():
            until = f" until {stamp(fact.deadline)}" if fact.deadline else ""
            return NETWATCH, f"{fact.task} {fact.name} given to {fact.role}{until} ({fact.rank})"
        case TaskAdded():
            until = f" until {stamp(fact.deadline)}" if fact.deadline else ""
            return fact.by, f"{fact.task} given to {fact.role}{until}: {fact.text}"
        case TaskDone():
            return fact.by or NETWATCH, _done(fact)
        case TaskSkipped():
            return fact.by, f"{fact.task} is not to be done: {fact.why}"
        case TaskLate():
            if fact.waits_for:
                return NETWATCH, f"{fact.task} late: {fact.waits_for} did not take the notice"
            return NETWATCH, f"{fact.task} late; {fact.role} is told"
        case TaskDropped():
            return NETWATCH, f"{fact.task} need not be done: {fact.because}"
        case _:
            return None


def _done(fact: TaskDone) -> str:
    if fact.because.startswith(SENT):
        return f"{fact.task} done: customers were told by {fact.because.removeprefix(SENT)}"
    if fact.because in NOT_TOLD:
        return f"{fact.task} done: customers are not told, {NOT_TOLD[fact.because]}"
    note = fact.note or fact.because
    return f"{fact.task} done{': ' if note else ''}{note}"
