"""Customers report what nothing seen explains: the staff gets a hint, nobody else hears of it."""

from collections.abc import Iterator, Sequence

from netwatch.model.facts import Fact, Phase
from netwatch.model.report_facts import ReportsUnexplained
from netwatch.response.alerts import beside
from netwatch.response.state import State


def hints(state: State, earlier: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the staff's message about each hint; no case, no incident and no notice follows."""
    for fact in earlier:
        if isinstance(fact, ReportsUnexplained):
            revision, about = int(fact.at.timestamp()), str(fact.element)
            yield from beside(
                state, fact.at, about, _said(fact), phase=Phase.SUSPECTED, revision=revision
            )


def _said(fact: ReportsUnexplained) -> str:
    people = f"{len(fact.subscribers)} customers there say that it does not work"
    if not fact.asked:
        return f"{people}; nothing below it could be asked"
    seen = f"{fact.answering} of {fact.asked} asked below it answer"
    return f"{people}, and {seen}"
