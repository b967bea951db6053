"""A made-up province in which nothing is wrong, and defects of every kind to plant in it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from netwatch.model.names import AreaId, DeviceId, LinkId, RiskId, SiteId, SubscriberId
from netwatch.model.network import (
    Area,
    Device,
    DeviceKind,
    End,
    Link,
    LocalName,
    Network,
    Risk,
    RiskKind,
    Site,
    Subscriber,
)

LANGUAGES = ("pl", "cs", "uk", "en")
FIRST_ADDRESS = 0x7F400001


@dataclass
class Province:
    """Two cores, rings of four switches between them, an OLT and an access switch on each."""

    rings: int
    homes: int = 6
    """On each second splitter and each access switch."""
    ports: int = 2
    devices: dict[DeviceId, Device] = field(default_factory=dict)
    links: dict[LinkId, Link] = field(default_factory=dict)
    subscribers: dict[SubscriberId, Subscriber] = field(default_factory=dict)
    areas: dict[AreaId, Area] = field(default_factory=dict)
    sites: dict[SiteId, Site] = field(default_factory=dict)
    risks: dict[RiskId, Risk] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for n in (1, 2):
            self.gear(f"core-{n}", DeviceKind.ROUTER, site=self._site(f"pop-{n}"))
        self._join("l-cores", "core-1:xe-0", "core-2:xe-0")
        for ring in range(self.rings):
            self._ring(ring)

    @property
    def network(self) -> Network:
        """Return it as an inventory would be read."""
        return Network(
            vantage=DeviceId("core-1"),
            gateways=(DeviceId("core-1"), DeviceId("core-2")),
            risks=dict(self.risks),
            sites=dict(self.sites),
            areas=dict(self.areas),
            devices=dict(self.devices),
            links=dict(self.links),
            subscribers=dict(self.subscribers),
        )

    def _ring(self, ring: int) -> None:
        switches = [f"ag-{ring}-{n}" for n in range(4)]
        for name in switches:
            self.gear(name, DeviceKind.SWITCH, site=self._site(f"site-{name}"))
        chain = ["core-1", *switches, "core-2"]
        for n in range(len(chain) - 1):
            duct = RiskId(f"duct-{ring}-{n}")
            self.risks[duct] = Risk(id=duct, kind=RiskKind.DUCT)
            one, other = (
                f"{end}:r{ring}-{side}" for end, side in ((chain[n], "e"), (chain[n + 1], "w"))
            )
            self._join(f"ring-{ring}-{n}", one, other, (duct,))
        for n, name in enumerate(switches):
            (self._olt if n % 2 == 0 else self._access)(f"{ring}-{n}", name)

    def _olt(self, tag: str, above: str) -> None:
        olt = f"olt-{tag}"
        self.gear(olt, DeviceKind.OLT, site=self.devices[DeviceId(above)].site)
        self._join(f"l-{olt}", f"{above}:p1", f"{olt}:up")
        for port in range(self.ports):
            first = f"s1-{tag}-{port}"
            self.gear(first, DeviceKind.SPLITTER)
            self._join(f"f-{first}", f"{olt}:0/1/{port}", first)
            for branch in range(3):
                self._branch(tag, port, branch, first)

    def _branch(self, tag: str, port: int, branch: int, first: str) -> None:
        second = f"s2-{tag}-{port}-{branch}"
        self.gear(second, DeviceKind.SPLITTER)
        self._join(f"{first}--{second}", first, second)
        area = self._area(f"{tag}-{port}-{branch}")
        for home in range(self.homes):
            onu = f"onu-{tag}-{port}-{branch}-{home}"
            self.gear(onu, DeviceKind.ONU, via=DeviceId(f"olt-{tag}"), port=f"0/1/{port}")
            self._join(f"{second}--{onu}", second, onu)
            self.living(onu, area, LANGUAGES[home % len(LANGUAGES)])

    def _access(self, tag: str, above: str) -> None:
        switch = f"sw-{tag}"
        self.gear(switch, DeviceKind.SWITCH, site=self.devices[DeviceId(above)].site)
        self._join(f"l-{switch}", f"{above}:p1", f"{switch}:up")
        area = self._area(tag)
        for home in range(self.homes):
            cpe = f"cpe-{tag}-{home}"
            self.gear(cpe, DeviceKind.CPE)
            self._join(f"{switch}--{cpe}", f"{switch}:h{home}", cpe)
            self.living(cpe, area, LANGUAGES[home % len(LANGUAGES)])

    def gear(self, name: str, kind: DeviceKind, **more: object) -> None:
        """Add a device; what can answer gets an address and, being no home, a credential."""
        passive = kind in (DeviceKind.SPLITTER, DeviceKind.ONU)
        address = None if passive else IPv4Address(FIRST_ADDRESS + len(self.devices))
        snmp = None if passive or kind is DeviceKind.CPE else "access"
        self.devices[DeviceId(name)] = Device(
            id=DeviceId(name),
            kind=kind,
            address=address,
            snmp=snmp,
            **more,  # type: ignore[arg-type] # what a device has besides
        )

    def living(self, device: str, area: AreaId, language: str) -> None:
        """Let somebody live behind a device."""
        sid = SubscriberId(f"S-{device}")
        self.subscribers[sid] = Subscriber(
            id=sid, device=DeviceId(device), area=area, language=language
        )

    def change(self, name: str, **fields: object) -> None:
        """Change a device's record."""
        old = self.devices[DeviceId(name)]
        self.devices[old.id] = replace(old, **fields)  # type: ignore[arg-type] # as its fields

    def _join(self, name: str, one: str, other: str, risks: tuple[RiskId, ...] = ()) -> None:
        ends = (_end(one), _end(other))
        self.links[LinkId(name)] = Link(id=LinkId(name), ends=ends, risks=risks)

    def rejoin(self, name: str, one: str, other: str) -> None:
        """Write a link's ends anew."""
        self._join(name, one, other, self.links[LinkId(name)].risks)

    def _site(self, name: str) -> SiteId:
        self.sites[SiteId(name)] = Site(id=SiteId(name))
        return SiteId(name)

    def _area(self, tag: str) -> AreaId:
        area = AreaId(f"a-{tag}")
        names = tuple((code, f"{tag} {code}") for code in LANGUAGES)
        self.areas[area] = Area(id=area, name=LocalName(f"{tag} pl", names))
        return area


def _end(text: str) -> End:
    device, _, port = text.partition(":")
    return End(device=DeviceId(device), port=port or None)


Seed = tuple[str, str]
"""Kind of the defect, and the element that it must be told of."""
Spot = str
"""A ring's number; each is spoilt in one way."""


def _switch_unasked(p: Province, ring: Spot) -> Seed:
    p.change(f"sw-{ring}-1", address=None)
    return "not-asked", f"device:sw-{ring}-1"


def _onu_unasked(p: Province, ring: Spot) -> Seed:
    p.change(f"onu-{ring}-0-1-2-3", via=None)
    return "not-asked", f"device:onu-{ring}-0-1-2-3"


def _cpe_unasked(p: Province, ring: Spot) -> Seed:
    p.change(f"cpe-{ring}-3-2", address=None)
    return "not-asked", f"device:cpe-{ring}-3-2"


def _olt_unread(p: Province, ring: Spot) -> Seed:
    p.change(f"olt-{ring}-2", snmp=None)
    return "not-asked", f"device:olt-{ring}-2"


def _splitter_unseen(p: Province, ring: Spot) -> Seed:
    for home in range(p.homes):
        p.change(f"onu-{ring}-2-0-1-{home}", via=None)
    return "not-asked", f"device:s2-{ring}-2-0-1"


def _ring_unseen(p: Province, ring: Spot) -> Seed:
    p.rejoin(f"ring-{ring}-2", f"ag-{ring}-1", f"ag-{ring}-2")
    return "not-asked", f"link:ring-{ring}-2"


def _one_duct(p: Province, ring: Spot) -> Seed:
    duct = RiskId(f"dig-{ring}")
    p.risks[duct] = Risk(id=duct, kind=RiskKind.DUCT)
    for n in (1, 3):
        link = p.links[LinkId(f"ring-{ring}-{n}")]
        p.links[link.id] = replace(link, risks=(*link.risks, duct))
    return "shared-risk", f"risk:{duct}"


def _one_feed(p: Province, ring: Spot) -> Seed:
    feed = RiskId(f"grid-{ring}")
    p.risks[feed] = Risk(id=feed, kind=RiskKind.POWER)
    for n in (0, 3):
        p.change(f"ag-{ring}-{n}", risks=(feed,))
    return "shared-risk", f"risk:{feed}"


def _one_site(p: Province, ring: Spot) -> Seed:
    p.change(f"ag-{ring}-2", site=p.devices[DeviceId(f"ag-{ring}-0")].site)
    return "shared-risk", f"site:site-ag-{ring}-0"


def _two_boxes(p: Province, ring: Spot) -> Seed:
    first, closure = f"s1-{ring}-0-1", f"cab-{ring}"
    p.gear(closure, DeviceKind.SPLITTER)
    p.rejoin(f"f-{first}", f"olt-{ring}-0:0/1/1", closure)
    p._join(f"{closure}--{first}", closure, first)
    return "indistinguishable", f"device:{closure}"


def _area_unnamed(p: Province, ring: Spot) -> Seed:
    area = p.areas[AreaId(f"a-{ring}-1")]
    names = tuple(pair for pair in area.name.by_language if pair[0] != "uk")
    p.areas[area.id] = replace(area, name=LocalName(area.name.default, names))
    return "no-words", f"area:{area.id}"


def _strange_tongue(p: Province, ring: Spot) -> Seed:
    person = p.subscribers[SubscriberId(f"S-cpe-{ring}-1-0")]
    p.subscribers[person.id] = replace(person, language="pt")
    return "no-words", f"subscriber:{person.id}"


def _long_name(p: Province, ring: Spot) -> Seed:
    area = p.areas[AreaId(f"a-{ring}-3")]
    name = "ulice za starým mlýnem, horní konec obce a přilehlé chaty"
    p.areas[area.id] = replace(area, name=LocalName(name))
    return "does-not-fit", f"area:{area.id}"


def _no_area(p: Province, ring: Spot) -> Seed:
    person = p.subscribers[SubscriberId(f"S-onu-{ring}-0-0-0-1")]
    p.subscribers[person.id] = replace(person, area=None)
    return "nobody-told", f"subscriber:{person.id}"


def _no_device(p: Province, ring: Spot) -> Seed:
    area = AreaId(f"a-{ring}-2-1-1")
    for person in list(p.subscribers.values()):
        if person.area == area:
            p.subscribers[person.id] = replace(person, device=None)
    return "nobody-told", f"area:{area}"


SEEDS: tuple[Callable[[Province, Spot], Seed], ...] = (
    _switch_unasked,
    _onu_unasked,
    _cpe_unasked,
    _olt_unread,
    _splitter_unseen,
    _ring_unseen,
    _one_duct,
    _one_feed,
    _one_site,
    _two_boxes,
    _area_unnamed,
    _strange_tongue,
    _long_name,
    _no_area,
    _no_device,
)
"""Ways to spoil one ring of a province."""


def plant(province: Province, count: int, seed: int) -> list[Seed]:
    """Spoil ``count`` rings, each in one way, every way about as often; return what must be found.

    Args:
        province: with at least as many rings.
        count: how many defects.
        seed: decides where each comes.
    """
    rings = random.Random(seed).sample(range(province.rings), count)  # noqa: S311 - repeatable
    return [SEEDS[n % len(SEEDS)](province, str(ring)) for n, ring in enumerate(rings)]


def missing(planted: list[Seed], found: Iterator[tuple[str, str]]) -> list[Seed]:
    """Return what was planted and not found; ``found``: kind and element of what was."""
    told = set(found)
    return [seed for seed in planted if seed not in told]
