"""A small town on paper: a core, two switches, their houses, and a night in which one goes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from netwatch.model.arrivals import Arrival, Outcome, Sample
from netwatch.model.names import AreaId, CheckName, DeviceId, LinkId, SubscriberId
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
from netwatch.pipeline import StageRules
from netwatch.response.rules import Mode, ResponseRules

NIGHT = datetime(2026, 1, 17, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ROUND = timedelta(seconds=10)
CORE = DeviceId("core-1")
ICMP = CheckName("icmp")
HOUSES = 8


def town(houses: int = HOUSES) -> Network:
    """Return core-1 with sw-a and sw-b; each feeds ``houses`` boxes, one subscriber each."""
    devices = {CORE: Device(id=CORE, kind=DeviceKind.ROUTER, address=IPv4Address("10.0.0.1"))}
    links: dict[LinkId, Link] = {}
    plan = (devices, links)
    subscribers: dict[SubscriberId, Subscriber] = {}
    for side, letter in enumerate("ab"):
        switch = DeviceId(f"sw-{letter}")
        address = IPv4Address(f"10.0.{side}.2")
        _hang(plan, CORE, Device(id=switch, kind=DeviceKind.SWITCH, address=address))
        for number in range(houses):
            box = DeviceId(f"cpe-{letter}{number}")
            address = IPv4Address(f"10.0.{side}.{10 + number}")
            _hang(plan, switch, Device(id=box, kind=DeviceKind.CPE, address=address))
            name = SubscriberId(f"S-{letter}{number}")
            area = AreaId(f"area-{letter}")
            subscribers[name] = Subscriber(id=name, device=box, area=area)
    areas = {
        AreaId(f"area-{letter}"): Area(id=AreaId(f"area-{letter}"), name=LocalName(letter))
        for letter in "ab"
    }
    return Network(
        vantage=CORE,
        gateways=(CORE,),
        areas=areas,
        devices=devices,
        links=links,
        subscribers=subscribers,
        digest="sha256:town",
    )


RULES = StageRules(response=ResponseRules(mode=Mode.FULL))


def behind(network: Network, letter: str) -> frozenset[DeviceId]:
    """Return the switch with this letter and all that hangs on it."""
    return frozenset(
        device for device in network.devices if device.removeprefix("cpe-")[:1] == letter
    ) | {DeviceId(f"sw-{letter}")}


def round_of(
    network: Network, at: datetime, silent: frozenset[DeviceId] = frozenset()
) -> Iterator[Sample]:
    """Yield one answer or silence of every device, spread over a second."""
    for number, device in enumerate(network.devices):
        quiet = device in silent
        yield Sample(
            at=at + timedelta(milliseconds=number),
            device=device,
            check=ICMP,
            outcome=Outcome.SILENT if quiet else Outcome.ANSWERED,
            value=None if quiet else 1.5,
        )


def night(network: Network, *, breaks: int = 3, mends: int = 15, ends: int = 85) -> list[Arrival]:
    """Return rounds of ten seconds each: sw-a's link goes in one, comes back in another."""
    dark = behind(network, "a")
    arrivals: list[Arrival] = []
    for number in range(ends):
        silent = dark if breaks <= number < mends else frozenset()
        arrivals.extend(round_of(network, NIGHT + number * ROUND, silent))
    return arrivals


def _hang(
    town: tuple[dict[DeviceId, Device], dict[LinkId, Link]],
    upper: DeviceId,
    lower: Device,
) -> None:
    devices, links = town
    devices[lower.id] = lower
    name = LinkId(f"{upper}--{lower.id}")
    links[name] = Link(id=name, ends=(End(device=upper), End(device=lower.id)))
