"""A street of homes that hang directly on the ports of an OLT: nobody wrote its splitters down."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address

from netwatch.model.arrivals import Arrival, Readings
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
from tests.town import EVENING, Weather, rounds, with_ticks
from tests.unit.correlation.lived import Life

OLT = DeviceId("olt-1")
APART = timedelta(seconds=10)


def homes(first: int, last: int, port: int = 1) -> set[str]:
    """Return the ids of these homes of a port."""
    return {f"onu-{port}-{n:02}" for n in range(first, last + 1)}


def street(each: int = 32, ports: int = 2) -> Network:
    """Return an OLT beside its router, with so many homes directly on each port."""
    core = DeviceId("core-1")
    devices = [
        Device(id=core, kind=DeviceKind.ROUTER, address=IPv4Address("127.20.0.1")),
        Device(id=OLT, kind=DeviceKind.OLT, address=IPv4Address("127.20.0.20")),
    ]
    links = [Link(id=LinkId("l-1"), ends=(End(device=core, port="1"), End(device=OLT)))]
    people = []
    for p in range(1, ports + 1):
        for home in sorted(homes(1, each, p)):
            name, port = DeviceId(home), f"0/1/{p}"
            devices.append(Device(id=name, kind=DeviceKind.ONU, via=OLT, port=port))
            ends = (End(device=OLT, port=port), End(device=name))
            links.append(Link(id=LinkId(f"drop-{home}"), ends=ends))
            people.append(
                Subscriber(
                    id=SubscriberId(f"S-{home}"),
                    device=name,
                    area=AreaId(f"a-{p}"),
                    language="pl",
                )
            )
    return Network(
        vantage=core,
        gateways=(core,),
        areas={
            AreaId(f"a-{p}"): Area(id=AreaId(f"a-{p}"), name=LocalName(f"a-{p}"))
            for p in range(1, ports + 1)
        },
        devices={d.id: d for d in devices},
        links={x.id: x for x in links},
        subscribers={s.id: s for s in people},
    )


def ranging(at: datetime, metres: Mapping[str, float | None]) -> Readings:
    """Return what an OLT measures of how far its ONUs are."""
    return Readings(
        at=at,
        device=OLT,
        check=CheckName("onu.optics"),
        parts=tuple(metres),
        columns={"distance_m": tuple(metres.values())},
    )


def days(*script: tuple[Collection[str], int]) -> list[tuple[Collection[str], int]]:
    """Return a script: who is dark for how many rounds, all well before it and after it."""
    return [((), 3), *script, ((), 5)]


def live(
    script: Sequence[tuple[Collection[str], int]],
    *,
    says: str = "los",
    metres: Mapping[str, float | None] | None = None,
    life: Life | None = None,
    start: datetime = EVENING,
) -> Life:
    """Live rounds ten seconds apart in which these homes are dark."""
    life = life or Life(street())
    arrivals: list[Arrival] = [ranging(start, metres)] if metres else []
    at = start
    for dark, times in script:
        weather = Weather(life.network, {f"device:{home}" for home in dark}, says)
        arrivals += rounds(weather, at, times)
        at += times * APART
    return life.live(with_ticks(arrivals, until=at + timedelta(minutes=1)))
