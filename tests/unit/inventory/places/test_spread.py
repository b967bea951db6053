"""Derived places become part of the network, and the operator's own word holds."""

from dataclasses import replace

from netwatch.inventory.drawn.geometry import outline
from netwatch.inventory.places.coverage import Lack, coverage
from netwatch.inventory.places.evidence import Spot
from netwatch.inventory.places.place import Home, Place
from netwatch.inventory.places.spread import spread
from netwatch.model.names import AreaId, DeviceId, SubscriberId
from netwatch.model.network import Area, Device, DeviceKind, LocalName, Network, Subscriber
from netwatch.model.street_map import street_map
from tests.unit.inventory.places.town import NETWORK, OLT, serial


def square(west: float, south: float, size: float) -> bytes:
    east, north = west + size, south + size
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return outline([[ring]])


def place(number: int, **other: object) -> Place:
    made = Place(
        source="billing",
        line=f"N{number}",
        subscriber=f"S{number}",
        spot=Spot(OLT, "0/1/1", serial(number), str(number)),
        home=Home(street="ul. Polna", house=str(number + 1), town="Dolina"),
        login=f"user{number}",
    )
    return replace(made, **other)  # type: ignore[arg-type]


def test_an_onu_that_nobody_wrote_down_becomes_a_device_with_its_link() -> None:
    network = spread(NETWORK, [place(0)]).network

    onu = network.devices[DeviceId("onu-hwtc00000001")]
    assert (onu.kind, onu.via, onu.port, onu.serial) == (
        DeviceKind.ONU, OLT, "0/1/1", "HWTC00000001",
    )  # fmt: skip
    (link,) = network.links.values()
    assert [(end.device, end.port) for end in link.ends] == [(OLT, "0/1/1"), (onu.id, None)]
    person = network.subscribers[SubscriberId("S0")]
    assert (person.device, person.login) == (onu.id, "user0")
    assert network.digest != NETWORK.digest


def test_the_operators_own_onu_and_subscriber_are_used_not_doubled() -> None:
    own = Device(
        id=DeviceId("onu-7"), kind=DeviceKind.ONU, via=OLT, port="0/1/1", serial="hwtc-00000001"
    )
    person = Subscriber(id=SubscriberId("S0"), phone="+48555010100")
    written = replace(
        NETWORK, devices={**NETWORK.devices, own.id: own}, subscribers={person.id: person}
    )

    network = spread(written, [place(0)]).network

    assert set(network.devices) == set(written.devices)
    assert network.subscribers[person.id].device == own.id
    assert network.subscribers[person.id].phone == "+48555010100"


def test_where_the_inventory_says_otherwise_it_holds_and_the_conflict_is_told() -> None:
    person = Subscriber(id=SubscriberId("S0"), device=DeviceId("sw-1"))
    written = replace(NETWORK, subscribers={person.id: person})

    joined = spread(written, [place(0)])

    assert joined.network.subscribers[person.id].device == "sw-1"
    assert [(one.written, one.derived) for one in joined.conflicts] == [
        ("sw-1", "onu-hwtc00000001")
    ]


def test_a_port_without_a_known_onu_is_a_passive_end_of_its_own() -> None:
    network = spread(NETWORK, [place(0, spot=Spot(OLT, "0/1/1"))]).network

    device = network.subscribers[SubscriberId("S0")].device
    assert device is not None
    assert network.devices[device].kind is DeviceKind.SPLITTER
    assert [link.ends[0].port for link in network.links.values()] == ["0/1/1"]


def test_a_customer_with_lines_on_two_devices_is_told_of_both() -> None:
    network = spread(NETWORK, [place(0), place(1, subscriber="S0")]).network

    assert {(one.id, one.device) for one in network.subscribers.values()} == {
        ("S0", "onu-hwtc00000001"),
        ("S0.N1", "onu-hwtc00000002"),
    }


def test_lines_of_one_customer_name_the_person_as_the_contact_store_does() -> None:
    second = place(1, subscriber="S 0", line="N2")
    network = spread(NETWORK, [place(0, subscriber="S 0"), second]).network

    assert len(network.subscribers) == 2
    assert {one.person for one in network.subscribers.values()} == {"S 0"}
    (plain,) = spread(NETWORK, [place(0)]).network.subscribers.values()
    assert (plain.customer, plain.person) == ("", "S0")


def test_drawn_areas_win_and_a_street_of_few_goes_by_its_town() -> None:
    drawn = Area(id=AreaId("estate"), name=LocalName("os. Polna"))
    other = Home(street="Krótka", house="1", town="Dolina")
    places = [*(place(number) for number in range(6)), place(6, home=other)]

    derived = spread(NETWORK, places).network
    with_drawn = spread(replace(NETWORK, areas={drawn.id: drawn}), places).network

    assert derived.subscribers[SubscriberId("S0")].area == "street-dolina-polna"
    assert derived.subscribers[SubscriberId("S6")].area == "town-dolina"
    assert derived.areas[AreaId("street-dolina-polna")].within == "town-dolina"
    assert with_drawn.subscribers[SubscriberId("S0")].area == "estate"


def test_coordinates_put_a_home_into_the_drawn_area_around_it() -> None:
    drawn = square(19.9, 50.0, 0.1)
    areas = {
        "town": Area(id=AreaId("town"), name=LocalName("Miasto"), outline=drawn),
        "polna": Area(id=AreaId("polna"), name=LocalName("Polna"), within=AreaId("town")),
        "krotka": Area(id=AreaId("krotka"), name=LocalName("Krótka")),
    }
    network = replace(NETWORK, areas={one.id: one for one in areas.values()})
    homes = [
        place(0, lat=50.05, lon=19.95, home=Home(street="Długa", house="1", town="Dolina")),
        place(1, lat=50.05, lon=19.95),
        place(2, lat=50.05, lon=19.95, home=Home(street="Krótka", house="1", town="Dolina")),
        place(3, lat=51.05, lon=19.95, home=Home(street="Krótka", house="1", town="Dolina")),
    ]

    joined = spread(network, homes).network

    assert [joined.subscribers[SubscriberId(f"S{n}")].area for n in range(4)] == [
        "town", "polna", "town", "krotka",
    ]  # fmt: skip


def test_a_device_that_left_the_inventory_leaves_its_people_to_their_area() -> None:
    gone = place(0, spot=Spot(DeviceId("olt-9"), "0/1/1", serial(0)))

    joined = spread(NETWORK, [gone])

    assert joined.network.subscribers[SubscriberId("S0")].device is None
    assert joined.dangling == (("billing", "N0"),)


def test_ids_of_other_systems_become_ids() -> None:
    network = spread(
        NETWORK, [place(0, subscriber="umowa 7/2024 ąć"), place(1, subscriber="x" * 99)]
    )
    assert all(len(one) <= 64 and one.isascii() for one in network.network.subscribers)
    assert len(network.network.subscribers) == 2


def test_coverage_counts_people_and_what_a_missing_record_costs() -> None:
    nowhere = place(1, spot=None, home=Home())
    by_area = [place(n, spot=None) for n in range(2, 8)]

    told = coverage(spread(NETWORK, [place(0), nowhere, *by_area]).network)

    assert (told.subscribers, told.placed, told.by_area, told.not_placed) == (8, 1, 6, 1)
    assert (Lack.ADDRESS, "subscribers", 1) in [
        (one.what, one.element, one.people) for one in told.missing
    ]


def test_the_lines_of_one_firm_are_one_neighbour_whatever_its_lines_are_called() -> None:
    firm = [
        Place(source="lms", line=f"a.{n} x", subscriber="Firm & Co", spot=Spot(DeviceId(f"sw-{n}")),
              home=Home(street="Polna", house=str(n), town="Dolina"))
        for n in range(1, 8)
    ]  # fmt: skip
    gear = {one.spot.device: Device(id=one.spot.device, kind=DeviceKind.SWITCH)
            for one in firm if one.spot}  # fmt: skip

    network = spread(Network(devices=gear), firm).network

    assert len(network.subscribers) == 7
    assert not network.areas
    (street,) = street_map(network).streets
    assert street.cells == ()
