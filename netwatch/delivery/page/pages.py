"""An edition -> pages for people: one in each language, and one for each area."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from netwatch.delivery.page.content import GOING_ON, Card, touches
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.labels import Labels, labels
from netwatch.model.facts import Phase
from netwatch.model.names import AreaId
from netwatch.model.spelling import street_key
from netwatch.views.proof import stamp
from netwatch.views.streets import EN_DASH

FEW_STREETS: Final = 3
"""So many stand in the title."""
MOST_STREETS: Final = 40
"""A reader looks for a street of his own among so many; more are counted."""
MOST_LISTED: Final = 120
"""More areas than this are listed by the areas around them: the first view stays small."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to be: where it goes, what it depends on, and how to make it."""

    path: str
    shows: object
    """Two sheets that show the same differ in their time alone."""
    render: Callable[[], bytes]


def sheets(edition: Edition) -> Iterator[Sheet]:
    """Yield every page of an edition, the first page last."""
    content, site = edition.content, edition.site
    everything = (content.current, content.recent, content.works)
    for language in site.languages:
        own = labels(language, site.timezone)
        for area in content.areas:
            cards = tuple(_here(edition, shown, area) for shown in everything)
            yield _sheet(edition, own, f"{language}/{area}.html", cards, area=area)
        yield _sheet(edition, own, f"{language}/index.html", everything)
    first = labels(site.languages[0], site.timezone)
    yield _sheet(edition, first, "index.html", everything)


def banner_html(edition: Edition) -> bytes:
    """Return ``banner.html``, for a frame in another page, in the page's first language."""
    own = labels(edition.site.languages[0], edition.site.timezone)
    cards = (edition.content.current, edition.content.recent, edition.content.works)
    values = _values(edition, own, "", None, cards)
    return _templates().get_template("banner.html").render(values).encode()


Cards = tuple[tuple[Card, ...], ...]
"""What goes on, what is over, and what is planned."""


def _sheet(
    edition: Edition, own: Labels, path: str, cards: Cards, *, area: AreaId | None = None
) -> Sheet:
    root = "../" * path.count("/")
    shows = (edition.site, edition.content.areas, area, cards)

    def render() -> bytes:
        values = _values(edition, own, root, area, cards)
        return _templates().get_template("page.html").render(values).encode()

    return Sheet(path, shows, render)


def _values(edition: Edition, own: Labels, root: str, area: AreaId | None, cards: Cards) -> Values:
    site, language = edition.site, own.language
    page = "index" if area is None else str(area)
    current, recent, works = cards
    return {
        "t": own,
        "site": site,
        "language": language,
        "root": root,
        "area": None if area is None else edition.name(area, language),
        "generated": stamp(edition.at),
        "generated_shown": own.stamp(edition.at),
        "current": [_story(edition, own, root, card) for card in current],
        "recent": [_story(edition, own, root, card) for card in recent],
        "works": [_story(edition, own, root, card) for card in works],
        "areas": _listed(edition, own, root, area),
        "home": f"{root}{language}/index.html" if area is not None else None,
        "others": [
            (code, labels(code, site.timezone).autonym, f"{root}{code}/{page}.html")
            for code in site.languages
        ],
    }


def _story(edition: Edition, own: Labels, root: str, card: Card) -> Values:
    outage, text = card.outage, edition.text(card, own.language)
    streets = _streets(edition, card, own.language)
    areas = [area for area in card.areas if not (streets and edition.is_derived(area))]
    over = card.is_over
    end = edition.expected_end(card)
    times = [
        ("since", outage.since),
        ("until", outage.ended_at if over else None),
        ("expected_end", end),
        ("next_news", None if over else edition.next_news(card)),
    ]
    return {
        "id": card.id,
        "phase": card.phase,
        "phase_shown": own[_label(card)],
        "title": text.title,
        "paragraphs": text.body.splitlines(),
        "areas": [
            (edition.name(area, own.language), f"{root}{own.language}/{area}.html")
            for area in areas
        ],
        "streets": streets[:MOST_STREETS],
        "streets_more": max(0, len(streets) - MOST_STREETS) + card.where.others,
        "times": [
            (own[name], stamp(moment), own.when(moment, edition.at))
            for name, moment in times
            if moment is not None and card.phase is not Phase.CORRECTED
        ],
    }


def _label(card: Card) -> str:
    if card.phase is Phase.PLANNED:
        return "works"
    if card.phase in GOING_ON and card.is_over:
        return "apart"
    return "merged" if card.is_merged else card.phase


def _streets(edition: Edition, card: Card, language: str) -> list[str]:
    """Return streets for a reader to find his own among; none where the title says them all."""
    stretches = card.where.stretches
    if len(stretches) <= FEW_STREETS and not any(one.drawn for one in stretches):
        return []
    return sorted(edition.streets(card, language, EN_DASH), key=street_key)


def _listed(edition: Edition, own: Labels, root: str, area: AreaId | None) -> list[Values]:
    rows = []
    for here in _among(edition, area):
        state = _state(_here(edition, edition.content.current, here))
        rows.append(
            {
                "name": edition.name(here, own.language),
                "href": f"{root}{own.language}/{here}.html",
                "state": state,
                "state_shown": own[f"area_{state}"],
            }
        )
    return sorted(rows, key=lambda row: (row["state"] == "fine", row["name"]))


def _among(edition: Edition, area: AreaId | None) -> Sequence[AreaId]:
    areas, known = edition.content.areas, edition.crowds.network.areas
    if area is not None:
        return [here for here in areas if known[here].within == area]
    if len(areas) <= MOST_LISTED:
        return areas
    return [here for here in areas if known[here].within not in areas]


def _state(cards: Sequence[Card]) -> str:
    if any(card.phase is not Phase.SUSPECTED for card in cards):
        return "out"
    return "checking" if cards else "fine"


def _here(edition: Edition, cards: Sequence[Card], area: AreaId) -> tuple[Card, ...]:
    return tuple(card for card in cards if touches(edition.crowds, card, area))


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("netwatch.delivery.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
