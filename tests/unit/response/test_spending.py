"""Messages go as long as they cost no more than the policy says; above it a person decides."""

from dataclasses import replace
from datetime import timedelta

from netwatch.model.arrivals import Approve, Expect, Receipt, Refuse, Result
from netwatch.model.facts import (
    ApprovalAsked,
    Fact,
    IncidentMerged,
    IncidentRestored,
    NoticeDue,
    Purpose,
    SubscribersBack,
    keys_of,
)
from netwatch.model.names import ApprovalId, IncidentId, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.response.rules import Caps, ResponseRules
from netwatch.response.stage import begin, evolve
from tests.unit.response.hands import MINUTE, SECOND, Hands, confirmed, opened, revised
from tests.unit.response.test_subscribers import ONE, SMS, TEN, hands, of, policy, said, some

FIRST = ApprovalId("A-1")


def priced(incident: float | None = None, day: float | None = None) -> ResponseRules:
    """Return the policy with a price of 10 groszy a segment; Ukrainian takes two."""
    return replace(
        policy(),
        prices={SMS: 0.1},
        segments={"": 1, "pl": 1, "uk": 2},
        caps=Caps(incident=incident, day=day, currency="PLN"),
        staff=("on-call",),
    )


def questions(facts: list[Fact]) -> list[tuple[int, int, float | None]]:
    return [
        (fact.people, fact.recipients, fact.price)
        for fact in facts
        if isinstance(fact, ApprovalAsked)
    ]


def outage(night: Hands, *people: int, name: IncidentId = ONE) -> list[Fact]:
    """Let these be dark for ten minutes."""
    night.happen(opened(night, of(*people), name), confirmed(night, name))
    return night.move(TEN)


def test_what_the_cap_bears_goes_and_is_counted_by_incident_and_day() -> None:
    reader = Subscriber(id=SubscriberId("S-2"), language="uk")
    night = hands(priced(incident=1.0, day=1.0), reader)
    assert said(outage(night, 1, 2)) == ["I-1 confirmed S-1 S-2"]
    assert night.response.spending.today == night.response.spending.of(ONE) == 0.3


def test_what_costs_more_than_the_cap_waits_for_a_person_who_is_told_the_price() -> None:
    night = hands(priced(incident=0.25))
    facts = outage(night, 1, 2, 3)
    assert (said(facts), questions(facts)) == ([], [(1, 3, 0.3)])
    asks = [due for due in facts if isinstance(due, NoticeDue) and due.purpose is Purpose.APPROVAL]
    assert len(asks) == 1
    assert questions(night.move(5 * MINUTE)) == []
    night.bring(Approve(at=night.at, approval=FIRST, by="ewa"))
    assert said(night.move(SECOND)) == ["I-1 confirmed S-1 S-2 S-3"]


def test_a_yes_holds_for_half_as_much_again_and_more_is_asked_for_anew() -> None:
    night = hands(priced(incident=0.25))
    outage(night, 1, 2, 3, 4)
    night.bring(Approve(at=night.at, approval=FIRST, by="ewa"))
    assert said(night.move(SECOND)) == ["I-1 confirmed S-1 S-2 S-3 S-4"]
    night.happen(revised(night, of(1, 2, 3, 4, 5, 6)))
    assert said(night.move(3 * MINUTE)) == ["I-1 confirmed S-5 S-6"]
    night.happen(revised(night, of(*range(1, 12))))
    facts = night.move(3 * MINUTE)
    assert (said(facts), questions(facts)) == ([], [(1, 11, 0.5)])
    night.bring(Approve(at=night.at, approval=ApprovalId("A-2"), by="ewa"))
    assert said(night.move(SECOND)) == ["I-1 confirmed S-10 S-11 S-7 S-8 S-9"]


def test_a_no_saves_the_money() -> None:
    night = hands(priced(incident=0.25))
    outage(night, 1, 2, 3)
    night.bring(Refuse(at=night.at, approval=FIRST, by="ewa"))
    assert said(night.move(6 * TEN)) == []
    assert night.response.spending.today == 0.0


def test_many_small_outages_reach_the_cap_of_the_day_and_the_next_day_is_another() -> None:
    night = hands(priced(day=0.35))
    assert said(outage(night, 1, 2)) == ["I-1 confirmed S-1 S-2"]
    facts = outage(night, 3, 4, name=IncidentId("I-2"))
    assert (said(facts), questions(facts)) == ([], [(1, 2, 0.2)])
    before_midnight = night.move(timedelta(hours=3))
    assert said(before_midnight) == []
    assert said(night.move(timedelta(hours=1))) == ["I-2 confirmed S-3 S-4"]
    assert night.response.spending.today == 0.2


def test_the_cap_of_an_outage_counts_what_was_spent_on_those_that_were_merged_into_it() -> None:
    night, two = hands(priced(incident=0.35)), IncidentId("I-2")
    assert said(outage(night, 1, 2)) == ["I-1 confirmed S-1 S-2"]
    night.happen(opened(night, of(1, 2, 3, 4), two), confirmed(night, two))
    night.happen(IncidentMerged(at=night.at, incident=ONE, into=two))
    facts = night.move(TEN)
    assert (said(facts), questions(facts)) == ([], [(1, 4, 0.2)])
    assert night.response.spending.incidents == {two: 0.2}
    assert night.response.spending.today == 0.2


def test_whom_it_does_not_reach_costs_nothing() -> None:
    night = hands(priced(incident=9.0))
    facts = outage(night, 1, 2, 3)
    (due,) = [
        fact for fact in facts if isinstance(fact, NoticeDue) and fact.recipients == some(1, 2, 3)
    ]
    first, second, _ = keys_of(due)
    night.bring(Receipt(at=night.at, key=first, result=Result.ACCEPTED))
    night.bring(
        Receipt(at=night.at, key=second, result=Result.REFUSED, detail="does not want this")
    )
    assert night.response.spending.today == 0.2


def test_every_down_has_its_up_whatever_that_costs() -> None:
    night = hands(priced(incident=0.35))
    outage(night, 1, 2, 3)
    night.happen(
        SubscribersBack(at=night.at, incident=ONE, subscribers=some(1, 2, 3)),
        IncidentRestored(at=night.at, incident=ONE),
    )
    assert said(night.move(MINUTE)) == ["I-1 restored S-1 S-2 S-3"]
    assert night.response.spending.today == 0.6


def test_a_restart_forgets_no_groszy() -> None:
    night = hands(priced(incident=9.0))
    outage(night, 1, 2, 3)
    again = begin(Network(), night.response.rules)
    for fact in night.story:
        evolve(again, fact)
    assert again.spending == night.response.spending
    assert again == night.response


def test_more_than_five_hundred_need_a_person_and_more_than_five_thousand_two() -> None:
    rules = replace(
        policy(),
        policy=tuple(
            replace(rule, one_person_above=2, two_people_above=3)
            if rule.id == "confirmed"
            else rule
            for rule in policy().policy
        ),
    )
    night = hands(rules)
    facts = outage(night, 1, 2, 3)
    assert (said(facts), questions(facts)) == ([], [(1, 3, None)])
    night.bring(Approve(at=night.at, approval=FIRST, by="ewa"))
    assert said(night.move(SECOND)) == ["I-1 confirmed S-1 S-2 S-3"]

    many = hands(rules)
    facts = outage(many, 1, 2, 3, 4)
    assert (said(facts), questions(facts)) == ([], [(2, 4, None)])
    many.bring(Approve(at=many.at, approval=FIRST, by="ewa"))
    assert said(many.move(SECOND)) == []
    many.bring(Approve(at=many.at, approval=FIRST, by="marek"))
    assert said(many.move(SECOND)) == ["I-1 confirmed S-1 S-2 S-3 S-4"]


def test_what_nobody_approves_is_not_sent() -> None:
    night = hands(priced(incident=0.25))
    outage(night, 1, 2, 3)
    assert said(night.move(4 * TEN)) == []


def test_outages_of_one_moment_share_what_is_left_of_the_day() -> None:
    night = hands(priced(day=0.35))
    two = IncidentId("I-2")
    night.happen(opened(night, of(1, 2)), confirmed(night))
    night.happen(opened(night, of(3, 4), two), confirmed(night, two))
    facts = night.move(TEN)
    assert said(facts) == ["I-1 confirmed S-1 S-2"]
    assert questions(facts) == [(1, 2, 0.2)]


def test_who_waits_hears_no_more_once_the_cap_is_reached_but_the_end_of_it() -> None:
    night = hands(priced(incident=0.35))
    outage(night, 1, 2)
    night.bring(Expect(at=night.at, incident=ONE, by="ewa", until=night.at + 6 * TEN))
    assert said(night.move(TEN)) == []
    night.happen(
        SubscribersBack(at=night.at, incident=ONE, subscribers=some(1, 2)),
        IncidentRestored(at=night.at, incident=ONE),
    )
    assert said(night.move(MINUTE)) == ["I-1 restored S-1 S-2"]
