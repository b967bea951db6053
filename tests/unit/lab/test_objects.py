"""What each device's agent shows."""

from itertools import pairwise

import pytest

from netwatch.lab.objects.agent_tree import agent_tree
from netwatch.lab.objects.onu_rows import serial_octets
from netwatch.lab.objects.tree import Tree
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Oid, VarBind, parse_oid
from tests.unit.lab.field import Hammer

SYSTEM = "1.3.6.1.2.1.1"
OPER = "1.3.6.1.2.1.2.2.1.8"
IN_OCTETS = "1.3.6.1.2.1.31.1.1.1.6"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
LLDP_NEIGHBOUR = "1.0.8802.1.1.2.1.4.1.1.9"
UPS = "1.3.6.1.2.1.33.1"
HUAWEI = "1.3.6.1.4.1.2011.6.128.1.1.2"
ZTE = "1.3.6.1.4.1.3902.1012.3.28"
PON_1, PON_2 = 4194304000 + 8192 + 256, 4194304000 + 8192 + 512
NO_READING = 2147483647


def tree_of(field: Hammer, device: str) -> Tree:
    return agent_tree(field.world, DeviceId(device), lambda: field.now)


def walk(tree: Tree, under: str = "1") -> list[VarBind]:
    """Return all objects below an OID, by GETNEXT."""
    prefix = parse_oid(under) if "." in under else (1,)
    found: list[VarBind] = []
    at: Oid = prefix
    while (bind := tree.after(at)) is not None and bind.oid[: len(prefix)] == prefix:
        found.append(bind)
        at = bind.oid
    return found


def column(tree: Tree, under: str) -> dict[Oid, object]:
    """Return a column's values by instance."""
    size = len(parse_oid(under))
    return {bind.oid[size:]: bind.value for bind in walk(tree, under)}


@pytest.mark.parametrize("device", ["core-1", "ag-1", "olt-1", "olt-2", "ups-1", "cpe-1"])
def test_a_walk_passes_every_object_once_and_in_order(device: str) -> None:
    tree = tree_of(Hammer(), device)

    binds = walk(tree)

    assert all(one.oid < other.oid for one, other in pairwise(binds))
    assert all(tree.get(bind.oid) == bind for bind in binds)
    assert len(binds) > 30


def test_a_device_says_its_name_its_make_and_since_when_it_is_up() -> None:
    field = Hammer()
    field.waits(12.5)
    tree = tree_of(field, "olt-2")

    system = column(tree, SYSTEM)

    assert system[5, 0] == b"olt-2"
    assert system[2, 0] == (1, 3, 6, 1, 4, 1, 3902, 1082, 1001, 320, 2, 1)
    assert system[3, 0] == 1250


def test_a_device_that_was_dead_counts_its_time_anew() -> None:
    field = Hammer()
    field.waits(100)
    field.breaks("device:ag-1", "dead")
    field.waits(10)
    field.mends()
    field.waits(2)

    assert column(tree_of(field, "ag-1"), SYSTEM)[3, 0] == 200


def test_a_port_is_down_at_both_ends_of_a_cut_link() -> None:
    field = Hammer()
    one, other = tree_of(field, "ag-3"), tree_of(field, "core-1")
    names = {value: row for row, value in column(one, IF_NAME).items()}

    field.breaks("link:l-4", "cut")

    assert column(one, OPER)[names[b"2"]] == 2
    assert column(one, OPER)[names[b"1"]] == 1
    assert sorted(column(other, OPER).values()) == [1, 1, 2]  # type: ignore[type-var]


def test_a_port_is_down_while_the_device_at_its_other_end_is_dead() -> None:
    field = Hammer()
    tree = tree_of(field, "ag-3")
    names = {value: row for row, value in column(tree, IF_NAME).items()}

    field.breaks("device:sw-1", "dead")

    assert column(tree, OPER)[names[b"3"]] == 2


def test_counters_grow_with_time() -> None:
    field = Hammer()
    tree = tree_of(field, "core-1")

    before = column(tree, IN_OCTETS)
    field.waits(10)
    after = column(tree, IN_OCTETS)

    assert all(after[row] > before[row] for row in before)  # type: ignore[operator]


def test_lldp_shows_the_neighbours_over_links_that_carry() -> None:
    field = Hammer()
    tree = tree_of(field, "ag-3")
    assert set(column(tree, LLDP_NEIGHBOUR).values()) == {b"core-1", b"ag-2", b"sw-1", b"olt-2"}

    field.breaks("link:l-4", "cut")

    assert set(column(tree, LLDP_NEIGHBOUR).values()) == {b"ag-2", b"sw-1", b"olt-2"}


def test_a_ups_tells_mains_from_battery_and_how_long_it_lasts() -> None:
    field = Hammer()
    tree = tree_of(field, "ups-1")
    assert column(tree, f"{UPS}.4.1") == {(0,): 3}

    field.breaks("site:cellar", "power")
    field.waits(600)

    assert column(tree, f"{UPS}.4.1") == {(0,): 5}
    assert column(tree, f"{UPS}.2") == {
        (1, 0): 2,
        (2, 0): 600,
        (3, 0): 20,
        (4, 0): 67,
        (5, 0): 506,
        (7, 0): 25,
    }


def test_a_battery_near_its_end_is_low() -> None:
    field = Hammer()
    field.breaks("site:cellar", "battery")

    assert column(tree_of(field, "ups-1"), f"{UPS}.2.1") == {(0,): 3}


def test_huawei_tables_show_each_onu_with_state_serial_distance_and_light() -> None:
    tree = tree_of(Hammer(), "olt-1")

    assert column(tree, f"{HUAWEI}.43.1.3")[PON_1, 0] == b"HWTC\x00\x00\x00\x11"
    assert set(column(tree, f"{HUAWEI}.46.1.15").values()) == {1}
    assert len(column(tree, f"{HUAWEI}.46.1.15")) == 16
    assert all(200 <= m <= 9000 for m in column(tree, f"{HUAWEI}.46.1.20").values())  # type: ignore[operator]
    assert all(-2800 < m < -1600 for m in column(tree, f"{HUAWEI}.51.1.4").values())  # type: ignore[operator]
    assert column(tree, f"{HUAWEI}.21.1.16") == {(PON_1,): 8, (PON_2,): 8}
    assert b"GPON 0/1/1" in column(tree, IF_NAME).values()


def test_huawei_tables_tell_lost_light_from_lost_power() -> None:
    field = Hammer()
    tree = tree_of(field, "olt-1")
    field.breaks("risk:grid-1", "power")
    field.breaks("device:onu-15", "dead")

    status = column(tree, f"{HUAWEI}.46.1.15")
    cause = column(tree, f"{HUAWEI}.46.1.24")

    assert [status[PON_1, n] for n in range(8)] == [2, 2, 2, 2, 2, 1, 1, 1]
    assert [cause[PON_1, n] for n in range(8)] == [13, 13, 13, 13, 1, -1, -1, -1]
    assert column(tree, f"{HUAWEI}.46.1.20")[PON_1, 0] == -1
    assert column(tree, f"{HUAWEI}.51.1.4")[PON_1, 0] == NO_READING
    assert column(tree, f"{HUAWEI}.21.1.16") == {(PON_1,): 3, (PON_2,): 4}


def test_an_olt_remembers_why_an_onu_went_after_it_is_back() -> None:
    field = Hammer()
    field.breaks("risk:grid-1", "power")
    field.mends()
    tree = tree_of(field, "olt-1")

    assert column(tree, f"{HUAWEI}.46.1.15")[PON_1, 0] == 1
    assert column(tree, f"{HUAWEI}.46.1.24")[PON_1, 0] == 13


def test_a_pon_port_is_down_when_no_onu_is_left_on_it() -> None:
    field = Hammer()
    tree = tree_of(field, "olt-1")

    field.breaks("link:olt-1--s-1", "cut")

    assert column(tree, OPER)[(PON_1,)] == 2
    assert column(tree, OPER)[(PON_2,)] == 1


def test_zte_tables_show_the_phase_of_each_onu() -> None:
    field = Hammer()
    tree = tree_of(field, "olt-2")
    port = 268501248 + (1 << 16)
    field.breaks("device:zonu-2", "power")

    assert column(tree, f"{ZTE}.2.1.4") == {(port, 1): 3, (port, 2): 4}
    assert column(tree, f"{ZTE}.1.1.5")[port, 1] == serial_octets(DeviceId("zonu-1"), None)
    assert column(tree, IF_NAME)[(268435456 + (1 << 16),)] == b"gpon_1/2/1"
    assert not column(tree, HUAWEI)


def test_a_serial_number_is_four_letters_and_four_octets() -> None:
    assert serial_octets(DeviceId("x"), "hwtc1A2b3C4D") == b"HWTC\x1a\x2b\x3c\x4d"
    assert len(serial_octets(DeviceId("x"), "not a gpon serial")) == 8
    assert serial_octets(DeviceId("x"), None) != serial_octets(DeviceId("y"), None)
