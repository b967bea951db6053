"""A street or a house number written in many ways -> one form, and words a slip of the pen away."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from anyascii import anyascii

MOST_TEXT: Final = 256
"""Text from devices and records is cut here; nothing that places a line is longer."""
_NUMBERS: Final = re.compile(r"[0-9]+")
_WORDS: Final = re.compile(r"[a-z0-9]+")
STREET_KINDS: Final = frozenset(
    {"ul", "ulica", "al", "aleja", "aleje", "os", "osiedle", "pl", "plac", "ulice", "namesti"}
    | {"sidliste", "vul", "vulytsia", "street", "st", "ulitsa"}
)
_ORDINALS: Final = frozenset({"go", "ego", "tego", "th", "nd", "rd"})
"""What stands behind the number in ``3-go Maja``; ``3 Maja`` is the same street."""
_FLAT: Final = re.compile(r"/|(?<=[0-9])\s*m\.?\s*(?=[0-9])|\bm\b|\blok|\bapt|\bflat|\bbyt|\bkv")
_HOUSE: Final = re.compile(
    r"\W*(?:(?:nr|no|blok|bl|dom|bud|cp|c\.p|ev)\W*)?([0-9]+)\s*([a-z]{0,2})\b"
)


def folded(text: str) -> str:
    """Return text in small plain letters, words apart by one space, and remember nothing of it."""
    return " ".join(_WORDS.findall(anyascii(text[:MOST_TEXT]).lower()))


@lru_cache(maxsize=1 << 17)
def fold(text: str) -> str:
    """Return text in small plain letters, words apart by one space."""
    return folded(text)


@lru_cache(maxsize=1 << 15)
def street_key(street: str) -> str:
    """Return a street's name in one form: ``ul. Źródlana`` and ``Zrodlana`` are one."""
    words = fold(street).split()
    while len(words) > 1 and words[0] in STREET_KINDS:
        words = words[1:]
    if len(words) > 1 and words[0].isdigit() and words[1] in _ORDINALS:
        del words[1]
    return " ".join(words)


@lru_cache(maxsize=1 << 16)
def house_key(house: str) -> str:
    """Return a house number without its flat, in small letters: ``12A/3`` is ``12a``.

    Of a house over several numbers it is the first: ``3-5`` is ``3``.
    """
    head = _FLAT.split(anyascii(house[:MOST_TEXT]).lower())[0]
    found = _HOUSE.match(head)
    return f"{found[1]}{found[2]}" if found else re.sub(r"[^0-9a-z]", "", head)


def digits_of(text: str) -> str:
    """Return the digits of a word: a letter may be mistyped, a number is another one."""
    return "".join(_NUMBERS.findall(text))


class Nearby:
    """Words within one slip (a letter lost, added, changed, or two exchanged) of known ones."""

    def __init__(self, words: Iterable[str], least: int) -> None:
        """Know ``words`` of at least ``least`` letters."""
        self._least = least
        self._by_cut: dict[str, set[str]] = defaultdict(set)
        for word in words:
            if len(word) >= least:
                for cut in _cuts(word):
                    self._by_cut[cut].add(word)

    def of(self, word: str) -> str:
        """Return the only known word one slip away with the same digits; empty otherwise."""
        near = self.around(word)
        return near.pop() if len(near) == 1 else ""

    def around(self, word: str) -> set[str]:
        """Return all known words one slip away with the same digits."""
        if not self._least <= len(word) <= MOST_TEXT // 2:
            return set()
        return {
            known
            for cut in _cuts(word)
            for known in self._by_cut.get(cut, ())
            if known != word and digits_of(known) == digits_of(word) and one_slip(known, word)
        }


def one_slip(one: str, other: str) -> bool:
    """Say whether at most one letter is lost, added or changed, or two neighbours exchanged."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    begin = 0
    while begin < min(len(one), len(other)) and one[begin] == other[begin]:
        begin += 1
    a, b = one[begin:], other[begin:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or a == b[1:]


def _cuts(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]
