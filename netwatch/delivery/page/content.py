"""Board + network -> what the public may see, and nothing else of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.facts import Phase
from netwatch.model.names import AreaId, IncidentId
from netwatch.model.network import Network
from netwatch.views.board import Board, Outage, Shown
from netwatch.views.owed import WEBSITE

FEWEST: Final = 5
"""An area with fewer subscribers is not named: nobody is to be told who is out."""
RECENT: Final = timedelta(hours=24)
BANDS: Final = ((500, "500+"), (100, "100-499"), (20, "20-99"), (FEWEST, "5-19"))
GOING_ON: Final = (Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the operator is to the readers of the page."""

    name: str
    timezone: str
    languages: tuple[str, ...]
    """The first is the default."""
    url: str = ""
    """Where the page is found; empty: nowhere yet."""
    phone: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One outage as the public sees it; its areas are large enough to hide who is meant."""

    outage: Outage
    phase: Phase
    told_at: datetime
    band: str | None

    @property
    def id(self) -> IncidentId:
        """Return the incident's id."""
        return self.outage.incident

    @property
    def areas(self) -> tuple[AreaId, ...]:
        """Return the areas that may be named."""
        return self.outage.areas


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that the page holds, newest first."""

    areas: tuple[AreaId, ...]
    """Those that have a page of their own: where enough people live."""
    current: tuple[Card, ...]
    recent: tuple[Card, ...]
    """Repaired, or taken back as our mistake, within a day."""


def content(board: Board, network: Network, at: datetime) -> Content:
    """Return what is shown: outages whose words on the website are due and not withheld."""
    people = populations(network)
    cards = [
        _card(outage, shown, network, people)
        for outage in board.newest_first()
        if (shown := outage.shown_on(WEBSITE)) is not None
    ]
    return Content(
        areas=tuple(area for area in network.areas if people[area] >= FEWEST),
        current=tuple(card for card in cards if card.phase in GOING_ON and _lasts(card, at)),
        recent=tuple(
            card for card in cards if card.phase not in GOING_ON and at - card.told_at < RECENT
        ),
    )


def populations(network: Network) -> Counter[AreaId]:
    """Count the subscribers of each area, those of the areas within it included."""
    people: Counter[AreaId] = Counter()
    for subscriber in network.subscribers.values():
        if subscriber.area is not None:
            people.update(upwards(network, subscriber.area))
    return people


def upwards(network: Network, area: AreaId) -> Iterator[AreaId]:
    """Yield an area, the one it lies in, and so on."""
    seen: set[AreaId] = set()
    here: AreaId | None = area
    while here is not None and here in network.areas and here not in seen:
        seen.add(here)
        yield here
        here = network.areas[here].within


def band(subscribers: int) -> str | None:
    """Return the band of a number of subscribers; None where it would point at single people."""
    return next((name for least, name in BANDS if subscribers >= least), None)


def touches(network: Network, card: Card, area: AreaId) -> bool:
    """Say whether an outage concerns an area: lies in it, or takes in the whole around it."""
    above = set(upwards(network, area))
    return any(named in above or area in upwards(network, named) for named in card.areas)


def nameable(network: Network, area: AreaId, people: Counter[AreaId]) -> AreaId | None:
    """Return the area, or the smallest one around it in which enough people live."""
    return next((large for large in upwards(network, area) if people[large] >= FEWEST), None)


def _card(outage: Outage, shown: Shown, network: Network, people: Counter[AreaId]) -> Card:
    given = outage.areas or shown.areas
    named = dict.fromkeys(nameable(network, area, people) for area in given)
    areas = tuple(area for area in named if area is not None)
    return Card(
        outage=replace(outage, areas=areas),
        phase=shown.phase,
        told_at=shown.at,
        band=band(outage.worst),
    )


def _lasts(card: Card, at: datetime) -> bool:
    """Say whether words that something is down still hold; closed ones fade after a day."""
    closed = card.outage.closed_at
    return closed is None or at - closed < RECENT
