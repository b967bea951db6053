"""Homes that were switched off long before say nothing of what fails above them."""

from datetime import timedelta

import pytest

from netwatch.model.facts import Cause, IncidentKind, IncidentOpened
from tests.town import EVENING, Weather, rounds, with_ticks
from tests.unit.correlation.lived import Life
from tests.unit.correlation.street import homes, street

APART = timedelta(seconds=10)
MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize("each", [0, 1, 4, 8])
def test_an_olt_that_dies_is_found_as_soon_whoever_gasped_before(each: int) -> None:
    network = street(32, 3)
    off = {f"device:onu-{port}-{n * 4 + 1:02}" for port in (1, 2, 3) for n in range(each)}
    died = EVENING + 6 * MINUTES
    samples = rounds(Weather(network), EVENING, 3)
    for minute in range(1, 6):
        samples += rounds(Weather(network, off, "dying-gasp"), EVENING + minute * MINUTES, 1)
    samples += rounds(Weather(network, {*off, "device:olt-1"}), died, 6)

    life = Life(network).live(with_ticks(samples, until=samples[-1].at + APART))

    olt = life.of(IncidentOpened)[-1]
    assert isinstance(olt, IncidentOpened)
    assert olt.diagnosis.kind is IncidentKind.OUTAGE
    assert timedelta() <= olt.at - died <= 20 * timedelta(seconds=1)
    assert len(olt.diagnosis.subscribers) == 96 - 3 * each
    assert Cause.POWER_HOMES not in dict(olt.diagnosis.causes)


def test_who_was_off_before_is_counted_as_silent_and_proves_nothing() -> None:
    network = street(8, 2)
    off, died = {"device:onu-1-01", "device:onu-1-05"}, EVENING + 6 * MINUTES
    port = {f"device:{home}" for home in homes(1, 8)}
    samples = rounds(Weather(network), EVENING, 3)
    for minute in range(1, 6):
        samples += rounds(Weather(network, off, "dying-gasp"), EVENING + minute * MINUTES, 1)
    samples += rounds(Weather(network, port), died, 6)

    life = Life(network).live(with_ticks(samples, until=samples[-1].at + APART))

    opened = life.of(IncidentOpened)[-1]
    assert isinstance(opened, IncidentOpened)
    assert opened.at > died
    proof = opened.diagnosis.proof
    assert (proof.silent, proof.asked, proof.answering) == (8, 8, 0)
    assert (proof.before, proof.fell) == (2, 6)
