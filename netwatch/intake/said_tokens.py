"""A line of text -> its pieces: numbers of incidents, times, spans, phrases, and all other words.

Whatever stands in it, at most ``LONGEST`` letters are looked at, each once.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from netwatch.intake.lexicon import MARKS, Kind, Lexicon, Uses, folded
from netwatch.intake.said_times import clock_of

LONGEST: Final = 500
CODE_DIGITS: Final = 6
_PIECES: Final = re.compile(
    r"(?<!\w)(?P<incident>[iIіІ][-\u2010-\u2014]?\d{1,9}(?P<task>\.\d{1,4})?)(?!\w)"
    r"|(?P<number>\d{1,9}(?:[.,:]\d{1,9})?)"
    r"|(?P<word>[^\W\d_](?:[^\W\d_]|['\u2019](?=\w))*)"
    r"|(?P<breaks>[,;.!\n])"
    r"|(?P<range>[-\u2010-\u2014](?=\s?\d))"
    r"|(?P<doubt>\?)"
    r"|(?P<nothing>[\s:\"'()+~\u2010-\u2014-])"
    r"|(?P<odd>.)"
)
_PARTS: Final = re.compile(r"[.,:]")


class Sort(StrEnum):
    """What a piece is, beside the kinds of phrases."""

    INCIDENT = "incident"
    TASK = "task"
    CODE = "code"
    CLOCK = "clock"
    LENGTH = "length"
    """A span with its number and unit."""
    BREAK = "break"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a line."""

    sort: Sort | Kind
    value: str = ""
    span: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Raw:
    name: str
    text: str
    word: str = ""


def pieces(text: str, lexicon: Lexicon) -> list[Piece]:
    """Return the pieces of a line, in order."""
    return list(_Pieces(_raw(text[:LONGEST], lexicon), lexicon).read())


def _raw(text: str, lexicon: Lexicon) -> list[_Raw]:
    found: list[_Raw] = []
    for one in _PIECES.finditer(text):
        name = str(one.lastgroup)
        name = "incident" if one["incident"] else name
        if name == "nothing":
            continue
        if name == "number" and found and found[-1].text == ".":
            before = found[-2].word if len(found) > 1 else ""
            if before in lexicon.short:
                found.pop()
        word = folded(one[0]) if name == "word" else ""
        found.append(_Raw(name, one[0], word))
    return found


class _Pieces:
    """Reads raw pieces from left to right."""

    def __init__(self, raw: Sequence[_Raw], lexicon: Lexicon) -> None:
        self._raw, self._lexicon = raw, lexicon
        self._words = [one.word if one.name == "word" else "\0" for one in raw]

    def read(self) -> Iterator[Piece]:
        at = 0
        while at < len(self._raw):
            many, piece = self._piece(at)
            yield piece
            at += many

    def _piece(self, at: int) -> tuple[int, Piece]:
        one = self._raw[at]
        match one.name:
            case "incident":
                return 1, _numbered(one.text)
            case "number":
                return self._number(at)
            case "word":
                many, uses = self._lexicon.at(self._words, at)
                return (many, self._phrase(at, many, uses)) if many else (1, Piece(Sort.WORD))
            case "breaks":
                return 1, Piece(Sort.BREAK)
            case "doubt":
                return 1, Piece(Kind.DOUBT)
            case _:
                return 1, Piece(Sort.WORD)

    def _phrase(self, at: int, many: int, uses: Uses) -> Piece:
        """Return a phrase in the use that fits what follows it."""
        kinds = {use.kind: use for use in uses}
        marker = self._marker(at, many, kinds)
        if marker is not None:
            return marker
        for kind in MARKS:
            if len(kinds) > 1:
                kinds.pop(kind, None)
        use = next(iter(kinds.values()))
        if use.kind is Kind.SPAN:
            return Piece(Sort.LENGTH, span=timedelta(minutes=int(use.value)))
        return Piece(Sort.WORD) if use.kind in MARKS else Piece(use.kind, str(use.value))

    def _marker(self, at: int, many: int, kinds: Collection[Kind]) -> Piece | None:
        """Return what stands before a time that it fits; None: it does not."""
        after = at + many
        clock, length = self._is_clock(after), self._is_length(after)
        if Kind.UNTIL in kinds and (clock or self._is_phrase(after, Kind.AT)):
            return Piece(Kind.UNTIL)
        if Kind.WITHIN in kinds and (length or self._is_marker(after)):
            return Piece(Kind.WITHIN)
        if Kind.AT in kinds and (clock or length):
            return Piece(Kind.AT)
        return None

    def _is_phrase(self, at: int, kind: Kind) -> bool:
        many, uses = self._lexicon.at(self._words, at) if at < len(self._raw) else (0, ())
        return many > 0 and any(use.kind is kind for use in uses) and self._is_clock(at + many)

    def _is_marker(self, at: int) -> bool:
        """Say whether another word about a span stands there, and then one: "in about 2 h"."""
        many, uses = self._lexicon.at(self._words, at) if at < len(self._raw) else (0, ())
        return any(use.kind is Kind.WITHIN for use in uses) and self._is_length(at + many)

    def _is_number(self, at: int) -> bool:
        return at < len(self._raw) and self._raw[at].name == "number"

    def _is_clock(self, at: int) -> bool:
        """Say whether a time of the day stands there, an hour alone among them."""
        if not self._is_number(at) or self._unit(at + 1) or self._is_range(at + 1):
            return False
        return _clock(self._raw[at].text, alone=True) is not None

    def _is_range(self, at: int) -> bool:
        return at < len(self._raw) and self._raw[at].name == "range"

    def _is_length(self, at: int) -> bool:
        if self._is_number(at):
            return bool(self._unit(at + 1) or self._is_range(at + 1))
        many, uses = self._lexicon.at(self._words, at) if at < len(self._raw) else (0, ())
        return many > 0 and any(use.kind is Kind.SPAN for use in uses)

    def _unit(self, at: int) -> int:
        """Return how many minutes the unit is that stands there; 0: none does."""
        if at >= len(self._raw):
            return 0
        uses = self._lexicon.uses.get((self._words[at],), ())
        return next((int(use.value) for use in uses if use.kind is Kind.UNIT), 0)

    def _number(self, at: int) -> tuple[int, Piece]:
        text, unit = self._raw[at].text, self._unit(at + 1)
        if unit:
            return self._length(at, unit)
        if self._is_range(at + 1) and self._is_number(at + 2) and self._unit(at + 3):
            first = _amount(text, self._unit(at + 3))
            many, longer = self._length(at + 2, self._unit(at + 3))
            fits = first is not None and longer.sort is Sort.LENGTH and first <= longer.span
            return many + 2, longer if fits else Piece(Sort.WORD)
        if len(text) == CODE_DIGITS and text.isdecimal():
            return 1, Piece(Sort.CODE, text)
        marked = at > 0 and self._words[at - 1] in self._lexicon.short
        clock = _clock(text, alone=marked)
        return 1, Piece(Sort.WORD) if clock is None else Piece(Sort.CLOCK, span=clock)

    def _length(self, at: int, unit: int) -> tuple[int, Piece]:
        """Return a span: "2 h", "1,5 h", "1:30 h", "2h30", "2 h 30 min"."""
        span, many = _amount(self._raw[at].text, unit), 2
        if span is None:
            return many, Piece(Sort.WORD)
        hours, follows = unit == MINUTES_AN_HOUR, self._is_number(at + many)
        if hours and follows:
            smaller = self._unit(at + many + 1)
            rest = _amount(self._raw[at + many].text, smaller or 1)
            if smaller <= 1 and rest is not None and rest < timedelta(hours=1):
                return many + (2 if smaller else 1), Piece(Sort.LENGTH, span=span + rest)
        return many, Piece(Sort.LENGTH, span=span)


MINUTES_AN_HOUR: Final = 60
MOST_MINUTES: Final = 1_000_000


def _numbered(text: str) -> Piece:
    whole, _, part = text[1:].lstrip("-\u2010\u2011\u2012\u2013\u2014").partition(".")
    incident = f"I-{int(whole)}"
    return Piece(Sort.TASK, f"{incident}.{int(part)}") if part else Piece(Sort.INCIDENT, incident)


def _amount(text: str, unit: int) -> timedelta | None:
    """Return so many units, as in 2, 1.5, 1,5 or, of hours, 1:30; None: nobody means that."""
    if ":" in text:
        clock = _clock(text, alone=False)
        return clock if unit == MINUTES_AN_HOUR else None
    minutes = float(text.replace(",", ".")) * unit
    return timedelta(minutes=minutes) if minutes < MOST_MINUTES else None


def _clock(text: str, *, alone: bool) -> timedelta | None:
    """Return a time of the day, as in 19:30 or 19.30; ``alone``: an hour may be one too."""
    parts = _PARTS.split(text)
    if len(parts) == 1:
        return clock_of(int(text), 0) if alone and len(text) <= len("19") else None
    hours, minutes = parts
    if "," in text or len(hours) > len("19") or len(minutes) != len("30"):
        return None
    return clock_of(int(hours), int(minutes))
