"""Links are drawn as the devices tell of them, each once, whatever they call their ports."""

from dataclasses import replace
from ipaddress import ip_address

import yaml

from netwatch.pollers.discovery.drawing import links
from netwatch.pollers.discovery.found import Drawn, Found, Port
from netwatch.pollers.gear.neighbours import Neighbour
from netwatch.service.proposal import propose

A, B, C = (ip_address(f"192.0.2.{n}") for n in (1, 2, 3))


def port(name: str, index: int, *names: str, mac: str = "") -> Port:
    return Port(part=name, index=str(index), names=frozenset((name, *names)), mac=mac)


def heard(part: str, device: str, far: str, by: str = "lldp", mac: str = "") -> Neighbour:
    return Neighbour(part=part, device=device, port=far, by=by, mac=mac)


def ends(drawn: list[Drawn]) -> set[frozenset[tuple[str, str]]]:
    return {frozenset((str(address), name) for address, name in one.ends) for one in drawn}


def box(address: object, name: str, *parts: Port, hears: list[Neighbour] | None = None) -> Found:
    return Found(address=address, name=name, ports=parts, neighbours=tuple(hears or ()))  # type: ignore[arg-type]


def test_what_two_devices_say_of_each_other_is_one_link() -> None:
    a = box(A, "a", port("ge-0/0/1", 1), hears=[heard("ge-0/0/1", "B", "Gi1")])
    b = box(B, "b", port("Gi1", 9, "GigabitEthernet1"), hears=[heard("Gi1", "A", "ge-0/0/1")])

    assert ends(links([a, b])) == {frozenset({("192.0.2.1", "ge-0/0/1"), ("192.0.2.2", "Gi1")})}


def test_two_cables_between_the_same_two_devices_are_two_links() -> None:
    cables = [heard("1", "b", "x"), heard("2", "b", "y")]
    a = box(A, "a", port("1", 1), port("2", 2), hears=cables)
    b = box(B, "b", port("x", 1), port("y", 2), hears=[heard("x", "a", "1")])

    assert len(links([a, b])) == len(cables)


def test_a_neighbour_is_known_by_its_hardware_address_where_names_are_shared() -> None:
    mac = "02:00:00:00:00:0c"
    a = box(A, "a", port("1", 1), hears=[heard("1", "switch", "7", mac=mac)])
    b = box(B, "switch")
    c = replace(box(C, "switch", port("7", 7)), chassis=frozenset({mac}))

    assert ends(links([a, b, c])) == {frozenset({("192.0.2.1", "1"), ("192.0.2.3", "7")})}


def test_gear_that_tells_nothing_hangs_where_a_bridge_hears_it_alone() -> None:
    mac, other = "02:00:00:00:00:03", "02:00:00:00:00:04"
    trunk = replace(
        box(A, "a", port("up", 1), hears=[heard("up", "b", "down")]),
        learnt={mac: "up", other: "up"},
        addresses={"192.0.2.3": mac},
    )
    edge = replace(box(B, "b", port("down", 1), port("p3", 3)), learnt={mac: "p3", other: "down"})

    drawn = links([trunk, edge, Found(address=C)])

    assert drawn[1:] == [Drawn(ends=((B, "p3"), (C, "")), by="bridge")]


def test_strangers_that_nobody_found_make_no_link() -> None:
    assert links([box(A, "a", port("1", 1), hears=[heard("1", "elsewhere", "9")])]) == []


def test_a_proposal_is_yaml_that_no_device_can_write_into() -> None:
    evil = replace(box(A, 'x: [\n"'), snmp="access", vendor="Acme\nvantage: evil", serial="1.5")

    _, line = propose([evil], [], None).yaml.splitlines()

    said = yaml.safe_load(line)
    assert said == [
        {
            "id": "x",
            "kind": "other",
            "address": "192.0.2.1",
            "name": 'x: [ "',
            "snmp": "access",
            "serial": "1.5",
        }
    ]
    assert line.endswith("# Acme vantage: evil")


def test_nameless_gear_is_not_taken_for_the_neighbour_that_says_no_name() -> None:
    mac = "02:00:00:00:00:0b"
    a = box(A, "", port("1", 1), hears=[heard("1", "", "", mac=mac)])
    b = replace(box(B, "", port("7", 7), hears=[heard("7", "", "")]), chassis=frozenset({mac}))

    assert ends(links([a, b])) == {frozenset({("192.0.2.1", "1"), ("192.0.2.2", "")})}


def test_a_far_port_that_two_protocols_tell_of_is_one_port() -> None:
    a = box(A, "a", port("1", 1), hears=[heard("1", "b", "")])
    b = box(B, "b", port("7", 7), hears=[heard("7", "a", "1"), heard("7", "a", "1", by="cdp")])

    assert ends(links([a, b])) == {frozenset({("192.0.2.1", "1"), ("192.0.2.2", "7")})}


def test_two_thousand_cables_between_two_large_devices_are_all_drawn() -> None:
    many = range(2000)
    ports = [port(f"p{n}", n, f"Port{n}") for n in many]
    a = box(A, "a", *ports, hears=[heard(f"PORT{n}", "b", "") for n in many])
    b = box(B, "b", *ports, hears=[heard(f"PORT{n}", "a", f"port{n}") for n in many])

    assert len(links([a, b])) == len(many)


def test_thousands_of_quiet_boxes_find_their_ports_in_large_bridge_tables() -> None:
    core = Found(address=A, learnt={f"mac{n}": f"down{n % 4}" for n in range(10_000)})
    bridges = [
        Found(address=A + 1 + k, learnt={f"mac{n}": f"p{n % 48}" for n in range(k, 10_000, 4)})
        for k in range(4)
    ]
    boxes = [Found(address=C + 10 + n, chassis=frozenset({f"mac{n}"})) for n in range(3000)]

    drawn = links([core, *bridges, *boxes])

    assert len(drawn) == len(boxes)
    assert A not in {end[0] for link in drawn for end in link.ends}


def test_gear_that_all_bears_one_name_gets_ids_of_its_own() -> None:
    found = [box(A + n, "n" * 70) for n in range(3000)]

    names = propose(found, [], None).names

    assert len(set(names.values())) == len(found)
    assert max(map(len, names.values())) <= 64
