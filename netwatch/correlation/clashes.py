"""Works that must not go on at once: together they cut people off whom neither cuts off alone."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from netwatch.correlation.covering import nodes_of
from netwatch.correlation.maintenance import Planned, upcoming
from netwatch.correlation.topology import cut_roots
from netwatch.correlation.view import State
from netwatch.model.arrivals import Maintain
from netwatch.model.facts import IncidentKind
from netwatch.model.maintenance_facts import Clash
from netwatch.model.windows import Span, Window, WindowError, coming, spans

LOOKED_AT: Final = 120
"""So many times of works that come again are held against others."""
YEAR: Final = timedelta(days=366)
BROKEN: Final = (IncidentKind.OUTAGE, IncidentKind.PARTIAL, IncidentKind.DEGRADED)


def clashes_of(state: State, command: Maintain) -> tuple[Clash, ...]:
    """Return what works to be planned clash with: other works, and what is broken now.

    What is broken counts only where the works begin within the hour: later it may be mended.
    """
    mine = nodes_of(state.index, state.network, command.elements)
    first = coming(command.window, command.at)
    if first is None:
        return ()
    others = (one for one in upcoming(state.decided.works) if one.id != command.instead_of)
    found = list(_with_works(state, mine, command.window, first, others))
    if first.starts - command.at <= timedelta(hours=1):
        found += _with_faults(state, mine, command.at)
    return tuple(found)


def clashes_now(state: State, one: Planned, at: datetime) -> tuple[Clash, ...]:
    """Return what is broken just now so that these works cut more people off than they should."""
    mine = nodes_of(state.index, state.network, one.elements)
    return tuple(_with_faults(state, mine, at))


def _with_works(
    state: State, mine: set[int], window: Window, first: Span, others: Iterable[Planned]
) -> Iterator[Clash]:
    for other in sorted(others, key=lambda one: one.id):
        people = _more(state, mine, nodes_of(state.index, state.network, other.elements))
        if not people:
            continue
        since = max(first.starts, other.starts)  # sooner, one of the two has not begun
        theirs = [other.next, *_times(other.window, since)]
        both = _first_overlap(_times(window, since), theirs)
        if both is not None:
            yield Clash(maintenance=other.id, subscribers=people, at=both)


def _times(window: Window, since: datetime) -> list[Span]:
    """Return when works go on from then on; nothing where their rule is too old to be followed."""
    try:
        every = islice(spans(window, since), LOOKED_AT)
        return [span for span in every if span.starts < since + YEAR]
    except WindowError:
        return []


def _with_faults(state: State, mine: set[int], at: datetime) -> Iterator[Clash]:
    for held in sorted(state.decided.incidents.values(), key=lambda i: (i.opened_at, i.id)):
        if held.restored_at is not None or held.kind not in BROKEN:
            continue
        people = _more(state, mine, nodes_of(state.index, state.network, held.root_cause))
        if people:
            yield Clash(incident=held.id, subscribers=people, at=at)


def _more(state: State, mine: set[int], theirs: set[int]) -> int:
    """Return how many people both cut off together whom neither cuts off alone."""
    index = state.index

    def without(nodes: set[int]) -> set[str]:
        return set(index.subscribers_below(cut_roots(index, sorted(nodes))))

    if not mine or not theirs:
        return 0
    return len(without(mine | theirs) - without(mine) - without(theirs))


def _first_overlap(mine: list[Span], theirs: list[Span]) -> datetime | None:
    both = [
        max(one.starts, other.starts)
        for one in mine
        for other in theirs
        if one.starts < other.ends and other.starts < one.ends
    ]
    return min(both, default=None)
