"""Which explanation continues which incident, and which incidents turn out to be one."""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Final

from netwatch.correlation.evidence import below
from netwatch.correlation.incidents import Open
from netwatch.correlation.isolation import of_poller
from netwatch.correlation.likeness import Named
from netwatch.correlation.maturity import mature
from netwatch.correlation.naming import without
from netwatch.correlation.view import (
    HANDFUL,
    SETTLED_S,
    State,
    homes_only,
    tops_of,
    under,
)
from netwatch.model.facts import IncidentKind
from netwatch.model.names import ElementName, IncidentId, SubscriberId

PROVEN_S: Final = 60
"""An outage that has stood for so long is taken for true, confirmed or not."""
INSIDE: Final = 3
"""The kinship of an explanation with a wider incident: that alone makes no two faults one."""
YOUNG: Final = timedelta(minutes=2)
"""So long an incident may still turn out to be something beside what it seemed."""


def match(
    state: State, standing: "Standing"
) -> tuple[dict[int, Open], dict[IncidentId, IncidentId]]:
    """Return which incident each explanation continues, and which incidents turn out to be one."""
    taken: dict[int, Open] = {}
    merged: dict[IncidentId, IncidentId] = {}
    used: set[IncidentId] = set()
    pairs = sorted(
        (-kin, held.opened_at, held.id, i)
        for i, named in enumerate(state.named)
        for held in standing.candidates(named)
        if (kin := kinship(state, named, held)) > 0
    )
    for _, _, incident, i in pairs:
        held = state.decided.incidents[incident]
        if i not in taken and incident not in used:
            taken[i] = held
            used.add(incident)
    for kin, _, incident, i in pairs:
        if incident not in used and incident not in merged and i in taken and -kin > INSIDE:
            held = state.decided.incidents[incident]
            if held.out_of is not None or taken[i].out_of is not None:
                continue  # a person said that they are two
            swallowed = held.kind in (IncidentKind.OUTAGE, IncidentKind.PARTIAL)
            swallowed = swallowed and taken[i].kind is not IncidentKind.LINE
            if swallowed and held.restored_at is None and mature(state, state.named[i]):
                merged[incident] = taken[i].id
    return taken, merged


class Standing:
    """The incidents that stand, by what they are called and by where they are."""

    def __init__(self, state: State) -> None:
        self._index = state.index
        self._incidents = state.decided.incidents
        self._named: dict[ElementName, list[IncidentId]] = {}
        self._at: dict[int, list[IncidentId]] = {}
        self._anywhere: list[IncidentId] = []
        """Those that may be continued from afar."""
        for held in self._incidents.values():
            for element in held.names | state.decided.joined.get(held.id, frozenset()):
                self._named.setdefault(element, []).append(held.id)
            tops = tops_of(state, held)
            for top in tops:
                self._at.setdefault(top, []).append(held.id)
            if not tops or held.kind in (IncidentKind.BLIND, IncidentKind.DEGRADED):
                self._anywhere.append(held.id)
        self._tops = sorted(self._at)

    def candidates(self, named: Named) -> Iterator[Open]:
        """Yield each incident that an explanation can be kin to, once; perhaps some others."""
        found = dict.fromkeys(self._anywhere)
        for element in named.names:
            found.update(dict.fromkeys(self._named.get(element, ())))
        for top in named.guess.tops:
            end = int(self._index.last[top])
            inside = self._tops[bisect_left(self._tops, top) : bisect_left(self._tops, end)]
            for node in (*inside, *self._index.above(top)):
                found.update(dict.fromkeys(self._at.get(node, ())))
        return (self._incidents[one] for one in found)


def kinship(state: State, named: Named, held: Open) -> int:
    """Return how surely an explanation continues an incident; 0 when it does not."""
    said = _said(state, named, held)
    if said is not None or of_poller(held) or held.mute:
        return said or 0
    if held.kind is IncidentKind.BLIND or 0 in named.guess.tops:
        return 9 if held.kind is IncidentKind.BLIND and 0 in named.guess.tops else 0
    part = held.took and held.kind is IncidentKind.PARTIAL
    if part and len(named.guess.atoms) > 1:
        return 8 if held.took.intersection(without(state.court, named.guess)) else 0
    if set(held.root_cause) & set(named.chosen):
        return 7 if part else 8
    if held.names & named.names:
        return 6
    return _kin_by_place(state, named, held)


def _said(state: State, named: Named, held: Open) -> int | None:
    """Return what a person said of both; None: nothing."""
    if held.out_of is not None and not is_part(state, named, held):
        return 0
    if any(is_part(state, named, one) for one in narrower(state, held)):
        return 0
    joined = state.decided.joined.get(held.id, frozenset())
    return None if held.out_of is None and joined.isdisjoint(named.names) else 8


def told_of(state: State, named: Named, held: Open) -> bool:
    """Say whether a person's word makes an explanation one of this incident's."""
    return bool(_said(state, named, held))


def narrower(state: State, held: Open) -> list[Open]:
    """Return the faults split off that lie beside or within an incident, not around it."""
    mine = tops_of(state, held)
    others = ((one, tops_of(state, one)) for one in state.decided.split_off if one.id != held.id)
    return [
        one for one, tops in others if not (mine and all(under(state.index, tops, t) for t in mine))
    ]


def is_part(state: State, named: Named, held: Open) -> bool:
    """Say whether an explanation takes nobody but those of an incident: it lies within."""
    return lies_within(state, named, tops_of(state, held), held.subscribers)


def lies_within(
    state: State, named: Named, tops: list[int], people: Collection[SubscriberId]
) -> bool:
    """Say whether an explanation lies below these tops, or takes none but these people."""
    if all(under(state.index, tops, t) for t in named.guess.tops):
        return True
    taken = state.court.people_below(named.guess.tops)
    return bool(taken) and all(one in people for one in taken)


def _kin_by_place(state: State, named: Named, held: Open) -> int:
    tops = tops_of(state, held)
    if not tops and held.subscribers:
        return 4 if held.subscribers.intersection(without(state.court, named.guess)) else 0
    young = state.second - held.opened_at.timestamp() < YOUNG.total_seconds()
    if held.kind is IncidentKind.DEGRADED and young and told_alike(state, named, tops):
        return 5
    inside = any(under(state.index, tops, t) for t in named.guess.tops)
    # What leads to one device alone is no wider than the device.
    at = state.court.sites.at
    mine = (at[t][1] if t in at else t for t in tops)
    around = any(under(state.index, list(named.guess.tops), t) for t in mine)
    mended = held.restored_at is not None and (not around or held.kind is IncidentKind.LINE)
    if mended or not (inside or around):
        return 0
    if held.kind in (IncidentKind.LINE, IncidentKind.DEGRADED) and not young:
        return 0
    if _left_over(state, named, held):
        return 0
    return INSIDE + 1 if around else INSIDE


def _left_over(state: State, named: Named, held: Open) -> bool:
    """Say whether this is one of the few homes that stay dark when a wider fault is mended.

    Its line is a fault of its own; the street's incident must not go on, unpublished, as that.
    """
    if held.back_at is None or not 0 < len(held.subscribers) < HANDFUL:
        return False
    sources = set(below(state.evidence, named.guess.tops).tolist())
    return homes_only(state, sources)


def told_alike(state: State, named: Named, nodes: list[int]) -> bool:
    """Say whether the same link ends speak of both: a dead device and its links look alike."""
    speakers = state.court.speakers
    ours = {s for n in named.guess.nodes for s in speakers.get(n, ())}
    return any(s in ours for n in nodes for s in speakers.get(n, ()))


def nested(state: State, named: Named, held: Open) -> bool:
    """Say whether an explanation is what a proven, wider fault has left dark so far."""
    if held.restored_at is not None or held.kind is not IncidentKind.OUTAGE:
        return False
    proven = held.confirmed or state.second - held.opened_at.timestamp() >= PROVEN_S
    news = max(named.guess.since, held.back_at.timestamp() if held.back_at else 0)
    settled = state.second - news >= SETTLED_S
    tops, inside = tops_of(state, held), named.guess.tops
    called = named.names if named.cause is None else frozenset(named.chosen)  # a card, not its box
    if settled or not proven or held.names & called or set(tops) & set(inside):
        return False
    return all(under(state.index, tops, t) for t in inside)
