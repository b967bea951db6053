"""People whose service planned works take are told beforehand: these messages, and no others."""

from collections import defaultdict
from dataclasses import replace

import pytest

from netwatch.delivery.scribe import Scribe
from netwatch.model.arrivals import Approve, Follow, Hold, Maintain, Result, Resume
from netwatch.model.facts import ApprovalAsked, Audience, NoticeDue, Phase, keys_of
from netwatch.model.follower_facts import FOLLOWER
from netwatch.model.names import ApprovalId, AreaId, DeviceId, ElementName, SubscriberId
from netwatch.model.windows import Window
from netwatch.model.works_words import Told
from netwatch.response.policy import Caps, PublicRule, To
from netwatch.response.rules import Mode, shipped_policy
from tests.scenarios.days import HOUR, MAIL, SMS, Days, rules, told, town_time
from tests.scenarios.night import MINUTE, SECOND, Night, dolina
from tests.unit.delivery.wording_examples import renderer

TWO_IN_THE_NIGHT = "2026-12-10 02:00"
ONE, TWO = f"{FOLLOWER}1", f"{FOLLOWER}2"


def test_works_are_announced_by_mail_a_week_ahead_and_reminded_of_by_sms_the_day_before() -> None:
    days = Days("2026-11-20 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-12 12:00")

    assert days.messages() == [
        ("03.12 08:00", "mail", "announced", works),
        ("09.12 09:00", "sms", "remind", works),
    ]
    for due in days.dues():
        assert set(due.recipients) <= days.people(works)
    announced = [name for due in days.dues() if due.channel == MAIL for name in due.recipients]
    assert sorted(announced) == sorted(days.people(works))
    assert days.pipeline.response.promised == {}


def test_those_on_whom_much_hangs_are_told_first() -> None:
    days = Days("2026-11-20 12:00")
    days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-09 12:00")
    names = [name for due in days.dues() if due.channel == SMS for name in due.recipients]
    critical = [dolina().subscribers[SubscriberId(name)].critical for name in names]
    assert any(critical)
    assert critical == sorted(critical, reverse=True)


def test_called_off_works_are_called_off_for_those_who_were_told_by_the_same_channels() -> None:
    days = Days("2026-11-20 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-05 23:00")
    days.end(works)
    days.passes("2026-12-12 12:00")
    critical = {n for n in days.people(works) if dolina().subscribers[SubscriberId(n)].critical}
    assert critical
    for name in days.people(works):
        called_off = "05.12 23:10" if name in critical else "06.12 07:00"
        assert days.messages(name) == [
            ("03.12 08:00", "mail", "announced", works),
            (called_off, "mail", "cancelled", works),
        ]
    assert days.pipeline.response.promised == {}


def test_works_called_off_before_anybody_heard_of_them_are_nobodys_news() -> None:
    days = Days("2026-11-20 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-11-25 12:00")
    days.end(works)
    days.passes("2026-12-12 12:00")
    assert days.messages() == []


def test_moved_works_are_one_message_and_no_second_announcement() -> None:
    days = Days("2026-11-20 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-05 12:00")
    moved = days.plan("2026-12-11 03:00", instead_of=works)
    days.passes("2026-12-13 12:00")
    assert days.messages() == [
        ("03.12 08:00", "mail", "announced", works),
        ("05.12 12:10", "mail", "moved", f"{works} {moved}"),
        ("10.12 09:00", "sms", "remind", moved),
    ]
    assert days.pipeline.response.promised == {}


def test_works_entered_late_are_told_at_once_within_the_hours() -> None:
    days = Days("2026-12-08 22:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-12 12:00")
    assert days.messages() == [
        ("09.12 08:00", "mail", "announced", works),
        ("09.12 09:00", "sms", "remind", works),
    ]


def test_works_entered_in_the_night_before_wake_nobody() -> None:
    days = Days("2026-12-09 21:00")
    days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-12 12:00")
    assert days.messages() == []


def test_two_works_of_one_day_are_told_of_in_one_text() -> None:
    days = Days("2026-11-20 12:00")
    one = days.plan(TWO_IN_THE_NIGHT)
    two = days.plan("2026-12-10 05:00", "device:agg-1", lasts=HOUR)
    both, more = days.people(one), days.people(two) - days.people(one)
    assert both
    assert more
    days.passes("2026-12-12 12:00")
    for name in both & days.people(two):
        assert days.messages(name) == [
            ("03.12 08:00", "mail", "announced", f"{one} {two}"),
            ("09.12 09:00", "sms", "remind", f"{one} {two}"),
        ]
    for name in more:
        assert {message.works for message in days.messages(name)} == {two}


def test_of_two_works_told_of_in_one_text_one_is_called_off() -> None:
    days = Days("2026-11-20 12:00")
    one = days.plan(TWO_IN_THE_NIGHT)
    two = days.plan("2026-12-10 05:00", lasts=HOUR)
    days.passes("2026-12-05 12:00")
    days.end(two)
    days.passes("2026-12-12 12:00")
    assert days.messages() == [
        ("03.12 08:00", "mail", "announced", f"{one} {two}"),
        ("05.12 12:10", "mail", "cancelled", two),
        ("09.12 09:00", "sms", "remind", one),
    ]


def begin_and_end() -> tuple[PublicRule, ...]:
    """Return the policy that ships, with mails when works begin and are over."""
    rows = (
        PublicRule(id=f"mail-{one}", channel=MAIL, phase=Phase.PLANNED, told=one, to=To.TOLD)
        for one in (Told.START, Told.END)
    )
    return (*shipped_policy(), *(replace(row, least_subscribers=1) for row in rows))


def test_an_operator_may_have_begin_and_end_told() -> None:
    days = Days("2026-12-01 12:00", rules(policy=begin_and_end()))
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-12 12:00")
    assert [one for one in days.messages() if one.channel == MAIL] == [
        ("03.12 08:00", "mail", "announced", works),
        ("10.12 02:00", "mail", "start", works),
        ("10.12 04:10", "mail", "end", works),
    ]
    assert days.pipeline.response.promised == {}


def test_works_that_come_again_are_told_of_each_time() -> None:
    days = Days("2026-11-20 12:00", rules(policy=begin_and_end()))
    days.plan(TWO_IN_THE_NIGHT, again="FREQ=WEEKLY;COUNT=2")
    days.passes("2026-12-19 12:00")
    said = [(one.at, one.channel, one.what) for one in days.messages()]
    assert said == [
        ("03.12 08:00", "mail", "announced"),
        ("09.12 09:00", "sms", "remind"),
        ("10.12 02:00", "mail", "start"),
        ("10.12 04:10", "mail", "end"),
        ("10.12 08:00", "mail", "announced"),
        ("16.12 09:00", "sms", "remind"),
        ("17.12 02:00", "mail", "start"),
        ("17.12 04:10", "mail", "end"),
    ]


@pytest.mark.parametrize(
    ("starts", "reminded"),
    [
        ("2026-10-25 12:00", "24.10 13:00"),
        ("2027-03-28 12:00", "27.03 11:00"),
        ("2027-03-28 02:30", "27.03 09:00"),
    ],
    ids=["clocks go back", "clocks go forward", "in the hour that is not"],
)
def test_a_day_before_is_a_day_before_when_the_clocks_change(starts: str, reminded: str) -> None:
    days = Days(f"{starts[:8]}05 12:00")
    days.plan(starts)
    days.passes(f"{starts[:10]} 20:00")
    assert [one.at for one in days.messages() if one.channel == SMS] == [reminded]


@pytest.mark.parametrize("from_snapshot", [True, False])
@pytest.mark.parametrize(
    "at", ["2026-12-02 00:00", "2026-12-03 08:00", "2026-12-05 12:00", "2026-12-09 09:00"]
)
def test_a_restart_in_the_middle_loses_and_repeats_nothing(at: str, from_snapshot: bool) -> None:
    days = Days("2026-12-01 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes(at)
    days.restart(from_snapshot=from_snapshot)
    days.passes("2026-12-09 12:00")
    days.end(works)
    days.passes("2026-12-12 12:00")
    assert days.messages() == [
        ("03.12 08:00", "mail", "announced", works),
        ("09.12 09:00", "sms", "remind", works),
        ("09.12 12:10", "mail", "cancelled", works),
        ("09.12 12:10", "sms", "cancelled", works),
    ]


def test_who_does_not_want_messages_gets_none_and_who_could_not_be_reached_no_end() -> None:
    asleep, lost = "S-0001", ""
    probe = Days("2026-12-01 12:00")
    people = sorted(probe.people(probe.plan(TWO_IN_THE_NIGHT)))
    asleep, lost = people[0], people[1]
    days = Days("2026-12-01 12:00", rules(unwilling={SMS: (asleep,)}))
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-08 12:00")
    days.answers = False
    days.passes("2026-12-09 09:00")
    for due in days.dues():
        if due.channel == SMS:
            days.answer(due, Result.REFUSED, only=(lost,))
            days.answer(due, Result.ACCEPTED)
    days.end(works)
    days.passes("2026-12-12 12:00")
    assert {one.channel for one in days.messages(asleep)} == {"mail"}
    assert [one.what for one in days.messages(lost)] == ["announced", "remind", "cancelled"]
    assert days.messages(people[2])[-1] == ("09.12 09:10", "sms", "cancelled", works)


def test_many_recipients_need_a_person_who_has_until_the_works_begin() -> None:
    policy = tuple(
        replace(rule, one_person_above=5) if rule.id == "sms-works-remind" else rule
        for rule in shipped_policy()
    )
    days = Days("2026-12-08 12:00", rules(policy=policy))
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-09 13:00")
    (asked,) = (fact for fact in days.facts if isinstance(fact, ApprovalAsked))
    assert (asked.maintenance, asked.told, asked.people) == (works, "remind", 1)
    assert asked.recipients == len(days.people(works))
    assert [one.channel for one in days.messages()] == ["mail"]
    days.restart(from_snapshot=True)
    days.bring(Approve(at=days.at, approval=ApprovalId("A-1"), by="ewa"))
    days.passes("2026-12-09 14:00")
    assert days.messages()[-1] == ("09.12 13:10", "sms", "remind", works)
    assert len(days.asked()) == 1


def test_what_costs_more_than_the_cap_needs_a_person() -> None:
    days = Days("2026-12-08 12:00", rules(prices={SMS: 0.1}, caps=Caps(incident=0.3)))
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-09 13:00")
    (asked,) = (fact for fact in days.facts if isinstance(fact, ApprovalAsked))
    assert asked.price == pytest.approx(0.1 * len(days.people(works)))


def test_in_shadow_words_are_decided_and_kept_back_once() -> None:
    days = Days("2026-12-01 12:00", rules(mode=Mode.SHADOW))
    works = days.plan(TWO_IN_THE_NIGHT)
    days.passes("2026-12-09 12:00")
    days.end(works)
    days.passes("2026-12-12 12:00")
    assert days.messages() == [
        ("03.12 08:00", "mail", "announced (shadow)", works),
        ("09.12 09:00", "sms", "remind (shadow)", works),
        ("09.12 12:10", "mail", "cancelled (shadow)", works),
        ("09.12 12:10", "sms", "cancelled (shadow)", works),
    ]
    names = [(due.channel, due.detail, name) for due in days.dues() for name in due.recipients]
    assert len(names) == len(set(names))


def test_who_follows_an_area_by_mail_is_told_as_those_who_live_there() -> None:
    days = Days("2026-12-01 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    (area,) = days.pipeline.response.promised[works].areas
    for name, channel in ((ONE, MAIL), (TWO, SMS)):
        areas = (AreaId(area),)
        days.bring(Follow(at=days.at, by="web", follower=name, channel=channel, areas=areas))
    days.passes("2026-12-05 12:00")
    days.end(works)
    days.passes("2026-12-06 12:00")
    assert days.messages(ONE) == [
        ("03.12 08:00", "mail", "announced", works),
        ("05.12 12:10", "mail", "cancelled", works),
    ]
    assert days.messages(TWO) == []


def test_words_that_came_too_late_to_be_sent_are_said_again_while_they_are_of_use() -> None:
    days = Days("2026-12-01 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.answers = False
    days.passes("2026-12-03 08:00")
    for due in days.dues():
        days.answer(due, Result.EXPIRED)
    days.answers = True
    days.passes("2026-12-04 08:00")
    assert days.messages() == [
        ("03.12 08:00", "mail", "announced", works),
        ("03.12 08:10", "mail", "announced", works),
    ]
    numbers = {due.revision for due in days.dues()}
    assert len(numbers) >= 2
    assert {told(due).told for due in days.dues()} == {Told.ANNOUNCED}


def test_a_hold_keeps_words_back_and_they_go_when_it_ends() -> None:
    days = Days("2026-12-01 12:00")
    works = days.plan(TWO_IN_THE_NIGHT)
    days.bring(Hold(at=days.at, by="ewa", lasts=None))
    days.passes("2026-12-04 12:00", HOUR)
    days.bring(Resume(at=days.at, by="ewa"))
    days.passes("2026-12-05 12:00")
    assert days.messages() == [
        ("03.12 08:00", "mail", "announced (held)", works),
        ("04.12 12:10", "mail", "announced", works),
    ]


def test_the_question_and_all_words_can_be_worded_in_every_language() -> None:
    policy = tuple(
        replace(rule, one_person_above=5) if rule.id == "sms-works-remind" else rule
        for rule in begin_and_end()
    )
    days = Days("2026-12-01 12:00", rules(policy=policy))
    one = days.plan(TWO_IN_THE_NIGHT)
    days.plan("2026-12-10 05:00", lasts=HOUR)
    days.passes("2026-12-05 12:00")
    days.plan("2026-12-11 05:00", instead_of=one)
    days.passes("2026-12-09 12:00")
    scribe = Scribe(renderer(days.network))
    (request, *_) = days.board.approvals.values()
    assert "prace" in scribe.waiting(request, days.board, days.at).body
    (question, *_) = days.asked()
    assert f"{request.fact.maintenance}," in scribe.text(question, days.board, "pl", days.at).body
    days.bring(Approve(at=days.at, approval=request.fact.approval, by="ewa"))
    days.passes("2026-12-13 12:00")
    heard = {told(due).told for due in days.dues()}
    assert heard >= {Told.ANNOUNCED, Told.REMIND, Told.MOVED, Told.START, Told.END}
    for due in days.dues():
        for language in ("pl", "cs", "sk", "uk", "en", "de", "ru"):
            assert scribe.text(due, days.board, language, due.at).body


def test_works_that_overrun_go_on_in_the_words_of_an_outage_and_have_no_end_of_their_own() -> None:
    night = Night()
    night.passes(30 * SECOND)
    window = Window(starts=night.at + MINUTE, lasts=10 * MINUTE)
    device = (ElementName("device:sw-rynek-1"),)
    night.comes(Maintain(at=night.at, by="ewa", elements=device, window=window))
    night.passes(2 * MINUTE)
    night.world.dead.add(DeviceId("sw-rynek-1"))
    night.passes(25 * MINUTE)
    dark = night.world.without_service()
    night.world.dead.clear()
    night.passes(15 * MINUTE)
    end = PublicRule(
        id="end", channel=SMS, phase=Phase.PLANNED, told=Told.END, to=To.TOLD, least_subscribers=1
    )
    said = night.told(rules(set_up=(SMS,), policy=(*shipped_policy(), end)))
    heard: dict[str, list[str]] = defaultdict(list)
    for due in said.dues(Audience.SUBSCRIBERS):
        assert due.withheld is None
        for name in due.recipients:
            heard[name].append(due.phase)
    assert heard.keys() == dark
    for name, phases in heard.items():
        much_hangs_on_it = dolina().subscribers[SubscriberId(name)].critical
        first = ["planned"] + ["suspected"] * much_hangs_on_it
        assert phases == [*first, "confirmed", "restored"]


def test_what_a_service_that_is_killed_decides_again_is_the_same_notice() -> None:
    """Whatever of its facts the journal holds: the rest is decided again, with the same keys."""
    days = Days("2026-12-01 12:00")
    days.plan(TWO_IN_THE_NIGHT)
    days.answers = False
    days.passes("2026-12-03 07:50")
    before = list(days.facts)
    days.passes("2026-12-03 08:00")
    decided = days.facts[len(before) :]
    assert any(isinstance(fact, NoticeDue) for fact in decided)
    keys = [key for due in days.dues() for key in keys_of(due)]
    for kept in range(len(decided) + 1):
        days.at = town_time("2026-12-03 07:50")
        days.facts = [*before, *decided[:kept]]
        days.restart(from_snapshot=False)
        days.passes("2026-12-03 08:20")
        again = [key for due in days.dues() for key in keys_of(due)]
        assert len(again) == len(set(again))
        assert {key.split("/")[3] for key in again} == {key.split("/")[3] for key in keys}
