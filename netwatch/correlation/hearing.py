"""Customer's report -> a fact, a look at once, and a hint where nothing seen explains it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import numpy as np

from netwatch.correlation.evidence import HOMES, below
from netwatch.correlation.reports import BEFORE_S, HOUR, Call
from netwatch.correlation.second_looks import PATIENCE_S, around
from netwatch.correlation.topology import Index
from netwatch.correlation.view import NEIGHBOURHOOD, State, cut_off, under
from netwatch.model.arrivals import Report
from netwatch.model.asks import SecondLook
from netwatch.model.facts import Fact
from netwatch.model.names import DeviceId, ElementName, IncidentId, SubscriberId
from netwatch.model.report_facts import CustomerReported, ReportsUnexplained
from netwatch.model.stages import NOTHING, Decision

LATELY_S: Final = 600
"""Reports within so long of each other may be of one thing."""
PUZZLING: Final = 3
"""So many customers of one splitter, port or switch are a hint for the staff."""
PUZZLING_FAR: Final = 8
"""And so many anywhere: customers of a large network call every hour for reasons of their own."""
SPENT: Final = 3
"""With so many more rows than reports that count, those that count no more are dropped."""
HINTS: Final = 3
"""More hints an hour than this would be noise of their own."""
LOOKED_S: Final = 45
"""So long after a report all that was asked because of it has answered."""
UPWARDS: Final = 3
"""Because of one report so many devices above the line are asked, not all that hangs on them."""
GAP: Final = timedelta(seconds=4)


def gather(state: State, second: int) -> None:
    """Bring the calls up to date with what was decided, and see which are due to be looked at."""
    reported, calls = state.decided.reported, state.court.calls
    new = reported.turn - calls.turn
    if new:
        whole = calls.turn < 0 or new < 0 or len(calls.rows) > SPENT * len(reported.last)
        names = reversed(reported.last) if whole else islice(reversed(reported.last), new)
        rows = [row for who in names for row in _rows(state, who, reported.last[who])]
        calls.take(sorted(rows), anew=whole)
        calls.turn = reported.turn
    calls.due(second - LOOKED_S)


def _rows(state: State, who: SubscriberId, at: datetime) -> Iterator[Call]:
    home, twins = state.home.get(who), state.index.twins
    for node in () if home is None else twins.get(home, (home,)):
        yield node, int(at.timestamp()), who


def listen(state: State, report: Report) -> None:
    """Prepare to ask the neighbourhood of a line of which a customer says that it does not work.

    Who was asked out of turn a moment ago is not asked again.
    """
    home, second = state.home.get(report.subscriber), int(report.at.timestamp())
    if home is None or not _counts(state, report):
        return
    last = second - PATIENCE_S
    devices = tuple(d for d in _near(state, home, second) if state.looked.get(d, last) <= last)
    if devices:
        state.looked.update(dict.fromkeys(devices, second))
        state.look = SecondLook(at=report.at, devices=devices, rounds=2, gap=GAP)


def heard(state: State, report: Report) -> Decision:
    """Return the fact that a customer reported, and whom to ask because of it.

    Nothing follows from who is no subscriber, who reported within the hour, and a flood.
    """
    who = report.subscriber
    if not _counts(state, report):
        return NOTHING
    fact = CustomerReported(
        at=report.at,
        subscriber=who,
        element=_element(state, who),
        incident=_taken_by(state, who),
        source=report.source,
    )
    return Decision((fact,), (state.look,) if state.look is not None else ())


def _counts(state: State, report: Report) -> bool:
    who = report.subscriber
    if who not in state.network.subscribers:
        return False
    return state.decided.reported.counts(who, _element(state, who), report.at)


def _element(state: State, who: SubscriberId) -> ElementName | None:
    """Return what a subscriber's line ends at; None: no record says where they hang."""
    home = state.home.get(who)
    return None if home is None else state.index.names[holder(state.index, home)]


def holder(index: Index, home: int) -> int:
    """Return what a line ends at: the nearest thing above a home that is more than its drop."""
    if index.kinds.get(home) not in HOMES:
        return home
    for above in index.above(home):
        if above in index.kinds or index.names[above].startswith("port:"):
            return above
    return 0


def _taken_by(state: State, who: SubscriberId) -> IncidentId | None:
    held = (i for i in state.decided.incidents.values() if who in i.subscribers)
    return min((i.id for i in held if i.restored_at is None), default=None)


def _near(state: State, home: int, second: int) -> list[DeviceId]:
    """Return the line and what is above it, or all below what several callers have in common."""
    index, widest = state.index, home
    for above in index.above(home):
        if index.last[above] - above > NEIGHBOURHOOD:
            break
        widest = above
    calls = state.court.calls.within(widest, int(index.last[widest]))
    others = {node for node, at, _ in calls if at >= second - LATELY_S}
    if others - {home}:
        return around(state, shared(index, [home, *others]))
    chain = (n for n in index.above(home) if n in index.kinds)
    nodes = [home, *islice(chain, UPWARDS)]
    return [_device(state, n) for n in sorted(nodes) if n in index.kinds]


def _device(state: State, node: int) -> DeviceId:
    return DeviceId(state.index.names[node].partition(":")[2])


def puzzles(state: State, at: datetime) -> Iterator[Fact]:
    """Yield a hint where customers report what nothing seen explains; one, however many."""
    calls, reported = state.court.calls, state.decided.reported
    if not calls.ripe or cut_off(state):
        return
    end = int(at.timestamp()) - LOOKED_S
    lately = [call for call in calls.rows if end - LATELY_S <= call[1] <= end]
    odd = [
        (node, when, who)
        for node, when, who in lately
        if not explained(state, node, who) and not _is_in_cluster(state, who, at)
    ]
    rows = _together(state.index, odd)
    if not rows:
        return
    element = state.index.names[shared(state.index, [node for node, _, _ in rows])]
    told = [name for name, before in reported.hinted.items() if at - before < HOUR]
    if element not in told and len(told) < HINTS:
        yield _hint(state, element, rows, at)


def explained(state: State, node: int | None, who: SubscriberId) -> bool:
    """Say whether an incident, planned works or today's explanations take this line."""
    if who in state.cover.people or _taken_by(state, who) is not None:
        return True
    return node is not None and any(
        under(state.index, list(n.guess.tops), node) for n in state.named
    )


def _is_in_cluster(state: State, who: SubscriberId, at: datetime) -> bool:
    """Say whether the staff has been told of this customer among others of one place."""
    clusters = state.decided.ear.clusters.values()
    return any(who in one.subscribers and at - one.last_at < HOUR for one in clusters)


def _together(index: Index, calls: Sequence[Call]) -> list[Call]:
    """Return those of whom many hang on one thing, and else all if these are very many."""
    groups: dict[int, list[Call]] = {}
    for call in calls:
        if call[0] not in index.copies:
            groups.setdefault(holder(index, call[0]), []).append(call)
    many = [call for _, rows in sorted(groups.items()) if len(rows) >= PUZZLING for call in rows]
    every = [call for _, rows in sorted(groups.items()) for call in rows]
    return many or (every if len(every) >= PUZZLING_FAR else [])


def shared(index: Index, nodes: Sequence[int]) -> int:
    """Return the lowest thing that all these lines hang on, no drop."""
    low, high = min(nodes), max(nodes)
    for above in (low, *index.above(low)):
        big = above in index.kinds or index.names[above].startswith("port:")
        if above <= low and high < index.last[above] and big:
            return above
    return 0


def _hint(
    state: State, element: ElementName, rows: Iterable[Call], at: datetime
) -> ReportsUnexplained:
    e, node = state.evidence, state.index.node(element) or 0
    since = min(when for _, when, _ in rows) - BEFORE_S
    sources = below(e, [node])
    lately = sources[e.at[sources].max(axis=1, initial=0) >= since]
    return ReportsUnexplained(
        at=at,
        element=element,
        subscribers=tuple(sorted({who for _, _, who in rows})),
        asked=len(lately),
        answering=int(np.count_nonzero(e.run[lately] > 0)),
    )
