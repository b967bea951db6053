"""Hundreds of devices are hung with a line, and no line overrules what gear says itself."""

from ipaddress import IPv4Address, ip_address
from pathlib import Path

import pytest

from netwatch.model.faults import ConfigError
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.pollers.discovery.found import Doubt, Drawn, Found
from netwatch.service.parents import Hanging, hang, rules_of
from netwatch.service.proposal import given_names, propose


def at(text: str) -> IPv4Address:
    address = ip_address(text)
    assert isinstance(address, IPv4Address)
    return address


SWITCHES = [Found(address=at(f"10.0.0.{n}"), name=f"sw-{n}", snmp="access") for n in range(1, 31)]
QUIET = [Found(address=at(f"10.1.{n}.{m}")) for n in range(1, 31) for m in range(10, 30)]
FOUND = [*SWITCHES, *QUIET]


def hung(*rules: str, drawn: tuple[Drawn, ...] = ()) -> Hanging:
    doubts = [Doubt(address=one.address, why="?") for one in QUIET]
    names = given_names(FOUND, None)
    return hang(rules_of(rules), FOUND, drawn, doubts, names=names, network=None)


def test_a_range_hangs_on_one_port() -> None:
    said = hung("sw-7:ge-0/0/3 = 10.1.7.0/24")

    assert {(one.parent, one.port) for one in said.hung} == {("sw-7", "ge-0/0/3")}
    assert {one.child for one in said.hung} == {at(f"10.1.7.{m}") for m in range(10, 30)}
    assert len(said.doubts) == len(QUIET) - 20


def test_a_pattern_hangs_six_hundred_on_thirty_switches() -> None:
    said = hung("sw-{n}:* = 10.1.{n}.*")

    assert len(said.hung) == 600
    assert all(str(one.child).split(".")[2] == one.parent.removeprefix("sw-") for one in said.hung)
    assert said.doubts == []
    assert [(line.hung, line.wrong) for line in said.told] == [(600, "")]


def test_the_first_rule_that_fits_holds() -> None:
    said = hung("sw-1 = 10.1.7.10", "sw-7 = 10.1.7.1?, 10.1.7.2?")

    assert {one.parent for one in said.hung if one.child == at("10.1.7.10")} == {"sw-1"}
    assert [line.hung for line in said.told] == [1, 19]


def test_gear_that_tells_where_it_hangs_is_left_alone_and_tables_are_overruled() -> None:
    told, by_table = QUIET[0].address, QUIET[1].address
    lldp = Drawn(ends=((at("10.0.0.2"), "p"), (told, "")), by="lldp")
    table = Drawn(ends=((at("10.0.0.2"), "q"), (by_table, "")), by="bridge")

    said = hung("sw-1 = 10.1.1.10, 10.1.1.11", drawn=(lldp, table))
    proposal = propose(FOUND, said.drawn, None, hanging=said)

    assert said.drawn == [lldp]
    assert [one.child for one in said.hung] == [by_table]
    assert [(line.hung, line.linked) for line in said.told] == [(1, 1)]
    (against,) = proposal.disagreements
    assert against.kind == "parent"
    assert "the bridge table of sw-2 has it on q" in against.wrong
    assert "- {ends: [sw-1, 10.1.1.11]}   # parent" in proposal.yaml


def test_a_rule_that_hangs_nothing_says_why() -> None:
    assert [line.wrong for line in hung("sw-1 = 192.0.2.0/24").told] == [
        "fits no gear that was found"
    ]
    assert [line.wrong for line in hung("sv-1 = 10.1.1.*").told] == [
        "'sv-1' is neither in the inventory nor found; did you mean 'sw-1'?"
    ]


def test_the_vantage_and_the_parent_itself_are_not_hung() -> None:
    network = Network(vantage=DeviceId("sw-2"))

    said = hang(
        rules_of(["sw-1 = 10.0.0.0/24"]),
        FOUND,
        (),
        (),
        names=given_names(FOUND, network),
        network=network,
    )

    assert {at("10.0.0.1"), at("10.0.0.2")} & {one.child for one in said.hung} == set()
    assert len(said.hung) == 28


def test_silent_gear_of_the_inventory_is_hung_too_where_it_was_asked() -> None:
    known = [
        Device(id=DeviceId(f"cam-{n}"), kind=DeviceKind.OTHER, address=at(f"10.9.0.{n}"))
        for n in (1, 2)
    ]
    network = Network(vantage=DeviceId("sw-2"), devices={one.id: one for one in known})

    said = hang(
        rules_of(["sw-1:7 = cam-*"]),
        FOUND,
        (),
        (),
        names=given_names(FOUND, network),
        network=network,
        asked={at("10.9.0.1")},
    )

    assert [(one.name, one.parent, one.port) for one in said.hung] == [("cam-1", "sw-1", "7")]
    assert '{ends: ["sw-1:7", cam-1]}' in propose(FOUND, (), network, hanging=said).yaml


@pytest.mark.parametrize(
    "rule",
    [
        "sw-1",
        "= 10.0.0.0/8",
        "sw-1 =",
        "sw-1 = 10.0.0.0/99",
        "sw-{n} = 10.1.*",
        "sw-{ = x",
        "sw-{0.a} = {0}",
    ],
)
def test_a_rule_that_is_none_is_told_with_an_example(rule: str, tmp_path: Path) -> None:
    file = tmp_path / "rules"
    file.write_text(f"# where the cameras hang\n\n{rule}\n")

    with pytest.raises(ConfigError) as told:
        rules_of([str(file)])

    assert f"{file}:3:1" in str(told.value)
    assert "sw-7:ge-0/0/3 = 10.1.7.0/24" in str(told.value)
