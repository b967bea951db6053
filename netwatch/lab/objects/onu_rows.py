"""Who stands on which PON port with which number, and columns over them for any maker's tables."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple
from zlib import crc32

from netwatch.lab.objects.interfaces import Interface
from netwatch.lab.objects.tree import Column
from netwatch.lab.plan import Port
from netwatch.lab.standing import Onu, OnuState, likeness
from netwatch.lab.terminals import epon_address, numbered
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Oid, Tag, Value

NEAREST_M, FARTHEST_M = 200, 9_000
_SERIAL: Final = re.compile(r"([A-Za-z]{4})([0-9A-Fa-f]{8})")

Of = Callable[[DeviceId, Onu], Value]


class Seat(NamedTuple):
    """Where an ONU stands: its port's interface, and its number there."""

    port: Interface
    number: int
    onu: DeviceId


def seats(world: World, interfaces: Sequence[Interface], first: int) -> list[Seat]:
    """Return all ONUs of an OLT, port by port in the order of their numbers."""
    plan = world.plan
    return [
        Seat(interface, number, onu)
        for interface in interfaces
        if interface.pon
        for number, onu in numbered(plan.pon[interface.pon], plan.terminals, first)
    ]


def columns_over(world: World, onus: Mapping[Oid, DeviceId]) -> Callable[[Oid, Tag, Of], Column]:
    """Return what makes a column over these rows: of each its ONU, as it stands when asked."""
    rows = sorted(onus)

    def column(prefix: Oid, tag: Tag, of: Of) -> Column:
        return Column(
            prefix, tag, lambda: rows, lambda row: of(onus[row], world.standing.onus[onus[row]])
        )

    return column


def online_count(world: World, prefix: Oid, ports: Mapping[Oid, Port]) -> Column:
    """Return a column by port: how many of its ONUs are online."""
    rows = sorted(ports)

    def count(row: Oid) -> int:
        members = world.plan.pon[ports[row]]
        return sum(world.standing.onus[onu].state is OnuState.ONLINE for onu in members)

    return Column(prefix, Tag.INTEGER, lambda: rows, count)


def serial_octets(onu: DeviceId, serial: str | None) -> bytes:
    """Return the eight octets of a GPON serial number: ``HWTC1A2B3C4D`` is HWTC and four octets."""
    written = _SERIAL.fullmatch(serial or "")
    if written is None:
        return b"LABX" + crc32((serial or onu).encode()).to_bytes(4, "big")
    return written[1].upper().encode() + bytes.fromhex(written[2])


def apart(world: World, all_seats: Sequence[Seat]) -> tuple[list[Seat], list[Seat]]:
    """Return the ONUs of GPON, and those of EPON: the latter have a MAC address for a serial."""
    devices = world.plan.network.devices
    epon = [seat for seat in all_seats if epon_address(devices[seat.onu].serial) is not None]
    known = {seat.onu for seat in epon}
    return [seat for seat in all_seats if seat.onu not in known], epon


def metres(onu: DeviceId) -> int:
    """Return how long an ONU's fibre is."""
    return int(NEAREST_M + (FARTHEST_M - NEAREST_M) * likeness(f"m {onu}"))


def port_number(interface: Interface) -> int:
    """Return the last number in a PON port's name: 3 of ``epon0/3``."""
    digits = re.findall(r"[0-9]+", interface.pon.name if interface.pon else "")
    return int(digits[-1]) if digits else 0
