"""PON tables in the shape of two vendors, from numeric OIDs."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from zlib import crc32

from netwatch.lab.makes import Pon
from netwatch.lab.objects.interfaces import Interface
from netwatch.lab.objects.tree import Column
from netwatch.lab.plan import Port
from netwatch.lab.standing import Onu, OnuState, likeness
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Oid, Tag, Value

NO_READING: Final = 2_147_483_647
UNKNOWN: Final = -1
NEAREST_M, FARTHEST_M = 200, 9_000

_HUAWEI: Final = (1, 3, 6, 1, 4, 1, 2011, 6, 128, 1, 1, 2)
HUAWEI_SERIAL: Final = (*_HUAWEI, 43, 1, 3)
HUAWEI_RUN_STATUS: Final = (*_HUAWEI, 46, 1, 15)
HUAWEI_DISTANCE: Final = (*_HUAWEI, 46, 1, 20)
HUAWEI_LAST_DOWN: Final = (*_HUAWEI, 46, 1, 24)
HUAWEI_RX_POWER: Final = (*_HUAWEI, 51, 1, 4)
HUAWEI_ONLINE: Final = (*_HUAWEI, 21, 1, 16)
HUAWEI_UP, HUAWEI_DOWN = 1, 2
HUAWEI_CAUSE: Final[Mapping[OnuState, int]] = {OnuState.LOS: 1, OnuState.DYING_GASP: 13}

_ZTE: Final = (1, 3, 6, 1, 4, 1, 3902, 1012, 3, 28)
ZTE_SERIAL: Final = (*_ZTE, 1, 1, 5)
ZTE_PHASE: Final = (*_ZTE, 2, 1, 4)
ZTE_PHASES: Final[Mapping[OnuState, int]] = {
    OnuState.LOS: 1,
    OnuState.ONLINE: 3,
    OnuState.DYING_GASP: 4,
}
_SERIAL: Final = re.compile(r"([A-Za-z]{4})([0-9A-Fa-f]{8})")


class Place(NamedTuple):
    """Where an ONU stands in its OLT's tables, and who it is."""

    row: Oid
    onu: DeviceId


def pon_tables(
    world: World, interfaces: Sequence[Interface], vendor: Pon | None
) -> Iterator[Column]:
    """Yield the vendor's tables over all ONUs of an OLT."""
    ports = [
        (table_index(interface, vendor), interface.pon) for interface in interfaces if interface.pon
    ]
    match vendor:
        case Pon.HUAWEI:
            first, columns = 0, _huawei
            yield _online(world, interfaces)
        case Pon.ZTE:
            first, columns = 1, _zte
        case None:
            return
    places = [
        Place((index, number), onu)
        for index, port in ports
        for number, onu in enumerate(world.plan.pon[port], first)
    ]
    yield from columns(world, {place.row: place.onu for place in places})


def table_index(interface: Interface, vendor: Pon | None) -> int:
    """Return a PON port's index in the vendor's tables: Huawei's is the ifIndex, ZTE's is not.

    Source: a recording of a ZTE C320, where gpon_1/1/1 has ifIndex 268435456 and stands in the
    tables as 268501248: slot and port counted from 1 there, from 0 in the ifIndex.
    """
    return interface.index + (1 << 16) + (1 << 8) if vendor is Pon.ZTE else interface.index


def serial_octets(onu: DeviceId, serial: str | None) -> bytes:
    """Return the eight octets of a GPON serial number: ``HWTC1A2B3C4D`` is HWTC and four octets."""
    written = _SERIAL.fullmatch(serial or "")
    if written is None:
        return b"LABX" + crc32((serial or onu).encode()).to_bytes(4, "big")
    return written[1].upper().encode() + bytes.fromhex(written[2])


def _columns_over(
    world: World, onus: Mapping[Oid, DeviceId]
) -> Callable[[Oid, Tag, Callable[[DeviceId, Onu], Value]], Column]:
    rows = sorted(onus)

    def column(prefix: Oid, tag: Tag, of: Callable[[DeviceId, Onu], Value]) -> Column:
        return Column(
            prefix, tag, lambda: rows, lambda row: of(onus[row], world.standing.onus[onus[row]])
        )

    return column


def _huawei(world: World, onus: Mapping[Oid, DeviceId]) -> Iterator[Column]:
    column = _columns_over(world, onus)
    devices = world.plan.network.devices
    yield column(HUAWEI_SERIAL, Tag.OCTETS, lambda onu, _: serial_octets(onu, devices[onu].serial))
    yield column(
        HUAWEI_RUN_STATUS,
        Tag.INTEGER,
        lambda _, now: HUAWEI_UP if now.state is OnuState.ONLINE else HUAWEI_DOWN,
    )
    yield column(HUAWEI_DISTANCE, Tag.INTEGER, _distance)
    yield column(
        HUAWEI_LAST_DOWN,
        Tag.INTEGER,
        lambda onu, _: HUAWEI_CAUSE.get(world.last_down.get(onu, OnuState.ONLINE), UNKNOWN),
    )
    yield column(HUAWEI_RX_POWER, Tag.INTEGER, lambda _, now: _hundredths(now.rx_dbm))


def _zte(world: World, onus: Mapping[Oid, DeviceId]) -> Iterator[Column]:
    column = _columns_over(world, onus)
    devices = world.plan.network.devices
    yield column(ZTE_SERIAL, Tag.OCTETS, lambda onu, _: serial_octets(onu, devices[onu].serial))
    yield column(ZTE_PHASE, Tag.INTEGER, lambda _, now: ZTE_PHASES[now.state])


def _online(world: World, interfaces: Sequence[Interface]) -> Column:
    """Count the ONUs online on each port, as Huawei does."""
    ports: dict[Oid, Port] = {
        (interface.index,): interface.pon for interface in interfaces if interface.pon
    }
    rows = sorted(ports)

    def count(row: Oid) -> int:
        members = world.plan.pon[ports[row]]
        return sum(world.standing.onus[onu].state is OnuState.ONLINE for onu in members)

    return Column(HUAWEI_ONLINE, Tag.INTEGER, lambda: rows, count)


def _distance(onu: DeviceId, now: Onu) -> int:
    if now.state is not OnuState.ONLINE:
        return UNKNOWN
    return int(NEAREST_M + (FARTHEST_M - NEAREST_M) * likeness(f"m {onu}"))


def _hundredths(dbm: float | None) -> int:
    return NO_READING if dbm is None else round(dbm * 100)
