"""A cabinet loses its mains: all gear in it falls at once, and people hear of it once."""

from datetime import timedelta

from netwatch.model.arrivals import Started
from netwatch.model.facts import Audience, Cause, IncidentKind, IncidentOpened, Phase
from netwatch.model.names import DeviceId
from tests.scenarios.night import MINUTE, SECOND, Night, Told

BOTH = ("sw-rynek-1", "sw-rynek-2")
"""All gear of szafa-rynek, a cabinet without a battery; 20 homes hang on each."""


def falls(night: Night, *devices: str) -> None:
    night.world.dead.update(map(DeviceId, devices))


def is_back(night: Night, *devices: str) -> None:
    night.world.dead.difference_update(map(DeviceId, devices))


def a_night_without_mains() -> Night:
    night = Night()
    night.passes(30 * SECOND)
    falls(night, *BOTH)
    return night


def is_told_once(told: Told, night: Night) -> None:
    assert len(told.facts(IncidentOpened)) == 1
    assert [told.staff().count(why) for why in ("alert", "all-clear")] == [1, 1]
    assert told.public().count(Phase.SUSPECTED) == told.public().count(Phase.RESTORED) == 1
    assert told.told_restored_while_dark(night) == set()
    assert told.accounted()


def test_a_cabinet_without_mains_is_one_incident_one_alert_and_one_end() -> None:
    night = a_night_without_mains()
    gone_at, dark = night.at, night.world.without_service()
    night.passes(3 * MINUTE)
    is_back(night, *BOTH)
    night.passes(12 * MINUTE)
    told = night.told()

    (cabinet,) = told.incidents
    assert set(cabinet.root_cause) == {f"device:{name}" for name in BOTH}
    assert cabinet.cause is Cause.POWER_SITE
    assert cabinet.subscribers == dark
    assert told.public() == ["suspected", "confirmed", "restored"]
    assert told.seconds_until(Phase.SUSPECTED, gone_at) <= 25
    assert cabinet.state == "closed"
    is_told_once(told, night)


def test_one_switch_that_comes_back_first_leaves_the_other_in_the_same_incident() -> None:
    night = a_night_without_mains()
    night.passes(3 * MINUTE)
    is_back(night, BOTH[0])
    night.passes(5 * MINUTE)
    left = night.world.without_service()
    is_back(night, BOTH[1])
    back_at = night.at
    night.passes(3 * MINUTE)
    told = night.told()

    (cabinet,) = told.incidents
    assert len(cabinet.at_worst) == 2 * len(left)
    (over,) = (due for due in told.dues(Audience.PUBLIC) if due.phase is Phase.RESTORED)
    assert over.at >= back_at
    is_told_once(told, night)


def both_fall(apart: timedelta, and_then: timedelta) -> Night:
    """Let one switch fall after the other, and as much time pass then."""
    night = Night()
    night.passes(30 * SECOND)
    falls(night, BOTH[0])
    night.passes(apart)
    falls(night, BOTH[1])
    night.passes(and_then)
    return night


def test_two_switches_of_a_cabinet_that_die_half_an_hour_apart_are_two_faults() -> None:
    night = both_fall(30 * MINUTE, 10 * MINUTE)
    told = night.told()

    assert len(told.incidents) == 2
    assert [len(one.at_worst) for one in told.incidents] == [20, 20]
    assert told.staff().count("alert") == 2


def test_two_faults_stay_two_through_a_restart() -> None:
    night = both_fall(10 * MINUTE, 5 * MINUTE)
    night.comes(Started(at=night.at, version="1"))
    night.passes(5 * MINUTE)
    told = night.told()

    assert [len(one.without) for one in told.incidents] == [20, 20]
    assert told.staff().count("alert") == 2


def test_a_restart_in_the_middle_repeats_nothing() -> None:
    night = a_night_without_mains()
    night.passes(2 * MINUTE)
    night.comes(Started(at=night.at, version="1"))
    night.passes(3 * MINUTE)
    is_back(night, *BOTH)
    night.passes(3 * MINUTE)
    told = night.told()

    (cabinet,) = told.incidents
    assert len(cabinet.at_worst) == 40
    is_told_once(told, night)


def test_a_switch_seen_to_fall_a_round_after_the_other_is_the_same_fault() -> None:
    night = both_fall(20 * SECOND, 3 * MINUTE)
    told = night.told()

    (cabinet,) = told.incidents
    assert set(cabinet.root_cause) == {f"device:{name}" for name in BOTH}
    assert told.staff().count("alert") == 1
    assert cabinet.since <= night.at - timedelta(minutes=3)


def test_a_dead_switch_that_carries_the_other_of_its_cabinet_is_blamed_alone() -> None:
    night = Night()
    night.passes(30 * SECOND)
    falls(night, "sw-kolejowa-1")
    night.passes(3 * MINUTE)
    (incident,) = night.told().incidents

    names = {*incident.root_cause, *incident.also_possible}
    assert "device:sw-kolejowa-1" in names
    assert "device:sw-kolejowa-2" not in names


def test_mains_that_come_and_go_are_one_incident() -> None:
    night = Night()
    night.passes(30 * SECOND)
    for _ in range(5):
        falls(night, *BOTH)
        night.passes(20 * SECOND)
        is_back(night, *BOTH)
        night.passes(20 * SECOND)
    told = night.told()

    (cabinet,) = told.incidents
    assert (cabinet.kind, cabinet.cause) == (IncidentKind.FLAPPING, Cause.POWER_SITE)
    assert set(cabinet.root_cause) == {f"device:{name}" for name in BOTH}
    assert told.staff().count("alert") == 1


def test_a_cabinet_that_falls_after_a_line_in_it_was_mended_is_a_fault_of_its_own() -> None:
    night = Night()
    night.passes(30 * SECOND)
    falls(night, "cpe-002")
    night.passes(70 * SECOND)
    is_back(night, "cpe-002")
    night.passes(30 * SECOND)
    falls(night, *BOTH)
    night.passes(2 * MINUTE)
    told = night.told()

    line, cabinet = told.incidents
    assert (line.kind, cabinet.kind) == (IncidentKind.LINE, IncidentKind.OUTAGE)
    assert line.restored_at is not None
    assert told.staff().count("alert") == 1
