"""A third of a street without mains is no fault of the network's, and no fibre."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from netwatch.model.arrivals import Sample
from netwatch.model.facts import Cause, Diagnosis, IncidentKind, IncidentOpened, IncidentRestored
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

APART = timedelta(seconds=10)
STREET = [f"onu-{p}{n}" for p in (1, 2) for n in (1, 4, 7)]


def evening(homes: Iterable[str], *, says: str = "dying-gasp", mend: int = 0) -> Life:
    """Let homes go dark at once while their splitters are lit, and come back."""
    network = town()
    dark = Weather(network, {f"device:{home}" for home in homes}, says)
    samples: list[Sample] = rounds(Weather(network), EVENING, 3)
    samples += rounds(dark, EVENING + 3 * APART, 8)
    samples += rounds(Weather(network), EVENING + 11 * APART, mend)
    return Life(network).live(with_ticks(samples, until=samples[-1].at + timedelta(minutes=2)))


def only(life: Life) -> Diagnosis:
    found = life.last()
    assert len(found) == 1, found
    return next(iter(found.values()))


def test_a_third_of_two_splitters_that_gasps_together_is_power_at_the_homes() -> None:
    found = only(evening(STREET))

    assert (found.kind, found.cause) == (IncidentKind.PARTIAL, Cause.POWER_HOMES)
    assert found.root_cause == ("device:olt-1",)
    assert set(found.subscribers) == {f"S-{home}" for home in STREET}


def test_homes_of_a_recorded_feed_are_that_feed_however_few_hang_on_each_splitter() -> None:
    fed = [f"onu-{p}{n}" for p in (1, 2) for n in range(1, 5)]

    assert only(evening(fed)).root_cause == ("risk:grid-1",)


def test_it_is_one_incident_and_ends_when_the_homes_are_back() -> None:
    life = evening(STREET, mend=4)

    assert len(life.of(IncidentOpened)) == 1
    assert len(life.of(IncidentRestored)) == 1


@pytest.mark.parametrize("says", ["los", "offline"])
def test_homes_that_do_not_gasp_are_no_power_cut(says: str) -> None:
    causes = {d.cause for d in evening(STREET, says=says).last().values()}

    assert Cause.POWER_HOMES not in causes


def test_two_homes_switched_off_in_one_minute_are_no_power_cut() -> None:
    found = evening(["onu-11", "onu-21"]).last().values()

    assert {d.kind for d in found} <= {IncidentKind.LINE}
