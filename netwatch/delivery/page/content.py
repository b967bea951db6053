"""Board + areas -> what the public may see, and nothing else of them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from netwatch.delivery.page.crowds import Crowds, band
from netwatch.delivery.wording_works import CALLED_OFF, as_outage
from netwatch.model.facts import Phase
from netwatch.model.names import AreaId, IncidentId
from netwatch.model.whereabouts import Where
from netwatch.response.works import PROVEN
from netwatch.views.board import Board, Outage
from netwatch.views.owed import WEBSITE
from netwatch.views.situations import standing
from netwatch.views.told import Shown
from netwatch.views.works import Work

RECENT: Final = timedelta(hours=24)
MOST_WORKS: Final = 50
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
    ask: str = ""
    """Where `netwatch web` answers who asks about one line; empty: nowhere."""
    aim: float | None = None
    """The share of a year in which the operator means to give service: 0 to 1."""


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
    def is_merged(self) -> bool:
        """Say whether it is told with another one from here on."""
        return self.phase is Phase.CORRECTED and self.outage.merged_into is not None

    @property
    def is_called_off(self) -> bool:
        """Say whether these are planned works that will not be."""
        return self.phase is Phase.PLANNED and self.outage.state == CALLED_OFF

    @property
    def is_over(self) -> bool:
        """Say whether nobody waits any more, or only a few single homes."""
        return self.phase not in GOING_ON or self.outage.nearly_over

    @property
    def areas(self) -> tuple[AreaId, ...]:
        """Return the areas that may be named."""
        return self.outage.areas

    @property
    def where(self) -> Where:
        """Return the streets: of those who wait still, or of all whom it took once it is over."""
        return self.outage.where if self.phase in GOING_ON else self.outage.where_at_worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that the page holds, newest first."""

    areas: tuple[AreaId, ...]
    """Those that have a page of their own: where enough people live."""
    current: tuple[Card, ...]
    recent: tuple[Card, ...]
    """Repaired, told with another one, or taken back as our mistake, within a day."""
    works: tuple[Card, ...] = ()
    """Planned works that go on or will, the soonest first, and what ended or will not be."""
    as_one: tuple[Card, ...] = ()
    """Those that go on and are told of as one, in the order of repair; none: each by itself."""


def content(board: Board, crowds: Crowds, at: datetime) -> Content:
    """Return what is shown: outages whose words on the website are due and not withheld."""
    cards = [
        _card(outage, shown, crowds)
        for outage in board.public()
        if (shown := outage.shown_on(WEBSITE)) is not None
    ]
    current = tuple(card for card in cards if not card.is_over and _lasts(card, at))
    as_one = _told_as_one(board, current)
    return Content(
        areas=crowds.areas,
        current=(*as_one, *(card for card in current if card not in as_one)),
        recent=tuple(card for card in cards if card.is_over and at - card.told_at < RECENT),
        works=tuple(_planned(work, crowds) for work in _works(board, at)),
        as_one=as_one,
    )


def _told_as_one(board: Board, current: tuple[Card, ...]) -> tuple[Card, ...]:
    """Return the outages of the situation that stands, as far as the page tells of them."""
    situation = standing(board.situations)
    shown = {card.id: card for card in current}
    names = situation.incidents if situation else ()
    cards = tuple(shown[name] for name in names if name in shown)
    return cards if len(cards) > 1 else ()


def _works(board: Board, at: datetime) -> list[Work]:
    """Return works to come or going on, then those of which people still have to hear the end."""
    told = [work for work in board.public_works() if WEBSITE in work.shown]
    open_ = [work for work in told if work.is_open and work.ends > at]
    closed = [work for work in told if _is_news(work, at)]
    return [
        *sorted(open_, key=lambda work: (work.starts, work.id)),
        *sorted(closed, key=lambda work: (work.starts, work.id)),
    ][:MOST_WORKS]


def _is_news(work: Work, at: datetime) -> bool:
    """Say whether works were called off, or are known to be over, within a day."""
    if work.closed_at is None or work.state not in (CALLED_OFF, "ended"):
        return False  # what they left dark is told of as an outage
    least = PROVEN if work.state == "ended" else timedelta(0)
    return least <= at - work.closed_at < RECENT


def _planned(work: Work, crowds: Crowds) -> Card:
    return Card(
        outage=crowds.discreet(as_outage(work)),
        phase=Phase.PLANNED,
        told_at=work.closed_at or work.starts,
        band=band(work.subscribers),
    )


def _card(outage: Outage, shown: Shown, crowds: Crowds) -> Card:
    areas = crowds.named(outage.areas or shown.areas)
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
