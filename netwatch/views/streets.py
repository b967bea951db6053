"""Where it is out -> texts: "Polna 1-19, 23 (odd)", in the words of whoever speaks."""

from collections.abc import Iterator
from typing import Any, Final

from netwatch.model.whereabouts import Span, Stretch, Where

HYPHEN: Final = "-"
EN_DASH: Final = "\u2013"
SIDES: Final = {"odd": "odd", "even": "even"}


def numbers(spans: tuple[Span, ...], sides: dict[str, str], dash: str = HYPHEN) -> str:
    """Return house numbers: ``1-19 (odd), 23``.

    Args:
        spans: the numbers.
        sides: what ``odd`` and ``even`` are called.
        dash: between the first number and the last.
    """
    return ", ".join(_numbers(span, sides, dash) for span in spans)


def _numbers(span: Span, sides: dict[str, str], dash: str) -> str:
    text = span.first if span.first == span.last else f"{span.first}{dash}{span.last}"
    return f"{text} ({sides[span.side]})" if span.side in sides else text


def street(stretch: Stretch, sides: dict[str, str] = SIDES, dash: str = HYPHEN) -> str:
    """Return a street with its numbers; the town where all or the rest of it is meant."""
    name = stretch.street or stretch.town
    return f"{name} {numbers(stretch.spans, sides, dash)}".strip()


def listed(where: Where, sides: dict[str, str] = SIDES, dash: str = HYPHEN) -> Iterator[str]:
    """Yield the streets, each with its town where there are several towns."""
    towns = {stretch.town for stretch in where.stretches}
    for stretch in where.stretches:
        text = street(stretch, sides, dash)
        yield f"{stretch.town}, {text}" if len(towns) > 1 and _needs_town(stretch) else text


def _needs_town(stretch: Stretch) -> bool:
    return bool(stretch.town and stretch.street)


def streets_answer(where: Where) -> dict[str, Any]:
    """Return the streets for answers in JSON: texts, how many more, how many people possibly."""
    return {
        "streets": list(listed(where)),
        "streets_more": where.others,
        "possibly": where.possibly,
    }
