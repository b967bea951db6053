"""What falls above a fault that was mended a moment ago is told as well; a lost answer is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from netwatch.model.arrivals import Outcome
from netwatch.model.facts import (
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
)
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


@pytest.mark.parametrize("device", ["cpe-1", "cpe-3", "sw-1"])
@pytest.mark.parametrize("mended_rounds", [1, 2, 3])
def test_one_answer_lost_after_a_repair_is_no_relapse(device: str, mended_rounds: int) -> None:
    network = town()
    samples, lost = [], EVENING + (8 + mended_rounds) * APART
    for n in range(16):
        at = EVENING + n * APART
        line = Weather(network, {"device:sw-1"} if 3 <= n < 8 else set()).round(at)
        for i, sample in enumerate(line):
            one = replace(sample, at=at + APART * 0.9 * (i * 7 % len(line)) / len(line))
            if at == lost and (one.device, one.check) == (device, "icmp"):
                one = replace(one, outcome=Outcome.SILENT, value=None)
            samples.append(one)
    samples.sort(key=lambda one: one.at)

    life = Life(network).live(with_ticks(samples, until=samples[-1].at + APART))

    assert len(life.of(IncidentRestored)) == 1
    assert life.of(IncidentRelapsed, IncidentRevised) == []
