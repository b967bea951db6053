"""The operator's network + derived places -> the network in force; the operator's word wins."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from netwatch.inventory.drawn.lookup import areas_at
from netwatch.inventory.drawn.settling import area_of_gear
from netwatch.inventory.places.evidence import Spot
from netwatch.inventory.places.place import Home, Place
from netwatch.inventory.places.spelling import fold, port_key, serial_key, street_key
from netwatch.model.gazetteer import FEWEST, gazetteer
from netwatch.model.names import AreaId, DeviceId, LinkId, SubscriberId
from netwatch.model.network import (
    Area,
    Device,
    DeviceKind,
    End,
    Link,
    LocalName,
    Network,
    Subscriber,
)

_LONGEST: Final = 64
_BAD: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """The operator wrote one thing, the places say another; the operator's holds."""

    subscriber: SubscriberId
    written: DeviceId
    derived: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A network with the derived places in it."""

    network: Network
    conflicts: tuple[Conflict, ...] = ()
    dangling: tuple[tuple[str, str], ...] = ()
    """Lines whose device is no longer in the inventory; told by address alone."""


def spread(network: Network, places: Sequence[Place]) -> Spread:
    """Join places into a network: ONUs, the links to them, areas and subscribers."""
    if not places:
        return Spread(network=network)
    run = _Run(network, places)
    return run.spread()


def spread_digest(digest: str, places: Iterable[Place]) -> str:
    """Return the digest of a network with these places in it, from that of the network without."""
    ordered = sorted(places, key=lambda place: place.key)
    if not ordered:
        return digest
    whole = sha256(digest.encode())
    for place in ordered:
        whole.update(repr(place).encode())
    return f"sha256:{whole.hexdigest()}"


def device_id(spot: Spot) -> DeviceId:
    """Return the id of a derived ONU, or of the passive end of a port where none is known."""
    if spot.serial:
        return DeviceId(_ident(f"onu-{spot.serial.lower()}"))
    return DeviceId(_ident(f"{spot.device}.pon-{'-'.join(map(str, port_key(spot.port)))}"))


def subscriber_id(customer: str) -> SubscriberId:
    """Return the id in the network of a source's customer."""
    return SubscriberId(_ident(customer))


def _ident(text: str) -> str:
    plain = _BAD.sub("-", text).strip("-") or "x"
    if plain == text and len(text) <= _LONGEST:
        return plain
    return f"{plain[: _LONGEST - 9]}-{sha256(text.encode()).hexdigest()[:8]}"


class _Run:
    """One spreading: what is added to the operator's network, by id."""

    def __init__(self, network: Network, places: Sequence[Place]) -> None:
        self._old, self._all = network, places
        served = (place for place in places if not place.suspended)
        self._places = sorted(served, key=lambda place: place.key)
        self._devices = dict(network.devices)
        self._links = dict(network.links)
        self._areas = dict(network.areas)
        self._subscribers = dict(network.subscribers)
        self._onus = {
            (device.via, serial_key(device.serial)): device.id
            for device in network.devices.values()
            if device.via and device.serial
        }
        self._gazetteer = gazetteer(place.home for place in self._places)
        self._people: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for place in self._places:
            town, street = self._gazetteer.key_of(place.home)
            self._people[town,].add(place.subscriber)
            self._people[town, street].add(place.subscriber)
        self._drawn = _drawn(network.areas.values())
        self._at = _areas_at(network.areas, self._places)
        self._taken = {
            *network.risks, *network.sites, *network.areas, *network.links, *network.services,
            *network.devices, *network.subscribers,
        }  # fmt: skip
        self._made: dict[Spot, DeviceId] = {}
        self._derived: dict[tuple[str, str], AreaId | None] = {}

    def spread(self) -> Spread:
        conflicts: list[Conflict] = []
        dangling: list[tuple[str, str]] = []
        of_customer: dict[str, list[Place]] = defaultdict(list)
        for place in self._places:
            of_customer[place.subscriber].append(place)
        for customer, lines in of_customer.items():
            hung: dict[DeviceId | None, Place] = {}
            for place in lines:
                device = self._hang(place.spot) if place.spot else None
                if place.spot and device is None:
                    dangling.append(place.key)
                hung.setdefault(device, place)
            if len(hung) > 1:
                hung.pop(None, None)
            for number, (device, place) in enumerate(hung.items()):
                ident = SubscriberId(
                    _ident(customer if number == 0 else f"{customer}.{place.line}")
                )
                conflicts += self._settle(ident, device, place, customer)
        network = replace(
            self._old,
            devices=self._devices,
            links=self._links,
            areas=self._areas,
            subscribers=self._subscribers,
            digest=spread_digest(self._old.digest, self._all),
        )
        return Spread(network=network, conflicts=tuple(conflicts), dangling=tuple(dangling))

    def _hang(self, spot: Spot) -> DeviceId | None:
        upper = self._old.devices.get(spot.device)
        if upper is None:
            return None
        if spot.serial:
            known = self._onus.get((spot.device, spot.serial))
            return known or self._make(spot, DeviceKind.ONU)
        if spot.port and upper.kind is DeviceKind.OLT:
            return self._make(spot, DeviceKind.SPLITTER)
        return spot.device

    def _make(self, spot: Spot, kind: DeviceKind) -> DeviceId:
        if spot in self._made:
            return self._made[spot]
        ident = device_id(spot)
        while ident in self._taken:
            ident = DeviceId(_ident(f"{ident}+"))
        self._taken.add(ident)
        self._made[spot] = ident
        onu = kind is DeviceKind.ONU
        self._devices[ident] = Device(
            id=ident,
            kind=kind,
            via=spot.device if onu else None,
            port=spot.port if onu else None,
            serial=spot.serial if onu else None,
        )
        link = LinkId("--".join(sorted((spot.device, ident))))
        ends = (End(device=spot.device, port=spot.port or None), End(device=ident))
        self._links[link] = Link(id=link, ends=ends)
        return ident

    def _settle(
        self, ident: SubscriberId, device: DeviceId | None, place: Place, customer: str
    ) -> list[Conflict]:
        written = self._subscribers.get(ident)
        if written is not None:
            if written.device is not None:
                differs = device is not None and device != written.device
                area = written.area or self._area(place, written.device)
                self._subscribers[ident] = replace(written, area=area, home=_home(written, place))
                if not differs or device is None or self._same(written.device, device):
                    return []
                return [Conflict(subscriber=ident, written=written.device, derived=device)]
            area = written.area or self._area(place, device)
            self._subscribers[ident] = replace(
                written, device=device, area=area, home=_home(written, place)
            )
            return []
        contact = self._subscribers.get(subscriber_id(customer))
        self._subscribers[ident] = Subscriber(
            id=ident,
            device=device,
            area=self._area(place, device),
            language=place.language if _LANGUAGE.fullmatch(place.language) else None,
            name=contact.name if contact else "",
            phone=contact.phone if contact else "",
            email=contact.email if contact else "",
            address=f"{place.home.street} {place.home.house}".strip(),
            plan=place.plan,
            critical=place.critical,
            services=place.services or ("internet",),
            login=place.login,
            home=place.home,
            customer=customer if customer != ident else "",
            suspended=contact.suspended if contact else False,
        )
        return []

    def _same(self, written: DeviceId, derived: DeviceId) -> bool:
        """Say whether the operator wrote less exactly what was derived: the OLT of the ONU."""
        return self._devices[derived].via == written

    def _area(self, place: Place, device: DeviceId | None) -> AreaId | None:
        """Return the operator's area, by coordinates or name; else one made of the address.

        An area named by the address is left for the one around the home only if it is larger.
        """
        home, at = place.home, self._at.get(place.key)
        town, street = self._gazetteer.key_of(home)
        named = (self._drawn.get(name) for name in (street, street_key(home.street), town) if name)
        by_name = next(filter(None, named), None)
        if by_name is not None and (at is None or self._lies_in(by_name, at)):
            return by_name
        if at is not None:
            return at
        if not town and not street:
            return area_of_gear(self._devices, device) if place.lat is None else None
        key = (town, street)
        if key not in self._derived:
            self._derived[key] = self._derive(town, street)
        return self._derived[key]

    def _lies_in(self, inner: AreaId, outer: AreaId) -> bool:
        here: AreaId | None = inner
        while here is not None and here != outer:
            here = self._old.areas[here].within
        return here is not None

    def _derive(self, town: str, street: str) -> AreaId | None:
        """Return the street's area, or its town's where too few people live in the street.

        People, not lines: five lines of one firm are one neighbour.
        """
        areas, taken, known = self._areas, self._taken, self._gazetteer
        above: AreaId | None = None
        if town and len(self._people[town,]) >= FEWEST:
            above = _area(areas, taken, f"town-{fold(town)}", known.towns[town], None)
        if street and len(self._people[town, street]) >= FEWEST:
            words = f"street-{fold(town)}-{fold(street)}"
            return _area(areas, taken, words, known.names[town, street], above)
        return above


def _home(written: Subscriber, place: Place) -> Home | None:
    """Return the home that the source gave, unless the operator wrote an address himself."""
    return None if written.address else place.home


def _areas_at(
    areas: Mapping[AreaId, Area], places: Iterable[Place]
) -> dict[tuple[str, str], AreaId]:
    """Return the drawn area in which each home lies that has coordinates."""
    points = {
        place.key: (place.lon, place.lat)
        for place in places
        if place.lon is not None and place.lat is not None
    }
    found = zip(points, areas_at(areas, list(points.values())), strict=True)
    return {key: area for key, area in found if area is not None}


def _drawn(areas: Iterable[Area]) -> dict[str, AreaId]:
    """Return the areas that the operator drew, by each of their names; the first of two wins."""
    found: dict[str, AreaId] = {}
    for area in areas:
        names = (area.name.default, *(text for _, text in area.name.by_language), area.id)
        for name in names:
            found.setdefault(street_key(name), area.id)
    found.pop("", None)
    return found


def _area(
    areas: dict[AreaId, Area], taken: set[str], words: str, name: str, within: AreaId | None
) -> AreaId:
    ident = AreaId(_ident(words.replace(" ", "-").strip("-")))
    while ident in taken and (ident not in areas or areas[ident].name.default != name):
        ident = AreaId(_ident(f"{ident}+"))
    if ident not in areas:
        taken.add(ident)
        areas[ident] = Area(id=ident, name=LocalName(name), within=within, derived=True)
    return ident
