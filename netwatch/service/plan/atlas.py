"""Elements -> devices on a map: who neighbours whom, what lies behind whom, where a defect sits."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from netwatch.model.names import DeviceId, LinkId, RiskId, SiteId
from netwatch.service.plan.world import HOMES, World

Wire = tuple[DeviceId, DeviceId]
"""Two devices that a link joins, sorted."""


@dataclass
class Atlas:
    """The network as devices and the wires between them; homes are counted where they hang."""

    world: World

    @cached_property
    def near(self) -> dict[DeviceId, set[DeviceId]]:
        """Return the neighbours of each device."""
        found: dict[DeviceId, set[DeviceId]] = defaultdict(set)
        for link in self.world.network.links.values():
            one, other = (end.device for end in link.ends)
            found[one].add(other)
            found[other].add(one)
        return found

    @cached_property
    def start(self) -> DeviceId | None:
        """Return where the map begins: the vantage, else a gateway, else any device."""
        network = self.world.network
        wanted = (network.vantage, *network.gateways, *network.devices)
        return next((d for d in wanted if d is not None and d in network.devices), None)

    def is_home(self, device: DeviceId) -> bool:
        """Say whether a device stands in somebody's home."""
        return self.world.network.devices[device].kind in HOMES

    @cached_property
    def tree(self) -> dict[DeviceId, DeviceId | None]:
        """Return each device's nearest one towards the start, nearest to the start first."""
        found: dict[DeviceId, DeviceId | None] = {}
        if self.start is None:
            return found
        for root in (self.start, *self.world.network.devices):
            if root in found:
                continue
            found[root] = None if root == self.start else self.start
            queue = deque([root])
            while queue:
                here = queue.popleft()
                for other in sorted(self.near.get(here, ())):
                    if other not in found:
                        found[other] = here
                        queue.append(other)
        return found

    @cached_property
    def people(self) -> dict[DeviceId, int]:
        """Return how many subscribers hang on each device itself."""
        count: dict[DeviceId, int] = defaultdict(int)
        for person in self.world.network.subscribers.values():
            if person.device is not None:
                count[person.device] += 1
        return count

    def wires(self, devices: Iterable[DeviceId]) -> set[Wire]:
        """Return the wires among these devices."""
        inside = set(devices)
        return {
            (min(one, other), max(one, other))
            for one in inside
            for other in self.near.get(one, set()) & inside
        }

    def devices_of(self, name: str) -> Iterator[DeviceId]:
        """Yield the devices that an element, a site, an area or a subscriber means."""
        network = self.world.network
        kind, _, rest = name.partition(":")
        match kind:
            case "device":
                found = [DeviceId(rest)]
            case "link" if LinkId(rest) in network.links:
                found = [end.device for end in network.links[LinkId(rest)].ends]
            case "port":
                found = [DeviceId(rest.partition("/")[0])]
            case "risk" if RiskId(rest) in self.world.seen.risks:
                nodes = self.world.seen.risks[RiskId(rest)].nodes
                members = [self.world.seen.names[n] for n in nodes]
                found = [d for m in members for d in self.devices_of(m)]
            case "site":
                found = [d.id for d in network.devices.values() if d.site == SiteId(rest)]
            case "area" | "subscriber":
                found = [
                    s.device
                    for s in network.subscribers.values()
                    if s.device is not None and rest in (s.id, s.area)
                ]
            case _:
                found = []
        yield from (d for d in dict.fromkeys(found) if d in network.devices)

    def wire_of(self, name: str) -> Wire | None:
        """Return the wire that a link is; None for everything else."""
        kind, _, rest = name.partition(":")
        link = self.world.network.links.get(LinkId(rest)) if kind == "link" else None
        if link is None:
            return None
        one, other = sorted(end.device for end in link.ends)
        return one, other
