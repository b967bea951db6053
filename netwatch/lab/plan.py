"""Network -> the lab's plan: what is wired to what, what each power feed and risk carries.

Built once from the inventory; nothing in here changes when something breaks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from netwatch.lab.terminals import Terminal
from netwatch.model.names import AreaId, DeviceId, LinkId, RiskId, SiteId
from netwatch.model.network import Device, DeviceKind, Link, Network, Power, RiskKind

PASSIVE: Final = frozenset({DeviceKind.SPLITTER, DeviceKind.CABINET, DeviceKind.PARTNER})
"""Needs no mains here, has no agent and no light of its own."""
HOME: Final = frozenset({DeviceKind.ONU, DeviceKind.CPE})
UPS_MINUTES: Final = 60.0
"""How long a battery lasts where the inventory does not say."""


class Port(NamedTuple):
    """A port of a device, as the inventory names it."""

    device: DeviceId
    name: str


class Arm(NamedTuple):
    """One way out of a device: through which link, to which neighbour, over which ports."""

    link: LinkId
    to: DeviceId
    near: Port | None
    far: Port | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The network as the lab wires it."""

    network: Network
    arms: Mapping[DeviceId, tuple[Arm, ...]]
    ports: frozenset[Port]
    pon: Mapping[Port, tuple[DeviceId, ...]]
    """The ONUs read through each PON port, in id order."""
    feeds: Mapping[DeviceId, frozenset[RiskId]]
    bearing: Mapping[RiskId, frozenset[DeviceId]]
    carried: Mapping[RiskId, frozenset[LinkId]]
    battery_minutes: Mapping[DeviceId, float]
    """Of the devices that outlive the mains for a while."""
    at_site: Mapping[SiteId, tuple[DeviceId, ...]]
    homes_in: Mapping[AreaId, frozenset[DeviceId]]
    elements: frozenset[str]
    """All names a fault may be done to."""
    terminals: Mapping[DeviceId, Terminal] = field(default_factory=dict)

    def written(self, onu: DeviceId) -> str:
        """Return what people wrote of an ONU into its OLT."""
        terminal = self.terminals.get(onu)
        return terminal.description if terminal is not None else self.network.devices[onu].name


def plan_of(network: Network, terminals: Mapping[DeviceId, Terminal] | None = None) -> Plan:
    """Work out the plan of a network, and of what is said of homes beside it."""
    arms = _arms(network.links.values())
    pon = _pon(network.devices.values())
    ports = frozenset(
        {arm.near for exits in arms.values() for arm in exits if arm.near} | pon.keys()
    )
    at_site: dict[SiteId, list[DeviceId]] = defaultdict(list)
    for device in network.devices.values():
        if device.site is not None:
            at_site[device.site].append(device.id)
    return Plan(
        network=network,
        arms=arms,
        ports=ports,
        pon=pon,
        feeds={device.id: _feeds(network, device) for device in network.devices.values()},
        bearing=_bearing(network),
        carried=_carried(network.links.values()),
        battery_minutes=_batteries(network, at_site),
        at_site={site: tuple(devices) for site, devices in at_site.items()},
        homes_in=_homes(network),
        elements=_elements(network, ports),
        terminals=terminals or {},
    )


def _arms(links: Iterable[Link]) -> dict[DeviceId, tuple[Arm, ...]]:
    arms: dict[DeviceId, list[Arm]] = defaultdict(list)
    for link in links:
        ends = [
            (end.device, None if end.port is None else Port(end.device, end.port))
            for end in link.ends
        ]
        (here, near), (there, far) = ends
        arms[here].append(Arm(link.id, there, near, far))
        arms[there].append(Arm(link.id, here, far, near))
    return {device: tuple(exits) for device, exits in arms.items()}


def _pon(devices: Iterable[Device]) -> dict[Port, tuple[DeviceId, ...]]:
    pon: dict[Port, list[DeviceId]] = defaultdict(list)
    for device in devices:
        if device.kind is DeviceKind.ONU and device.via is not None and device.port is not None:
            pon[Port(device.via, device.port)].append(device.id)
    return {port: tuple(sorted(onus)) for port, onus in pon.items()}


def _power(network: Network, device: Device) -> Power | None:
    if device.power is not None:
        return device.power
    return network.sites[device.site].power if device.site is not None else None


def _feeds(network: Network, device: Device) -> frozenset[RiskId]:
    """Return the power risks whose failure takes this device's mains."""
    if device.kind in PASSIVE:
        return frozenset()
    power = _power(network, device)
    borne = device.risks + (network.sites[device.site].risks if device.site is not None else ())
    feeds = {risk for risk in borne if network.risks[risk].kind is RiskKind.POWER}
    if power is not None and power.feed is not None:
        feeds.add(power.feed)
    return frozenset(feeds)


def _batteries(
    network: Network, at_site: Mapping[SiteId, Iterable[DeviceId]]
) -> dict[DeviceId, float]:
    devices = network.devices
    with_ups = {
        site: next((devices[d] for d in there if devices[d].kind is DeviceKind.UPS), None)
        for site, there in at_site.items()
    }
    minutes: dict[DeviceId, float] = {}
    for device in devices.values():
        power = _power(network, device)
        ups = with_ups[device.site] if device.site is not None else None
        if device.kind in PASSIVE:
            continue
        if power is not None and (power.backed or device.kind is DeviceKind.UPS):
            minutes[device.id] = UPS_MINUTES if power.minutes is None else power.minutes
        elif ups is not None and device.power is None:
            backing = _power(network, ups)
            own = backing.minutes if backing is not None else None
            minutes[device.id] = UPS_MINUTES if own is None else own
    return minutes


def _bearing(network: Network) -> dict[RiskId, frozenset[DeviceId]]:
    bearing: dict[RiskId, set[DeviceId]] = defaultdict(set)
    for device in network.devices.values():
        site = network.sites[device.site].risks if device.site is not None else ()
        for risk in (*device.risks, *site):
            bearing[risk].add(device.id)
    return {risk: frozenset(devices) for risk, devices in bearing.items()}


def _carried(links: Iterable[Link]) -> dict[RiskId, frozenset[LinkId]]:
    carried: dict[RiskId, set[LinkId]] = defaultdict(set)
    for link in links:
        for risk in link.risks:
            carried[risk].add(link.id)
    return {risk: frozenset(links) for risk, links in carried.items()}


def _homes(network: Network) -> dict[AreaId, frozenset[DeviceId]]:
    homes: dict[AreaId, set[DeviceId]] = {area: set() for area in network.areas}
    for subscriber in network.subscribers.values():
        device, area = subscriber.device, subscriber.area
        if device is None or network.devices[device].kind not in HOME:
            continue
        while area is not None:
            homes[area].add(device)
            area = network.areas[area].within
    return {area: frozenset(devices) for area, devices in homes.items()}


def _elements(network: Network, ports: Iterable[Port]) -> frozenset[str]:
    names = {"self"}
    names.update(f"device:{device}" for device in network.devices)
    names.update(f"link:{link}" for link in network.links)
    names.update(f"risk:{risk}" for risk in network.risks)
    names.update(f"site:{site}" for site in network.sites)
    names.update(f"area:{area}" for area in network.areas)
    for port in ports:
        part = port.name
        while part:
            names.add(f"port:{port.device}/{part}")
            part = part.rpartition("/")[0]
    return frozenset(names)
