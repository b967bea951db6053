"""What a source says of gear and lines, and what the network itself shows.

The seam between those who read sources and those who join them. Nothing here is personal beyond
the address where a line ends; contacts travel apart (``ContactRecord``) and never in an extract.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from netwatch.model.faults import NetwatchError
from netwatch.model.names import DeviceId


class SourceError(NetwatchError):
    """A source was not read whole: nothing of it is used, and what was known before stays."""

    def __init__(self, source: str, wrong: str, remedy: str) -> None:
        super().__init__(f"source {source}: {wrong}\n  {remedy}")
        self.source = source
        self.wrong = wrong
        self.remedy = remedy


# --- what a source says -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class GearRecord:
    """A device as a source knows it."""

    key: str
    """The source's own id of it."""
    name: str = ""
    kind: str = ""
    model: str = ""
    serial: str = ""
    address: str = ""
    mac: str = ""
    location: str = ""
    snmp: str = ""
    """The name of a credential, never the secret."""
    ports: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRecord:
    """A link as a source knows it; ``a`` and ``b`` are keys of gear."""

    a: str
    a_port: str = ""
    b: str
    b_port: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecord:
    """A subscriber's line (one login, one node): no names, no phones."""

    key: str
    """The source's own id of the line."""
    subscriber: str
    """The source's id of the customer."""
    gear: str = ""
    """Key of the gear that it is said to hang on."""
    port: str = ""
    onu_serial: str = ""
    logins: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """IP addresses, as written."""
    circuit: str = ""
    street: str = ""
    house: str = ""
    town: str = ""
    plan: str = ""
    services: tuple[str, ...] = ("internet",)
    critical: bool = False
    language: str = ""
    active: bool = True
    lat: float | None = None
    """Where the line ends, in degrees, if the source knows."""
    lon: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """All that one source said in one go: whole or not at all."""

    source: str
    taken_at: datetime
    gear: tuple[GearRecord, ...] = ()
    wires: tuple[WireRecord, ...] = ()
    lines: tuple[LineRecord, ...] = ()


def suspended_in(extracts: Iterable[Extract]) -> frozenset[tuple[str, str]]:
    """Return the lines, by source and key, that are known there and not served."""
    return frozenset(
        (extract.source, line.key)
        for extract in extracts
        for line in extract.lines
        if not line.active
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """How to reach a customer: for the erasable store alone."""

    subscriber: str
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    language: str = ""
    consent: bool | None = None
    """None: the source does not say. What was kept before stands; at first, it is taken for yes."""
    two_way: bool | None = None
    """None: the source does not say. What was kept before stands; at first, it is taken for no."""
    not_agreed: tuple[str, ...] = ()
    """Ways that were not agreed to: ``sms``, ``mail``."""


# --- what the network shows ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OnuSeen:
    """An ONU in its OLT's own table."""

    olt: DeviceId
    port: str
    serial: str
    description: str = ""
    state: str = ""
    onu: str = ""
    """Its number on the port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MacSeen:
    """A MAC address in a device's bridge table."""

    device: DeviceId
    port: str
    mac: str
    vlan: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitSeen:
    """A circuit id that an access node put on a request (DHCP option 82, PPPoE tag)."""

    login: str = ""
    mac: str = ""
    address: str = ""
    circuit: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSeen:
    """A login at work: from which MAC, at which gateway."""

    login: str
    mac: str = ""
    address: str = ""
    nas: str = ""
    nas_port: str = ""
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """All that the network showed in one go."""

    onus: tuple[OnuSeen, ...] = ()
    macs: tuple[MacSeen, ...] = ()
    circuits: tuple[CircuitSeen, ...] = ()
    sessions: tuple[SessionSeen, ...] = ()
    taken_at: datetime
