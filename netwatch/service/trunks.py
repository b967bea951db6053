"""Ports of a bridge that lead to other gear: no line ends there, whoever is heard behind them."""

from typing import Final

from netwatch.inventory.places.spelling import fold
from netwatch.model.names import DeviceId
from netwatch.model.network import DeviceKind, Network
from netwatch.pollers.discovery.found import Found

_FORWARDING: Final = frozenset(
    {DeviceKind.ROUTER, DeviceKind.BNG, DeviceKind.SWITCH, DeviceKind.OLT, DeviceKind.RADIO}
)


class Gear:
    """Whom of the inventory a bridge may have for a neighbour."""

    def __init__(self, network: Network) -> None:
        """Know all gear that forwards frames, by each of its names, and its links."""
        forwarding = {d.id: d for d in network.devices.values() if d.kind in _FORWARDING}
        self._names = {
            fold(text)
            for one in forwarding.values()
            for text in (one.id, one.name, str(one.address or ""))
        } - {""}
        self._linked = {
            (near.device, near.port)
            for link in network.links.values()
            for near, far in (link.ends, link.ends[::-1])
            if near.port and far.device in forwarding
        }

    def trunks(self, device: DeviceId, found: Found) -> frozenset[str]:
        """Return the ports of a device that lead to other gear of the inventory.

        They are those on which a neighbour says that it is one (LLDP, CDP, MNDP), and those to
        which a link was written, with what lies over them.
        """
        parts = {
            one.part
            for one in found.neighbours
            if not self._names.isdisjoint((fold(one.device), fold(one.address)))
        }
        parts |= {
            port.part
            for port in found.ports
            if any((device, name) in self._linked for name in (port.part, *port.names))
        }
        return frozenset(parts.union(*(found.over.get(part, ()) for part in parts)))
