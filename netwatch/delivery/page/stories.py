"""A card -> what the page tells of it: all, or one line that leads to all."""

import re
from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from netwatch.delivery.page.content import GOING_ON, Card
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.labels import Labels
from netwatch.delivery.page.press import filled, hole, pressed, printed
from netwatch.model.facts import Phase
from netwatch.model.names import IncidentId
from netwatch.model.spelling import street_key
from netwatch.views.proof import stamp
from netwatch.views.streets import EN_DASH

FEW_STREETS: Final = 3
"""So many stand in the title."""
MOST_STREETS: Final = 40
"""A reader looks for a street of his own among so many; more are counted."""
LONGEST_BRIEF: Final = 120
FOLDER: Final = "outage"
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Values = dict[str, Any]


def place_of(incident: IncidentId) -> str | None:
    """Return where the page of one incident lies in its language's folder; None: it has none."""
    return f"{FOLDER}/{incident}.html" if _PLAIN.fullmatch(incident) else None


def by_size(cards: Sequence[Card]) -> list[Card]:
    """Return cards in the order of how many people they touch, the most first."""
    return sorted(cards, key=lambda card: -card.outage.worst)


def told(
    edition: Edition,
    own: Labels,
    root: str,
    *,
    whole: Sequence[Card],
    brief: Sequence[Card],
    left_out: int,
    further: str,
    more: str,
) -> Markup:
    """Return cards told one after the other; pages around the same outages tell the same.

    Args:
        edition: what is shown.
        own: the language.
        root: the way to the page's directory.
        whole: what is told with all that the public may know.
        brief: what is told in a line.
        left_out: how many others there are.
        further: the heading of what is told in a line, where others are told whole.
        more: where all of them stand.
    """
    if not whole and not brief:
        return Markup()

    def made() -> Markup:
        parts = {
            "whole": [_whole(edition, own, card) for card in whole],
            "brief": [_in_brief(edition, own, card) for card in brief],
        }
        words = {"t": printed(own.language), "left_out": left_out, "further": further}
        piece = pressed("told.html", parts | words | {"all_outages": more})
        return filled(piece, {"root": root})

    key = (own.language, root, further, left_out)
    return edition.once(("told", *key, *map(id, whole), "", *map(id, brief)), made)


def _in_brief(edition: Edition, own: Labels, card: Card) -> Markup:
    """Return one line of a card, and where all of it stands, but for the way to the root."""
    return edition.once(
        ("brief", id(card), own.language),
        lambda: _ended(pressed("line.html", {"it": _brief(edition, own, hole("root"), card)})),
    )


def _whole(edition: Edition, own: Labels, card: Card) -> Markup:
    """Return all that the public may know of a card, but for the way to the root."""
    return edition.once(
        ("story", id(card), own.language),
        lambda: _ended(
            pressed(
                "story.html",
                {"it": _story(edition, own, hole("root"), card), "t": printed(own.language)},
            )
        ),
    )


def _ended(piece: Markup) -> Markup:
    return piece + "\n"


def _brief(edition: Edition, own: Labels, root: str, card: Card) -> Values:
    title = edition.text(card, own.language).title
    place = place_of(card.id)
    return {
        "phase": card.phase,
        "phase_shown": own[_label(card)],
        "title": title if len(title) <= LONGEST_BRIEF else f"{title[: LONGEST_BRIEF - 1]}…",
        "href": f"{root}{own.language}/{place}" if place else None,
    }


def _story(edition: Edition, own: Labels, root: str, card: Card) -> Values:
    outage, text = card.outage, edition.text(card, own.language)
    streets = _streets(edition, card, own.language)
    areas = [area for area in card.areas if not (streets and edition.is_derived(area))]
    over = card.is_over
    times = [
        ("since", outage.since),
        ("until", outage.ended_at if over else None),
        ("expected_end", edition.expected_end(card)),
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
            if moment is not None and card.phase is not Phase.CORRECTED and not card.is_called_off
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
