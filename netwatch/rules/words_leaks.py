"""What customers must never read: the name of a site, a device, a link, a duct."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from netwatch.delivery.wording_sandbox import spoken
from netwatch.delivery.words import Words
from netwatch.model.faults import Finding, Level, Place
from netwatch.model.network import Network

SHORTEST_NAME: Final = 4
_TOKEN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_WORD: Final = re.compile(r"\w+")
_TECHNICAL: Final = re.compile(r"[0-9._-]")
_FOR_STAFF: Final = ("staff.", "people.")


def leaks(words: Words, network: Network, inventory: str) -> Iterator[Finding]:
    """Yield a finding for each public text in which the network shows.

    Place names of the operator's own areas may stand anywhere: people live there.
    """
    ids = frozenset(_ids(network))
    names = _names(network)
    for place, text in _public_texts(words):
        for slip in (*_found_ids(text, ids), *_found_names(text, names)):
            wrong = f"customers would read {slip!r}, a name from your network"
            yield Finding(place, wrong, "say it without naming sites, devices or ducts")
    for area in network.areas.values():
        inside = (name for _, name in area.name.inside)
        for text in (area.name.default, *(name for _, name in area.name.by_language), *inside):
            for slip in _found_ids(text, ids):
                wrong = f"the name of area {area.id!r} holds {slip!r}, a name from your network"
                remedy = "name the area as the people who live there do"
                yield Finding(Place(inventory), wrong, remedy, Level.WARNING)


def _public_texts(words: Words) -> Iterator[tuple[Place, str]]:
    for template in words.templates.values():
        if not template.is_for_staff:
            yield template.place, " ".join((*spoken(template.title), *spoken(template.body)))
    for phrase in words.phrases.values():
        if not phrase.id.startswith(_FOR_STAFF):
            yield phrase.place, phrase.text


def _ids(network: Network) -> Iterator[str]:
    """Yield ids that no sentence holds by chance: with a digit, a dash, a dot in them."""
    for kind in (network.devices, network.links, network.risks, network.sites):
        for name in kind:
            if _TECHNICAL.search(name):
                yield name.casefold()


def _names(network: Network) -> dict[str, list[str]]:
    """Return the names of sites, risks and devices by their first word."""
    areas = {
        text.casefold()
        for area in network.areas.values()
        for text in (area.name.default, *(name for _, name in area.name.by_language))
    }
    things: Iterable[str] = (
        thing.name
        for kind in (network.sites, network.risks, network.devices)
        for thing in kind.values()
    )
    found: dict[str, list[str]] = {}
    for name in {name.casefold() for name in things} - areas:
        first = _WORD.search(name)
        if first is not None and len(name) >= SHORTEST_NAME:
            found.setdefault(first.group(), []).append(name)
    return found


def _found_ids(text: str, ids: frozenset[str]) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token.casefold() in ids]


def _found_names(text: str, names: dict[str, list[str]]) -> Iterator[str]:
    lower = text.casefold()
    for word in set(_WORD.findall(lower)) & names.keys():
        for name in names[word]:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", lower):
                yield name
