"""LLDP: what an agent has heard of its neighbours, over links that carry."""

from collections.abc import Iterator, Sequence

from netwatch.lab.makes import Tongue, make_of, tongues
from netwatch.lab.objects.interfaces import Interface
from netwatch.lab.objects.neighbouring import columns, hardware_address, hears
from netwatch.lab.objects.tree import Column, constant
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Oid, Tag

LLDP = (1, 0, 8802, 1, 1, 2, 1)
LOCAL_PORT = (*LLDP, 3, 7, 1)
REMOTE = (*LLDP, 4, 1, 1)
MAC_ADDRESS, INTERFACE_NAME = 4, 5


def lldp(world: World, device: DeviceId, interfaces: Sequence[Interface]) -> Iterator[Column]:
    """Yield the local system, the local ports and the remote table, where it speaks LLDP at all."""
    if Tongue.LLDP not in tongues(world.plan.network.devices[device]):
        return
    ports = [interface for interface in interfaces if interface.pon is None]
    local: tuple[Oid, ...] = tuple((port.index,) for port in ports)
    by_index: dict[Oid, Interface] = {(port.index,): port for port in ports}
    yield constant((*LLDP, 3, 1), Tag.INTEGER, MAC_ADDRESS)
    yield constant((*LLDP, 3, 2), Tag.OCTETS, hardware_address(device))
    yield constant((*LLDP, 3, 3), Tag.OCTETS, device.encode())
    yield Column((*LOCAL_PORT, 2), Tag.INTEGER, lambda: local, lambda _row: INTERFACE_NAME)
    for sub in (3, 4):
        yield Column(
            (*LOCAL_PORT, sub), Tag.OCTETS, lambda: local, lambda row: by_index[row].name.encode()
        )
    yield from _remote(world, device, ports)


def _remote(world: World, device: DeviceId, ports: Sequence[Interface]) -> Iterator[Column]:
    devices = world.plan.network.devices
    heard = {(0, *row): arm for row, arm in hears(world, device, ports, Tongue.LLDP).items()}
    column = columns(world, REMOTE, heard)
    yield column(4, Tag.INTEGER, lambda _: MAC_ADDRESS)
    yield column(5, Tag.OCTETS, lambda arm: hardware_address(arm.to))
    yield column(6, Tag.INTEGER, lambda _: INTERFACE_NAME)
    yield column(7, Tag.OCTETS, lambda arm: (arm.far.name if arm.far else "eth").encode())
    yield column(8, Tag.OCTETS, lambda _: f"to {device}".encode())
    yield column(9, Tag.OCTETS, lambda arm: arm.to.encode())
    yield column(10, Tag.OCTETS, lambda arm: make_of(devices[arm.to]).descr.encode())
