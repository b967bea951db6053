"""Planned works: what they take is no outage, what they do not take is, and late is late."""

from datetime import datetime, timedelta

import pytest

from netwatch.correlation.planning import KNOWN
from netwatch.model.arrivals import Finish, Maintain, Prolong, Started
from netwatch.model.facts import (
    AlarmPlaced,
    Audience,
    Cause,
    IncidentConfirmed,
    IncidentOpened,
    NoticeDue,
    Part,
    Phase,
)
from netwatch.model.maintenance_facts import (
    MaintenanceBegan,
    MaintenanceCancelled,
    MaintenanceEnded,
    MaintenanceOverran,
    MaintenancePlanned,
    MaintenanceRefused,
)
from netwatch.model.names import DeviceId, ElementName, LinkId, MaintenanceId
from netwatch.model.windows import Window
from netwatch.response.rules import (
    FACEBOOK,
    Mode,
    PublicRule,
    ResponseRules,
    shipped_policy,
)
from tests.scenarios.night import MINUTE, SECOND, Night, Told

FIRST = MaintenanceId("M-1")
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def planned(
    night: Night,
    *elements: str,
    after: timedelta = MINUTE,
    lasts: timedelta = 10 * MINUTE,
    again: str = "",
    despite: bool = False,
) -> None:
    """Let a person plan works."""
    window = Window(starts=night.at + after, lasts=lasts, again=again, zone="Europe/Warsaw")
    night.comes(
        Maintain(
            at=night.at,
            by="ewa",
            elements=tuple(map(ElementName, elements)),
            window=window,
            despite=despite,
        )
    )


def well_then(night: Night, *elements: str, lasts: timedelta = 10 * MINUTE) -> None:
    """Let the town be well, plan works, and let their time come."""
    night.passes(30 * SECOND)
    planned(night, *elements, lasts=lasts)
    night.passes(2 * MINUTE)


def breaks(night: Night, *, links: str = "", devices: str = "") -> datetime:
    night.world.cut.update(LinkId(link) for link in links.split())
    night.world.dead.update(DeviceId(device) for device in devices.split())
    return night.at


def mended(night: Night) -> None:
    night.world.cut.clear()
    night.world.dead.clear()


def nobody_hears_of_an_outage(told: Told) -> None:
    assert told.incidents == []
    assert told.staff() == []
    assert set(told.public()) <= {Phase.PLANNED}
    assert told.accounted()


@pytest.mark.parametrize(
    ("element", "broken"),
    [
        ("device:sw-rynek-1", {"devices": "sw-rynek-1"}),
        ("device:sw-rynek-1", {"links": "agg-1--sw-rynek-1"}),
        ("link:agg-1--sw-rynek-1", {"links": "agg-1--sw-rynek-1"}),
        ("area:rynek", {"links": "agg-1--sw-rynek-1"}),
        ("link:f-dabrowa", {"links": "f-dabrowa"}),
    ],
)
def test_what_works_take_is_no_outage(element: str, broken: dict[str, str]) -> None:
    night = Night()
    well_then(night, element)
    breaks(night, **broken)
    night.passes(5 * MINUTE)
    mended(night)
    night.passes(5 * MINUTE)
    told = night.told()
    nobody_hears_of_an_outage(told)
    parts = {fact.as_ for fact in told.facts(AlarmPlaced)}
    assert parts == {Part.PLANNED}
    assert {fact.why for fact in told.facts(AlarmPlaced)} == {FIRST}
    assert len(told.facts(MaintenanceBegan)) == len(told.facts(MaintenanceEnded)) == 1
    assert told.facts(MaintenanceOverran) == []


def test_a_fault_beside_the_works_is_told_as_on_any_night() -> None:
    """The parent is under works; what does not hang on it is muted by nothing."""
    night = Night()
    well_then(night, "device:sw-rynek-1", lasts=30 * MINUTE)
    breaks(night, devices="sw-rynek-1")
    night.passes(2 * MINUTE)
    cut_at = breaks(night, links="f-dabrowa")
    night.passes(3 * MINUTE)
    told = night.told()
    (incident,) = told.incidents
    assert {"link:f-dabrowa"} <= {*incident.root_cause, *incident.also_possible}
    assert incident.opened_at - cut_at <= MINUTE
    works = next(iter(told.facts(MaintenancePlanned))).subscribers
    assert not incident.subscribers & set(works)
    assert told.staff() == ["alert"]


def test_a_wider_fault_during_works_counts_those_whom_nobody_told_beforehand() -> None:
    night = Night()
    well_then(night, "device:sw-rynek-1", lasts=30 * MINUTE)
    breaks(night, devices="sw-rynek-1")
    night.passes(2 * MINUTE)
    breaks(night, devices="agg-1")
    night.passes(3 * MINUTE)
    told = night.told()
    works = set(next(iter(told.facts(MaintenancePlanned))).subscribers)
    for incident in told.incidents:
        assert not incident.subscribers & works
        assert "device:sw-rynek-1" not in incident.root_cause


def test_works_that_overrun_are_an_outage_at_once_with_their_people_and_words() -> None:
    night = Night()
    well_then(night, "device:sw-rynek-1")
    breaks(night, devices="sw-rynek-1")
    night.passes(12 * MINUTE)
    mended(night)
    night.passes(3 * MINUTE)
    told = night.told()

    (ended,) = told.facts(MaintenanceEnded)
    (opened,) = told.facts(IncidentOpened)
    assert opened.at - ended.at <= 2 * SECOND
    assert opened.since == ended.at
    assert opened.diagnosis.root_cause == ("device:sw-rynek-1",)
    assert opened.diagnosis.cause is Cause.CHANGE
    assert opened.diagnosis.subscribers == next(iter(told.facts(MaintenancePlanned))).subscribers
    (overran,) = told.facts(MaintenanceOverran)
    assert (overran.maintenance, overran.incident) == (FIRST, opened.incident)
    (confirmed,) = told.facts(IncidentConfirmed)
    assert confirmed.at - ended.at <= 5 * SECOND
    assert told.public() == ["planned", "suspected", "confirmed", "restored"]
    assert told.staff() == ["alert", "all-clear"]
    (work,) = told.replayed.board.works.values()
    assert (work.state, work.incident) == ("overran", opened.incident)


def test_a_person_who_ends_works_early_ends_what_they_cover() -> None:
    night = Night()
    well_then(night, "device:sw-rynek-1", lasts=60 * MINUTE)
    breaks(night, devices="sw-rynek-1")
    night.passes(3 * MINUTE)
    night.comes(Finish(at=night.at, maintenance=FIRST, by="ewa"))
    night.passes(MINUTE)
    told = night.told()
    (ended,) = told.facts(MaintenanceEnded)
    assert ended.by == "ewa"
    (opened,) = told.facts(IncidentOpened)
    assert opened.at - ended.at <= 2 * SECOND


def test_after_works_the_child_is_watched_as_before() -> None:
    night = Night()
    well_then(night, "device:agg-1", lasts=3 * MINUTE)
    breaks(night, devices="agg-1")
    night.passes(MINUTE)
    mended(night)
    night.passes(3 * MINUTE)
    cut_at = breaks(night, links="agg-1--sw-rynek-1")
    night.passes(2 * MINUTE)
    told = night.told()
    (incident,) = told.incidents
    assert incident.opened_at - cut_at <= MINUTE
    assert incident.opened_at > told.facts(MaintenanceEnded)[0].at


def test_an_outage_that_was_there_before_the_works_stays_one() -> None:
    night = Night()
    night.passes(30 * SECOND)
    breaks(night, links="agg-1--sw-rynek-1")
    night.passes(2 * MINUTE)
    planned(night, "device:sw-rynek-1")
    night.passes(5 * MINUTE)
    mended(night)
    night.passes(2 * MINUTE)
    told = night.told()
    (incident,) = told.incidents
    assert incident.restored_at is not None
    assert told.told_restored_while_dark(night) == set()
    assert told.staff() == ["alert", "all-clear"]


def test_works_given_more_time_do_not_overrun() -> None:
    night = Night()
    well_then(night, "device:sw-rynek-1", lasts=5 * MINUTE)
    breaks(night, devices="sw-rynek-1")
    until = night.at + 10 * MINUTE
    night.comes(Prolong(at=night.at, maintenance=FIRST, by="ewa", until=until))
    night.passes(8 * MINUTE)
    mended(night)
    night.passes(5 * MINUTE)
    told = night.told()
    nobody_hears_of_an_outage(told)
    assert told.facts(MaintenanceEnded)[0].at == until


def test_works_that_come_again_cover_each_time_and_nothing_between() -> None:
    night = Night()
    night.passes(30 * SECOND)
    planned(night, "device:sw-rynek-1", lasts=2 * MINUTE, again="FREQ=DAILY;COUNT=2")
    night.passes(5 * MINUTE)
    breaks(night, devices="sw-rynek-1")
    night.passes(2 * MINUTE)
    told = night.told()
    (incident,) = told.incidents
    assert told.facts(MaintenanceOverran) == []
    assert incident.subscribers
    (work,) = told.replayed.board.works.values()
    assert work.state == "planned"
    began = told.facts(MaintenanceBegan)[0].at
    assert work.starts == began + timedelta(days=1)


def test_a_restart_in_the_middle_of_works_forgets_none_of_them() -> None:
    night = Night()
    well_then(night, "device:sw-rynek-1", lasts=10 * MINUTE)
    breaks(night, devices="sw-rynek-1")
    night.passes(MINUTE)
    night.comes(Started(at=night.at, version="1"))
    night.passes(2 * MINUTE)
    mended(night)
    night.passes(10 * MINUTE)
    nobody_hears_of_an_outage(night.told())


def test_works_cancelled_before_they_begin_cover_nothing() -> None:
    night = Night()
    night.passes(30 * SECOND)
    planned(night, "device:sw-rynek-1", after=2 * MINUTE)
    night.passes(MINUTE)
    night.comes(Finish(at=night.at, maintenance=FIRST, by="ewa"))
    night.passes(2 * MINUTE)
    breaks(night, devices="sw-rynek-1")
    night.passes(2 * MINUTE)
    told = night.told()
    assert len(told.facts(MaintenanceCancelled)) == 1
    assert told.facts(MaintenanceBegan) == []
    assert len(told.incidents) == 1


def test_customers_are_told_of_works_on_their_page_once() -> None:
    night = Night()
    night.passes(30 * SECOND)
    planned(night, "device:sw-rynek-1", after=10 * MINUTE)
    night.passes(5 * MINUTE)
    told = night.told()
    (due,) = [due for due in told.facts(NoticeDue) if due.audience is Audience.PUBLIC]
    assert (due.phase, due.subject, due.incident) == (Phase.PLANNED, FIRST, None)
    assert due.areas == ("rynek",)
    (work,) = told.replayed.board.works.values()
    assert work.shown == ("website",)


def on_a_post() -> ResponseRules:
    """Return rules by which works are told in a post too."""
    post = PublicRule(channel=FACEBOOK, phase=Phase.PLANNED, least_subscribers=1)
    return ResponseRules(mode=Mode.FULL, policy=(*shipped_policy(), post), set_up=None)


def posts(told: Told) -> list[datetime]:
    due = told.facts(NoticeDue)
    return [one.at for one in due if one.channel == FACEBOOK and one.phase is Phase.PLANNED]


def test_a_post_tells_when_works_begin_and_when_they_are_proven_to_be_over() -> None:
    night = Night()
    night.passes(30 * SECOND)
    planned(night, "device:sw-rynek-1", after=10 * MINUTE)
    night.passes(40 * MINUTE)
    told = night.told(on_a_post())

    announced, began, over = posts(told)
    (start,) = told.facts(MaintenanceBegan)
    (end,) = told.facts(MaintenanceEnded)
    assert announced < start.at <= began <= start.at + MINUTE
    assert end.at + 10 * MINUTE <= over <= end.at + 11 * MINUTE


def test_works_called_off_are_called_off_where_they_were_told() -> None:
    night = Night()
    night.passes(30 * SECOND)
    planned(night, "device:sw-rynek-1", after=60 * MINUTE)
    night.passes(5 * MINUTE)
    night.comes(Finish(at=night.at, maintenance=FIRST, by="ewa"))
    night.passes(20 * MINUTE)
    told = night.told(on_a_post())

    announced, called_off = posts(told)
    (cancelled,) = told.facts(MaintenanceCancelled)
    assert announced < cancelled.at <= called_off <= cancelled.at + MINUTE


def test_nobody_hears_that_works_are_over_while_they_left_somebody_dark() -> None:
    night = Night()
    night.passes(30 * SECOND)
    planned(night, "device:sw-rynek-1", after=10 * MINUTE)
    night.passes(12 * MINUTE)
    breaks(night, devices="sw-rynek-1")
    night.passes(60 * MINUTE)
    told = night.told(on_a_post())

    assert len(told.facts(MaintenanceOverran)) == 1
    announced, began = posts(told)
    assert announced < began


def test_both_ways_of_a_ring_are_not_taken_at_once() -> None:
    """Each alone darkens nobody; together they cut off everybody behind them."""
    night = Night()
    night.passes(30 * SECOND)
    one, other = RING
    planned(night, one, after=10 * MINUTE)
    night.passes(MINUTE)
    planned(night, other, after=12 * MINUTE)
    night.passes(MINUTE)
    planned(night, other, after=12 * MINUTE, despite=True)
    night.passes(MINUTE)
    planned(night, other, after=60 * MINUTE)
    night.passes(MINUTE)
    told = night.told()
    (refused,) = told.facts(MaintenanceRefused)
    (clash,) = refused.clashes
    assert clash.maintenance == FIRST
    assert clash.subscribers > 0
    assert [bool(plan.clashes) for plan in told.facts(MaintenancePlanned)] == [False, True, False]


def test_works_of_next_year_clash_with_those_of_every_night() -> None:
    one, other = RING
    for first, then in (("FREQ=DAILY", ""), ("", "FREQ=DAILY")):
        night = Night()
        night.passes(30 * SECOND)
        planned(night, one, after=MINUTE if first else 360 * DAY, again=first)
        night.passes(SECOND)
        planned(night, other, after=MINUTE if then else 360 * DAY, again=then)
        night.passes(SECOND)
        told = night.told()
        (refused,) = told.facts(MaintenanceRefused)
        (clash,) = refused.clashes
        assert clash.at >= night.at + 359 * DAY


def test_works_of_a_calendar_are_planned_once_and_a_moved_entry_is_told_of() -> None:
    night = Night()
    night.passes(30 * SECOND)
    begun = night.at
    for after in (DAY, DAY, 2 * DAY):
        window = Window(starts=begun + after, lasts=HOUR)
        device = (ElementName("device:sw-rynek-1"),)
        night.comes(Maintain(at=night.at, by="ewa", elements=device, window=window, uid="entry"))
        night.passes(SECOND)
    told = night.told()
    assert len(told.facts(MaintenancePlanned)) == 1
    known, moved = (fact.wrong for fact in told.facts(MaintenanceRefused))
    assert known == KNOWN
    assert f"they are planned as {FIRST}, at another time" in moved


def test_ending_works_between_two_of_their_times_takes_no_later_ones_along() -> None:
    night = Night()
    night.passes(30 * SECOND)
    planned(night, "device:sw-rynek-1", after=DAY, again="FREQ=DAILY")
    night.passes(SECOND)
    night.comes(Finish(at=night.at, maintenance=FIRST, by="ewa"))
    night.passes(SECOND)
    assert night.told().facts(MaintenanceCancelled) == []
    night.comes(Finish(at=night.at, maintenance=FIRST, by="ewa", for_good=True))
    night.passes(SECOND)
    assert len(night.told().facts(MaintenanceCancelled)) == 1


def test_works_on_one_way_while_the_other_is_down_are_refused_and_warned_of() -> None:
    night = Night()
    night.passes(30 * SECOND)
    one, other = RING
    planned(night, one, after=5 * MINUTE)
    night.passes(MINUTE)
    breaks(night, links=other.removeprefix("link:"))
    night.passes(2 * MINUTE)
    planned(night, one, after=MINUTE)
    night.passes(5 * MINUTE)
    told = night.told()
    (refused,) = told.facts(MaintenanceRefused)
    (broken,) = told.incidents
    assert [clash.incident for clash in refused.clashes] == [broken.incident]
    (began,) = told.facts(MaintenanceBegan)
    assert [clash.incident for clash in began.clashes] == [broken.incident]
    warned = [due for due in told.dues(Audience.STAFF) if due.incident is None]
    assert [due.subject for due in warned] == [f"works {FIRST}"]


def test_the_other_way_breaks_while_one_is_under_works() -> None:
    """Everybody behind both is an outage: of the way that broke, not of the works."""
    night = Night()
    one, other = RING
    well_then(night, one, lasts=30 * MINUTE)
    breaks(night, links=one.removeprefix("link:"))
    night.passes(2 * MINUTE)
    cut_at = breaks(night, links=other.removeprefix("link:"))
    night.passes(3 * MINUTE)
    told = night.told()
    (incident,) = told.incidents
    assert incident.opened_at - cut_at <= MINUTE
    assert one not in incident.root_cause
    assert other in {*incident.root_cause, *incident.also_possible}
    assert incident.subscribers == night.world.without_service()
    assert told.staff() == ["alert"]


def test_refuses_elements_that_nobody_knows_and_times_that_are_over() -> None:
    night = Night()
    night.passes(30 * SECOND)
    planned(night, "device:no-such")
    planned(night, "device:sw-rynek-1", after=-60 * MINUTE)
    night.passes(30 * SECOND)
    wrong = [fact.wrong for fact in night.told().facts(MaintenanceRefused)]
    assert "no-such" in wrong[0]
    assert "over" in wrong[1]


RING = ("link:l-agg-1-agg-2", "link:l-agg-3-agg-4")
