"""What is measured becomes numbers under names; what was not answered is no number."""

from datetime import UTC, datetime, timedelta
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.arrivals import Answered, Outcome, Readings, Sample
from netwatch.model.names import CheckName, DeviceId, SiteId
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.lines import Writer
from netwatch.telemetry.measured import OURSELVES, of_answered, of_readings, of_sample, of_vitals
from netwatch.telemetry.spool import pack, unpack
from netwatch.telemetry.vital_signs import ARRIVALS_WAITING, POLL_LAG, TIME_TO_NOTICE, Vitals

AT = datetime(2026, 11, 14, 19, 2, 11, 250_000, tzinfo=UTC)
SECOND = 1794682931
SW = DeviceId("sw-1")
POP = SiteId("pop-polna")


def sample(
    check: str,
    outcome: Outcome = Outcome.ANSWERED,
    value: float | str | None = None,
    **more: object,
) -> Sample:
    return Sample(
        at=AT,
        device=SW,
        check=CheckName(check),
        outcome=outcome,
        value=value,
        **more,  # type: ignore[arg-type] # part, normal
    )


def rows(batch: Batch | None) -> list[tuple[str, str, float]]:
    assert batch is not None
    return list(zip(batch.checks, batch.parts, batch.values, strict=True))


def test_an_echo_is_its_round_trip_and_that_the_device_is_up() -> None:
    batch = of_sample(sample("icmp", value=1.9), POP)
    assert batch is not None
    assert (batch.at_s, batch.device, batch.site) == (SECOND, SW, POP)
    assert rows(batch) == [("icmp.up", "", 1), ("icmp", "", 1.9)]


def test_silence_is_a_zero_of_its_own_and_never_a_round_trip_of_zero() -> None:
    assert rows(of_sample(sample("icmp", Outcome.SILENT), None)) == [("icmp.up", "", 0)]
    assert of_sample(sample("dns", Outcome.SILENT), None) is None


def test_what_we_could_not_ask_says_nothing() -> None:
    assert of_sample(sample("icmp", Outcome.BLIND), None) is None
    assert of_sample(sample("snmp", Outcome.BLIND), None) is None


def test_a_state_is_a_number_that_is_above_zero_while_it_works() -> None:
    def number(check: str, state: str) -> float:
        return rows(of_sample(sample(check, value=state, part="0/1"), None))[-1][2]

    assert number("onu.state", "online") == number("if.oper", "up") == number("mains", "on") == 1
    downs = [number("onu.state", state) for state in ("offline", "los", "dying-gasp", "disabled")]
    assert downs == [0, -1, -2, -3]


def test_a_word_that_is_no_state_is_left_out() -> None:
    assert of_sample(sample("dns", value="$(reboot)"), None) is None


def test_a_sensor_of_crowds_keeps_what_is_normal_beside_what_is() -> None:
    batch = of_sample(sample("sessions.count", value=80.0, normal=100.0), None)
    assert rows(batch) == [("sessions.count", "", 80.0), ("sessions.count.normal", "", 100.0)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**64, -(2**63) - 1, True])
def test_no_sink_is_given_what_it_cannot_keep(value: float) -> None:
    assert of_sample(sample("pon.onus", value=value), None) is None


def readings(parts: tuple[str, ...], **columns: tuple[float | None, ...]) -> Readings:
    return Readings(at=AT, device=SW, check=CheckName("port.octets"), parts=parts, columns=columns)


def test_each_column_of_a_poll_is_a_check_of_its_own_and_gaps_stay_gaps() -> None:
    batch = of_readings(readings(("a", "b"), in_octets=(1, 2), out_octets=(None, 4.5)), POP)
    assert rows(batch) == [
        ("port.octets.in_octets", "a", 1),
        ("port.octets.in_octets", "b", 2),
        ("port.octets.out_octets", "b", 4.5),
    ]


def test_a_poll_without_a_number_is_no_batch() -> None:
    assert of_readings(readings(("a",), in_octets=(None,)), None) is None
    assert of_readings(readings(()), None) is None


def test_ports_of_the_same_name_are_told_apart() -> None:
    batch = of_readings(readings(("eth", "eth", "eth#2", "eth"), x=(1, 2, 3, 4)), None)
    assert batch is not None
    assert batch.parts == ("eth", "eth#3", "eth#2", "eth#4")


@given(
    st.lists(st.text(st.characters(codec=None), max_size=300), max_size=6),
)
def test_whatever_a_device_calls_its_ports_each_is_one_series_that_can_be_written(
    names: list[str],
) -> None:
    batch = of_readings(readings(tuple(names), x=tuple(range(len(names)))), None)
    parts = () if batch is None else batch.parts
    assert len(set(parts)) == len(parts) == len(names)
    assert all(len(part.encode()) < 1000 for part in parts)


NUMBERS = st.none() | st.floats() | st.integers() | st.booleans()


@given(
    parts=st.lists(st.text(max_size=5), max_size=5),
    columns=st.dictionaries(st.sampled_from("abc"), st.lists(NUMBERS, max_size=7)),
    value=NUMBERS | st.text(st.characters(codec=None), max_size=9),
    outcome=st.sampled_from(Outcome),
    check=st.sampled_from(["icmp", "snmp", "onu.state", "dns"]),
)
def test_whatever_was_measured_can_be_spooled_and_written(
    parts: list[str],
    columns: dict[str, list[float | None]],
    value: float | str | None,
    outcome: Outcome,
    check: str,
) -> None:
    given_columns = {name: tuple(numbers) for name, numbers in columns.items()}
    known = (
        of_readings(readings(tuple(parts), **given_columns), None),
        of_sample(sample(check, outcome, value), POP),
    )
    batches = [batch for batch in known if batch is not None]
    assert unpack(pack(batches)) == batches
    lines = Writer().lines(batches)
    assert len(lines) == sum(map(len, batches))
    for line in lines:
        assert isfinite(float(line.rpartition(" value=")[2].partition(" ")[0]))


def test_our_own_numbers_bear_their_tags_as_the_part() -> None:
    vitals = Vitals()
    assert of_vitals(vitals, AT) is None
    vitals.set(POLL_LAG, 0.5)
    vitals.set(ARRIVALS_WAITING, 3, "people")
    vitals.set(TIME_TO_NOTICE, 31, "subscribers", "website")
    batch = of_vitals(vitals, AT + timedelta(seconds=0.7))
    assert batch is not None
    assert batch.device == OURSELVES
    assert batch.at_s == SECOND
    assert rows(batch) == [
        ("netwatch_poll_lag_seconds", "", 0.5),
        ("netwatch_arrivals_waiting", "people", 3),
        ("netwatch_time_to_notice_seconds", "subscribers/website", 31),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["sw-1", "sw-2"]),
            st.sampled_from(["icmp", "snmp", "if.oper", "mains"]),
            st.sampled_from([None, "1", "0/1"]),
            st.none() | st.floats() | st.integers() | st.sampled_from(["up", "down", "huh"]),
        ),
        max_size=8,
    )
)
def test_what_was_answered_at_one_time_is_measured_as_its_samples_are(
    rows: list[tuple[str, str, str | None, float | str | None]],
) -> None:
    answered = Answered(
        at=AT,
        devices=tuple(DeviceId(row[0]) for row in rows),
        checks=tuple(CheckName(row[1]) for row in rows),
        parts=tuple(None if row[1] == "icmp" else row[2] for row in rows),
        values=tuple(row[3] for row in rows),
    )
    sites = {SW: POP}

    assert list(of_answered(answered, sites.get)) == [
        batch
        for one in answered.samples()
        if (batch := of_sample(one, sites.get(one.device))) is not None
    ]
