"""Places that people report out of: what they hang on, a street, an area; how many are many."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, sqrt
from typing import Final

from netwatch.correlation.ear import ANYBODY, Row
from netwatch.correlation.hearing import explained, holder, shared
from netwatch.correlation.incidents import Open
from netwatch.correlation.populations import Populations, populations
from netwatch.correlation.view import State, tops_of, under
from netwatch.model.facts import IncidentKind
from netwatch.model.names import AreaId, ElementName, SubscriberId

FEWEST: Final = 3
"""Two who report may have nothing in common but the hour."""
IN_A_STORM: Final = 2
"""When more call than usual, one fewer is enough."""
OF_MANY: Final = 0.5
"""Of M lines so many times the root of M: 3 of 32, 5 of 100, 16 of 1,000."""
CHANCE: Final = 4.0
"""So many spreads above what this hour usually brings to so many lines."""
AN_HOUR: Final = 6
"""So many times ``LATELY`` goes into an hour."""
ALL_OF_ANYBODY: Final = 1.0
"""However many come of whom nobody knows the line, they weigh no more than one who is known."""
STREET, AREA = "street:", "area:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A place out of which many report."""

    piece: str
    lines: int
    rows: list[Row]


class Places:
    """Where those are who were heard, and how much each of them says at this moment."""

    def __init__(self, state: State, at: datetime) -> None:
        self.state, self._at = state, at
        open_ = [one for one in state.decided.incidents.values() if _is_wide(one.kind)]
        self._tops = [top for one in open_ for top in tops_of(state, one)]
        self._streets = {key for one in open_ for key in one.grids}
        self._areas = {area for one in open_ for area in _areas(state, one)}
        for gone in state.beside.keys() - state.decided.incidents.keys():
            del state.beside[gone]

    def node(self, row: Row) -> int | None:
        """Return what a row's line hangs on."""
        home = None if row.subscriber is None else self.state.home.get(row.subscriber)
        return None if home is None else holder(self.state.index, home)

    def street(self, row: Row) -> str:
        """Return the street of a row, as the inventory keys it."""
        if row.subscriber is None:
            return row.street
        known = self.state.streets.map()
        spot = known.spots.get(row.subscriber)
        return "" if spot is None else "|".join(known.streets[spot[0]].key)

    def area(self, row: Row) -> str:
        """Return the area of a row."""
        if row.subscriber is None:
            return row.area or ""
        return self.state.index.area.get(row.subscriber) or self._written(row.subscriber)

    def _written(self, who: SubscriberId) -> str:
        one = self.state.network.subscribers.get(who)
        return "" if one is None or one.area is None else one.area

    def holds(self, piece: str, row: Row) -> bool:
        """Say whether a row is of a piece."""
        if piece.startswith(STREET):
            return self.street(row) == piece.removeprefix(STREET)
        if piece.startswith(AREA):
            return self.area(row) == piece.removeprefix(AREA)
        top, node = self.state.index.node(ElementName(piece)), self.node(row)
        return top is not None and node is not None and under(self.state.index, [top], node)

    def weight(self, row: Row) -> float:
        """Return what a row says: nothing where it is known why, little beside a known outage."""
        node, who = self.node(row), row.subscriber
        if who is not None and explained(self.state, node, who):
            return 0.0
        beside = self.street(row) in self._streets or AreaId(self.area(row)) in self._areas
        beside = beside or (node is not None and under(self.state.index, self._tops, node))
        if not beside:
            return row.weight
        return 0.0 if who is None else min(row.weight, ANYBODY)

    def needed(self, lines: int) -> float:
        """Return how many must report out of a place of so many lines for it to be a cluster."""
        ear, every = self.state.decided.ear, len(self.state.network.subscribers)
        usual = ear.reports.rhythm.usual(self._at)
        mean = 0.0 if usual is None or not every else usual[0] / AN_HOUR * lines / every
        fewest = IN_A_STORM if ear.storm is not None else FEWEST
        less = FEWEST - fewest
        by_chance = mean + CHANCE * sqrt(mean)
        return max(fewest, ceil(OF_MANY * sqrt(lines)) - less, ceil(by_chance))


def _areas(state: State, one: Open) -> frozenset[AreaId]:
    """Return where an incident has subscribers; who they are changes seldom."""
    before = state.beside.get(one.id)
    if before is None or before[0] is not one.subscribers:
        area = state.index.area
        found = frozenset(area[s] for s in one.subscribers if s in area)
        before = state.beside[one.id] = (one.subscribers, found)
    return before[1]


def _folk(state: State) -> Populations:
    if state.folk is None:
        state.folk = populations(state.index, state.network, state.streets.map())
    return state.folk


def how_many(state: State, piece: str) -> int:
    """Return how many lines a piece has."""
    folk, name = _folk(state), piece.partition(":")[2]
    if piece.startswith(AREA):
        return folk.areas.get(AreaId(name), 0)
    if piece.startswith(STREET):
        every = enumerate(state.streets.map().streets)
        return sum(folk.streets.get(i, 0) for i, one in every if "|".join(one.key) == name)
    node = state.index.node(ElementName(piece))
    return 0 if node is None else folk.below(state.index, node)


def _is_wide(kind: IncidentKind) -> bool:
    return kind not in (IncidentKind.LINE, IncidentKind.BLIND, IncidentKind.DEGRADED)


def lines_of(state: State, piece: str) -> Sequence[SubscriberId]:
    """Return whose lines a piece has."""
    kind, _, name = piece.partition(":")
    match f"{kind}:":
        case "street:":
            known = state.streets.map()
            numbers = {i for i, one in enumerate(known.streets) if "|".join(one.key) == name}
            return sorted(s for s, (street, _) in known.spots.items() if street in numbers)
        case "area:":
            every = state.network.subscribers.values()
            return sorted(one.id for one in every if (one.area or "") == name)
        case _:
            node = state.index.node(ElementName(piece))
            return () if node is None else state.court.people_below((node,))


def ripest(places: Places, rows: Sequence[Row]) -> Piece | None:
    """Return the place out of which too many report; the narrowest that takes all such in."""
    told = {row.who: weight for row in rows if (weight := places.weight(row)) > 0}
    rows = sorted((row for row in rows if row.who in told), key=lambda row: (row.at, row.who))
    if sum(told.values()) < IN_A_STORM:
        return None
    return (
        _in_tree(places, rows, told)
        or _by_name(places, rows, told, STREET)
        or _by_name(places, rows, told, AREA)
    )


def _in_tree(places: Places, rows: Sequence[Row], told: Mapping[str, float]) -> Piece | None:
    state = places.state
    index = state.index
    below: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        node = places.node(row)
        if node is None or node in index.copies:
            continue
        for above in (node, *index.above(node)):
            if above in index.kinds or index.names[above].startswith("port:"):
                below[above].append(row)
    ripe: list[int] = []
    for node in sorted(below, reverse=True):  # what hangs on another has a higher number
        if any(node <= low < index.last[node] for low in ripe):
            continue
        heavy = sum(told[row.who] for row in below[node])
        if heavy >= IN_A_STORM and heavy >= places.needed(_folk(state).below(index, node)):
            ripe.append(node)
    if not ripe:
        return None
    top = ripe[0] if len(ripe) == 1 else shared(index, ripe)
    piece = index.names[top]
    return Piece(piece=piece, lines=how_many(state, piece), rows=below[top])


def _by_name(
    places: Places, rows: Sequence[Row], told: Mapping[str, float], kind: str
) -> Piece | None:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        name = places.street(row) if kind == STREET else places.area(row)
        if name:
            groups[name].append(row)
    for name, mine in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        anybody = sum(told[row.who] for row in mine if row.subscriber is None)
        known = sum(told[row.who] for row in mine if row.subscriber is not None)
        heavy = known + min(anybody, ALL_OF_ANYBODY)
        if heavy < IN_A_STORM:
            continue
        lines = how_many(places.state, f"{kind}{name}")
        if heavy >= places.needed(lines):
            return Piece(piece=f"{kind}{name}", lines=lines, rows=mine)
    return None
