"""Network -> an index in which "what does X cut off" is one slice.

Links and PON ports are nodes of their own. In an undirected graph the nodes whose single failure
cuts u off from the root are u's dominators, so the failure of X darkens exactly X's subtree of the
dominator tree; numbered in preorder, that is a slice. A ring or mesh is one block whose members
hang flat under its entry: no single one of them cuts another off.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import rustworkx as rx

from netwatch.correlation.rules import CorrelationRules
from netwatch.model.names import (
    SELF,
    AreaId,
    DeviceId,
    ElementName,
    LinkId,
    RiskId,
    SubscriberId,
    device_element,
    port_element,
    risk_element,
)
from netwatch.model.network import DeviceKind, Link, Network

UNIT = 1024
"""Log-likelihoods are whole numbers of 1/1024 nat: their sums depend on no order."""
RING = 3
"""Edges of the smallest block that is not a plain link."""
CARRIERS = frozenset({DeviceKind.ROUTER, DeviceKind.SWITCH, DeviceKind.OLT, DeviceKind.RADIO})

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """A ring or mesh: its entry, its other members, and who neighbours whom inside."""

    entry: int
    members: tuple[int, ...]
    near: dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """A risk as nodes of the index."""

    id: RiskId
    element: ElementName
    nodes: tuple[int, ...]


@dataclass(slots=True, kw_only=True)
class Index:
    """Nodes are numbers in preorder of the dominator tree; 0 is the vantage.

    ``last[v]`` is one past the end of v's subtree: ``range(v, last[v])`` is what v cuts off.
    """

    names: list[ElementName]
    parent: list[int]
    depth: list[int]
    last: Ints
    prior: Ints
    device: dict[DeviceId, int]
    link: dict[LinkId, int]
    port: dict[tuple[DeviceId, str], int]
    near: list[tuple[int, ...]]
    block: dict[int, Block]
    """The block in which a node hangs flat under its entry; nodes of plain trees have none."""
    risks: dict[RiskId, Group]
    members: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Every node of any risk, once."""
    risks_of: dict[int, tuple[RiskId, ...]] = field(default_factory=dict)
    people: dict[int, tuple[SubscriberId, ...]]
    """Subscribers by the node of their device."""
    area: dict[SubscriberId, AreaId]
    kinds: dict[int, DeviceKind] = field(default_factory=dict)
    gateways: tuple[int, ...] = (0,)
    twins: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    copies: frozenset[int] = frozenset()
    stands: Mapping[int, str] = field(default_factory=dict)  # several vantages, and their pollers

    def __len__(self) -> int:
        return len(self.names)

    def node(self, element: ElementName) -> int | None:
        """Return the node of a device, link or port by its name in answers."""
        kind, _, name = element.partition(":")
        match kind:
            case "device":
                return self.device.get(DeviceId(name))
            case "link":
                return self.link.get(LinkId(name))
            case "port":
                owner, _, port = name.partition("/")
                return self.port.get((DeviceId(owner), port))
            case _:
                return None

    def above(self, node: int) -> Iterable[int]:
        """Yield the dominators of a node from the nearest to the vantage."""
        while node > 0:
            node = self.parent[node]
            yield node

    def subscribers_below(self, roots: Iterable[int]) -> list[SubscriberId]:
        """Return who hangs below any of these nodes, in order of id."""
        found: set[SubscriberId] = set()
        for root in roots:
            if self.last[root] - root > len(self.people):
                found.update(
                    s for n, p in self.people.items() if root <= n < self.last[root] for s in p
                )
            else:
                for n in range(root, int(self.last[root])):
                    found.update(self.people.get(n, ()))
        return sorted(found)


class _Draft:
    """The graph before it is numbered: devices, ports and links as nodes."""

    def __init__(self, network: Network, rules: CorrelationRules) -> None:
        self.network = network
        self.rules = rules
        self.keys: list[ElementName] = []
        self.priors: list[int] = []
        self.edges: list[tuple[int, int]] = []
        self.device: dict[DeviceId, int] = {}
        self.link: dict[LinkId, int] = {}
        self.port: dict[tuple[DeviceId, str], int] = {}
        for device in network.devices.values():
            prior = rules.priors.get(device.kind, rules.device_prior)
            self.device[device.id] = self._add(device_element(device.id), prior)
        for link in network.links.values():
            self._draw(link)

    def _add(self, name: ElementName, prior: float) -> int:
        self.keys.append(name)
        self.priors.append(round(prior * UNIT))
        return len(self.keys) - 1

    def stand_before(self, gateways: Iterable[DeviceId]) -> int:
        """Add a vantage in front of the gateways, and return it."""
        root = self._add(SELF, self.rules.device_prior)
        self.edges.extend((root, self.device[g]) for g in gateways if g in self.device)
        return root

    def _draw(self, link: Link) -> None:
        if any(end.device not in self.device for end in link.ends):
            return
        leaf = any(
            self.network.devices[end.device].kind in (DeviceKind.ONU, DeviceKind.CPE)
            for end in link.ends
        )
        prior = min(self.rules.priors.get(DeviceKind.CPE, -11.0), -11.0) - 0.5
        node = self._add(link.element, prior if leaf else self.rules.link_prior)
        self.link[link.id] = node
        for end in link.ends:
            owner = self.device[end.device]
            if (
                end.port
                and self.network.devices[end.device].kind is DeviceKind.OLT
                and self._pon(link)
            ):
                owner = self._pon_port(end.device, end.port)
            self.edges.append((owner, node))

    def _pon(self, link: Link) -> bool:
        kinds = {self.network.devices[end.device].kind for end in link.ends}
        return bool(kinds & {DeviceKind.ONU, DeviceKind.SPLITTER, DeviceKind.CABINET})

    def _pon_port(self, device: DeviceId, port: str) -> int:
        key = (device, port)
        if key not in self.port:
            self.port[key] = self._add(port_element(device, port), self.rules.port_prior)
            self.edges.append((self.device[device], self.port[key]))
        return self.port[key]


def build(network: Network, rules: CorrelationRules, before: Sequence[DeviceId] = ()) -> Index:
    """Index a network from its vantage, else from a point ``before`` these or the gateways.

    Cost: O(nodes + links); 100,000 nodes take about a second.
    """
    draft = _Draft(network, rules)
    if not draft.device:
        return _empty()
    root = draft.device.get(network.vantage) if network.vantage and not before else None
    if root is None:
        root = draft.stand_before(before or network.gateways)
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(draft.keys)))
    graph.add_edges_from_no_data(draft.edges)
    _join_islands(graph, draft, root)
    idom = rx.immediate_dominators(graph.to_directed(), root)
    number = _preorder(idom, root)
    return _numbered(draft, graph, idom, number, root)


def _join_islands(graph: "rx.PyGraph[int, None]", draft: _Draft, root: int) -> None:
    """Hang what has no path to the root on the root: nobody drew its uplink, it has one.

    An island hangs by the device in it that can be asked and is likeliest to carry the others.
    """
    islands = [c for c in rx.connected_components(graph) if root not in c]
    if not islands:
        return
    rank = {
        draft.device[d.id]: (d.address is None, d.kind not in CARRIERS, draft.device[d.id])
        for d in draft.network.devices.values()
    }
    for island in islands:
        devices = [n for n in island if n in rank]
        if devices:
            graph.add_edge(root, min(devices, key=rank.__getitem__), None)


def _preorder(idom: dict[int, int], root: int) -> dict[int, int]:
    children: dict[int, list[int]] = defaultdict(list)
    for node in sorted(idom):
        if node != root:
            children[idom[node]].append(node)
    number: dict[int, int] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        number[node] = len(number)
        stack.extend(reversed(children[node]))
    return number


def _numbered(
    draft: _Draft,
    graph: "rx.PyGraph[int, None]",
    idom: dict[int, int],
    number: dict[int, int],
    root: int,
) -> Index:
    order = sorted(number, key=number.__getitem__)
    parent = [number[idom[old]] if old != root else 0 for old in order]
    depth = [0] * len(order)
    for n in range(1, len(order)):
        depth[n] = depth[parent[n]] + 1
    ends = list(range(1, len(order) + 1))
    for n in range(len(order) - 1, 0, -1):
        ends[parent[n]] = max(ends[parent[n]], ends[n])
    last = np.array(ends, dtype=np.int64)
    near = [tuple(sorted(number[m] for m in graph.neighbors(old) if m in number)) for old in order]
    device = {d: number[old] for d, old in draft.device.items() if old in number}
    people: dict[int, list[SubscriberId]] = defaultdict(list)
    area: dict[SubscriberId, AreaId] = {}
    for subscriber in draft.network.subscribers.values():
        if subscriber.device in device:
            people[device[subscriber.device]].append(subscriber.id)
        if subscriber.area:
            area[subscriber.id] = subscriber.area
    index = Index(
        names=[draft.keys[old] for old in order],
        parent=parent,
        depth=depth,
        last=last,
        prior=np.array([draft.priors[old] for old in order], dtype=np.int64),
        device=device,
        link={x: number[old] for x, old in draft.link.items() if old in number},
        port={p: number[old] for p, old in draft.port.items() if old in number},
        near=near,
        block={},
        risks={},
        people={n: tuple(sorted(p)) for n, p in people.items()},
        area=area,
        kinds={n: draft.network.devices[d].kind for d, n in device.items()},
        gateways=tuple(device[g] for g in draft.network.gateways if g in device) or (0,),
    )
    index.block = _blocks(graph, number, index)
    index.risks = _risks(draft.network, index)
    shared: dict[int, list[RiskId]] = defaultdict(list)
    for risk, group in index.risks.items():
        for node in group.nodes:
            shared[node].append(risk)
    index.risks_of = {node: tuple(risks) for node, risks in sorted(shared.items())}
    index.members = np.array(list(index.risks_of), dtype=np.int64)
    return index


def _blocks(
    graph: "rx.PyGraph[int, None]", number: dict[int, int], index: Index
) -> dict[int, Block]:
    edges: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (a, b), component in rx.biconnected_components(graph).items():
        if a in number and b in number:
            edges[component].append((number[a], number[b]))
    home: dict[int, Block] = {}
    for pairs in edges.values():
        if len(pairs) < RING:
            continue
        near: dict[int, set[int]] = defaultdict(set)
        for a, b in pairs:
            near[a].add(b)
            near[b].add(a)
        entry = min(near, key=lambda n: (index.depth[n], n))
        members = tuple(sorted(n for n in near if n != entry))
        block = Block(entry, members, {n: tuple(sorted(m)) for n, m in near.items()})
        for n in members:
            home[n] = block
    return home


def _risks(network: Network, index: Index) -> dict[RiskId, Group]:
    members: dict[RiskId, set[int]] = defaultdict(set)
    for device in network.devices.values():
        site = network.sites.get(device.site) if device.site else None
        at_site = site.risks if site else ()
        feeds = [p.feed for p in (device.power,) if p and p.feed and not p.backed]
        if device.id in index.device:
            for risk in (*device.risks, *at_site, *feeds):
                members[risk].add(index.device[device.id])
    for link in network.links.values():
        if link.id in index.link:
            for risk in link.risks:
                members[risk].add(index.link[link.id])
    return {
        risk: Group(risk, risk_element(risk), tuple(sorted(nodes)))
        for risk, nodes in sorted(members.items())
        if risk in network.risks
    }


def _empty() -> Index:
    return Index(
        names=[],
        parent=[],
        depth=[],
        last=np.zeros(0, dtype=np.int64),
        prior=np.zeros(0, dtype=np.int64),
        device={},
        link={},
        port={},
        near=[],
        block={},
        risks={},
        people={},
        area={},
    )


def cut_roots(index: Index, failed: Sequence[int]) -> list[int]:
    """Return the tops of everything that the joint failure of these nodes cuts off.

    Exact for any set: inside each ring or mesh touched by several of them, what can no longer be
    reached from its entry falls with everything that hangs on it. The tops hold no one below
    another.
    """
    fallen = set(failed)
    touched: dict[int, list[int]] = defaultdict(list)
    for node in failed:
        if node in index.block:
            touched[id(index.block[node])].append(node)
    for nodes in touched.values():
        if len(nodes) > 1:
            fallen.update(_unreached(index.block[nodes[0]], fallen))
    tops: list[int] = []
    for node in sorted(fallen):
        if not tops or node >= index.last[tops[-1]]:
            tops.append(node)
    return tops


def _unreached(block: Block, failed: set[int]) -> list[int]:
    seen = {block.entry}
    stack = [block.entry]
    while stack:
        for n in block.near[stack.pop()]:
            if n not in seen and n not in failed:
                seen.add(n)
                stack.append(n)
    return [n for n in block.members if n not in seen]


def antichain(index: Index, gains: dict[int, int]) -> list[int]:
    """Return the nodes, none below another, whose gains sum highest: the exact answer on a tree."""
    stack: list[tuple[int, int, list[int]]] = []
    for node in sorted(gains, reverse=True):
        total, picked = 0, []
        while stack and stack[-1][0] < index.last[node]:
            _, value, nodes = stack.pop()
            total += value
            picked.extend(nodes)
        if gains[node] >= total:
            stack.append((node, gains[node], [node]))
        else:
            stack.append((node, total, picked))
    return sorted(n for _, _, nodes in stack for n in nodes)
