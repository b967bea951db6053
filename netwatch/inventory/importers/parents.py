"""A source's links -> what gear without a link, and lines on passive gear, hang on. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from netwatch.inventory.places.records import Extract, GearRecord, LineRecord
from netwatch.model.names import DeviceId
from netwatch.model.network import Network

Key = str
"""Gear as the source numbers it."""
PASSIVE: Final = ("splitter", "cabinet")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Hook:
    """A link that a source knows, and that the inventory lacks."""

    device: DeviceId
    """No links lead from it to netwatch."""
    parent: DeviceId
    behind: tuple[str, ...] = ()
    """Names of gear between the two that the inventory does not have: splitters, boxes."""


def hooks(extract: Extract, network: Network) -> tuple[Hook, ...]:
    """Return where devices hang from which no links lead to netwatch, as a source's links say it.

    Between two parts of the inventory that hang apart every link of the source counts. Behind gear
    that the inventory lacks stands what it leads to, if that is one device on the way to netwatch,
    and no other.
    """
    known = recognised(extract.gear, network)
    parts = _parts(network)
    homeless = _apart(network, parts)
    if not homeless & set(known.values()):
        return ()
    near: defaultdict[Key, set[Key]] = defaultdict(set)
    for wire in extract.wires:
        near[wire.a].add(wire.b)
        near[wire.b].add(wire.a)
    found = {*_direct(near, known, parts, homeless), *_behind(near, known, homeless, extract.gear)}
    pairs = {frozenset((one.device, one.parent)): one for one in sorted(found, reverse=True)}
    return tuple(sorted(pairs.values()))


def recognised(gear: Iterable[GearRecord], network: Network) -> Mapping[Key, DeviceId]:
    """Return which gear is which device: by its address, else by its name as id or name."""
    addresses = {str(one.address): one.id for one in network.devices.values() if one.address}
    names: defaultdict[str, set[DeviceId]] = defaultdict(set)
    for device in network.devices.values():
        for name in filter(None, (device.id, device.name)):
            names[name.lower()].add(device.id)
    known: dict[Key, DeviceId] = {}
    for one in gear:
        bearers = names.get(one.name.lower(), set())
        device_id = addresses.get(one.address) or (min(bearers) if len(bearers) == 1 else None)
        if device_id is not None:
            known[one.key] = device_id
    return known


def adrift(network: Network) -> frozenset[DeviceId]:
    """Return the devices with an address from which no links lead to netwatch; none without one.

    Gear that another device answers for is none: it is where that says.
    """
    if network.vantage is None:
        return frozenset()
    known = network.devices
    return frozenset(
        device
        for device in _apart(network, _parts(network))
        if known[device].address is not None and known[device].via is None
    )


def _apart(network: Network, parts: Mapping[DeviceId, DeviceId]) -> set[DeviceId]:
    ours = parts.get(network.vantage) if network.vantage is not None else None
    return {device for device, part in parts.items() if part != ours}


def _parts(network: Network) -> dict[DeviceId, DeviceId]:
    """Return to which part of the inventory a device belongs: what hangs together is one."""
    near: defaultdict[DeviceId, set[DeviceId]] = defaultdict(set)
    for link in network.links.values():
        a, b = (end.device for end in link.ends)
        near[a].add(b)
        near[b].add(a)
    parts: dict[DeviceId, DeviceId] = {}
    for start in network.devices:
        left = [start]
        while left:
            device = left.pop()
            if device not in parts:
                parts[device] = start
                left += near[device]
    return parts


def _direct(
    near: Mapping[Key, set[Key]],
    known: Mapping[Key, DeviceId],
    parts: Mapping[DeviceId, DeviceId],
    homeless: set[DeviceId],
) -> Iterator[Hook]:
    for key, device in known.items():
        for other in near.get(key, ()):
            parent = known.get(other)
            if device in homeless and parent is not None and parts[parent] != parts[device]:
                yield Hook(device=device, parent=parent)


def _behind(
    near: Mapping[Key, set[Key]],
    known: Mapping[Key, DeviceId],
    homeless: set[DeviceId],
    gear: Iterable[GearRecord],
) -> Iterator[Hook]:
    names = {one.key: one.name or one.key for one in gear}
    seen: set[Key] = set()
    for start in sorted(near):
        if start in known or start in seen:
            continue
        between, around = _component(start, near, known)
        seen |= between
        parents = around - homeless
        if len(parents) == 1:
            behind = tuple(sorted(names.get(key, key) for key in between))
            for device in around & homeless:
                yield Hook(device=device, parent=next(iter(parents)), behind=behind)


def _component(
    start: Key, near: Mapping[Key, set[Key]], known: Mapping[Key, DeviceId]
) -> tuple[set[Key], set[DeviceId]]:
    """Return unknown gear that hangs together, and the devices around it."""
    between, around, left = {start}, set(), [start]
    while left:
        for other in near[left.pop()]:
            if other in known:
                around.add(known[other])
            elif other not in between:
                between.add(other)
                left.append(other)
    return between, around


def lifted(extract: Extract, network: Network) -> Extract:
    """Return an extract whose lines hang on gear that can be asked, not on what divides light.

    A line on a splitter or in a cabinet that the inventory does not have is put to the one OLT
    (else the one other gear) that this leads to by the source's links, on the port where it does.
    """
    passive = {one.key for one in extract.gear if one.kind in PASSIVE}
    passive -= recognised(extract.gear, network).keys()
    if not passive:
        return extract
    kinds = {one.key: one.kind for one in extract.gear}
    near: defaultdict[Key, set[tuple[Key, str]]] = defaultdict(set)
    for wire in extract.wires:
        near[wire.a].add((wire.b, wire.b_port))
        near[wire.b].add((wire.a, wire.a_port))
    above: dict[Key, tuple[Key, str]] = {}
    for start in passive:
        ends = _ends(start, near, passive)
        olts = {key for key, _ in ends if kinds.get(key) == "olt"}
        others = {key for key, _ in ends if kinds.get(key) != "onu"}
        found = olts or others
        if len(found) == 1:
            key = next(iter(found))
            ports = {port for end, port in ends if end == key}
            above[start] = (key, next(iter(ports)) if len(ports) == 1 else "")
    return replace(extract, lines=tuple(_raised(line, above) for line in extract.lines))


def _ends(
    start: Key, near: Mapping[Key, set[tuple[Key, str]]], passive: set[Key]
) -> set[tuple[Key, str]]:
    """Return what passive gear leads to, and the port there."""
    seen, ends, left = {start}, set(), [start]
    while left:
        for other, port in near.get(left.pop(), ()):
            if other not in passive:
                ends.add((other, port))
            elif other not in seen:
                seen.add(other)
                left.append(other)
    return ends


def _raised(line: LineRecord, above: Mapping[Key, tuple[Key, str]]) -> LineRecord:
    if line.gear not in above:
        return line
    gear, port = above[line.gear]
    return replace(line, gear=gear, port=port)
