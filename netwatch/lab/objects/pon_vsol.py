"""ONUs as V-SOL's OLTs list them: V1600G (GPON) and V1600D (EPON), from numeric OIDs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from netwatch.lab.objects.interfaces import Interface
from netwatch.lab.objects.onu_rows import (
    Seat,
    apart,
    columns_over,
    metres,
    online_count,
    port_number,
    seats,
    serial_octets,
)
from netwatch.lab.objects.tree import Column
from netwatch.lab.standing import Onu, OnuState
from netwatch.lab.terminals import epon_address
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Oid, Tag

_VSOL: Final = (1, 3, 6, 1, 4, 1, 37950, 1, 1)
_GPON: Final = (*_VSOL, 6, 1, 1)
GPON_PHASE: Final = (*_GPON, 1, 1, 5)
GPON_DESCRIPTION: Final = (*_GPON, 1, 1, 7)
GPON_SERIAL: Final = (*_GPON, 2, 1, 5)
GPON_RX_POWER: Final = (*_GPON, 3, 1, 7)
GPON_DISTANCE: Final = (*_GPON, 12, 1, 3)
GPON_ONLINE: Final = (*_GPON, 18, 1, 3)
PHASES: Final[Mapping[OnuState, int]] = {
    OnuState.LOS: 1,
    OnuState.ONLINE: 3,
    OnuState.DYING_GASP: 4,
}
_EPON: Final = (*_VSOL, 5, 12)
EPON_LIST: Final = (*_EPON, 1, 9, 1)
"""onuListTable: port, LLID, state and MAC address in columns 2 to 5."""
EPON_RX_POWER: Final = (*_EPON, 2, 1, 8, 1, 7)


def vsol(world: World, interfaces: Sequence[Interface]) -> Iterator[Column]:
    """Yield both kinds of table; ONUs with a MAC address for a serial stand in that of EPON."""
    gpon, epon = apart(world, seats(world, interfaces, 1))
    yield from _gpon(world, gpon)
    yield from _epon(world, epon)


def _gpon(world: World, found: Sequence[Seat]) -> Iterator[Column]:
    devices = world.plan.network.devices
    column = columns_over(world, {_at(seat): seat.onu for seat in found})
    ports = {(port_number(seat.port),): seat.port.pon for seat in found}
    yield column(GPON_PHASE, Tag.INTEGER, lambda _, now: PHASES[now.state])
    yield column(GPON_DESCRIPTION, Tag.OCTETS, lambda onu, _: world.plan.written(onu).encode())
    yield column(GPON_SERIAL, Tag.OCTETS, lambda onu, _: _written(onu, devices[onu].serial))
    yield column(GPON_RX_POWER, Tag.OCTETS, lambda _, now: _dbm(now).encode())
    yield column(GPON_DISTANCE, Tag.OCTETS, lambda onu, _: str(metres(onu)).encode())
    yield online_count(world, GPON_ONLINE, {row: port for row, port in ports.items() if port})


def _epon(world: World, found: Sequence[Seat]) -> Iterator[Column]:
    devices = world.plan.network.devices
    places = {seat.onu: _at(seat) for seat in found}
    listed = columns_over(world, {(row,): seat.onu for row, seat in enumerate(found, 1)})
    read = columns_over(world, {_at(seat): seat.onu for seat in found})
    yield listed((*EPON_LIST, 2), Tag.INTEGER, lambda onu, _: places[onu][0])
    yield listed((*EPON_LIST, 3), Tag.INTEGER, lambda onu, _: places[onu][1])
    yield listed((*EPON_LIST, 4), Tag.INTEGER, lambda _, now: int(now.state is OnuState.ONLINE))
    yield listed((*EPON_LIST, 5), Tag.OCTETS, lambda onu, _: _address(devices[onu].serial))
    yield read(EPON_RX_POWER, Tag.OCTETS, lambda _, now: _level(now).encode())


def _at(seat: Seat) -> Oid:
    return (port_number(seat.port), seat.number)


def _written(onu: DeviceId, serial: str | None) -> bytes:
    octets = serial_octets(onu, serial)
    return octets[:4] + octets[4:].hex().upper().encode()


def _address(serial: str | None) -> bytes:
    return (epon_address(serial) or bytes(6)).hex(":").encode()


def _dbm(now: Onu) -> str:
    return "0" if now.rx_dbm is None else f"{now.rx_dbm:.2f}"


def _level(now: Onu) -> str:
    if now.rx_dbm is None:
        return "0.00 mW"
    return f"{10 ** (now.rx_dbm / 10):.2f} mW ({now.rx_dbm:.2f} dBm)"
