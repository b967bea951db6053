"""Words that wait for people: asked once, answered by name, settled without them in time."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from netwatch.model.arrivals import Approve, Expect, Hold, Refuse, Resume
from netwatch.model.facts import (
    ApprovalAsked,
    ApprovalGiven,
    ApprovalLapsed,
    ApprovalRefused,
    Audience,
    Cause,
    Fact,
    IncidentClosed,
    IncidentRestored,
    NoticeDue,
    Phase,
    Purpose,
)
from netwatch.model.names import ApprovalId, ChannelName
from netwatch.model.network import Network
from netwatch.response.policy import WEBSITE, Approvals, Lapse, PublicRule
from netwatch.response.rules import Mode, ResponseRules, shipped_policy
from netwatch.response.stage import begin, refit, restore, snapshot
from tests.unit.response.hands import (
    MINUTE,
    ONE,
    SECOND,
    Hands,
    confirmed,
    diagnosis,
    opened,
    revised,
)

FULL = ResponseRules(
    mode=Mode.FULL,
    set_up=None,
    timezone="Europe/Warsaw",
    approvals=Approvals(then={WEBSITE: Lapse.GOES, ChannelName("board"): Lapse.GOES}),
)
LATE = datetime(2026, 11, 14, 22, 30, tzinfo=UTC)
"""23:30 in the town."""
FIRST = ApprovalId("A-1")
FACEBOOK = "facebook"


def posts(facts: list[Fact], channel: str = FACEBOOK) -> list[str]:
    """Return the phases that fell due for everybody on a channel."""
    return [
        due.phase
        for due in facts
        if isinstance(due, NoticeDue) and (due.audience, due.channel) == (Audience.PUBLIC, channel)
    ]


def asked(facts: list[Fact]) -> list[ApprovalAsked]:
    """Return the questions among facts."""
    return [fact for fact in facts if isinstance(fact, ApprovalAsked)]


def small_outage(hands: Hands, people: int = 60) -> list[Fact]:
    """Let so few be without service that a post needs a tap, and pass the three minutes."""
    what = diagnosis(people=people)
    return hands.happen(opened(hands, what), confirmed(hands)) + hands.move(3 * MINUTE)


def test_a_small_outage_is_posted_when_a_person_taps_once() -> None:
    hands = Hands(FULL)
    before = small_outage(hands)
    (question,) = asked(before)
    assert posts(before) == []
    assert (question.approval, question.people, question.recipients) == (FIRST, 1, 60)
    assert (question.expires - question.at, question.goes) == (15 * MINUTE, False)
    given = hands.bring(Approve(at=hands.at, approval=FIRST, by="ewa"))
    assert [type(fact) for fact in given] == [ApprovalGiven]
    assert posts(hands.move(SECOND)) == ["confirmed"]
    assert asked(hands.move(30 * MINUTE)) == []


def test_the_staff_is_told_the_number_once_and_not_again_for_each_revision() -> None:
    hands = Hands(FULL)
    facts = small_outage(hands)
    for people in (61, 80, 120):
        facts += hands.happen(revised(hands, diagnosis(people=people))) + hands.move(2 * MINUTE)
    told = [due for due in facts if isinstance(due, NoticeDue) and due.purpose is Purpose.APPROVAL]
    assert [(due.audience, due.subject, due.recipients) for due in told] == [
        (Audience.STAFF, "A-1", ("on-call",))
    ]
    assert len(asked(facts)) == 1


def test_what_nobody_approves_is_dropped_on_facebook_and_shown_on_the_page() -> None:
    rules = replace(FULL, policy=(*shipped_policy(), *_asking_page()))
    hands = Hands(rules)
    facts = small_outage(hands, people=60)
    assert {(one.channel, one.goes) for one in asked(facts)} == {
        (ChannelName(FACEBOOK), False),
        (ChannelName("board"), True),
    }
    later = hands.move(16 * MINUTE)
    lapsed = [fact for fact in later if isinstance(fact, ApprovalLapsed)]
    assert sorted(fact.goes for fact in lapsed) == [False, True]
    assert posts(later, "board") == ["confirmed"]
    assert posts(later) == []


def _asking_page() -> tuple[PublicRule, ...]:
    return (PublicRule(channel=ChannelName("board"), phase=Phase.CONFIRMED, one_person_above=50),)


def test_at_night_a_person_is_asked_and_by_day_it_goes_by_itself() -> None:
    hands = Hands(FULL, at=LATE)
    facts = small_outage(hands, people=300)
    assert (posts(facts), len(asked(facts))) == ([], 1)
    until_seven = datetime(2026, 11, 15, 6, 0, tzinfo=UTC) - hands.at
    night = hands.move(until_seven - SECOND)
    assert posts(night) == []
    assert asked(night) == []
    assert posts(hands.move(SECOND)) == ["confirmed"]


def test_what_has_grown_large_goes_by_itself_and_nobody_has_to_answer_any_more() -> None:
    hands = Hands(FULL)
    small_outage(hands)
    grown = hands.happen(revised(hands, diagnosis(people=250))) + hands.move(2 * SECOND)
    assert posts(grown) == ["confirmed"]
    (lapsed,) = [fact for fact in grown if isinstance(fact, ApprovalLapsed)]
    assert (lapsed.overtaken, lapsed.goes) == (True, False)


def test_a_no_holds_whatever_becomes_of_the_outage() -> None:
    hands = Hands(FULL)
    small_outage(hands)
    said = hands.bring(Refuse(at=hands.at, approval=FIRST, by="ewa"))
    assert [type(fact) for fact in said] == [ApprovalRefused]
    later = hands.happen(revised(hands, diagnosis(people=5000))) + hands.move(30 * MINUTE)
    assert posts(later) == []
    assert [one.channel for one in asked(later)] == ["sms"]


def test_the_end_of_the_outage_overtakes_the_question() -> None:
    hands = Hands(FULL)
    small_outage(hands)
    facts = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    (lapsed,) = [fact for fact in facts if isinstance(fact, ApprovalLapsed)]
    assert lapsed.overtaken
    assert hands.bring(Approve(at=hands.at, approval=FIRST, by="ewa")) == []
    hands.happen(IncidentClosed(at=hands.at, incident=ONE))
    assert posts(hands.move(5 * MINUTE)) == []
    assert hands.response.cases == {}


def test_an_answer_that_comes_late_changes_nothing() -> None:
    hands = Hands(FULL)
    small_outage(hands)
    hands.move(15 * MINUTE)
    assert hands.bring(Approve(at=hands.at, approval=FIRST, by="ewa")) == []
    assert hands.bring(Refuse(at=hands.at, approval=FIRST, by="ewa")) == []
    assert hands.bring(Approve(at=hands.at, approval=ApprovalId("A-9"), by="ewa")) == []


def test_two_people_are_two_different_ones() -> None:
    rule = PublicRule(
        channel=ChannelName("chat"), phase=Phase.CONFIRMED, one_person_above=0, two_people_above=50
    )
    hands = Hands(replace(FULL, policy=(rule,)))
    facts = hands.happen(opened(hands, diagnosis(people=51)), confirmed(hands))
    (question,) = asked(facts)
    assert question.people == 2
    assert len(hands.bring(Approve(at=hands.at, approval=FIRST, by="ewa"))) == 1
    assert posts(hands.move(MINUTE), "chat") == []
    assert hands.bring(Approve(at=hands.at, approval=FIRST, by="ewa")) == []
    assert posts(hands.move(MINUTE), "chat") == []
    hands.bring(Approve(at=hands.at, approval=FIRST, by="marek"))
    assert posts(hands.move(SECOND), "chat") == ["confirmed"]


def test_two_links_to_one_chat_are_not_two_people() -> None:
    rule = PublicRule(
        channel=ChannelName("chat"), phase=Phase.CONFIRMED, one_person_above=0, two_people_above=50
    )
    hands = Hands(replace(FULL, policy=(rule,)))
    hands.happen(opened(hands, diagnosis(people=51)), confirmed(hands))
    for person, counts in (("on-call (by link)", 1), ("ewa (by link)", 0), ("ewa", 1)):
        assert posts(hands.move(MINUTE), "chat") == []
        assert len(hands.bring(Approve(at=hands.at, approval=FIRST, by=person))) == counts
    assert posts(hands.move(SECOND), "chat") == ["confirmed"]


@pytest.mark.parametrize("names", [("ewa (by link)", "ewa"), ("ewa", "ewa (by link)")])
def test_who_pressed_their_link_and_logs_in_is_not_two_people(names: tuple[str, str]) -> None:
    rule = PublicRule(
        channel=ChannelName("chat"), phase=Phase.CONFIRMED, one_person_above=0, two_people_above=50
    )
    hands = Hands(replace(FULL, policy=(rule,)))
    hands.happen(opened(hands, diagnosis(people=51)), confirmed(hands))
    for person, counts in (*zip(names, (1, 0), strict=True), ("marek", 1)):
        assert posts(hands.move(MINUTE), "chat") == []
        assert len(hands.bring(Approve(at=hands.at, approval=FIRST, by=person))) == counts
    assert posts(hands.move(SECOND), "chat") == ["confirmed"]


def test_what_one_person_approved_is_asked_anew_when_it_takes_two() -> None:
    rule = PublicRule(
        channel=ChannelName("chat"), phase=Phase.CONFIRMED, one_person_above=0, two_people_above=50
    )
    hands = Hands(replace(FULL, policy=(rule,)))
    facts = hands.happen(opened(hands, diagnosis(people=20)), confirmed(hands))
    assert [one.people for one in asked(facts)] == [1]
    grown = hands.happen(revised(hands, diagnosis(people=60)))
    assert [one.people for one in asked(grown)] == [2]


def test_in_shadow_on_hold_and_where_nothing_is_set_up_nobody_is_asked() -> None:
    for rules in (replace(FULL, mode=Mode.SHADOW), replace(FULL, set_up=())):
        assert asked(small_outage(Hands(rules))) == []
    hands = Hands(FULL)
    hands.bring(Hold(at=hands.at, by="ewa"))
    assert asked(small_outage(hands)) == []
    hands.bring(Resume(at=hands.at, by="ewa"))
    assert len(asked(hands.move(SECOND))) == 1


@pytest.mark.parametrize("answer", [True, False])
def test_questions_survive_a_restart_and_other_rules(*, answer: bool) -> None:
    hands = Hands(FULL)
    small_outage(hands)
    again = begin(Network(), FULL)
    restore(again, json.loads(json.dumps(snapshot(hands.response))))
    assert again == hands.response
    hands.response = again
    refit(hands.response, Network(), replace(FULL, staff=("ewa",)))
    assert asked(hands.move(MINUTE)) == []
    if answer:
        hands.bring(Approve(at=hands.at, approval=FIRST, by="ewa"))
    assert posts(hands.move(20 * MINUTE)) == (["confirmed"] if answer else [])


def test_without_mains_at_homes_nobody_is_asked_and_nothing_posted() -> None:
    hands = Hands(FULL)
    what = diagnosis(cause=Cause.POWER_HOMES, people=900)
    facts = hands.happen(opened(hands, what), confirmed(hands)) + hands.move(30 * MINUTE)
    assert (posts(facts), asked(facts)) == ([], [])
    assert posts(facts, "website") == ["confirmed"]


def test_an_expected_end_that_passed_is_news_on_the_post_too_and_never_chatter() -> None:
    hands = Hands(FULL)
    hands.happen(opened(hands, diagnosis(people=300)), confirmed(hands))
    assert posts(hands.move(3 * MINUTE)) == ["confirmed"]
    until = hands.at + timedelta(hours=1)
    hands.bring(Expect(at=hands.at, incident=ONE, by="ewa", until=until))
    assert posts(hands.move(2 * MINUTE)) == ["update"]
    assert posts(hands.move(59 * MINUTE)) == ["update"]
    assert posts(hands.move(5 * timedelta(hours=1))) == []
