"""The policy that ships, over the town: these words at these times on these channels, no others."""

from dataclasses import replace
from datetime import datetime, timedelta

from netwatch.model.arrivals import Approve, Expect
from netwatch.model.facts import (
    ApprovalAsked,
    ApprovalLapsed,
    Audience,
    Cause,
    NoticeDue,
    Phase,
    Purpose,
    SituationBegan,
    SituationEnded,
)
from netwatch.model.names import ApprovalId, ChannelName, DeviceId, IncidentId, LinkId
from netwatch.response.rules import Mode, PublicRule, ResponseRules
from netwatch.rules.reader import read_rules
from tests.scenarios.night import MINUTE, Night, Told

POSTS = ("website", "facebook")


def shipped(*, timezone: str = "Europe/Warsaw", large: int = 200) -> ResponseRules:
    """Return the rules that ship, all channels set up; ``large``: so many make a post by itself."""
    book = read_rules(None).rulebook
    assert book is not None
    rules = book.stages.response
    policy = tuple(
        replace(rule, least_subscribers=large) if rule.least_subscribers == 200 else rule
        for rule in rules.policy
    )
    return replace(rules, mode=Mode.FULL, timezone=timezone, set_up=POSTS, policy=policy)


def heard(told: Told, since: datetime) -> list[tuple[str, str, int]]:
    """Return what everybody heard: channel, phase, and how many whole minutes after the fault."""
    return [
        (due.channel, due.phase, int((due.at - since) / MINUTE))
        for due in told.dues(Audience.PUBLIC)
    ]


def cut(night: Night, *links: str) -> datetime:
    """Let the town be well for a while, then cut these links."""
    night.passes(MINUTE)
    night.world.cut |= {LinkId(link) for link in links}
    return night.at


def test_thirty_homes_are_told_on_the_page_and_posted_when_a_person_taps() -> None:
    night = Night()
    since = cut(night, "f-dabrowa")
    night.passes(6 * MINUTE)
    night.comes(Approve(at=night.at, approval=ApprovalId("A-1"), by="ewa"))
    night.passes(6 * MINUTE)
    night.world.cut.clear()
    night.passes(3 * MINUTE)
    told = night.told(shipped())

    (question,) = told.facts(ApprovalAsked)
    assert (question.at - since) // MINUTE == 3
    assert (question.channel, question.recipients, question.people) == ("facebook", 30, 1)
    assert heard(told, since) == [
        ("website", "suspected", 0),
        ("website", "confirmed", 0),
        ("facebook", "confirmed", 6),
        ("website", "restored", 12),
        ("facebook", "restored", 12),
    ]
    assert told.staff().count("approval") == 1


def test_nobody_taps_so_nothing_is_posted_and_nothing_has_to_be_taken_back() -> None:
    night = Night()
    since = cut(night, "f-dabrowa")
    night.passes(20 * MINUTE)
    night.world.cut.clear()
    night.passes(3 * MINUTE)
    told = night.told(shipped())

    (lapsed,) = told.facts(ApprovalLapsed)
    assert ((lapsed.at - since) // MINUTE, lapsed.goes, lapsed.overtaken) == (18, False, False)
    assert {channel for channel, _, _ in heard(told, since)} == {"website"}


def test_an_outage_of_many_is_posted_by_itself_after_three_minutes() -> None:
    night = Night()
    since = cut(night, "l-olt-polna")
    night.passes(5 * MINUTE)
    until = night.at + timedelta(hours=1)
    night.comes(Expect(at=night.at, incident=IncidentId("I-1"), by="ewa", until=until))
    night.passes(3 * MINUTE)
    told = night.told(shipped(large=100))

    assert told.facts(ApprovalAsked) == []
    assert heard(told, since) == [
        ("website", "suspected", 0),
        ("website", "confirmed", 0),
        ("facebook", "confirmed", 3),
        ("website", "update", 5),
        ("facebook", "update", 5),
    ]


def test_an_hour_before_midnight_the_same_outage_waits_for_a_tap() -> None:
    night = Night()
    since = cut(night, "l-olt-polna")
    night.passes(5 * MINUTE)
    told = night.told(shipped(large=100, timezone="Asia/Dubai"))  # it is past 22 h there

    assert told.facts(ApprovalAsked) == []
    late = night.told(shipped(large=100, timezone="Asia/Karachi"))  # and past 23 h there
    assert [fact.channel for fact in late.facts(ApprovalAsked)] == ["facebook"]
    assert {channel for channel, _, _ in heard(late, since)} == {"website"}


def test_without_mains_at_the_homes_the_page_has_words_of_its_own_and_nobody_is_asked() -> None:
    night = Night()
    night.passes(MINUTE)
    people = night.world.network.subscribers.values()
    night.world.dark |= {
        DeviceId(one.device) for one in people if one.area == "dabrowa" and one.device
    }
    night.passes(20 * MINUTE)
    told = night.told(shipped(large=5))

    assert {incident.cause for incident in told.incidents} <= {Cause.POWER_HOMES}
    assert told.facts(ApprovalAsked) == []
    assert {due.channel for due in told.dues(Audience.PUBLIC)} <= {"website"}


def test_four_cuts_within_an_hour_make_one_post_and_one_end() -> None:
    night = Night()
    links = ["f-dabrowa", "agg-1--sw-rynek-1", "l-olt-gorki", "l-olt-nadrzecze"]
    since = night.at
    for link in links:
        cut(night, link)
        night.passes(4 * MINUTE)
    night.passes(2 * MINUTE)
    night.world.cut.clear()
    night.passes(12 * MINUTE)
    told = night.told(shipped(large=30))

    (began,) = told.facts(SituationBegan)
    assert len(began.incidents) == 4
    assert len(told.facts(SituationEnded)) == 1
    dues = [due for due in told.dues(Audience.PUBLIC) if due.channel == "facebook"]
    by_itself = {due.incident for due in dues if due.incident}
    one = [due.phase for due in dues if due.subject]
    assert (one[0], one[-1], one.count(Phase.RESTORED)) == ("confirmed", "restored", 1)
    for incident in by_itself:  # posted before the fourth: each ends with its own edit
        own = [due for due in dues if due.incident == incident]
        assert (own[0].phase, own[-1].phase) == ("confirmed", "restored")
        assert own[0].at < began.at
    assert (began.at - since) // MINUTE <= 17


def test_a_channel_that_is_not_set_up_is_owed_nothing() -> None:
    night = Night()
    cut(night, "f-dabrowa")
    night.passes(6 * MINUTE)
    chat = PublicRule(channel=ChannelName("chat"), phase=Phase.CONFIRMED)
    rules = shipped()
    told = night.told(replace(rules, set_up=(), policy=(*rules.policy, chat)))

    assert {due.channel for due in told.dues(Audience.PUBLIC)} == {"website"}
    assert [d for d in told.facts(NoticeDue) if d.purpose is Purpose.APPROVAL] == []
