"""Network -> which fibre the demo cuts, and who must feel it: worked out by the lab's own world."""

from dataclasses import dataclass
from typing import Final

from netwatch.lab.faults import fault_of
from netwatch.lab.field import silent
from netwatch.lab.plan import plan_of
from netwatch.lab.standing import without_service
from netwatch.lab.world import World
from netwatch.model.faults import NetwatchError
from netwatch.model.names import AreaId, DeviceId, ElementName, SubscriberId
from netwatch.model.network import Link, Network

LEAST_SUBSCRIBERS: Final = 20
LEAST_WITNESSES: Final = 6
MOST_SHARE: Final = 0.5
"""A cut that takes more than this of the town is another story."""


class NothingToCutError(NetwatchError):
    """The inventory has no link that would make a story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A link to be cut, and what follows from it."""

    element: ElementName
    ends: tuple[DeviceId, DeviceId]
    silent: tuple[DeviceId, ...]
    subscribers: frozenset[SubscriberId]
    areas: frozenset[AreaId]


def cut_of(network: Network) -> Cut:
    """Return the single link whose cut the most devices would witness, within a part of the town.

    Raises:
        NothingToCutError: no link has 20 subscribers and 6 addresses behind it.
    """
    world = World(plan_of(network))
    most = len(network.subscribers) * MOST_SHARE
    cuts = [
        cut
        for link in network.links.values()
        if _is_wired(network, link)
        and LEAST_SUBSCRIBERS <= len((cut := _tried(world, link)).subscribers) <= most
        and len(cut.silent) >= LEAST_WITNESSES
    ]
    if not cuts:
        raise NothingToCutError(
            f"no link of this inventory has {LEAST_SUBSCRIBERS} subscribers and "
            f"{LEAST_WITNESSES} addresses behind it; name another with --inventory"
        )
    return max(cuts, key=lambda cut: (len(cut.silent), cut.element))


def _is_wired(network: Network, link: Link) -> bool:
    """Say whether both ends are gear of ours that can be asked; others make no lost ping."""
    return all(network.devices[end.device].address is not None for end in link.ends)


def _tried(world: World, link: Link) -> Cut:
    world.break_(fault_of(link.element, "cut", world.plan.elements), 0.0)
    world.settle(0.0)
    lost = frozenset(without_service(world.plan, world.standing))
    devices = tuple(silent(world))
    world.mend("all")
    world.settle(0.0)
    people = world.plan.network.subscribers
    return Cut(
        element=link.element,
        ends=(link.ends[0].device, link.ends[1].device),
        silent=devices,
        subscribers=lost,
        areas=frozenset(area for name in lost if (area := people[name].area) is not None),
    )
