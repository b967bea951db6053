"""The network as rivals are told of it: hosts, their parents, ports' links, who lives where."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.names import DeviceId, SubscriberId
from netwatch.model.network import DeviceKind, Link, Network

HOMES: Final = frozenset({DeviceKind.ONU, DeviceKind.CPE})
PARENTS: Final = ("tree", "nearer", "either")
"""One parent; all neighbours nearer to us; also those equally near (one of two, never both)."""


@dataclass(slots=True)
class Ground:
    """What a competent operator writes into the configuration, always right."""

    network: Network
    hosts: frozenset[DeviceId] = field(init=False)
    homes: frozenset[DeviceId] = field(init=False)
    links_of: dict[DeviceId, list[Link]] = field(init=False)
    link_at: dict[tuple[DeviceId, str], Link] = field(init=False)
    people: dict[DeviceId, list[SubscriberId]] = field(init=False)
    _steps: dict[DeviceId, int] = field(init=False)

    def __post_init__(self) -> None:
        devices = self.network.devices
        self.hosts = frozenset(d.id for d in devices.values() if d.address or d.via)
        self.homes = frozenset(d.id for d in devices.values() if d.kind in HOMES)
        self.links_of, self.link_at = defaultdict(list), {}
        for link in self.network.links.values():
            for end in link.ends:
                self.links_of[end.device].append(link)
                if end.port is not None:
                    self.link_at[end.device, end.port] = link
        self.people = defaultdict(list)
        for subscriber in self.network.subscribers.values():
            if subscriber.device is not None:
                self.people[subscriber.device].append(subscriber.id)
        self._steps = self._distances()

    def far(self, link: Link, device: DeviceId) -> DeviceId:
        """Return the other end's device."""
        return next((e.device for e in link.ends if e.device != device), device)

    def parents(self, how: str) -> dict[DeviceId, frozenset[DeviceId]]:
        """Return the hosts above each host; what cannot be asked is passed over."""
        above: dict[DeviceId, frozenset[DeviceId]] = {}
        for device in sorted(self._steps, key=self._rank):
            found: set[DeviceId] = set()
            for near in self._above(device, how):
                found |= {near} if near in self.hosts else above[near]
            above[device] = frozenset(found)
        return {device: some for device, some in above.items() if device in self.hosts}

    def subscribers(self, devices: Iterable[DeviceId]) -> frozenset[SubscriberId]:
        """Return who hangs on these devices themselves."""
        return frozenset(s for device in devices for s in self.people.get(device, ()))

    def _above(self, device: DeviceId, how: str) -> list[DeviceId]:
        near = {self.far(link, device) for link in self.links_of[device]} - {device}
        step, rank = self._steps[device], self._rank(device)
        if how == "either":
            return [n for n in near if self._rank(n) < rank]
        nearer = sorted(n for n in near if self._steps[n] < step)
        return nearer[:1] if how == "tree" else nearer

    def _rank(self, device: DeviceId) -> tuple[int, DeviceId]:
        return self._steps[device], device

    def _distances(self) -> dict[DeviceId, int]:
        start = self.network.vantage
        steps = {start: 0} if start is not None else {}
        queue = deque(steps)
        while queue:
            device = queue.popleft()
            for link in self.links_of[device]:
                near = self.far(link, device)
                if near not in steps:
                    steps[near] = steps[device] + 1
                    queue.append(near)
        return steps
