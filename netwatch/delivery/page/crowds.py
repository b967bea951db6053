"""Areas large enough to be named: nobody is to be told who is out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from netwatch.delivery.wording_values import harmless
from netwatch.model.gazetteer import FEWEST
from netwatch.model.names import AreaId
from netwatch.model.network import Network
from netwatch.views.board import Outage

if TYPE_CHECKING:
    from netwatch.delivery.page.drawing import Drawing

BANDS: Final = ((500, "500+"), (100, "100-499"), (20, "20-99"), (FEWEST, "5-19"))


class Crowds:
    """How many people live where, counted once for an inventory."""

    def __init__(self, network: Network) -> None:
        self.network = network
        alone = Counter(s.area for s in network.subscribers.values() if s.area is not None)
        self._own = alone
        self._around: dict[AreaId, frozenset[AreaId]] = {}
        self._people: Counter[AreaId] = Counter()
        self._names: dict[tuple[AreaId, str], str] = {}
        for area, people in alone.items():
            for around in self.upwards(area):
                self._people[around] += people

    @cached_property
    def areas(self) -> tuple[AreaId, ...]:
        """Return the areas that may be named."""
        return tuple(area for area in self.network.areas if self._people[area] >= FEWEST)

    @property
    def everybody(self) -> int:
        """Return how many people live in areas."""
        return self._own.total()

    def people(self, area: AreaId) -> int:
        """Return how many people live in an area and in those within it."""
        return self._people[area]

    @cached_property
    def drawing(self) -> "Drawing | None":
        """Return a picture of the areas that may be named; None where none of them is drawn."""
        outlines = {area: self.network.areas[area].outline for area in self.areas}
        if not any(outlines.values()):
            return None
        from netwatch.delivery.page.drawing import draw  # noqa: PLC0415 - shapely is large

        return draw(outlines)

    def name(self, area: AreaId, language: str) -> str:
        """Return an area's name as its people say it."""
        key = (area, language)
        if key not in self._names:
            known = self.network.areas.get(area)
            self._names[key] = harmless(known.name.in_language(language)) if known else str(area)
        return self._names[key]

    def upwards(self, area: AreaId) -> Iterator[AreaId]:
        """Yield an area, the one it lies in, and so on."""
        seen: set[AreaId] = set()
        here: AreaId | None = area
        while here is not None and here in self.network.areas and here not in seen:
            seen.add(here)
            yield here
            here = self.network.areas[here].within

    def around(self, area: AreaId) -> frozenset[AreaId]:
        """Return an area and all in which it lies."""
        if area not in self._around:
            self._around[area] = frozenset(self.upwards(area))
        return self._around[area]

    def named(self, areas: Iterable[AreaId]) -> tuple[AreaId, ...]:
        """Return areas as they may be named: each, or the smallest around it with enough people.

        An area with fewer subscribers than ``FEWEST`` is told as the one around it.
        """
        large = (self._large(area) for area in areas)
        found = dict.fromkeys(area for area in large if area is not None)
        return tuple(area for area in found if not self._points_at_few(area, found))

    def discreet(self, outage: Outage) -> Outage:
        """Return an outage as the public may hear of it."""
        return replace(outage, areas=self.named(outage.areas))

    def _points_at_few(self, area: AreaId, named: Iterable[AreaId]) -> bool:
        """Say whether a town named beside its streets means the few who live elsewhere in it."""
        return (
            self.network.areas[area].derived
            and self._own[area] < FEWEST
            and any(area in self.upwards(other) for other in named if other != area)
        )

    def _large(self, area: AreaId) -> AreaId | None:
        return next((large for large in self.upwards(area) if self._people[large] >= FEWEST), None)


def band(subscribers: int) -> str | None:
    """Return the band of a number of subscribers; None where it would point at single people."""
    return next((name for least, name in BANDS if subscribers >= least), None)
