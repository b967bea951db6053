"""Fibre, power, a device, a change: each said for its own reasons, and none where there is none."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from netwatch.model.arrivals import Arrival, Change, Outcome, Sample
from netwatch.model.facts import AlarmPlaced, Cause, Diagnosis, IncidentKind
from netwatch.model.names import CheckName, DeviceId, RiskId, SiteId
from netwatch.model.network import Network, Power, Risk, RiskKind, Site
from netwatch.views.proof import speaks_for
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

APART = timedelta(seconds=10)
FAULT = EVENING + 3 * APART


def evening(
    network: Network, *failed: str, says: str = "los", beside: Iterable[Arrival] = ()
) -> Life:
    """Let something fail, with other arrivals in between."""
    samples: list[Arrival] = [*rounds(Weather(network), EVENING, 3), *beside]
    samples += rounds(Weather(network, set(failed), says), FAULT, 5)
    samples.sort(key=lambda arrival: arrival.at)
    return Life(network).live(with_ticks(samples, until=samples[-1].at + timedelta(minutes=2)))


def only(life: Life) -> Diagnosis:
    found = life.last()
    assert len(found) == 1, found
    return next(iter(found.values()))


def changed(device: str, before: timedelta) -> Change:
    return Change(at=FAULT - before, device=DeviceId(device), by="marek", what="upgrade")


def mains(device: str, value: str) -> Sample:
    return Sample(
        at=FAULT - APART / 2,
        device=DeviceId(device),
        check=CheckName("mains"),
        outcome=Outcome.ANSWERED,
        value=value,
    )


def powered() -> Network:
    """Return the town with olt-1 and sw-1 on one feed at different sites."""
    network = town()
    power = Power(feed=RiskId("grid-9"))
    sites = {SiteId(s): Site(id=SiteId(s), power=power) for s in ("pop-a", "pop-b")}
    sites[SiteId("pop-c")] = Site(id=SiteId("pop-c"))
    where = {"olt-1": "pop-a", "sw-1": "pop-b", "ag-1": "pop-c"}
    devices = {
        d.id: replace(d, site=SiteId(where[d.id])) if d.id in where else d
        for d in network.devices.values()
    }
    risks = {**network.risks, RiskId("grid-9"): Risk(id=RiskId("grid-9"), kind=RiskKind.POWER)}
    return replace(network, devices=devices, sites=sites, risks=risks)


@pytest.mark.parametrize(("says", "cause"), [("los", Cause.FIBRE), ("offline", Cause.UNKNOWN)])
def test_without_reasons_a_dark_splitter_is_never_called_fibre(says: str, cause: Cause) -> None:
    assert only(evening(town(), "device:s-1", says=says)).cause is cause


def test_what_was_changed_three_minutes_before_failed_by_the_change() -> None:
    change = changed("olt-1", timedelta(minutes=3))
    found = only(evening(town(), "device:olt-1", beside=[change]))

    assert found.cause is Cause.CHANGE
    assert "olt-1 was changed 3 minutes before by marek (upgrade)" in speaks_for(
        found.proof, found.root_cause
    )


@pytest.mark.parametrize(
    ("device", "before"),
    [("olt-1", timedelta(minutes=30)), ("ag-1", timedelta(minutes=3)), ("cpe-1", APART)],
)
def test_a_change_long_ago_or_elsewhere_is_no_cause(device: str, before: timedelta) -> None:
    found = only(evening(town(), "device:olt-1", beside=[changed(device, before)]))

    assert found.cause is not Cause.CHANGE
    assert found.proof.changed is None


@pytest.mark.parametrize("witness", ["olt-1", "sw-1"])
def test_a_device_that_dies_where_the_mains_are_off_died_of_power(witness: str) -> None:
    found = only(evening(powered(), "device:olt-1", beside=[mains(witness, "off")]))

    assert found.cause is Cause.POWER_SITE


def test_mains_that_are_back_or_off_elsewhere_are_no_cause() -> None:
    for signs in ([mains("ag-1", "off")], [mains("sw-1", "off"), mains("sw-1", "on")]):
        assert only(evening(powered(), "device:olt-1", beside=signs)).cause is not Cause.POWER_SITE


def test_an_agent_that_hangs_while_its_device_answers_pings_is_no_outage() -> None:
    network, samples = town(), []
    for sample in rounds(Weather(network), EVENING, 12):
        hung = sample.at >= FAULT and sample.check != "icmp"
        told = sample.device in ("ag-2", "olt-1") or str(sample.device).startswith("onu-")
        quiet = replace(sample, outcome=Outcome.SILENT, value=None)
        samples.append(quiet if hung and told else sample)
    life = Life(network).live(with_ticks(samples, until=samples[-1].at + timedelta(minutes=3)))

    assert life.last() == {}
    assert {fact.why for fact in life.facts if isinstance(fact, AlarmPlaced)} <= {"one-witness"}


def test_a_device_that_is_up_with_its_port_down_is_no_dead_device() -> None:
    found = only(evening(town(), "link:ag-2--olt-1"))

    assert found.kind is IncidentKind.OUTAGE
    assert "link:ag-2--olt-1" in found.root_cause
    assert "device:ag-2" not in (*found.root_cause, *found.also_possible)
