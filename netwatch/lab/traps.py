"""Happenings -> SNMPv2c traps, in the words of the device that sends them."""

from collections.abc import Iterator
from typing import Final

from netwatch.lab.happenings import Happening, LinkTurned, OnBattery, OnuGasped
from netwatch.lab.makes import Pon, make_of
from netwatch.lab.objects.interfaces import Interface, interfaces_of
from netwatch.lab.objects.onu_rows import serial_octets
from netwatch.lab.objects.system import ticks
from netwatch.lab.objects.ups import LOW_MINUTES, UPS, minutes_left, seconds_on_battery
from netwatch.lab.plan import Port
from netwatch.lab.terminals import numbered
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Message, Oid, Pdu, Tag, VarBind, encode

UPTIME: Final = (1, 3, 6, 1, 2, 1, 1, 3, 0)
TRAP_OID: Final = (1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0)
LINK_DOWN: Final = (1, 3, 6, 1, 6, 3, 1, 1, 5, 3)
LINK_UP: Final = (1, 3, 6, 1, 6, 3, 1, 1, 5, 4)
ON_BATTERY: Final = (1, 3, 6, 1, 2, 1, 33, 2, 0, 1)
IF_ENTRY: Final = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_NAME: Final = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1)
HUAWEI_GASP: Final = (1, 3, 6, 1, 4, 1, 2011, 6, 3, 8, 3, 2, 0, 5)
HUAWEI_GASP_OVER: Final = (*HUAWEI_GASP[:-1], 6)
HUAWEI_FRAME: Final = (1, 3, 6, 1, 4, 1, 2011, 6, 3, 3, 1, 1, 1)
HUAWEI_BOARD: Final = (1, 3, 6, 1, 4, 1, 2011, 6, 3, 8, 1)
HUAWEI_SERIAL: Final = (1, 3, 6, 1, 4, 1, 2011, 6, 128, 1, 1, 2, 43, 1, 3)
UP, DOWN = 1, 2

Trap = tuple[DeviceId, bytes]
"""Who says it, and the datagram's payload."""


def traps(
    world: World, happenings: list[Happening], now: float, community: bytes
) -> Iterator[Trap]:
    """Yield the traps that leave: only devices with an agent that are reached can say anything."""
    for happening in happenings:
        for device, oid, binds in _said(world, happening, now):
            known = world.plan.network.devices[device]
            heard = device in world.standing.ways and device not in world.standing.damage.hanging
            if not heard or known.address is None or known.snmp is None:
                continue
            uptime = ticks(world.up_seconds(device, now))
            yield (
                device,
                encode(
                    Message(
                        version=1,
                        community=community,
                        pdu=Pdu.TRAP_V2,
                        request_id=uptime & 0x7FFFFFFF,
                        binds=(
                            VarBind(UPTIME, Tag.TIMETICKS, uptime),
                            VarBind(TRAP_OID, Tag.OID, oid),
                            *binds,
                        ),
                    )
                ),
            )


Said = tuple[DeviceId, Oid, tuple[VarBind, ...]]


def _said(world: World, happening: Happening, now: float) -> Iterator[Said]:
    match happening:
        case LinkTurned():
            yield from _link(world, happening)
        case OnuGasped():
            yield from _gasp(world, happening)
        case OnBattery():
            left = int(minutes_left(world, happening.device, now))
            spent = seconds_on_battery(world, happening.device, now)
            yield (
                happening.device,
                ON_BATTERY,
                (
                    VarBind((*UPS, 2, 3, 0), Tag.INTEGER, left),
                    VarBind((*UPS, 2, 2, 0), Tag.INTEGER, spent),
                    VarBind((*UPS, 9, 7, 0), Tag.INTEGER, LOW_MINUTES),
                ),
            )


def _link(world: World, turned: LinkTurned) -> Iterator[Said]:
    interface = _interface(world, turned.device, turned.what)
    if interface is None:
        return
    oid = LINK_UP if turned.up else LINK_DOWN
    yield (
        turned.device,
        oid,
        (
            VarBind((*IF_ENTRY, 1, interface.index), Tag.INTEGER, _signed(interface.index)),
            VarBind((*IF_ENTRY, 7, interface.index), Tag.INTEGER, UP),
            VarBind((*IF_ENTRY, 8, interface.index), Tag.INTEGER, UP if turned.up else DOWN),
            VarBind((*IF_NAME, interface.index), Tag.OCTETS, interface.name.encode()),
        ),
    )


def _interface(world: World, device: DeviceId, what: object) -> Interface | None:
    make = make_of(world.plan.network.devices[device])
    for interface in interfaces_of(world.plan, device, make):
        if what == interface.pon or what in interface.links:
            return interface
    return None


def _gasp(world: World, gasped: OnuGasped) -> Iterator[Said]:
    """Speak as Huawei does; the other makes' OLTs keep it to their tables."""
    devices = world.plan.network.devices
    onu = devices[gasped.onu]
    if make_of(devices[gasped.olt]).pon is not Pon.HUAWEI or onu.port is None:
        return
    port = Port(gasped.olt, onu.port)
    interface = _interface(world, gasped.olt, port)
    by_onu = {onu: n for n, onu in numbered(world.plan.pon[port], world.plan.terminals, 0)}
    number = by_onu[gasped.onu]
    index = interface.index if interface is not None else 0
    frame, slot, place = ([0, 0, 0, *(int(p) for p in onu.port.split("/") if p.isdigit())])[-3:]
    yield (
        gasped.olt,
        HUAWEI_GASP_OVER if gasped.over else HUAWEI_GASP,
        (
            VarBind((*HUAWEI_FRAME, 0), Tag.INTEGER, frame),
            VarBind((*HUAWEI_BOARD, 25, 0), Tag.INTEGER, slot),
            VarBind((*HUAWEI_BOARD, 26, 0), Tag.INTEGER, place),
            VarBind(
                (*HUAWEI_SERIAL, index, number),
                Tag.OCTETS,
                serial_octets(gasped.onu, onu.serial),
            ),
        ),
    )


def _signed(index: int) -> int:
    return index - (1 << 32) if index >= 1 << 31 else index
