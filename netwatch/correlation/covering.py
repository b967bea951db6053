"""What works take: the elements named, and all that has no other way; nothing beside them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from netwatch.correlation.evidence import Evidence
from netwatch.correlation.maintenance import Planned
from netwatch.correlation.topology import Index, cut_roots
from netwatch.model.names import AreaId, ElementName, MaintenanceId, RiskId, SiteId, SubscriberId
from netwatch.model.network import Network

Mask = npt.NDArray[np.bool_]
KINDS: Final = frozenset({"device", "link", "port", "risk", "area", "site"})


@dataclass(frozen=True, slots=True)
class Cover:
    """What works that go on take at this moment."""

    works: tuple[MaintenanceId, ...] = ()
    nodes: frozenset[int] = frozenset()
    """The elements themselves: taken for failed, whatever is seen of them."""
    tops: tuple[int, ...] = ()
    """The tops of what they carry, together."""
    people: frozenset[SubscriberId] = frozenset()
    muted: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool), compare=False)
    """The sources that say nothing new meanwhile."""

    def holds(self, index: Index, node: int) -> bool:
        """Say whether a node is one of the elements, or hangs on them alone."""
        return hangs_on(index, self.tops, node)


NONE: Final = Cover()


def cover(index: Index, network: Network, evidence: Evidence, works: Iterable[Planned]) -> Cover:
    """Return what these works take together: two that go on at once may take more than each."""
    going_on = sorted(works, key=lambda one: one.id)
    nodes = {n for one in going_on for n in nodes_of(index, network, one.elements)}
    if not nodes:
        return Cover(works=tuple(one.id for one in going_on))
    tops = tuple(cut_roots(index, sorted(nodes)))
    people = frozenset(index.subscribers_below(tops))
    return Cover(
        works=tuple(one.id for one in going_on),
        nodes=frozenset(nodes),
        tops=tops,
        people=people,
        muted=_muted(index, evidence, tops),
    )


def nodes_of(index: Index, network: Network, elements: Iterable[ElementName]) -> set[int]:
    """Return the nodes that elements stand for; those the inventory does not know have none."""
    found = {n for element in elements for n in _nodes(index, network, element)}
    return {t for n in found for t in index.twins.get(n, (n,))} if index.twins else found


def _nodes(index: Index, network: Network, element: ElementName) -> Iterator[int]:
    kind, _, name = element.partition(":")
    match kind:
        case "risk":
            group = index.risks.get(RiskId(name))
            yield from group.nodes if group else ()
        case "site":
            for device in network.devices.values():
                if device.site == SiteId(name) and device.id in index.device:
                    yield index.device[device.id]
        case "area":
            yield from _serving_only(index, network, AreaId(name))
        case _:
            node = index.node(element)
            if node is not None:
                yield node


def _serving_only(index: Index, network: Network, area: AreaId) -> Iterator[int]:
    """Yield the tops of all that serves people of this area and nobody outside it."""
    inside = np.zeros(len(index) + 1, dtype=np.int64)
    every = np.zeros(len(index) + 1, dtype=np.int64)
    for node, people in index.people.items():
        every[node + 1] = len(people)
        inside[node + 1] = sum(area in network.areas_around(index.area.get(p)) for p in people)
    here, all_ = np.cumsum(inside), np.cumsum(every)
    starts = np.arange(len(index))
    mine, total = here[index.last] - here[starts], all_[index.last] - all_[starts]
    end = 1
    for node in np.flatnonzero((mine > 0) & (mine == total)).tolist():
        if node >= end:
            yield node
            end = int(index.last[node])


def tops_of_works(index: Index, network: Network, one: Planned) -> tuple[int, ...]:
    """Return the tops of what works carry, in order, none below another."""
    return tuple(cut_roots(index, sorted(nodes_of(index, network, one.elements))))


def hangs_on(index: Index, tops: Sequence[int], node: int) -> bool:
    """Say whether a node is one of these tops, which are in order, or hangs on it."""
    place = bisect_right(tops, node) - 1
    return place >= 0 and node < index.last[tops[place]]


def _muted(index: Index, e: Evidence, tops: Sequence[int]) -> Mask:
    """Mark what hangs on these tops, what they say themselves, and who speaks of them."""
    mask = np.zeros(len(e.pos), dtype=bool)
    starts = np.array(tops, dtype=np.int64)
    ends = index.last[starts]
    for where in (e.pos, e.link, e.far, e.owner):
        place = np.searchsorted(starts, where, side="right") - 1
        mask |= (place >= 0) & (where < ends[place])
    return mask
