"""World -> hosts on the wire: who answers on which address right now."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from netwatch.lab.agent import Objects
from netwatch.lab.objects.agent_tree import agent_tree
from netwatch.lab.responder import Host
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Device

DEFAULT_COMMUNITY = "public"


def field_of(
    world: World,
    now: Callable[[], float],
    communities: Mapping[str, str],
    recordings: Mapping[Address, Objects],
) -> dict[bytes, Host]:
    """Return all hosts by their address as it stands in packets.

    Args:
        world: the simulated ISP.
        now: the lab's own seconds.
        communities: the word each credential of the inventory stands for; ``public`` where none
            is given.
        recordings: what answers on these addresses instead; any community will do there.
    """
    hosts: dict[bytes, Host] = {}
    for device in _addressed(world.plan.network.devices.values()):
        assert device.address is not None  # noqa: S101 (filtered just now)
        hosts[device.address.packed] = Host(
            objects=partial(agent_tree, world, device.id, now) if device.snmp else None,
            community=communities.get(device.snmp or "", DEFAULT_COMMUNITY).encode(),
        )
    for address, recorded in recordings.items():
        hosts[address.packed] = Host(objects=None, community=None, shown=recorded)
    return hosts


def fit(world: World, hosts: Mapping[bytes, Host]) -> None:
    """Bring the hosts in line with how everything stands."""
    standing = world.standing
    for device in _addressed(world.plan.network.devices.values()):
        assert device.address is not None  # noqa: S101 (filtered just now)
        host = hosts[device.address.packed]
        host.way = standing.ways.get(device.id)
        host.hangs = device.id in standing.damage.hanging
        host.slow_s = standing.damage.slow_s.get(device.id, 0.0)
        host.stale_s = standing.damage.stale_s.get(device.id, 0.0)


def silent(world: World) -> list[DeviceId]:
    """Return the devices with an address that do not answer, in id order."""
    devices = _addressed(world.plan.network.devices.values())
    return sorted(device.id for device in devices if device.id not in world.standing.ways)


def _addressed(devices: Iterable[Device]) -> list[Device]:
    return [device for device in devices if device.address is not None]
