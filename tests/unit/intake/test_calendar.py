"""A calendar's works are taken one by one; what cannot be taken says why and harms no other."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.intake.calendar import CalendarError, read_calendar

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a town//works//EN\r\n"


def calendar(*events: str) -> bytes:
    inside = "".join(f"BEGIN:VEVENT\r\n{event}END:VEVENT\r\n" for event in events)
    return f"{HEAD}{inside}END:VCALENDAR\r\n".encode()


def lines(*rows: str) -> str:
    return "".join(f"{row}\r\n" for row in rows)


PLAIN = lines(
    "UID:a1",
    "SUMMARY:New power supply\\, device:sw-1",
    "DESCRIPTION:also area:polna and link:l-core-sw.",
    "DTSTART;TZID=Europe/Warsaw:20261201T020000",
    "DTEND;TZID=Europe/Warsaw:20261201T040000",
)


def test_takes_the_elements_that_an_entry_names_and_its_time() -> None:
    (event,) = read_calendar(calendar(PLAIN), "UTC").events
    assert event.uid == "a1"
    assert event.title == "New power supply, device:sw-1"
    assert event.elements[:2] == ("device:sw-1", "area:polna")
    assert event.window.starts == datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert event.window.lasts == timedelta(hours=2)
    assert event.window.zone == "Europe/Warsaw"


def test_times_without_a_zone_are_ours_and_a_date_alone_is_a_day() -> None:
    floating = lines("DTSTART:20261201T020000", "DURATION:PT90M")
    (event,) = read_calendar(calendar(floating), "Europe/Prague").events
    assert event.window.starts == datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert event.window.lasts == timedelta(minutes=90)
    whole = lines("DTSTART;VALUE=DATE:20261201")
    (event,) = read_calendar(calendar(whole), "Europe/Prague").events
    assert event.window.lasts == timedelta(days=1)


def test_works_that_come_again_keep_rule_zone_and_days_off() -> None:
    """The zone is named as one family of calendars names it."""
    weekly = lines(
        "DTSTART;TZID=Central European Standard Time:20261201T020000",
        "DURATION:PT1H",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270301T000000Z",
        "EXDATE;TZID=Europe/Warsaw:20261208T020000,20261215T020000",
    )
    (event,) = read_calendar(calendar(weekly), "UTC").events
    assert event.window.again.startswith("FREQ=WEEKLY")
    assert event.window.zone == "Europe/Warsaw"
    assert event.window.not_on == (
        datetime(2026, 12, 8, 1, tzinfo=UTC),
        datetime(2026, 12, 15, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("event", "wrong"),
    [
        (lines("SUMMARY:x"), "DTSTART"),
        (lines("DTSTART:yesterday"), "DTSTART"),
        (lines("DTSTART:20261201T020000Z", "DTEND:20261201T010000Z"), "last longer"),
        (lines("DTSTART:20261201T020000Z", "RRULE:FREQ=SECONDLY"), "FREQ"),
        (lines("DTSTART:20261201T020000Z", "RDATE:20261224T000000Z"), "RDATE"),
        (lines("DTSTART:20261201T020000Z", "RECURRENCE-ID:20261224T000000Z"), "moved"),
        (lines("DTSTART:20261201T020000Z", "RRULE:FREQ=MONTHLY;BYDAY=9MO"), "no rule"),
        (lines("DTSTART:20261201T020000Z", *["DTEND:20261201T030000Z"] * 2), "several times"),
        (lines("DTSTART:20261201T020000Z", "DURATION:PT1H", "DURATION:PT2H"), "several times"),
        (lines("DTSTART;TZID=Asia/Tokyo:00010101T000000"), "no time"),
    ],
)
def test_one_bad_entry_takes_no_other_along(event: str, wrong: str) -> None:
    found = read_calendar(calendar(event, PLAIN), "UTC")
    assert [one.uid for one in found.events] == ["a1"]
    ((_, why),) = found.refused
    assert wrong in why


@pytest.mark.parametrize("text", [b"", b"hello", b"BEGIN:VCALENDAR", b"\xff\xfe", b"\0" * 100])
def test_no_calendar_is_said_to_be_none(text: bytes) -> None:
    try:
        found = read_calendar(text, "UTC")
    except CalendarError:
        return
    assert not found.events


@given(
    st.lists(st.sampled_from([*calendar(PLAIN).decode().splitlines(), "X:1", ":", ";=:", "\x00"]))
)
def test_shuffled_lines_are_read_or_refused_and_nothing_else(rows: list[str]) -> None:
    with contextlib.suppress(CalendarError):
        read_calendar("\r\n".join(rows).encode(), "UTC")
