"""What the network shows -> the spots where a line can end, by serial, MAC, circuit, word."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from netwatch.inventory.places.circuits import read_circuit
from netwatch.inventory.places.evidence import Spot
from netwatch.inventory.places.records import CircuitSeen, OnuSeen, Sightings
from netwatch.inventory.places.spelling import (
    find_port,
    fold,
    mac_key,
    port_key,
    serial_key,
    split_onu,
)
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, End, Network

MOST_MACS: Final = 512
"""A port with more MAC addresses behind it is a trunk, not where a line ends."""
PASSIVE: Final = frozenset({DeviceKind.SPLITTER, DeviceKind.CABINET})
GONE_STATES: Final = frozenset({"offline", "los", "dying-gasp", "disabled"})


@dataclass(slots=True)
class Ground:
    """The network's own word, indexed. Built once, only read afterwards."""

    devices: Mapping[DeviceId, Device]
    upstream: dict[DeviceId, Spot] = field(default_factory=dict)
    """Of passive plant: the port of an OLT that feeds it."""
    by_serial: dict[str, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    descriptions: dict[Spot, str] = field(default_factory=dict)
    by_mac: dict[str, tuple[Spot, ...]] = field(default_factory=dict)
    by_number: dict[tuple[DeviceId, str, str], Spot] = field(default_factory=dict)
    """By OLT, port and the ONU's number on it."""
    ports: dict[DeviceId, dict[tuple[int, ...], str]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    by_name: dict[str, DeviceId] = field(default_factory=dict)
    """Devices by folded id and name, where only one bears it."""
    with_onus: set[DeviceId] = field(default_factory=set)
    working: set[Spot] = field(default_factory=set)
    seen: frozenset[DeviceId] = frozenset()
    """Devices that showed anything at all: of the others nothing is known tonight."""

    @property
    def places(self) -> int:
        """Return how many spots a line could end at."""
        return max(len(self.descriptions) + sum(len(one) for one in self.ports.values()), 100)

    def has_onus(self, spot: Spot) -> bool:
        """Say whether there are ONUs where this spot is."""
        return spot.device in self.with_onus

    def port_of(self, device: DeviceId, said: str) -> str:
        """Return the port of ``device`` that ``said`` means; empty where that is not clear."""
        return find_port(split_onu(said)[0], self.ports.get(device, {}))

    def spot(self, device: DeviceId, said: str, onu: str = "") -> Spot:
        """Return the narrowest spot that these words name."""
        head, number = split_onu(said)
        port = find_port(head, self.ports.get(device, {}))
        number = onu or number
        if not port:
            return Spot(device)
        return self.by_number.get((device, port, number), Spot(device, port))

    def circuit(self, text: str, hints: tuple[DeviceId, ...]) -> tuple[Spot, ...]:
        """Return the spots that a circuit id names; ``hints`` count where it names no node."""
        read = read_circuit(text)
        if read is None:
            return ()
        node = self.by_name.get(fold(read.node)) if read.node else None
        spots = {self.spot(one, read.port, read.onu) for one in ((node,) if node else hints)}
        return tuple(sorted(spot for spot in spots if spot.port))


def survey(sightings: Sightings, network: Network) -> Ground:
    """Index what was seen, beside what the inventory says."""
    devices = network.devices
    ground = Ground(devices)
    _name_devices(ground)
    for onu in sorted(sightings.onus, key=_onu_order):
        _take_onu(ground, onu)
    for device in devices.values():
        if device.port and device.via:
            ground.ports[device.via].setdefault(port_key(device.port), device.port)
    _take_macs(ground, sightings)
    _trace_plant(ground, network)
    ground.seen = frozenset(
        {onu.olt for onu in sightings.onus} | {mac.device for mac in sightings.macs}
    )
    return ground


def _trace_plant(ground: Ground, network: Network) -> None:
    """Follow splitters and cabinets up to the port that feeds them."""
    near: dict[DeviceId, list[End]] = defaultdict(list)
    for link in network.links.values():
        one, other = link.ends
        near[one.device].append(other)
        near[other.device].append(one)
        for end in link.ends:
            if end.port:
                ground.ports[end.device].setdefault(port_key(end.port), end.port)
    ahead = []
    for device in network.devices.values():
        if device.kind is DeviceKind.OLT:
            for end in near[device.id]:
                ahead += [
                    (end.device, Spot(device.id, ground.port_of(device.id, back.port or "")))
                    for back in near[end.device]
                    if back.device == device.id and back.port
                ]
    while ahead:
        plant, spot = ahead.pop()
        known = network.devices.get(plant)
        if known is None or known.kind not in PASSIVE or plant in ground.upstream:
            continue
        ground.upstream[plant] = spot
        ahead += [(end.device, spot) for end in near[plant]]


def _name_devices(ground: Ground) -> None:
    names: dict[str, set[DeviceId]] = defaultdict(set)
    for device in ground.devices.values():
        if device.kind is DeviceKind.ONU:
            continue
        for name in (device.id, device.name, str(device.address or "")):
            if fold(name):
                names[fold(name)].add(device.id)
    ground.by_name = {name: min(bearers) for name, bearers in names.items() if len(bearers) == 1}


def _onu_order(onu: OnuSeen) -> tuple[str, ...]:
    return (onu.olt, onu.port, onu.onu, onu.serial, onu.description, onu.state)


def _take_onu(ground: Ground, onu: OnuSeen) -> None:
    port, number = split_onu(onu.port)
    number = onu.onu or number
    ground.ports[onu.olt].setdefault(port_key(port), port)
    port = ground.ports[onu.olt][port_key(port)]
    serial = serial_key(onu.serial)
    if not serial:
        return
    spot = Spot(onu.olt, port, serial, number)
    if spot in ground.descriptions:
        return
    ground.by_serial[serial].append(spot)
    ground.with_onus.add(onu.olt)
    ground.descriptions[spot] = onu.description
    if onu.state not in GONE_STATES:
        ground.working.add(spot)
    if number:
        ground.by_number[onu.olt, port, number] = spot


def _take_macs(ground: Ground, sightings: Sightings) -> None:
    behind: Counter[tuple[DeviceId, str]] = Counter()
    sighted: dict[str, set[tuple[DeviceId, str]]] = defaultdict(set)
    for seen in sightings.macs:
        mac = mac_key(seen.mac)
        if mac and (seen.device, seen.port) not in sighted[mac]:
            sighted[mac].add((seen.device, seen.port))
            behind[seen.device, seen.port] += 1
    for mac, where in sighted.items():
        least = min(behind[one] for one in where)
        if least > MOST_MACS:
            continue
        spots = {_bridge_spot(ground, *one) for one in where if behind[one] == least}
        ground.by_mac[mac] = tuple(sorted(spots))


def _bridge_spot(ground: Ground, device: DeviceId, said: str) -> Spot:
    head, number = split_onu(said)
    known = ground.ports[device]
    port = find_port(head, known) or known.setdefault(port_key(head) or (-1,), head)
    return ground.by_number.get((device, port, number), Spot(device, port))


def latest_circuits(sightings: Sightings) -> dict[str, CircuitSeen]:
    """Return the newest circuit id by login, by MAC and by IP address (``l:``, ``m:``, ``a:``)."""
    newest: dict[str, tuple[datetime, str, CircuitSeen]] = {}
    for seen in sightings.circuits:
        keys = (
            f"l:{seen.login.lower()}" if seen.login else "",
            f"m:{mac_key(seen.mac)}" if mac_key(seen.mac) else "",
            f"a:{seen.address}" if seen.address else "",
        )
        for key in filter(None, keys):
            if key not in newest or (seen.seen_at, seen.circuit) > newest[key][:2]:
                newest[key] = (seen.seen_at, seen.circuit, seen)
    return {key: seen for key, (_, _, seen) in newest.items()}


def latest_sessions(sightings: Sightings) -> dict[str, str]:
    """Return, by login in small letters, the MAC of its newest session."""
    newest: dict[str, tuple[datetime, str]] = {}
    for seen in sightings.sessions:
        mac = mac_key(seen.mac)
        if mac and seen.login:
            here = (seen.seen_at, mac)
            newest[seen.login.lower()] = max(here, newest.get(seen.login.lower(), here))
    return {login: mac for login, (_, mac) in newest.items()}
