"""Incidents of which there is no news: nothing can change about them, and they are left alone.

An explanation stays the same object while there is no news of it nor of what it is mistaken for.
"""

from dataclasses import dataclass

import numpy as np

from netwatch.correlation.court import DROP, Guess
from netwatch.correlation.evidence import below
from netwatch.correlation.incidents import Open
from netwatch.correlation.likeness import Named
from netwatch.correlation.maturity import present
from netwatch.correlation.view import State, under, width
from netwatch.model.facts import IncidentKind


@dataclass(slots=True)
class Steady:
    """An incident as it was when there was nothing to be changed about it."""

    named: Named
    held: Open
    looked: int | None = None
    """Until which second there was no news; None where the explanation alone tells."""
    reporters: tuple[tuple[int, int], ...] = ()
    """The spans of those who tell of its homes, and of others that may have fallen with them."""


def as_before(state: State, held: Open, named: Named) -> bool:
    """Say whether both are the very same as when nothing was to be changed about the incident."""
    before = state.steady.get(held.id)
    if before is None or before.named is not named or before.held is not held:
        return False
    if before.looked is None:
        return True
    since, e = named.guess.since, state.evidence
    if state.second > before.looked + 1 or named.guess.atoms in state.book.waiting:
        return False
    if any(e.news.of(low, high, since) for low, high in before.reporters):
        return False
    before.looked = state.second
    return True


def keep(state: State, held: Open, named: Named) -> None:
    """Remember that nothing changes about an incident as long as nothing new is heard of it.

    What is still to be confirmed, near works, reported by customers, heard by radio or seen from
    several vantages may change with time, or with what is heard elsewhere.
    """
    guess = named.guess
    if held.restored_at is not None or state.decided.works:
        return
    if state.decided.joined or state.decided.parts:
        return  # what people said is one hangs on several explanations
    if not held.confirmed and held.kind in (IncidentKind.OUTAGE, IncidentKind.PARTIAL):
        return
    if named is not state.book.names.get(guess.atoms) or not present(state, guess):
        return
    if len(guess.atoms) == 1 and width(state, guess) <= DROP and not _seen_elsewhere(state, guess):
        state.steady[held.id] = Steady(named, held)
    elif _stands(state, held, named):
        state.steady[held.id] = Steady(named, held, state.second, _reporters(state, named))


def _seen_elsewhere(state: State, guess: Guess) -> bool:
    """Say whether another vantage may come to hear more or less of it; lone homes are left out."""
    return state.pollers.several and state.court.darkens(guess.tops, but_homes=True)


def _stands(state: State, held: Open, named: Named) -> bool:
    """Say whether time alone changes nothing about an outage of many."""
    old = state.second - named.guess.since >= state.rules.settle.total_seconds()
    alone = not state.pollers.several and not state.index.twins
    alone = alone and not state.court.calls.rows and not state.court.sectors.holder
    sure = held.kind is IncidentKind.OUTAGE and not held.names.isdisjoint(named.names)
    return old and alone and sure and named.guess.atoms not in state.book.waiting


def _reporters(state: State, named: Named) -> tuple[tuple[int, int], ...]:
    """Return the spans of the reporters that did not fall with the homes they tell of."""
    e, tops = state.evidence, list(named.guess.tops)
    every = np.unique(e.through[below(e, tops)]).tolist()
    outside = [r for r in every if r >= 0 and not under(state.index, tops, r)]
    return tuple((r, int(state.index.last[r])) for r in outside)
