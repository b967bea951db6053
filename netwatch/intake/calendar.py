"""An iCalendar file -> planned works (RFC 5545), and what of it cannot be taken."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar

from netwatch.model.names import ElementName
from netwatch.model.windows import Window, WindowError, check

MOST_EVENTS: Final = 5000
LONGEST: Final = 4 << 20
"""No calendar of works comes near this many bytes."""
LONGEST_TITLE: Final = 200
ELEMENT: Final = re.compile(r"\b(?:device|link|port|risk|area|site):[A-Za-z0-9._/#-]{1,200}")


class CalendarError(ValueError):
    """This cannot be read as works; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a calendar."""

    uid: str
    title: str
    elements: tuple[ElementName, ...]
    """Those named in its text, as ``device:sw-1`` or ``area:polna``."""
    window: Window
    cancelled: bool = False


@dataclass(slots=True)
class Found:
    """What a calendar holds: works, and entries that cannot be taken, each with the reason."""

    events: list[Event] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def read_calendar(text: bytes, zone: str) -> Found:
    """Return the works of a calendar; one bad entry takes no other along.

    Args:
        text: of the ``.ics`` file.
        zone: of times without one.

    Raises:
        CalendarError: it is no calendar.
    """
    if len(text) > LONGEST:
        raise CalendarError(f"this is no calendar of works: more than {LONGEST >> 20} MB")
    try:
        events = Calendar.from_ical(text).walk("VEVENT")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise CalendarError("this is no iCalendar file (.ics)") from None
    if len(events) > MOST_EVENTS:
        raise CalendarError(f"more than {MOST_EVENTS} entries")
    found = Found()
    for number, event in enumerate(events, start=1):
        name = str(event.get("SUMMARY") or event.get("UID") or f"entry {number}")[:LONGEST_TITLE]
        try:
            found.events.append(_event(event, zone))
        except (CalendarError, WindowError) as fault:
            found.refused.append((name, str(fault)))
    return found


def _event(event: Any, zone: str) -> Event:
    if event.errors:
        name, fault = event.errors[0]
        raise CalendarError(f"{name or 'a line of it'} cannot be read: {str(fault)[:120]}")
    if "RECURRENCE-ID" in event:
        raise CalendarError("one time of works that come again was moved; plan it by hand")
    if "RDATE" in event:
        raise CalendarError("it comes on single dates (RDATE); plan them one by one")
    if "DTSTART" not in event or isinstance(event["DTSTART"], list):
        raise CalendarError("it has not one beginning (DTSTART)")
    begins = event["DTSTART"].dt
    starts = _moment(begins, zone)
    window = Window(
        starts=starts,
        lasts=_lasts(event, starts, zone),
        again=_rule(event),
        zone=getattr(getattr(begins, "tzinfo", None), "key", None) or zone,
        not_on=tuple(_left_out(event, zone)),
    )
    check(window)
    words = " ".join(str(event.get(name, "")) for name in ("SUMMARY", "LOCATION", "DESCRIPTION"))
    return Event(
        uid=str(event.get("UID", ""))[:LONGEST_TITLE],
        title=" ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_TITLE],
        elements=tuple(ElementName(e) for e in dict.fromkeys(ELEMENT.findall(words))),
        window=window,
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
    )


def _rule(event: Any) -> str:
    rule = event.get("RRULE")
    if rule is None:
        return ""
    if isinstance(rule, list):
        raise CalendarError("it comes again by more than one rule; plan them one by one")
    return str(rule.to_ical().decode())


def _lasts(event: Any, starts: datetime, zone: str) -> timedelta:
    """Return how long it takes; a day for a date alone (RFC 5545, 3.6.1)."""
    if any(isinstance(event.get(name), list) for name in ("DTEND", "DURATION")):
        raise CalendarError("it ends several times (DTEND, DURATION)")
    if "DTEND" in event:
        return _moment(event["DTEND"].dt, zone) - starts
    if "DURATION" in event:
        long = event["DURATION"].dt
        if isinstance(long, timedelta):
            return long
    return timedelta(days=1)


def _left_out(event: Any, zone: str) -> list[datetime]:
    lists = event.get("EXDATE", [])
    every = lists if isinstance(lists, list) else [lists]
    return [_moment(one.dt, zone) for dates in every for one in dates.dts]


def _moment(at: object, zone: str) -> datetime:
    """Return a moment in UTC; one without a zone, and a date alone, are in ours."""
    try:
        if isinstance(at, datetime):
            return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
        if isinstance(at, date):
            return datetime.combine(at, time(), ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:  # of the years 1 and 9999, no zone's clock shows all
        pass
    raise CalendarError(f"{str(at)[:40]!r} is no time")
