"""Several vantages -> a tree for each, side by side below one root: each is judged by its own.

What a poller sees is judged on the tree of the place where it stands. So a network with several
vantages is drawn once for each of them, over the same elements: two trees never add what they heard
of a branch, and only what cuts all of them off is our own way out. A network with one vantage is
drawn once, as ever.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from netwatch.correlation.court import Court, Guess
from netwatch.correlation.evidence import Evidence, below
from netwatch.correlation.likeness import Named
from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.topology import Index, build, cut_roots
from netwatch.model.names import (
    DeviceId,
    ElementName,
    LinkId,
    device_element,
    link_element,
    port_element,
)
from netwatch.model.network import Network

MARK: Final = "@"
"""No id of the inventory has it: it parts an element from the poller that sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A poller and where it is plugged in."""

    poller: str
    device: DeviceId
    mark: str
    """What the ids of its drawing end in; nothing for the main vantage."""


@dataclass(frozen=True, slots=True)
class Stands:
    """The places from which a network is watched; empty where it is one."""

    every: tuple[Stand, ...] = ()
    by_poller: Mapping[str | None, Stand] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.every)

    def of(self, poller: str | None) -> Stand:
        """Return where a line was made; who is not known stands at the main vantage."""
        return self.by_poller.get(poller, self.every[0])


def stands_of(network: Network) -> Stands:
    """Return the vantages of a network, the main one first; none where all are one place."""
    main = network.vantage
    if main is None or main not in network.devices:
        return Stands()
    own = sorted(poller for poller, device in network.vantages.items() if device == main)
    every = {main: Stand(poller=own[0] if own else "main", device=main, mark="")}
    by_poller: dict[str | None, Stand] = {}
    for poller, device in sorted(network.vantages.items()):
        if device in network.devices:
            fresh = Stand(poller=poller, device=device, mark=f"{MARK}{poller}")
            by_poller[poller] = every.setdefault(device, fresh)
    return Stands(tuple(every.values()), by_poller) if len(every) > 1 else Stands()


def draw(network: Network, rules: CorrelationRules) -> tuple[Network, Index, Stands]:
    """Return the network as it is drawn, its index with a tree for each stand, and these."""
    stands = stands_of(network)
    if not stands:
        return network, build(network, rules), stands
    whole = _drawn(network, stands)
    before = [DeviceId(one.device + one.mark) for one in stands.every]
    index = build(whole, rules, before)
    index.copies = _name_alike(index)
    alike: dict[ElementName, list[int]] = defaultdict(list)
    for node, name in enumerate(index.names):
        alike[name].append(node)
    index.twins = {n: tuple(found) for found in alike.values() if len(found) > 1 for n in found}
    index.stands = {
        index.device[at]: one.poller for at, one in zip(before, stands.every, strict=True)
    }
    for device, node in index.device.items():
        people = index.people.get(index.device[DeviceId(_plain(device))])
        if people:
            index.people[node] = people
    return whole, index, stands


def stand_at(index: Index, node: int) -> int:
    """Return the vantage in whose tree a node is; 0 where it is in none, or there is one only."""
    return next((s for s in index.stands if s <= node < index.last[s]), 0)


def heard_elsewhere(court: Court, guess: Guess) -> bool:
    """Say whether another vantage hears well what these are said to have cut off.

    Then they are alive, and only the silent vantage's path is not.
    """
    index, e = court.index, court.evidence
    mine = {stand_at(index, top) for top in guess.tops}
    twins = {
        t for n in guess.nodes for t in index.twins.get(n, ()) if stand_at(index, t) not in mine
    }
    rows = below(e, cut_roots(index, sorted(twins)))
    return bool(len(rows)) and int(e.since(guess.since, rows).sum()) < 0


def own_sources(index: Index, evidence: Evidence) -> dict[int, list[int]]:
    """Return the echoes and ONU states of each node that has subscribers, whoever hears them."""
    own: dict[int, list[int]] = {n: [] for n in index.people}
    for source in np.flatnonzero(evidence.pos[: len(evidence.pos) - len(index)] >= 0).tolist():
        node = int(evidence.pos[source])
        if node in own:
            own[node].append(source)
    for nodes in index.twins.values():
        if nodes[0] in own:
            every = sorted(s for n in nodes for s in own[n])
            own.update(dict.fromkeys(nodes, every))
    return own


def each_once(index: Index, named: list[Named]) -> list[Named]:
    """Return today's explanations, those of several trees that may be the same fault as one.

    What two vantages heard is not added up: the surer of both speaks. That a vantage does not hear
    the very device it stands at is its own matter, unless others see that device gone.
    """
    called: dict[tuple[ElementName, ...], Named] = {}
    for one in named:
        known = called.get(one.chosen)
        called[one.chosen] = one if known is None else _joined(known, one, frozenset(one.chosen))
    found: list[Named] = []
    for one in called.values():
        for place, other in enumerate(found):
            common = one.names & other.names
            if common and not _beside(index, one, other):
                found[place] = _joined(other, one, common)
                break
        else:
            found.append(one)
    return [one for one in found if not index.stands.keys() >= set(one.guess.nodes)]


def _beside(index: Index, one: Named, other: Named) -> bool:
    """Say whether two explanations stand in the same tree: there they are two faults."""
    mine = {stand_at(index, top) for top in one.guess.tops}
    return bool(mine & {stand_at(index, top) for top in other.guess.tops})


def _joined(one: Named, other: Named, common: frozenset[ElementName]) -> Named:
    """Return one explanation of what two vantages see, called what both allow."""
    best, less = (one, other) if one.guess.gain >= other.guess.gain else (other, one)
    called = [name for name in (*best.chosen, *less.chosen) if name in common]
    alone = (called[0] if called else min(common),)
    chosen = one.chosen if one.chosen == other.chosen else alone
    guess = Guess(
        atoms=tuple(dict.fromkeys((*one.guess.atoms, *other.guess.atoms))),
        since=min(one.guess.since, other.guess.since),
        gain=best.guess.gain,
        tops=tuple(sorted({*one.guess.tops, *other.guess.tops})),
    )
    alike = tuple(a for a in best.alike if a[0] in common and a[0] not in chosen)
    return replace(best, guess=guess, chosen=chosen, alike=alike)


def _drawn(network: Network, stands: Stands) -> Network:
    """Return the network with everything once more for each further stand."""
    devices, links = dict(network.devices), dict(network.links)
    for mark in (one.mark for one in stands.every if one.mark):
        for device in network.devices.values():
            via = DeviceId(device.via + mark) if device.via else None
            copy = replace(device, id=DeviceId(device.id + mark), via=via)
            devices[copy.id] = copy
        for link in network.links.values():
            near, far = (replace(end, device=DeviceId(end.device + mark)) for end in link.ends)
            again = replace(link, id=LinkId(link.id + mark), ends=(near, far))
            links[again.id] = again
    return replace(network, devices=devices, links=links)


def _name_alike(index: Index) -> frozenset[int]:
    """Give the copies of an element its name; return which nodes are copies."""
    copies: set[int] = set()
    for device, node in index.device.items():
        if MARK in device:
            index.names[node] = device_element(DeviceId(_plain(device)))
            copies.add(node)
    for link, node in index.link.items():
        if MARK in link:
            index.names[node] = link_element(LinkId(_plain(link)))
            copies.add(node)
    for (device, port), node in index.port.items():
        if MARK in device:
            index.names[node] = port_element(DeviceId(_plain(device)), port)
            copies.add(node)
    return frozenset(copies)


def _plain(marked: str) -> str:
    return marked.partition(MARK)[0]
