"""Gear that tells nothing hangs where bridge tables say; where they do not, nothing is drawn."""

from dataclasses import replace
from ipaddress import IPv4Address, ip_address

from netwatch.model.network import DeviceKind
from netwatch.pollers.discovery.aliases import merged
from netwatch.pollers.discovery.drawing import drawing
from netwatch.pollers.discovery.found import Drawing, Found, Port
from netwatch.pollers.gear.neighbours import Neighbour


def at(number: int) -> IPv4Address:
    address = ip_address(f"192.0.2.{number}")
    assert isinstance(address, IPv4Address)
    return address


def mac(number: int) -> str:
    return f"02:00:00:00:00:{number:02x}"


def bridge(number: int, **ports: tuple[int, ...]) -> Found:
    """Return a switch that hears others, by number, on its ports."""
    return Found(
        address=at(number),
        snmp="access",
        name=f"sw-{number}",
        kind=DeviceKind.SWITCH,
        chassis=frozenset({mac(number)}),
        ports=tuple(Port(part=p, index=str(n), names=frozenset({p})) for n, p in enumerate(ports)),
        learnt={mac(one): port for port, some in ports.items() for one in some},
    )


def quiet(number: int) -> Found:
    return Found(address=at(number), chassis=frozenset({mac(number)}))


def heard(found: Found, part: str, by: str, *others: int) -> Found:
    more = tuple(
        Neighbour(part=part, device=f"sw-{one}", port="", by=by, mac=mac(one)) for one in others
    )
    return replace(found, neighbours=found.neighbours + more)


def ends(said: Drawing) -> set[frozenset[tuple[str, str]]]:
    return {
        frozenset((str(address).rpartition(".")[2], port) for address, port in one.ends)
        for one in said.links
    }


def test_a_chain_of_switches_that_speak_nothing_is_told_from_what_they_hear() -> None:
    top = bridge(1, down=(2, 3, 9))
    middle = bridge(2, up=(1,), down=(3, 9))
    last = bridge(3, up=(1, 2), p7=(9,))

    said = drawing([last, quiet(9), top, middle])

    assert ends(said) == {
        frozenset({("1", "down"), ("2", "up")}),
        frozenset({("2", "down"), ("3", "up")}),
        frozenset({("3", "p7"), ("9", "")}),
    }
    assert said.doubts == ()


def test_a_switch_that_hears_the_router_only_hangs_where_it_is_heard() -> None:
    router = replace(quiet(8), facing={"192.0.2.1": "ge-1", "192.0.2.2": "ge-1"}, snmp="access")
    top, below = bridge(1, up=(8,), down=(2,)), bridge(2, up=(8,))

    assert ends(drawing([router, top, below])) == {
        frozenset({("8", "ge-1"), ("1", "up")}),
        frozenset({("1", "down"), ("2", "up")}),
    }


def test_what_hangs_on_a_router_alone_is_told_by_its_address_table() -> None:
    router = replace(quiet(8), facing={"192.0.2.9": "ge-3"}, addresses={"192.0.2.9": mac(9)})

    said = drawing([router, Found(address=at(9))])

    assert ends(said) == {frozenset({("8", "ge-3"), ("9", "")})}
    assert [link.by for link in said.links] == ["arp"]


def test_an_address_table_makes_quiet_gear_known_to_those_that_hear_it_by_lldp() -> None:
    teller = replace(bridge(1), addresses={"192.0.2.9": mac(9)})

    said = drawing([heard(teller, "p9", "lldp", 9), Found(address=at(9))])

    assert [link.by for link in said.links] == ["lldp"]
    assert {address for link in said.links for address, _ in link.ends} == {at(1), at(9)}


def test_a_crowd_heard_by_a_flooded_protocol_is_no_bunch_of_links() -> None:
    boxes = [bridge(number) for number in (1, 2, 3)]
    found = [heard(box, "ether1", "mndp", *{1, 2, 3} - {n}) for n, box in enumerate(boxes, 1)]

    said = drawing(found)

    assert said.links == ()
    assert {one.address for one in said.doubts} == {at(1), at(2), at(3)}


def test_two_that_hear_each_other_through_a_third_are_not_linked() -> None:
    one = heard(bridge(1, ether1=(2, 3)), "ether1", "mndp", 2)
    other = heard(bridge(2, ether1=(1, 3)), "ether1", "mndp", 1)

    assert ends(drawing([one, other, bridge(3, a=(1,), b=(2,))])) == {
        frozenset({("1", "ether1"), ("3", "a")}),
        frozenset({("2", "ether1"), ("3", "b")}),
    }


def test_a_neighbour_that_left_and_is_still_remembered_is_not_believed() -> None:
    one = heard(bridge(1, p1=()), "p1", "lldp", 2, 3)
    other = heard(bridge(3, p9=()), "p9", "lldp", 1)

    said = drawing([one, bridge(2, p5=()), other])

    assert [frozenset(a for a, _ in link.ends) for link in said.links] == [{at(1), at(3)}]


def test_a_name_that_all_gear_is_shipped_with_is_not_taken_for_one_box() -> None:
    far = Neighbour(part="p1", device="sw-2", port="", by="lldp", mac="06:11:22:33:44:55")

    assert drawing([replace(bridge(1), neighbours=(far,)), bridge(2)]).links == ()


def test_gear_behind_an_aggregate_is_not_taken_for_gear_on_it() -> None:
    top = replace(
        heard(bridge(1, ge1=(), ae0=(2, 9)), "ge1", "lldp", 2), over={"ge1": frozenset({"ae0"})}
    )
    below = heard(bridge(2, x=()), "x", "lldp", 1)

    said = drawing([top, below, quiet(9)])

    assert [frozenset(a for a, _ in link.ends) for link in said.links] == [{at(1), at(2)}]
    (doubt,) = said.doubts
    assert (doubt.address, doubt.places, doubt.mac) == (at(9), ((at(1), "ae0"),), mac(9))


def test_gear_beside_a_switch_whose_table_cannot_be_read_may_be_behind_it() -> None:
    mute = replace(quiet(5), kind=DeviceKind.SWITCH, snmp="access")

    said = drawing([bridge(1, p1=(5, 9)), mute, quiet(9)])

    assert ends(said) == {frozenset({("1", "p1"), ("5", "")})}
    assert [one.address for one in said.doubts] == [at(9)]


def test_gear_whose_hardware_address_nobody_knows_is_listed_with_that() -> None:
    said = drawing([bridge(1, p1=(2,)), bridge(2, up=(1,)), Found(address=at(7))])

    assert [(one.address, one.why) for one in said.doubts] == [
        (at(7), "no device's address table has its hardware address")
    ]


def test_one_device_at_several_addresses_is_one_device() -> None:
    one, again = bridge(1), replace(bridge(1), address=at(77))

    assert merged([one, again, bridge(2)]) == [replace(one, also=(at(77),)), bridge(2)]
    assert merged([one, again], {at(77)}) == [replace(again, also=(at(1),))]
    assert len(merged([quiet(1), Found(address=at(2)), Found(address=at(3))])) == 3


def test_a_port_that_hears_many_which_all_hear_it_is_told_and_not_drawn() -> None:
    found = [heard(bridge(n, uplink=()), "uplink", "lldp", *{1, 2, 3} - {n}) for n in (1, 2, 3)]

    said = drawing(found)

    assert said.links == ()
    crowd = [one for one in said.doubts if "hears 2 at once" in one.why]
    assert [one.address for one in crowd] == [at(1), at(2), at(3)]
    assert crowd[0].places == ((at(2), "uplink"), (at(3), "uplink"))


def test_whom_a_port_hears_and_nobody_found_is_a_stranger_once() -> None:
    one = heard(heard(bridge(1, p1=()), "p1", "lldp", 9), "p1", "cdp", 9)

    (stranger,) = drawing([one, bridge(2)]).strangers

    assert stranger.place == (at(1), "p1")
    assert stranger.neighbour.mac == mac(9)


def test_gear_as_shipped_is_not_one_device_for_its_name_and_serial_number() -> None:
    boxes = [replace(bridge(n), name="Switch", serial="0123456789") for n in (1, 2)]

    assert merged(boxes) == boxes


def test_a_hardware_address_that_came_meanwhile_makes_no_other_device() -> None:
    one = replace(bridge(1), chassis=frozenset({mac(1), mac(11), mac(12)}))
    again = replace(one, address=at(77), chassis=one.chassis | {mac(13)})

    assert merged([one, again]) == [replace(one, also=(at(77),))]
