"""One fault, one incident: the right cause, the right people, and not a word too many."""

import random
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.correlation import stage
from netwatch.correlation.rules import CorrelationRules
from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.asks import SecondLook
from netwatch.model.facts import (
    AlarmPlaced,
    AlarmRaised,
    Cause,
    Diagnosis,
    IncidentClosed,
    IncidentConfirmed,
    IncidentKind,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    Part,
    SubscribersBack,
)
from netwatch.model.homes import Home
from netwatch.model.names import CheckName, DeviceId, ElementName
from netwatch.model.network import Link
from netwatch.model.street_map import street_map
from netwatch.model.whereabouts import whereabouts
from netwatch.views.below import cut_off
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life, night

SECONDS = timedelta(seconds=1)
ONUS = {f"S-onu-{p}{n}" for p in (1, 2) for n in range(1, 9)}
CPES = {f"S-cpe-{n}" for n in range(1, 7)}


def only(life: Life) -> Diagnosis:
    found = life.last()
    assert len(found) == 1, found
    return next(iter(found.values()))


def test_says_nothing_while_all_is_well() -> None:
    life = night(town(), times=6)

    assert life.facts == []
    assert life.asks == []


def test_one_lost_ping_is_weather() -> None:
    network = town()
    samples = rounds(Weather(network), EVENING, 6)
    lost = next(
        i for i, s in enumerate(samples) if s.device == "ag-3" and s.at > EVENING + 25 * SECONDS
    )
    s = samples[lost]
    samples[lost] = Sample(
        at=s.at, device=s.device, check=CheckName("icmp"), outcome=Outcome.SILENT
    )

    life = Life(network).live(with_ticks(samples, until=samples[-1].at + 60 * SECONDS))

    assert life.facts == []
    assert any(isinstance(a, SecondLook) and "ag-3" in a.devices for a in life.asks)


def test_names_the_switch_or_its_uplink_when_everything_behind_is_silent() -> None:
    told = only(night(town(), "device:sw-1"))

    assert {*told.root_cause, *told.also_possible} == {"device:sw-1", "link:ag-3--sw-1"}
    assert set(told.subscribers) == CPES
    assert told.areas == ("krotka",)
    assert told.kind is IncidentKind.OUTAGE


def test_an_onu_behind_a_silent_olt_is_unknown_not_to_blame() -> None:
    told = only(night(town(), "device:olt-1", times=9))

    assert {*told.root_cause, *told.also_possible} == {"device:olt-1", "link:ag-2--olt-1"}
    assert set(told.subscribers) == ONUS


@pytest.mark.parametrize(
    ("says", "cause"),
    [("los", Cause.FIBRE), ("dying-gasp", Cause.POWER_HOMES), ("offline", Cause.UNKNOWN)],
)
def test_a_dark_splitter_is_fibre_power_or_unknown_by_what_its_onus_said_last(
    says: str, cause: Cause
) -> None:
    told = only(night(town(), "device:s-1", says=says))

    assert "device:s-1" in {*told.root_cause, *told.also_possible}
    assert cause in {told.cause, *(c for c, _ in told.causes)}
    assert told.cause in (cause, Cause.UNKNOWN)
    assert set(told.subscribers) == {f"S-onu-1{n}" for n in range(1, 9)}


def test_a_pon_port_gone_down_with_all_its_light_is_a_cut_feeder_before_it_is_a_dead_card() -> None:
    network = town()
    samples = rounds(Weather(network), EVENING, 3)
    samples += rounds(Weather(network, {"link:olt-1--s-1"}), EVENING + 30 * SECONDS, 5)
    port = [
        Sample(
            at=EVENING + 10 * n * SECONDS,
            device=DeviceId("olt-1"),
            check=CheckName("if.oper"),
            part="0/1/1",
            outcome=Outcome.ANSWERED,
            value="up" if n < 3 else "down",
        )
        for n in range(8)
    ]
    both = sorted([*samples, *port], key=lambda s: s.at)

    told = only(Life(network).live(with_ticks(both, until=both[-1].at + 60 * SECONDS)))

    assert told.root_cause == ("link:olt-1--s-1",)
    assert set(told.also_possible) == {"device:s-1", "port:olt-1/0/1/1"}
    assert told.cause is Cause.FIBRE


def test_one_cut_of_a_ring_darkens_nobody_and_is_degraded() -> None:
    life = night(town(), "link:l-2")
    told = only(life)

    assert told.kind is IncidentKind.DEGRADED
    assert told.root_cause == ("link:l-2",)
    assert told.subscribers == ()
    assert life.of(IncidentConfirmed) == []


def test_two_cuts_of_a_ring_are_one_incident_with_the_people_between() -> None:
    told = only(night(town(), "link:l-1", "link:l-3"))

    assert set(told.root_cause) == {"link:l-1", "link:l-3"}
    assert set(told.subscribers) == ONUS


def test_a_duct_that_holds_both_cut_links_is_the_cause() -> None:
    told = only(night(town(), "link:l-2", "link:l-4"))

    assert told.root_cause == ("risk:duct-2",)
    assert told.cause is Cause.FIBRE
    assert set(told.subscribers) == ONUS | CPES


def test_power_at_the_homes_is_told_by_gasps_across_splitters() -> None:
    gone = [f"device:onu-{p}{n}" for p in (1, 2) for n in range(1, 5)]
    told = only(night(town(), *gone, says="dying-gasp"))

    assert told.root_cause == ("risk:grid-1",)
    assert told.cause is Cause.POWER_HOMES
    assert set(told.subscribers) == {f"S-onu-{p}{n}" for p in (1, 2) for n in range(1, 5)}


def test_power_that_no_record_knows_is_one_incident_over_several_pon_ports() -> None:
    gone = [f"device:onu-{p}{n}" for p in (1, 2) for n in range(1, 9)]
    told = only(night(town(), *gone, says="dying-gasp"))

    assert told.cause is Cause.POWER_HOMES
    assert set(told.subscribers) == ONUS


def test_a_risk_is_not_named_before_most_of_it_has_been_asked() -> None:
    network = town()
    samples = rounds(Weather(network), EVENING, 3)
    dark = Weather(network, {f"device:onu-1{n}" for n in range(1, 5)}, "dying-gasp")
    seen = [
        s
        for s in rounds(dark, EVENING + 30 * SECONDS, 4)
        if s.check != "onu.state" or s.device in ("onu-11", "onu-12")
    ]

    life = Life(network).live(with_ticks(samples + seen, until=seen[-1].at + 60 * SECONDS))

    assert [d for d in life.last().values() if "risk:grid-1" in d.root_cause] == []


def test_when_nothing_answers_we_are_blind_and_nobody_is_called_down() -> None:
    life = night(town(), "device:core-1", times=8)
    told = only(life)

    assert told.kind is IncidentKind.BLIND
    assert told.root_cause == ("self",)
    assert told.subscribers == ()
    assert life.of(IncidentConfirmed) == []


def test_two_faults_far_apart_are_two_incidents() -> None:
    found = night(town(), "device:sw-1", "device:s-2").last()

    assert len(found) == 2
    assert {frozenset(d.subscribers) for d in found.values()} == {
        frozenset(CPES),
        frozenset(f"S-onu-2{n}" for n in range(1, 9)),
    }


def test_customers_are_told_only_after_half_a_minute_of_silence() -> None:
    life = night(town(), "device:s-1", times=6)

    opened, confirmed = life.of(IncidentOpened)[0], life.of(IncidentConfirmed)[0]
    assert isinstance(opened, IncidentOpened)
    assert confirmed.at - opened.since >= 30 * SECONDS
    assert confirmed.at - opened.since <= 45 * SECONDS
    assert opened.at - opened.since <= 20 * SECONDS


def test_restored_is_said_when_the_homes_themselves_are_seen_again() -> None:
    life = night(town(), "device:olt-1", times=6, mend=4)

    back = {
        s for f in life.of(SubscribersBack) if isinstance(f, SubscribersBack) for s in f.subscribers
    }
    assert back == ONUS
    restored = life.of(IncidentRestored)
    assert len(restored) == 1
    assert restored[0].at >= EVENING + 100 * SECONDS


def test_the_first_sign_of_life_has_everything_behind_it_asked_again() -> None:
    network = town()
    life = night(network, "device:olt-1", times=6, mend=1)

    looks = [a for a in life.asks if isinstance(a, SecondLook) and a.at >= EVENING + 90 * SECONDS]
    assert {"olt-1", "onu-11", "onu-28"} <= {d for look in looks for d in look.devices}


def test_nobody_is_told_restored_while_dark() -> None:
    network = town()
    samples = rounds(Weather(network), EVENING, 3)
    samples += rounds(Weather(network, {"device:olt-1"}), EVENING + 30 * SECONDS, 6)
    samples += rounds(Weather(network, {"device:s-2"}), EVENING + 90 * SECONDS, 18)

    life = Life(network).live(with_ticks(samples, until=samples[-1].at + 60 * SECONDS))

    assert life.of(IncidentRestored) == []
    assert list(life.last()) == ["I-1"]
    told = only(life)
    assert "device:s-2" in {*told.root_cause, *told.also_possible}
    assert set(told.subscribers) == {f"S-onu-2{n}" for n in range(1, 9)}


def test_a_relapse_goes_on_under_the_same_number() -> None:
    network = town()
    samples = rounds(Weather(network), EVENING, 3)
    for n, failed in enumerate(({"device:sw-1"}, set(), {"device:sw-1"})):
        samples += rounds(Weather(network, failed), EVENING + (30 + 50 * n) * SECONDS, 5)

    life = Life(network).live(with_ticks(samples, until=samples[-1].at + 60 * SECONDS))

    assert list(life.last()) == ["I-1"]
    assert len(life.of(IncidentRestored)) == 1
    assert len(life.of(IncidentRelapsed)) == 1


def test_up_and_down_and_up_again_is_one_flapping_incident() -> None:
    network = town()
    samples = rounds(Weather(network), EVENING, 3)
    for n in range(10):
        failed = {"device:sw-1"} if n % 2 else set()
        samples += rounds(Weather(network, failed), EVENING + (30 + 10 * n) * SECONDS, 1)

    life = Life(network).live(with_ticks(samples, until=samples[-1].at + 30 * SECONDS))
    told = only(life)

    assert told.kind is IncidentKind.FLAPPING
    assert "device:sw-1" in {*told.root_cause, *told.also_possible}
    assert len(life.of(IncidentOpened)) == 1


def test_flapping_ends_once_with_the_true_state() -> None:
    network = town()
    samples = rounds(Weather(network), EVENING, 3)
    for n in range(10):
        failed = {"device:sw-1"} if n % 2 else set()
        samples += rounds(Weather(network, failed), EVENING + (30 + 10 * n) * SECONDS, 1)
    samples += rounds(Weather(network), EVENING + 130 * SECONDS, 80)

    life = Life(network).live(with_ticks(samples, until=samples[-1].at + 700 * SECONDS))

    assert len(life.of(IncidentRestored)) == 1
    assert len(life.of(IncidentClosed)) == 1
    assert len(life.of(IncidentOpened)) == 1


def test_what_we_cannot_ask_alarms_the_staff_and_darkens_nobody() -> None:
    network = town()
    samples = [
        Sample(
            at=EVENING + 10 * n * SECONDS,
            device=d,
            check=CheckName("icmp"),
            outcome=Outcome.BLIND,
            detail="no route to host",
        )
        for n in range(5)
        for d in (DeviceId("ag-1"), DeviceId("ag-2"), DeviceId("sw-1"))
    ]
    seen = rounds(Weather(network), EVENING + 60 * SECONDS, 3)

    life = Life(network).live(with_ticks(samples + seen, until=seen[-1].at + 60 * SECONDS))

    assert [d.kind for d in life.last().values()] == [IncidentKind.BLIND]
    assert len(life.of(IncidentOpened)) == 1
    assert len(life.of(IncidentRestored)) == 1


@pytest.mark.parametrize(
    "failed",
    [("device:sw-1",), ("device:olt-1",), ("link:l-2",), ("device:s-1",), ("link:l-1", "link:l-3")],
)
def test_every_alarm_ends_in_exactly_one_part_and_each_incident_has_one_root(
    failed: tuple[str, ...],
) -> None:
    life = night(town(), *failed, times=9)

    raised = [f for f in life.facts if isinstance(f, AlarmRaised)]
    placed = [f for f in life.facts if isinstance(f, AlarmPlaced)]
    assert {(a.device, a.check, a.part) for a in raised} == {
        (p.device, p.check, p.part) for p in placed
    }
    roots = [p for p in placed if p.as_ is Part.ROOT]
    assert len(roots) == len({p.incident for p in roots}) == len(life.last())


def test_the_counts_of_the_proof_can_be_counted_again() -> None:
    network = town()
    life = night(network, "device:s-1")
    proof = only(life).proof

    assert (proof.silent, proof.asked, proof.answering) == (8, 8, 0)
    assert proof.los == 8
    assert proof.gasps == 0
    assert proof.runner_up is not None
    assert proof.runner_up.log_odds < 0


@settings(max_examples=25, deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.sampled_from(["device:sw-1", "device:s-1", "link:l-2", "device:ag-2"]),
)
def test_no_order_of_simultaneous_arrivals_changes_the_blame(
    order: random.Random, failed: str
) -> None:
    network = town()
    lives = []
    for shuffle in (False, True):
        samples = []
        for n in range(9):
            lines = Weather(network, {failed} if n > 2 else set()).round(EVENING + 10 * n * SECONDS)
            if shuffle:
                order.shuffle(lines)
            samples.extend(lines)
        life = Life(network).live(with_ticks(samples, until=EVENING + 150 * SECONDS))
        lives.append([f for f in life.facts if not isinstance(f, AlarmRaised)])

    assert sorted(map(repr, lives[0])) == sorted(map(repr, lives[1]))


def test_a_snapshot_holds_all_that_was_decided() -> None:
    network = town()
    life = night(network, "device:olt-1", times=6)
    plain = stage.snapshot(life.state)

    again = stage.begin(network, CorrelationRules())
    stage.restore(again, plain)
    folded = stage.begin(network, CorrelationRules())
    for fact in life.facts:
        stage.evolve(folded, fact)

    assert stage.snapshot(again) == plain
    assert stage.snapshot(folded) == plain


def test_a_restart_in_the_middle_keeps_the_incident_and_ends_it_when_all_are_seen() -> None:
    network = town()
    life = night(network, "device:olt-1", times=6)
    after = Life(network)
    stage.restore(after.state, stage.snapshot(life.state))
    dark = rounds(Weather(network, {"device:olt-1"}), EVENING + 300 * SECONDS, 4)
    bright = rounds(Weather(network), EVENING + 340 * SECONDS, 4)

    after.live(with_ticks(dark, until=EVENING + 339 * SECONDS))
    assert after.of(IncidentOpened) == []
    assert after.of(IncidentRestored) == []
    after.live(with_ticks(bright, until=EVENING + 400 * SECONDS))

    assert after.of(IncidentOpened) == []
    assert len(after.of(IncidentRestored)) == 1


def test_another_inventory_keeps_open_incidents() -> None:
    network = town()
    life = night(network, "device:olt-1", times=6)
    before = stage.snapshot(life.state)

    stage.refit(life.state, town(), CorrelationRules())

    assert stage.snapshot(life.state) == before


def test_facts_are_in_the_order_of_time() -> None:
    life = night(town(), "device:olt-1", times=6, mend=5)

    assert all(a.at <= b.at for a, b in pairwise(life.facts))


def test_a_stray_word_just_before_the_fault_spoils_nothing() -> None:
    network = town()
    calm = rounds(Weather(network), EVENING, 3)
    stray = next(
        i
        for i, s in enumerate(calm)
        if s.at >= EVENING + 20 * SECONDS and s.device == "core-1" and s.part == "1"
    )
    s = calm[stray]
    calm[stray] = Sample(
        at=s.at, device=s.device, check=s.check, part=s.part, outcome=s.outcome, value="down"
    )
    broken = rounds(Weather(network, {"link:l-1", "link:l-3"}), EVENING + 30 * SECONDS, 2)

    told = only(Life(network).live(with_ticks(calm + broken, until=EVENING + 60 * SECONDS)))

    assert set(told.root_cause) == {"link:l-1", "link:l-3"}
    assert set(told.subscribers) == ONUS


def test_where_it_is_out_is_said_with_it_and_survives_a_restart() -> None:
    network = town()
    homes = {
        one.id: replace(one, home=Home(street="Polna", house=str(number), town="Dolina"))
        for number, one in enumerate(network.subscribers.values(), 1)
    }
    network = replace(network, subscribers=homes)

    life = night(network, "device:olt-1")

    found = only(life)
    assert found.where == whereabouts(street_map(network), found.subscribers)
    assert [one.street for one in found.where.stretches] == ["Polna"]
    (held,) = stage.snapshot(life.state)["incidents"]
    assert held["grids"] == {one.key: one.grid for one in found.where.stretches}
    again = stage.begin(network, CorrelationRules())
    stage.restore(again, stage.snapshot(life.state))
    assert again.decided == life.state.decided


@pytest.mark.parametrize(
    "failed", ["device:s-1", "device:sw-1", "link:olt-1--s-2", "device:olt-1", "link:ag-3--sw-1"]
)
def test_the_counts_of_the_proof_are_those_of_the_tape(failed: str) -> None:
    """Counted anew from the samples alone: who was asked since, whose last word was bad."""
    network = town()
    healthy, broken = Weather(network), Weather(network, {failed})
    samples = [*rounds(healthy, EVENING, 3), *rounds(broken, EVENING + 30 * SECONDS, 5)]
    life = Life(network).live(with_ticks(samples, until=samples[-1].at + SECONDS))
    told = [f for f in life.facts if isinstance(f, IncidentOpened | IncidentRevised)][-1]
    proof = told.diagnosis.proof
    assert proof.since is not None

    def below(device: str) -> bool:
        element = ElementName(told.diagnosis.root_cause[0])
        return element == f"device:{device}" or device in cut_off(network, [element])

    def speaks_of_it(sample: Sample) -> bool:
        if sample.check != "if.oper":
            return below(sample.device)
        ends = [link for link in network.links.values() if _is_end(link, sample)]
        root = told.diagnosis.root_cause[0]
        return any(
            link.element == root or any(f"device:{end.device}" == root for end in link.ends)
            for link in ends
        )

    last: dict[tuple[str, str, str | None], Sample] = {}
    for sample in samples:
        part = sample.part if sample.check == "if.oper" else None
        if proof.since <= sample.at + SECONDS and sample.at < told.at and speaks_of_it(sample):
            last[sample.device, sample.check, part] = sample
    reachable = {d for (d, check, _), s in last.items() if check == "icmp" and _good(s)}
    counted = [
        s
        for (d, check, _), s in last.items()
        if check != "if.oper" or not below(d) or d in reachable
    ]
    bad = [s for s in counted if not _good(s)]
    assert (proof.silent, proof.answering) == (len(bad), len(counted) - len(bad))
    assert proof.asked == proof.silent + proof.answering
    assert proof.los == sum(s.value == "los" for s in counted)


def _is_end(link: Link, sample: Sample) -> bool:
    return any(end.device == sample.device and end.port == sample.part for end in link.ends)


def _good(sample: Sample) -> bool:
    if sample.outcome is Outcome.SILENT:
        return False
    return not isinstance(sample.value, str) or sample.value in ("online", "up")
