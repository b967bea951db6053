"""What rule files may say of the staff: people, roles, rotas, who stands in, holidays."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from netwatch.response.rota import EVERY_DAY, HAND_OVER, WHOLE_DAY, Holidays
from netwatch.rules.entries import Entry, Language, Line, Name, Span

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2200
LONGEST_TURN: Final = timedelta(days=366)
MOST_LAYERS: Final = 100
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR: Final = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def zone(value: object) -> str:
    """Read the name of a time zone.

    Raises:
        ValueError: nobody knows that zone.
    """
    text = str(value).strip()
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        raise ValueError(f"{text!r} is no time zone; write Europe/Warsaw") from None
    return text


def minutes(value: object) -> int:
    """Read ``16:00``, up to ``24:00``, as minutes after midnight.

    Raises:
        ValueError: it is no time of a day.
    """
    found = _HOUR.fullmatch(str(value).strip())
    many = int(found[1]) * 60 + int(found[2]) if found else WHOLE_DAY + 1
    if many > WHOLE_DAY:
        raise ValueError(f"{value!r} is no time of a day; write it like 16:00")
    return many


def hour(value: object) -> time:
    """Read ``08:00``.

    Raises:
        ValueError: it is no time of a day.
    """
    if isinstance(value, time):
        return value
    many = minutes(value)
    if many == WHOLE_DAY:
        raise ValueError("'24:00' is 00:00 of the day after")
    return time(many // 60, many % 60)


def day(value: object) -> date:
    """Read ``2026-12-24``.

    Raises:
        ValueError: it is no day, or one of another century.
    """
    if not isinstance(value, date):
        text = str(value).strip()
        if _DAY.fullmatch(text) is None:
            raise ValueError(f"{text!r} is no day; write it like 2026-12-24")
        value = date.fromisoformat(text)
    if not FIRST_YEAR <= value.year < LAST_YEAR:
        raise ValueError(f"the year lies between {FIRST_YEAR} and {LAST_YEAR}")
    return value


def moment(value: object) -> datetime | date:
    """Read ``2026-12-24T16:00``, with an offset or without, or ``2026-12-24`` alone.

    Raises:
        ValueError: it is neither.
    """
    text = value.isoformat() if isinstance(value, date | datetime) else str(value).strip()
    if _DAY.fullmatch(text) is not None:
        return day(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        wrong = f"{text!r} is no time; write 2026-12-24 or 2026-12-24T16:00"
        raise ValueError(wrong) from None
    day(at.date())
    return at if at.tzinfo is None else at.astimezone(UTC)


Zone = Annotated[str, BeforeValidator(zone)]
Minutes = Annotated[int, BeforeValidator(minutes), Field(json_schema_extra={"written": "hour"})]
"""A time of a day, up to 24:00, as minutes after midnight."""
HourOfDay = Annotated[time, BeforeValidator(hour)]
DayOfYear = Annotated[date, BeforeValidator(day)]
Moment = Annotated[datetime | date, BeforeValidator(moment)]


class ClockSection(Entry):
    """Whose clock the times in people/ are of."""

    zone: Annotated[
        Zone | None, Field(description="of all times here that name none: `Europe/Warsaw`")
    ] = None


class _Stretch(Entry):
    starts: Annotated[Moment, Field(description="a day alone: its beginning")]
    ends: Annotated[Moment, Field(description="a day alone is within it, to its end")]

    @model_validator(mode="after")
    def _goes_on(self) -> Self:
        first, last = (_roughly(one) for one in (self.starts, self.ends))
        whole_day = not isinstance(self.ends, datetime)
        if last < first or (last == first and not whole_day):
            raise ValueError("it ends before it starts")
        return self


def _roughly(at: datetime | date) -> datetime:
    """Return a moment to be compared with others, whatever the zones: a day at the most is lost."""
    plain = at if isinstance(at, datetime) else datetime.combine(at, time())
    return plain.replace(tzinfo=None)


class AwayEntry(_Stretch):
    """When somebody is away: holidays, illness, a course."""

    why: Annotated[Line, Field(description="for the staff")] = ""


class PersonEntry(Entry):
    """Somebody of the staff. Numbers and addresses stand elsewhere, never here."""

    id: Name
    name: Line = ""
    language: Annotated[Language | None, Field(description="else the operator's first")] = None
    channels: Annotated[
        tuple[Name, ...],
        Field(
            description="channels of netwatch.toml by which they are told, the best first; "
            "else those of `staff`"
        ),
    ] = ()
    contact: Annotated[
        Name | None,
        Field(description="under which id the contact store has them; else their own id"),
    ] = None
    skills: Annotated[tuple[Name, ...], Field(description="`fibre`, `radio`, `climbing`")] = ()
    site: Annotated[Name | None, Field(description="where they set out from: a site's id")] = None
    away: Annotated[tuple[AwayEntry, ...], Field(description="when nobody can count on them")] = ()


class RoleEntry(Entry):
    """A duty, and who may have it."""

    id: Name
    name: Line = ""
    people: Annotated[
        tuple[Name, ...],
        Field(description="who may have it; without a rota the first who is not away has it"),
    ] = ()
    fallback: Annotated[
        Name | None, Field(description="where nobody has it, whoever has this role helps out")
    ] = None
    announcement: Annotated[
        Name | None, Field(description="the machine that has it where no person does")
    ] = None
    may: Annotated[
        tuple[Literal["hold", "retract"], ...],
        Field(description="what its people may do by a message, beside telling of their work"),
    ] = ("hold", "retract")


class ShiftEntry(Entry):
    """Hours of some days at which a rota counts."""

    days: Annotated[tuple[Day, ...], Field(description="on which it begins; empty: every day")] = ()
    opens: Minutes = 0
    closes: Annotated[Minutes, Field(description="not after `opens`: on the next day")] = WHOLE_DAY
    holidays: Annotated[
        Holidays,
        Field(description="whether it begins on public holidays: like on that weekday, `never`..."),
    ] = Holidays.AS_WEEKDAY

    def weekdays(self) -> frozenset[int]:
        """Return the days as numbers; 0 is Monday."""
        return frozenset(map(DAYS.index, self.days)) or EVERY_DAY


class RotaEntry(Entry):
    """People who take turns at a duty. Of two rotas of a role the higher layer holds."""

    id: Name
    role: Name
    people: Annotated[
        tuple[Name, ...], Field(description="in the order of their turns; twice is two turns")
    ] = ()
    starts: Annotated[
        DayOfYear | None, Field(description="on this day the first person's turn begins")
    ] = None
    ends: Annotated[
        DayOfYear | None, Field(description="on this day, at the hour of hand-over, it ends")
    ] = None
    every: Annotated[Span, Field(description="how long a turn is, in whole days")] = timedelta(
        days=7
    )
    day: Annotated[
        Day | None,
        Field(description="weekday of hand-over: the first at or after `starts`; else that day's"),
    ] = None
    hand_over: Annotated[HourOfDay, Field(description="when a turn begins: `08:00`")] = HAND_OVER
    calendar: Annotated[
        Line | None,
        Field(
            description="instead of `people` and `starts`: a calendar that others keep, a file "
            "`oncall.ics` in people/; each entry names one of the staff"
        ),
    ] = None
    shifts: Annotated[
        tuple[ShiftEntry, ...], Field(description="at which hours it counts; empty: always")
    ] = ()
    layer: Annotated[
        int, Field(ge=0, le=MOST_LAYERS, description="it holds over all lower ones of the role")
    ] = 0
    zone: Annotated[Zone | None, Field(description="of its times; else that of `clock`")] = None
    holidays: Annotated[
        tuple[Name, ...], Field(description="by which of `holidays` it goes; empty: by all")
    ] = ()

    @model_validator(mode="after")
    def _turns(self) -> Self:
        if self.every % timedelta(days=1) or not timedelta(0) < self.every <= LONGEST_TURN:
            raise ValueError("'every' is a number of whole days: 1d, 7d, 14d")
        if self.calendar is not None:
            if self.people or self.starts or self.ends or self.day or self.shifts:
                raise ValueError("'calendar' says it all: remove people, starts, ends, day, shifts")
            return self
        if not self.people:
            raise ValueError("'people' is empty: nobody takes turns")
        if self.starts is None:
            raise ValueError("'starts' is missing: when does the first turn begin? 2026-01-05")
        if self.ends is not None and self.ends <= self.starts:
            raise ValueError("it ends before it starts")
        return self


class SwapEntry(_Stretch):
    """Somebody takes a duty for a while, whatever the rotas say. Later entries hold."""

    id: Name
    role: Name
    person: Name
    why: Line = ""


class HolidaysEntry(Entry):
    """Days on which offices are shut."""

    id: Name
    name: Line = ""
    country: Annotated[
        str | None,
        Field(pattern="^[A-Z]{2}$", description="its public holidays, by ISO 3166: `PL`, `CZ`"),
    ] = None
    days: Annotated[tuple[DayOfYear, ...], Field(description="single days: 2026-12-24")] = ()


def numbered(entry: ShiftEntry) -> dict[str, Any]:
    """Return a shift's fields as the rota takes them."""
    return {**entry.model_dump(), "days": entry.weekdays()}
