"""What is known of homes counts from whichever vantage they are seen."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from netwatch.correlation.habits import OFTEN
from netwatch.model.arrivals import Arrival, Readings, Sample
from netwatch.model.names import DeviceId
from netwatch.model.network import Network
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life
from tests.unit.correlation.street import ranging, street

MAIN, EAST = "poller-1", "poller-2"
APART = timedelta(seconds=10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FED = {f"device:onu-{p}{n}" for p in (1, 2) for n in range(1, 5)}
NEAR = {f"onu-1-{n:02}": 400.0 + n for n in range(1, 5)}
FAR = {f"onu-1-{n:02}": 4000.0 + n for n in range(5, 33)}


def from_both(network: Network, second: str) -> Network:
    return replace(network, vantages={MAIN: DeviceId("core-1"), EAST: DeviceId(second)})


def asked_from(poller: str, arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    for one in arrivals:
        yield replace(one, poller=poller) if isinstance(one, Sample | Readings) else one


def told(life: Life) -> list[tuple[str, ...]]:
    return sorted(d.root_cause for d in life.last().values())


@pytest.mark.parametrize("poller", [MAIN, EAST])
def test_a_home_that_is_off_every_evening_says_nothing_to_either_poller(poller: str) -> None:
    network = from_both(town(), "ag-2")
    well, off = Weather(network), Weather(network, {"device:onu-11"}, "los")
    life = Life(network)
    for day in range(OFTEN + 1):
        at = EVENING + day * DAY
        times = 3 if day < OFTEN else 12
        samples = rounds(well, at, 3) + rounds(off, at + 3 * APART, times)
        samples += rounds(well, at + HOUR, 3) if day < OFTEN else []
        ticked = with_ticks(samples, until=samples[-1].at + 6 * APART)
        life.live(asked_from(poller, ticked))

    assert ("device:onu-11",) not in told(life)


@pytest.mark.parametrize("poller", [MAIN, EAST])
def test_a_recorded_feed_is_known_from_either_vantage(poller: str) -> None:
    network = from_both(town(), "ag-2")
    samples = rounds(Weather(network), EVENING, 3)
    samples += rounds(Weather(network, FED, "dying-gasp"), EVENING + 3 * APART, 8)
    ticked = with_ticks(samples, until=samples[-1].at + 12 * APART)

    assert told(Life(network).live(asked_from(poller, ticked))) == [("risk:grid-1",)]


@pytest.mark.parametrize("poller", [MAIN, EAST])
def test_how_far_homes_are_is_known_from_either_vantage(poller: str) -> None:
    network = from_both(street(), "olt-1")
    arrivals: list[Arrival] = [ranging(EVENING, NEAR | FAR)]
    arrivals += rounds(Weather(network), EVENING, 3)
    dark = {f"device:{home}" for home in NEAR}
    arrivals += rounds(Weather(network, dark, "offline"), EVENING + 3 * APART, 12)
    ticked = with_ticks(arrivals, until=arrivals[-1].at + 6 * APART)

    assert told(Life(network).live(asked_from(poller, ticked))) == [("port:olt-1/0/1/1",)]
