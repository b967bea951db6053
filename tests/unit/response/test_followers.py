"""Who follows an area hears that it is out there, once, and that it is over; nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from netwatch.model.arrivals import Arrival, Follow, Hold, Invite, Resume, Tick, Unfollow
from netwatch.model.facts import (
    Audience,
    Fact,
    IncidentClosed,
    IncidentMerged,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
    Phase,
    keys_of,
)
from netwatch.model.follower_facts import OPT_IN, FollowerJoined, FollowerLeft
from netwatch.model.names import AreaId, ChannelName, IncidentId, SubscriberId
from netwatch.model.network import Area, LocalName, Network
from netwatch.model.person_facts import SplitByHand
from netwatch.response import memory
from netwatch.response.policy import Caps
from netwatch.response.rules import Mode, ResponseRules
from netwatch.response.stage import begin, decide, evolve, refit
from tests.unit.response.hands import MINUTE, NIGHT, ONE, Hands, confirmed, diagnosis, opened

MAIL, SMS = ChannelName("mail"), ChannelName("sms")
TOWN = Network(
    areas={
        AreaId(name): Area(id=AreaId(name), name=LocalName(name), within=within)
        for name, within in (
            ("town", None), ("polna", AreaId("town")), ("lesna", AreaId("town")), ("far", None),
        )
    }
)  # fmt: skip


def _hands(mode: Mode = Mode.FULL, at: datetime = NIGHT) -> Hands:
    hands = Hands(ResponseRules(mode=mode, set_up=(MAIL, SMS)), at)
    refit(hands.response, TOWN, hands.response.rules)
    return hands


def _joins(hands: Hands, name: str, *areas: str, channel: ChannelName = MAIL) -> list[Fact]:
    follow = Follow(
        at=hands.at, by="page", follower=name, channel=channel, areas=tuple(map(AreaId, areas))
    )
    return hands.bring(follow)


def _letters(facts: list[Fact]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (due.channel, due.phase, due.recipients)
        for due in facts
        if isinstance(due, NoticeDue)
        and due.audience is Audience.SUBSCRIBERS
        and due.recipients[0].startswith("W+")
    ]


def test_an_evening_gives_each_follower_these_letters_and_no_others() -> None:
    hands = _hands()
    _joins(hands, "W+1", "polna")
    _joins(hands, "W+2", "town")
    _joins(hands, "W+3", "lesna", "far")
    _joins(hands, "W+4", "polna", channel=SMS)
    told = hands.happen(opened(hands)) + hands.move(MINUTE)
    assert _letters(told) == []
    told = hands.happen(confirmed(hands))
    assert _letters(told) == [
        ("mail", "confirmed", ("W+1", "W+2")), ("sms", "confirmed", ("W+4",)),
    ]  # fmt: skip
    assert _letters(hands.move(30 * MINUTE)) == []
    hands.bring(Unfollow(at=hands.at, by="page", follower="W+2"))
    told = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert _letters(told) == [("mail", "restored", ("W+1",)), ("sms", "restored", ("W+4",))]
    told = hands.happen(IncidentClosed(at=hands.at, incident=ONE)) + hands.move(5 * MINUTE)
    assert _letters(told) == []


def test_an_outage_of_the_whole_town_reaches_who_follows_a_part_of_it() -> None:
    hands = _hands()
    _joins(hands, "W+1", "polna")
    hands.happen(opened(hands, diagnosis(areas=("town",))))
    assert _letters(hands.happen(confirmed(hands))) == [("mail", "confirmed", ("W+1",))]


TWO = IncidentId("I-2")


def _second(hands: Hands, *areas: str) -> list[Fact]:
    people = tuple(SubscriberId(f"S-{n}") for n in range(10, 30))
    found = replace(diagnosis(areas=areas), subscribers=people)
    return [opened(hands, found, TWO), confirmed(hands, TWO)]


def test_who_heard_of_an_incident_that_is_merged_hears_the_end_of_the_other_once() -> None:
    hands = _hands()
    _joins(hands, "W+1", "polna")
    _joins(hands, "W+2", "lesna")
    hands.happen(opened(hands))
    hands.happen(confirmed(hands))
    assert _letters(hands.happen(*_second(hands, "lesna"))) == [("mail", "confirmed", ("W+2",))]
    told = hands.happen(IncidentMerged(at=hands.at, incident=TWO, into=ONE)) + hands.move(MINUTE)
    assert _letters(told) == []
    told = hands.happen(IncidentRestored(at=hands.at, incident=ONE)) + hands.move(5 * MINUTE)
    assert _letters(told) == [("mail", "restored", ("W+1", "W+2"))]


def test_who_heard_of_what_is_split_hears_nothing_twice_and_the_end_of_what_he_follows() -> None:
    hands = _hands()
    for number, area in enumerate(("polna", "lesna", "town"), 1):
        _joins(hands, f"W+{number}", area)
    hands.happen(opened(hands, diagnosis(areas=("polna", "lesna"))))
    assert _letters(hands.happen(confirmed(hands))) == [
        ("mail", "confirmed", ("W+1", "W+2", "W+3"))
    ]
    begun, proven = _second(hands, "lesna")
    split = SplitByHand(at=hands.at, incident=TWO, out_of=ONE, by="ewa")
    rest = IncidentRevised(at=hands.at, incident=ONE, diagnosis=diagnosis(areas=("polna",)))
    assert _letters(hands.happen(begun, split, proven, rest) + hands.move(2 * MINUTE)) == []
    told = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert _letters(told) == [("mail", "restored", ("W+1", "W+3"))]
    told = hands.happen(IncidentRestored(at=hands.at, incident=TWO))
    assert _letters(told) == [("mail", "restored", ("W+2", "W+3"))]


def test_who_joins_later_hears_of_no_end_of_what_he_never_heard() -> None:
    hands = _hands()
    hands.happen(opened(hands))
    hands.happen(confirmed(hands))
    _joins(hands, "W+1", "polna")
    assert _letters(hands.move(MINUTE)) == []
    assert _letters(hands.happen(IncidentRestored(at=hands.at, incident=ONE))) == []


def test_nobody_is_told_in_other_modes_and_while_words_are_held() -> None:
    for mode in (Mode.SHADOW, Mode.WEBSITE):
        hands = _hands(mode)
        _joins(hands, "W+1", "polna")
        hands.happen(opened(hands))
        assert _letters(hands.happen(confirmed(hands))) == []
    hands = _hands()
    _joins(hands, "W+1", "polna")
    hands.bring(Hold(at=hands.at, by="ewa"))
    hands.happen(opened(hands))
    assert _letters(hands.happen(confirmed(hands))) == []
    told = hands.bring(Resume(at=hands.at, by="ewa")) + hands.move(MINUTE)
    assert _letters(told) == [("mail", "confirmed", ("W+1",))]


def test_nobody_is_woken_by_an_sms_about_an_area() -> None:
    hands = _hands(at=NIGHT + timedelta(hours=7))
    _joins(hands, "W+1", "polna", channel=SMS)
    _joins(hands, "W+2", "polna")
    hands.happen(opened(hands))
    told = hands.happen(confirmed(hands))
    assert _letters(told) == [("mail", "confirmed", ("W+2",))]
    told = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert _letters(told) == [("mail", "restored", ("W+2",))]


def test_letters_about_areas_cost_no_more_than_the_caps_allow_and_are_counted() -> None:
    rules = ResponseRules(
        mode=Mode.FULL,
        set_up=(MAIL, SMS),
        prices={SMS: 0.1},
        segments={"": 1, "uk": 2},
        caps=Caps(incident=0.5),
    )
    for many, told in ((2, 2), (3, 0)):
        hands = Hands(rules, NIGHT - timedelta(hours=5))
        refit(hands.response, TOWN, rules)
        for number in range(many):
            _joins(hands, f"W+{number}", "polna", channel=SMS)
        hands.happen(opened(hands))
        letters = _letters(hands.happen(confirmed(hands)))
        assert sum(len(people) for _, _, people in letters) == told
        assert hands.response.spending.of(ONE) == 0.2 * told


def test_who_asks_is_asked_back_and_facts_know_no_address() -> None:
    hands = _hands()
    (asked,) = hands.bring(Invite(at=hands.at, by="page", follower="W+7", channel=MAIL))
    assert isinstance(asked, NoticeDue)
    assert (asked.subject, asked.recipients, asked.incident) == (OPT_IN, ("W+7",), None)
    assert _joins(hands, "W+7", "polna") == [
        FollowerJoined(at=hands.at, follower="W+7", channel=MAIL, areas=(AreaId("polna"),))
    ]
    left: Arrival = Unfollow(at=hands.at, by="page", follower="W+7")
    assert hands.bring(left) == [FollowerLeft(at=hands.at, follower="W+7")]
    assert hands.bring(left) == []
    assert _joins(hands, "S-1", "polna") == []
    shadow = _hands(Mode.SHADOW)
    assert shadow.bring(Invite(at=hands.at, by="page", follower="W+7", channel=MAIL)) == []


def test_a_restart_in_the_middle_of_an_outage_forgets_nobody() -> None:
    hands = _hands()
    _joins(hands, "W+1", "polna")
    hands.happen(opened(hands))
    hands.happen(confirmed(hands))
    restored = IncidentRestored(at=hands.at, incident=ONE)

    from_snapshot = begin(TOWN, hands.response.rules)
    memory.from_plain(from_snapshot, memory.to_plain(hands.response))
    from_journal = begin(TOWN, hands.response.rules)
    for fact in hands.story:
        evolve(from_journal, fact)
    wanted = _letters(hands.happen(restored))
    assert wanted == [("mail", Phase.RESTORED, ("W+1",))]
    for state in (from_snapshot, from_journal):
        evolve(state, restored)
        assert _letters(list(decide(state, Tick(at=hands.at), [restored]).facts)) == wanted


def test_who_was_told_hears_the_end_when_words_may_leave_again() -> None:
    full = ResponseRules(mode=Mode.FULL, set_up=(MAIL, SMS))
    for closed in (ResponseRules(mode=Mode.WEBSITE, set_up=(MAIL, SMS)), None):
        hands = _hands()
        _joins(hands, "W+1", "polna")
        _joins(hands, "W+2", "polna", channel=SMS)
        hands.happen(opened(hands))
        hands.happen(confirmed(hands))
        if closed is None:
            hands.bring(Hold(at=hands.at, by="ewa"))
        else:
            refit(hands.response, TOWN, closed)
        told = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
        told += hands.happen(IncidentClosed(at=hands.at, incident=ONE)) + hands.move(MINUTE)
        assert _letters(told) == []

        resumed = begin(TOWN, full)
        memory.from_plain(resumed, memory.to_plain(hands.response))
        hands.response = resumed
        hands.bring(Resume(at=hands.at, by="ewa"))
        assert _letters(hands.move(MINUTE)) == [
            ("mail", "restored", ("W+1",)), ("sms", "restored", ("W+2",)),
        ]  # fmt: skip
        assert hands.response.letters == {}
        assert hands.response.cases == {}


def test_nothing_is_kept_of_an_outage_for_whoever_left_before_its_end_was_told() -> None:
    hands = _hands()
    _joins(hands, "W+1", "polna")
    hands.happen(opened(hands))
    hands.happen(confirmed(hands))
    refit(hands.response, TOWN, ResponseRules(mode=Mode.WEBSITE, set_up=(MAIL, SMS)))
    hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    hands.happen(IncidentClosed(at=hands.at, incident=ONE))
    hands.move(MINUTE)
    hands.bring(Unfollow(at=hands.at, by="page", follower="W+1"))
    assert hands.response.letters == {}
    assert hands.response.cases == {}


@pytest.mark.parametrize("push", [ChannelName("webpush"), MAIL])
def test_a_line_for_which_somebody_asked_is_told_by_itself_and_no_other_is(
    push: ChannelName,
) -> None:
    hands = Hands(ResponseRules(mode=Mode.FULL, set_up=(push,)), NIGHT)
    line = SubscriberId("S-3")
    follow = Follow(at=hands.at, by="page", follower="W+1", channel=push, areas=(), line=line)
    assert isinstance(hands.bring(follow)[0], FollowerJoined)
    remembered = memory.to_plain(hands.response)
    hands.response.followers.clear()
    memory.from_plain(hands.response, remembered)
    hands.happen(opened(hands))
    told = hands.happen(confirmed(hands)) + hands.move(4 * MINUTE)
    people = [one.recipients for one in told if isinstance(one, NoticeDue) and one.channel == push]
    assert people == [(line,)]

    left = hands.bring(Unfollow(at=hands.at, by="page", follower=line))
    assert left == [FollowerLeft(at=hands.at, follower="W+1")]
    assert hands.response.lines_by(push) == frozenset()


def _invited(hands: Hands, number: int, channel: ChannelName = SMS) -> list[NoticeDue]:
    asked = hands.bring(Invite(at=hands.at, by="page", follower=f"W+{number}", channel=channel))
    return [one for one in asked if isinstance(one, NoticeDue)]


def test_questions_by_sms_count_to_what_a_day_may_cost() -> None:
    rules = ResponseRules(
        mode=Mode.FULL, set_up=(MAIL, SMS), prices={SMS: 0.5}, caps=Caps(day=1.2), segments={"": 1}
    )
    hands = Hands(rules)
    assert [one.cost for one in (*_invited(hands, 1), *_invited(hands, 2))] == [0.5, 0.5]
    assert _invited(hands, 3) == []
    assert len(_invited(hands, 3, MAIL)) == 1
    hands.move(timedelta(days=1))
    assert len(_invited(hands, 3)) == 1


def test_a_question_that_did_not_leave_costs_nothing() -> None:
    rules = ResponseRules(mode=Mode.FULL, set_up=(SMS,), prices={SMS: 0.5}, segments={"": 1})
    hands = Hands(rules)
    (asked,) = _invited(hands, 1)
    spending = hands.response.spending
    assert spending.today == 0.5
    (key,) = keys_of(asked)
    spending.give_back(key)
    assert spending.today == 0.0
