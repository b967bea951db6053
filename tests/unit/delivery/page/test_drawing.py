"""The map: small, whole, of areas that may be named, and it leads to those in trouble."""

import random
import re
from dataclasses import replace
from math import cos, pi, sin

import shapely

from netwatch.delivery.page.drawing import MOST_LETTERS, draw
from netwatch.delivery.page.pages import room
from netwatch.model.names import AreaId
from netwatch.model.network import Network
from tests.unit.delivery.page.hostile import edition, evening, town
from tests.unit.delivery.page.test_pages import dangling, pages, read


def blob(number: int, points: int = 400) -> bytes:
    """Return an outline as people draw it by hand: round about, and with far too many points."""
    chance = random.Random(number)  # noqa: S311 - the same town at every run
    x, y = 19.9 + 0.02 * (number % 25), 50.0 + 0.012 * (number // 25)
    ring = [
        (
            x + 0.009 * chance.uniform(0.8, 1.0) * cos(a),
            y + 0.005 * chance.uniform(0.8, 1.0) * sin(a),
        )
        for a in (2 * pi * n / points for n in range(points))
    ]
    outline: bytes = shapely.to_wkb(shapely.Polygon(ring))
    return outline


def drawn(count: int) -> Network:
    network = town([f"Estate {n}" for n in range(count)])
    areas = {
        area.id: replace(area, outline=blob(n)) for n, area in enumerate(network.areas.values())
    }
    return replace(network, areas=areas)


def test_five_hundred_areas_of_too_many_points_make_a_small_picture() -> None:
    found = draw({AreaId(f"a-{n}"): blob(n) for n in range(500)})

    assert found is not None
    assert len(found.paths) == 500
    assert sum(map(len, found.paths.values())) <= MOST_LETTERS
    assert all(re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", path) for path in found.paths.values())


def test_north_is_above_and_what_lies_within_another_lies_on_top() -> None:
    def square(x: float, y: float, side: float) -> bytes:
        outline: bytes = shapely.to_wkb(shapely.box(x, y, x + side, y + side))
        return outline

    found = draw({AreaId("mill"): square(20.01, 50.08, 0.01), AreaId("town"): square(20, 50, 0.1)})

    assert found is not None
    assert list(found.paths) == ["town", "mill"]
    start = re.match(r"M(\d+) (\d+)", found.paths[AreaId("mill")])
    assert start is not None
    assert int(start[2]) < found.height / 3


def test_nothing_drawn_is_no_map() -> None:
    point: bytes = shapely.to_wkb(shapely.Point(20, 50))
    assert draw({}) is draw({AreaId("a"): b""}) is draw({AreaId("a"): point}) is None
    assert not any("map.html" in path for path in pages(edition(town(["Polna"]), [])))


def test_the_map_leads_to_those_in_trouble_and_stays_light() -> None:
    said = pages(edition(drawn(300), evening("a-7"), languages=("uk",)))
    reader = read(said["uk/more/map.html"])

    assert len(said["uk/more/map.html"]) <= room()
    assert reader.attributes("aria-label").count("Estate 7: аварія") == 1
    assert sum(tag == "path" for tag, _ in reader.tags) == 2
    assert "more/map.html" in said["uk/index.html"].decode()
    assert not dangling("uk/more/map.html", said)


def test_an_area_of_few_people_is_not_drawn() -> None:
    network = drawn(3)
    few = [
        one for one in network.subscribers.values() if one.area != "a-1" or one.id.endswith("-0")
    ]
    network = replace(network, subscribers={one.id: one for one in few})
    made = edition(network, [])

    assert made.crowds.drawing is not None
    assert set(made.crowds.drawing.paths) == {"a-0", "a-2"}
