"""Which ports are on one card: nothing that an inventory has, the names of ports tell of it.

``0/3/1`` to ``0/3/8`` are frame, slot and port; ``GPON0/1`` to ``GPON0/16`` are all ports of a box
with one card built in. A switch has cards where its ports tell of more than one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from netwatch.correlation.topology import Index
from netwatch.model.names import DeviceId, ElementName, device_element, port_element, slots_of
from netwatch.model.network import DeviceKind, Network

LEAST: Final = 2
SWITCHES: Final = frozenset({DeviceKind.SWITCH, DeviceKind.ROUTER, DeviceKind.BNG})


@dataclass(frozen=True, slots=True)
class Card:
    """The nodes of ports, or of links, that hang on one card of a device."""

    device: int
    element: ElementName
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of a network: what holds others comes before these."""

    every: tuple[Card, ...] = ()
    of: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """The cards, by place, of each member."""
    called: Mapping[ElementName, tuple[int, ...]] = field(default_factory=dict)


def cards_of(network: Network, index: Index) -> Cards:
    """Find the cards that the names of ports tell of."""
    ports: dict[DeviceId, list[tuple[str, int]]] = defaultdict(list)
    for (device, port), node in index.port.items():
        ports[device].append((port, node))
    for link in network.links.values():
        for end in link.ends:
            known = network.devices.get(end.device)
            if known is not None and known.kind in SWITCHES and end.port and link.id in index.link:
                ports[end.device].append((end.port, index.link[link.id]))
    found: list[Card] = []
    for device, own in sorted(ports.items()):
        found += _cards(device, own, index, olt=network.devices[device].kind is DeviceKind.OLT)
    of: dict[int, list[int]] = defaultdict(list)
    for place, card in enumerate(found):
        for node in card.members:
            of[node].append(place)
    called: dict[ElementName, tuple[int, ...]] = {}
    for card in found:
        called[card.element] = (*called.get(card.element, ()), *card.members)
    return Cards(tuple(found), {n: tuple(places) for n, places in of.items()}, called)


def _cards(
    device: DeviceId, own: Sequence[tuple[str, int]], index: Index, *, olt: bool
) -> Iterable[Card]:
    """Yield the cards of one device, the widest first; all ports of an OLT fail with the device."""
    plain, node = DeviceId(device.partition("@")[0]), index.device[device]
    slots: dict[str, set[int]] = defaultdict(set)
    for port, member in own:
        below = node < member < index.last[node] and member not in index.block
        for slot in slots_of(port) if below else ():
            slots[slot].add(member)
    names, every = {port for port, _ in own}, {member for _, member in own}
    deepest = {slots_of(port)[-1:] for port in names}
    if olt and len(every) >= LEAST and (len(deepest) > 1 or () in deepest):
        yield Card(node, device_element(plain), tuple(sorted(every)))
    seen: set[frozenset[int]] = set()
    for slot, members in sorted(slots.items(), key=lambda s: (-len(s[1]), -len(s[0]), s[0])):
        same = members == every and len(deepest) > 1
        if len(members) < LEAST or frozenset(members) in seen or slot in names:
            continue
        if not same and (olt or members < every):
            seen.add(frozenset(members))
            yield Card(node, port_element(plain, slot), tuple(sorted(members)))
