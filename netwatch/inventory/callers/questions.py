"""What somebody types of a caller's name or address -> the words to look for, and the house."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from netwatch.model.homes import home_of
from netwatch.model.network import Subscriber
from netwatch.model.spelling import STREET_KINDS, folded, house_key

LONGEST: Final = 200
"""Characters of a question; what is typed beyond them does not count."""
MOST_WORDS: Final = 12
_NOISE: Final = STREET_KINDS | {"nr", "no", "c", "p", "cp", "cislo", "dom", "bud", "d", "m", "lok"}
"""Words of an address that people write or leave out."""
_HOUSE_MARK: Final = re.compile(
    r"(?:\b(?:č\.?\s?p|c\.?\s?p|č|nr|no|dom|bud|буд|д)\.?|№|#)\s*(?=[0-9])", re.IGNORECASE
)
"""What stands before the number of a house: ``č.p. 12``."""
_FLAT: Final = re.compile(
    r"[0-9][a-z]?\s*(?:/|[ ,](?:m|lok|apt|flat|byt|kv|кв)\.?)\s*([0-9]{1,5}[a-z]?)\s*(?:,|$)",
    re.IGNORECASE,
)
_UMLAUT: Final = re.compile(r"([aou])e")
"""``Müller`` and ``Mueller`` are one name; both sides are written so, so no other suffers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Words that each begin a word of what is looked for, and the house where one was named."""

    words: tuple[str, ...]
    house: str = ""
    flat: str = ""


def question_of(text: str) -> Question:
    """Read what was typed: a name, an address, or pieces of both, in any order."""
    given = _HOUSE_MARK.sub("", text[:LONGEST])
    home = home_of(given)
    if home.house:
        named = (*plain(home.street), *plain(home.town))
        words = tuple(word for word in named if word not in _NOISE)
        return Question(words=words[:MOST_WORDS], house=house_key(home.house), flat=flat_of(given))
    typed = plain(given)
    said = [word for word in typed if word not in _NOISE] or typed
    return Question(words=tuple(said[:MOST_WORDS]))


def haystack(one: Subscriber, name: str) -> str:
    """Return what is looked through for a line: words, a space around each, ``#`` at its house.

    Args:
        one: whose line it is.
        name: of its owner, as the contact store or the inventory has it.
    """
    home = one.lives
    house = house_key(home.house)
    marked = f"#{house} " if house else ""
    street, town = _street(home.street), _street(home.town)
    return f" {' '.join(plain(name))} {street}{marked}{town}"


def plain(text: str) -> list[str]:
    """Return words in small plain letters, ``Müller`` and ``Mueller`` as one."""
    words = folded(text)
    return (_UMLAUT.sub(r"\1", words) if "e" in words else words).split()


@lru_cache(maxsize=1 << 14)
def _street(text: str) -> str:
    """Return the words of a street or town with a space after each, without those left out."""
    return "".join(f"{word} " for word in plain(text) if word not in _NOISE)


def flat_of(address: str) -> str:
    """Return the flat that an address names, in small letters; empty: none."""
    found = _FLAT.search(address)
    return found[1].lower() if found else ""
