"""ONUs in the tables of V-SOL and BDCOM, and what OLTs know of homes beside the inventory."""

from dataclasses import replace

import pytest

from netwatch.lab.faults import Fault, Kind
from netwatch.lab.objects.agent_tree import agent_tree
from netwatch.lab.objects.tree import Tree
from netwatch.lab.plan import plan_of
from netwatch.lab.terminals import Terminal, numbered
from netwatch.lab.world import World
from netwatch.model.names import DeviceId
from netwatch.model.network import Network
from netwatch.wire.ber import Oid
from tests.unit.lab.field import field
from tests.unit.lab.test_objects import IF_NAME, OPER, column

VSOL = "1.3.6.1.4.1.37950.1.1"
BDCOM = "1.3.6.1.4.1.3320"
FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"
BRIDGE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
ALIAS = "1.3.6.1.2.1.31.1.1.1.18"
FIRST, SECOND, OLT = DeviceId("zonu-1"), DeviceId("zonu-2"), DeviceId("olt-2")
PLUGGED = bytes.fromhex("02aabbccddee")
TERMINALS = {
    FIRST: Terminal(number=7, description="u5007", macs=(PLUGGED,)),
    SECOND: Terminal(macs=(bytes(6),)),
}


def at_work(profile: str, *, epon: bool = False) -> tuple[World, Tree]:
    whole = field()
    serials = ("80:14:a8:00:00:01", "8014A8000002") if epon else ("VSOL00000001", "VSOL00000002")
    devices = dict(whole.devices)
    devices[OLT] = replace(devices[OLT], profile=profile)
    for onu, serial in zip((FIRST, SECOND), serials, strict=True):
        devices[onu] = replace(devices[onu], serial=serial)
    network: Network = replace(whole, devices=devices)
    world = World(plan_of(network, TERMINALS))
    return world, agent_tree(world, OLT, lambda: 0.0)


def breaks(world: World, element: str, kind: Kind, **numbers: float) -> None:
    world.break_(Fault(element=element, kind=kind, **numbers), 1.0)
    world.settle(1.0)


def learnt(tree: Tree) -> dict[object, object]:
    """Return the names of the interfaces by the hardware address heard there."""
    names = {row[0]: name for row, name in column(tree, IF_NAME).items()}
    ports = {row[0]: names[index] for row, index in column(tree, BRIDGE_PORT).items()}  # type: ignore[index]
    return {bytes(row): ports[port] for row, port in column(tree, FDB_PORT).items()}  # type: ignore[index]


def test_vsol_lists_gpon_onus_by_port_and_number_with_phase_and_light() -> None:
    world, tree = at_work("v-sol")
    assert column(tree, f"{VSOL}.6.1.1.2.1.5") == {(1, 1): b"VSOL00000002", (1, 7): b"VSOL00000001"}
    assert column(tree, f"{VSOL}.6.1.1.1.1.7")[1, 7] == b"u5007"
    assert column(tree, f"{VSOL}.6.1.1.18.1.3") == {(1,): 2}
    assert all(float(dbm) < -16 for dbm in column(tree, f"{VSOL}.6.1.1.3.1.7").values())  # type: ignore[arg-type]

    breaks(world, "device:zonu-1", Kind.POWER, share=1.0)

    assert column(tree, f"{VSOL}.6.1.1.1.1.5") == {(1, 1): 3, (1, 7): 4}
    assert column(tree, f"{VSOL}.6.1.1.18.1.3") == {(1,): 1}
    assert not column(tree, f"{VSOL}.5.12.1.9.1.5")


def test_vsol_lists_epon_onus_in_a_row_each_with_port_and_llid_in_columns() -> None:
    world, tree = at_work("vsol-v1600d", epon=True)
    assert column(tree, f"{VSOL}.5.12.1.9.1.2") == {(1,): 1, (2,): 1}
    assert column(tree, f"{VSOL}.5.12.1.9.1.3") == {(1,): 1, (2,): 7}
    assert column(tree, f"{VSOL}.5.12.1.9.1.5")[2,] == b"80:14:a8:00:00:01"
    assert b"dBm)" in column(tree, f"{VSOL}.5.12.2.1.8.1.7")[1, 7]  # type: ignore[operator]

    breaks(world, "port:olt-2/1/2/1", Kind.DEAD)

    assert set(column(tree, f"{VSOL}.5.12.1.9.1.4").values()) == {0}


@pytest.mark.parametrize("epon", [False, True])
def test_bdcom_makes_an_interface_of_each_onu(epon: bool) -> None:
    world, tree = at_work("bdcom", epon=epon)
    names = {name: row for row, name in column(tree, IF_NAME).items()}
    kind = b"EPON" if epon else b"GPON"
    first: Oid = names[kind + b"0/1:7"]
    status = f"{BDCOM}.101.10.1.1.26" if epon else f"{BDCOM}.10.3.3.1.4"
    cause = f"{BDCOM}.101.11.1.1.11" if epon else f"{BDCOM}.10.3.1.1.35"
    assert kind + b"0/1" in names
    assert column(tree, ALIAS)[first] == b"u5007"
    assert column(tree, status)[first] == 3
    assert learnt(tree)[PLUGGED] == kind + b"0/1:7"

    breaks(world, "device:zonu-1", Kind.POWER, share=1.0)

    assert column(tree, OPER)[first] == 2
    assert column(tree, status)[first] == 2
    assert column(tree, cause)[(*first, 0) if epon else first] == (9 if epon else 1)
    assert PLUGGED not in learnt(tree)


def test_what_customers_plug_in_is_heard_at_the_port_and_on_the_switches_above() -> None:
    world, tree = at_work("v-sol")
    above = agent_tree(world, DeviceId("ag-3"), lambda: 0.0)

    assert learnt(tree)[PLUGGED] == b"PON1"
    assert learnt(above)[PLUGGED] == b"4"


def test_numbers_that_are_given_are_kept_and_the_others_fill_the_gaps() -> None:
    given = {DeviceId("b"): Terminal(number=1), DeviceId("c"): Terminal()}
    onus = [DeviceId(name) for name in "abcd"]
    assert numbered(onus, given, 0) == [(0, "a"), (1, "b"), (2, "c"), (3, "d")]
    assert numbered(onus, given, 1) == [(1, "b"), (2, "a"), (3, "c"), (4, "d")]
