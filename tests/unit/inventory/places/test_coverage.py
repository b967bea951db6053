"""Coverage is a number, and each missing record is named with the people it costs."""

from ipaddress import IPv4Address

from netwatch.inventory.places.coverage import Coverage, Lack, coverage
from netwatch.model.homes import Home
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
from netwatch.model.street_map import street_map


def device(name: str, kind: DeviceKind, address: int | None = None) -> Device:
    at = None if address is None else IPv4Address(0x7F140000 + address)
    return Device(id=DeviceId(name), kind=kind, address=at)


def link(one: str, other: str) -> Link:
    ends = (End(device=DeviceId(one)), End(device=DeviceId(other)))
    return Link(id=LinkId(f"{one}--{other}"), ends=ends)


def people(count: int, at: str | None, area: str | None, street: str = "") -> list[Subscriber]:
    return [
        Subscriber(
            id=SubscriberId(f"S-{at}-{area}-{street}-{n}"),
            device=DeviceId(at) if at else None,
            area=AreaId(area) if area else None,
            home=Home(street=street, house=str(n + 1), town="Dolina") if street else None,
        )
        for n in range(count)
    ]


def counted(*groups: list[Subscriber]) -> Coverage:
    devices = [
        device("core", DeviceKind.ROUTER, 1),
        device("olt", DeviceKind.OLT, 2),
        device("lone-sw", DeviceKind.SWITCH, 3),
        device("lone-olt", DeviceKind.OLT, 4),
        device("mute", DeviceKind.SWITCH),
    ]
    links = [link("core", "olt"), link("lone-sw", "lone-olt"), link("core", "mute")]
    areas = [
        Area(id=AreaId("polna"), name=LocalName("os. Polna")),
        Area(id=AreaId("x-3"), name=LocalName("x-3")),
    ]
    everybody = [one for group in groups for one in group]
    network = Network(
        vantage=DeviceId("core"),
        devices={one.id: one for one in devices},
        links={one.id: one for one in links},
        areas={one.id: one for one in areas},
        subscribers={one.id: one for one in everybody},
    )
    return coverage(network, streets=street_map(network))


def test_each_is_placed_or_by_area_or_not_and_the_three_are_all() -> None:
    told = counted(
        people(7, "olt", "polna"), people(3, None, "polna"), people(2, None, None),
    )  # fmt: skip
    assert (told.subscribers, told.placed, told.by_area, told.not_placed) == (12, 7, 3, 2)


def test_an_island_costs_all_its_people_and_is_named_by_its_head() -> None:
    told = counted(people(4, "lone-olt", "polna"), people(2, "lone-sw", "polna"))
    (parent,) = [one for one in told.missing if one.what is Lack.PARENT]
    assert (parent.element, parent.people) == ("lone-sw", 6)


def test_gear_that_nothing_asks_an_area_without_name_and_people_without_any() -> None:
    told = counted(
        people(3, "mute", "polna"), people(5, "olt", "x-3"), people(2, "olt", None),
        people(1, None, None), people(4, "olt", None, "Polna"), people(1, None, None, "Polna"),
    )  # fmt: skip
    assert {(one.what, one.element, one.people) for one in told.missing} == {
        (Lack.UNASKED, "mute", 3), (Lack.WORDS, "x-3", 5),
        (Lack.AREA, "subscribers", 2), (Lack.ADDRESS, "subscribers", 1),
    }  # fmt: skip
    assert told.costs() == {
        Lack.UNASKED: 3, Lack.WORDS: 5, Lack.AREA: 2, Lack.ADDRESS: 1, Lack.GEAR: 0,
        Lack.PARENT: 0,
    }  # fmt: skip


def test_those_not_placed_who_find_their_street_are_counted() -> None:
    told = counted(
        people(9, "olt", "polna", "Polna"), people(4, None, "polna", "Polna"),
        people(2, None, "polna", "Krótka"), people(1, None, "polna"),
    )  # fmt: skip
    assert (told.by_area, told.by_street) == (7, 4)
