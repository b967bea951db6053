"""Network + broken elements -> what hangs below them: who has no way to a gateway left."""

from collections.abc import Collection, Iterator

from netwatch.model.names import (
    DeviceId,
    ElementName,
    RiskId,
    device_element,
    port_element,
    risk_element,
    slots_of,
)
from netwatch.model.network import Link, Network


def cut_off(network: Network, broken: Collection[ElementName]) -> frozenset[DeviceId]:
    """Return the devices without a way to any gateway once ``broken`` elements are gone.

    Those that had no way before are not counted: the inventory, not the fault, cut them off.
    """
    return reached(network, ()) - reached(network, broken)


class Ways:
    """The ways through a network, laid out once for questions about single devices."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._links: dict[DeviceId, list[tuple[DeviceId, Link]]] = {}
        for link in network.links.values():
            one, other = (end.device for end in link.ends)
            self._links.setdefault(one, []).append((other, link))
            self._links.setdefault(other, []).append((one, link))
        self.roots = network.gateways or ((network.vantage,) if network.vantage else ())

    def cut_off(self, device: DeviceId, broken: Collection[ElementName]) -> bool:
        """Say whether a device has no way to a gateway once these are gone, and had one before."""
        return not self._leads(device, frozenset(broken)) and self._leads(device, frozenset())

    def _leads(self, device: DeviceId, gone: frozenset[ElementName]) -> bool:
        """Look for a gateway from the device on; a home finds the way up before all else."""
        if _device_gone(self._network, device, gone):
            return False
        seen, waiting = {device}, [device]
        while waiting:
            here = waiting.pop()
            if here in self.roots:
                return True
            for near, link in reversed(self._links.get(here, ())):
                gone_ = _link_gone(link, gone) or _device_gone(self._network, near, gone)
                if near not in seen and not gone_:
                    seen.add(near)
                    waiting.append(near)
        return False


def reached(network: Network, broken: Collection[ElementName]) -> frozenset[DeviceId]:
    """Return the devices that still have a way to a gateway."""
    gone = frozenset(broken)
    roots = network.gateways or ((network.vantage,) if network.vantage else ())
    neighbours: dict[DeviceId, list[DeviceId]] = {}
    for link in network.links.values():
        if not _link_gone(link, gone):
            one, other = (end.device for end in link.ends)
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
    seen = {root for root in roots if not _device_gone(network, root, gone)}
    waiting = list(seen)
    while waiting:
        for near in neighbours.get(waiting.pop(), ()):
            if near not in seen and not _device_gone(network, near, gone):
                seen.add(near)
                waiting.append(near)
    return frozenset(seen)


def _device_gone(network: Network, device: DeviceId, gone: frozenset[ElementName]) -> bool:
    if device_element(device) in gone:
        return True
    return any(risk_element(risk) in gone for risk in _risks(network, device))


def _risks(network: Network, device: DeviceId) -> Iterator[RiskId]:
    known = network.devices.get(device)
    if known is None:
        return
    yield from known.risks
    site = network.sites.get(known.site) if known.site else None
    if site is not None:
        yield from site.risks


def _link_gone(link: Link, gone: frozenset[ElementName]) -> bool:
    if link.element in gone or any(risk_element(risk) in gone for risk in link.risks):
        return True
    return any(
        port_element(end.device, part) in gone
        for end in link.ends
        if end.port is not None
        for part in (end.port, *slots_of(end.port))
    )
