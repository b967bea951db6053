"""What was found at one address. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from netwatch.model.network import Address, DeviceKind
from netwatch.pollers.gear.neighbours import Neighbour

Place = tuple[Address, str]
"""A port of a found device; "" where nobody names the port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """One interface, by every name it may be called."""

    part: str
    """The name that tells it from all others of the device."""
    index: str
    names: frozenset[str]
    mac: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onu:
    """An ONU that an OLT lists."""

    port: str
    """Of the OLT, as the OLT calls it."""
    serial: str
    number: str = field(default="", compare=False)
    """On its port."""
    state: str = field(default="", compare=False)
    description: str = field(default="", compare=False)
    """What people wrote there, made readable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A device that answers."""

    address: Address
    snmp: str | None = None
    """The credential's name that it took; None: it answers echoes only."""
    name: str = ""
    """sysName, as the device sends it, made readable."""
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    profile: str | None = None
    kind: DeviceKind | None = None
    chassis: frozenset[str] = frozenset()
    """Its hardware addresses, its own bridge's first of all."""
    ports: tuple[Port, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    learnt: Mapping[str, str] = field(default_factory=dict)
    """Its bridge table: hardware address -> the port behind which it was heard."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Its address table (ARP, neighbour discovery): IP address -> hardware address."""
    facing: Mapping[str, str] = field(default_factory=dict)
    """Its address table: IP address -> its own port that leads there."""
    over: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Port -> what lies over it: the aggregate that it is a member of, which bridge tables name,
    and networks that leave by it, which address tables name."""
    also: tuple[Address, ...] = ()
    """Other addresses at which the same device answers."""
    onus: tuple[Onu, ...] = ()
    """Whom it lists as its ONUs, where that was asked."""
    cut: tuple[str, ...] = ()
    """What it has more of than was read, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A link between two found devices. An end without a port name has ""."""

    ends: tuple[Place, Place]
    by: str
    """lldp, cdp, mndp, bridge (a bridge table), arp (an address table) or parent (a person)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What could not be drawn: a device without a link, or a port that hears too many."""

    address: Address
    why: str
    places: tuple[Place, ...] = ()
    """Where it may hang."""
    mac: str = ""
    """Its hardware address, where one is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """Somebody whom a found device hears, and who was not found."""

    place: Place
    neighbour: Neighbour


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How what was found hangs together."""

    links: tuple[Drawn, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    strangers: tuple[Stranger, ...] = ()
