"""What may come in by the door, and what is refused there."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.intake.arrivals import (
    NoArrivalError,
    command_from_plain,
    command_to_plain,
    foreign_from_plain,
    report_from_asked,
)
from netwatch.intake.lines import LineError, as_line, of_line
from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Assign,
    Attribute,
    Command,
    Expect,
    Hold,
    Report,
    Resolve,
    Resume,
    Syslog,
    Trap,
)
from netwatch.model.names import DeviceId, IncidentId, SubscriberId
from netwatch.model.plain import to_plain
from netwatch.model.terms import Cause

NIGHT = datetime(2026, 1, 17, 3, tzinfo=UTC)
ONE = IncidentId("I-1")

COMMANDS: list[Command] = [
    Acknowledge(at=NIGHT, incident=ONE, by="ewa", note="on the way"),
    Assign(at=NIGHT, incident=ONE, by="ewa", to="marek"),
    Expect(at=NIGHT, incident=ONE, by="ewa", until=NIGHT + timedelta(hours=2)),
    Expect(at=NIGHT, incident=ONE, by="ewa", until=None),
    Attribute(at=NIGHT, incident=ONE, by="ewa", cause=Cause.FIBRE),
    Attribute(at=NIGHT, incident=ONE, by="ewa", cause=None),
    Annotate(at=NIGHT, incident=ONE, by="ewa", text="splice at Polna 4"),
    Resolve(at=NIGHT, incident=ONE, by="ewa"),
    Hold(at=NIGHT, by="ewa", lasts=timedelta(hours=1)),
    Hold(at=NIGHT, by="ewa"),
    Resume(at=NIGHT, by="ewa"),
]


def taking(starts: str, ends: str) -> dict[str, str]:
    """Return that somebody takes a duty for a while, as it comes to the door."""
    who = {"role": "on-call", "person": "ewa"}
    return {"kind": "overrideduty", **who, "starts": starts, "ends": ends}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_passes_the_door_as_it_was(command: Command) -> None:
    line = as_line(command_to_plain(command))
    assert command_from_plain(of_line(line), at=NIGHT, by="ewa") == command


def test_a_command_s_own_word_of_who_and_when_is_not_believed() -> None:
    plain = command_to_plain(Resume(at=NIGHT + timedelta(days=9), by="root"))
    assert command_from_plain(plain, at=NIGHT, by="ewa") == Resume(at=NIGHT, by="ewa")


@pytest.mark.parametrize(
    ("plain", "why"),
    [
        (None, "an object with a kind"),
        ([], "an object with a kind"),
        ({}, "no such command"),
        ({"kind": "reboot"}, "no such command"),
        ({"kind": ["resume"]}, "no such command"),
        ({"kind": "acknowledge"}, "no values of acknowledge"),
        ({"kind": "acknowledge", "incident": 7}, "no values of acknowledge"),
        ({"kind": "acknowledge", "incident": "../../x"}, "no number of an incident"),
        ({"kind": "annotate", "incident": "I-1", "text": "x" * 4001}, "longer than 4000"),
        ({"kind": "hold", "lasts": -1}, "longer than nothing"),
        ({"kind": "hold", "lasts": 1e300}, "no values of hold"),
        ({"kind": "hold", "lasts": "nan"}, "no values of hold"),
        ({"kind": "expect", "incident": "I-1", "until": "2026-01-17T03:00:00"}, "no values"),
        (taking("9999-12-30T00:00:00Z", "9999-12-31T23:00:00-05:00"), "before the year 2200"),
        (taking("2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z"), "at most a year"),
    ],
)
def test_what_is_no_command_is_refused_with_a_reason(plain: object, why: str) -> None:
    with pytest.raises(NoArrivalError, match=why):
        command_from_plain(plain, at=NIGHT, by="ewa")


@pytest.mark.parametrize(
    "arrival",
    [
        Trap(at=NIGHT, device=DeviceId("sw-1"), oid="1.3.6.1", varbinds=(("1.3.6", 4, "x"),)),
        Syslog(at=NIGHT, device=DeviceId("sw-1"), severity=3, text="link down"),
        Report(at=NIGHT, subscriber=SubscriberId("S-1"), text="nie działa"),
    ],
)
def test_what_other_processes_saw_comes_in_as_they_saw_it(arrival: Trap | Syslog | Report) -> None:
    plain = {"kind": type(arrival).__name__.lower(), **to_plain(arrival)}
    assert foreign_from_plain(plain, at=NIGHT + timedelta(seconds=2)) == arrival


def test_a_time_that_cannot_be_is_replaced_by_now() -> None:
    plain = {"kind": "report", "subscriber": "S-1", "at": "1990-01-01T00:00:00+00:00"}
    assert foreign_from_plain(plain, at=NIGHT).at == NIGHT


@pytest.mark.parametrize(
    "plain",
    [
        {"kind": "sample", "device": "sw-1"},
        {"kind": "acknowledge", "incident": "I-1"},
        {"kind": "trap", "device": "sw 1", "oid": "1.3"},
        {"kind": "trap", "device": "sw-1", "oid": "1.3.x"},
        {"kind": "trap", "device": "sw-1", "oid": "1.3", "varbinds": [["1.3", 4, "x"]] * 201},
        {"kind": "trap", "device": "sw-1", "oid": "1.3", "varbinds": [["1.3", 4, "x" * 5000]]},
    ],
)
def test_other_processes_can_bring_nothing_that_proves_something(plain: object) -> None:
    with pytest.raises(NoArrivalError):
        foreign_from_plain(plain, at=NIGHT)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
ANYTHING = SCALARS | st.lists(SCALARS, max_size=3) | st.lists(st.lists(SCALARS, max_size=3))
KINDS = st.sampled_from(["acknowledge", "assign", "expect", "hold", "trap", "syslog", "report"])
FIELDS = st.sampled_from(["incident", "lasts", "until", "device", "varbinds", "at", "text", "oid"])


@given(kind=KINDS, given=st.dictionaries(FIELDS, ANYTHING))
def test_no_values_whatever_break_the_door(kind: str, given: dict[str, object]) -> None:
    for read in (
        lambda plain: command_from_plain(plain, at=NIGHT, by="ewa"),
        lambda plain: foreign_from_plain(plain, at=NIGHT),
    ):
        with contextlib.suppress(NoArrivalError):
            read({"kind": kind, **given})


@given(st.binary(max_size=200))
def test_no_bytes_whatever_break_a_line(line: bytes) -> None:
    with contextlib.suppress(LineError):
        assert isinstance(of_line(line), dict)


def test_a_line_as_deep_as_a_well_is_refused() -> None:
    with pytest.raises(LineError):
        of_line(b"[" * 200_000)


def test_a_report_bears_the_doors_time_and_no_text_too_long() -> None:
    given = {"subscriber": "S-1", "text": "nie dziala", "at": "1999-01-01T00:00:00Z"}

    assert report_from_asked(given, at=NIGHT).at == NIGHT
    for wrong in (
        {"subscriber": "a b"},
        {"subscriber": 7},
        {"subscriber": "S-1", "text": "a" * 4001},
    ):
        with pytest.raises(NoArrivalError):
            report_from_asked(wrong, at=NIGHT)


def test_halves_of_letters_from_a_terminal_become_question_marks() -> None:
    plain = {"kind": "annotate", "incident": "I-1", "text": "b\udcf3g \U0001f600 łąka"}
    command = command_from_plain(plain, at=NIGHT, by="ewa")
    assert isinstance(command, Annotate)
    assert command.text == "b?g \U0001f600 łąka"
