"""Which failures must go alike: those of elements that hang alike and carry alike.

Two splitters of one port with six homes each could change places and nobody would see. Whoever is
told apart by nothing but its name is failed once; where that brings a defect to light, each is.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from netwatch.correlation.topology import Index
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Device, Link
from netwatch.service.plan.world import World


class Likeness:
    """Numbers for all nodes of a network: who bears the same one, fails the same way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers: dict[Hashable, int] = {}
        self._risks = _risks(world.seen)
        self._first = {*world.seen.gateways, 0}
        self.of = self._hang(self._carry())

    def groups(self, nodes: Iterable[int]) -> Iterator[tuple[int, ...]]:
        """Yield nodes that fail alike, in order."""
        found: dict[int, list[int]] = defaultdict(list)
        for node in nodes:
            found[self.of[node]].append(node)
        for group in found.values():
            yield tuple(group)

    def _carry(self) -> Sequence[int]:
        """Return a number for what each node is and carries."""
        index = self._world.seen
        below: list[list[int]] = [[] for _ in range(len(index))]
        numbers = [0] * len(index)
        for node in range(len(index) - 1, -1, -1):
            what = (*self._what(node), *sorted(below[node]))
            numbers[node] = self._number(("carries", what))
            if node:
                below[index.parent[node]].append(numbers[node])
        return numbers

    def _hang(self, carry: Sequence[int]) -> Sequence[int]:
        """Return a number for where each node hangs and what it carries."""
        index = self._world.seen
        numbers = [0] * len(index)
        for node in range(len(index)):
            alone = node in index.block or node in self._first
            key = ("alone", node) if alone else ("hangs", numbers[index.parent[node]], carry[node])
            numbers[node] = self._number(key)
        return numbers

    def _what(self, node: int) -> tuple[Hashable, ...]:
        """Return everything of a node itself that its failure may turn on, but for its name."""
        index, network = self._world.seen, self._world.network
        if node in index.block or node in self._first:
            return ("alone", node)
        kind, _, name = index.names[node].partition(":")
        risks = self._risks.get(node, ())
        if kind == "device":
            return (*self._device(node, network.devices[DeviceId(name)]), risks)
        if kind == "link":
            return (*self._link(network.links[LinkId(name)]), risks)
        return (kind, risks)

    def _device(self, node: int, device: Device) -> tuple[Hashable, ...]:
        index = self._world.seen
        people = [self._world.network.subscribers[s] for s in index.people.get(node, ())]
        read = index.device.get(device.via) if device.via is not None else None
        above = read is not None and read < node < int(index.last[read])
        return (
            device.kind,
            device.address is None,
            bool(device.snmp),
            index.depth[node] - index.depth[read] if read is not None and above else device.via,
            len(people),
            sum(person.area is None for person in people),
        )

    def _link(self, link: Link) -> tuple[Hashable, ...]:
        index = self._world.seen
        ends = sorted(link.ends, key=lambda end: index.device.get(end.device, -1))
        return ("link", *(end.port is None for end in ends))

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _risks(index: Index) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    for risk, group in index.risks.items():
        for node in group.nodes:
            found[node].append(risk)
    return {node: tuple(names) for node, names in found.items()}
