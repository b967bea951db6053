"""The operator's network: what hangs on what, what fails together, who lives where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from netwatch.model.homes import Home, home_of
from netwatch.model.names import (
    AreaId,
    DeviceId,
    ElementName,
    LinkId,
    RiskId,
    ServiceId,
    SiteId,
    SubscriberId,
    link_element,
)

Address = IPv4Address | IPv6Address
Prefix = IPv4Network | IPv6Network


class DeviceKind(StrEnum):
    """What a device is; the kinds of contract section 3."""

    ROUTER = "router"
    BNG = "bng"
    SWITCH = "switch"
    OLT = "olt"
    ONU = "onu"
    CPE = "cpe"
    RADIO = "radio"
    SPLITTER = "splitter"
    CABINET = "cabinet"
    UPS = "ups"
    SENSOR = "sensor"
    SERVER = "server"
    PARTNER = "partner"
    OTHER = "other"


class RiskKind(StrEnum):
    """Why things fail together."""

    DUCT = "duct"
    POWER = "power"
    CHASSIS = "chassis"
    CARD = "card"
    LINE = "line"
    OTHER = "other"


class ServiceKind(StrEnum):
    """What customers use, as checked from their side."""

    DNS = "dns"
    DHCP = "dhcp"
    RADIUS = "radius"
    PPPOE = "pppoe"
    BGP = "bgp"
    HTTP = "http"
    SIP = "sip"
    REACH = "reach"
    NTP = "ntp"
    IPTV = "iptv"


@dataclass(frozen=True, slots=True)
class LocalName:
    """A name in the languages its owner gave: ``{"pl": "os. Polna"}``, or one for all."""

    default: str
    by_language: tuple[tuple[str, str], ...] = ()
    inside: tuple[tuple[str, str], ...] = ()
    """The name as it stands in a sentence that says "in" it, with that word, where the owner gave
    it: ``{"pl": "na os. Polnej"}``."""

    def in_language(self, language: str) -> str:
        """Return the name in ``language``, else the default one."""
        return next((text for code, text in self.by_language if code == language), self.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """How something is fed: by which power risk, and how long it lives without."""

    feed: RiskId | None = None
    backed: bool = False
    minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Things that fail together: a duct, a power feed, a chassis."""

    id: RiskId
    kind: RiskKind
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place with gear."""

    id: SiteId
    name: str = ""
    lat: float | None = None
    lon: float | None = None
    risks: tuple[RiskId, ...] = ()
    power: Power | None = None
    area: AreaId | None = None
    """The drawn area in which it lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where people live, as they would name it."""

    id: AreaId
    name: LocalName
    within: AreaId | None = None
    derived: bool = False
    """Made of addresses; the operator drew no area there."""
    outline: bytes = field(default=b"", repr=False)
    """What is drawn of it: well-known binary, longitude and latitude in degrees; or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Gear in the field, passive gear included: no address means never asked."""

    id: DeviceId
    kind: DeviceKind
    name: str = ""
    site: SiteId | None = None
    address: Address | None = None
    snmp: str | None = None
    """Name of the credential in netwatch.toml; the secret itself never stands here."""
    profile: str | None = None
    via: DeviceId | None = None
    """The device through which this one's state is read (an ONU's OLT)."""
    port: str | None = None
    serial: str | None = None
    risks: tuple[RiskId, ...] = ()
    power: Power | None = None
    lat: float | None = None
    lon: float | None = None
    area: AreaId | None = None
    """The drawn area in which it lies, by its own coordinates or its site's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a link; the port is None where nobody wrote it down."""

    device: DeviceId
    port: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A connection of two devices. Several between the same two are parallel members."""

    id: LinkId
    """The operator's id, or ``A--B`` (``A--B#2`` ...) for a link written short."""
    ends: tuple[End, End]
    """Of an uplink written short: the upper end first."""
    risks: tuple[RiskId, ...] = ()

    @property
    def element(self) -> ElementName:
        """Return the name that answers use."""
        return link_element(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A customer. Contacts stay here and in the contact store; facts hold the id alone."""

    id: SubscriberId
    device: DeviceId | None = None
    area: AreaId | None = None
    language: str | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    plan: str = ""
    critical: bool = False
    services: tuple[str, ...] = ("internet",)
    login: str = ""
    home: Home | None = None
    """Street, house and town apart, where a source gave them so; else they stand in ``address``."""
    customer: str = ""
    """The id of the person whose line it is, where that is another: one person, several lines."""
    suspended: bool = False
    """Whether the contract has no service just now, by what the customer file says."""

    @property
    def person(self) -> str:
        """Return whose line it is, as contacts are kept."""
        return self.customer or self.id

    @property
    def lives(self) -> Home:
        """Return where the line ends, read from the address where nobody gave it in pieces."""
        return self.home or home_of(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What customers use and what it needs to work."""

    id: ServiceId
    kind: ServiceKind
    target: str = ""
    asked_from: tuple[DeviceId, ...] = ()
    needs: tuple[str, ...] = ()
    """Ids of devices, links or services."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Everything the inventory says, cross-checked. Swapped whole on reload, never edited."""

    vantage: DeviceId | None = None
    vantages: Mapping[str, DeviceId] = field(default_factory=dict)
    gateways: tuple[DeviceId, ...] = ()
    risks: Mapping[RiskId, Risk] = field(default_factory=dict)
    sites: Mapping[SiteId, Site] = field(default_factory=dict)
    areas: Mapping[AreaId, Area] = field(default_factory=dict)
    devices: Mapping[DeviceId, Device] = field(default_factory=dict)
    links: Mapping[LinkId, Link] = field(default_factory=dict)
    """Uplinks written short included; an ONU with via/port alone has its link here too."""
    subscribers: Mapping[SubscriberId, Subscriber] = field(default_factory=dict)
    services: Mapping[ServiceId, Service] = field(default_factory=dict)
    own_prefixes: tuple[Prefix, ...] = ()
    management_prefixes: tuple[Prefix, ...] = ()
    digest: str = ""
    """``sha256:...`` over the files read, in path order."""

    def areas_around(self, area: AreaId | None) -> frozenset[AreaId]:
        """Return an area and those in which it lies, whatever circle they are drawn in."""
        found: set[AreaId] = set()
        while area is not None and area not in found:
            found.add(area)
            known = self.areas.get(area)
            area = known.within if known else None
        return frozenset(found)
