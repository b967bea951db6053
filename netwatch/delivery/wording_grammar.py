"""Numbers, times and lists as each language says them; Babel knows, the rest stands here."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Final, Literal

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

BRITISH: Final = "en_GB"
"""No comma before the last of a list, days before months."""
NEAR: Final = timedelta(hours=12)
CZECH_VE: Final = frozenset({2, 3, 4, 12, 13, 14, 20, 22, 23})
"""Hours before which Czech says "ve" for "at"."""
UKRAINIAN_OB: Final = frozenset({11})
_AT: Final = {"pl": "o", "sk": "o", "en": "at", "de": "um", "ru": "в"}
_VOWEL_BEFORE: Final = re.compile(r"([аеєиіїоуюя]) і (?=[^йїєюя])", re.IGNORECASE)
_SHORT_DAY: Final = {
    "pl": "d.MM",
    "cs": "d. M.",
    "sk": "d. M.",
    "uk": "d.MM",
    "ru": "d.MM",
    "de": "d.M.",
}
_SHORT_DAY_ELSEWHERE: Final = "d MMM"
_LONG_DAY: Final = {"cs": "d. MMMM", "sk": "d. MMMM", "de": "d. MMMM"}
_LONG_DAY_ELSEWHERE: Final = "d MMMM"


@cache
def locale_of(language: str) -> Locale:
    """Return Babel's locale; English is British, unknown languages speak English."""
    if language == "en":
        return Locale.parse(BRITISH)
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, LookupError):
        return Locale.parse(BRITISH)


def listed(items: Sequence[str], language: str) -> str:
    """Join as in "a, b and c"."""
    text = _loose(format_list(list(items), locale=locale_of(language)))
    return _VOWEL_BEFORE.sub(r"\1 й ", text) if language == "uk" else text


def listed_with(items: Sequence[str], joiner: str) -> str:
    """Join as in "a, b nor c", with ``joiner`` between the last two."""
    *first, last = items
    return f"{', '.join(first)} {joiner} {last}" if first else last


def plural(count: int, language: str) -> str:
    """Return Babel's plural form of ``count``: one, few, many, other."""
    return str(locale_of(language).plural_form(count))


def lasting(span: timedelta, language: str) -> str:
    """Say how long: "2 godz. 39 min"."""
    minutes = max(1, round(span.total_seconds() / 60))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    return " ".join(_unit(count, unit, language) for count, unit in parts if count)


def _unit(count: int, unit: str, language: str) -> str:
    if language == "en":
        letter = {"day": "days" if count > 1 else "day", "hour": "h", "minute": "min"}[unit]
        return f"{count} {letter}"
    locale = locale_of(language)
    length: Literal["long", "short"] = "long" if unit == "day" else "short"
    return _loose(format_unit(count, f"duration-{unit}", length, locale=locale))


def _loose(text: str) -> str:
    """Return plain spaces for those that hold words together: SMS has no other."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


def percent(share: float, language: str) -> str:
    """Say a share in percent: "99,8 %"."""
    return f"{format_decimal(share * 100, '0.0', locale=locale_of(language))} %"


def clock(moment: datetime, seen_at: datetime, zone: tzinfo, language: str, short: bool) -> str:
    """Say when: "18:02", with the day before it where the reader would not guess it.

    Args:
        moment: what is told.
        seen_at: when it is read.
        zone: the operator's.
        language: the reader's.
        short: for SMS: the day in digits, and none where the moment is less than 12 hours off.
    """
    here, now = moment.astimezone(zone), seen_at.astimezone(zone)
    time = f"{here:%H:%M}"
    if here.date() == now.date() or (short and abs(moment - seen_at) < NEAR):
        return time
    if short:
        pattern = _SHORT_DAY.get(language, _SHORT_DAY_ELSEWHERE)
    else:
        pattern = _LONG_DAY.get(language, _LONG_DAY_ELSEWHERE)
    day = format_date(here.date(), pattern, locale=locale_of(language))
    return f"{day} {time}" if short else f"{day}, {time}"


def at_clock(text: str, language: str) -> str:
    """Put the language's "at" before a time: "ve 20:41", "об 11:05"; not before a day."""
    if not re.fullmatch(r"\d\d:\d\d", text):
        return text
    hour = int(text[:2])
    match language:
        case "cs":
            return f"{'ve' if hour in CZECH_VE else 'v'} {text}"
        case "uk":
            return f"{'об' if hour in UKRAINIAN_OB else 'о'} {text}"
        case _:
            return f"{_AT[language]} {text}" if language in _AT else text
