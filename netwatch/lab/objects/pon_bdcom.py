"""ONUs as BDCOM's OLTs list them: each is an interface of its own, ``GPON0/2:7`` (or EPON)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from netwatch.lab.objects.interfaces import Interface
from netwatch.lab.objects.onu_rows import columns_over, metres, serial_octets
from netwatch.lab.objects.tree import Column
from netwatch.lab.standing import Onu, OnuState
from netwatch.lab.terminals import epon_address
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Oid, Tag

_BDCOM: Final = (1, 3, 6, 1, 4, 1, 3320)
_GPON: Final = (*_BDCOM, 10, 3)
GPON_SERIAL: Final = (*_GPON, 1, 1, 4)
GPON_DISTANCE: Final = (*_GPON, 1, 1, 33)
GPON_CAUSE: Final = (*_GPON, 1, 1, 35)
GPON_STATUS: Final = (*_GPON, 3, 1, 4)
GPON_RX_POWER: Final = (*_GPON, 4, 1, 2)
GPON_CAUSES: Final[Mapping[OnuState, int]] = {OnuState.DYING_GASP: 1, OnuState.LOS: 6}
_EPON: Final = (*_BDCOM, 101)
EPON_ADDRESS: Final = (*_EPON, 10, 1, 1, 3)
EPON_STATUS: Final = (*_EPON, 10, 1, 1, 26)
EPON_DISTANCE: Final = (*_EPON, 10, 1, 1, 27)
EPON_RX_POWER: Final = (*_EPON, 10, 5, 1, 5)
EPON_LLID_ADDRESS: Final = (*_EPON, 11, 1, 1, 3)
EPON_CAUSE: Final = (*_EPON, 11, 1, 1, 11)
EPON_CAUSES: Final[Mapping[OnuState, int]] = {OnuState.LOS: 8, OnuState.DYING_GASP: 9}
ONLINE, OFFLINE = 3, 2


def bdcom(world: World, interfaces: Sequence[Interface]) -> Iterator[Column]:
    """Yield both kinds of table; ONUs with a MAC address for a serial stand in that of EPON."""
    devices = world.plan.network.devices
    gpon: dict[Oid, DeviceId] = {}
    epon: dict[Oid, DeviceId] = {}
    for interface in interfaces:
        if interface.onu is not None:
            is_epon = epon_address(devices[interface.onu].serial) is not None
            (epon if is_epon else gpon)[(interface.index,)] = interface.onu
    yield from _gpon(world, gpon)
    yield from _epon(world, epon)


def _gpon(world: World, onus: Mapping[Oid, DeviceId]) -> Iterator[Column]:
    devices = world.plan.network.devices
    column = columns_over(world, onus)
    yield column(GPON_SERIAL, Tag.OCTETS, lambda onu, _: serial_octets(onu, devices[onu].serial))
    yield column(GPON_DISTANCE, Tag.INTEGER, lambda onu, _: 10 * metres(onu))
    yield column(GPON_CAUSE, Tag.INTEGER, lambda onu, _: _cause(world, onu, GPON_CAUSES))
    yield column(GPON_STATUS, Tag.INTEGER, lambda _, now: _status(now))
    yield column(GPON_RX_POWER, Tag.INTEGER, lambda _, now: _tenths(now))


def _epon(world: World, onus: Mapping[Oid, DeviceId]) -> Iterator[Column]:
    devices = world.plan.network.devices
    column = columns_over(world, onus)
    yield column(EPON_ADDRESS, Tag.OCTETS, lambda onu, _: epon_address(devices[onu].serial))
    yield column(EPON_STATUS, Tag.INTEGER, lambda _, now: _status(now))
    yield column(EPON_DISTANCE, Tag.INTEGER, lambda onu, _: metres(onu))
    yield column(EPON_RX_POWER, Tag.INTEGER, lambda _, now: _tenths(now))
    llid = columns_over(world, {(*row, 0): onu for row, onu in onus.items()})
    yield llid(EPON_LLID_ADDRESS, Tag.OCTETS, lambda onu, _: epon_address(devices[onu].serial))
    yield llid(EPON_CAUSE, Tag.INTEGER, lambda onu, _: _cause(world, onu, EPON_CAUSES))


def _cause(world: World, onu: DeviceId, causes: Mapping[OnuState, int]) -> int:
    return causes.get(world.last_down.get(onu, OnuState.ONLINE), 0)


def _status(now: Onu) -> int:
    return ONLINE if now.state is OnuState.ONLINE else OFFLINE


def _tenths(now: Onu) -> int:
    return 0 if now.rx_dbm is None else round(now.rx_dbm * 10)
