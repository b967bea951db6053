"""A provider with two cities and a poller in each: what breaks, and what each of them hears."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_address
from random import Random

from netwatch.model.arrivals import Arrival, Sample
from netwatch.model.names import AreaId, DeviceId, LinkId, SubscriberId
from netwatch.model.network import (
    Area,
    Device,
    DeviceKind,
    End,
    Link,
    LocalName,
    Network,
    Subscriber,
)
from tests.scenarios.night import NIGHT, ROUND, Told, lit_from, told
from tests.town import echo

MAIN, EAST = "poller-1", "poller-2"
SWITCHES, HOMES = 3, 6


def two_cities(*, several: bool = True) -> Network:
    """Return two cities, each a core with switches and homes; the gateway is in the west."""
    devices: dict[DeviceId, Device] = {}
    links: dict[LinkId, Link] = {}
    subscribers: dict[SubscriberId, Subscriber] = {}

    def add(name: str, kind: DeviceKind, above: str | None = None) -> None:
        address = ip_address(f"127.30.{len(devices) // 250}.{len(devices) % 250 + 1}")
        devices[DeviceId(name)] = Device(id=DeviceId(name), kind=kind, address=address)
        if above is not None:
            ends = (End(device=DeviceId(above)), End(device=DeviceId(name)))
            link = Link(id=LinkId(f"{above}--{name}"), ends=ends)
            links[link.id] = link

    for city, above in (("west", None), ("east", "core-west")):
        add(f"core-{city}", DeviceKind.ROUTER, above)
        for s in range(SWITCHES):
            add(f"sw-{city}-{s}", DeviceKind.SWITCH, f"core-{city}")
            for h in range(HOMES):
                home = f"cpe-{city}-{s}-{h}"
                add(home, DeviceKind.CPE, f"sw-{city}-{s}")
                person = SubscriberId(f"S-{city}-{s}-{h}")
                subscribers[person] = Subscriber(
                    id=person, device=DeviceId(home), area=AreaId(city)
                )
    west, east = DeviceId("core-west"), DeviceId("core-east")
    return Network(
        vantage=west,
        vantages={MAIN: west, EAST: east} if several else {},
        gateways=(west,),
        areas={AreaId(c): Area(id=AreaId(c), name=LocalName(c)) for c in ("west", "east")},
        devices=devices,
        links=links,
        subscribers=subscribers,
    )


@dataclass
class Cities:
    """What is broken, whom each poller asks, and which pollers speak."""

    network: Network = field(default_factory=two_cities)
    dead: set[DeviceId] = field(default_factory=set)
    cut: set[LinkId] = field(default_factory=set)
    unheard: set[tuple[str, DeviceId]] = field(default_factory=set)
    """What a poller does not hear for reasons of its own path."""
    hushed: set[str] = field(default_factory=set)
    deaf: set[str] = field(default_factory=set)
    asks: dict[str, str] = field(default_factory=lambda: {MAIN: "", EAST: ""})
    """What must stand in a device's id for a poller to ask it."""
    wrong: float = 0.0
    """Which share of the answers is the opposite of the truth, by chance."""
    chance: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - no secret
    at: timedelta = timedelta()
    tape: list[Arrival] = field(default_factory=list)

    def passes(self, span: timedelta) -> None:
        """Let both pollers ask, round after round."""
        end = self.at + span
        while self.at < end:
            for poller in sorted(set(self.asks) - self.hushed):
                self.tape.extend(self._round(poller))
            self.at += ROUND
        self.tape.sort(key=lambda one: one.at)

    def _round(self, poller: str) -> Iterator[Sample]:
        lit = self._lit(self.network.vantages.get(poller) or DeviceId("core-west"))
        asked = [d for d in self.network.devices if self.asks[poller] in d]
        for place, device in enumerate(asked):
            hears = device in lit and (poller, device) not in self.unheard
            hears = hears and poller not in self.deaf
            hears ^= self.chance.random() < self.wrong
            at = NIGHT + self.at + ROUND * 0.8 * place / len(asked)
            yield echo(at, device, hears, poller)

    def _lit(self, start: DeviceId) -> set[DeviceId]:
        if start in self.dead:
            return set()
        return lit_from(self.network, start, self.dead, self.cut)

    def told(self, network: Network | None = None, *, name_pollers: bool = True) -> Told:
        """Play the night and return what was decided."""
        lines = self.tape if name_pollers else [replace(a, poller=None) for a in self.tape]
        return told(network or self.network, lines, NIGHT + self.at)
