"""Where inventory and wire do not agree is told; what they agree on is not proposed anew."""

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Device, DeviceKind, End, Link, Network
from netwatch.pollers.discovery.found import Drawn, Found, Onu, Port
from netwatch.pollers.gear.neighbours import Neighbour
from netwatch.service.proposal import Proposal, propose

A, B, C, D = (ip_address(f"192.0.2.{n}") for n in (1, 2, 3, 4))
HEARS = (Neighbour(part="1", device="x", port="", by="lldp"),)


def device(name: str, address: Any, **more: Any) -> Device:
    return Device(id=DeviceId(name), kind=DeviceKind.SWITCH, address=address, **more)


def network(*devices: Device, links: Sequence[str] = ()) -> Network:
    def end(text: str) -> End:
        name, _, port = text.partition(":")
        return End(device=DeviceId(name), port=port or None)

    made = []
    for number, text in enumerate(links):
        one, other = text.split(" ")
        made.append(Link(id=LinkId(f"l-{number}"), ends=(end(one), end(other))))
    return Network(
        vantage=devices[0].id,
        devices={one.id: one for one in devices},
        links={one.id: one for one in made},
    )


def box(address: Any, name: str, *ports: str, **more: Any) -> Found:
    return Found(
        address=address,
        name=name,
        ports=tuple(
            Port(part=p, index=str(n), names=frozenset({p, f"Port-{p}"}))
            for n, p in enumerate(ports)
        ),
        neighbours=HEARS,
        **more,
    )


def link(one: Any, at: str, other: Any, there: str, by: str = "lldp") -> Drawn:
    return Drawn(ends=((one, at), (other, there)), by=by)


def kinds(said: Proposal) -> list[tuple[str, str]]:
    return [(one.kind, one.element) for one in said.disagreements]


def test_a_port_may_bear_any_of_its_names() -> None:
    known = network(device("a", A), device("b", B), links=["a:Port-1 b:port-7"])

    said = propose([box(A, "a", "1"), box(B, "b", "7")], [link(A, "1", B, "7")], known)

    assert (kinds(said), said.yaml) == ([], "")


def test_another_port_is_a_link_that_moved_and_no_new_one() -> None:
    known = network(device("a", A), device("b", B), links=["a:1 b:7"])

    said = propose([box(A, "a", "1", "2"), box(B, "b", "7")], [link(A, "2", B, "7")], known)

    assert kinds(said) == [("link-moved", "link:l-0")]
    assert said.disagreements[0].wrong == "it is a:2 to b:7, the inventory has a:1 to b:7"
    assert said.yaml == ""


def test_a_port_that_leads_elsewhere_says_where() -> None:
    known = network(device("a", A), device("b", B), device("c", C), links=["a:1 b:7", "b c"])
    found = [box(A, "a", "1"), box(B, "b", "7"), box(C, "c", "9")]

    said = propose(found, [link(A, "1", C, "9"), link(B, "", C, "")], known)

    assert kinds(said) == [("link-moved", "link:l-0")]
    assert said.disagreements[0].wrong == "a:1 leads to c:9, the inventory has a:1 to b:7"
    assert said.yaml == 'links:\n  - {ends: ["a:1", "c:9"]}   # lldp\n'


def test_one_parallel_member_that_nobody_hears_is_missing() -> None:
    known = network(device("a", A), device("b", B), links=["a b", "a b"])

    said = propose([box(A, "a", "1"), box(B, "b", "7")], [link(A, "1", B, "7")], known)

    assert kinds(said) == [("link-missing", "link:l-1")]


def test_what_hangs_behind_passive_gear_is_heard_where_that_hangs() -> None:
    cabinet = Device(id=DeviceId("box"), kind=DeviceKind.CABINET)
    known = network(device("a", A), cabinet, device("b", B), links=["a:1 box", "box b"])

    said = propose([box(A, "a", "1"), box(B, "b")], [link(A, "1", B, "", "bridge")], known)

    assert (kinds(said), said.yaml) == ([], "")


def test_a_table_that_has_gear_elsewhere_disagrees_and_proposes_nothing() -> None:
    known = network(device("a", A), device("b", B), device("c", C), links=["a b", "a c"])
    found = [replace(box(A, "a", "1"), neighbours=()), box(B, "b", "5"), Found(address=C)]

    said = propose(found, [link(A, "1", B, ""), link(B, "5", C, "", "bridge")], known)

    assert kinds(said) == [("link-moved", "device:c")]
    assert said.yaml == ""


def test_a_device_at_another_address_is_known_by_its_serial_number() -> None:
    known = network(device("a", A), device("b", B, serial="S-7"), links=["a b"])
    found = [box(A, "a"), box(D, "renamed", serial="s-7", snmp="access")]

    said = propose(found, [link(A, "", D, "")], known, asked=[A, B, D])

    assert kinds(said) == [("address", "device:b")]
    assert said.yaml == ""


def test_swapped_boxes_are_told_by_their_names() -> None:
    known = network(device("a", A), device("b", B), device("c", C), links=["a b", "a c"])

    said = propose([box(A, "a"), box(B, "c"), box(C, "b")], [], known)

    named = [one for one in said.disagreements if one.kind == "name"]
    assert [one.element for one in named] == ["device:b", "device:c"]
    assert named[0].wrong == "it calls itself c, which is another device of the inventory"


def test_ids_that_are_nobodys_names_are_no_disagreement() -> None:
    known = network(device("pop-1-a", A), device("pop-1-b", B), links=["pop-1-a pop-1-b"])

    said = propose([box(A, "one.isp.example"), box(B, "two")], [link(A, "", B, "")], known)

    assert kinds(said) == []


def test_a_domain_is_no_other_name_and_another_serial_number_is_told() -> None:
    known = network(device("a", A, serial="S-1"), device("b", B), links=["a b"])

    found = [box(A, "a.isp.example", serial="S-2"), box(B, "b")]
    said = propose(found, [link(A, "", B, "")], known)

    assert kinds(said) == [("serial", "device:a")]


def test_an_onu_on_another_port_is_told_and_one_that_nobody_has_is_proposed() -> None:
    onu = Device(
        id=DeviceId("onu-1"),
        kind=DeviceKind.ONU,
        via=DeviceId("a"),
        port="0/1/3",
        serial="HWTC00000001",
    )
    same = replace(onu, id=DeviceId("onu-2"), serial="HWTC00000002")
    listed = (
        Onu(port="GPON 0/1/4", serial="HWTC00000001"),
        Onu(port="GPON 0/1/3", serial="hwtc00000002"),
        Onu(port="GPON 0/1/3", serial="HWTC00000003"),
    )

    said = propose([box(A, "a", onus=listed)], [], network(device("a", A), onu, same))

    assert kinds(said) == [("onu-moved", "device:onu-1")]
    assert "it is at a:GPON 0/1/4, the inventory has a:0/1/3" in said.disagreements[0].wrong
    assert said.yaml == (
        "devices:\n  - {id: onu-HWTC00000003, via: a, "
        'port: "GPON 0/1/3", serial: HWTC00000003, kind: onu}\n'
    )
