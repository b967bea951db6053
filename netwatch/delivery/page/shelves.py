"""Areas -> a list short enough to be looked through: by the area around them, then by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from netwatch.model.names import AreaId
from netwatch.model.network import Area
from netwatch.model.spelling import street_key

MOST_LISTED: Final = 50
"""More areas than this stand on pages of their own: the first view stays small."""
ON_A_SHELF: Final = 80
MOST_SHELVES: Final = 100
FOLDER: Final = "more"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Areas that follow each other by name, on a page of their own."""

    place: str
    """In its language's folder; no area is called so, for no id holds a tilde."""
    areas: tuple[AreaId, ...]


def among(
    known: Mapping[AreaId, Area], areas: Sequence[AreaId], around: AreaId | None
) -> list[AreaId]:
    """Return the areas to choose from: within one, or of the whole, where few the smallest too."""
    if around is not None:
        return [here for here in areas if known[here].within == around]
    if len(areas) <= MOST_LISTED:
        return list(areas)
    pages = set(areas)
    return [here for here in areas if known[here].within not in pages]


def by_name(names: Mapping[AreaId, str]) -> list[AreaId]:
    """Return areas in the order in which people look for them: streets without their ``ul.``."""
    return sorted(names, key=lambda area: (street_key(names[area]), names[area]))


def shelves(names: Mapping[AreaId, str], around: AreaId | None) -> Iterator[Shelf]:
    """Yield pages for areas that are too many for one list; none where they are few."""
    if len(names) <= MOST_LISTED:
        return
    inorder = by_name(names)
    size = max(ON_A_SHELF, ceil(len(inorder) / MOST_SHELVES))
    for number, first in enumerate(range(0, len(inorder), size), start=1):
        place = f"{FOLDER}/{around or ''}~{number}.html"
        yield Shelf(place, tuple(inorder[first : first + size]))
