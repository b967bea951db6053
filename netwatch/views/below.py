"""Network + broken elements -> what hangs below them: who has no way to a gateway left."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from netwatch.model.names import (
    AreaId,
    DeviceId,
    ElementName,
    RiskId,
    device_element,
    port_element,
    risk_element,
    site_element,
    slots_of,
)
from netwatch.model.network import Device, Link, Network, Subscriber


def cut_off(network: Network, broken: Collection[ElementName]) -> frozenset[DeviceId]:
    """Return the devices without a way to any gateway once ``broken`` elements are gone.

    Those that had no way before are not counted: the inventory, not the fault, cut them off.
    """
    return reached(network, ()) - reached(network, broken)


class Ways:
    """The ways through a network, laid out once, at the first question about single devices."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.roots = network.gateways or ((network.vantage,) if network.vantage else ())

    @cached_property
    def _links(self) -> Mapping[DeviceId, Sequence[tuple[DeviceId, Link]]]:
        """By device what is near and through which link: a third of a second for 100,000."""
        found: dict[DeviceId, list[tuple[DeviceId, Link]]] = {}
        for link in self.network.links.values():
            one, other = (end.device for end in link.ends)
            found.setdefault(one, []).append((other, link))
            found.setdefault(other, []).append((one, link))
        return found

    def cut_off(self, device: DeviceId, broken: Collection[ElementName]) -> bool:
        """Say whether a device has no way to a gateway once these are gone, and had one before.

        Of a broken area that is what serves people of it and nobody outside.
        """
        gone = frozenset(broken)
        lost = self._serves_only(device, gone) or not self._leads(device, gone)
        return lost and self._leads(device, frozenset())

    def _serves_only(self, device: DeviceId, gone: frozenset[ElementName]) -> bool:
        areas = {AreaId(one.removeprefix("area:")) for one in gone if one.startswith("area:")}
        if not areas:
            return False
        people = self._people.get(device, ())
        return bool(people) and all(
            not areas.isdisjoint(self.network.areas_around(s.area)) for s in people
        )

    @cached_property
    def _people(self) -> Mapping[DeviceId, Sequence[Subscriber]]:
        """By device who hangs there."""
        found: dict[DeviceId, list[Subscriber]] = {}
        for one in self.network.subscribers.values():
            if one.device is not None:
                found.setdefault(one.device, []).append(one)
        return found

    def _leads(self, device: DeviceId, gone: frozenset[ElementName]) -> bool:
        """Look for a gateway from the device on; a home finds the way up before all else."""
        if _device_gone(self.network, device, gone):
            return False
        seen, waiting = {device}, [device]
        while waiting:
            here = waiting.pop()
            if here in self.roots:
                return True
            for near, link in reversed(self._links.get(here, ())):
                gone_ = _link_gone(link, gone) or _device_gone(self.network, near, gone)
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
    known = network.devices.get(device)
    if known is None:
        return False
    if known.site is not None and site_element(known.site) in gone:
        return True
    return any(risk_element(risk) in gone for risk in _risks(network, known))


def _risks(network: Network, known: Device) -> Iterator[RiskId]:
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
