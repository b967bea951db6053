"""Each incident ends once, with the truth: after restarts, reloads and a person's word too."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from netwatch.correlation import stage
from netwatch.correlation.rules import CorrelationRules
from netwatch.detection import stage as detection
from netwatch.model.arrivals import Arrival, Outcome, Sample, Started
from netwatch.model.facts import (
    IncidentClosed,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    SubscribersBack,
)
from netwatch.model.names import CheckName, DeviceId, IncidentId, LinkId
from netwatch.model.network import Network
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life, night

SECONDS = timedelta(seconds=1)
MINUTES = timedelta(minutes=1)
ONUS = {f"S-onu-{p}{n}" for p in (1, 2) for n in range(1, 9)}
CPES = {f"S-cpe-{n}" for n in range(1, 7)}


def restarted(life: Life) -> Life:
    """Return the life after a restart: what was decided is known, what was learnt is not."""
    after = Life(life.network)
    stage.restore(after.state, stage.snapshot(life.state))
    detection.restore(after.watch, detection.snapshot(life.watch))
    after.live([Started(at=EVENING + 290 * SECONDS, version="0")])
    return after


def weather(network: Network, start: datetime, times: int, *failed: str) -> list[Sample]:
    return rounds(Weather(network, set(failed)), start, times)


def seen(life: Life, samples: list[Sample], wait: timedelta = 9 * SECONDS) -> Life:
    """Live samples, with the ticks until a while after the last one."""
    return life.live(with_ticks(samples, until=samples[-1].at + wait))


def blind(at: datetime, devices: Iterable[str]) -> list[Sample]:
    return [
        Sample(at=at, device=DeviceId(d), check=CheckName("icmp"), outcome=Outcome.BLIND)
        for d in devices
    ]


@pytest.mark.parametrize(
    "failed",
    [
        ("device:olt-1",),
        ("device:s-1",),
        ("device:sw-1",),
        ("link:l-2",),
        ("link:l-1", "link:l-3"),
        ("link:l-2", "link:l-4"),
        ("device:core-1",),
        ("device:cpe-1",),
    ],
)
def test_a_restart_in_the_middle_neither_repeats_nor_ends_it_and_the_end_comes_once(
    failed: tuple[str, ...],
) -> None:
    network = town()
    before = night(network, *failed, times=8)
    assert len(before.of(IncidentOpened)) == 1

    after = restarted(before)
    seen(after, weather(network, EVENING + 300 * SECONDS, 6, *failed))
    assert after.of(IncidentOpened, IncidentRestored, IncidentRelapsed) == []
    seen(after, weather(network, EVENING + 360 * SECONDS, 5), 15 * MINUTES)

    assert after.of(IncidentOpened, IncidentRelapsed) == []
    assert len(after.of(IncidentRestored)) == 1
    assert len(after.of(IncidentClosed)) == 1
    assert after.state.decided.incidents == {}


def test_a_restart_does_not_make_a_flapping_element_calm() -> None:
    network = town()
    samples = weather(network, EVENING, 3)
    for n in range(10):
        failed = ("device:sw-1",) if n % 2 else ()
        samples += weather(network, EVENING + (30 + 10 * n) * SECONDS, 1, *failed)
    before = seen(Life(network), samples)
    assert [d.kind for d in before.last().values()] == [IncidentKind.FLAPPING]

    after = restarted(before)
    seen(after, weather(network, EVENING + 300 * SECONDS, 50))
    assert after.of(IncidentRestored) == []
    seen(after, weather(network, EVENING + 800 * SECONDS, 20), 11 * MINUTES)
    assert len(after.of(IncidentRestored)) == len(after.of(IncidentClosed)) == 1


def test_a_restart_while_devices_cannot_be_asked_keeps_that_until_they_can() -> None:
    network = town()
    deaf = ("ag-1", "ag-2", "ag-3", "sw-1", "olt-1")
    samples = [s for n in range(5) for s in blind(EVENING + 10 * n * SECONDS, deaf)]
    before = seen(Life(network), samples)
    assert [d.kind for d in before.last().values()] == [IncidentKind.BLIND]

    after = restarted(before)
    seen(after, [s for n in range(5) for s in blind(EVENING + (300 + 10 * n) * SECONDS, deaf)])
    assert after.of(IncidentOpened, IncidentRestored) == []
    seen(after, weather(network, EVENING + 360 * SECONDS, 4), 15 * MINUTES)
    assert len(after.of(IncidentRestored)) == len(after.of(IncidentClosed)) == 1


def test_one_device_that_cannot_be_asked_keeps_no_outage_elsewhere_from_being_told() -> None:
    network = town()
    samples = weather(network, EVENING, 3)
    samples += weather(network, EVENING + 30 * SECONDS, 9, "device:sw-1")
    deaf = [
        Sample(at=s.at, device=s.device, check=s.check, outcome=Outcome.BLIND)
        if s.device == "ag-1" and s.check == "icmp"
        else s
        for s in samples
    ]

    life = seen(Life(network), deaf)

    kinds = sorted(d.kind for d in life.last().values())
    assert kinds == [IncidentKind.BLIND, IncidentKind.OUTAGE]
    assert len(life.of(IncidentConfirmed)) == 1


def test_blindness_that_comes_and_goes_is_one_incident() -> None:
    network = town()
    life = Life(network)
    for n in range(4):
        start = EVENING + 90 * n * SECONDS
        seen(life, [s for k in range(4) for s in blind(start + 10 * k * SECONDS, ("ag-1",))])
        seen(life, weather(network, start + 50 * SECONDS, 3))

    assert len(life.of(IncidentOpened)) == 1
    assert len(life.of(IncidentRelapsed)) == 3
    assert len(life.of(IncidentRestored)) == 4


def test_blindness_ends_when_the_device_that_could_not_be_asked_leaves_the_inventory() -> None:
    network = town()
    samples = [s for n in range(5) for s in blind(EVENING + 10 * n * SECONDS, ("cpe-1",))]
    life = seen(Life(network), samples)
    assert [d.kind for d in life.last().values()] == [IncidentKind.BLIND]

    less = without(network, "cpe-1")
    stage.refit(life.state, less, CorrelationRules())
    seen(life, weather(less, EVENING + 60 * SECONDS, 4), 15 * MINUTES)

    assert life.state.decided.incidents == {}


def without(network: Network, *devices: str) -> Network:
    """Return the network without some devices, their links and their subscribers."""
    return replace(
        network,
        devices={n: d for n, d in network.devices.items() if n not in devices},
        links={
            n: x for n, x in network.links.items() if not any(e.device in devices for e in x.ends)
        },
        subscribers={n: s for n, s in network.subscribers.items() if s.device not in devices},
    )


@pytest.mark.parametrize("failed", ["device:sw-1", "device:cpe-1", "link:ag-3--sw-1"])
def test_what_leaves_the_inventory_while_it_is_down_ends(failed: str) -> None:
    network = town()
    life = night(network, failed, times=8)
    assert len(life.state.decided.incidents) == 1

    less = without(network, "sw-1", *(f"cpe-{n}" for n in range(1, 7)))
    stage.refit(life.state, less, CorrelationRules())
    seen(life, weather(less, EVENING + 300 * SECONDS, 4), 15 * MINUTES)

    assert life.state.decided.incidents == {}


def test_a_link_renamed_while_it_is_cut_leaves_nobody_told_that_it_works() -> None:
    network = town()
    life = night(network, "link:ag-3--sw-1", times=8)
    assert list(life.last()) == ["I-1"]
    links = dict(network.links)
    cut = links.pop(LinkId("ag-3--sw-1"))
    ends = (cut.ends[0], replace(cut.ends[1], device=DeviceId("sw-9")))
    links[LinkId("new")] = replace(cut, id=LinkId("new"), ends=ends)
    for name in [n for n, x in links.items() if any(e.device == "sw-1" for e in x.ends)]:
        x = links[name]
        moved = tuple(
            replace(e, device=DeviceId("sw-9")) if e.device == "sw-1" else e for e in x.ends
        )
        links[name] = replace(x, ends=(moved[0], moved[1]))
    devices = dict(network.devices)
    devices[DeviceId("sw-9")] = replace(devices.pop(DeviceId("sw-1")), id=DeviceId("sw-9"))
    other = replace(network, links=links, devices=devices)

    stage.refit(life.state, other, CorrelationRules())
    seen(life, weather(other, EVENING + 300 * SECONDS, 8, "link:new"))
    assert life.of(IncidentRestored, SubscribersBack) == []
    assert list(life.last()) == ["I-1"]
    seen(life, weather(other, EVENING + 400 * SECONDS, 4), 15 * MINUTES)

    assert len(life.of(IncidentRestored)) == len(life.of(IncidentClosed)) == 1


def test_what_a_person_calls_over_and_is_still_dark_opens_again_under_a_new_number() -> None:
    network = town()
    life = night(network, "device:olt-1", times=8)
    closed = IncidentClosed(at=EVENING + 290 * SECONDS, incident=IncidentId("I-1"), by="marek")
    life._take([closed])

    dark: list[Arrival] = [
        *with_ticks(
            weather(network, EVENING + 300 * SECONDS, 5, "device:olt-1"),
            until=EVENING + 345 * SECONDS,
        )
    ]
    life.live(dark)

    assert list(life.last()) == ["I-1", "I-2"]
    assert set(life.last()[IncidentId("I-2")].subscribers) == ONUS
    seen(life, weather(network, EVENING + 350 * SECONDS, 4), 15 * MINUTES)
    assert [f.incident for f in life.of(IncidentRestored)] == ["I-2"]  # type: ignore[union-attr]
    assert life.state.decided.incidents == {}


def test_two_cuts_of_a_ring_minutes_apart_go_on_under_one_number_until_all_is_mended() -> None:
    network = town()
    samples = weather(network, EVENING, 3)
    samples += weather(network, EVENING + 30 * SECONDS, 30, "link:l-1")
    samples += weather(network, EVENING + 330 * SECONDS, 12, "link:l-1", "link:l-3")
    samples += weather(network, EVENING + 450 * SECONDS, 12, "link:l-1")
    samples += weather(network, EVENING + 570 * SECONDS, 6)
    life = seen(Life(network), samples, 15 * MINUTES)

    told = [f.diagnosis for f in life.facts if isinstance(f, IncidentOpened | IncidentRevised)]
    assert len(life.of(IncidentOpened)) == 1
    assert any(set(d.subscribers) == ONUS for d in told)
    assert life.state.decided.incidents == {}
    back = [f for f in life.of(SubscribersBack) if isinstance(f, SubscribersBack)]
    assert {s for f in back for s in f.subscribers} == ONUS
    assert all(f.at >= EVENING + 450 * SECONDS for f in back)


def test_one_home_off_is_a_line_and_tells_no_customer() -> None:
    life = night(town(), "device:cpe-1", times=30)

    assert [d.kind for d in life.last().values()] == [IncidentKind.LINE]
    assert life.of(IncidentConfirmed) == []


def test_homes_switched_off_one_by_one_at_night_are_lines() -> None:
    network = town()
    samples = weather(network, EVENING, 3)
    off: list[str] = []
    for n in range(1, 7):
        off.append(f"device:onu-1{n}")
        start = EVENING + (30 + (n - 1) * 180) * SECONDS
        samples += rounds(Weather(network, set(off), "offline"), start, 18)

    life = seen(Life(network), samples)

    assert {d.kind for d in life.last().values()} <= {IncidentKind.LINE}
    assert life.of(IncidentConfirmed) == []


def test_homes_that_stay_dark_after_the_cable_is_mended_stay_in_the_incident() -> None:
    network = town()
    late = tuple(f"device:onu-1{n}" for n in range(1, 8))
    samples = weather(network, EVENING, 3)
    samples += weather(network, EVENING + 30 * SECONDS, 10, "device:olt-1")
    samples += weather(network, EVENING + 130 * SECONDS, 80, *late)
    life = Life(network)
    life.live(with_ticks(samples, until=EVENING + 929 * SECONDS))

    told = life.last()
    without_now = {s for i in life.state.decided.incidents.values() for s in i.subscribers}
    assert {f"S-onu-1{n}" for n in range(1, 8)} <= without_now, told
    back = {
        s for f in life.of(SubscribersBack) if isinstance(f, SubscribersBack) for s in f.subscribers
    }
    assert ONUS - {f"S-onu-1{n}" for n in range(1, 8)} <= back


def test_a_flapping_switch_is_not_told_again_by_its_ring_links() -> None:
    network = town()
    samples = weather(network, EVENING, 3)
    for n in range(10):
        failed = ("device:ag-3",) if n % 2 else ()
        samples += weather(network, EVENING + (30 + 10 * n) * SECONDS, 1, *failed)
    samples += weather(network, EVENING + 130 * SECONDS, 2, "link:l-3")

    life = seen(Life(network), samples, MINUTES)

    assert [d.kind for d in life.last().values()] == [IncidentKind.FLAPPING]


def test_a_switch_that_dies_after_what_hung_on_it_takes_everybody() -> None:
    network = town()
    samples = weather(network, EVENING, 3)
    samples += weather(network, EVENING + 30 * SECONDS, 60, "device:s-1")
    samples += weather(network, EVENING + 630 * SECONDS, 8, "device:s-1", "device:olt-1")
    samples += weather(network, EVENING + 710 * SECONDS, 8, "device:s-1")
    dark = {f"S-onu-1{n}" for n in range(1, 9)}

    life = seen(Life(network), samples)

    told = [f.diagnosis for f in life.facts if isinstance(f, IncidentOpened | IncidentRevised)]
    assert ONUS - dark <= {s for d in told[1:] for s in d.subscribers}
    assert len(life.of(IncidentOpened)) == 2
    still = {s for i in life.state.decided.incidents.values() for s in i.subscribers}
    assert still == dark
    back = {
        s for f in life.of(SubscribersBack) if isinstance(f, SubscribersBack) for s in f.subscribers
    }
    assert back == ONUS - dark


def test_one_noisy_round_confirms_nothing() -> None:
    network = town()
    samples = weather(network, EVENING, 3)
    samples += weather(network, EVENING + 30 * SECONDS, 1, "device:s-1", "device:sw-1")
    samples += weather(network, EVENING + 40 * SECONDS, 12)

    life = seen(Life(network), samples)

    assert life.of(IncidentConfirmed) == []


def test_homes_dark_before_an_outage_neither_hold_its_end_back_nor_swallow_it() -> None:
    """A crew mends a feeder: the street hears of it, though two of its homes are switched off."""
    network = town()
    off = ("device:onu-11", "device:onu-12")
    start = EVENING + 300 * SECONDS
    life = seen(Life(network), weather(network, EVENING - 30 * SECONDS, 3))
    seen(life, weather(network, EVENING, 30, *off))
    assert {d.kind for d in life.last().values()} == {IncidentKind.LINE}

    seen(life, weather(network, start, 12, "device:s-1", *off))
    (outage,) = (o.incident for o in life.of(IncidentConfirmed) if isinstance(o, IncidentConfirmed))
    mended = start + 120 * SECONDS
    seen(life, weather(network, mended, 12, *off))

    (end,) = life.of(IncidentRestored)
    assert isinstance(end, IncidentRestored)
    assert (end.incident, end.at - mended <= MINUTES) == (outage, True)
    assert end.apart == ()
    assert life.of(IncidentMerged) == []
    standing = life.state.decided.incidents.values()
    dark = {person for one in standing if one.restored_at is None for person in one.subscribers}
    assert dark == {"S-onu-11", "S-onu-12"}


OFF = ("device:onu-11", "device:onu-12", "device:onu-13")


def test_homes_that_were_dark_when_we_began_to_look_did_not_fall_together() -> None:
    life = seen(Life(town()), weather(town(), EVENING, 30, *OFF), 5 * MINUTES)

    assert {d.kind for d in life.last().values()} <= {IncidentKind.LINE}
    assert life.of(IncidentConfirmed) == []


def test_homes_that_fall_together_stay_one_incident_over_a_restart() -> None:
    network = town()
    samples = [*weather(network, EVENING, 3), *weather(network, EVENING + 30 * SECONDS, 9, *OFF)]
    before = seen(Life(network), samples)
    assert {d.kind for d in before.last().values()} == {IncidentKind.PARTIAL}

    after = restarted(before)
    seen(after, weather(network, EVENING + 300 * SECONDS, 30, *OFF))
    assert after.of(IncidentOpened, IncidentRestored) == []
    seen(after, weather(network, EVENING + 600 * SECONDS, 6), 15 * MINUTES)
    assert len(after.of(IncidentRestored)) == len(after.of(IncidentClosed)) == 1
