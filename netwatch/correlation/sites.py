"""Which gear stands at one place: what takes the place takes all of it.

Homes are left out: a house is no place with gear, however many live there. A place where all there
is stands is none either: that everything is dark says nothing of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from netwatch.correlation.evidence import HOMES
from netwatch.correlation.topology import Index
from netwatch.model.names import SiteId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.model.network import Site as Place

LEAST: Final = 2
PASSIVE: Final = frozenset({DeviceKind.SPLITTER, DeviceKind.CABINET, DeviceKind.PARTNER})
"""What needs no mains, as far as anybody knows."""


@dataclass(frozen=True, slots=True)
class Site:
    """The gear at one place, as nodes of one vantage's tree."""

    devices: tuple[int, ...]
    mains: bool
    """Whether this gear needs mains; splitters are looked at where nothing else stands."""
    backed: bool
    """Whether a power cut does not take it at once."""


@dataclass(frozen=True, slots=True)
class Sites:
    """The places of a network with several devices."""

    every: tuple[Site, ...] = ()
    at: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """By a device's node, or that of what leads to it alone: the place, and the device's node."""


def sites_of(network: Network, index: Index) -> Sites:
    """Find the places where several devices stand."""
    there: dict[tuple[SiteId, str], list[Device]] = defaultdict(list)
    many: dict[str, int] = defaultdict(int)
    for device in network.devices.values():
        if device.kind in HOMES or device.id not in index.device:
            continue
        tree = device.id.partition("@")[2]
        many[tree] += index.device[device.id] > 0
        if device.site is not None and device.site in network.sites:
            there[device.site, tree].append(device)
    every: list[Site] = []
    at: dict[int, tuple[int, int]] = {}
    for (place, tree), devices in sorted(there.items()):
        fed = [d for d in devices if d.kind not in PASSIVE]
        nodes = tuple(sorted(index.device[d.id] for d in fed or devices))
        if len(nodes) < LEAST or sum(index.device[d.id] > 0 for d in devices) == many[tree]:
            continue
        for node in nodes:
            at.update(dict.fromkeys(_leads_to(index, node), (len(every), node)))
        every.append(Site(nodes, bool(fed), _backed(network.sites[place], fed)))
    return Sites(tuple(every), at)


def _leads_to(index: Index, device: int) -> Iterator[int]:
    """Yield a device and the port and link through which nothing else is reached."""
    yield device
    below = device
    for node in index.above(device):
        if node in index.kinds or node != below - 1 or index.last[node] != index.last[device]:
            return
        yield node
        below = node


def _backed(place: Place, fed: list[Device]) -> bool:
    """Say whether a battery carries a place: its own, one for each device, or a UPS in it."""
    if place.power is not None and place.power.backed:
        return True
    own = bool(fed) and all(d.power is not None and d.power.backed for d in fed)
    return own or any(d.kind is DeviceKind.UPS for d in fed)
