"""What was recorded is played back as it was; what is no arrival is named with its line."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.model.arrivals import (
    Acknowledge,
    Annotate,
    Arrival,
    Assign,
    Attribute,
    Change,
    Expect,
    Finish,
    Hold,
    Loaded,
    Maintain,
    Outcome,
    Prolong,
    Readings,
    Receipt,
    Report,
    Resolve,
    Result,
    Resume,
    Sample,
    Started,
    Syslog,
    Tick,
    Trap,
    Trouble,
)
from netwatch.model.faults import ConfigError
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.terms import Cause
from netwatch.model.windows import Window
from netwatch.pollers.tape import holds_receipts, read_tape, tapes_in
from netwatch.pollers.tape_lines import MalformedError, arrival_of
from netwatch.pollers.tape_record import write_line

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 14, 19, 2, 11, 250000, tzinfo=UTC)

times = st.integers(0, 3 * 10**15).map(lambda us: EPOCH + timedelta(microseconds=us))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)
spans = st.integers(0, 10**9).map(lambda n: timedelta(milliseconds=n))
binds = st.tuples(texts, st.integers(0, 255), st.one_of(texts, st.integers(0, 2**63)))
shared = {"at": times, "device": texts, "check": texts}
command = {"at": times, "incident": texts, "by": texts}
arrivals = st.one_of(
    st.builds(
        Sample,
        **shared,
        outcome=st.sampled_from(Outcome),
        part=st.none() | texts,
        value=st.none() | numbers | texts,
        normal=st.none() | numbers,
        detail=st.none() | texts,
        poller=st.none() | texts,
    ),
    st.builds(
        Readings,
        **shared,
        parts=st.just(("0/1", "0/2")),
        columns=st.dictionaries(texts, st.tuples(st.none() | numbers, numbers), max_size=2),
    ),
    st.builds(Trap, at=times, device=texts, oid=texts, varbinds=st.lists(binds).map(tuple)),
    st.builds(Syslog, at=times, device=texts, severity=st.integers(0, 7), text=texts),
    st.builds(Change, at=times, device=texts, by=texts, what=texts),
    st.builds(Report, at=times, subscriber=texts, text=texts),
    st.builds(Receipt, at=times, key=texts, result=st.sampled_from(Result), detail=texts),
    st.builds(Started, at=times, version=texts),
    st.builds(Loaded, at=times, inventory=texts, rules=texts),
    st.builds(
        Trouble, at=times, where=texts, what=texts, over=st.booleans(), tell_end=st.booleans()
    ),
    st.builds(Acknowledge, **command, note=texts),
    st.builds(Assign, **command, to=texts),
    st.builds(Expect, **command, until=st.none() | times),
    st.builds(Attribute, **command, cause=st.none() | st.sampled_from(Cause)),
    st.builds(Annotate, **command, text=texts),
    st.builds(Resolve, **command, note=texts, mistaken=st.booleans()),
    st.builds(
        Maintain,
        at=times,
        by=texts,
        elements=st.tuples(texts),
        window=st.builds(
            Window,
            starts=times,
            lasts=st.integers(1, 10**6).map(lambda s: timedelta(seconds=s)),
            again=texts,
            zone=texts,
            not_on=st.tuples(times),
        ),
        title=texts,
        uid=texts,
        despite=st.booleans(),
    ),
    st.builds(Prolong, at=times, maintenance=texts, by=texts, until=times),
    st.builds(Finish, at=times, maintenance=texts, by=texts, for_good=st.booleans()),
    st.builds(Hold, at=times, by=texts, lasts=st.none() | spans),
    st.builds(Resume, at=times, by=texts),
)


@given(arrivals)
@settings(max_examples=300, deadline=None)
def test_every_arrival_is_read_back_as_it_was_written(arrival: Arrival) -> None:
    assert arrival_of(write_line(arrival).encode()) == arrival


@given(st.binary(max_size=60) | texts.map(str.encode))
def test_any_bytes_are_an_arrival_or_malformed_and_nothing_else(line: bytes) -> None:
    with suppress(MalformedError):
        arrival_of(line)


def test_the_lines_of_the_contract_are_understood() -> None:
    silent = b'{"at":"2026-11-14T19:02:11.250Z","device":"olt-1","check":"icmp","outcome":"silent"}'
    assert arrival_of(silent) == Sample(
        at=AT, device=DeviceId("olt-1"), check=CheckName("icmp"), outcome=Outcome.SILENT
    )
    port = arrival_of(
        b'{"at":"2026-11-14T20:02:11.25+01:00","device":"sw-1","check":"if.oper",'
        b'"part":"ge-0/0/1","outcome":"answered","value":"down","from":"poller-2"}'
    )
    assert isinstance(port, Sample)
    assert (port.at, port.part, port.poller) == (AT, "ge-0/0/1", "poller-2")
    report = b'{"at":"2026-11-14T19:03:00Z","report":{"subscriber":"S-1042","text":"nie dziala"}}'
    assert isinstance(arrival_of(report), Report)
    taken = (
        b'{"at":"2026-11-14T19:04:00Z","command":{"kind":"acknowledge","incident":"I-1","by":"m"}}'
    )
    assert isinstance(arrival_of(taken), Acknowledge)


NOON = '{"at":"2026-11-14T19:02:11Z"'
READINGS = '{"device":"a","check":"b","parts":["x"],"columns":{"rx_dbm":[]}}'


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"device":"a"}', "at must be a time"),
        ('{"at":"yesterday"}', "is no time"),
        ('{"at":"0001-01-01T00:00:00+14:00"}', "is no time in UTC"),
        ('{"at":"2026-11-14T19:02:11"}', "bears no time zone"),
        ('{"at":"2026-11-14T19:02:11Z"}', "neither a sample"),
        ('{"at":"2026-11-14T19:02:11Z","outcome":"silent","check":"icmp"}', "device is missing"),
        ('{"at":"2026-11-14T19:02:11Z","outcome":"dead","device":"a","check":"b"}', "'dead'"),
        ('{"at":"2026-11-14T19:02:11Z","outcome":[],"device":"a","check":"b"}', "is none of"),
        (
            '{"at":"2026-11-14T19:02:11Z","outcome":"silent","device":"a","check":"b","value":[]}',
            "value must be",
        ),
        (
            '{"at":"2026-11-14T19:02:11Z","outcome":"silent","device":"a","check":"b","part":3}',
            "part must be a text",
        ),
        ('{"at":"2026-11-14T19:02:11Z","report":"S-1"}', "'report' must be an object"),
        ('{"at":"2026-11-14T19:02:11Z","command":{"kind":"burn","incident":"I-1"}}', "'burn'"),
        ('{"at":"2026-11-14T19:02:11Z","receipt":{"key":"k","result":"lost"}}', "'lost'"),
        (
            f'{NOON},"readings":{READINGS}}}',
            "as long as parts",
        ),
    ],
)
def test_a_malformed_line_says_what_is_wrong(line: str, wrong: str) -> None:
    with pytest.raises(MalformedError, match=wrong):
        arrival_of(line.encode())


def sample(device: str) -> str:
    return write_line(
        Sample(at=AT, device=DeviceId(device), check=CheckName("icmp"), outcome=Outcome.SILENT)
    )


def test_a_malformed_line_is_named_by_file_and_number(tmp_path: Path) -> None:
    tape = tmp_path / "night.jsonl"
    tape.write_text(f"{sample('a')}\n\n{{}}\n")
    with pytest.raises(ConfigError, match=r"night\.jsonl:3:1: at must be a time"):
        list(read_tape(tape))


def test_a_line_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    tape = tmp_path / "night.jsonl"
    tape.write_bytes(b"x" * (3 << 20))
    with pytest.raises(ConfigError, match="a line of more than"):
        list(read_tape(tape))


def at(moment: datetime) -> str:
    return write_line(Resume(at=moment, by="ewa"))


def test_a_wild_leap_of_time_is_refused_unless_netwatch_was_started_anew(tmp_path: Path) -> None:
    tape = tmp_path / "night.jsonl"
    later = AT + timedelta(days=400)
    tape.write_text(f"{at(AT)}\n{at(later)}\n")
    with pytest.raises(ConfigError, match=r"night\.jsonl:2:1: .* 31 days after"):
        list(read_tape(tape))
    started = write_line(Started(at=later, version="1"))
    tape.write_text(f"{at(AT)}\n{started}\n{at(later)}\n")
    assert len(list(read_tape(tape))) == 3
    days = [at(AT + timedelta(days=20 * number)) for number in range(5)]
    tape.write_text("\n".join(days))
    assert len(list(read_tape(tape))) == 5
    tape.write_text('{"at":"9999-12-31T23:59:59Z","command":{"kind":"resume","by":"ewa"}}')
    with pytest.raises(ConfigError, match="no time that anybody will see"):
        list(read_tape(tape))


def test_devices_nobody_knows_are_passed_over_and_counted(tmp_path: Path) -> None:
    tape = tmp_path / "night.jsonl"
    stranger = write_line(Report(at=AT, subscriber="S-9"))  # type: ignore[arg-type]
    held = write_line(Hold(at=AT, by="ewa"))
    tape.write_text("\n".join([sample("a"), sample("b"), sample("b"), stranger, held]))
    ignored: Counter[str] = Counter()
    played = list(read_tape(tape, known={"a"}, ignored=ignored))
    assert [type(arrival) for arrival in played] == [Sample, Hold]
    assert ignored == {"b": 2, "S-9": 1}


def test_a_rotated_recording_is_played_as_one_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "night.tape"
    folder.mkdir()
    names = [f"d{number}" for number in range(12)]
    for number, name in enumerate(names):
        packed = zstandard.compress(f"{sample(name)}\n".encode())
        (folder / f"{number}.jsonl.zst").write_bytes(packed)
    assert tapes_in(folder) == [folder]
    played = [arrival.device for arrival in read_tape(folder) if isinstance(arrival, Sample)]
    assert played == names


def test_a_torn_rotated_recording_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "night.tape"
    folder.mkdir()
    (folder / "1.jsonl.zst").write_bytes(b"not zstd")
    with pytest.raises(ConfigError, match=r"1\.jsonl\.zst:1:1: not a whole zstd file"):
        list(read_tape(folder))


def test_a_folder_is_played_in_the_order_of_names_and_an_empty_one_is_refused(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError, match="no tape here"):
        tapes_in(tmp_path)
    for name in ("b.jsonl", "a.jsonl", "c.txt"):
        (tmp_path / name).touch()
    assert [tape.name for tape in tapes_in(tmp_path)] == ["a.jsonl", "b.jsonl"]


def test_receipts_on_a_tape_are_found_and_words_about_receipts_are_not(tmp_path: Path) -> None:
    tape = tmp_path / "night.jsonl"
    tape.write_text(write_line(Report(at=AT, subscriber="S", text='"receipt":')))  # type: ignore[arg-type]
    assert not holds_receipts(tape)
    receipt = Receipt(at=AT, key="k", result=Result.ACCEPTED)  # type: ignore[arg-type]
    tape.write_text(write_line(receipt))
    assert holds_receipts(tape)


def test_ticks_are_not_recorded_and_other_zones_become_utc() -> None:
    assert write_line(Tick(at=AT)) == ""
    warsaw = AT.astimezone(timezone(timedelta(hours=1)))
    assert '"at":"2026-11-14T19:02:11.250000Z"' in write_line(Resume(at=warsaw, by="ewa"))
