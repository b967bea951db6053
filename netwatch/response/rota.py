"""A rota: whose turn it is, and at which hours that counts. In the hours of its own wall clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from netwatch.model.names import PersonId, RoleName
from netwatch.response.wall import DAY, day_of, instant, midnight, on_the_clock

WEEK: Final = 7
EVERY_DAY: Final = frozenset(range(WEEK))
WHOLE_DAY: Final = 24 * 60
LOOKED_AHEAD: Final = 10
"""So many days are looked through for the next shift; further ahead one looks again."""
HAND_OVER: Final = time(8)


class Holidays(StrEnum):
    """What a public holiday is to a shift."""

    AS_WEEKDAY = "as-weekday"
    """A day like any other."""
    NEVER = "never"
    """A day without this shift."""
    TOO = "too"
    """A day with this shift, whatever weekday it is."""
    ONLY = "only"
    """The only days with this shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Hours of some days at which a rota counts; the end is not in them."""

    days: frozenset[int] = EVERY_DAY
    """0 is Monday. It is the day on which the shift begins."""
    opens: int = 0
    """Minutes after midnight."""
    closes: int = WHOLE_DAY
    """Minutes after midnight; not after ``opens``: on the next day."""
    holidays: Holidays = Holidays.AS_WEEKDAY

    def is_on(self, day: date, holidays: frozenset[date]) -> bool:
        """Say whether this shift begins on a day."""
        match self.holidays:
            case Holidays.AS_WEEKDAY:
                return day.weekday() in self.days
            case Holidays.NEVER:
                return day.weekday() in self.days and day not in holidays
            case Holidays.TOO:
                return day.weekday() in self.days or day in holidays
            case Holidays.ONLY:
                return day in holidays

    def hours(self, day: date, zone: ZoneInfo) -> "Span":
        """Return from when until when it goes on, having begun on a day."""
        closes = self.closes if self.closes > self.opens else self.closes + WHOLE_DAY
        return Span(on_the_clock(day, self.opens, zone), on_the_clock(day, closes, zone))


class Span(NamedTuple):
    """From when until when, both UTC."""

    starts: datetime
    ends: datetime


class Turn(NamedTuple):
    """Somebody's time in somebody else's calendar, both ends UTC."""

    starts: datetime
    ends: datetime
    person: PersonId


Calendar = Callable[[int], tuple[Turn, ...]]
"""The turns that touch a year (of UTC), in order; of two at a time, the later one holds."""


class Said(NamedTuple):
    """What a rota says of a moment, and until when it surely says the same."""

    person: PersonId | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """People who take turns at a duty; it says nothing outside its shifts and its time."""

    id: str
    role: RoleName
    zone: ZoneInfo
    people: tuple[PersonId, ...] = ()
    """In the order of their turns."""
    starts: date = date(2000, 1, 3)
    """The day of the first turn's beginning."""
    hand_over: time = HAND_OVER
    days: int = WEEK
    """How long a turn is."""
    ends: date | None = None
    """On this day, at the hour of hand-over, it ends."""
    shifts: tuple[Shift, ...] = ()
    """When it counts; none: always."""
    holidays: frozenset[date] = frozenset()
    layer: int = 0
    """It holds over those of lower layers."""
    calendar: Calendar | None = None
    """Where others keep the turns; ``people`` is then empty."""

    def said(self, at: datetime) -> Said:
        """Return who has the duty by this rota alone; absences are not its matter."""
        if self.calendar is not None:
            return _in_calendar(self.calendar, at)
        counts, until = self._counts(at)
        if not counts:
            return Said(None, until)
        turn = self._turn(at)
        return Said(turn.person, _sooner(turn.until, until))

    @property
    def begins(self) -> datetime | None:
        """Return the moment of the first turn; None for turns that others keep."""
        return None if self.calendar is not None else self._hand_over(0)

    def _counts(self, at: datetime) -> tuple[bool, datetime | None]:
        """Say whether a shift goes on at a moment, and until when that surely is so."""
        if not self.shifts:
            return True, None
        edges = [midnight(day_of(at, self.zone) + LOOKED_AHEAD * DAY, self.zone)]
        going_on = False
        for span in self._spans(at):
            going_on = going_on or span.starts <= at < span.ends
            edges += [edge for edge in span if edge > at]
        return going_on, min(edges)

    def _spans(self, at: datetime) -> Iterator[Span]:
        """Yield the shifts around a moment that last any time at all."""
        today = day_of(at, self.zone)
        for ahead in range(-2, LOOKED_AHEAD):
            day = today + ahead * DAY
            found = False
            for shift in self.shifts:
                if shift.is_on(day, self.holidays):
                    span = shift.hours(day, self.zone)
                    if span.starts < span.ends:
                        found = found or span.starts > at
                        yield span
            if found and ahead > 0:
                return

    def _turn(self, at: datetime) -> Said:
        number = (day_of(at, self.zone) - self.starts).days // self.days
        while self._hand_over(number) > at:
            number -= 1
        while self._hand_over(number + 1) <= at:
            number += 1
        if number < 0:
            return Said(None, self._hand_over(0))
        last = None if self.ends is None else self._moment(self.ends)
        if last is not None and at >= last:
            return Said(None, None)
        return Said(
            self.people[number % len(self.people)], _sooner(self._hand_over(number + 1), last)
        )

    def _hand_over(self, number: int) -> datetime:
        return self._moment(self.starts + timedelta(days=number * self.days))

    def _moment(self, day: date) -> datetime:
        return instant(datetime.combine(day, self.hand_over), self.zone)


def _in_calendar(calendar: Calendar, at: datetime) -> Said:
    """Return who has the duty by somebody's calendar; a new year is looked at when it comes."""
    until = datetime(at.year + 1, 1, 1, tzinfo=at.tzinfo)
    person: PersonId | None = None
    for turn in calendar(at.year):
        if turn.starts <= at < turn.ends:
            person = turn.person
        until = min([until, *(edge for edge in turn[:2] if edge > at)])
    return Said(person, until)


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
