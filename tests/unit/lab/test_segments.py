"""Bridges of the lab learn whom they forward, and routers whose addresses they resolve."""

from netwatch.lab.objects.agent_tree import agent_tree
from netwatch.lab.objects.neighbouring import hardware_address
from netwatch.model.names import DeviceId
from tests.unit.lab.field import Hammer
from tests.unit.lab.test_objects import column, tree_of

FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"
ARP = "1.3.6.1.2.1.4.22.1.2"
NEWER_ARP = "1.3.6.1.2.1.4.35.1.4"


def test_a_bridge_hears_what_is_below_it_and_the_router_above() -> None:
    field = Hammer()

    heard = column(tree_of(field, "sw-1"), FDB_PORT)

    below = {tuple(hardware_address(DeviceId(f"cpe-{n}"))) for n in range(1, 7)}
    assert heard.keys() == below | {tuple(hardware_address(DeviceId("core-1")))}
    assert len(set(heard.values())) == 7


def test_frames_take_another_way_when_a_link_is_cut() -> None:
    field = Hammer()
    tree = agent_tree(field.world, DeviceId("ag-2"), lambda: field.now)
    cpe = tuple(hardware_address(DeviceId("cpe-1")))
    assert cpe not in column(tree, FDB_PORT)

    field.breaks("link:l-4", "cut")

    assert cpe in column(tree, FDB_PORT)


def test_a_router_resolves_the_addresses_of_both_families() -> None:
    tree = tree_of(Hammer(), "core-1")

    assert hardware_address(DeviceId("sw-1")) in column(tree, ARP).values()
    assert set(column(tree, NEWER_ARP).values()) == {hardware_address(DeviceId("server-6"))}
