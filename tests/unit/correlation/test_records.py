"""Homes that fall or stay with the wrong splitter are told as records to check."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.model.arrivals import Sample
from netwatch.model.facts import Diagnosis, SubscribersBack
from netwatch.model.names import DeviceId
from netwatch.model.network import End, Link, Network
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

APART = timedelta(seconds=10)
WHERE = {f"onu-{p}{n}": f"s-{3 - p}" for p in (1, 2) for n in range(1, 9)}
"""The wrong splitter for each ONU."""


def recorded(network: Network, wrong: Mapping[str, str]) -> Network:
    """Return the network as an inventory has it that hangs some ONUs on other splitters."""
    links = {}
    for link in network.links.values():
        onu = str(link.ends[1].device)
        near = End(device=DeviceId(wrong[onu])) if onu in wrong else link.ends[0]
        links[link.id] = Link(id=link.id, ends=(near, link.ends[1]), risks=link.risks)
    return replace(network, links=links)


def evening(wrong: Mapping[str, str], failed: str, *, says: str = "los", mend: int = 0) -> Life:
    """Let a part of the true network fail before an observer who trusts the inventory."""
    truth = town()
    samples: list[Sample] = rounds(Weather(truth), EVENING, 3)
    samples += rounds(Weather(truth, {failed}, says), EVENING + 3 * APART, 5)
    samples += rounds(Weather(truth), EVENING + 8 * APART, mend)
    end = samples[-1].at + timedelta(minutes=2)
    return Life(recorded(truth, wrong)).live(with_ticks(samples, until=end))


def only(life: Life) -> Diagnosis:
    found = life.last()
    assert len(found) == 1, found
    return next(iter(found.values()))


def test_a_home_that_falls_with_another_splitter_is_a_suspect_and_is_counted_in() -> None:
    found = only(evening({"onu-13": "s-2"}, "device:s-1"))

    assert found.proof.suspects == ("device:onu-13",)
    assert set(found.subscribers) == {f"S-onu-1{n}" for n in range(1, 9)}


def test_a_home_that_works_below_a_dead_splitter_is_a_suspect_and_is_left_out() -> None:
    life = evening({"onu-23": "s-1"}, "device:s-1")

    found = only(life)
    assert found.proof.suspects == ("device:onu-23",)
    assert set(found.subscribers) == {f"S-onu-1{n}" for n in range(1, 9)}
    back = [s for fact in life.of(SubscribersBack) for s in fact.subscribers]  # type: ignore[attr-defined]
    assert back == [], "nobody came back who had never been away"


def test_records_that_fit_are_no_suspects() -> None:
    assert only(evening({}, "device:s-1")).proof.suspects == ()


def test_homes_that_come_back_early_are_no_suspects() -> None:
    life = evening({}, "device:s-1", mend=4)

    said = [d.proof.suspects for d in life.last().values()]
    assert said == [()]


def test_two_splitters_that_fall_at_once_are_two_faults_and_no_wrong_records() -> None:
    truth = town()
    samples = rounds(Weather(truth), EVENING, 3)
    samples += rounds(Weather(truth, {"device:s-1", "device:s-2"}), EVENING + 3 * APART, 5)
    life = Life(truth).live(with_ticks(samples, until=samples[-1].at + timedelta(minutes=2)))

    assert all(d.proof.suspects == () for d in life.last().values())


@settings(max_examples=12, deadline=None)
@given(
    pair=st.sampled_from(
        list(combinations([f"onu-{p}{n}" for p in (1, 2) for n in range(1, 9)], 2))
    )
)
def test_whatever_two_records_are_wrong_the_people_are_right(pair: tuple[str, str]) -> None:
    wrong = {onu: WHERE[onu] for onu in pair}

    found = only(evening(wrong, "device:s-1"))

    assert set(found.proof.suspects) == {f"device:{onu}" for onu in pair}
    assert set(found.subscribers) == {f"S-onu-1{n}" for n in range(1, 9)}
