"""PON tables in the shapes of their makers; here Huawei's and ZTE's, from numeric OIDs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from netwatch.lab.makes import Pon
from netwatch.lab.objects.interfaces import Interface
from netwatch.lab.objects.onu_rows import (
    columns_over,
    metres,
    online_count,
    seats,
    serial_octets,
)
from netwatch.lab.objects.pon_bdcom import bdcom
from netwatch.lab.objects.pon_vsol import vsol
from netwatch.lab.objects.tree import Column
from netwatch.lab.plan import Port
from netwatch.lab.standing import Onu, OnuState
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Oid, Tag

NO_READING: Final = 2_147_483_647
UNKNOWN: Final = -1

_HUAWEI: Final = (1, 3, 6, 1, 4, 1, 2011, 6, 128, 1, 1, 2)
HUAWEI_SERIAL: Final = (*_HUAWEI, 43, 1, 3)
HUAWEI_DESCRIPTION: Final = (*_HUAWEI, 43, 1, 9)
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


def pon_tables(
    world: World, interfaces: Sequence[Interface], vendor: Pon | None
) -> Iterator[Column]:
    """Yield the vendor's tables over all ONUs of an OLT."""
    match vendor:
        case Pon.HUAWEI:
            ports: dict[Oid, Port] = {(one.index,): one.pon for one in interfaces if one.pon}
            yield online_count(world, HUAWEI_ONLINE, ports)
            yield from _huawei(world, _by_port(world, interfaces, vendor, 0))
        case Pon.ZTE:
            yield from _zte(world, _by_port(world, interfaces, vendor, 1))
        case Pon.VSOL:
            yield from vsol(world, interfaces)
        case Pon.BDCOM:
            yield from bdcom(world, interfaces)
        case None:
            return


def _by_port(
    world: World, interfaces: Sequence[Interface], vendor: Pon, first: int
) -> dict[Oid, DeviceId]:
    """Return the ONUs by their port's index and their number there."""
    return {
        (table_index(seat.port, vendor), seat.number): seat.onu
        for seat in seats(world, interfaces, first)
    }


def table_index(interface: Interface, vendor: Pon | None) -> int:
    """Return a PON port's index in the vendor's tables: Huawei's is the ifIndex, ZTE's is not.

    Source: a recording of a ZTE C320, where gpon_1/1/1 has ifIndex 268435456 and stands in the
    tables as 268501248: slot and port counted from 1 there, from 0 in the ifIndex.
    """
    return interface.index + (1 << 16) + (1 << 8) if vendor is Pon.ZTE else interface.index


def _huawei(world: World, onus: Mapping[Oid, DeviceId]) -> Iterator[Column]:
    column = columns_over(world, onus)
    devices = world.plan.network.devices
    yield column(HUAWEI_SERIAL, Tag.OCTETS, lambda onu, _: serial_octets(onu, devices[onu].serial))
    yield column(HUAWEI_DESCRIPTION, Tag.OCTETS, lambda onu, _: world.plan.written(onu).encode())
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
    column = columns_over(world, onus)
    devices = world.plan.network.devices
    yield column(ZTE_SERIAL, Tag.OCTETS, lambda onu, _: serial_octets(onu, devices[onu].serial))
    yield column(ZTE_PHASE, Tag.INTEGER, lambda _, now: ZTE_PHASES[now.state])


def _distance(onu: DeviceId, now: Onu) -> int:
    if now.state is not OnuState.ONLINE:
        return UNKNOWN
    return metres(onu)


def _hundredths(dbm: float | None) -> int:
    return NO_READING if dbm is None else round(dbm * 100)
