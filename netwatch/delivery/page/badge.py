"""An edition -> a status badge: one picture that says whether anything is announced."""

from typing import Final
from xml.sax.saxutils import escape, quoteattr

from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.labels import labels
from netwatch.delivery.wording_values import shortened

LONGEST_NAME: Final = 40
LETTER: Final = 7
"""Pixels that a letter takes at most; the picture cannot measure its own words."""
HEIGHT: Final = 20
GOOD: Final = "#1a6b3c"
BAD: Final = "#b3261e"
NAME: Final = "#35424f"


def badge_svg(edition: Edition, language: str) -> bytes:
    """Return a badge in one language, as wide as its words; it holds no script and no link."""
    own, count = labels(language, edition.site.timezone), len(edition.content.current)
    said = own.said("badge_out", count=count) if count else own["badge_well"]
    name = edition.site.name
    name = name if len(name) <= LONGEST_NAME else shortened(name, LONGEST_NAME)
    left, right = (LETTER * len(text) + 12 for text in (name, said))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" '
        f'role="img" lang={quoteattr(language)} aria-label={quoteattr(f"{name}: {said}")}>'
        f"<title>{escape(f'{name}: {said}')}</title>"
        f'<rect width="{left}" height="{HEIGHT}" fill="{NAME}"/>'
        f'<rect x="{left}" width="{right}" height="{HEIGHT}" fill="{BAD if count else GOOD}"/>'
        '<g fill="#fff" font-family="system-ui,sans-serif" font-size="12" text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14">{escape(name)}</text>'
        f'<text x="{left + right / 2:g}" y="14">{escape(said)}</text></g></svg>\n'
    ).encode()
