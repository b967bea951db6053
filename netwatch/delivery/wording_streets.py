"""Streets and house numbers in a sentence: as many as fit, the rest counted."""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from netwatch.delivery.wording_values import harmless
from netwatch.model.whereabouts import Stretch
from netwatch.views.streets import EN_DASH, HYPHEN, numbers, street

MOST_SAID: Final = 5
"""More streets than this in one sentence are not read to the end."""
LEAST_ROOM: Final = 12


class Speaker(Protocol):
    """One language's way of saying things; a speech has it."""

    @property
    def short(self) -> bool:
        """Say whether each letter costs."""
        ...

    def phrase(self, name: str, otherwise: str = "") -> str:
        """Return a phrase."""
        ...

    def counted(self, name: str, count: int) -> str:
        """Return a phrase with its number."""
        ...

    def listed(self, items: Sequence[str]) -> str:
        """Join as in "a, b and c"."""
        ...


def streets_in(said: Sequence[Stretch], others: int, speaker: Speaker, room: int) -> str:
    """Return "Town: street 1-19, street and 12 other streets", as much as there is room for.

    Each street that goes is counted; where not even one fits with its numbers, it goes without,
    and at the last it is cut.

    Args:
        said: streets, the most people first; at least one.
        others: how many more there are.
        speaker: whose words these are.
        room: characters there are.
    """
    room = max(room, LEAST_ROOM)
    text = ""
    for text in _shorter(said, others, speaker):
        if len(text) <= room:
            return text
    return harmless(text, room)


def _shorter(said: Sequence[Stretch], others: int, speaker: Speaker) -> Iterator[str]:
    for count in range(min(len(said), MOST_SAID), 0, -1):
        yield _text(said[:count], len(said) - count + others, speaker, with_numbers=True)
    yield _text(said[:1], len(said) - 1 + others, speaker, with_numbers=False)
    towns = [harmless(town) for town in dict.fromkeys(one.town for one in said if one.town)]
    if len(towns) > 1 and not others:
        yield speaker.listed(towns)
    if towns and len(said) + others > 1:
        more = len(towns) - 1
        yield f"{towns[0]} {speaker.counted('more', more)}" if more else towns[0]
    first = Stretch(street=said[0].street or said[0].town)
    yield _text([first], 0, speaker, with_numbers=False)


def _text(said: Sequence[Stretch], more: int, speaker: Speaker, *, with_numbers: bool) -> str:
    sides = {side: speaker.phrase(f"streets.{side}", side) for side in ("odd", "even")}
    dash = HYPHEN if speaker.short else EN_DASH
    by_town: dict[str, list[Stretch]] = {}
    for one in said:
        by_town.setdefault(one.town, []).append(
            one if with_numbers else Stretch(town=one.town, street=one.street, rest=one.rest)
        )
    texts, last = [], list(by_town)[-1]
    for town, here in by_town.items():
        counted = more if town == last else 0
        names = [harmless(street(one, sides, dash)) for one in here if one.street]
        names += [numbers(one.spans, sides, dash) for one in here if one.spans and not one.street]
        rest = any(one.rest for one in here)
        texts.append(_in_town(harmless(town), names, speaker, rest=rest, more=counted))
    return "; ".join(texts)


def _in_town(town: str, names: Sequence[str], speaker: Speaker, *, rest: bool, more: int) -> str:
    tail = speaker.counted("streets.more", more) if more else ""
    if rest and names and not tail:
        tail = speaker.phrase("streets.elsewhere")
    if not names:
        return f"{town} {tail}".strip()
    text = f"{', '.join(names)} {tail}" if tail else speaker.listed(names)
    if not town:
        return text
    return f"{town} {text}" if names[0][:1].isdigit() and len(names) == 1 else f"{town}: {text}"
