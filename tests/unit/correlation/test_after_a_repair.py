"""What falls above a fault that was mended a moment ago is told as well."""

from datetime import timedelta

import pytest

from netwatch.model.facts import IncidentOpened, IncidentRestored, IncidentRevised
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

APART = timedelta(seconds=10)


@pytest.mark.parametrize("mended_rounds", [2, 3, 4])
def test_an_olt_that_dies_right_after_its_feeder_was_spliced_is_found(mended_rounds: int) -> None:
    network = town()
    nights = (
        (3, set[str]()),
        (5, {"device:s-1"}),
        (mended_rounds, set[str]()),
        (4, {"device:olt-1"}),
    )
    samples, passed = [], 0
    for times, failed in nights:
        samples += rounds(Weather(network, failed), EVENING + passed * APART, times)
        passed += times

    life = Life(network).live(with_ticks(samples, until=samples[-1].at + 3 * APART))

    assert len(life.of(IncidentRestored)) == 1
    splitter, *_, olt = (fact.diagnosis for fact in life.of(IncidentOpened, IncidentRevised))
    assert "device:s-1" in {*splitter.root_cause, *splitter.also_possible}
    assert "device:olt-1" in {*olt.root_cause, *olt.also_possible}
