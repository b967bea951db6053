"""When planned works go on: once, or again and again by a rule of RFC 5545."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from dateutil.rrule import rrule

LONGEST: Final = timedelta(days=31)
"""Works that last longer are no works any more, they are how things are."""
AHEAD: Final = timedelta(days=5 * 366)
"""No rule is looked at further ahead."""
LAST_YEAR: Final = 9000
LONG_AGO: Final = timedelta(days=20 * 366)
MOST_DAYS_OFF: Final = 1000
OFTEN: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
LONGEST_RULE: Final = 500
LONGEST_NUMBER: Final = 9
ONE_TIME: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")
"""Parts of a rule that would let works begin several times a day."""
NO_RULE: Final = (ValueError, TypeError, KeyError, IndexError, OverflowError)
"""What the reader of rules raises at those it cannot follow, some only on the way."""


class WindowError(ValueError):
    """This is no time at which works can go on; the message says why."""


class Span(NamedTuple):
    """From when until when, both UTC."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One planned stretch of time, which may come again.

    ``again`` is the value of an RRULE (RFC 5545, 3.3.10), no oftener than daily; it is followed on
    the wall clock of ``zone``, so that works at two in the night are at two in summer and winter.
    They last equally long each time. An hour that a change of clocks leaves out is taken for the
    one after it; of one that comes twice it is the first.
    """

    starts: datetime
    lasts: timedelta
    again: str = ""
    zone: str = "UTC"
    not_on: tuple[datetime, ...] = ()
    """Beginnings that are left out."""


def check(window: Window) -> None:
    """Refuse what cannot be followed.

    Raises:
        WindowError: it lasts no time or too long, its zone or its rule are none.
    """
    if window.starts.year > LAST_YEAR:
        raise WindowError(f"works begin before the year {LAST_YEAR + 1}")
    if not timedelta(0) < window.lasts <= LONGEST:
        raise WindowError(f"works last longer than nothing and at most {LONGEST.days} days")
    if len(window.not_on) > MOST_DAYS_OFF:
        raise WindowError(f"more than {MOST_DAYS_OFF} beginnings are left out")
    try:
        ZoneInfo(window.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WindowError(f"{window.zone!r} is no time zone; write Europe/Warsaw") from None
    if window.again and any("," in _parts(window.again).get(name, "") for name in ONE_TIME):
        raise WindowError(f"{', '.join(ONE_TIME)} name one time: works begin once a day at most")
    if window.again and next(spans(window, window.starts), None) is None:
        raise WindowError(f"{window.again!r} never comes")


def spans(window: Window, after: datetime) -> Iterator[Span]:
    """Yield when it goes on, in order, without what is over at ``after``; five years at most.

    A beginning while the time before still goes on is none.

    Raises:
        WindowError: its rule is none.
    """
    if window.again and after - window.starts > LONG_AGO:
        raise WindowError("works that come again began more than 20 years ago")
    horizon = max(after, window.starts) + AHEAD
    left_out = {at.astimezone(UTC) for at in window.not_on}
    free: datetime | None = None
    for starts in _beginnings(window, horizon):
        if starts in left_out or (free is not None and starts < free):
            continue
        free = starts + window.lasts
        if free > after:
            yield Span(starts, free)


def coming(window: Window, after: datetime) -> Span | None:
    """Return the time that goes on or is the next; None where there is none, or none is known."""
    try:
        return next(spans(window, after), None)
    except (WindowError, ZoneInfoNotFoundError, OverflowError, ValueError, OSError):
        return None


def _beginnings(window: Window, horizon: datetime) -> Iterator[datetime]:
    if not window.again:
        yield window.starts.astimezone(UTC)
        return
    zone = ZoneInfo(window.zone)
    try:
        for local in islice(*_rule(window, zone, horizon)):
            yield local.replace(tzinfo=zone).astimezone(UTC)
    except WindowError:
        raise
    except NO_RULE as fault:
        raise WindowError(f"{window.again!r} is no rule of RFC 5545: {fault}") from None


def _rule(window: Window, zone: ZoneInfo, horizon: datetime) -> "tuple[rrule, int | None]":
    """Return the rule on the wall clock, ended at the horizon, and how often it comes at most.

    A rule that never comes would else be followed to the end of time.
    """
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - most installations have no such works

    parts = _parts(window.again)
    count = parts.pop("COUNT", None)
    until = _local(parts.pop("UNTIL", None), zone, horizon)
    last = min(until, _naive(horizon, zone)) if until else _naive(horizon, zone)
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    rule: Any = rrulestr(text, dtstart=_naive(window.starts, zone))
    return rule.replace(until=last), None if count is None else int(count)


def _parts(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.upper().split(";") if part]
    parts = {name: value for name, _, value in pairs}
    if len(text) > LONGEST_RULE or not text.isascii() or not all(value for _, _, value in pairs):
        raise WindowError(f"{text[:80]!r} is no rule of RFC 5545")
    if parts.get("FREQ") not in OFTEN:
        raise WindowError(f"a rule begins FREQ=, one of {', '.join(sorted(OFTEN))}")
    count, interval = parts.get("COUNT", "1"), parts.get("INTERVAL", "1")
    if not all(n.isdecimal() and len(n) <= LONGEST_NUMBER and int(n) for n in (count, interval)):
        raise WindowError(f"COUNT and INTERVAL are numbers from 1 to {'9' * LONGEST_NUMBER}")
    return parts


def _naive(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, microsecond=0)


def _local(until: str | None, zone: ZoneInfo, horizon: datetime) -> datetime | None:
    """Return a rule's last moment on the wall clock; a date alone takes in its whole day.

    Some calendars write the last second of the year 9999 for ever: no zone has a clock for it.
    """
    if until is None:
        return None
    for form in ("%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S", "%Y%m%d"):
        try:
            at = datetime.strptime(until, form)  # noqa: DTZ007 - a zone is given to it below
        except ValueError:
            continue
        if form.endswith("Z"):
            return _naive(min(at.replace(tzinfo=UTC), horizon), zone)
        return at if "H" in form else datetime.combine(date(at.year, at.month, at.day), _LATE)
    raise WindowError(f"UNTIL={until} is no time")


_LATE: Final = datetime.max.time()
