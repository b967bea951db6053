"""Customers report what nothing seen explains: the staff gets a hint, nobody else hears of it."""

from collections.abc import Iterator, Sequence
from typing import Final

from netwatch.model.cluster_facts import (
    CallsUnusual,
    CallsUsual,
    ClusterFormed,
    ClusterLooked,
)
from netwatch.model.facts import Fact, Phase
from netwatch.model.place_words import place_words
from netwatch.model.report_facts import ReportsUnexplained
from netwatch.response.alerts import beside
from netwatch.response.state import State

PHONES: Final = "phones"
"""How a message about the telephone system is known."""
Hint = ReportsUnexplained | ClusterFormed | ClusterLooked | CallsUnusual | CallsUsual


def hints(state: State, earlier: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the staff's message about each hint; no case, no incident and no notice follows."""
    for fact in earlier:
        if isinstance(fact, Hint):
            about, said = _said(fact)
            phase = Phase.RESTORED if isinstance(fact, CallsUsual) else Phase.SUSPECTED
            revision = int(fact.at.timestamp())
            yield from beside(state, fact.at, about, said, phase=phase, revision=revision)


def _said(fact: Hint) -> tuple[str, str]:
    """Return what a hint is about, and its words."""
    match fact:
        case ReportsUnexplained():
            return str(fact.element), _unexplained(fact)
        case ClusterFormed():
            return str(fact.cluster), _formed(fact)
        case ClusterLooked():
            return str(fact.cluster), _looked(fact)
        case CallsUnusual():
            return PHONES, _unusual(fact)
        case CallsUsual():
            return PHONES, "people call as always at this hour again"


def _unexplained(fact: ReportsUnexplained) -> str:
    people = f"{len(fact.subscribers)} customers there say that it does not work"
    if not fact.asked:
        return f"{people}; nothing below it could be asked"
    seen = f"{fact.answering} of {fact.asked} asked below it answer"
    return f"{people}, and {seen}"


def _formed(fact: ClusterFormed) -> str:
    people = len(fact.subscribers) + fact.others
    minutes = max(1, round((fact.at - fact.since).total_seconds() / 60))
    within = f"within {minutes} minute{'s' * (minutes > 1)}"
    lines = f"({fact.lines} lines there)"
    return (
        f"{people} callers in {place_words(fact.where, fact.piece)} {within} {lines},"
        " no fault seen; we ask their devices now"
    )


def _looked(fact: ClusterLooked) -> str:
    what = f"netwatch desk cluster confirm {fact.cluster}, or: ... dismiss {fact.cluster}"
    if not fact.asked:
        return f"nothing there could be asked; a person must look. {what}"
    if fact.answering == fact.asked:
        return f"all {fact.asked} asked there answer: no fault seen. {what}"
    return f"{fact.answering} of {fact.asked} asked there answer. {what}"


def _unusual(fact: CallsUnusual) -> str:
    calls = f"{fact.offered:.0f} calls an hour, usual at this hour: {fact.usual:.0f}"
    waits = f"{fact.waiting} wait, usual: {fact.waiting_usual:.0f}"
    return f"{calls}; {waits}. Nothing is public because of it"
