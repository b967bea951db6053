"""A few lines, told by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import Any

from netwatch.inventory.places.records import (
    Extract,
    GearRecord,
    LineRecord,
    MacSeen,
    OnuSeen,
    SessionSeen,
    Sightings,
)
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network

NIGHT = datetime(2026, 11, 14, 2, 0, tzinfo=UTC)
OLT = DeviceId("olt-1")
NETWORK = Network(
    devices={
        OLT: Device(id=OLT, kind=DeviceKind.OLT, address=IPv4Address("127.20.0.3")),
        DeviceId("sw-1"): Device(id=DeviceId("sw-1"), kind=DeviceKind.SWITCH),
    }
)


def serial(number: int) -> str:
    """Return the serial of the ONU that truly serves a line."""
    return f"HWTC{number + 1:08X}"


def line(number: int, **said: Any) -> LineRecord:
    """Return a line as a source says it, all of it true but what is said otherwise."""
    record = LineRecord(
        key=f"N{number}",
        subscriber=f"S{number}",
        gear="7",
        port=f"0/1/{number % 4}",
        onu_serial=serial(number),
        logins=(f"user{number:04d}",),
        street="Polna",
        house=str(number + 1),
        town="Dolina",
    )
    return replace(record, **said)


def onu(number: int, **seen: Any) -> OnuSeen:
    """Return what the OLT's table shows of it."""
    shown = OnuSeen(
        olt=OLT, port=f"0/1/{number % 4}", serial=serial(number), onu=str(number), state="online"
    )
    return replace(shown, **seen)


def mac(number: int) -> str:
    """Return the MAC of the router in a home."""
    return f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}"


def heard(number: int, port: str = "") -> MacSeen:
    """Return where it is heard."""
    return MacSeen(device=OLT, port=port or f"0/1/{number % 4}:{number}", mac=mac(number))


def session(number: int) -> SessionSeen:
    """Return its login at work."""
    return SessionSeen(login=f"user{number:04d}", mac=mac(number), seen_at=NIGHT)


def said(*lines: LineRecord) -> Extract:
    """Return all that the source says."""
    gear = GearRecord(key="7", name="OLT one", address="127.20.0.3")
    return Extract(source="billing", taken_at=NIGHT, gear=(gear,), lines=lines)


def shown(
    *onus: OnuSeen, macs: tuple[MacSeen, ...] = (), sessions: tuple[SessionSeen, ...] = ()
) -> Sightings:
    """Return all that the network shows."""
    return Sightings(onus=onus, macs=macs, sessions=sessions, taken_at=NIGHT)
