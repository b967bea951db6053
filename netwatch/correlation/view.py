"""What correlation has learnt: never journaled, learnt again within a round after a start."""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from netwatch.correlation import vantages
from netwatch.correlation.book import Book
from netwatch.correlation.court import Court, Guess, convene
from netwatch.correlation.covering import NONE, Cover, cover, tops_of_works
from netwatch.correlation.evidence import HOMES, Evidence
from netwatch.correlation.fallen_cards import nodes_called
from netwatch.correlation.fallen_sites import fallen
from netwatch.correlation.flapping import Swings, Unstable
from netwatch.correlation.habits import learn, weigh
from netwatch.correlation.incidents import Decided, Open
from netwatch.correlation.infer import explain
from netwatch.correlation.isolation import Pollers, agreed, agreed_unstable, listen_to
from netwatch.correlation.likeness import Named
from netwatch.correlation.losses import learn_moments, weaken
from netwatch.correlation.maintenance import Planned
from netwatch.correlation.naming import LONG_OFF_S, grouped, one_power_cut, renamed
from netwatch.correlation.phases import PhaseOut, as_guess, but_these, phases, worth
from netwatch.correlation.phone import Phone
from netwatch.correlation.populations import Populations
from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.sources import listen
from netwatch.correlation.topology import Index, cut_roots
from netwatch.model.asks import SecondLook
from netwatch.model.facts import IncidentKind
from netwatch.model.names import (
    SELF,
    AreaId,
    DeviceId,
    ElementName,
    IncidentId,
    MaintenanceId,
    SubscriberId,
)
from netwatch.model.network import Network
from netwatch.model.street_map import Streets

if TYPE_CHECKING:
    from netwatch.correlation.steady import Steady

NEIGHBOURHOOD = 192
"""The most devices that one lost answer makes us ask again."""
BACK = 2
"""Good answers in a row that prove a line works again."""
BRANCHES = 2
SETTLED_S = 120
"""What a mended fault leaves dark for so long is a fault of its own."""
HANDFUL = 5
"""Fewer homes than this that stay dark when all others are back have lines of their own to mend."""


@dataclass(slots=True, kw_only=True)
class State:
    """Everything correlation knows. ``decided`` alone survives a restart."""

    network: Network
    rules: CorrelationRules
    index: Index
    evidence: Evidence
    court: Court
    swings: Swings
    decided: Decided = field(default_factory=Decided)
    named: list[Named] = field(default_factory=list)
    book: Book = field(default_factory=Book)
    steady: dict[IncidentId, "Steady"] = field(default_factory=dict)
    """Incidents about which nothing changes as long as they and their explanations stay these."""
    lasting: dict[tuple[ElementName, ...], int] = field(default_factory=dict)
    """Since which second each of today's explanations has been thought of without a break."""
    unstable: list[Unstable] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    """The sources heard in the second that the last tick ended."""
    lost: dict[IncidentId, set[int]] = field(default_factory=dict)
    """Per open incident, the sources seen down under it."""
    tops: dict[IncidentId, tuple[tuple[str, ...], list[int]]] = field(default_factory=dict)
    looked: dict[DeviceId, int] = field(default_factory=dict)
    around: dict[tuple[int, int], list[DeviceId]] = field(default_factory=dict)
    """Whom to ask again, by the highest element all of whose own are asked, and the last above."""
    look: SecondLook | None = None
    cover: Cover = NONE
    """What planned works take at this moment."""
    carried: dict[MaintenanceId, tuple[int, ...]] = field(default_factory=dict)
    """The tops of what works carry, as far as it was asked: the network decides it alone."""
    home: dict[SubscriberId, int] = field(default_factory=dict)
    """The node of each subscriber's device."""
    own: dict[int, list[int]] = field(default_factory=dict)
    """The echoes and ONU states of each node that has subscribers."""
    addressed: int = 0
    """How many devices have an address to be asked at."""
    streets: Streets
    phone: Phone = field(default_factory=Phone)
    folk: Populations | None = None
    """Counted when somebody is first heard."""
    beside: dict[IncidentId, tuple[frozenset[SubscriberId], frozenset[AreaId]]] = field(
        default_factory=dict
    )
    """The areas in which an open incident has subscribers, by these."""
    pollers: Pollers = field(default_factory=Pollers)
    phases: dict[int, PhaseOut] = field(default_factory=dict)
    """Per OLT, the homes that one dead phase of the mains darkened."""
    strolls: dict[int, set[DeviceId]] = field(default_factory=dict)
    """Per hour since 1970, the homes that went off by themselves and came back."""
    weighed: tuple[int, int] = (0, 0)
    """The hour for which habits were weighed last, and how many homes had any."""
    heard_turn: int = -1
    """Up to which of those who were heard it was looked at what comes together."""
    second: int = 0
    heard_at: int = 0
    """The second in which anything was heard last."""
    woke: int = 0
    """The second in which anything was heard first: before it, nothing was learnt."""


def begin(network: Network, rules: CorrelationRules) -> State:
    """Know nothing yet of this network."""
    drawn, index, stands = vantages.draw(network, rules)
    evidence = listen(drawn, index, rules)
    return State(
        home={s: n for n, people in index.people.items() for s in people},
        own=vantages.own_sources(index, evidence),
        pollers=Pollers(stands, several=bool(stands)),
        addressed=sum(d.address is not None for d in network.devices.values()),
        network=network,
        rules=rules,
        index=index,
        evidence=evidence,
        court=convene(evidence, drawn, rules),
        swings=Swings(evidence),
        streets=Streets(network),
    )


def settle(state: State, second: int) -> None:
    """Count what was heard before ``second`` and think again if anything was."""
    state.second = second
    state.heard = []
    if not state.evidence.waiting:
        if _cover(state) or state.book.waiting:
            state.evidence.news.rest()
            rethink(state)
        return
    _cover(state)
    state.woke = state.woke or second
    weigh(state, second)
    state.heard = state.evidence.settle(second)
    listen_to(state.pollers, state.index, state.evidence, second)
    learn(state)
    weaken(state.evidence)
    learn_moments(state.evidence, second)
    state.heard_at = second
    state.swings.follow(state.evidence.turned, state.evidence.change, second)
    state.swings.forget(second)
    rethink(state)
    _remember_lost(state)


def rethink(state: State) -> None:
    """Think again of everything that was heard."""
    second = state.second
    state.court.fresh()
    state.court.branches, state.court.air.decided = state.decided.branches, state.decided.air
    state.named = think(state)
    state.lasting = {n.chosen: state.lasting.get(n.chosen, second) for n in state.named}
    state.unstable = agreed_unstable(state.pollers, state.court, state.swings.unstable(second))


def _cover(state: State) -> bool:
    """Look which works go on; say whether they are others than before."""
    works = [one for one in state.decided.works.values() if one.active]
    if tuple(sorted(one.id for one in works)) == state.cover.works:
        return False
    state.cover = cover(state.index, state.network, state.evidence, works) if works else NONE
    state.evidence.muted = state.cover.muted if state.cover.nodes else None
    state.evidence.news.weighing += 1
    state.court.given = state.cover.nodes
    state.book.names.clear()
    return True


def carried_by(state: State, one: Planned) -> tuple[int, ...]:
    """Return the tops of what works carry."""
    tops = state.carried.get(one.id)
    if tops is None:
        tops = state.carried[one.id] = tops_of_works(state.index, state.network, one)
    return tops


def think(state: State) -> list[Named]:
    """Return today's explanations, named, the widest first."""
    guesses = explain(state.court)
    if guesses and _alone(state):
        since = min(g.since for g in guesses)
        total = sum(g.gain for g in guesses)
        guesses = [Guess((state.court.atom(0),), since, total, (0,))]
    result = []
    outs = phases(state, guesses)
    power = [as_guess(state, out) for out in outs]
    for guess, out in zip(power, outs, strict=True):
        result.append(Named(guess, (state.index.names[out.holder],), (), None))
    guesses = but_these(guesses, [*power, *(g for g in guesses if g.atoms[0].risk is not None)])
    held = state.decided.incidents.values()
    parts = {name for one in held if one.kind is IncidentKind.PARTIAL for name in one.root_cause}
    blamed = [one.root_cause for one in held if one.restored_at is None]
    guesses, together = fallen(state.court, one_power_cut(state.court, guesses), blamed)
    result += together
    every = grouped(state.court, guesses, parts)
    found = [(guess, holder) for guess, holder in every if worth(state, guess, holder)]
    state.book.call(state.court, [guess for guess, _ in found], state.second)
    for guess, holder in found:
        known = state.book.names.get(guess.atoms)
        if known is not None:
            result.append(renamed(state.court, known, holder))
    result = agreed(state.pollers, state.court, result)
    return sorted(result, key=lambda n: (-width(state, n.guess), n.chosen))


def _alone(state: State) -> bool:
    """Say whether nothing answers beyond a vantage with several ways out: we are cut off."""
    ways = [n for n in state.index.near[0] if n > 0]
    if len(ways) < BRANCHES:
        return False
    e = state.evidence
    base = len(e.pos) - len(state.index)
    asked = np.flatnonzero((e.pos[:base] > 0) & (e.through[:base] < 0) & (e.run[:base] != 0))
    return bool(len(asked) and (e.run[asked] < 0).all())


def width(state: State, guess: Guess) -> int:
    """Return how many nodes a guess cuts off."""
    return int(sum(state.index.last[t] - t for t in guess.tops))


def _remember_lost(state: State) -> None:
    """Keep per incident which sources were seen down under it."""
    e = state.evidence
    rows = [s for s in state.heard if s in e.down and e.layout.hung > s]
    nodes = e.pos[rows].tolist() if rows else []
    for incident in state.decided.incidents.values():
        lost = state.lost.setdefault(incident.id, set())
        if not rows or (incident.kind is IncidentKind.BLIND and not cut_off(state)):
            continue
        if incident.kind is IncidentKind.PARTIAL:
            continue  # it took some of what hangs below its root: its subscribers are its witnesses
        for top in tops_of(state, incident):
            first, end = bisect_left(nodes, top), bisect_left(nodes, int(state.index.last[top]))
            taken = np.array(rows[first:end], dtype=np.int64)
            before = e.fell[taken] < incident.since.timestamp() - LONG_OFF_S
            lost.update(taken[~(e.home[taken] & before)].tolist())


def cut_off(state: State) -> bool:
    """Say whether today's explanation is that we are cut off ourselves."""
    return any(0 in n.guess.tops for n in state.named)


def deaf_to(state: State) -> set[DeviceId]:
    """Return the devices that we could not ask, as far as the inventory still has them."""
    devices = state.network.devices
    return {device for device, _, _ in state.decided.blind if device in devices}


def blinded(state: State) -> bool:
    """Say whether half of all devices or more cannot be asked: that is our own way out.

    A few are a matter of their own (a wrong password, a changed key): the others are still seen.
    """
    e = state.evidence
    asked = [source for source in e.blind if e.through[source] < 0]
    now = len({int(e.owner[source]) for source in asked})
    return max(now, len(deaf_to(state))) * 2 >= state.addressed


def blames_us(incident: Open) -> bool:
    """Say whether an incident is that we are cut off or blinded ourselves."""
    return incident.kind is IncidentKind.BLIND and SELF in incident.root_cause


def under(index: Index, tops: list[int], node: int) -> bool:
    """Say whether a node hangs below one of these tops."""
    return any(t <= node < index.last[t] for t in tops)


def tops_of(state: State, incident: Open) -> list[int]:
    """Return the tops of what an incident's root cause cuts off."""
    known = state.tops.get(incident.id)
    if known and known[0] == incident.root_cause:
        return known[1]
    nodes: list[int] = [0] if SELF in incident.root_cause and len(state.index) else []
    for element in incident.root_cause:
        nodes.extend(nodes_called(state.court, element))
    tops = cut_roots(state.index, sorted(set(nodes)))
    state.tops[incident.id] = (incident.root_cause, tops)
    return tops


def working(state: State, sources: Collection[int], after: float) -> set[int]:
    """Return which sources were heard well twice in a row after that second."""
    e, rows = state.evidence, np.array(sorted(sources), dtype=np.int64)
    rows = rows[e.run[rows] >= BACK]
    good = ((e.at[rows] > after) & (e.bad[rows] < 0)).sum(axis=1)
    return set(rows[good >= BACK].tolist())


def witnesses_of(state: State, subscriber: SubscriberId) -> list[int]:
    """Return the sources that tell of a subscriber's own line."""
    node = state.home.get(subscriber)
    own = state.own.get(node, []) if node is not None else []
    return [s for s in own if state.evidence.slot[s] > 0] if state.pollers.several else own


def darkens(state: State, guess: Guess) -> bool:
    """Say whether a guess cuts any device off."""
    return state.court.darkens(guess.tops)


def homes_only(state: State, sources: set[int]) -> bool:
    """Say whether these sources are single homes."""
    return all(state.index.kinds.get(int(state.evidence.pos[s])) in HOMES for s in sources)
