"""What stands around the words on the page, in the languages that the page ships with."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_percent
from babel.units import format_unit

LAST_RESORT: Final = "en"


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
        name = self._locale.get_language_name() if self._known else None
        return (name or self.language).capitalize()

    def when(self, moment: datetime, now: datetime) -> str:
        """Write a moment: the hour, and the day where it is another one than today."""
        local = moment.astimezone(self.zone)
        hour = format_time(local, "HH:mm", locale=self._locale)
        if local.date() == now.astimezone(self.zone).date():
            return hour
        return f"{format_date(local, 'd MMM', locale=self._locale)}, {hour}"

    def day(self, moment: datetime) -> str:
        """Write a day."""
        return format_date(moment.astimezone(self.zone), "d MMMM y", locale=self._locale)

    def percent(self, part: float) -> str:
        """Write a share, 0 to 1, in per cent with two decimals."""
        return format_percent(part, "0.00\u00a0%", locale=self._locale)

    def lasting(self, long: timedelta) -> str:
        """Write how long something took, in hours and minutes; rounded up, as who waited counts."""
        hours, minutes = divmod(ceil(long.total_seconds() / 60), 60)
        said = [
            format_unit(number, unit, length="short", locale=self._locale)
            for number, unit in ((hours, "duration-hour"), (minutes, "duration-minute"))
            if number or (unit == "duration-minute" and not hours)
        ]
        return " ".join(said)

    def stamp(self, moment: datetime) -> str:
        """Write a moment with its day, whatever day it is."""
        local = moment.astimezone(self.zone)
        day = format_date(local, "d MMMM y", locale=self._locale)
        return f"{day}, {format_time(local, 'HH:mm', locale=self._locale)}"

    @property
    def _known(self) -> bool:
        return _locale(self.language) is not None

    @property
    def _locale(self) -> Locale:
        return _locale(self.language) or Locale(LAST_RESORT)


def labels(language: str, timezone: str) -> Labels:
    """Return the labels for readers of ``language`` who live in ``timezone``."""
    return Labels(language, ZoneInfo(timezone))


@cache
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@cache
def _table(language: str) -> dict[str, str]:
    """Return what is said in a language, or in the one it is a branch of; empty for others."""
    tongues = {place.name: place for place in files("netwatch.delivery.page.tongues").iterdir()}
    for name in (language, language.partition("-")[0]):
        if (place := tongues.get(f"{name}.json")) is not None:
            table: dict[str, str] = json.loads(place.read_text(encoding="utf-8"))
            return table
    return {}
