"""Calendars that others keep say who is on duty as well as rotas do, in summer and winter."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from netwatch.model.names import RoleName
from netwatch.response.on_duty import stretches, who_has
from netwatch.rules import Rulebook, RulesReading, read_rules
from netwatch.rules.calendars import public_holidays

ON_CALL = RoleName("on-call")
STAFF = """\
clock: {zone: Europe/Warsaw}
people: [{id: ana, name: Ana Nowak}, {id: ben}, {id: eva}]
roles: [{id: on-call, announcement: tape}]
rotas: [{id: theirs, role: on-call, calendar: oncall.ics}]
"""
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//somebody//EN\r\n"
TAIL = "END:VCALENDAR\r\n"


def event(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VEVENT", "UID:" + str(abs(hash(lines))), *lines, "END:VEVENT", ""))


WEEKLY = event(
    "SUMMARY:Ana Nowak",
    "DTSTART;TZID=Europe/Warsaw:20260105T080000",
    "DTEND;TZID=Europe/Warsaw:20260112T080000",
    "RRULE:FREQ=WEEKLY;INTERVAL=2",
    "EXDATE;TZID=Europe/Warsaw:20260302T080000",
)


def reading(directory: Path, *events: str, name: str = "oncall.ics") -> RulesReading:
    folder = directory / "people"
    folder.mkdir(exist_ok=True)
    (folder / "own.yaml").write_text(STAFF, encoding="utf-8")
    (folder / name).write_bytes((HEAD + "".join(events) + TAIL).encode())
    return read_rules(directory)


def book(directory: Path, *events: str) -> Rulebook:
    found = reading(directory, *events)
    assert found.rulebook is not None, [str(one) for one in found.findings]
    return found.rulebook


def who(rules: Rulebook, at: datetime) -> str:
    return who_has(rules.stages.response.people, (), ON_CALL, at).who


def test_entries_that_come_again_are_turns_at_the_same_hour_in_summer(tmp_path: Path) -> None:
    rules = book(tmp_path, WEEKLY)
    people = rules.stages.response.people
    starts, ends = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 4, 14, tzinfo=UTC)

    turns = [(at, one.who) for at, one in stretches(people, (), ON_CALL, starts, ends)]

    assert turns == [
        (starts, "tape"),
        (datetime(2026, 3, 16, 7, tzinfo=UTC), "ana"),
        (datetime(2026, 3, 23, 7, tzinfo=UTC), "tape"),
        (datetime(2026, 3, 30, 6, tzinfo=UTC), "ana"),
        (datetime(2026, 4, 6, 6, tzinfo=UTC), "tape"),
        (datetime(2026, 4, 13, 6, tzinfo=UTC), "ana"),
    ]
    assert who(rules, datetime(2026, 3, 3, tzinfo=UTC)) == "tape", "that week was left out"
    assert who(rules, datetime(2030, 12, 31, 12, tzinfo=UTC)) in ("ana", "tape")


def test_a_turn_over_new_year_is_one_turn(tmp_path: Path) -> None:
    rules = book(
        tmp_path,
        event("SUMMARY:ben", "DTSTART:20261230T080000Z", "DTEND:20270104T080000Z"),
    )
    found = who_has(rules.stages.response.people, (), ON_CALL, datetime(2026, 12, 31, tzinfo=UTC))

    assert (found.who, found.until) == ("ben", datetime(2027, 1, 4, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    "lines",
    [
        ("SUMMARY:On call: ben",),
        ("SUMMARY:duty", "ATTENDEE;CN=Ben:mailto:b@isp.example"),
        ("SUMMARY:duty", "ATTENDEE:mailto:ben@isp.example"),
        ("SUMMARY:BEN",),
    ],
)
def test_who_it_is_stands_in_the_summary_or_among_those_who_attend(
    tmp_path: Path, lines: tuple[str, ...]
) -> None:
    rules = book(
        tmp_path, event(*lines, "DTSTART;VALUE=DATE:20260701", "DTEND;VALUE=DATE:20260702")
    )

    assert who(rules, datetime(2026, 6, 30, 21, 59, tzinfo=UTC)) == "tape"
    assert who(rules, datetime(2026, 6, 30, 22, tzinfo=UTC)) == "ben", "midnight in Warsaw"
    assert who(rules, datetime(2026, 7, 1, 22, tzinfo=UTC)) == "tape"


@pytest.mark.parametrize(
    "first", ["DTSTART;VALUE=DATE:20260101", "DTSTART:20260101T000000", "DTSTART:20251231T230000Z"]
)
def test_a_day_that_begins_before_the_year_does_elsewhere_is_somebodys(
    tmp_path: Path, first: str
) -> None:
    rules = book(tmp_path, event("SUMMARY:ben", first, "DURATION:P1D", "RRULE:FREQ=DAILY"))
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert who(rules, at) == "ben", "it is half past midnight in Warsaw"


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (("RRULE:FREQ=DAILY;INTERVAL=0",), "comes again after no time"),
        (("RRULE:FREQ=DAILY;INTERVAL=-1",), "comes again after no time"),
        (("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",), "comes again by BYMONTHDAY"),
        (("RRULE:FREQ=DAILY;BYHOUR=1,2;BYSECOND=1,2",), "comes again by BYHOUR"),
        (("DURATION:P999999D",), "has times that no turn has"),
        (("DTEND:99991231T000000Z",), "has times that no turn has"),
        (("DTSTART:20260102T000000Z",), "has times that no turn has"),
    ],
)
def test_an_entry_that_would_be_looked_for_without_end_is_told(
    tmp_path: Path, lines: tuple[str, ...], wrong: str
) -> None:
    found = reading(tmp_path, WEEKLY, event("SUMMARY:ana", "DTSTART:20260101T000000Z", *lines))

    assert found.rulebook is None
    ((line, said),) = [(one.place.line, one.wrong) for one in found.findings]
    assert line == 12
    assert wrong in said


def test_entries_that_name_nobody_are_told_with_their_line(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        WEEKLY,
        event("SUMMARY:Zofia", "DTSTART:20260101T000000Z", "DTEND:20260102T000000Z"),
        event("SUMMARY:ana", "DTSTART:20260101T000000Z", "RRULE:FREQ=SECONDLY"),
    )

    assert found.rulebook is None
    told = [(Path(one.place.path).name, one.place.line, one.wrong) for one in found.findings]
    assert told == [
        ("oncall.ics", 12, "'Zofia' names not one of the staff"),
        ("oncall.ics", 18, "'ana' comes again oftener than daily"),
    ]


def test_a_calendar_that_is_not_there_or_is_none_is_told(tmp_path: Path) -> None:
    (wrong,) = reading(tmp_path, name="onkall.ics").findings
    assert "there is no calendar 'oncall.ics'" in wrong.wrong
    assert "onkall.ics" in wrong.remedy

    (tmp_path / "people" / "oncall.ics").write_text("<html>\n", encoding="utf-8")
    (wrong,) = read_rules(tmp_path).findings
    assert (wrong.place.line, wrong.wrong) == (1, "this is no iCalendar file")


def test_a_zone_that_is_called_like_a_folder_of_zones_stops_nothing(tmp_path: Path) -> None:
    odd = event("SUMMARY:ana", "DTSTART;TZID=Europe:20260105T080000", "DURATION:P1D")

    found = reading(tmp_path, odd)

    assert found.rulebook is None or who(found.rulebook, datetime(2026, 1, 5, tzinfo=UTC))


def test_another_calendar_is_another_digest(tmp_path: Path) -> None:
    before = book(tmp_path, WEEKLY).digest

    assert book(tmp_path, WEEKLY.replace("Nowak", "nowak")).digest != before


def test_public_holidays_of_a_country_are_known_for_years() -> None:
    polish = public_holidays("PL")

    assert polish is not None
    assert {date(2026, 4, 6), date(2030, 5, 3), date(2045, 12, 25)} <= polish
    assert date(2026, 4, 7) not in polish
    assert public_holidays("XX") is None
