"""Outlines that the operator drew -> paths of one small picture."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Final

import numpy as np
import shapely

from netwatch.model.names import AreaId

WIDTH: Final = 1000
TALLEST: Final = 1600
MOST_LETTERS: Final = 14_000
"""Of all paths together: the picture is drawn as coarsely as that takes."""
FINEST: Final = 1.0
COARSEST: Final = 64.0
LEAST_POINTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Areas as SVG paths, the largest first, so that those within others lie on top."""

    width: int
    height: int
    paths: Mapping[AreaId, str]


def draw(outlines: Mapping[AreaId, bytes]) -> Drawing | None:
    """Draw areas side by side as on a map, north above; None where there is nothing to draw.

    Args:
        outlines: well-known binary, longitude and latitude in degrees.
    """
    shapes = {area: shapely.from_wkb(outline) for area, outline in outlines.items() if outline}
    shapes = {area: shape for area, shape in shapes.items() if not shape.is_empty}
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    narrow = cos(radians((south + north) / 2))
    wide, high = (east - west) * narrow, north - south
    if wide <= 0 or high <= 0:
        return None
    scale = min(WIDTH / wide, TALLEST / high)

    def flat(points: Any) -> Any:
        return np.column_stack(
            ((points[:, 0] - west) * narrow * scale, (north - points[:, 1]) * scale)
        )

    placed = {area: shapely.transform(shape, flat) for area, shape in shapes.items()}
    inorder = sorted(placed, key=lambda area: (-placed[area].area, area))
    tolerance = FINEST
    while True:
        paths = {area: _path(placed[area], tolerance) for area in inorder}
        if sum(map(len, paths.values())) <= MOST_LETTERS or tolerance >= COARSEST:
            break
        tolerance *= 2
    return Drawing(
        width=max(1, round(wide * scale)),
        height=max(1, round(high * scale)),
        paths={area: path for area, path in paths.items() if path},
    )


def _path(shape: Any, tolerance: float) -> str:
    coarse = shapely.simplify(shape, tolerance)
    return "".join(_ring(ring) for ring in _rings(coarse))


def _rings(shape: Any) -> Iterator[Any]:
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            yield part.exterior
            yield from part.interiors


def _ring(ring: Any) -> str:
    """Return a closed path in whole steps from point to point; nothing where none is left."""
    points = [(round(x), round(y)) for x, y in shapely.get_coordinates(ring)]
    kept = [
        point for before, point in zip([None, *points], points, strict=False) if point != before
    ]
    if len(kept) < LEAST_POINTS:
        return ""
    (x, y), *rest = kept[:-1]
    steps = [f"M{x} {y}l"]
    for further, lower in rest:
        steps.append(f"{further - x} {lower - y} ")
        x, y = further, lower
    return "".join(steps).rstrip() + "z"
