"""A place out of which people report -> how the staff calls it."""

from typing import Final

from netwatch.model.whereabouts import Stretch, Where

MOST_STREETS: Final = 3


def place_words(where: Where, piece: str) -> str:
    """Return a place as the staff calls it: its streets, and what it hangs on."""
    named = ", ".join(filter(None, map(_stretch, where.stretches[:MOST_STREETS])))
    kind, _, name = piece.partition(":")
    if kind == "street":
        return named or name.replace("|", " ").strip()
    return f"{named} ({piece})" if named else name if kind == "area" else piece


def _stretch(one: Stretch) -> str:
    spans = ", ".join(f"{s.first}-{s.last}" if s.first != s.last else s.first for s in one.spans)
    return " ".join(filter(None, (one.street or one.town, spans)))
