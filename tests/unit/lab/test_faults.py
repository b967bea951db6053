"""A person's words for what shall break."""

import pytest

from netwatch.lab.agent import Objects
from netwatch.lab.faults import Fault, Kind, LabError, fault_of
from netwatch.lab.objects.agent_tree import agent_tree
from netwatch.lab.objects.pon import HUAWEI_RUN_STATUS
from netwatch.lab.plan import plan_of
from netwatch.lab.stale import Stale
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Oid, VarBind
from tests.unit.lab.field import Hammer, field

IF_OPER: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1, 8)
ELEMENTS = plan_of(field()).elements


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ("device:ag-1", Kind.DEAD),
        ("link:l-1", Kind.CUT),
        ("port:ag-3/3", Kind.DEAD),
        ("port:olt-1/0/1", Kind.DEAD),
        ("risk:duct-1", Kind.CUT),
        ("site:cellar", Kind.POWER),
        ("area:krotka", Kind.POWER),
        ("self", Kind.CUT),
    ],
)
def test_without_a_kind_the_plainest_one_is_meant(element: str, kind: Kind) -> None:
    assert fault_of(element, None, ELEMENTS) == Fault(element=element, kind=kind)


@pytest.mark.parametrize(
    ("element", "kind", "options", "said"),
    [
        ("link:l-11", "cut", {}, "'link:l-11' is not in the inventory; did you mean 'link:l-1'?"),
        ("sw-1", "dead", {}, "'sw-1' is not in the inventory; did you mean 'device:sw-1'?"),
        ("quux", "dead", {}, "name it device:ID"),
        ("link:l-1", "cutt", {}, "did you mean 'cut'?"),
        ("link:l-1", "explosion", {}, "there are: dead, cut"),
        ("link:l-1", "hang", {}, "link:l-1 cannot break by 'hang'; it can by: cut, flap"),
        ("link:l-1", "loss", {"share": 1.5}, "share is 1.5; it must lie between 0 and 1"),
        ("link:l-1", "loss", {"share": float("nan")}, "must lie between 0 and 1"),
        ("link:l-1", "loss", {"shar": 0.5}, "did you mean 'share'?"),
    ],
)
def test_a_mistake_is_told_with_the_way_out(
    element: str, kind: str, options: dict[str, float], said: str
) -> None:
    with pytest.raises(LabError) as told:
        fault_of(element, kind, ELEMENTS, options)

    assert said in str(told.value)


def test_mending_what_is_whole_says_what_is_broken() -> None:
    hammer = Hammer()
    hammer.breaks("link:l-1", "cut")

    with pytest.raises(LabError, match="link:l-2 is not broken; broken are: link:l-1"):
        hammer.world.mend("link:l-2")


def test_mending_something_unknown_names_the_near_word() -> None:
    with pytest.raises(LabError, match="did you mean 'link:l-2'"):
        Hammer().world.mend("link:l-22")


def test_mending_all_where_nothing_is_broken_is_fine() -> None:
    assert Hammer().world.mend("all") == 0


def test_a_slow_or_forgetful_agent_is_so_as_much_as_olts_are_unless_one_says_otherwise() -> None:
    assert fault_of("device:olt-1", "slow", ELEMENTS).ms == 20_000.0
    assert fault_of("device:olt-1", "slow", ELEMENTS, {"ms": 700.0}).ms == 700.0
    assert fault_of("device:olt-1", "stale", ELEMENTS).period_s == 60.0


def test_a_forgetful_agent_shows_its_tables_as_they_were_and_its_ports_as_they_are() -> None:
    hammer = Hammer()
    live = agent_tree(hammer.world, DeviceId("olt-1"), lambda: hammer.now)
    stale = Stale(live, lambda: hammer.now, 60.0)

    def walked(objects: Objects, prefix: Oid) -> list[VarBind]:
        found, oid = [], prefix
        while (bind := objects.after(oid)) is not None and bind.oid[: len(prefix)] == prefix:
            found.append(bind)
            oid = bind.oid
        return found

    before = walked(live, HUAWEI_RUN_STATUS)
    assert walked(stale, HUAWEI_RUN_STATUS) == before
    hammer.breaks("link:olt-1--s-1", "cut")
    hammer.waits(59.0)
    after = walked(live, HUAWEI_RUN_STATUS)
    assert walked(stale, HUAWEI_RUN_STATUS) == before != after
    assert stale.get(before[0].oid) == before[0]
    assert stale.knows(before[0].oid)
    assert walked(stale, IF_OPER) == walked(live, IF_OPER)
    hammer.waits(2.0)
    assert walked(stale, HUAWEI_RUN_STATUS) == after
    assert [one.oid for one in walked(stale, (1, 3))] == [one.oid for one in walked(live, (1, 3))]
