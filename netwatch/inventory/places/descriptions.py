"""What an ONU's description says -> the lines it may speak of: by login, number or address."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from netwatch.inventory.places.evidence import Spot, Witness
from netwatch.inventory.places.records import LineRecord
from netwatch.inventory.places.spelling import MOST_TEXT, Nearby, fold, house_key, street_key

MOST_BEARERS: Final = 4
"""A word that more lines bear says nothing of one of them."""
LEAST_LOGIN: Final = 6
LEAST_STREET: Final = 5
MOST_STREET_WORDS: Final = 4
_APART: Final = re.compile(r"[\s,;|()\[\]#=\"']+")
_FINER: Final = re.compile(r"[\s,;|()\[\]#=\"'/_:]+")
_NUMBER: Final = re.compile(r"[0-9]+")
_HOUSE: Final = re.compile(r"[0-9]+[a-z]?")
_LEAST_NUMBER: Final = 4
_NUMBERED: Final = re.compile(r"[a-z]{1,6}[-.]?([0-9]{4,})")

LineKey = tuple[str, str]
"""Source, and the line's key there."""


@dataclass(slots=True)
class Reader:
    """Knows the words of all lines, so that a description is read by looking words up."""

    idents: dict[str, set[LineKey]] = field(default_factory=lambda: defaultdict(set))
    homes: dict[tuple[str, str], set[LineKey]] = field(default_factory=lambda: defaultdict(set))
    _near_idents: Nearby | None = None
    _near_streets: Nearby | None = None
    _streets: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, lines: Iterable[tuple[LineKey, LineRecord]]) -> "Reader":
        """Learn the words of these lines."""
        reader = cls()
        for key, line in lines:
            for word in {*line.logins, line.subscriber, line.key}:
                ident = word.strip().lower()
                if not _NUMBER.fullmatch(ident) or len(ident) >= _LEAST_NUMBER:
                    reader.idents[ident].add(key)
            if line.street and house_key(line.house):
                reader.homes[street_key(line.street), house_key(line.house)].add(key)
        reader.idents.pop("", None)
        reader._streets = {street for street, _ in reader.homes}
        reader._near_idents = Nearby(reader.idents, LEAST_LOGIN)
        reader._near_streets = Nearby(reader._streets, LEAST_STREET)
        return reader

    def neighbours(self, line: LineRecord) -> int:
        """Return how many lines end in the same house, this one included."""
        if not line.street:
            return 1
        home = (street_key(line.street), house_key(line.house))
        return max(len(self.homes.get(home, ())), 1)

    def read(self, text: str) -> list[tuple[Witness, LineKey]]:
        """Return the lines that a description speaks of, by which kind of word."""
        text = text[:MOST_TEXT].strip()
        found = self._by_ident(text)
        found += [(Witness.ADDRESS, key) for key in sorted(self._by_address(text))]
        return found

    def _by_ident(self, text: str) -> list[tuple[Witness, LineKey]]:
        low = text.lower()
        words = dict.fromkeys([low, *_APART.split(low), *_FINER.split(low)])
        exact = {key for word in words for key in self._few(word) or self._few(_number_in(word))}
        if exact or self._near_idents is None:
            return [(Witness.DESCRIPTION, key) for key in sorted(exact)]
        near = {key for word in words for key in self._few(self._near_idents.of(word))}
        return [(Witness.DESCRIPTION_NEAR, key) for key in sorted(near)]

    def _few(self, word: str) -> set[LineKey]:
        bearers = self.idents.get(word, set()) if word else set()
        return bearers if len(bearers) <= MOST_BEARERS else set()

    def _by_address(self, text: str) -> set[LineKey]:
        words = fold(text).split()
        for at in range(len(words)):
            for end in range(min(at + MOST_STREET_WORDS, len(words) - 1), at, -1):
                house = _HOUSE.fullmatch(words[end])
                street = house and self._street(" ".join(words[at:end]))
                if house and street and (street, house[0]) in self.homes:
                    return self.homes[street, house[0]]
        return set()

    def _street(self, name: str) -> str:
        name = street_key(name)
        if name in self._streets or self._near_streets is None:
            return name
        return self._near_streets.of(name)


def by_line(
    descriptions: dict[Spot, str], reader: Reader
) -> dict[LineKey, dict[Witness, set[Spot]]]:
    """Return, for each line, the ONUs whose description speaks of it."""
    spoken: dict[LineKey, dict[Witness, set[Spot]]] = defaultdict(lambda: defaultdict(set))
    for spot, text in descriptions.items():
        for witness, key in reader.read(text):
            spoken[key][witness].add(spot)
    return spoken


def _number_in(word: str) -> str:
    """Return the number in words such as ``ID5012`` or ``umowa-5012``."""
    found = _NUMBERED.fullmatch(word)
    return found[1] if found else ""
