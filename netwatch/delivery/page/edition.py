"""One edition of the page: its content at one moment, and the words for it in each language."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from markupsafe import Markup

from netwatch.delivery.page.concerns import Cards, concerns
from netwatch.delivery.page.content import GOING_ON, Card, Content, Site
from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.page.labels import labels
from netwatch.delivery.page.reliability import Reliability
from netwatch.delivery.render import Text
from netwatch.delivery.scribe import Words
from netwatch.delivery.wording_values import harmless
from netwatch.model.facts import Phase
from netwatch.model.faults import NetwatchError
from netwatch.model.names import AreaId, IncidentId
from netwatch.views.owed import WEBSITE
from netwatch.views.streets import HYPHEN, listed

LONGEST_BODY = 4000
LONGEST_LINE = 1000
Lasting = dict[Hashable, tuple[object, Markup]]
"""A piece's name -> what it rests on, and the piece."""


@dataclass(slots=True, kw_only=True)
class Edition:
    """What is shown and said; made anew for each generation, so that all pages say the same."""

    content: Content
    site: Site
    crowds: Crowds
    words: Words
    at: datetime
    record: Reliability | None = None
    """How a year went; None: not known yet."""
    lasting: "Lasting" = field(default_factory=dict)
    """Pieces of the editions before, which hold for this one where they rest on the same."""
    concerns: Mapping[AreaId, Cards] = field(init=False)
    """What is shown of each area; of those left out there is nothing."""
    _texts: dict[tuple[IncidentId, str], Text] = field(default_factory=dict)
    _pieces: dict[Hashable, Markup] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.concerns = concerns(self.content, self.crowds)
        self.site = replace(self.site, name=harmless(self.site.name))

    def once(self, key: Hashable, make: Callable[[], Markup]) -> Markup:
        """Return a piece of pages, made when first asked for; ``key`` says all that it hangs on."""
        if key not in self._pieces:
            self._pieces[key] = make()
        return self._pieces[key]

    def while_so(self, key: Hashable, basis: object, make: Callable[[], Markup]) -> Markup:
        """Return a piece of pages, made anew once it rests on something else than before.

        Args:
            key: which piece.
            basis: all that it hangs on but its key; the time must be none of it.
            make: makes it.
        """
        before = self.lasting.get(key)
        if before is None or before[0] != basis:
            before = self.lasting[key] = (basis, make())
        return before[1]

    def text(self, card: Card, language: str) -> Text:
        """Return the words of one outage; plain ones where the rules removed all others."""
        key = (card.id, language)
        if key not in self._texts:
            self._texts[key] = self._said(card, language)
        return self._texts[key]

    def texts(self, card: Card) -> Mapping[str, Text]:
        """Return the words of one outage in every language of the page."""
        return {language: self.text(card, language) for language in self.site.languages}

    def headline(self, language: str) -> Text | None:
        """Return what is said of all that goes on as one; None where each is told by itself."""
        if not self.content.as_one:
            return None
        parts = [card.outage for card in self.content.as_one]
        try:
            text = self.words.situation(parts, Phase.CONFIRMED, WEBSITE, language, self.at)
        except NetwatchError:
            return None  # the list below tells it
        return Text(harmless(text.title, LONGEST_LINE), by_line(text.body))

    def next_news(self, card: Card) -> datetime | None:
        """Return when news is promised, as the words say it."""
        return self.words.next_update(card.outage, card.phase, self.at)

    def expected_end(self, card: Card) -> datetime | None:
        """Return when it should work again; None where nobody knows, or once that has passed."""
        told = card.phase in (*GOING_ON, Phase.PLANNED)
        end = card.outage.expected_end if told else None
        return end if end is not None and end > self.at else None

    def name(self, area: AreaId, language: str) -> str:
        """Return an area's name as its people say it."""
        return self.crowds.name(area, language)

    def is_derived(self, area: AreaId) -> bool:
        """Say whether an area is but a street or a town that addresses name."""
        known = self.crowds.network.areas.get(area)
        return known is not None and known.derived

    def streets(self, card: Card, language: str, dash: str = HYPHEN) -> list[str]:
        """Return the streets where it is out, with the numbers, as many as are named at all."""
        own = labels(language, self.site.timezone)
        sides = {"odd": own["odd"], "even": own["even"]}
        return [harmless(text) for text in listed(card.where, sides, dash)]

    def _said(self, card: Card, language: str) -> Text:
        try:
            text = self.words.notice(card.outage, card.phase, WEBSITE, language, self.at)
        except NetwatchError:
            own = labels(language, self.site.timezone)
            places = ", ".join(self.name(area, language) for area in card.areas)
            return Text(f"{own[card.phase]}: {places or own['somewhere']}", "")
        return Text(harmless(text.title, LONGEST_LINE), by_line(text.body))


def by_line(body: str) -> str:
    """Return a text of several lines, each without what cannot be seen."""
    lines = (harmless(line, LONGEST_LINE) for line in body[:LONGEST_BODY].splitlines())
    return "\n".join(line for line in lines if line)
