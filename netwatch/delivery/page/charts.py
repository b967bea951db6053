"""A drawing of areas -> the map on the page: those in trouble stand out and lead to their pages."""

from collections.abc import Mapping
from typing import Any, Final

from netwatch.delivery.page.concerns import NOTHING, state
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.labels import Labels
from netwatch.model.names import AreaId

PLACE: Final = "more/map.html"
FINE: Final = "fine"

Values = dict[str, Any]


def chart(edition: Edition, own: Labels, root: str) -> Values | None:
    """Return the map in one language; None where nothing is drawn.

    Areas without news are one path together: the picture stays small, and the list names them all.
    """
    drawing = edition.crowds.drawing
    if drawing is None:
        return None
    states: Mapping[AreaId, str] = {
        area: state(edition.concerns.get(area, NOTHING)[0]) for area in drawing.paths
    }
    return {
        "width": drawing.width,
        "height": drawing.height,
        "fine": "".join(path for area, path in drawing.paths.items() if states[area] == FINE),
        "areas": [
            {
                "path": path,
                "state": states[area],
                "said": f"{edition.name(area, own.language)}: {own[f'area_{states[area]}']}",
                "href": f"{root}{own.language}/{area}.html",
            }
            for area, path in drawing.paths.items()
            if states[area] != FINE
        ],
    }
