"""Sites, gear and homes with coordinates -> the area each lies in; exchanged coordinates told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from netwatch.inventory.drawn.geojson import Shape
from netwatch.inventory.drawn.lookup import areas_at
from netwatch.inventory.drawn.rings import Point
from netwatch.inventory.findings import Findings
from netwatch.model.faults import Place
from netwatch.model.names import AreaId, DeviceId, SubscriberId
from netwatch.model.network import Device, DeviceKind, Network, Site, Subscriber

NEAR_HOMES: Final = frozenset(
    {DeviceKind.ONU, DeviceKind.CPE, DeviceKind.SWITCH, DeviceKind.SPLITTER, DeviceKind.CABINET}
)
"""Gear that stands where those live whom it serves; an OLT or a mast serves whole towns."""
AROUND: Final = 0.5
"""Degrees around a file's shapes in which coordinates are plausible."""


def settle(network: Network, homes: Mapping[SubscriberId, Point]) -> Network:
    """Return the network with the areas that coordinates give to those who have none of their own.

    A subscriber of whom neither coordinates nor an address are known lies where the gear does that
    it hangs on, if such gear stands with the people it serves.

    Args:
        network: as it was written; its areas know their outlines.
        homes: longitude and latitude of subscribers, in degrees.
    """
    if not any(area.outline for area in network.areas.values()):
        return network
    spots = _spots(network, homes)
    at = dict(zip(spots, areas_at(network.areas, list(spots.values())), strict=True))
    sites = {one.id: replace(one, area=at.get(one.id)) for one in network.sites.values()}
    devices: dict[DeviceId, Device] = {}
    for device in network.devices.values():
        own = at.get(device.id)
        if device.id not in at and device.site is not None and device.site in sites:
            own = sites[device.site].area
        devices[device.id] = replace(device, area=own) if own else device
    subscribers: dict[SubscriberId, Subscriber] = {}
    for one in network.subscribers.values():
        area = one.area or at.get(one.id)
        if area is None and one.id not in at and not one.address:
            area = area_of_gear(devices, one.device)
        subscribers[one.id] = one if area == one.area else replace(one, area=area)
    return replace(network, sites=sites, devices=devices, subscribers=subscribers)


def area_of_gear(devices: Mapping[DeviceId, Device], device: DeviceId | None) -> AreaId | None:
    """Return the area of the gear somebody hangs on, if it stands where they live."""
    found = devices.get(device) if device is not None else None
    return found.area if found is not None and found.kind in NEAR_HOMES else None


def tell_exchanged(
    network: Network,
    shapes: Iterable[Shape],
    homes: Mapping[SubscriberId, Point],
    written: Mapping[str, Place],
    findings: Findings,
) -> None:
    """Tell which file, or which coordinates, have latitude and longitude exchanged.

    A file none of whose shapes has a known point near it, though most would be near if exchanged,
    is an error; a single point that lies in an outline only if exchanged is a warning.
    """
    spots = _spots(network, homes)
    points = list(spots.values())
    wrong = [shown for shown, box in _boxes(shapes) if _exchanged(box, points)]
    for shown in wrong:
        findings.error(
            Place(shown),
            "has latitude and longitude exchanged, by the coordinates of sites, gear and homes",
            "write the longitude first, as RFC 7946 has it; or correct those of the inventory",
        )
    if wrong or not points:
        return
    inside = areas_at(network.areas, points)
    lost = [ident for ident, area in zip(spots, inside, strict=True) if area is None]
    turned = areas_at(network.areas, [spots[ident][::-1] for ident in lost])
    told: dict[str, list[tuple[str, AreaId]]] = defaultdict(list)
    for ident, area in zip(lost, turned, strict=True):
        if area is not None:
            told[written[ident].path].append((ident, area))
    for found in told.values():
        ident, area = found[0]
        more = f", and {len(found) - 1} more in this file" if len(found) > 1 else ""
        findings.warn(
            written[ident],
            f"{ident!r} lies in no drawn area, but in {area!r} with lat and lon exchanged{more}",
            "exchange the two if so; lat is some 50 in Poland and Czechia, lon some 12 to 24",
        )


def _spots(network: Network, homes: Mapping[SubscriberId, Point]) -> dict[str, Point]:
    """Return all known points by the ids, unique over the inventory, of what stands there."""
    stands: list[Site | Device] = [*network.sites.values(), *network.devices.values()]
    spots = {
        str(one.id): (one.lon, one.lat)
        for one in stands
        if one.lon is not None and one.lat is not None
    }
    return spots | {str(sid): point for sid, point in homes.items()}


Box = tuple[float, float, float, float]
"""West, south, east, north."""


def _boxes(shapes: Iterable[Shape]) -> list[tuple[str, Box]]:
    outer: dict[str, list[Point]] = defaultdict(list)
    for shape in shapes:
        outer[shape.place.path] += [point for one in shape.polygons for point in one[0]]
    return [(shown, _box(points)) for shown, points in outer.items()]


def _box(points: Sequence[Point]) -> Box:
    lons, lats = [one[0] for one in points], [one[1] for one in points]
    return min(lons), min(lats), max(lons), max(lats)


def _exchanged(box: Box, points: Sequence[Point]) -> bool:
    west, south, east, north = box

    def near(lon: float, lat: float) -> bool:
        return west - AROUND <= lon <= east + AROUND and south - AROUND <= lat <= north + AROUND

    if not points or any(near(lon, lat) for lon, lat in points):
        return False
    return sum(near(lat, lon) for lon, lat in points) * 2 > len(points)
