"""What was found at one address. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from netwatch.model.network import Address, DeviceKind
from netwatch.pollers.gear.neighbours import Neighbour


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """One interface, by every name it may be called."""

    part: str
    """The name that tells it from all others of the device."""
    index: str
    names: frozenset[str]
    mac: str = ""


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
    """Its address table (ARP): IP address -> hardware address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A link between two found devices. An end without a port name has ""."""

    ends: tuple[tuple[Address, str], tuple[Address, str]]
    by: str
    """lldp, cdp, mndp or bridge."""
