"""What is usual for a radio: the middle of a day, bounded, not dragged along by the rain."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.correlation.air import (
    EVERY_S,
    KEPT,
    MODULATION,
    STRENGTH,
    Air,
    Usual,
    from_plain,
    take,
    to_plain,
)
from netwatch.model.arrivals import Readings
from netwatch.model.facts import AirSeen
from netwatch.model.names import CheckName, DeviceId
from tests.town import EVENING

RADIO = DeviceId("st-11")
SIGNAL = CheckName("signal")
STEP = timedelta(seconds=EVERY_S)


def lived(
    values: list[float | None], air: Air | None = None, start: int = 0, check: CheckName = SIGNAL
) -> Air:
    air = air or Air()
    for n, value in enumerate(values, start):
        air.hear(
            Readings(
                at=EVENING + n * STEP,
                device=RADIO,
                check=check,
                parts=("radio",),
                columns={"value": (value,)},
            )
        )
    return air


def drop(air: Air, after: int) -> float | None:
    found = air.drop(RADIO, int((EVENING + after * STEP).timestamp()))
    return None if found is None else found.db


def test_a_signal_that_falls_by_a_quarter_of_its_power_has_sunk() -> None:
    assert drop(lived([-62, -63, -62, -61, -74]), 5) == 12
    assert drop(lived([-62, -63, -62, -61, -65]), 5) == 0


def test_a_radio_that_always_sways_has_to_sink_further() -> None:
    assert drop(lived([-60, -68, -60, -70, -61, -69, -74]), 7) == 0


def test_of_a_radio_that_is_new_or_was_not_measured_lately_nothing_is_said() -> None:
    assert drop(Air(), 0) is None
    assert drop(lived([-62, -80]), 2) is None
    assert drop(lived([-62, -62, -62, -62, -80]), 20) is None


def test_a_day_of_rain_becomes_usual_and_an_afternoon_does_not() -> None:
    rain = lived([-62.0] * KEPT + [-80.0] * (KEPT // 2 - 1))
    assert drop(rain, KEPT * 3 // 2 - 1) == 18
    assert drop(lived([-80.0] * 8, rain, KEPT * 3 // 2), KEPT * 3 // 2 + 7) == 0


def test_an_afternoon_of_rain_after_a_restart_does_not_become_usual() -> None:
    air = Air(decided={(RADIO, SIGNAL): Usual(-62.0, 1.0)})

    assert drop(lived([-80.0] * (KEPT // 2 - 1), air), KEPT // 2 - 1) == 18
    assert [*air.seen(EVENING), *air.seen(EVENING + timedelta(hours=1))] == []


@given(
    st.lists(st.floats(-120, 0) | st.floats() | st.none(), max_size=120),
    st.sampled_from([*STRENGTH, *MODULATION]),
)
def test_no_measurement_breaks_it_and_no_more_than_a_day_is_kept(
    values: list[float | None], check: CheckName
) -> None:
    air = lived(values, check=check)

    assert all(len(level.day) <= KEPT for level in air.levels.values())
    assert (drop(air, len(values)) or 0) >= 0


@pytest.mark.parametrize("last", [0.0, -5.0, 4.0])
def test_a_radio_that_is_usually_idle_has_not_sunk(last: float) -> None:
    air = lived([0.0, 0.0, 0.0, 0.0, last], check=CheckName("rate"))

    found = air.drop(RADIO, int((EVENING + 5 * STEP).timestamp()))

    assert found is not None
    assert (found.sank, found.share) == (False, 0.0)


@pytest.mark.parametrize(("usually", "check"), [(-62.0, SIGNAL), (0.0, CheckName("rate"))])
def test_what_is_usual_is_told_once_an_hour_and_only_where_it_moved(
    usually: float, check: CheckName
) -> None:
    air = lived([usually] * 4, check=check)
    assert [*air.seen(EVENING)] == []
    (fact,) = air.seen(EVENING + timedelta(hours=1))
    assert fact == AirSeen(at=EVENING + timedelta(hours=1), usual=((RADIO, check, usually, 0.0),))
    take(air.decided, fact)

    assert [*air.seen(EVENING + timedelta(hours=2))] == []
    assert from_plain(to_plain(air.decided)) == air.decided
