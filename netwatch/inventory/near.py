"""A wrong word -> the right one nearby, in a time that does not grow with the words known."""

from collections.abc import Collection
from difflib import SequenceMatcher, get_close_matches
from typing import Final

FEW: Final = 300
"""Up to so many known words each is compared; beyond, only spellings one slip away are tried."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"
_LONGEST: Final = 64


def near_word(word: str, known: Collection[str]) -> str | None:
    """Return the word of ``known`` that the writer of ``word`` most likely meant, or None."""
    if not word or len(word) > _LONGEST:
        return None
    if len(known) <= FEW:
        by_case = {other.casefold(): other for other in sorted(known, reverse=True)}
        if word.casefold() in by_case:
            return by_case[word.casefold()]
        near = get_close_matches(word, sorted(known), n=1)
        return near[0] if near else None
    hits = {other for other in _one_slip_away(word) if other in known and other != word}
    return min(
        hits, key=lambda other: (-SequenceMatcher(None, word, other).ratio(), other), default=None
    )


def did_you_mean(word: str, known: Collection[str], otherwise: str) -> str:
    """Return the remedy for a word nobody knows: the near one, or ``otherwise``."""
    near = near_word(word, known)
    return f"did you mean {near!r}?" if near else otherwise


def _one_slip_away(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    replaced = {head + letter + tail[1:] for head, tail in cuts if tail for letter in _LETTERS}
    added = {head + letter + tail for head, tail in cuts for letter in _LETTERS}
    return left_out | swapped | replaced | added | {word.lower(), word.upper()}
