"""A person's words for what shall break."""

import pytest

from netwatch.lab.faults import Fault, Kind, LabError, fault_of
from netwatch.lab.plan import plan_of
from tests.unit.lab.field import Hammer, field

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
