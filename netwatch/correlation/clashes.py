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
from netwatch.model.windows import Span, spans

LOOKED_AT: Final = 120
"""So many times of works that come again are held against others."""
YEAR: Final = timedelta(days=366)
BROKEN: Final = (IncidentKind.OUTAGE, IncidentKind.PARTIAL, IncidentKind.DEGRADED)


def clashes_of(state: State, command: Maintain) -> tuple[Clash, ...]:
    """Return what works to be planned clash with: other works, and what is broken now.

    What is broken counts only where the works begin within the hour: later it may be mended.
    """
    mine = nodes_of(state.index, state.network, command.elements)
    times = _times(spans(command.window, command.at), command.at)
    found = list(_with_works(state, mine, times))
    if times and times[0].starts - command.at <= timedelta(hours=1):
        found += _with_faults(state, mine, command.at)
    return tuple(found)


def clashes_now(state: State, one: Planned, at: datetime) -> tuple[Clash, ...]:
    """Return what is broken just now so that these works cut more people off than they should."""
    mine = nodes_of(state.index, state.network, one.elements)
    return tuple(_with_faults(state, mine, at))


def _times(every: Iterable[Span], at: datetime) -> list[Span]:
    return [span for span in islice(every, LOOKED_AT) if span.starts < at + YEAR]


def _with_works(state: State, mine: set[int], times: list[Span]) -> Iterator[Clash]:
    for other in sorted(upcoming(state.decided.works), key=lambda one: one.id):
        people = _more(state, mine, nodes_of(state.index, state.network, other.elements))
        if not people or not times:
            continue
        after = min(times[0].starts, other.starts)
        theirs = [other.next, *_times(spans(other.window, after), after)]
        both = _first_overlap(times, theirs)
        if both is not None:
            yield Clash(maintenance=other.id, subscribers=people, at=both)


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
