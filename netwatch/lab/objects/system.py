"""The system group."""

from collections.abc import Iterator

from netwatch.lab.makes import Make
from netwatch.lab.objects.tree import Column, Now, constant, scalar
from netwatch.lab.world import World
from netwatch.model.network import Device
from netwatch.wire.ber import Tag

SYSTEM = (1, 3, 6, 1, 2, 1, 1)
TICKS = 1 << 32


def ticks(seconds: float) -> int:
    """Return hundredths of a second as an agent counts them: it begins again after 497 days."""
    return int(seconds * 100) % TICKS


def system(world: World, device: Device, make: Make, now: Now) -> Iterator[Column]:
    """Yield sysDescr, sysObjectID, sysUpTime, sysContact, sysName and sysLocation."""
    site = world.plan.network.sites.get(device.site) if device.site is not None else None
    where = (site.name or site.id) if site is not None else ""
    yield constant((*SYSTEM, 1), Tag.OCTETS, make.descr.encode())
    yield constant((*SYSTEM, 2), Tag.OID, make.object_id)
    yield scalar((*SYSTEM, 3), Tag.TIMETICKS, lambda: ticks(world.up_seconds(device.id, now())))
    yield constant((*SYSTEM, 4), Tag.OCTETS, b"noc")
    yield constant((*SYSTEM, 5), Tag.OCTETS, device.id.encode())
    yield constant((*SYSTEM, 6), Tag.OCTETS, where.encode())
