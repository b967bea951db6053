"""What devices would answer while elements of the network are down: made, never asked."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from netwatch.correlation.fallen_cards import nodes_called
from netwatch.model.arrivals import Answered, Sample
from netwatch.model.names import AreaId, DeviceId, ElementName, device_element
from netwatch.model.network import DeviceKind, Network
from netwatch.pipeline import Pipeline, StageRules
from netwatch.service.plan.rehearsal import HEALTHY, Stage
from netwatch.service.plan.world import HOMES, World

MOST_AT_ONCE: Final = 2000
"""So many answers are one arrival at most: between two the real night gets its turn."""
MOST_OF_ALL: Final = 0.6
"""A place that takes more of all people than this is no good exercise: nobody is left."""


class Seen(NamedTuple):
    """What is seen while something is down."""

    key: tuple[frozenset[int], bool]
    bad: list[tuple[int, str | None]]
    deaf: frozenset[int]
    """Of these nothing is heard: who would be asked for them is silent."""
    well: list[Answered]


class Field(Stage):
    """The network as a drill sees it; one vantage sees all of it."""

    def __init__(
        self, network: Network, rules: StageRules, by_hand: frozenset[DeviceId] = frozenset()
    ) -> None:
        """Take what falls, the judgement, and who is asked on its command line."""
        self._last: Seen | None = None
        self.world = World(replace(network, vantages={}), rules.correlation, by_hand)
        super().__init__(network, rules, self.world.speaks)

    @property
    def pipeline(self) -> Pipeline:
        """Return the pipeline that has seen nothing yet."""
        return self._healthy

    @property
    def network(self) -> Network:
        """Return the network as its pipeline knows it."""
        return self._network

    def nodes(self, element: str) -> list[int]:
        """Return what an element is in the tree; empty: nothing of it can be seen to fall."""
        kind, _, name = element.partition(":")
        if kind in ("site", "area"):
            return self._of_place(kind, name)
        return nodes_called(self._healthy.correlation.court, ElementName(element))

    def people_below(self, nodes: Collection[int]) -> int:
        """Return how many people hang on these nodes at the most."""
        return sum(self.world.people_below(node) for node in nodes)

    def round(
        self, failed: Collection[int], at: datetime, *, power: bool = False
    ) -> Iterator[Sample | Answered]:
        """Yield one round of answers and silence while these nodes are down.

        Args:
            failed: nodes of the tree.
            at: when they are asked, all at once.
            power: what is down lost its mains, so homes gasp before they go.
        """
        seen = self._seen_with(failed, power=power)
        for source, word in seen.bad:
            yield self._said(source, word, at)
        for well in seen.well:
            yield replace(well, at=at)

    def looked_at(
        self, devices: Iterable[DeviceId], failed: Collection[int], at: datetime, *, power: bool
    ) -> Iterator[Sample | Answered]:
        """Yield what these devices answer when they are asked once more."""
        seen = self._seen_with(failed, power=power)
        said = dict(seen.bad)
        asked = sorted({source for one in devices for source in self._of.get(one, ())} - seen.deaf)
        for source in asked:
            if source in said:
                yield self._said(source, said[source], at)
        well = [source for source in asked if source not in said]
        if well:
            yield self._answered(well, at)

    def _seen_with(self, failed: Collection[int], *, power: bool) -> "Seen":
        """Return what is seen while these nodes are down; made once, not in every round."""
        key = (frozenset(failed), power)
        if self._last is None or self._last.key != key:
            bad, deaf = self.changed(sorted(key[0]), power=power)
            unwell = deaf | {source for source, _ in bad}
            well = [one for one in np.flatnonzero(self._heard).tolist() if one not in unwell]
            parts = [
                self._answered(well[first : first + MOST_AT_ONCE], HEALTHY)
                for first in range(0, len(well), MOST_AT_ONCE)
            ]
            self._last = Seen(key, bad, frozenset(deaf), parts)
        return self._last

    def chosen(self) -> ElementName | None:
        """Return a good place for a drill: many people hang on it, and not nearly all of them."""
        everybody = len(self._network.subscribers)
        found = max(self._places(lambda people: people <= everybody * MOST_OF_ALL), default=None)
        found = found or max(self._places(lambda _: True), default=None)
        return found[1] if found else None

    def part_of(self, nodes: Collection[int]) -> list[int]:
        """Return one piece below these nodes: the one that most people hang on."""
        below = [
            (self.world.people_below(node), -node, node)
            for top in nodes
            for node in self._children(top)
        ]
        return [max(below)[2]] if below else list(nodes)

    def elsewhere(self, nodes: Collection[int]) -> list[int]:
        """Return another place: neither below these nodes nor above them."""
        last = self.index.last
        for _, element in sorted(self._places(lambda _: True), reverse=True):
            other = self.nodes(element)
            apart = all(
                not (a <= b < int(last[a]) or b <= a < int(last[b])) for a in nodes for b in other
            )
            if other and apart:
                return other
        return []

    def _places(self, fits: Callable[[int], bool]) -> Iterator[tuple[int, ElementName]]:
        network = self._network
        spared = {network.vantage, *network.gateways}
        for device in network.devices.values():
            if device.id in spared or device.kind in HOMES or device.kind is DeviceKind.CABINET:
                continue
            people = self.people_below(self.nodes(device_element(device.id)))
            if people and fits(people):
                yield people, device_element(device.id)

    def _children(self, top: int) -> Iterator[int]:
        """Yield the nodes right below one, each once; of what has one child, that one's."""
        node, end = top + 1, int(self.index.last[top])
        only = int(self.index.last[node]) == end if node < end else False
        if only and int(self.index.last[node]) > node + 1:
            yield from self._children(node)
            return
        while node < end:
            yield node
            node = int(self.index.last[node])

    def _of_place(self, kind: str, name: str) -> list[int]:
        network = self._network
        if kind == "site":
            held = [one.id for one in network.devices.values() if one.site == name]
        else:
            area = AreaId(name)
            held = [
                one.device
                for one in network.subscribers.values()
                if one.device is not None and area in network.areas_around(one.area)
            ]
        found = (node for one in held for node in self.nodes(device_element(one)))
        return sorted(set(found))

    def _all_is_well(self, at: datetime) -> None:
        """Let nothing be seen yet: a drill begins with a round of its own time."""
