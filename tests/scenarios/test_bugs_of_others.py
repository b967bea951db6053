"""What other systems got wrong, each as a night: these messages, within these times, and no others.

Gathered from the trackers of Nagios, Icinga, LibreNMS, Zabbix, NAV, NOC Project, Alertmanager and
Uptime Kuma: what their users asked for most often after a night that had gone wrong.
"""

from dataclasses import dataclass

import pytest

from netwatch.model.arrivals import Acknowledge, Finish, Maintain, Started
from netwatch.model.facts import Audience, IncidentKind
from netwatch.model.names import DeviceId, ElementName, IncidentId, LinkId, MaintenanceId
from netwatch.model.windows import Window
from tests.scenarios.night import MINUTE, SECOND, Night, Told, World
from tests.town import town

ALERTED = 40
"""Seconds within which the person on duty hears of a fault here."""


@dataclass(frozen=True)
class Message:
    """What somebody heard, and how long after the evening's beginning."""

    what: str
    incident: str | None
    after: float


class Evening(Night):
    """A night over a small town: a ring of three, an OLT with two splitters, a switch with six."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(town())
        self.began = self.at
        self.passes(30 * SECOND)

    def falls(self, *names: str) -> float:
        """Break devices and links; return when, in seconds."""
        for name in names:
            if name in self.world.network.devices:
                self.world.dead.add(DeviceId(name))
            else:
                self.world.cut.add(LinkId(name))
        return self.now

    def stands(self, *names: str) -> float:
        """Mend them, or everything; return when, in seconds."""
        for name in names or [*self.world.dead, *self.world.cut]:
            self.world.dead.discard(DeviceId(name))
            self.world.cut.discard(LinkId(name))
        return self.now

    @property
    def now(self) -> float:
        """Return how many seconds have passed."""
        return (self.at - self.began) / SECOND


def heard(night: Evening, told: Told, audience: Audience = Audience.STAFF) -> list[Message]:
    """Return what an audience heard, in order."""
    return [
        Message(
            str(due.purpose if audience is Audience.STAFF else due.phase),
            due.incident,
            (due.at - night.began) / SECOND,
        )
        for due in told.dues(audience)
    ]


def exactly(messages: list[Message], *expected: tuple[str, float, float]) -> None:
    """Hold what was heard against what must be: this, not before, not after, and nothing else."""
    assert [one.what for one in messages] == [what for what, _, _ in expected], messages
    for one, (what, earliest, latest) in zip(messages, expected, strict=True):
        assert earliest <= one.after <= latest, (what, one.after, (earliest, latest))


def nobody_hears_anything(night: Evening) -> Told:
    told = night.told()
    assert heard(night, told) == []
    assert heard(night, told, Audience.PUBLIC) == []
    assert told.accounted()
    return told


def test_no_false_alarm_of_a_child_when_its_parent_returns() -> None:
    """The child's last answer is minutes old and bad; it is asked before anything is said."""
    night = Evening()
    down = night.falls("ag-3--sw-1")
    night.passes(5 * MINUTE)
    up = night.stands()
    night.passes(15 * MINUTE)
    told = night.told()
    exactly(heard(night, told), ("alert", down, down + ALERTED), ("all-clear", up, up + 60))
    assert len(told.incidents) == 1
    assert told.told_restored_while_dark(night) == set()


def test_no_false_alarm_of_a_child_that_comes_back_a_minute_after_its_parent() -> None:
    night = Evening()
    down = night.falls("sw-1", "cpe-1", "cpe-2")
    night.passes(3 * MINUTE)
    back = night.stands("sw-1")
    night.passes(MINUTE)
    up = night.stands()
    night.passes(15 * MINUTE)
    told = night.told()
    exactly(
        heard(night, told),
        ("alert", down, down + ALERTED),
        ("update", back, up),
        ("all-clear", up, up + 60),
    )
    assert told.told_restored_while_dark(night) == set()


def test_no_recovery_without_an_alert() -> None:
    """Two lost answers, and a child that came back with its parent: nobody heard they were down."""
    night = Evening()
    night.falls("sw-1")
    night.passes(10 * SECOND)
    night.stands()
    night.passes(10 * MINUTE)
    nobody_hears_anything(night)


def test_no_recovery_of_a_child_that_nobody_was_told_of() -> None:
    night = Evening()
    night.falls("olt-1")
    night.passes(2 * MINUTE)
    night.falls("s-1", "onu-21")
    night.passes(2 * MINUTE)
    up = night.stands()
    night.passes(15 * MINUTE)
    told = night.told()
    assert [one.what for one in heard(night, told)] == ["alert", "all-clear"]
    assert heard(night, told)[-1].after <= up + 90


def test_no_alert_without_recovery_when_the_parent_falls_after_the_child() -> None:
    """The child was told of; then the parent takes it along: one end for whoever heard of it."""
    night = Evening()
    night.falls("olt-1--s-1")
    night.passes(3 * MINUTE)
    night.falls("olt-1")
    night.passes(3 * MINUTE)
    night.stands()
    night.passes(15 * MINUTE)
    told = night.told()
    staff = heard(night, told)
    for incident in {one.incident for one in staff}:
        said = [one.what for one in staff if one.incident == incident and one.what != "update"]
        assert said == ["alert", "all-clear"]
    public = heard(night, told, Audience.PUBLIC)
    for incident in {one.incident for one in public}:
        last = [one.what for one in public if one.incident == incident][-1]
        assert last in ("restored", "corrected")


def test_a_child_that_died_meanwhile_alerts_when_its_parent_is_back() -> None:
    night = Evening()
    down = night.falls("ag-3--sw-1")
    night.passes(3 * MINUTE)
    night.falls("cpe-1", "cpe-2", "cpe-3")
    night.passes(2 * MINUTE)
    back = night.stands("ag-3--sw-1")
    night.passes(10 * MINUTE)
    told = night.told()
    staff = heard(night, told)
    assert staff[0].what == "alert"
    assert down <= staff[0].after <= down + ALERTED
    dark = night.world.without_service()
    without = {s for one in told.incidents if one.is_open for s in one.without}
    assert dark == without, "the three are still somebody's task"
    assert told.told_restored_while_dark(night) == set()
    assert all(one.after <= back + 5 * 60 for one in staff)


def test_works_on_a_parent_leak_neither_below_nor_after_them() -> None:
    night = Evening()
    window = Window(starts=night.at, lasts=5 * MINUTE)
    element = ElementName("device:olt-1")
    night.comes(Maintain(at=night.at, by="ewa", elements=(element,), window=window))
    night.passes(30 * SECOND)
    night.falls("olt-1")
    night.passes(2 * MINUTE)
    night.stands()
    night.passes(5 * MINUTE)
    down = night.falls("olt-1--s-1")
    night.passes(2 * MINUTE)
    told = night.told()
    exactly(heard(night, told), ("alert", down, down + ALERTED))


def test_what_recovers_during_works_is_told_neither_as_down_nor_as_up() -> None:
    night = Evening()
    window = Window(starts=night.at, lasts=10 * MINUTE)
    element = ElementName("device:sw-1")
    night.comes(Maintain(at=night.at, by="ewa", elements=(element,), window=window))
    night.passes(30 * SECOND)
    for _ in range(3):
        night.falls("sw-1")
        night.passes(MINUTE)
        night.stands()
        night.passes(MINUTE)
    night.passes(10 * MINUTE)
    told = night.told()
    assert heard(night, told) == []
    assert told.incidents == []


def test_works_ended_early_silence_nothing_any_more() -> None:
    night = Evening()
    window = Window(starts=night.at, lasts=60 * MINUTE)
    element = ElementName("device:sw-1")
    night.comes(Maintain(at=night.at, by="ewa", elements=(element,), window=window))
    night.passes(MINUTE)
    night.comes(Finish(at=night.at, maintenance=MaintenanceId("M-1"), by="ewa"))
    night.passes(MINUTE)
    down = night.falls("sw-1")
    night.passes(2 * MINUTE)
    exactly(heard(night, night.told()), ("alert", down, down + ALERTED))


@pytest.mark.parametrize("stays", ["up", "down"])
def test_the_state_in_which_flapping_ends_is_told_and_told_once(stays: str) -> None:
    """One number for all of it; whoever was told "back" too soon is not told so again and again."""
    night = Evening()
    began = night.now
    for _ in range(6):
        night.falls("sw-1")
        night.passes(20 * SECOND)
        night.stands()
        night.passes(20 * SECOND)
    if stays == "down":
        night.falls("sw-1")
    ended = night.now
    night.passes(25 * MINUTE)
    told = night.told()
    staff = [one.what for one in heard(night, told)]
    public = [one.what for one in heard(night, told, Audience.PUBLIC)]
    (incident,) = told.incidents
    assert began <= heard(night, told)[0].after <= ended + 60
    assert staff.count("alert") == 1
    if stays == "up":
        assert (staff[-1], staff.count("all-clear")) == ("all-clear", 2)
        assert (public[-1], public.count("restored")) == ("restored", 2)
        assert incident.state in ("restored", "closed")
    else:
        assert (staff[-1], staff.count("all-clear")) == ("update", 1)
        assert (public[-1], public.count("restored")) == ("confirmed", 1)
        assert heard(night, told)[-1].after <= ended + 200
        assert incident.is_open
        assert incident.kind is IncidentKind.OUTAGE
        assert incident.without == night.world.without_service()


def test_one_way_of_two_is_lost_and_nobody_behind_it_is_called_unreachable() -> None:
    """A redundant parent is no parent alone; and a child's own fault is told while it is lost."""
    night = Evening()
    lost = night.falls("l-3")
    night.passes(3 * MINUTE)
    down = night.falls("olt-1--s-1")
    night.passes(3 * MINUTE)
    told = night.told()
    exactly(heard(night, told), ("alert", lost, lost + ALERTED), ("alert", down, down + ALERTED))
    ring, splitter = told.incidents
    assert ring.kind is IncidentKind.DEGRADED
    assert ring.subscribers == set()
    assert splitter.subscribers == night.world.without_service()


def test_one_stale_answer_from_below_does_not_split_the_fault() -> None:
    night = Evening()
    down = night.falls("sw-1")
    night.passes(20 * SECOND)
    stray = next(
        s for s in World(town()).look(night.at) if s.device == "cpe-4" and s.check == "icmp"
    )
    night.comes(stray)
    night.passes(3 * MINUTE)
    told = night.told()
    exactly(heard(night, told), ("alert", down, down + ALERTED + 20))
    (incident,) = told.incidents
    assert incident.root_cause[0] in ("device:sw-1", "link:ag-3--sw-1")


def test_a_cut_link_is_one_alert_though_both_its_ends_tell_of_it() -> None:
    night = Evening()
    down = night.falls("l-1")
    night.passes(5 * MINUTE)
    exactly(heard(night, night.told()), ("alert", down, down + ALERTED))


def test_our_own_way_out_is_lost_and_no_device_is_called_down() -> None:
    night = Evening()
    night.world.alone = True
    down = night.now
    night.passes(5 * MINUTE)
    night.world.alone = False
    up = night.now
    night.passes(15 * MINUTE)
    told = night.told()
    exactly(heard(night, told), ("alert", down, down + 60), ("all-clear", up, up + 60))
    assert heard(night, told, Audience.PUBLIC) == []


def test_whoever_took_it_hears_that_it_is_over_too() -> None:
    night = Evening()
    down = night.falls("sw-1")
    night.passes(2 * MINUTE)
    night.comes(Acknowledge(at=night.at, incident=IncidentId("I-1"), by="marek"))
    night.passes(3 * MINUTE)
    up = night.stands()
    night.passes(15 * MINUTE)
    exactly(heard(night, night.told()), ("alert", down, down + ALERTED), ("all-clear", up, up + 60))


def test_a_restart_repeats_no_alert_and_forgets_no_recovery() -> None:
    night = Evening()
    down = night.falls("sw-1")
    night.passes(2 * MINUTE)
    night.comes(Started(at=night.at, version="1"))
    night.passes(3 * MINUTE)
    night.comes(Started(at=night.at, version="1"))
    up = night.stands()
    night.passes(15 * MINUTE)
    exactly(heard(night, night.told()), ("alert", down, down + ALERTED), ("all-clear", up, up + 90))


def test_a_restart_while_a_child_is_silent_does_not_lose_its_alert() -> None:
    night = Evening()
    down = night.falls("sw-1")
    night.passes(10 * SECOND)
    night.comes(Started(at=night.at, version="1"))
    night.passes(3 * MINUTE)
    exactly(heard(night, night.told()), ("alert", down, down + 90))


def test_an_hour_of_silence_is_one_alert_and_no_reminder_of_each_child() -> None:
    night = Evening()
    down = night.falls("olt-1")
    night.passes(60 * MINUTE)
    told = night.told()
    staff = [one for one in heard(night, told) if one.what != "update"]
    exactly(staff, ("alert", down, down + ALERTED))
    (incident,) = told.incidents
    assert incident.alarms >= 1


def test_a_fault_elsewhere_during_an_outage_is_told_by_itself() -> None:
    night = Evening()
    first = night.falls("olt-1")
    night.passes(3 * MINUTE)
    second = night.falls("sw-1")
    night.passes(3 * MINUTE)
    exactly(
        heard(night, night.told()),
        ("alert", first, first + ALERTED),
        ("alert", second, second + ALERTED),
    )
