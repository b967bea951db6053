"""The network twice: as seen from the vantage, and as served from the gateways."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.topology import Index, build, cut_roots
from netwatch.model.names import DeviceId, ElementName, SubscriberId
from netwatch.model.network import Device, DeviceKind, Network

PASSIVE = frozenset({DeviceKind.SPLITTER, DeviceKind.CABINET, DeviceKind.PARTNER, DeviceKind.OTHER})
"""Kinds that nobody expects to answer."""
HOMES = frozenset({DeviceKind.ONU, DeviceKind.CPE})


@dataclass
class World:
    """What hangs on what, for those who look and for those who are served."""

    network: Network
    rules: CorrelationRules
    by_hand: frozenset[DeviceId] = frozenset()
    """Devices that are asked on their command line."""

    @cached_property
    def seen(self) -> Index:
        """Return the index of what the vantage sees."""
        return build(self.network, self.rules)

    @cached_property
    def served(self) -> Index:
        """Return the index of who gets service: its root stands before the gateways."""
        network = self.network
        if network.gateways == (network.vantage,) or not network.gateways:
            return self.seen
        return build(replace(network, vantage=None), self.rules)

    @cached_property
    def asked_by_snmp(self) -> bool:
        """Say whether this inventory names credentials at all: a bare one is only replayed."""
        return any(device.snmp for device in self.network.devices.values())

    def speaks(self, device: Device) -> bool:
        """Say whether a device can be asked for more than an echo."""
        read = bool(device.snmp) or device.id in self.by_hand or not self.asked_by_snmp
        return device.address is not None and read

    def served_nodes(self, elements: Iterable[ElementName]) -> list[int]:
        """Return the nodes of elements in the served index, in order."""
        found = (self.served.node(element) for element in elements)
        return sorted({node for node in found if node is not None})

    def lost(self, elements: Iterable[ElementName]) -> list[SubscriberId]:
        """Return who is without service once these have failed."""
        nodes = self.served_nodes(elements)
        return self.served.subscribers_below(cut_roots(self.served, nodes)) if nodes else []

    def people_below(self, node: int) -> int:
        """Return how many hang below a node of the seen index, itself included."""
        return self._counted[int(self.seen.last[node])] - self._counted[node]

    @cached_property
    def _counted(self) -> Sequence[int]:
        sums = [0]
        for node in range(len(self.seen)):
            sums.append(sums[-1] + len(self.seen.people.get(node, ())))
        return sums
