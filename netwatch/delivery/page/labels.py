"""What stands around the words on the page, in the languages that the page ships with."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_percent
from babel.units import format_unit

LAST_RESORT: Final = "en"
SAID: Final = 4096
"""So many days, hours, shares and spans are kept as written: a thousand pages say the same ones."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One language's labels, its name for itself, and its way of writing times."""

    language: str
    zone: tzinfo

    def __getitem__(self, name: str) -> str:
        return _table(self.language).get(name) or _table(LAST_RESORT)[name]

    def said(self, name: str, **values: object) -> str:
        """Return a label with values put into it."""
        return self[name].format_map(values)

    @property
    def autonym(self) -> str:
        """Return the language's own name, as its readers look for it."""
        known = _locale(self.language)
        name = known.get_language_name() if known is not None else None
        return (name or self.language).capitalize()

    def when(self, moment: datetime, now: datetime) -> str:
        """Write a moment: the hour, and the day where it is another one than today."""
        local = moment.astimezone(self.zone)
        hour = _hour(self.language, local.time())
        if local.date() == now.astimezone(self.zone).date():
            return hour
        return f"{format_date(local, 'd MMM', locale=_written(self.language))}, {hour}"

    def day(self, moment: datetime) -> str:
        """Write a day."""
        return _day(self.language, moment.astimezone(self.zone).date())

    def percent(self, part: float) -> str:
        """Write a share, 0 to 1, in per cent with two decimals."""
        return _percent(self.language, part)

    def lasting(self, long: timedelta) -> str:
        """Write how long something took, in hours and minutes; rounded up, as who waited counts."""
        return _lasting(self.language, ceil(long.total_seconds() / 60))

    def stamp(self, moment: datetime) -> str:
        """Write a moment with its day, whatever day it is."""
        local = moment.astimezone(self.zone)
        return f"{_day(self.language, local.date())}, {_hour(self.language, local.time())}"


@lru_cache
def labels(language: str, timezone: str) -> Labels:
    """Return the labels for readers of ``language`` who live in ``timezone``."""
    return Labels(language, ZoneInfo(timezone))


def _written(language: str) -> Locale:
    """Return the way to write numbers and times in a language, or in one that is understood."""
    return _locale(language) or Locale(LAST_RESORT)


@lru_cache(maxsize=SAID)
def _day(language: str, day: date) -> str:
    return format_date(day, "d MMMM y", locale=_written(language))


@lru_cache(maxsize=SAID)
def _hour(language: str, hour: time) -> str:
    return format_time(hour, "HH:mm", locale=_written(language))


@lru_cache(maxsize=SAID)
def _percent(language: str, part: float) -> str:
    return format_percent(part, "0.00\u00a0%", locale=_written(language))


@lru_cache(maxsize=SAID)
def _lasting(language: str, whole_minutes: int) -> str:
    hours, minutes = divmod(whole_minutes, 60)
    said = [
        format_unit(number, unit, length="short", locale=_written(language))
        for number, unit in ((hours, "duration-hour"), (minutes, "duration-minute"))
        if number or (unit == "duration-minute" and not hours)
    ]
    return " ".join(said)


@cache
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@cache
def table(language: str) -> dict[str, str]:
    """Return all labels of a language; where it lacks one, that of the last resort."""
    return {
        **_table(LAST_RESORT),
        **{name: text for name, text in _table(language).items() if text},
    }


@cache
def _table(language: str) -> dict[str, str]:
    """Return what is said in a language, or in the one it is a branch of; empty for others."""
    tongues = {place.name: place for place in files("netwatch.delivery.page.tongues").iterdir()}
    for name in (language, language.partition("-")[0]):
        if (place := tongues.get(f"{name}.json")) is not None:
            table: dict[str, str] = json.loads(place.read_text(encoding="utf-8"))
            return table
    return {}
