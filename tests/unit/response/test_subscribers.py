"""Each subscriber hears of his outage once, hears the end once, and nobody hears what is not so."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import time, timedelta

from netwatch.model.arrivals import Expect, Hold, Receipt, Result, Resume
from netwatch.model.facts import (
    Audience,
    Cause,
    Diagnosis,
    Fact,
    IncidentClosed,
    IncidentKind,
    IncidentMerged,
    IncidentRelapsed,
    IncidentRestored,
    NoticeDue,
    Phase,
    SubscribersBack,
    keys_of,
)
from netwatch.model.names import ChannelName, IncidentId, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.response.rules import Hours, Mode, PublicRule, ResponseRules, To
from netwatch.response.stage import refit, snapshot
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

SMS = ChannelName("sms")
TWO = IncidentId("I-2")
TEN = 10 * MINUTE


def policy(
    *, after: timedelta = TEN, hours: str = "", mode: Mode = Mode.FULL, above: int | None = None
) -> ResponseRules:
    """Return the policy for messages as it ships, but for what a test says."""
    span = None
    if hours:
        begins, ends = (time.fromisoformat(part) for part in hours.split("-"))
        span = Hours(begins, ends)
    rules = [
        PublicRule(
            id="suspected", channel=SMS, phase=Phase.SUSPECTED, to=To.CRITICAL, least_subscribers=1
        ),
        PublicRule(
            id="confirmed",
            channel=SMS,
            phase=Phase.CONFIRMED,
            to=To.EVERYONE,
            least_subscribers=1,
            after=after,
            hours=span,
            not_causes=(Cause.POWER_HOMES,),
            one_person_above=above,
        ),
        PublicRule(id="update", channel=SMS, phase=Phase.UPDATE, to=To.TOLD, least_subscribers=1),
        PublicRule(id="up", channel=SMS, phase=Phase.RESTORED, to=To.TOLD, least_subscribers=1),
        PublicRule(id="wrong", channel=SMS, phase=Phase.CORRECTED, to=To.TOLD, least_subscribers=1),
    ]
    return ResponseRules(
        mode=mode, policy=tuple(rules), staff=(), timezone="Europe/Warsaw", set_up=(SMS,)
    )


def hands(rules: ResponseRules | None = None, *people: Subscriber) -> Hands:
    """Return response under these rules, knowing these people besides those nobody described."""
    made = Hands(rules or policy())
    network = Network(subscribers={person.id: person for person in people})
    refit(made.response, network, made.response.rules)
    return made


def some(*numbers: int) -> tuple[SubscriberId, ...]:
    return tuple(SubscriberId(f"S-{number}") for number in numbers)


def of(*numbers: int, **changes: object) -> Diagnosis:
    """Return a diagnosis that takes these subscribers."""
    return replace(diagnosis(**changes), subscribers=some(*numbers))  # type: ignore[arg-type]


def said(facts: Iterable[Fact]) -> list[str]:
    """Return what fell due for subscribers, as ``I-1 confirmed S-0 S-1``."""
    return [
        " ".join((due.incident or "", due.phase, *due.recipients))
        + (f" ({due.withheld})" if due.withheld else "")
        for due in facts
        if isinstance(due, NoticeDue) and due.audience is Audience.SUBSCRIBERS
    ]


def back(at: Hands, *numbers: int, name: IncidentId = ONE) -> SubscribersBack:
    return SubscribersBack(at=at.at, incident=name, subscribers=some(*numbers))


def restored(at: Hands, *apart: int, name: IncidentId = ONE) -> IncidentRestored:
    return IncidentRestored(at=at.at, incident=name, apart=some(*apart))


def told(
    *numbers: int, rules: ResponseRules | None = None, people: Iterable[Subscriber] = ()
) -> Hands:
    """Return response after these were told of a confirmed outage."""
    made = hands(rules, *people)
    assert said(made.happen(opened(made, of(*numbers)), confirmed(made))) == []
    names = " ".join(some(*numbers))
    assert said(made.move(TEN)) == [f"I-1 confirmed {names}"]
    return made


# --- down ---------------------------------------------------------------------------------------


def test_everybody_is_told_once_after_ten_minutes_and_that_it_works_once_it_did_for_a_minute() -> (
    None
):
    night = hands()
    assert said(night.happen(opened(night, of(1, 2, 3)), confirmed(night))) == []
    assert said(night.move(TEN - SECOND)) == []
    assert said(night.move(SECOND)) == ["I-1 confirmed S-1 S-2 S-3"]
    assert said(night.move(3 * TEN)) == []
    assert said(night.happen(back(night, 1, 2, 3), restored(night))) == []
    assert said(night.move(MINUTE - SECOND)) == []
    assert said(night.move(SECOND)) == ["I-1 restored S-1 S-2 S-3"]
    assert said(night.move(TEN)) == []


def test_who_is_back_within_ten_minutes_hears_nothing_at_all() -> None:
    night = hands()
    night.happen(opened(night, of(1, 2)), confirmed(night))
    night.move(9 * MINUTE)
    assert said(night.happen(back(night, 1, 2), restored(night))) == []
    assert said(night.move(3 * TEN)) == []


def test_only_the_critical_hear_of_a_suspicion_and_all_of_the_proof() -> None:
    night = hands(None, Subscriber(id=SubscriberId("S-2"), critical=True))
    assert said(night.happen(opened(night, of(1, 2)))) == ["I-1 suspected S-2"]
    night.move(TEN)
    facts = night.happen(confirmed(night))
    assert said(facts) == ["I-1 confirmed S-2", "I-1 confirmed S-1"]
    assert [due.detail != "" for due in facts if isinstance(due, NoticeDue)] == [True, False]
    night.happen(back(night, 1, 2), restored(night))
    assert said(night.move(MINUTE)) == ["I-1 restored S-1 S-2"]


def test_nobody_hears_of_homes_without_mains() -> None:
    night = hands()
    night.happen(opened(night, of(1, 2, cause=Cause.POWER_HOMES)), confirmed(night))
    assert said(night.move(3 * TEN)) == []


def test_at_night_it_waits_for_the_morning_and_tells_only_who_is_dark_still() -> None:
    night = hands(policy(hours="07:00-22:00"))  # it is 20:02 in Warsaw
    night.move(timedelta(hours=2))
    night.happen(opened(night, of(1, 2)), confirmed(night))
    assert said(night.move(timedelta(hours=4))) == []
    night.happen(back(night, 2))
    assert said(night.move(timedelta(hours=5))) == ["I-1 confirmed S-1"]


def test_in_a_crowd_facts_bear_five_hundred_each() -> None:
    night = hands()
    night.happen(opened(night, diagnosis(people=1234)), confirmed(night))
    dues = [due for due in night.move(TEN) if isinstance(due, NoticeDue)]
    assert [len(due.recipients) for due in dues] == [500, 500, 234]
    assert len({key for due in dues for key in keys_of(due)}) == 1234


def test_a_hundred_thousand_are_due_within_five_seconds_and_stand_short_in_a_snapshot() -> None:
    night = hands()
    night.happen(opened(night, diagnosis(people=100_000)), confirmed(night))
    night.at += TEN - SECOND
    told_at = [
        (due.at, name)
        for due in night.move(5 * SECOND)
        if isinstance(due, NoticeDue)
        for name in due.recipients
    ]
    assert len({name for _, name in told_at}) == len(told_at) == 100_000
    assert len(json.dumps(snapshot(night.response))) < 10_000


# --- up -----------------------------------------------------------------------------------------


def test_who_is_back_first_hears_first_and_the_others_with_their_own() -> None:
    night = told(1, 2, 3)
    night.happen(back(night, 2))
    assert said(night.move(TEN)) == ["I-1 restored S-2"]
    night.happen(back(night, 1, 3), restored(night))
    assert said(night.move(TEN)) == ["I-1 restored S-1 S-3"]


def test_who_falls_again_within_the_minute_hears_nothing_of_it() -> None:
    night = told(1, 2)
    night.happen(back(night, 2))
    night.move(30 * SECOND)
    night.happen(revised(night, of(1, 2)))
    assert said(night.move(TEN)) == []
    night.happen(back(night, 1, 2), restored(night))
    assert said(night.move(TEN)) == ["I-1 restored S-1 S-2"]


def test_homes_that_stay_dark_hear_up_when_they_are() -> None:
    night = told(1, 2, 3)
    night.happen(back(night, 1, 2), restored(night, 3))
    night.happen(IncidentClosed(at=night.at, incident=ONE))
    assert said(night.move(TEN)) == ["I-1 restored S-1 S-2"]
    night.happen(back(night, 3))
    assert said(night.move(TEN)) == ["I-1 restored S-3"]
    assert ONE not in night.response.cases


def test_a_relapse_is_told_to_those_only_who_had_heard_up() -> None:
    night = told(1, 2)
    night.happen(back(night, 1))
    assert said(night.move(MINUTE)) == ["I-1 restored S-1"]
    night.happen(back(night, 2), restored(night))
    night.move(30 * SECOND)
    night.happen(IncidentRelapsed(at=night.at, incident=ONE), revised(night, of(1, 2)))
    assert said(night.move(TEN)) == ["I-1 confirmed S-1"]
    night.happen(back(night, 1, 2), restored(night))
    assert said(night.move(TEN)) == ["I-1 restored S-1 S-2"]


def test_nobody_who_is_dark_by_another_fault_hears_up() -> None:
    night = told(1, 2)
    night.happen(opened(night, of(2, kind=IncidentKind.LINE, root="device:onu-2"), TWO))
    night.happen(back(night, 1, 2), restored(night))
    assert said(night.move(TEN)) == ["I-1 restored S-1"]
    night.happen(back(night, 2, name=TWO), restored(night, name=TWO))
    assert said(night.move(TEN)) == ["I-1 restored S-2"]


def test_a_mistake_is_corrected_to_those_who_were_told() -> None:
    night = told(1, 2)
    night.happen(IncidentClosed(at=night.at, incident=ONE, by="marek", mistaken=True))
    assert said(night.move(MINUTE)) == ["I-1 corrected S-1 S-2"]


def test_what_a_person_closes_is_said_to_work_only_when_nothing_says_otherwise() -> None:
    night = told(1, 2)
    night.happen(IncidentClosed(at=night.at, incident=ONE, by="marek"))
    night.move(MINUTE)
    night.happen(opened(night, of(2), TWO), confirmed(night, TWO))
    assert said(night.move(3 * TEN)) == ["I-1 restored S-1"]
    night.happen(back(night, 2, name=TWO), restored(night, name=TWO))
    assert said(night.move(TEN)) == ["I-1 restored S-2"]


# --- who it takes changes -----------------------------------------------------------------------


def test_who_joins_is_told_once_and_who_was_none_of_it_is_told_so() -> None:
    night = told(1, 2)
    night.happen(revised(night, of(2, 3)))
    assert said(night.move(MINUTE)) == ["I-1 corrected S-1"]
    assert said(night.move(TEN)) == ["I-1 confirmed S-3"]
    night.happen(revised(night, of(2, 3, 4)))
    night.move(MINUTE)
    night.happen(back(night, 4))
    assert said(night.move(TEN)) == []
    night.happen(back(night, 2, 3), restored(night))
    assert said(night.move(TEN)) == ["I-1 restored S-2 S-3"]


def test_a_fault_that_turns_out_to_be_two_tells_nobody_twice_and_no_mistake() -> None:
    night = told(1, 2)
    night.happen(revised(night, of(1)), opened(night, of(2, 3), TWO), confirmed(night, TWO))
    assert said(night.move(TEN)) == ["I-2 confirmed S-3"]
    night.happen(back(night, 1), restored(night))
    assert said(night.move(TEN)) == ["I-1 restored S-1"]
    night.happen(back(night, 2, 3, name=TWO), restored(night, name=TWO))
    assert sorted(said(night.move(TEN))) == ["I-1 restored S-2", "I-2 restored S-3"]


def test_two_that_turn_out_to_be_one_tell_nobody_twice() -> None:
    night = told(1, 2)
    night.happen(opened(night, of(3, 4), TWO), confirmed(night, TWO))
    assert said(night.move(TEN)) == ["I-2 confirmed S-3 S-4"]
    merged = IncidentMerged(at=night.at, incident=ONE, into=TWO)
    night.happen(merged, revised(night, of(1, 2, 3, 4), TWO))
    assert said(night.move(TEN)) == []
    night.happen(back(night, 1, 2, 3, 4, name=TWO), restored(night, name=TWO))
    assert said(night.move(TEN)) == ["I-2 restored S-1 S-2 S-3 S-4"]


# --- persons, channels, people ------------------------------------------------------------------


def test_a_person_with_two_lines_is_told_by_one_and_up_when_both_work() -> None:
    lines = [Subscriber(id=name, customer="C-7") for name in some(1, 2)]
    night = hands(None, *lines)
    night.happen(opened(night, of(1, 2, 3)), confirmed(night))
    assert said(night.move(TEN)) == ["I-1 confirmed S-1 S-3"]
    night.happen(back(night, 1))
    assert said(night.move(TEN)) == []
    night.happen(back(night, 2))
    assert said(night.move(TEN)) == ["I-1 restored S-1"]


def test_who_opted_out_is_left_out_with_all_his_lines() -> None:
    rules = replace(policy(), unwilling={SMS: ("S-3", "C-7")})
    lines = [Subscriber(id=name, customer="C-7") for name in some(1, 2)]
    night = hands(rules, *lines)
    night.happen(opened(night, of(1, 2, 3, 4)), confirmed(night))
    assert said(night.move(TEN)) == ["I-1 confirmed S-4"]


def test_who_was_not_reached_is_owed_no_up_and_who_may_have_been_is() -> None:
    night = hands()
    night.happen(opened(night, of(1, 2, 3)), confirmed(night))
    (due,) = [fact for fact in night.move(TEN) if isinstance(fact, NoticeDue)]
    first, second, _ = keys_of(due)
    night.bring(Receipt(at=night.at, key=first, result=Result.ACCEPTED))
    night.bring(Receipt(at=night.at, key=second, result=Result.REFUSED, detail="no number"))
    assert said(night.move(TEN)) == []
    night.happen(back(night, 1, 2, 3), restored(night))
    assert said(night.move(TEN)) == ["I-1 restored S-1 S-3"]


def test_whom_the_gateway_could_not_deliver_to_is_not_told_again_and_not_up_either() -> None:
    night = hands()
    night.happen(opened(night, of(1, 2)), confirmed(night))
    (due,) = [fact for fact in night.move(TEN) if isinstance(fact, NoticeDue)]
    for result in (Result.ACCEPTED, Result.UNDELIVERED):
        night.bring(Receipt(at=night.at, key=keys_of(due)[0], result=result))
    assert said(night.move(TEN)) == []
    night.happen(back(night, 1, 2), restored(night))
    assert said(night.move(TEN)) == ["I-1 restored S-2"]


def test_what_a_hold_kept_back_is_told_after_it_to_those_who_wait_still() -> None:
    night = hands()
    night.bring(Hold(at=night.at, by="marek"))
    night.happen(opened(night, of(1, 2)), confirmed(night))
    assert said(night.move(TEN)) == ["I-1 confirmed S-1 S-2 (held)"]
    night.happen(back(night, 1))
    assert said(night.move(TEN)) == ["I-1 restored S-1 (held)"]
    night.bring(Resume(at=night.at, by="marek"))
    assert said(night.move(MINUTE)) == ["I-1 confirmed S-2"]
    night.bring(Hold(at=night.at, by="marek"))
    night.happen(back(night, 2), restored(night))
    assert said(night.move(TEN)) == []
    night.bring(Resume(at=night.at, by="marek"))
    assert said(night.move(MINUTE)) == ["I-1 restored S-2"]


def test_in_shadow_all_of_it_is_decided_and_nothing_leaves() -> None:
    night = hands(policy(mode=Mode.SHADOW))
    night.happen(opened(night, of(1)), confirmed(night))
    assert said(night.move(TEN)) == ["I-1 confirmed S-1 (shadow)"]
    night.happen(back(night, 1), restored(night))
    assert said(night.move(TEN)) == ["I-1 restored S-1 (shadow)"]


def test_a_new_expected_end_is_news_for_those_who_wait_but_not_every_minute() -> None:
    night = told(1, 2)
    night.bring(Expect(at=night.at, incident=ONE, by="marek", until=night.at + TEN))
    night.bring(Expect(at=night.at, incident=ONE, by="marek", until=night.at + 6 * TEN))
    night.happen(back(night, 2))
    assert said(night.move(30 * MINUTE)) == ["I-1 restored S-2", "I-1 update S-1"]
    assert said(night.move(60 * MINUTE)) == ["I-1 update S-1"]  # it takes longer than was said


def test_more_than_the_policy_allows_are_not_told_by_themselves() -> None:
    night = hands(policy(above=2))
    night.happen(opened(night, of(1, 2, 3)), confirmed(night))
    assert said(night.move(3 * TEN)) == []
