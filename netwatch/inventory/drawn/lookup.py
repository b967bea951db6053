"""Points -> areas; shapely comes in only where an area was drawn and a point asks."""

from collections.abc import Mapping, Sequence

from netwatch.inventory.drawn.rings import Point
from netwatch.model.names import AreaId
from netwatch.model.network import Area


def areas_at(areas: Mapping[AreaId, Area], points: Sequence[Point]) -> list[AreaId | None]:
    """Return the area in which each point lies, the smallest of several; None: in none.

    Args:
        areas: all, drawn or not.
        points: longitude and latitude, in degrees.
    """
    drawn = {area.id: area.outline for area in areas.values() if area.outline}
    if not drawn or not points:
        return [None] * len(points)
    from netwatch.inventory.drawn.geometry import Outlines  # noqa: PLC0415 - numpy, shapely

    return Outlines(drawn).areas_at(points)
