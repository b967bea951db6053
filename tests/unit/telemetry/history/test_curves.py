"""What is drawn: rates of counters, gaps as gaps, outages, and four numbers that are right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.telemetry.history.curves import Span, curve_of, outages_of, summary_of, thinned
from netwatch.telemetry.history.points import Point
from netwatch.telemetry.units import Measure, measure_of, scaled

OCTETS = measure_of("port.octets.in_octets")
LEVEL = measure_of("onu.rx_dbm")


def raw(*readings: tuple[int, float]) -> list[Point]:
    return [Point(at_s=at_s, since_s=at_s, value=value) for at_s, value in readings]


def hour(start: int, last: float, **more: object) -> Point:
    return Point(at_s=start + 3300, since_s=start, step_s=3600, value=last, count=12, **more)  # type: ignore[arg-type] # as named


def test_octets_are_drawn_as_bits_a_second() -> None:
    curve = curve_of("ge-0/0/1", raw((0, 0), (300, 3_750_000), (600, 11_250_000)), OCTETS)

    assert (curve.unit, curve.is_rate) == ("bit/s", True)
    assert [(m.since_s, m.at_s, m.value) for m in curve.marks] == [
        (0, 300, 100_000.0),
        (300, 600, 200_000.0),
    ]


def test_raw_values_are_drawn_when_they_are_asked_for() -> None:
    curve = curve_of("", raw((0, 5), (300, 9)), OCTETS, as_rate=False)

    assert (curve.unit, curve.is_rate) == ("", False)
    assert [mark.value for mark in curve.marks] == [5.0, 9.0]


def test_a_gap_breaks_the_curve_and_so_does_a_counter_that_was_set_back() -> None:
    points = raw((0, 100), (300, 200), (600, 300), (3600, 400), (3900, 500), (4200, 7), (4500, 8))

    curve = curve_of("", points, OCTETS)

    assert [[mark.at_s for mark in piece] for piece in curve.pieces] == [[300, 600], [3900], [4500]]


def test_a_counter_nobody_knows_by_name_is_known_by_how_it_rises() -> None:
    unknown = measure_of("thing.whatever")

    assert curve_of("", raw((0, 1), (60, 61), (120, 121)), unknown).unit == "1/s"
    assert curve_of("", raw((0, 41), (60, 40), (120, 42)), unknown).is_rate is False


def test_levels_of_hours_bear_their_lowest_and_highest() -> None:
    points = [hour(0, -21.0, low=-23.0, mean=-21.5, high=-20.0), hour(3600, -22.0)]

    curve = curve_of("0/1", points, LEVEL)

    assert [(m.since_s, m.at_s, m.low, m.value, m.high) for m in curve.marks] == [
        (0, 3600, -23.0, -21.5, -20.0),
        (3600, 7200, -22.0, -22.0, -22.0),
    ]


def test_rates_of_hours_follow_from_their_last_values_and_bear_the_fastest() -> None:
    points = [
        hour(0, 3600.0 * 10, rising=True, low=5.0, high=80.0),
        hour(3600, 7200 * 10, rising=True, low=8.0, high=20.0),
    ]
    points = [Point(**{**_fields(p), "value": int(p.value)}) for p in points]

    (mark,) = curve_of("", points, OCTETS).marks

    assert (mark.low, mark.value, mark.high) == (64.0, 80.0, 160.0)


def _fields(point: Point) -> dict[str, object]:
    return {name: getattr(point, name) for name in Point.__dataclass_fields__}


def test_four_numbers_of_a_curve_weigh_by_time() -> None:
    curve = curve_of("", raw((0, 0), (100, 100), (300, 700)), Measure(counts=True))

    summary = summary_of(curve)

    assert summary is not None
    assert (summary.low, summary.mean, summary.high, summary.last) == (
        1.0,
        pytest.approx(700 / 300),
        3.0,
        3.0,
    )
    assert summary_of(curve_of("", raw((0, 0)), OCTETS)) is None


@given(
    st.lists(st.tuples(st.integers(1, 50), st.floats(-1e6, 1e6)), min_size=1, max_size=200),
    st.integers(2, 40),
)
def test_a_thinned_curve_spans_the_same_values(steps: list[tuple[int, float]], most: int) -> None:
    at_s, points = 0, []
    for pause, value in steps:
        at_s += pause
        points.append(Point(at_s=at_s, since_s=at_s, value=value))
    curve = curve_of("", points, LEVEL)

    thin = thinned(curve, 0, at_s, most)

    whole, less = summary_of(curve), summary_of(thin)
    assert whole is not None
    assert less is not None
    assert (less.low, less.high) == (whole.low, whole.high)
    assert sum(map(len, thin.pieces)) <= max(most, 2) * len(curve.pieces) + len(curve.pieces)


def test_three_silences_in_a_row_are_an_outage_and_one_is_weather() -> None:
    up = [(0, 1), (10, 0), (20, 1), (30, 0), (40, 0), (50, 0), (60, 1), (70, 0), (80, 0), (90, 0)]

    assert outages_of(raw(*up), 200) == [Span(30, 60), Span(70, 200)]


def test_an_hour_in_which_nothing_answered_is_an_outage() -> None:
    points = [
        hour(0, 1),
        hour(3600, 0, low=0.0, mean=0.5, high=1.0),
        hour(7200, 0, low=0.0, mean=0.0, high=0.0),
        hour(10800, 1),
    ]

    assert outages_of(points, 14400) == [Span(7200, 10800)]


@pytest.mark.parametrize(
    ("check", "unit", "counts"),
    [
        ("port.octets.in_octets", "bit/s", True),
        ("ifHCInOctets", "bit/s", True),
        ("port.errors.in_errors", "errors/s", True),
        ("onu.rx_dbm", "dBm", False),
        ("icmp", "ms", False),
        ("temperature", "°C", False),
        ("icmp.up", "1 = up", False),
        ("netwatch_poll_lag_seconds", "s", False),
        ("netwatch_arrivals_taken_total", "", True),
        ("something", "", None),
    ],
)
def test_what_a_check_means_is_told_by_its_name(check: str, unit: str, counts: bool | None) -> None:
    measure = measure_of(check)
    assert (measure.unit, measure.counts) == (unit, counts)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (9_410_000_000.0, "bit/s", "9.41 Gbit/s"),
        (-21.534, "dBm", "-21.53 dBm"),
        (0.0, "bit/s", "0 bit/s"),
        (0.004, "s", "4 ms"),
        (13_200_000.0, "", "13.2 M"),
        (0.5, "packets/s", "0.5 packets/s"),
    ],
)
def test_numbers_are_written_as_people_read_them(value: float, unit: str, said: str) -> None:
    assert scaled(value, unit) == said
