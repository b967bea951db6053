"""The drawing in the terminal: what it shows, how wide it is, and that names do no harm."""

from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from click import unstyle
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from netwatch.telemetry.graph.picture import Picture, picture_of
from netwatch.telemetry.graph.terminal import drawn
from netwatch.telemetry.history.points import Point, Series
from netwatch.telemetry.history.rates import increment

UTC = ZoneInfo("UTC")
NOON = 1_794_657_600
STEP = 300


class Shown:
    """A history in memory."""

    def __init__(self, known: dict[Series, list[tuple[int, float]]]) -> None:
        self.known = known

    def points(
        self,
        device: str,  # noqa: ARG002 - there is one device
        check: str,
        part: str | None,
        **_span: int,
    ) -> dict[str, list[Point]]:
        return {
            series.part: [Point(at_s=at_s, since_s=at_s, value=value) for at_s, value in points]
            for series, points in self.known.items()
            if series.check == check and part in (None, series.part)
        }

    def series(self, device: str, **_span: int) -> list[Series]:  # noqa: ARG002 - likewise
        return sorted(self.known)


def ramp(part: str = "ge-0/0/1", factor: int = 1) -> dict[Series, list[tuple[int, float]]]:
    total, points = 0, []
    for number in range(48):
        total += number * factor * 1_000_000
        if not 20 <= number < 26:
            points.append((NOON + number * STEP, total))
    return {Series("port.octets.in_octets", part): points}


def silent() -> dict[Series, list[tuple[int, float]]]:
    ups = [(NOON + n * STEP, int(not 20 <= n < 26)) for n in range(48)]
    return {Series("icmp.up"): ups}


def picture(
    known: dict[Series, list[tuple[int, float]]], check: str = "port.octets.in_octets"
) -> Picture:
    found = picture_of(Shown(known), "sw-1", [check], None, since_s=NOON, until_s=NOON + 48 * STEP)
    assert found is not None
    return found


def test_a_ramp_with_an_outage_in_it(snapshot: SnapshotAssertion) -> None:
    shown = picture(ramp() | silent())

    assert drawn(shown, zone=UTC, width=72, height=10, plain=False, colours=False) == snapshot


def test_two_ports_for_a_terminal_that_knows_ascii_only(snapshot: SnapshotAssertion) -> None:
    shown = picture(ramp() | ramp("xe-0/1/0", 3) | silent())

    text = drawn(shown, zone=UTC, width=72, height=10, plain=True, colours=False)

    assert text.isascii()
    assert text == snapshot


@pytest.mark.parametrize("width", [10, 40, 80, 300])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    shown = replace(picture(ramp() | silent()), device="sw")

    text = drawn(shown, zone=UTC, width=width, height=8, plain=False, colours=False)

    frame = [line for line in text.splitlines() if "│" in line or "└" in line]
    assert all(len(line) <= max(width, 40) for line in frame)


def test_colours_are_there_only_where_they_are_wanted() -> None:
    shown = picture(ramp() | silent())
    how = {"zone": UTC, "width": 80, "height": 10, "plain": False}

    plain = drawn(shown, **how, colours=False)  # type: ignore[arg-type] # as above
    coloured = drawn(shown, **how, colours=True)  # type: ignore[arg-type] # as above

    assert "\x1b" not in plain
    assert "\x1b[36m" in coloured
    assert unstyle(coloured).splitlines()[0] == plain.splitlines()[0]


@given(st.text(max_size=80), st.text(max_size=80))
def test_what_devices_call_themselves_commands_no_terminal(device: str, part: str) -> None:
    shown = replace(picture(ramp(part)), device=device)

    text = drawn(shown, zone=UTC, width=80, height=6, plain=False, colours=False)

    assert "\x1b" not in text
    assert len(text.split("\n")) == 6 + 2 + 2 + 1 + 1


def test_of_many_parts_those_with_the_highest_means_are_drawn() -> None:
    known: dict[Series, list[tuple[int, float]]] = {}
    for number in range(1, 11):
        known |= ramp(f"ge-0/0/{number}", number)

    shown = picture(known)

    assert [curve.part for curve in shown.curves] == [f"ge-0/0/{number}" for number in range(5, 11)]
    assert shown.left_out == 4
    assert "4 more" in drawn(shown, zone=UTC, width=80, height=6, plain=False, colours=False)


def test_one_reading_of_a_counter_is_said_to_be_too_few() -> None:
    shown = picture({Series("port.octets.in_octets", "a"): [(NOON, 5)]})

    text = drawn(shown, zone=UTC, width=80, height=6, plain=False, colours=False)

    assert "a rate needs two" in text


def test_what_is_drawn_is_also_told_as_numbers() -> None:
    known = ramp() | silent()
    plain = picture(known).plain()

    (points,) = (found for series, found in known.items() if series.check != "icmp.up")
    counted = sum(
        rise
        for (early, before), (late, after) in pairwise(points)
        if late - early == STEP and (rise := increment(before, after)) is not None
    )
    marks = [mark for curve in plain["curves"] for piece in curve["pieces"] for mark in piece]
    assert sum(mark["value"] for mark in marks) * STEP == pytest.approx(counted * 8)
    assert plain["outages"] == [{"since": "2026-11-14T13:40:00Z", "until": "2026-11-14T14:10:00Z"}]
    assert plain["unit"] == "bit/s"


def test_what_was_not_measured_is_no_picture() -> None:
    assert picture_of(Shown({}), "sw-1", ["icmp"], None, since_s=NOON, until_s=NOON + 60) is None


def test_a_device_that_started_anew_leaves_a_gap_and_no_peak() -> None:
    """A counter of 32 bits that falls may have wrapped; the uptime says that it did not."""
    port = Series("port.octets.in_octets", "a")
    counted: list[tuple[int, float]] = [
        (NOON, 4_000_000_000), (NOON + STEP, 4_100_000_000), (NOON + 2 * STEP, 5_000),
        (NOON + 3 * STEP, 105_000),
    ]  # fmt: skip
    began: list[tuple[int, float]] = [(NOON + 2 * STEP, 100.0)]

    (fooled,) = picture({port: counted}).curves
    (told,) = picture({port: counted, Series("system.uptime_s"): began}).curves

    assert len(fooled.pieces) == 1
    assert [[mark.at_s - NOON for mark in piece] for piece in told.pieces] == [[STEP], [3 * STEP]]
