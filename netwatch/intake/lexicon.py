"""sayings/*.yaml -> what the staff may say in one line: phrases by language, each of one kind.

The words of a new language are a file there; nothing else changes.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from anyascii import anyascii

from netwatch.model.terms import Cause

FOLDER: Final = "sayings"
LANGUAGES: Final = ("pl", "cs", "sk", "uk", "en", "de", "ru")
STRANGE: Final = ""
"""A word in letters that nobody here writes in: known to no list."""


class Kind(StrEnum):
    """What a phrase does in a line; the names are those of the files."""

    ACKNOWLEDGE = "acknowledge"
    ON_THE_WAY = "on-the-way"
    """It acknowledges too; a time beside it is when they arrive."""
    ON_SITE = "on-site"
    DONE = "done"
    HOLD = "hold"
    MISTAKEN = "mistaken"
    CAUSE = "causes"
    UNTIL = "until"
    """Before a time of the day: by then it works."""
    WITHIN = "within"
    """Before a span: so long it takes."""
    AT = "at"
    UNIT = "units"
    SPAN = "spans"
    FILLER = "filler"
    """It changes nothing."""
    DOUBT = "doubt"
    """With it nothing is sure."""


MARKS: Final = frozenset({Kind.UNTIL, Kind.WITHIN, Kind.AT, Kind.UNIT})
MINUTES_OF: Final = {"minutes": 1, "hours": 60, "days": 1440}


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a phrase; ``value`` is a cause, or so many minutes."""

    kind: Kind
    value: str | int = ""


Phrase = tuple[str, ...]
Uses = tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases of some languages; where two say the same, the first one's meaning holds."""

    uses: Mapping[Phrase, Uses]
    longest: int
    short: frozenset[str]
    """Words before a number that a dot may stand behind: "godz. 19:30"."""

    def at(self, words: Sequence[str], start: int) -> tuple[int, Uses]:
        """Return how many words make the longest phrase from there, and its uses; 0: none."""
        for many in range(min(self.longest, len(words) - start), 0, -1):
            found = self.uses.get(tuple(words[start : start + many]))
            if found:
                return many, found
        return 0, ()


def folded(word: str) -> str:
    """Return a word in small plain letters; one in letters of other scripts is ``STRANGE``."""
    small = unicodedata.normalize("NFKC", word).casefold()
    if not all(_is_ours(letter) for letter in small):
        return STRANGE
    return anyascii(small).lower().replace("'", "").replace("`", "")


def lexicon(languages: Sequence[str]) -> Lexicon:
    """Return the phrases of these languages, best first; unknown ones have none."""
    known = (code.partition("-")[0] for code in languages)
    return _joined(tuple(dict.fromkeys(code for code in known if code in LANGUAGES)))


@cache
def _is_ours(letter: str) -> bool:
    if unicodedata.category(letter) in ("Mn", "Nd"):
        return True
    return unicodedata.name(letter, "").startswith(("LATIN", "CYRILLIC", "APOSTROPHE"))


@cache
def _joined(languages: tuple[str, ...]) -> Lexicon:
    uses: dict[Phrase, Uses] = {}
    for language in languages:
        for phrase, found in _of(language).items():
            uses.setdefault(phrase, found)
    before = {phrase[-1] for phrase, all_ in uses.items() if MARKS.intersection(_kinds(all_))}
    return Lexicon(uses, max(map(len, uses), default=0), frozenset(before))


def _kinds(uses: Uses) -> set[Kind]:
    return {use.kind for use in uses}


@cache
def _of(language: str) -> Mapping[Phrase, Uses]:
    text = files("netwatch.intake").joinpath(FOLDER, f"{language}.yaml").read_text("utf-8")
    uses: dict[Phrase, Uses] = {}
    for phrase, use in _entries(yaml.load(text, yaml.BaseLoader)):  # noqa: S506 - texts alone
        if use not in uses.get(phrase, ()):
            uses[phrase] = (*uses.get(phrase, ()), use)
    return uses


def _entries(said: Mapping[str, Any]) -> Iterator[tuple[Phrase, Use]]:
    for name, listed in said.items():
        kind = Kind(name)
        if isinstance(listed, list):
            yield from ((_phrase(text), Use(kind)) for text in listed)
            continue
        for value, texts in listed.items():
            use = Use(kind, _value(kind, value))
            yield from ((_phrase(text), use) for text in texts)


def _value(kind: Kind, text: str) -> str | int:
    match kind:
        case Kind.CAUSE:
            return Cause(text)
        case Kind.UNIT:
            return MINUTES_OF[text]
        case _:
            return int(text)


def _phrase(text: str) -> Phrase:
    return tuple(folded(word) for word in text.split())
