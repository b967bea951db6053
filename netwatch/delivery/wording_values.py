"""Values made harmless: whatever an inventory or a device says is text, and only text."""

import re
import unicodedata
from typing import Final

LONGEST_VALUE: Final = 120
"""Characters of one value in a text; names of places are shorter by far."""
LONGEST_SMS_VALUE: Final = 40
LONGEST_LINE: Final = 5000
"""Of a finished text, which is cut elsewhere."""
_SPACES: Final = re.compile(r"\s+")
_LEFT_OVER: Final = re.compile(r" (\w|and)$")
"""A word that joins what was cut away: "i", "a", "і", "and"."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, bidi overrides and zero-width marks, halves of pairs, private and unknown letters."""
_MOST_MARKS: Final = 2
_LETTERS: Final = r"[!-~\u00a1-\u00ac\u00ae-\u024f\u0400-\u0482\u048a-\u052f–—‘-„…]+"
_PLAIN: Final = re.compile(f"{_LETTERS}(?: {_LETTERS})*+")
"""Words of letters that all are seen and stand for themselves, as nearly every text is."""


def harmless(text: str, longest: int = LONGEST_VALUE) -> str:
    """Return ``text`` on one line, without what cannot be seen, at most ``longest`` characters."""
    if len(text) <= longest and _PLAIN.fullmatch(text):
        return text
    seen: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", text[: longest * 8]):
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if letter.isspace():
            seen.append(" ")
        elif kind not in _UNSEEN and marks <= _MOST_MARKS:
            seen.append(letter)
    line = _SPACES.sub(" ", "".join(seen)).strip()
    return line if len(line) <= longest else shortened(line, longest)


def seen(line: str) -> str:
    """Return a line of a finished text without what cannot be seen: rules may hold such letters."""
    return line if line.isprintable() else harmless(line, LONGEST_LINE)


def shortened(line: str, longest: int) -> str:
    """Cut a line between two words where there are any, and show that it was cut."""
    room = line[: longest - 1]
    cut = room.rfind(" ")
    kept = room[:cut] if cut > longest // 2 else room
    return _LEFT_OVER.sub("", kept).rstrip(" ,;:-–") + "…"
