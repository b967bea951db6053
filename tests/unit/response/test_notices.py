"""The public hears of an outage once, hears what changes for it, and hears the end."""

from datetime import timedelta

import pytest

from netwatch.model.arrivals import Attribute, Expect, Hold, Outcome, Resolve, Resume, Sample
from netwatch.model.facts import (
    AlarmCleared,
    AlarmPlaced,
    Audience,
    Cause,
    IncidentClosed,
    IncidentKind,
    IncidentMerged,
    IncidentRelapsed,
    IncidentRestored,
    NoticeDue,
    Part,
    Phase,
)
from netwatch.model.names import ChannelName, CheckName, DeviceId, IncidentId
from netwatch.response.rules import Mode, PublicRule, ResponseRules, shipped_policy
from tests.unit.response.hands import (
    MINUTE,
    NIGHT,
    ONE,
    SECOND,
    Hands,
    confirmed,
    diagnosis,
    opened,
    revised,
    words,
)

LATE = tuple(
    PublicRule(channel=ChannelName("website"), phase=phase, after=MINUTE)
    for phase in (Phase.SUSPECTED, Phase.CONFIRMED)
)


def public(facts: object) -> list[tuple[str, ...]]:
    return [word for word in words(list(facts)) if word[0] == "public"]  # type: ignore[call-overload]


def test_an_outage_is_suspected_then_confirmed_then_restored_and_nothing_else() -> None:
    hands = Hands()
    assert public(hands.happen(opened(hands))) == [("public", "suspected", "")]
    assert public(hands.move(40 * SECOND)) == []
    assert public(hands.happen(confirmed(hands))) == [("public", "confirmed", "")]
    assert public(hands.move(30 * MINUTE)) == []
    restored = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert public(restored) == [("public", "restored", "")]
    assert public(hands.happen(IncidentClosed(at=hands.at, incident=ONE))) == []
    assert public(hands.move(5 * MINUTE)) == []


def test_words_are_due_with_the_answer_that_proved_it_and_for_no_other_incident() -> None:
    hands = Hands(ResponseRules(mode=Mode.FULL))
    other = IncidentId("I-2")
    answer = Sample(
        at=hands.at, device=DeviceId("sw-1"), check=CheckName("icmp"), outcome=Outcome.SILENT
    )
    both = hands.happen(opened(hands), opened(hands, name=other), on=answer)
    assert [due.incident for due in both if isinstance(due, NoticeDue)] == [ONE, ONE, other, other]

    restored = IncidentRestored(at=hands.at, incident=other)
    told = hands.happen(restored, on=answer)
    assert {due.incident for due in told if isinstance(due, NoticeDue)} == {other}
    assert public(told) == [("public", "restored", "")]


def test_what_mends_before_it_was_proven_or_told_is_told_once_it_is_proven() -> None:
    hands = Hands(ResponseRules(mode=Mode.FULL, policy=LATE))
    hands.happen(opened(hands))
    sign = {"device": DeviceId("olt-1"), "check": CheckName("icmp")}
    hands.happen(AlarmPlaced(at=hands.at, **sign, as_=Part.ROOT, incident=ONE))
    hands.happen(AlarmCleared(at=hands.at, **sign))
    assert public(hands.move(40 * MINUTE)) == []
    again = AlarmPlaced(at=hands.at, **sign, as_=Part.FOLDED, incident=ONE)
    assert public([*hands.happen(again), *hands.move(SECOND)]) == [("public", "suspected", "")]

    hands = Hands(ResponseRules(mode=Mode.FULL, policy=LATE))
    hands.happen(opened(hands))
    hands.happen(AlarmPlaced(at=hands.at, **sign, as_=Part.ROOT, incident=ONE))
    hands.happen(AlarmCleared(at=hands.at, **sign), confirmed(hands))
    assert public(hands.move(40 * MINUTE)) == [("public", "confirmed", "")]


def test_an_outage_stands_by_the_alarms_of_what_was_merged_into_it() -> None:
    hands, other = Hands(ResponseRules(mode=Mode.FULL, policy=LATE)), IncidentId("I-2")
    hands.happen(opened(hands), opened(hands, name=other))
    for device, incident in (("olt-1", ONE), ("olt-2", other)):
        sign = {"device": DeviceId(device), "check": CheckName("icmp")}
        hands.happen(AlarmPlaced(at=hands.at, **sign, as_=Part.ROOT, incident=incident))
    hands.happen(AlarmCleared(at=hands.at, device=DeviceId("olt-1"), check=CheckName("icmp")))
    hands.happen(IncidentMerged(at=hands.at, incident=other, into=ONE))
    assert public(hands.move(2 * MINUTE)) == [("public", "suspected", "")]


def test_homes_that_were_off_long_before_make_no_outage() -> None:
    hands = Hands()
    assert public(hands.happen(opened(hands, diagnosis(silent=3, before=3)))) == []
    assert public(hands.happen(revised(hands, diagnosis(silent=9, before=3)))) != []


def test_one_proved_at_once_is_never_called_suspected() -> None:
    hands = Hands()
    assert public(hands.happen(opened(hands), confirmed(hands))) == [("public", "confirmed", "")]


@pytest.mark.parametrize(
    "kind",
    [IncidentKind.DEGRADED, IncidentKind.FLAPPING, IncidentKind.BLIND, IncidentKind.LINE],
)
def test_what_takes_nobodys_service_is_not_the_publics_business(kind: IncidentKind) -> None:
    hands = Hands()
    facts = hands.happen(opened(hands, diagnosis(kind)), confirmed(hands)) + hands.move(MINUTE)
    assert public(facts) == []


def test_our_own_way_out_is_not_the_publics_business() -> None:
    hands = Hands()
    facts = hands.happen(opened(hands, diagnosis(cause=Cause.SELF, root="self")))
    assert public(facts) == []


def test_fewer_than_five_people_are_told_by_other_ways_until_they_are_five() -> None:
    hands = Hands()
    assert public(hands.happen(opened(hands, diagnosis(people=4)), confirmed(hands))) == []
    grown = hands.happen(revised(hands, diagnosis(people=5)))
    assert public(grown) == [("public", "confirmed", "")]


def test_an_expected_end_is_news_and_so_is_its_change_but_never_more_than_one_a_minute() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.move(2 * MINUTE)
    nine = NIGHT + timedelta(hours=2)
    hands.bring(Expect(at=hands.at, incident=ONE, by="ewa", until=nine))
    assert public(hands.move(SECOND)) == [("public", "update", "")]
    hands.bring(Expect(at=hands.at, incident=ONE, by="ewa", until=nine + MINUTE))
    assert public(hands.move(59 * SECOND)) == []
    assert public(hands.move(SECOND)) == [("public", "update", "")]
    assert public(hands.move(10 * MINUTE)) == []


def test_a_cause_that_a_person_says_is_news_and_no_later_view_overrules_it() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.move(2 * MINUTE)
    hands.bring(Attribute(at=hands.at, incident=ONE, by="ewa", cause=Cause.FIBRE))
    assert public(hands.move(SECOND)) == [("public", "update", "")]
    hands.move(2 * MINUTE)
    power = diagnosis(cause=Cause.POWER_SITE)
    assert public(hands.happen(revised(hands, power))) == []
    assert hands.response.cases[ONE].cause is Cause.FIBRE
    hands.bring(Attribute(at=hands.at, incident=ONE, by="ewa", cause=None))
    assert public(hands.move(SECOND)) == [("public", "update", "")]
    assert hands.response.cases[ONE].cause is Cause.POWER_SITE


def test_another_cause_or_area_is_news_and_another_root_in_the_same_place_is_not() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.move(2 * MINUTE)
    assert public(hands.happen(revised(hands, diagnosis(root="risk:duct-12")))) == []
    power = diagnosis(cause=Cause.POWER_SITE)
    assert public(hands.happen(revised(hands, power))) == [("public", "update", "")]
    hands.move(MINUTE)
    wider = diagnosis(cause=Cause.POWER_SITE, areas=("polna", "krotka"))
    assert public(hands.happen(revised(hands, wider))) == [("public", "update", "")]
    hands.move(MINUTE)
    turned = diagnosis(cause=Cause.POWER_SITE, areas=("krotka", "polna"))
    assert public(hands.happen(revised(hands, turned))) == []


def test_nothing_is_said_of_a_cause_below_which_everything_answers() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.move(2 * MINUTE)
    halfway = diagnosis(root="device:sw-1", areas=("krotka",), silent=0)
    assert public(hands.happen(revised(hands, halfway))) == []
    two = IncidentId("I-2")
    assert public(hands.happen(opened(hands, halfway, two), confirmed(hands, two))) == []
    restored = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert public(restored) == [("public", "restored", "")]


def test_a_relapse_is_confirmed_again_under_the_next_revision() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    hands.move(MINUTE)
    (again,) = [
        fact
        for fact in hands.happen(IncidentRelapsed(at=hands.at, incident=ONE))
        if isinstance(fact, NoticeDue) and fact.audience is Audience.PUBLIC
    ]
    assert (again.phase, again.revision) == (Phase.CONFIRMED, 2)
    (up,) = [
        fact
        for fact in hands.happen(IncidentRestored(at=hands.at, incident=ONE))
        if isinstance(fact, NoticeDue) and fact.audience is Audience.PUBLIC
    ]
    assert (up.phase, up.revision) == (Phase.RESTORED, 2)


def test_what_never_was_is_corrected() -> None:
    hands = Hands()
    hands.happen(opened(hands))
    closed = hands.happen(IncidentClosed(at=hands.at, incident=ONE, mistaken=True))
    assert public(closed) == [("public", "corrected", "")]


def test_what_turned_out_to_be_our_own_blindness_is_corrected() -> None:
    hands = Hands()
    hands.happen(opened(hands))
    blind = diagnosis(IncidentKind.BLIND, Cause.SELF, "self", people=0)
    assert public(hands.happen(revised(hands, blind))) == [("public", "corrected", "")]


def test_what_was_merged_away_is_corrected_and_says_into_what() -> None:
    hands = Hands()
    hands.happen(opened(hands))
    merged = hands.happen(IncidentMerged(at=hands.at, incident=ONE, into=IncidentId("I-2")))
    dues = [fact for fact in merged if isinstance(fact, NoticeDue)]
    assert public(merged) == [("public", "corrected", "")]
    assert {due.detail for due in dues} == {"merged into I-2"}


def test_service_back_on_the_other_way_round_is_restored_though_the_ring_stays_open() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    ring = diagnosis(IncidentKind.DEGRADED, people=0)
    assert public(hands.happen(revised(hands, ring))) == [("public", "restored", "")]
    restored = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert public(restored) == []


def test_an_outage_shrunk_to_one_line_still_gets_its_up() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.happen(revised(hands, diagnosis(IncidentKind.LINE, people=1)))
    restored = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert public(restored) == [("public", "restored", "")]


def test_resolved_by_hand_is_restored_within_a_second() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.bring(Resolve(at=hands.at, incident=ONE, by="ewa"))
    assert public(hands.move(SECOND)) == [("public", "restored", "")]
    assert hands.response.cases == {}


def test_what_a_person_calls_a_mistake_is_corrected_wherever_it_was_told() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.bring(Resolve(at=hands.at, incident=ONE, by="ewa", mistaken=True))
    assert public(hands.move(SECOND)) == [("public", "corrected", "")]
    assert hands.response.cases == {}


def test_while_our_own_way_out_is_down_nothing_new_is_said() -> None:
    hands = Hands()
    two = IncidentId("I-2")
    blind = diagnosis(IncidentKind.BLIND, Cause.SELF, "self", people=0)
    hands.happen(opened(hands, blind, two))
    assert public(hands.happen(opened(hands))) == []
    seeing = hands.happen(IncidentRestored(at=hands.at, incident=two))
    assert public(seeing) == [("public", "suspected", "")]


def test_a_policy_may_wait_and_may_ask_for_more_people() -> None:
    facebook = ChannelName("facebook")
    rules = ResponseRules(
        mode=Mode.FULL,
        set_up={facebook},
        policy=(
            PublicRule(
                channel=facebook, phase=Phase.CONFIRMED, least_subscribers=20, after=10 * MINUTE
            ),
        ),
    )
    hands = Hands(rules)
    hands.happen(opened(hands), confirmed(hands))
    assert public(hands.move(10 * MINUTE - SECOND)) == []
    assert public(hands.move(SECOND)) == [("public", "confirmed", "")]
    restored = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert public(restored) == [("public", "restored", "")]


def test_a_fresh_installation_decides_everything_and_lets_nothing_out() -> None:
    hands = Hands(ResponseRules())
    facts = hands.happen(opened(hands)) + hands.happen(confirmed(hands))
    facts += hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert public(facts) == [
        ("public", "suspected", "shadow"),
        ("public", "confirmed", "shadow"),
        ("public", "restored", "shadow"),
    ]
    assert ("staff", "alert", "") in words(facts)


def test_website_mode_opens_the_website_alone() -> None:
    chat = PublicRule(channel=ChannelName("chat"), phase=Phase.CONFIRMED)
    rules = ResponseRules(
        mode=Mode.WEBSITE, policy=(*shipped_policy(), chat), set_up={chat.channel}
    )
    hands = Hands(rules)
    assert public(hands.happen(opened(hands), confirmed(hands))) == [
        ("public", "confirmed", ""),
        ("public", "confirmed", "mode"),
    ]


def test_hold_keeps_public_words_back_and_resume_says_what_is_still_true() -> None:
    hands = Hands()
    hands.bring(Hold(at=hands.at, by="ewa"))
    assert public(hands.happen(opened(hands))) == [("public", "suspected", "held")]
    assert public(hands.happen(confirmed(hands))) == [("public", "confirmed", "held")]
    hands.bring(Resume(at=hands.at, by="ewa"))
    (due,) = [fact for fact in hands.move(SECOND) if isinstance(fact, NoticeDue)]
    assert (due.phase, due.revision, due.withheld) == (Phase.CONFIRMED, 2, None)
    assert public(hands.move(MINUTE)) == []


def test_a_hold_ends_by_itself_when_its_time_has_come() -> None:
    hands = Hands()
    hands.bring(Hold(at=hands.at, by="ewa", lasts=10 * MINUTE))
    hands.happen(opened(hands))
    assert public(hands.move(10 * MINUTE)) == []
    assert public(hands.move(SECOND)) == [("public", "suspected", "")]


def test_a_withheld_down_gets_a_withheld_up() -> None:
    hands = Hands()
    hands.bring(Hold(at=hands.at, by="ewa"))
    hands.happen(opened(hands))
    restored = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert public(restored) == [("public", "restored", "held")]
    hands.bring(Resume(at=hands.at, by="ewa"))
    assert public(hands.move(MINUTE)) == []


def test_people_who_were_told_down_are_told_up_after_the_hold_even_if_the_incident_is_closed() -> (
    None
):
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.bring(Hold(at=hands.at, by="ewa"))
    restored = hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert public(restored) == [("public", "restored", "held")]
    hands.happen(IncidentClosed(at=hands.at, incident=ONE))
    hands.move(MINUTE)
    hands.bring(Resume(at=hands.at, by="ewa"))
    assert public(hands.move(SECOND)) == [("public", "restored", "")]
    assert hands.response.cases == {}


def test_what_a_single_sign_tells_of_is_suspected_late_and_anew_after_each_relapse() -> None:
    hands = Hands()
    alone = diagnosis(people=40, silent=1)
    assert public(hands.happen(opened(hands, alone))) == []
    assert public(hands.move(90 * SECOND)) == []
    hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    hands.happen(IncidentRelapsed(at=hands.at, incident=ONE))
    assert public(hands.move(2 * MINUTE - SECOND)) == []
    assert public(hands.move(SECOND)) == [("public", "suspected", "")]


def test_what_a_single_sign_proves_is_confirmed_at_once() -> None:
    hands = Hands()
    hands.happen(opened(hands, diagnosis(people=40, silent=1)))
    hands.move(MINUTE)
    assert public(hands.happen(confirmed(hands))) == [("public", "confirmed", "")]
