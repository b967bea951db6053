"""Gear with cards: OLTs whose ports are named as their makers name them, a switch with slots."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Address

from netwatch.model.arrivals import Sample
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
from tests.town import echo, said

CORE = DeviceId("core-1")
OLT = DeviceId("olt-1")
SWITCH = DeviceId("sw-1")


def olt_with(ports: Iterable[str], homes: int = 6) -> Network:
    """Return an OLT beside a router, on each port a splitter with so many homes."""
    devices = [
        Device(id=CORE, kind=DeviceKind.ROUTER, address=IPv4Address("127.20.0.1")),
        Device(id=OLT, kind=DeviceKind.OLT, address=IPv4Address("127.20.0.2")),
    ]
    links = [Link(id=LinkId("up"), ends=(End(device=CORE, port="1"), End(device=OLT)))]
    people = {}
    for port in ports:
        splitter = DeviceId("s-" + port.replace("/", "-"))
        devices.append(Device(id=splitter, kind=DeviceKind.SPLITTER))
        ends = (End(device=OLT, port=port), End(device=splitter))
        links.append(Link(id=LinkId(f"feeder-{splitter}"), ends=ends))
        for n in range(homes):
            home = DeviceId(f"onu-{splitter}-{n}")
            devices.append(Device(id=home, kind=DeviceKind.ONU, via=OLT, port=port))
            ends = (End(device=splitter), End(device=home))
            links.append(Link(id=LinkId(f"drop-{home}"), ends=ends))
            people[SubscriberId(f"S-{home}")] = home
    return _network(devices, links, people)


def switch_with(ports: Iterable[str]) -> Network:
    """Return a switch beside a router, on each port an access switch with one home."""
    devices = [
        Device(id=CORE, kind=DeviceKind.ROUTER, address=IPv4Address("127.20.0.1")),
        Device(id=SWITCH, kind=DeviceKind.SWITCH, address=IPv4Address("127.20.0.2")),
    ]
    ends = (End(device=CORE, port="1"), End(device=SWITCH, port="ge-0/0/0"))
    links = [Link(id=LinkId("up"), ends=ends)]
    people = {}
    for n, port in enumerate(ports):
        below, home = DeviceId(f"acc-{n}"), DeviceId(f"cpe-{n}")
        address, own = IPv4Address(0x7F140100 + n), IPv4Address(0x7F140200 + n)
        devices.append(Device(id=below, kind=DeviceKind.SWITCH, address=address))
        devices.append(Device(id=home, kind=DeviceKind.CPE, address=own))
        ends = (End(device=SWITCH, port=port), End(device=below, port="24"))
        links.append(Link(id=LinkId(f"l-{n}"), ends=ends))
        links.append(Link(id=LinkId(f"d-{n}"), ends=(End(device=below), End(device=home))))
        people[SubscriberId(f"S-{home}")] = home
    return _network(devices, links, people)


def _network(
    devices: list[Device], links: list[Link], people: dict[SubscriberId, DeviceId]
) -> Network:
    area = AreaId("polna")
    return Network(
        vantage=CORE,
        gateways=(CORE,),
        areas={area: Area(id=area, name=LocalName("Polna"))},
        devices={d.id: d for d in devices},
        links={x.id: x for x in links},
        subscribers={
            s: Subscriber(id=s, device=d, area=area, language="pl") for s, d in people.items()
        },
    )


def olt_tells(network: Network, at: datetime, dark: Iterable[str] = ()) -> list[Sample]:
    """Return one round: the OLT tells of all its homes in one walk, and those ports are dark."""
    gone, span = set(dark), timedelta(seconds=2)
    samples = [echo(at, CORE), echo(at, OLT)]
    homes = [d for d in network.devices.values() if d.via is not None]
    for n, home in enumerate(homes):
        state = "los" if home.port in gone else "online"
        samples.append(said(at + span * n / len(homes), home.id, "onu.state", state))
    return samples


def switch_tells(network: Network, at: datetime, dark: Iterable[str] = ()) -> list[Sample]:
    """Return one round of answers while those ports of the switch are dead."""
    gone = set(dark)
    samples = [echo(at, CORE), echo(at, SWITCH)]
    for link in network.links.values():
        near, far = link.ends
        if near.device != SWITCH or near.port is None:
            continue
        dead = near.port in gone
        samples.append(said(at, SWITCH, "if.oper", "down" if dead else "up", near.port))
        home = DeviceId(far.device.replace("acc", "cpe"))
        samples += [echo(at, one, not dead) for one in (far.device, home)]
    return samples
