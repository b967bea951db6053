"""GeoJSON coordinates -> rings of points that enclose something, or why they do not."""

import math
from itertools import pairwise
from typing import Any, Final

Point = tuple[float, float]
"""Longitude and latitude, in degrees."""
Ring = list[Point]
Polygon = list[Ring]
"""Its outer ring, then its holes."""

FEWEST_POINTS: Final = 4
HALF: Final = 180
POLE: Final = 90
WHOLE: Final = 360
_CLOSE: Final = "repeat its first point at its end; exporting the layer anew does so"
_DRAW: Final = "draw its outline as a polygon, or remove it from the file"
_SPLIT: Final = "cut it into two polygons there, one on each side (RFC 7946, 3.1.9)"


class RingError(Exception):
    """A shape that cannot be used: what is wrong with it and the way out, for a finding."""

    def __init__(self, wrong: str, remedy: str, *, too_many: bool = False) -> None:
        super().__init__(wrong)
        self.wrong, self.remedy, self.too_many = wrong, remedy, too_many


def polygons(geometry: Any, most_points: int) -> tuple[tuple[Polygon, ...], int]:
    """Return the polygons of a GeoJSON geometry, and how many points they have.

    Raises:
        RingError: it is no polygon, a ring is open or too short, a point lies nowhere on earth or
            the outline crosses the 180th meridian.
    """
    raw = _coordinates(geometry)
    points = 0
    drawn: list[Polygon] = []
    for number, one in enumerate(raw, 1):
        if not isinstance(one, list) or not one:
            raise RingError("has a polygon without a ring", _DRAW)
        rings: Polygon = []
        for place, ring in enumerate(one, 1):
            where = f"ring {place}" if len(raw) == 1 else f"ring {place} of polygon {number}"
            points += len(ring) if isinstance(ring, list) else 0
            if points > most_points:
                wrong = "brings the file to more points than are read"
                raise RingError(wrong, "simplify the outlines to some metres", too_many=True)
            rings.append(_ring(ring, where))
        drawn.append(rings)
    _look_at_range([point for rings in drawn for ring in rings for point in ring])
    for rings in drawn:
        for ring in rings:
            _look_at_meridian(ring)
    return tuple(drawn), points


def _coordinates(geometry: Any) -> list[Any]:
    if not isinstance(geometry, dict):
        raise RingError("has no geometry", _DRAW)
    kind, raw = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        said = f"a {kind[:20]}" if isinstance(kind, str) else "of no kind"
        raise RingError(f"is {said}, not a Polygon or MultiPolygon", _DRAW)
    if not isinstance(raw, list) or not raw:
        raise RingError("has no coordinates", _DRAW)
    return [raw] if kind == "Polygon" else raw


def _ring(raw: Any, where: str) -> Ring:
    if not isinstance(raw, list):
        raise RingError(f"has no points in {where}", _DRAW)
    ring = [_point(one, where, number) for number, one in enumerate(raw, 1)]
    if len(ring) < FEWEST_POINTS:
        wrong = f"has {len(ring)} points in {where}; {FEWEST_POINTS} close a ring at least"
        raise RingError(wrong, _DRAW)
    if ring[0] != ring[-1]:
        wrong = f"is not closed: {where} begins at {_said(ring[0])} and ends at {_said(ring[-1])}"
        raise RingError(wrong, _CLOSE)
    return ring


def _point(raw: Any, where: str, number: int) -> Point:
    if (
        not isinstance(raw, list)
        or len(raw) < 2  # noqa: PLR2004 - longitude and latitude; a height may follow
        or any(isinstance(one, bool) or not isinstance(one, int | float) for one in raw)
        or not all(math.isfinite(one) for one in raw[:2])
    ):
        wrong = f"has something else than a longitude and a latitude as point {number} of {where}"
        raise RingError(wrong, "write points as [19.9366, 50.0614], longitude first")
    return float(raw[0]), float(raw[1])


def _look_at_range(points: list[Point]) -> None:
    east = max(points, key=lambda one: abs(one[0]))
    north = max(points, key=lambda one: abs(one[1]))
    lon, lat = abs(east[0]), abs(north[1])
    if lon <= HALF and lat <= POLE:
        return
    if lon <= POLE and lat <= HALF:
        wrong = f"has latitude and longitude exchanged: {_said(north)}"
        raise RingError(wrong, "write the longitude first, as RFC 7946 has it")
    if lat <= POLE and lon <= WHOLE:
        raise RingError(f"reaches beyond the 180th meridian: {_said(east)}", _SPLIT)
    wrong = f"has points that are no degrees: {_said(east if lon > HALF else north)}"
    raise RingError(wrong, "export it with the coordinate system EPSG:4326 (WGS 84)")


def _look_at_meridian(ring: Ring) -> None:
    for one, other in pairwise(ring):
        if abs(one[0] - other[0]) > HALF:
            wrong = f"crosses the 180th meridian between {_said(one)} and {_said(other)}"
            raise RingError(wrong, _SPLIT)


def _said(point: Point) -> str:
    return f"[{point[0]:.10g}, {point[1]:.10g}]"
