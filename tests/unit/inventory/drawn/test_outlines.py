"""A point lies in the smallest outline around it, whoever asks and in whatever order."""

from itertools import permutations
from random import Random

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.drawn.crossings import Crossings, TangleError
from netwatch.inventory.drawn.geometry import Outlines, fault_of, outline
from netwatch.inventory.drawn.rings import Point, Polygon
from netwatch.model.names import AreaId

TOWN, ESTATE, YARD = AreaId("town"), AreaId("estate"), AreaId("yard")
GRID = st.integers(-8, 8).map(float)
POINTS = st.tuples(GRID, GRID)


def square(west: float, south: float, size: float, *holes: Point) -> Polygon:
    """Draw a square; each hole begins at a point and is one degree wide."""

    def ring(w: float, s: float, wide: float) -> list[Point]:
        return [(w, s), (w + wide, s), (w + wide, s + wide), (w, s + wide), (w, s)]

    return [ring(west, south, size), *(ring(*hole, 1) for hole in holes)]


@st.composite
def boxes(draw: st.DrawFn) -> Polygon:
    return square(draw(GRID), draw(GRID), draw(st.integers(1, 6)))


def test_of_nested_areas_the_smallest_is_meant() -> None:
    nested = Outlines(
        {
            TOWN: outline([square(0, 0, 6)]),
            ESTATE: outline([square(1, 1, 3)]),
            YARD: outline([square(2, 2, 1)]),
        }
    )

    points = [(5.0, 5.0), (1.5, 1.5), (2.5, 2.5), (7.0, 7.0)]
    assert nested.areas_at(points) == [TOWN, ESTATE, YARD, None]
    assert list(nested.overlaps()) == []


def test_a_hole_is_outside_and_its_border_inside() -> None:
    holed = Outlines({TOWN: outline([square(0, 0, 6, (2, 2))])})

    assert holed.areas_at([(2.5, 2.5), (2.0, 2.5), (1.9, 2.5)]) == [None, TOWN, TOWN]


def test_an_area_of_two_pieces_is_one() -> None:
    both = Outlines({TOWN: outline([square(0, 0, 1), square(3, 3, 1)])})

    assert both.areas_at([(0.5, 0.5), (3.5, 3.5), (2.0, 2.0)]) == [TOWN, TOWN, None]


def test_on_a_common_border_the_first_id_of_equal_areas_is_meant_in_any_order() -> None:
    drawn = {TOWN: outline([square(0, 0, 1)]), ESTATE: outline([square(1, 0, 1)])}
    drawn[YARD] = outline([square(0, 1, 1)])

    for order in permutations(drawn.items()):
        found = Outlines(dict(order)).areas_at([(1.0, 0.5), (1.0, 1.0), (0.5, 1.0)])
        assert found == [ESTATE, ESTATE, TOWN]


@given(st.lists(boxes(), min_size=1, max_size=8), st.lists(POINTS, max_size=20), st.randoms())
def test_neither_the_order_of_areas_nor_of_points_changes_an_answer(
    drawn: list[Polygon], points: list[Point], random: Random
) -> None:
    outlines = {AreaId(f"a{n}"): outline([one]) for n, one in enumerate(drawn)}
    shuffled, asked = list(outlines.items()), list(range(len(points)))
    random.shuffle(shuffled)
    random.shuffle(asked)

    plain = Outlines(outlines).areas_at(points)
    mixed = Outlines(dict(shuffled)).areas_at([points[at] for at in asked])

    assert mixed == [plain[at] for at in asked]


@given(st.lists(boxes(), min_size=1, max_size=8), POINTS)
def test_the_area_found_holds_the_point_and_no_smaller_one_does(
    drawn: list[Polygon], point: Point
) -> None:
    sizes = {AreaId(f"a{n}"): shapely.Polygon(one[0]).area for n, one in enumerate(drawn)}
    around = [
        AreaId(f"a{n}")
        for n, (((west, south), _, (east, north), *_),) in enumerate(drawn)
        if west <= point[0] <= east and south <= point[1] <= north
    ]
    (found,) = Outlines({AreaId(f"a{n}"): outline([one]) for n, one in enumerate(drawn)}).areas_at(
        [point]
    )

    assert found == min(around, key=lambda area: (sizes[area], area), default=None)


@given(st.lists(boxes(), min_size=2, max_size=5), POINTS)
def test_pieces_drawn_over_each_other_are_one_area(pieces: list[Polygon], point: Point) -> None:
    one = Outlines({TOWN: outline(pieces)}).areas_at([point])
    each = [Outlines({TOWN: outline([piece])}).areas_at([point]) for piece in pieces]

    assert (one == [TOWN]) == ([TOWN] in each)


def test_an_overlap_is_told_from_the_smaller_one_and_a_sliver_is_not() -> None:
    beside = {TOWN: outline([square(0, 0, 4)]), ESTATE: outline([square(3.999, 0, 2)])}
    over = {TOWN: outline([square(0, 0, 4)]), ESTATE: outline([square(3, 0, 2)])}

    assert list(Outlines(beside).overlaps()) == []
    assert list(Outlines(over).overlaps()) == [(ESTATE, TOWN, 0.5)]


def comb(teeth: int, *, turned: bool = False) -> Polygon:
    ring = [(n / teeth, float(n % 2)) for n in range(2 * teeth)] + [(2.0, -1.0), (0.0, -1.0)]
    ring = [(y + 0.5, 1.2 - x) if turned else (x, y) for x, y in ring]
    return [[*ring, ring[0]]]


def test_combs_laid_across_each_other_are_not_measured_and_not_joined() -> None:
    combs = [comb(2000), comb(2000, turned=True)]
    across = Outlines({TOWN: outline(combs[:1]), ESTATE: outline(combs[1:])})

    assert [share for _, _, share in across.overlaps()] == [None]
    with pytest.raises(TangleError):
        outline(combs)


def test_what_all_outlines_may_cross_is_used_up() -> None:
    crossings = Crossings(left=300)

    outline([comb(10), comb(10, turned=True)], crossings)
    with pytest.raises(TangleError):
        outline([comb(10), comb(10, turned=True)], crossings)


def test_a_long_border_that_two_areas_share_is_no_tangle() -> None:
    border = [(n / 1000, (n * 7 % 10) / 1000) for n in range(20_001)]
    north = [[*border, (20.0, 1.0), (0.0, 1.0), border[0]]]
    south = [[*border, (20.0, -1.0), (0.0, -1.0), border[0]]]

    assert list(Outlines({TOWN: outline([north]), YARD: outline([south])}).overlaps()) == []
    assert outline([north, south])


def test_a_ring_that_crosses_itself_says_where() -> None:
    bow: Polygon = [[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]]

    assert fault_of(bow) == "crosses itself near [0.5, 0.5]"
    assert fault_of(square(0, 0, 1)) is None
    assert fault_of([[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 0.0)]]) is not None


def test_points_that_are_nowhere_lie_in_no_area() -> None:
    drawn = Outlines({TOWN: outline([square(0, 0, 4)])})

    assert drawn.areas_at([(float("nan"), 1.0), (float("inf"), 1.0), (1e308, -1e308)]) == [None] * 3
    assert drawn.areas_at([]) == []
