"""Polygons -> outlines that hold; points -> the smallest outline around each.

The one place that knows shapely, and only imported where something is drawn. Degrees are taken for
a plane, as RFC 7946 has it: an edge is straight in longitude and latitude.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import shapely

from netwatch.inventory.drawn.crossings import Crossings, Edged, TangleError
from netwatch.inventory.drawn.rings import Point, Polygon
from netwatch.model.names import AreaId

SLIVER: Final = 0.01
"""Outlines drawn side by side overlap by a little; up to this share of the smaller is nothing."""
MOST_PAIRS: Final = 200_000


class Overlap(NamedTuple):
    """Two outlines of which neither lies within the other."""

    one: AreaId
    other: AreaId
    share: float | None
    """Of the smaller one's ground; None where they cross too often to be measured."""


def fault_of(polygon: Polygon) -> str | None:
    """Return what makes a polygon enclose nothing sensible; None where nothing does."""
    reason: str = shapely.is_valid_reason(shapely.Polygon(polygon[0], polygon[1:]))
    if reason == "Valid Geometry":
        return None
    what, _, spot = reason.partition("[")
    near = f" near [{', '.join(spot.rstrip(']').split())}]" if spot else ""
    if what.endswith("Self-intersection"):
        return f"crosses itself{near}"
    return f"is no sound polygon: {what.lower()}{near}"


def outline(polygons: Sequence[Polygon], crossings: Crossings | None = None) -> bytes:
    """Return sound polygons as one outline, in well-known binary; where they overlap, joined.

    Raises:
        TangleError: their edges meet too often.
    """
    drawn = [shapely.Polygon(one[0], one[1:]) for one in polygons]
    if len(drawn) > 1:
        (crossings or Crossings()).within(drawn)
    whole: bytes = shapely.to_wkb(drawn[0] if len(drawn) == 1 else shapely.union_all(drawn))
    return whole


class Outlines:
    """The outlines of all areas, smallest first; equally large ones by their ids."""

    def __init__(self, outlines: Mapping[AreaId, bytes]) -> None:
        """Lay the outlines out for looking up."""
        drawn = shapely.from_wkb(list(outlines.values()))
        sizes = shapely.area(drawn)
        order = sorted(range(len(outlines)), key=lambda at: (sizes[at], [*outlines][at]))
        self._ids = [[*outlines][at] for at in order]
        self._shapes = np.array([drawn[at] for at in order], dtype=object)
        self._sizes = sizes[order] if order else sizes
        self._tree = shapely.STRtree(self._shapes)
        shapely.prepare(self._shapes)

    def areas_at(self, points: Sequence[Point]) -> list[AreaId | None]:
        """Return the area of each point: the smallest around it, borders included.

        Takes about 2 us a point.
        """
        places = np.asarray(points, dtype=float).reshape(-1, 2)
        near, around = self._tree.query(shapely.points(places))
        inside = shapely.intersects_xy(self._shapes[around], places[near, 0], places[near, 1])
        best = np.full(len(places), len(self._ids), dtype=np.int64)
        np.minimum.at(best, near[inside], around[inside])
        return [self._ids[at] if at < len(self._ids) else None for at in best.tolist()]

    def overlaps(self, crossings: Crossings | None = None) -> Iterator[Overlap]:
        """Yield the outlines that overlap without one lying in the other; looks at some pairs only.

        The smaller one comes first. No more than ``MOST_PAIRS`` pairs are looked at.
        """
        left, crossings = MOST_PAIRS, crossings or Crossings()
        edged = [Edged(shape) for shape in self._shapes]
        for at, shape in enumerate(self._shapes):
            beside = np.sort(self._tree.query(shape))
            beside = beside[beside > at][:left]
            left -= len(beside)
            for other in beside.tolist():
                try:
                    crossings.between(edged[at], edged[other])
                except TangleError:
                    yield Overlap(self._ids[at], self._ids[other], None)
                    continue
                share = _share(shape, self._shapes[other], self._sizes[at])
                if SLIVER < share < 1 - SLIVER:
                    yield Overlap(self._ids[at], self._ids[other], share)
            if left <= 0:
                return


def _share(one: Any, other: Any, size: float) -> float:
    """Return how much of one outline lies in the other where they overlap; 0 where they do not."""
    if not shapely.overlaps(one, other):
        return 0.0
    return float(shapely.area(shapely.intersection(one, other)) / size)
