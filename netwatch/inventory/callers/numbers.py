"""A telephone number as people write it -> what tells it from others, whoever wrote it."""

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 48
LEAST: Final = 7
"""With fewer digits it is no number that somebody outside could call from."""
MOST: Final = 15
"""Digits that a number has at most (E.164)."""
TELLING: Final = 7
"""Numbers are looked up by so many last digits, then compared whole."""
COUNTRY: Final = 3
"""So many digits the code of a country has at most."""
_PLAIN: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_SCHEME: Final = re.compile(r"\s*(?:tel|sip|sips|callto):", re.IGNORECASE)
_SHAPE: Final = re.compile(r"\+?[\d\s().\-/\u2010-\u2015\u00a0]+")
_TRUNK: Final = re.compile(r"\(\s*0\s*\)")
_RUSSIAN: Final = re.compile(r"8[3-9][0-9]{9}")
"""Within Russia and Kazakhstan an 8 is dialled first."""


@dataclass(frozen=True, slots=True)
class Number:
    """Digits of a number; ``whole``: its country's code is among them."""

    digits: str
    whole: bool

    @property
    def key(self) -> str:
        """Return by what it is looked up."""
        return self.digits[-TELLING:]

    def may_be(self, other: "Number") -> bool:
        """Say whether two numbers may be one: of those without a country's code the rest counts."""
        if self.whole and other.whole:
            return self.digits == other.digits
        short, long = sorted((self.digits, other.digits), key=len)
        return long.endswith(short) and len(long) - len(short) <= COUNTRY


def number_of(text: str) -> Number | None:
    """Read a number: ``+48 555 010 100``, ``0048555010100``, ``(0)555-010-100``; None: it is none.

    Letters make it none, but for ``tel:`` before it and what follows an ``@``, as switchboards
    write it.
    """
    if _PLAIN.fullmatch(text):
        return Number(text[1:], True)
    given = text[: LONGEST * 2]
    scheme = _SCHEME.match(given)
    if scheme is not None:
        given = given[scheme.end() :].partition("@")[0].partition(";")[0]
    given = given.strip()
    if len(given) > LONGEST or _SHAPE.fullmatch(given) is None:
        return None
    bare = _TRUNK.sub("", given)
    digits = "".join(str(int(letter)) for letter in bare if letter.isdecimal())
    whole = given.startswith("+") or digits.startswith("00")
    digits = digits.lstrip("0")
    if not whole and _RUSSIAN.fullmatch(digits):
        digits = digits[1:]
    return Number(digits, whole) if LEAST <= len(digits) <= MOST else None
