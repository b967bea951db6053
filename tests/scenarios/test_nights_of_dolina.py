"""Nights over a small town, each told with what people must hear, and when, and nothing else."""

from datetime import datetime

import pytest

from netwatch.model.arrivals import Attribute, Expect, Hold, Outcome, Resume, Sample, Started
from netwatch.model.facts import (
    Audience,
    Cause,
    DeviceSwapped,
    IncidentKind,
    IncidentOpened,
    IncidentRestored,
    NoticeDue,
    Phase,
)
from netwatch.model.names import CheckName, DeviceId, IncidentId, LinkId
from netwatch.response.rules import Mode
from tests.scenarios.night import MINUTE, NIGHT, SECOND, Night, Told, World

QUIET = 30 * SECOND
"""Rounds before anything breaks."""


def break_(night: Night, *, links: str = "", devices: str = "") -> datetime:
    """Let the town be well for a while, then break it; return when."""
    night.passes(QUIET)
    night.world.cut.update(LinkId(link) for link in links.split())
    night.world.dead.update(DeviceId(device) for device in devices.split())
    return night.at


def mend(world: World) -> None:
    world.cut.clear()
    world.dead.clear()
    world.dark.clear()
    world.blind = world.alone = False


def mended_after_two_minutes(night: Night) -> Told:
    """Let the trouble last and its end be seen; return what netwatch made of it."""
    night.passes(2 * MINUTE)
    mend(night.world)
    night.passes(2 * MINUTE)
    return night.told()


def everybody_hears_it_once(told: Told, night: Night) -> None:
    assert told.public() == ["suspected", "confirmed", "restored"]
    assert told.staff() == ["alert", "all-clear"]
    assert told.told_restored_while_dark(night) == set()


def only_the_staff_hears_it(told: Told) -> None:
    assert told.public() == []
    assert told.staff() == ["alert", "all-clear"]


def test_a_fibre_is_cut_on_a_saturday_night() -> None:
    """20 homes on a switch: checking within 30 s, known within 60 s, over when all are back."""
    night = Night()
    cut_at = break_(night, links="agg-1--sw-rynek-1")
    night.passes(2 * MINUTE)
    dark = night.world.without_service()
    mend(night.world)
    night.passes(12 * MINUTE)
    told = night.told()

    (incident,) = told.incidents
    assert incident.kind is IncidentKind.OUTAGE
    assert {"link:agg-1--sw-rynek-1"} <= {*incident.root_cause, *incident.also_possible}
    assert incident.subscribers == dark
    assert incident.areas == ("rynek",)
    everybody_hears_it_once(told, night)
    assert told.seconds_until(Phase.SUSPECTED, cut_at) <= 30
    assert told.seconds_until(Phase.CONFIRMED, cut_at) <= 60
    assert incident.state == "closed"
    assert told.accounted()


def test_a_feeder_is_cut_below_an_olt_that_is_the_only_witness() -> None:
    """30 homes on one splitter: the OLT still answers and tells of them; two minutes at most."""
    night = Night()
    cut_at = break_(night, links="f-dabrowa")
    dark = night.world.without_service()
    told = mended_after_two_minutes(night)

    (incident,) = told.incidents
    assert {"link:f-dabrowa"} <= {*incident.root_cause, *incident.also_possible}
    assert incident.subscribers == dark
    assert incident.areas == ("dabrowa",)
    everybody_hears_it_once(told, night)
    assert told.seconds_until(Phase.CONFIRMED, cut_at) <= 120


def test_a_feeder_is_mended_and_three_homes_stay_dark() -> None:
    """Nobody reads "repaired" before the last of the three is back; each is a line of its own."""
    night = Night()
    homes = sorted(
        person.device
        for person in night.world.network.subscribers.values()
        if person.area == "dabrowa" and person.device
    )[:3]
    break_(night, links="f-dabrowa", devices=" ".join(homes))
    night.passes(5 * MINUTE)
    night.world.cut.clear()
    mended_at = night.at
    night.passes(12 * MINUTE)
    dark = night.world.without_service()
    mend(night.world)
    night.passes(5 * MINUTE)
    told = night.told()

    street, *lines = told.incidents
    assert street.kind is IncidentKind.OUTAGE
    assert street.apart == set()
    (over,) = [fact for fact in told.facts(IncidentRestored) if fact.incident == street.incident]
    assert set(over.apart) == dark
    assert len(dark) == len(homes)
    assert [line.kind for line in lines] == [IncidentKind.LINE] * 3
    assert {device for line in lines for device in line.root_cause} == {
        f"device:{home}" for home in homes
    }
    assert told.public() == ["suspected", "confirmed", "update", "restored"]
    assert told.seconds_until(Phase.UPDATE, mended_at) <= 600
    assert told.told_restored_while_dark(night) == set()
    assert told.staff() == ["alert", "all-clear"]
    assert told.accounted()


def test_an_olt_reboots_and_its_homes_come_back_one_after_the_other() -> None:
    """Nobody hears "works again" while their own line is dark, though the OLT answers."""
    night = Night()
    down_at = break_(night, devices="olt-nadrzecze")
    night.passes(2 * MINUTE)
    homes = sorted(
        device.id
        for device in night.world.network.devices.values()
        if device.via == "olt-nadrzecze"
    )
    mend(night.world)
    night.world.dead.update(homes)
    while homes:
        woken, homes = homes[:35], homes[35:]
        night.passes(20 * SECOND)
        night.world.dead.difference_update(woken)
    back_at = night.at
    night.passes(2 * MINUTE)
    told = night.told()

    (incident,) = told.incidents
    assert {"device:olt-nadrzecze"} <= {*incident.root_cause, *incident.also_possible}
    assert len(incident.subscribers) == 105
    assert told.public() == ["suspected", "confirmed", "restored"]
    assert told.seconds_until(Phase.CONFIRMED, down_at) <= 120
    assert told.seconds_until(Phase.RESTORED, back_at) >= 0
    assert told.told_restored_while_dark(night) == set()
    assert told.staff().count("alert") == told.staff().count("all-clear") == 1


def test_a_ring_opens_and_nobody_is_down() -> None:
    """Lost redundancy is for the staff; the public has lost nothing."""
    night = Night()
    break_(night, links="l-agg-2-agg-3")
    assert night.world.without_service() == set()
    told = mended_after_two_minutes(night)

    (incident,) = told.incidents
    assert incident.kind is IncidentKind.DEGRADED
    assert incident.root_cause == ("link:l-agg-2-agg-3",)
    only_the_staff_hears_it(told)


def test_we_cannot_ask_anybody() -> None:
    """Blind is not down: one message to the staff, none to anybody else."""
    night = Night()
    night.passes(QUIET)
    night.world.blind = True
    told = mended_after_two_minutes(night)

    (incident,) = told.incidents
    assert (incident.kind, incident.cause) == (IncidentKind.BLIND, Cause.SELF)
    only_the_staff_hears_it(told)


def test_our_own_uplink_dies() -> None:
    """Everything is silent at once: netwatch doubts itself, not the town."""
    night = Night()
    night.passes(QUIET)
    night.world.alone = True
    told = mended_after_two_minutes(night)

    (incident,) = told.incidents
    assert (incident.kind, incident.cause) == (IncidentKind.BLIND, Cause.SELF)
    only_the_staff_hears_it(told)


def test_our_own_way_out_lost_right_after_another_fault_is_known_as_soon() -> None:
    """What is dark a moment longer from the last fault makes this one no older."""
    night = Night()
    night.passes(MINUTE)
    night.world.cut.add(LinkId("f-polna"))
    night.passes(MINUTE)
    night.world.cut.clear()
    night.passes(10 * SECOND)
    night.world.alone, cut_at = True, night.at
    night.passes(MINUTE)

    told = night.told()
    (ours,) = (f for f in told.facts(IncidentOpened) if f.diagnosis.cause is Cause.SELF)
    assert ours.diagnosis.kind is IncidentKind.BLIND
    assert ours.at - cut_at <= 15 * SECOND


def test_the_power_goes_at_a_street_cabinet() -> None:
    """Two switches in one cabinet: one fault, one incident, thirty homes."""
    night = Night()
    night.passes(QUIET)
    night.world.dark.update(DeviceId(name) for name in ("sw-kolejowa-1", "sw-kolejowa-2"))
    dark_at, dark = night.at, night.world.without_service()
    told = mended_after_two_minutes(night)

    (incident,) = told.incidents
    assert incident.areas == ("kolejowa",)
    assert incident.subscribers == dark
    everybody_hears_it_once(told, night)
    assert told.seconds_until(Phase.CONFIRMED, dark_at) <= 60


def test_a_ring_is_cut_twice_and_half_the_town_is_dark() -> None:
    night = Night()
    cut_at = break_(night, links="l-agg-2-agg-3 l-core-1-agg-1")
    dark = night.world.without_service()
    told = mended_after_two_minutes(night)

    (incident,) = told.incidents
    assert set(incident.root_cause) == {"link:l-agg-2-agg-3", "link:l-core-1-agg-1"}
    assert incident.subscribers == dark
    everybody_hears_it_once(told, night)
    assert told.seconds_until(Phase.CONFIRMED, cut_at) <= 60


def test_a_fresh_installation_decides_the_same_and_lets_nothing_out() -> None:
    """The story in shadow is the story in full, with every public word withheld."""
    stories = []
    for mode in (Mode.SHADOW, Mode.FULL):
        night = Night(mode)
        break_(night, links="agg-1--sw-rynek-1")
        stories.append(mended_after_two_minutes(night))
    shadow, full = stories
    assert shadow.public() == full.public() == ["suspected", "confirmed", "restored"]
    assert shadow.staff() == full.staff()
    assert {due.withheld for due in shadow.dues(Audience.PUBLIC)} == {"shadow"}
    assert {due.withheld for due in shadow.dues(Audience.STAFF)} == {None}


def test_the_person_on_duty_holds_the_words_and_then_lets_them_out() -> None:
    night = Night()
    night.passes(QUIET)
    night.comes(Hold(at=night.at, by="ewa"))
    night.world.cut.add(LinkId("agg-1--sw-rynek-1"))
    night.passes(2 * MINUTE)
    released = night.at
    night.comes(Resume(at=released, by="ewa"))
    nine = NIGHT + 60 * MINUTE
    night.passes(2 * MINUTE)
    night.comes(Expect(at=night.at, incident=IncidentId("I-1"), by="ewa", until=nine))
    night.passes(2 * MINUTE)
    told = night.told()

    words = [(due.phase, due.withheld) for due in told.dues(Audience.PUBLIC)]
    assert words == [
        ("suspected", "held"),
        ("confirmed", "held"),
        ("confirmed", None),
        ("update", None),
    ]
    assert told.dues(Audience.PUBLIC)[2].at <= released + SECOND


def test_a_cause_that_a_person_names_holds_through_a_restart_and_every_revision() -> None:
    night = Night()
    break_(night, links="agg-1--sw-rynek-1")
    night.passes(2 * MINUTE)
    night.comes(Attribute(at=night.at, incident=IncidentId("I-1"), by="ewa", cause=Cause.PARTNER))
    night.passes(MINUTE)
    night.comes(Started(at=night.at, version="1"))
    told = mended_after_two_minutes(night)

    (incident,) = told.incidents
    assert (incident.cause, incident.cause_certainty) == (Cause.PARTNER, "known")
    assert incident.cause_by == "ewa"
    assert told.public() == ["suspected", "confirmed", "update", "restored"]


def test_a_restart_in_the_middle_repeats_nothing() -> None:
    night = Night()
    break_(night, links="agg-1--sw-rynek-1")
    night.passes(2 * MINUTE)
    night.comes(Started(at=night.at, version="1"))
    told = mended_after_two_minutes(night)

    assert [incident.incident for incident in told.incidents] == ["I-1"]
    everybody_hears_it_once(told, night)


@pytest.mark.parametrize("device", ["sw-rynek-1", "agg-3", "core-2"])
def test_one_lost_ping_is_weather(device: str) -> None:
    night = Night()
    break_(night, devices=device)
    night.passes(10 * SECOND)
    mend(night.world)
    night.passes(2 * MINUTE)
    assert night.told().facts(NoticeDue) == []


def test_a_switch_that_is_swapped_by_night_is_written_down_and_nobody_is_told() -> None:
    night = Night()
    for minute, serial in enumerate(("A1", "A1", "B2")):
        night.comes(
            Sample(
                at=night.at + minute * MINUTE,
                device=DeviceId("sw-rynek-1"),
                check=CheckName("serial"),
                outcome=Outcome.ANSWERED,
                value=serial,
            )
        )
    night.passes(5 * MINUTE)
    told = night.told()

    assert [one.serial for one in told.facts(DeviceSwapped)] == ["B2"]
    assert told.public() == []
    assert told.staff() == []
    assert told.incidents == []
    assert told.accounted()
