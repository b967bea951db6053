"""Network -> districts: pieces small enough that one failure in them is quickly thought through.

A district is some neighbouring parts of the dominator tree, all above them to the vantage, every
ring that any of these belongs to (without what hangs on it elsewhere), and a few healthy neighbours
as witnesses. What fails inside looks the same from there as in the whole network; what carries more
than a district is failed in the whole one.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import rustworkx as rx

from netwatch.correlation.topology import Block, Index
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Network

SIZE: Final = 400
"""Nodes of a district, those above and beside it apart."""
WITNESSES: Final = 3
"""So many healthy neighbours of each thing above stay in the picture."""
FLAT: Final = 3
"""Steps from a device over a link (and a port) to the next device."""


@dataclass(frozen=True, slots=True)
class District:
    """A piece of the network, and the nodes of the whole one that are failed in it."""

    nodes: tuple[int, ...]
    network: Network
    kept: frozenset[int]
    """All nodes of the whole network that are in the picture."""


def districts(network: Network, index: Index, size: int = SIZE) -> list[District]:
    """Cut a network into districts of at most ``size`` nodes; every node is failed in one."""
    if not len(index):
        return []
    big = [n for n in range(1, len(index)) if int(index.last[n]) - n > size]
    everything = frozenset(range(len(index)))
    if len(index) <= 2 * size:
        return [District(tuple(range(len(index))), network, everything)]
    whole = District((0, *big), network, everything)
    return [whole, *(_cut(network, index, tops) for tops in _bundles(index, big, size))]


def _bundles(index: Index, big: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield tops whose subtrees make one district: they hang beside each other."""
    children: dict[int, list[int]] = defaultdict(list)
    for node in range(1, len(index)):
        children[index.parent[node]].append(node)
    for parent in (0, *big):
        bundle: list[int] = []
        weight = 0
        for child in children[parent]:
            size = int(index.last[child]) - child
            if size > most:
                continue
            if bundle and weight + size > most:
                yield bundle
                bundle, weight = [], 0
            bundle, weight = [*bundle, child], weight + size
        if bundle:
            yield bundle


def _cut(network: Network, index: Index, tops: Sequence[int]) -> District:
    inside = [n for top in tops for n in range(top, int(index.last[top]))]
    kept = set(inside)
    _close(index, kept, [*tops, *index.gateways])
    core = kept.difference(inside)
    for node in sorted(core):
        kept.update(_witnesses(index, node, kept))
    return District(tuple(inside), _part(network, index, kept), frozenset(kept))


def _close(index: Index, kept: set[int], start: Sequence[int]) -> None:
    """Add all that dominates ``start``, and of every ring that any of it belongs to what matters.

    Rings between the same two routers are one mesh with hundreds of members: those that nothing
    here hangs on are left out, as long as no member that stays loses its second way by that.
    """
    wanted = kept | {a for n in start for a in (n, *index.above(n))}
    stack = list(start)
    done: set[int] = set()
    rings: set[int] = set()
    while stack:
        node = stack.pop()
        if node in done:
            continue
        done.add(node)
        kept.add(node)
        if node > 0:
            stack.append(index.parent[node])
        ring = index.block.get(node)
        if ring is not None and id(ring) not in rings:
            rings.add(id(ring))
            stack.extend(_enough(ring, wanted))


def _enough(ring: Block, wanted: set[int]) -> list[int]:
    """Return the members of a mesh that tell of the wanted ones as all of them would."""
    everyone = [ring.entry, *ring.members]
    chains = _chains(ring)
    spare = [c for c in chains if len(c) > 1 and wanted.isdisjoint(c)]
    left_out = {n for chain in spare[WITNESSES:] for n in chain}
    if not left_out:
        return everyone
    kept = [n for n in everyone if n not in left_out]
    number = {n: i for i, n in enumerate(kept)}
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(kept)
    graph.add_edges_from_no_data(
        [(number[a], number[b]) for a in kept for b in ring.near[a] if b in number and a < b]
    )
    whole = len(set(rx.biconnected_components(graph).values())) == 1
    return kept if whole else everyone


def _chains(ring: Block) -> list[list[int]]:
    """Return the ways between crossings: members in a row, each between two others alone."""
    inner = {n for n in ring.members if len(ring.near[n]) == 2}  # noqa: PLR2004 - a row has two ends
    chains: list[list[int]] = []
    seen: set[int] = set()
    for first in sorted(inner):
        if first in seen:
            continue
        chain, stack = [], [first]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                chain.append(node)
                stack.extend(n for n in ring.near[node] if n in inner)
        chains.append(chain)
    return chains


def _witnesses(index: Index, node: int, kept: set[int]) -> list[int]:
    """Return some devices beside a node that can answer for it, and the links to them."""
    found: list[int] = []
    count = 0
    for near in index.near[node]:
        if near in kept or index.parent[near] != node or near in index.block:
            continue
        way = [near]
        while way[-1] not in index.kinds and len(way) < FLAT:
            below = [n for n in index.near[way[-1]] if index.parent[n] == way[-1]]
            if not below:
                break
            way.append(below[0])
        if way[-1] in index.kinds:
            found += way
            count += 1
        if count == WITNESSES:
            break
    return found


def _part(network: Network, index: Index, kept: set[int]) -> Network:
    """Return the network with only these nodes in it; risks only where all they touch is in."""
    names = {index.names[n] for n in kept}
    devices = {d: one for d, one in network.devices.items() if f"device:{d}" in names}
    links = {
        x: one
        for x, one in network.links.items()
        if f"link:{x}" in names and all(end.device in devices for end in one.ends)
    }
    risks = {
        r: network.risks[r] for r, group in index.risks.items() if kept.issuperset(group.nodes)
    }
    people = {s: network.subscribers[s] for n in kept for s in index.people.get(n, ())}
    return replace(
        network,
        risks=risks,
        devices={DeviceId(d): one for d, one in devices.items()},
        links={LinkId(x): one for x, one in links.items()},
        subscribers=dict(sorted(people.items())),
        gateways=tuple(g for g in network.gateways if g in devices),
    )
