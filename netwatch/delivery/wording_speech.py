"""One language's way of saying things: services, causes, places, people, times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from netwatch.delivery.wording_grammar import at_clock, clock, listed, listed_with, plural
from netwatch.delivery.wording_places import named, names_in
from netwatch.delivery.wording_sandbox import compiled, filled
from netwatch.delivery.wording_streets import streets_in
from netwatch.delivery.wording_values import LONGEST_SMS_VALUE, LONGEST_VALUE, harmless
from netwatch.delivery.words import Words
from netwatch.model.names import SELF, AreaId, DeviceId, ElementName, RiskId
from netwatch.model.network import Network
from netwatch.model.whereabouts import NOWHERE, Where

SERVICE_ORDER: Final = ("internet", "tv", "phone")
MOST_ELEMENTS: Final = 3
LONGEST_ELEMENT: Final = 90
LONGEST_STREETS: Final = 400
LONGEST_PLACES: Final = 160
"""Characters of all places together in a text that is not an SMS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Who speaks: the words, in which languages (best first), in which zone, how shortly."""

    name: str
    """The operator's."""
    page: str
    """Address of the public page where the rules give none for the language."""
    words: Words
    network: Network
    languages: tuple[str, ...]
    zone: tzinfo
    short: bool = False
    two_way: bool = False
    """Whether what readers answer arrives."""

    @property
    def language(self) -> str:
        """Return the language spoken."""
        return self.languages[0]

    @property
    def longest(self) -> int:
        """Return how long a value may be."""
        return LONGEST_SMS_VALUE if self.short else LONGEST_VALUE

    def phrase(self, name: str, otherwise: str = "") -> str:
        """Return a phrase; in SMS the one made for it (``NAME.sms``) where there is one."""
        names = (f"{name}.sms", name) if self.short else (name,)
        found = self.words.phrase(names, self.languages)
        return found.text if found else otherwise

    def counted(self, name: str, count: int) -> str:
        """Return a phrase with its number, declined: ``people.few`` with n = 3."""
        form = plural(count, self.language)
        text = self.phrase(f"{name}.{form}") or self.phrase(f"{name}.other", "{{ n }}")
        return filled(compiled(text), {"n": count})

    def spelt(self, name: str, value: str) -> str:
        """Return a phrase with the one thing that it speaks of; empty where there is none."""
        text = self.phrase(name)
        return filled(compiled(text), {"n": value}) if text and value else ""

    def cause(self, cause: str, certainty: str) -> str:
        """Return what is said of the cause: that it is looked for, likely, or known."""
        unknown = self.phrase("cause.unknown")
        return self.phrase(f"cause.{cause}.{certainty}", unknown) if cause else unknown

    def crew(self, state: str) -> str:
        """Return what is said of the crew; only what a person said goes beyond "alerted"."""
        name = state.replace(" ", "-")
        return self.phrase(f"crew.{name}") or self.phrase("crew.alerted")

    def services(self, services: Iterable[str], form: str = "") -> list[str]:
        """Return the services by name, in the order people name them."""
        rank = {name: place for place, name in enumerate(SERVICE_ORDER)}
        ordered = sorted(set(services), key=lambda name: (rank.get(name, len(rank)), name))
        tail = f".{form}" if form else ""
        return [
            self.phrase(f"service.{name}{tail}", harmless(name, self.longest))
            for name in ordered or ["internet"]
        ]

    def listed(self, items: Sequence[str]) -> str:
        """Join as in "a, b and c"."""
        return listed(items, self.language)

    def neither(self, items: Sequence[str]) -> str:
        """Join as after "no": "a, b or c"; "ani" in Czech."""
        return listed_with(items, self.phrase("neither", "/"))

    def places(self, areas: Sequence[AreaId], where: Where = NOWHERE) -> str:
        """Name the places: areas that the operator drew, streets elsewhere; never empty."""
        said = [stretch for stretch in where.stretches if not stretch.drawn]
        if not said:
            return self._areas(areas)
        known = self.network.areas
        drawn = [area for area in areas if area in known and not known[area].derived]
        before = f"{self._areas(drawn)}; " if drawn else ""
        room = (LONGEST_SMS_VALUE if self.short else LONGEST_PLACES) - len(before)
        return before + streets_in(said, where.others, self, room)

    def places_in(self, areas: Sequence[AreaId], where: Where = NOWHERE) -> str:
        """Name the places as after "in"; empty where the operator did not give that of them all."""
        whole = where.others == 0 and all(stretch.drawn for stretch in where.stretches)
        said = names_in(areas, self.network, self.language) if whole else []
        text = self.listed(said) if said else ""
        return text if len(text) <= self.longest else ""

    def streets(self, where: Where) -> str:
        """Name streets and numbers for staff, whoever drew an area there; empty: none known."""
        if not where.stretches:
            return ""
        return streets_in(where.stretches, where.others, self, LONGEST_STREETS)

    def _areas(self, areas: Sequence[AreaId]) -> str:
        parent, names, more = named(areas, self.network, self.language, self.longest)
        if not names:
            return self.phrase("nowhere")
        text = f"{', '.join(names)} {self.counted('more', more)}" if more else self.listed(names)
        text = f"{parent}: {text}" if parent else text
        return text if not self.short or len(text) <= self.longest else self._few(names, more)

    def _few(self, names: Sequence[str], more: int) -> str:
        """Name one place and count the others, in the length that a value may have."""
        others = len(names) - 1 + more
        tail = f" {self.counted('more', others)}" if others else ""
        return harmless(names[0], self.longest - len(tail)) + tail

    def clock(self, moment: datetime | None, at: datetime) -> str:
        """Say when; an empty text where that is not known."""
        if moment is None:
            return ""
        return clock(moment, at, self.zone, self.language, self.short)

    def at_clock(self, moment: datetime | None, at: datetime) -> str:
        """Say when, with the language's "at" before it."""
        return at_clock(self.clock(moment, at), self.language)

    def elements(self, elements: Sequence[ElementName]) -> str:
        """Name elements for staff: with the site of a device, the name of a risk."""
        named = [self._element(element) for element in elements[:MOST_ELEMENTS]]
        more = len(elements) - len(named)
        return ", ".join(named) + (f" {self.counted('more', more)}" if more else "")

    def _element(self, element: ElementName) -> str:
        if element == SELF:
            return self.phrase("staff.self", element)
        kind, _, name = element.partition(":")
        also = ""
        if kind == "risk" and (risk := self.network.risks.get(RiskId(name))):
            also = risk.name
        elif kind == "device" and (device := self.network.devices.get(DeviceId(name))):
            site = self.network.sites.get(device.site) if device.site else None
            also = site.name if site else ""
        return harmless(f"{element} ({also})" if also else element, LONGEST_ELEMENT)
