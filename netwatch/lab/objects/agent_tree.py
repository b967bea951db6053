"""One device of the world -> all objects of its agent."""

from collections.abc import Iterator

from netwatch.lab.makes import make_of
from netwatch.lab.objects.bridge import addresses, bridge
from netwatch.lab.objects.if_mib import if_mib
from netwatch.lab.objects.interfaces import interfaces_of
from netwatch.lab.objects.lldp import lldp
from netwatch.lab.objects.neighbouring import cdp, mndp
from netwatch.lab.objects.pon import pon_tables
from netwatch.lab.objects.system import system
from netwatch.lab.objects.tree import Column, Now, Tree
from netwatch.lab.objects.ups import ups
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.model.network import DeviceKind


def agent_tree(world: World, device: DeviceId, now: Now) -> Tree:
    """Return the objects of a device's agent; values are read from the world when asked for."""
    return Tree(_columns(world, device, now))


def _columns(world: World, name: DeviceId, now: Now) -> Iterator[Column]:
    device = world.plan.network.devices[name]
    make = make_of(device)
    interfaces = interfaces_of(world.plan, name, make)
    yield from system(world, device, make, now)
    yield from if_mib(world, name, interfaces, now)
    for table in (lldp, cdp, mndp, bridge, addresses):
        yield from table(world, name, interfaces)
    if device.kind is DeviceKind.UPS:
        yield from ups(world, name, now)
    if device.kind is DeviceKind.OLT:
        yield from pon_tables(world, interfaces, make.pon)
