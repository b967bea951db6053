"""A mast with two sectors and a hop to the next hill: values for tests of what goes by air."""

from netwatch.model.names import AreaId, DeviceId, LinkId, SubscriberId
from netwatch.model.network import (
    Area,
    DeviceKind,
    End,
    Link,
    LocalName,
    Network,
    Subscriber,
)
from tests.town import gear

STATIONS = 6


def mast(stations: DeviceKind = DeviceKind.CPE) -> Network:
    """Return core-1, sw-1 on the mast, sectors ap-1 and ap-2 of six stations each, and a hop.

    The hop is sw-1 - hop-a - hop-b - sw-2, with four CPEs on sw-2. Everything has an address.
    """
    kinds = {
        "core-1": DeviceKind.ROUTER,
        "sw-1": DeviceKind.SWITCH,
        "ap-1": DeviceKind.RADIO,
        "ap-2": DeviceKind.RADIO,
        "hop-a": DeviceKind.RADIO,
        "hop-b": DeviceKind.RADIO,
        "sw-2": DeviceKind.SWITCH,
        **{f"st-{p}{n}": stations for p in (1, 2) for n in range(1, STATIONS + 1)},
        **{f"cpe-{n}": DeviceKind.CPE for n in range(1, 5)},
    }
    above = {
        "sw-1": "core-1",
        "ap-1": "sw-1",
        "ap-2": "sw-1",
        "hop-a": "sw-1",
        "hop-b": "hop-a",
        "sw-2": "hop-b",
        **{name: f"ap-{name[3]}" for name in kinds if name.startswith("st-")},
        **{name: "sw-2" for name in kinds if name.startswith("cpe-")},
    }
    homes = [name for name in kinds if name.startswith(("st-", "cpe-"))]
    links = [
        Link(
            id=LinkId("--".join(sorted((low, high)))),
            ends=(End(device=DeviceId(high)), End(device=DeviceId(low))),
        )
        for low, high in above.items()
    ]
    return Network(
        vantage=DeviceId("core-1"),
        gateways=(DeviceId("core-1"),),
        areas={AreaId("hill"): Area(id=AreaId("hill"), name=LocalName("hill"))},
        devices={
            DeviceId(name): gear(name, kind, number)
            for number, (name, kind) in enumerate(kinds.items(), 1)
        },
        links={link.id: link for link in links},
        subscribers={
            SubscriberId(f"S-{name}"): Subscriber(
                id=SubscriberId(f"S-{name}"),
                device=DeviceId(name),
                area=AreaId("hill"),
                language="pl",
            )
            for name in homes
        },
    )
