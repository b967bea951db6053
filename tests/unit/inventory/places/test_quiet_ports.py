"""A port is where a device hangs only if its traffic stopped and came back with the device."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.places.quiet_ports import Stretch, stopped, worth_looking

FELL, ROSE = 10_000, 11_500
SPELL = (FELL, ROSE)


def traffic(rate: Callable[[int], float | None], step: int = 60) -> list[Stretch]:
    """Return what came in between readings a step apart, from an hour before to one after."""
    return [(at, at + step, rate(at)) for at in range(FELL - 3600 + 7, ROSE + 3600, step)]


def like(before: float, within: float, after: float) -> Callable[[int], float]:
    return lambda at: before if at < FELL else within if at < ROSE else after


def test_traffic_that_stops_and_comes_back_with_a_device_is_its_own() -> None:
    assert stopped(traffic(like(50_000, 10, 40_000)), SPELL)
    assert stopped(traffic(like(50_000, 10, 40_000), step=300), SPELL)


@pytest.mark.parametrize(
    "rate",
    [
        like(50_000, 50_000, 50_000),
        like(50_000, 2_000, 50_000),
        like(50_000, 0, 0),
        like(0, 0, 50_000),
        like(900, 0, 900),
        lambda at: 50_000 if at < FELL - 600 or at > ROSE else 0,
        lambda at: 50_000 if at < FELL or at > ROSE + 900 else 0,
        lambda at: 50_000 if not FELL <= at < ROSE or FELL + 600 < at < FELL + 700 else 0,
        lambda at: None if FELL <= at < ROSE else 50_000,
    ],
    ids=[
        "goes on", "is only less", "never comes back", "was not there", "is a trickle",
        "stopped before", "comes back late", "came in between", "is not known",
    ],
)  # fmt: skip
def test_traffic_of_another_shape_is_not(rate: Callable[[int], float | None]) -> None:
    assert not stopped(traffic(rate), SPELL)


def test_what_cannot_be_seen_between_two_readings_is_not_judged() -> None:
    assert not stopped(traffic(like(50_000, 0, 50_000), step=1500), SPELL)
    assert not stopped([], SPELL)


def test_only_long_falls_of_late_are_looked_at_the_newest_first() -> None:
    spells = [(0, 5000), (10_000, 10_100), (20_000, 21_000), (30_000, 32_000), (40_000, 0)]

    assert worth_looking(spells, 10_000, 3) == [(30_000, 32_000), (20_000, 21_000)]
    assert worth_looking(spells, 0, 1) == [(30_000, 32_000)]


@given(st.floats(1000, 1e9), st.floats(0.2, 5), st.integers(30, 300))
def test_neither_speed_nor_how_often_it_is_read_matters(
    rate: float, later: float, step: int
) -> None:
    after = max(rate * later, 1000.0)

    assert stopped(traffic(like(rate, 0, after), step), SPELL)
    assert not stopped(traffic(like(rate, rate, after), step), SPELL)
