"""Content -> what concerns each area: reckoned once an edition, not once a language."""

from collections.abc import Mapping, Sequence
from typing import Final

from netwatch.delivery.page.content import Card, Content
from netwatch.delivery.page.crowds import Crowds
from netwatch.model.facts import Phase
from netwatch.model.names import AreaId

Cards = tuple[tuple[Card, ...], ...]
"""What goes on, what is over, and what is planned."""
NOTHING: Final[Cards] = ((), (), ())


def everything(content: Content) -> Cards:
    """Return all that is shown."""
    return (content.current, content.recent, content.works)


def concerns(content: Content, crowds: Crowds) -> Mapping[AreaId, Cards]:
    """Return what concerns each area that has a page: lies in it, or takes in the whole around it.

    Areas of which nothing is to be said are left out.
    """
    shown = everything(content)
    if not any(shown):
        return {}
    around = {area: crowds.around(area) for area in content.areas}
    return {
        area: here
        for area, above in around.items()
        if any(here := tuple(_touching(cards, area, above, crowds) for cards in shown))
    }


def state(current: Sequence[Card]) -> str:
    """Return how an area stands by what goes on there: ``out``, ``checking`` or ``fine``."""
    if any(card.phase is not Phase.SUSPECTED for card in current):
        return "out"
    return "checking" if current else "fine"


def _touching(
    cards: Sequence[Card], area: AreaId, above: frozenset[AreaId], crowds: Crowds
) -> tuple[Card, ...]:
    return tuple(
        card
        for card in cards
        if any(named in above or area in crowds.around(named) for named in card.areas)
    )
