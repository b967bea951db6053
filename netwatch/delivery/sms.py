"""How a text travels as SMS: alphabet, segments, and letters folded where that saves segments."""

import re
from dataclasses import dataclass
from typing import Final

import smsutil
from anyascii import anyascii
from smsutil.codecs import GSM_CHARSET

GSM_7: Final = "GSM-7"
UCS_2: Final = "UCS-2"

FOLDED_WHOLLY: Final = frozenset({"pl", "cs", "sk"})
"""Languages written without their marks in SMS: ``Krátká`` with only half of them looks broken."""
NEVER_FOLDED: Final = frozenset({"uk", "ru", "be", "bg"})
"""Their readers read Cyrillic; Latin letters would save money and lose people."""
ELLIPSIS: Final = "..."
_ESCAPE: Final = "\x1b"
_GSM_LETTERS: Final = frozenset(GSM_CHARSET) - {_ESCAPE}
_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class SmsSize:
    """What a text costs: ``segments`` of 160 or 153 septets (GSM-7), 70 or 67 units (UCS-2)."""

    encoding: str
    characters: int
    segments: int


def measure(text: str) -> SmsSize:
    """Count the segments that ``text`` takes; of the extension table each letter counts twice."""
    if not text:
        return SmsSize(GSM_7, 0, 0)
    split = smsutil.split(text)
    encoding = GSM_7 if split.encoding == "gsm0338" else UCS_2
    return SmsSize(encoding, len(text), len(split.parts))


def parts(text: str) -> tuple[str, ...]:
    """Return a text as it is cut into segments; phones put them together again."""
    return tuple(part.content for part in smsutil.split(text).parts) if text else ()


def folded_letters(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return which letters of ``text`` folding changes, and into what, in their order."""
    letters = dict.fromkeys(letter for letter in text if fold(letter, language) != letter)
    return tuple((letter, fold(letter, language)) for letter in letters)


def fold(text: str, language: str) -> str:
    """Return ``text`` in letters that GSM-7 has, as readers of ``language`` are used to see it.

    Ukrainian and its neighbours stay as they are.
    """
    base = language.partition("-")[0]
    if base in NEVER_FOLDED:
        return text
    if base in FOLDED_WHOLLY:
        return "".join(_plain(letter) for letter in text)
    return "".join(letter if letter in _GSM_LETTERS else _plain(letter) for letter in text)


def _plain(letter: str) -> str:
    """Return one letter in ASCII, of which GSM-7 lacks the backtick alone."""
    return anyascii(letter).replace("`", "'")


def folded_where_it_saves(text: str, language: str) -> str:
    """Return the folded text when it takes fewer segments, else the text with all its letters."""
    folded = fold(text, language)
    return folded if measure(folded).segments < measure(text).segments else text


def fitted(text: str, most: int) -> str:
    """Return ``text`` in at most ``most`` segments: words go whole from its end, so do links."""
    if measure(text).segments <= most:
        return text
    ends = [word.end() for word in _WORD.finditer(text)]
    fits, too_long = 0, len(ends)
    while fits < too_long:
        middle = (fits + too_long) // 2
        if measure(_cut(text, ends[middle])).segments <= most:
            fits = middle + 1
        else:
            too_long = middle
    return _cut(text, ends[fits - 1]) if fits else ""


def _cut(text: str, end: int) -> str:
    return text[:end].rstrip(" ,;:-–") + ELLIPSIS
