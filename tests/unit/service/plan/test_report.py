"""The page of a plan: the network drawn, readable at any size, and safe whatever files say."""

from html.parser import HTMLParser

from netwatch.correlation.rules import CorrelationRules
from netwatch.model.faults import Place
from netwatch.service.plan.atlas import Atlas
from netwatch.service.plan.defects import Defect, Kind
from netwatch.service.plan.drawing import AROUND, FINE, MOST, WITHIN, WRONG, around, overview
from netwatch.service.plan.planner import Plan
from netwatch.service.plan.report import report
from netwatch.service.plan.world import World
from tests.seeded import Province


def world(rings: int = 1) -> World:
    return World(Province(rings).network, CorrelationRules())


def defect(element: str, *, near: tuple[str, ...] = (), wrong: str = "is wrong") -> Defect:
    return Defect(
        kind=Kind.NOT_ASKED,
        element=element,
        wrong=wrong,
        remedy="mend it",
        subscribers=7,
        place=Place("net.yaml", 3, 5),
        near=near,
    )


def plan(*defects: Defect) -> Plan:
    tried = {"single": 9, "risks": 1, "pairs": 2}
    return Plan(defects=defects, elements=9, tried=tried, kinds={"outage": 9})


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as it is called
        self.tags.append(tag)


def test_a_small_network_is_drawn_whole_but_for_homes_and_all_bear_their_names() -> None:
    atlas = Atlas(world())

    drawn = overview(atlas, [])

    gear = [d for d in atlas.world.network.devices if not atlas.is_home(d)]
    assert sorted(spot.name for spot in drawn.spots) == sorted(gear)
    assert all(spot.label for spot in drawn.spots)
    assert drawn.hidden == len(atlas.world.network.devices) - len(gear)
    assert {spot.state for spot in drawn.spots} == {FINE}


def test_no_two_devices_are_drawn_upon_each_other_and_none_outside() -> None:
    for rings in (1, 30):
        drawn = overview(Atlas(world(rings)), [])
        spots = [(spot.x, spot.y) for spot in drawn.spots]

        assert len(set(spots)) == len(spots)
        assert all(0 < x < drawn.width and 0 < y < drawn.height for x, y in spots)


def test_a_large_network_shows_what_carries_the_rest_and_counts_what_stands_behind() -> None:
    atlas = Atlas(world(30))
    devices = len(atlas.world.network.devices)

    drawn = overview(atlas, [defect("device:onu-7-0-1-2-3"), defect("device:ag-3-1")])

    assert devices > 3_000
    assert len(drawn.spots) <= MOST
    assert drawn.hidden == devices - len(drawn.spots)
    states = {spot.name: spot.state for spot in drawn.spots if spot.state != FINE}
    assert states.pop("ag-3-1") == WRONG
    assert list(states.values()) == [WITHIN]
    assert sum(bool(spot.label) for spot in drawn.spots) < 40


def test_a_defect_is_drawn_with_the_way_up_and_some_of_what_hangs_below() -> None:
    drawn = around(Atlas(world()), defect("device:olt-0-0"))

    assert drawn is not None
    names = {spot.name: spot.state for spot in drawn.spots}
    assert len(names) <= AROUND
    assert {"core-1", "ag-0-0", "s1-0-0-0", "s1-0-0-1"} <= set(names)
    assert [name for name, state in names.items() if state == WRONG] == ["olt-0-0"]


def test_links_that_fall_together_are_drawn_as_such() -> None:
    one = defect("risk:duct-0-1", near=("link:ring-0-1", "link:ring-0-3"))

    drawn = around(Atlas(world()), one)

    assert drawn is not None
    assert sum(line.state == WRONG for line in drawn.lines) == 2


def test_what_lies_nowhere_has_no_picture() -> None:
    assert around(Atlas(world()), defect("language:pt")) is None


def test_the_page_tells_each_defect_with_place_remedy_and_cost() -> None:
    page = report(world(), plan(defect("device:olt-0-0")), "Dolina")

    for words in ("net.yaml:3", "is wrong", "mend it", "7 subscribers", "not-asked"):
        assert words in page
    assert Page(page).tags.count("svg") == 2
    assert "script" not in Page(page).tags


def test_nothing_that_files_say_becomes_markup() -> None:
    hostile = defect("device:olt-0-0", wrong="<script>alert(1)</script><img src=x onerror=y>")

    page = report(world(), plan(hostile), "<b>Dolina</b>")

    tags = Page(page).tags
    assert "script" not in tags
    assert "img" not in tags
    assert "&lt;b&gt;Dolina" in page


def test_without_defects_the_page_says_so() -> None:
    assert "No defects" in report(world(), plan(), "Dolina")
