"""Works that are moved, called off or known from elsewhere: nobody is left with an old word."""

from dataclasses import replace

import pytest

from netwatch.model.arrivals import Follow, Maintain, Result
from netwatch.model.facts import Phase
from netwatch.model.follower_facts import FOLLOWER
from netwatch.model.maintenance_facts import MaintenancePlanned, MaintenanceRefused
from netwatch.model.names import ChannelName, ElementName, SubscriberId
from netwatch.model.windows import Window
from netwatch.model.works_words import Told
from netwatch.response.policy import PublicRule, To
from netwatch.response.rules import shipped_policy
from tests.scenarios.days import HOUR, Days, rules, town_time

TWO_IN_THE_NIGHT = "2026-12-10 02:00"
ONE = f"{FOLLOWER}1"


def test_words_that_did_not_leave_before_works_were_moved_are_said_of_the_new_time() -> None:
    days = Days("2026-12-01 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.answers = False
    days.passes("2026-12-03 08:00")
    moved = days.plan("2026-12-11 03:00", instead_of=works)
    days.passes("2026-12-03 08:10")
    for due in days.dues():
        days.answer(due, Result.EXPIRED)
    days.answers = True
    days.restart(from_snapshot=True)
    days.passes("2026-12-05 12:00")
    assert days.messages() == [
        ("03.12 08:00", "mail", "announced", works),
        ("03.12 08:10", "mail", "moved", f"{works} {moved}"),
        ("04.12 08:00", "mail", "announced", moved),
    ]


def test_works_moved_twice_in_one_night_are_moved_to_the_last_time() -> None:
    days = Days("2026-11-20 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-05 23:00")
    between = days.plan("2026-12-11 03:00", instead_of=works)
    last = days.plan("2026-12-12 03:00", instead_of=between)
    days.passes("2026-12-13 12:00")
    assert {message.works for message in days.messages() if message.what == "moved"} == {
        f"{works} {last}"
    }
    assert {message.what for message in days.messages()} == {"announced", "moved", "remind"}
    assert days.pipeline.response.promised == {}


def test_whoever_did_not_ask_for_notices_in_the_browser_is_owed_none_of_works() -> None:
    push = ChannelName("webpush")
    rule = PublicRule(
        id="webpush-works",
        channel=push,
        phase=Phase.PLANNED,
        told=Told.REMIND,
        to=To.SUBSCRIBED,
        least_subscribers=1,
        ahead=24 * HOUR,
    )
    days = Days("2026-12-08 12:00", rules(policy=(rule,), set_up=(push,)))
    works = days.plan(TWO_IN_THE_NIGHT)
    mine = SubscriberId(min(days.people(works)))
    days.bring(Follow(at=days.at, by="web", follower=ONE, channel=push, areas=(), line=mine))
    days.passes("2026-12-10 12:00")
    assert [due.recipients for due in days.dues()] == [(mine,)]


@pytest.mark.parametrize("moved", [False, True])
def test_a_question_about_works_that_will_not_be_is_one_no_more(moved: bool) -> None:
    policy = tuple(
        replace(rule, one_person_above=5)
        for rule in shipped_policy()
        if rule.id == "sms-works-remind"
    )
    days = Days("2026-12-08 12:00", rules(policy=policy))
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-09 13:00")
    assert [one.is_open for one in days.board.approvals.values()] == [True]
    if moved:
        days.plan("2026-12-20 02:00", instead_of=works)
    else:
        days.end(works)
    days.restart(from_snapshot=True)
    days.passes("2026-12-09 14:00")
    assert [one.is_open for one in days.board.approvals.values()] == [False]
    assert works not in days.pipeline.response.promised


def test_works_of_a_calendar_that_were_moved_by_hand_are_not_planned_once_more() -> None:
    days = Days("2026-11-20 12:00")
    window = Window(starts=town_time(TWO_IN_THE_NIGHT), lasts=2 * HOUR)
    entry = Maintain(
        at=days.at, by="ewa", elements=(ElementName("device:sw-rynek-1"),), window=window, uid="a@b"
    )
    (planned, *_) = days.bring(entry)
    assert isinstance(planned, MaintenancePlanned)
    moved = days.plan("2026-12-11 02:00", instead_of=planned.maintenance)
    (again,) = days.bring(replace(entry, at=days.at))
    assert isinstance(again, MaintenanceRefused)
    assert moved in again.wrong
    late = replace(window, starts=town_time("2026-12-11 02:00"))
    (known,) = days.bring(replace(entry, at=days.at, window=late))
    assert isinstance(known, MaintenanceRefused)
    assert known.wrong == "they are planned already"
