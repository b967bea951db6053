"""A calendar that somebody keeps elsewhere (.ics) -> turns at a duty; and public holidays."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from netwatch.model.names import PersonId
from netwatch.response.people import Person
from netwatch.response.rota import Turn
from netwatch.response.wall import DAY, instant, midnight

MOST_EVENTS: Final = 5000
MOST_RULES: Final = 500
_DAYS: Final = frozenset(("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH"))
_DATES: Final = _DAYS | {"BYMONTHDAY", "BYSETPOS"}
OFTEN: Final = {"DAILY": _DAYS, "WEEKLY": _DAYS, "MONTHLY": _DATES, "YEARLY": _DATES}
"""How often an entry may come again, and what its RRULE may say beside: with all else a reader
looks for a day that never comes, or for seconds, and whoever is on duty is known to nobody."""
YEARS: Final = range(1970, 2200)
"""Of turns; a rule is followed from its first year on."""
HOLIDAY_YEARS: Final = range(2020, 2061)
NOT_FOLLOWED: Final = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
    OSError,  # a zone that is called like a folder of zones
)  # fmt: skip
"""What the readers of calendars raise at those they cannot follow, some only on the way."""
_WORD: Final = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with an entry, and on which line of the file it begins."""

    line: int
    wrong: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The turns of a calendar, a year at a time: rules that come again are followed when asked."""

    calendar: Any
    zone: ZoneInfo
    persons: Mapping[PersonId, Person]
    _years: dict[int, tuple[Turn, ...]] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, year: int) -> tuple[Turn, ...]:
        """Return the turns that touch a year of UTC, in order."""
        if year not in self._years:
            try:
                self._years[year] = tuple(sorted(self._of(year)))
            except NOT_FOLLOWED:  # who wrote this was told of what can be told beforehand
                self._years[year] = ()
        return self._years[year]

    def _of(self, year: int) -> Iterator[Turn]:
        first, last = (datetime(one, 1, 1, tzinfo=UTC) for one in (year, year + 1))
        found = recurring_ical_events.of(self.calendar).between(first - DAY, last + DAY)
        for event in found:  # whole days, and times without a zone, are taken for those of UTC
            person = _person(event, self.persons)
            if person is None or str(event.get("STATUS", "")).upper() == "CANCELLED":
                continue
            starts, ends = (_moment(event[name].dt, self.zone) for name in ("DTSTART", "DTEND"))
            if starts < ends:
                yield Turn(starts, ends, person)


def read_calendar(
    data: bytes, zone: ZoneInfo, persons: Mapping[PersonId, Person]
) -> tuple[Feed | None, list[Flaw]]:
    """Read who has a duty when from a calendar.

    Args:
        data: of the file; each VEVENT names one of the staff in its SUMMARY or as its ATTENDEE.
        zone: of times without one, and of whole days.
        persons: the staff.

    Returns:
        The turns, or None where nothing can be read; and what is wrong, entry by entry.
    """
    try:
        calendar = Calendar.from_ical(data)
        events = calendar.walk("VEVENT")
    except NOT_FOLLOWED:
        wrong = "this is no iCalendar file"
        return None, [Flaw(line=1, wrong=wrong, remedy="export it again, as .ics")]
    lines = [n for n, line in enumerate(data.splitlines(), 1) if line.strip() == b"BEGIN:VEVENT"]
    again = sum("RRULE" in event for event in events)
    if len(events) > MOST_EVENTS or again > MOST_RULES:
        wrong = f"more than {MOST_EVENTS} entries, or {MOST_RULES} that come again"
        return None, [Flaw(line=1, wrong=wrong, remedy="keep the calendar of one duty in a file")]
    flaws = [
        Flaw(line=line, wrong=wrong, remedy=remedy)
        for line, event in zip(lines, events, strict=False)
        for wrong, remedy in _flaws(event, persons)
    ]
    return Feed(calendar, zone, persons), flaws


def public_holidays(country: str) -> frozenset[date] | None:
    """Return the public holidays of a country (ISO 3166, ``PL``); None: nobody knows it."""
    import holidays  # noqa: PLC0415 - slow to load, and few rotas ask

    try:
        return frozenset(holidays.country_holidays(country, years=HOLIDAY_YEARS))
    except NotImplementedError:  # so the library says that it knows no such country
        return None


def _flaws(event: Any, persons: Mapping[PersonId, Person]) -> Iterator[tuple[str, str]]:
    said = str(event.get("SUMMARY", ""))[:80]
    if event.errors:
        yield f"{said!r} cannot be read: {str(event.errors[0][1])[:80]}", "mend or remove it"
    elif "DTSTART" not in event:
        yield f"{said!r} has no beginning (DTSTART)", "mend or remove it"
    elif (wrong := _never_followed(event)) is not None:
        yield f"{said!r} {wrong[0]}", wrong[1]
    elif _person(event, persons) is None:
        names = ", ".join(persons) or "nobody"
        yield f"{said!r} names not one of the staff", f"write one into SUMMARY: {names}"


def _never_followed(event: Any) -> tuple[str, str] | None:
    """Return why an entry is no turn, or one that is looked for without end; and the remedy."""
    try:
        edges = [event[name].dt for name in ("DTSTART", "DTEND") if name in event]
        if "DURATION" in event:
            edges.append(edges[0] + event["DURATION"].dt)
        if not all(edge.year in YEARS for edge in edges):
            raise OverflowError
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            often = str(rule.get("FREQ", [""])[0]).upper()
            if often not in OFTEN:
                return "comes again oftener than daily", f"write one of: {' '.join(OFTEN)}"
            odd = sorted({str(part).upper() for part in rule} - OFTEN[often])
            if odd:
                return f"comes again by {odd[0]}", f"write of {often} at most its days and months"
            if any(each < 1 for each in rule.get("INTERVAL", [])):
                return "comes again after no time (INTERVAL)", "write how many weeks lie between"
    except NOT_FOLLOWED:
        return "has times that no turn has", f"write years from {YEARS.start} to {YEARS[-1]}, once"
    return None


def _person(event: Any, persons: Mapping[PersonId, Person]) -> PersonId | None:
    """Return the one of the staff whom an entry names: by id or name, whole or within words."""
    by_word = {
        word.casefold(): one.id for one in persons.values() for word in (one.name, one.id) if word
    }
    said = [str(event.get("SUMMARY", "")).strip().casefold(), *_attendees(event)]
    whole = {by_word[text] for text in said if text in by_word}
    words = {word for text in said for word in _WORD.findall(text)}
    named = whole or {by_word[word] for word in words if word in by_word}
    return named.pop() if len(named) == 1 else None


def _attendees(event: Any) -> Iterator[str]:
    found = event.get("ATTENDEE", [])
    for one in found if isinstance(found, list) else [found]:
        yield str(one.params.get("CN", "")).strip().casefold()
        yield str(one).casefold().removeprefix("mailto:").partition("@")[0]


def _moment(at: datetime | date, zone: ZoneInfo) -> datetime:
    """Return a moment in UTC; one without a zone, and a whole day, are of ours."""
    if not isinstance(at, datetime):
        return midnight(at, zone)
    if at.tzinfo is None:
        return instant(at, zone)
    if isinstance(at.tzinfo, ZoneInfo) and not at.fold:
        return instant(at.replace(tzinfo=None), at.tzinfo)
    return at.astimezone(UTC)
