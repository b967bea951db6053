"""All that customers would read of an outage, on one page for whoever is to read it before them."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, Template

from netwatch.delivery.render import Renderer, Text
from netwatch.delivery.sms import folded_letters, measure, parts
from netwatch.delivery.wording_example import Wanted, worded
from netwatch.delivery.wording_values import harmless
from netwatch.delivery.words import (
    ABOUT_IN,
    CHAT,
    DESK,
    DESK_PHASES,
    FACEBOOK,
    MAIL,
    SMS,
    WEBSITE,
    Words,
)
from netwatch.model.facts import Cause, Phase
from netwatch.model.names import AreaId
from netwatch.model.network import Network

CHANNELS: Final = (WEBSITE, FACEBOOK, SMS, MAIL, DESK)
ANSWERS: Final = (DESK, CHAT, MAIL)
"""Where the desk answers about one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One text as it would arrive."""

    channel: str
    title: str
    parts: tuple[str, ...]
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One language, on all channels."""

    language: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One phase, in all languages."""

    id: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is to be read: all phases of one outage in one area."""

    renderer: Renderer
    words: Words
    network: Network
    name: str
    """The operator's."""
    area: AreaId
    cause: Cause
    languages: Sequence[str]
    channels: Sequence[str] = CHANNELS

    def page(self) -> str:
        """Return a page of HTML that runs nothing and loads nothing, whatever the texts hold."""
        style = _file("preview.css")
        return _template().render(
            name=harmless(self.name),
            area=harmless(self.network.areas[self.area].name.default),
            cause=self.cause.value,
            unread=[one for one in self.languages if one not in self.words.readers],
            sections=[
                *(self._section(phase, about, self.channels) for phase, about in phases()),
                *(self._section(phase, "", ANSWERS) for phase in DESK_PHASES),
            ],
            style=style,
            allowed=f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}",
        )

    def _section(self, phase: str, about: str, channels: Sequence[str]) -> Section:
        rows = (
            Row(language=one, cards=tuple(self._card(phase, about, one, on) for on in channels))
            for one in self.languages
        )
        title = f"{phase}, {about}" if about else str(phase)
        return Section(id=f"{phase}-{about or 'any'}", title=title, rows=tuple(rows))

    def _card(self, phase: str, about: str, language: str, channel: str) -> Card:
        wanted = Wanted(
            area=self.area,
            cause=self.cause,
            phase=phase,
            about=about,
            language=language,
            channel=channel,
        )
        text = worded(self.renderer, self.network, wanted)
        if self.words.kind(channel) != SMS:
            return Card(channel=channel, title=text.title, parts=(text.body,), size="")
        size = sms_size(text, language, self.words)
        return Card(channel=channel, title="", parts=parts(text.body), size=size)


def phases() -> Iterator[tuple[Phase, str]]:
    """Yield all that is told, each phase with what may stand in the place of its cause."""
    for phase in Phase:
        yield phase, ""
        yield from ((phase, about) for about, in_phases in ABOUT_IN.items() if phase in in_phases)


def sms_size(text: Text, language: str, words: Words) -> str:
    """Return what an SMS takes: segments, alphabet, price, letters folded."""
    size = measure(text.body)
    cost = words.sms.cost(size.segments)
    price = f"{cost:.2f} {words.sms.currency}".rstrip() if cost is not None else "price not known"
    told = f"{size.segments} SMS ({size.encoding}, {size.characters} characters), {price}"
    folded = ", ".join(f"{a} → {b}" for a, b in folded_letters(text.written, language))
    return f"{told}; folded: {folded}" if folded else told


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_file("preview.html"))


@cache
def _file(name: str) -> str:
    return files("netwatch.delivery").joinpath(name).read_text(encoding="utf-8")
