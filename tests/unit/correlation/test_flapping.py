"""What falls and rises: named for what all of it hangs on, on little evidence, and once."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.facts import IncidentKind, IncidentOpened
from netwatch.model.network import Network
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

APART = timedelta(seconds=10)


def lived(*script: Collection[str], network: Network | None = None) -> Life:
    """Live three healthy rounds, then one round for each set of what has failed."""
    town_ = network or town()
    samples: list[Sample] = []
    for n, failed in enumerate([(), (), (), *script]):
        samples += rounds(Weather(town_, set(failed)), EVENING + n * APART, 1, seed=n)
    return Life(town_).live(with_ticks(samples, until=samples[-1].at + 4 * APART))


def _of_olt(sample: Sample, check: str) -> bool:
    """Say whether a sample is the OLT's echo, or the word of the port before it, as asked."""
    of_it = {"icmp": ("olt-1", None), "if.oper": ("ag-2", "3")}.get(check)
    return sample.check == check and (sample.device, sample.part) == of_it


def _well(sample: Sample) -> Sample:
    value = "up" if sample.check == "if.oper" else 1.5
    return replace(sample, outcome=Outcome.ANSWERED, value=value)


def test_two_witnesses_of_three_swings_are_enough() -> None:
    olt = {"device:olt-1"}
    life = lived(olt, (), olt, (), olt, ())

    (told,) = life.last().values()
    assert told.kind is IncidentKind.FLAPPING
    assert {*told.root_cause, *told.also_possible} >= {"device:olt-1", "link:ag-2--olt-1"}


def test_a_branch_that_fell_once_more_is_not_named_for_what_it_hangs_on() -> None:
    branch, trunk = {"device:sw-1"}, {"device:ag-3"}
    life = lived(branch, (), trunk, (), trunk, (), trunk, ())

    (told,) = life.last().values()
    assert told.kind is IncidentKind.FLAPPING
    assert told.root_cause == ("device:ag-3",)
    assert len(life.of(IncidentOpened)) == 1


def test_an_outage_is_not_called_flapping_for_some_stray_words() -> None:
    network, olt = town(), {"device:olt-1"}
    samples = rounds(Weather(network), EVENING, 3)
    for n in range(3, 11):
        said = rounds(Weather(network, olt), EVENING + n * APART, 1, seed=n)
        stray = "icmp" if n in (5, 9) else "if.oper" if n == 7 else ""
        samples += [_well(one) if _of_olt(one, stray) else one for one in said]
    life = Life(network).live(with_ticks(samples, until=samples[-1].at + APART))

    (told,) = life.last().values()
    assert told.kind is IncidentKind.OUTAGE


def test_no_swing_below_what_flaps_is_an_incident_of_its_own() -> None:
    trunk, branch = {"device:ag-3"}, {"device:sw-1"}
    life = lived(trunk, (), trunk, (), trunk, (), trunk, branch, branch, ())

    assert len(life.of(IncidentOpened)) == 1


def test_what_stays_down_below_what_flapped_is_told_in_the_end() -> None:
    trunk, branch = {"device:ag-3"}, {"device:sw-1"}
    life = lived(trunk, (), trunk, (), trunk, (), trunk, *[branch] * 24)

    (told,) = life.last().values()
    assert told.kind is IncidentKind.OUTAGE
    assert {*told.root_cause, *told.also_possible} == {"device:sw-1", "link:ag-3--sw-1"}
