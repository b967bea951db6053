"""Customers report what nothing seen explains: the staff gets a hint, nobody else hears of it."""

from collections.abc import Iterator, Sequence

from netwatch.model.facts import (
    Audience,
    Fact,
    NoticeDue,
    Phase,
    Purpose,
)
from netwatch.model.report_facts import ReportsUnexplained
from netwatch.response.notices import batches
from netwatch.response.state import State


def hints(state: State, earlier: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the staff's message about each hint; no case, no incident and no notice follows."""
    if not state.rules.staff_channels:
        return
    for fact in earlier:
        if not isinstance(fact, ReportsUnexplained):
            continue
        for recipients in batches(state.rules.staff):
            yield NoticeDue(
                at=fact.at,
                incident=None,
                audience=Audience.STAFF,
                channel=state.rules.staff_channels[0],
                phase=Phase.SUSPECTED,
                purpose=Purpose.TROUBLE,
                revision=int(fact.at.timestamp()),
                recipients=recipients,
                subject=str(fact.element),
                detail=_said(fact),
            )


def _said(fact: ReportsUnexplained) -> str:
    people = f"{len(fact.subscribers)} customers there say that it does not work"
    if not fact.asked:
        return f"{people}; nothing below it could be asked"
    seen = f"{fact.answering} of {fact.asked} asked below it answer"
    return f"{people}, and {seen}"
