"""Risk groups: of every device, link, port and risk, which signs its failure turns bad."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.topology import Index, build
from netwatch.model.names import DeviceId, ElementName, LinkId
from tests.bench.rivals.ground import Ground
from tests.bench.rivals.watch import Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What fails when one element does."""

    element: ElementName
    cut: frozenset[DeviceId]
    """Devices that cannot be reached any more, the element itself too."""
    signs: frozenset[Sign]


def risk_groups(ground: Ground) -> list[Group]:
    """Return the group of every element, the vantage first.

    What a single element cuts off is taken from netwatch's own index: no rival could know better.
    Of a risk it is what all its members cut off together.
    """
    index = build(ground.network, CorrelationRules())
    maker = _Maker(ground, index)
    single = (maker.group(e, [n], maker.below(n)) for n, e in enumerate(index.names))
    risks = (maker.group(r.element, r.nodes, maker.cut_by(r.nodes)) for r in index.risks.values())
    return [group for group in (*single, *risks) if group.signs]


class _Maker:
    def __init__(self, ground: Ground, index: Index) -> None:
        self._ground, self._index = ground, index
        self._device = {node: device for device, node in index.device.items()}
        self._link = {node: link for link, node in index.link.items()}
        self._ports: dict[LinkId, list[Sign]] = defaultdict(list)
        for sign, link in ground.link_at.items():
            self._ports[link.id].append(sign)

    def group(self, element: ElementName, nodes: Iterable[int], cut: Iterable[int]) -> Group:
        dark = frozenset(self._device[n] for n in cut if n in self._device)
        links = {self._link[n] for n in nodes if n in self._link}
        failed = [self._device[n] for n in nodes if n in self._device]
        links.update(link.id for device in failed for link in self._ground.links_of[device])
        ports = (sign for link in links for sign in self._ports[link] if sign[0] not in dark)
        return Group(
            element=element,
            cut=dark,
            signs=frozenset([*((host, None) for host in dark & self._ground.hosts), *ports]),
        )

    def below(self, node: int) -> range:
        return range(node, int(self._index.last[node]))

    def cut_by(self, nodes: Iterable[int]) -> set[int]:
        """Return what cannot be reached without these."""
        gone = set(nodes)
        seen = {0} - gone
        queue = deque(seen)
        while queue:
            for near in self._index.near[queue.popleft()]:
                if near not in seen and near not in gone:
                    seen.add(near)
                    queue.append(near)
        return set(range(len(self._index))) - seen
