"""The staff's words go to who is on duty at that moment, by a channel that leads to them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from netwatch.model.arrivals import Acknowledge, Assign, Trouble
from netwatch.model.facts import Audience, Cause, Fact, IncidentRestored, NoticeDue, Purpose
from netwatch.model.names import ChannelName, PersonId, RoleName
from netwatch.model.network import Network
from netwatch.response.cases import HAND_OVER
from netwatch.response.people import People, Person, Role
from netwatch.response.rota import Rota
from netwatch.response.rules import Mode, ResponseRules
from netwatch.response.stage import begin, decide, evolve, refit, restore, snapshot
from tests.unit.response.hands import MINUTE, ONE, Hands, confirmed, diagnosis, opened, revised

ANA, BEN, EVA = PersonId("ana"), PersonId("ben"), PersonId("eva")
ON_CALL = RoleName("on-call")
BACK = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""02:30 in Warsaw, which comes twice that night."""


def rules(**more: object) -> ResponseRules:
    nights = Rota(
        id="nights",
        role=ON_CALL,
        zone=ZoneInfo("Europe/Warsaw"),
        people=(ANA, BEN),
        starts=date(2026, 10, 24),
        hand_over=time(2, 30),
        days=1,
    )
    people = People(
        persons={one: Person(id=one) for one in (ANA, BEN, EVA)},
        roles={ON_CALL: Role(id=ON_CALL)},
        rotas=(nights,),
    )
    plain = ResponseRules(mode=Mode.FULL, people=people, set_up=None)
    return replace(plain, **more)  # type: ignore[arg-type] # fields of the rules


def told(facts: Sequence[Fact]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (due.purpose, due.subject, due.recipients)
        for due in facts
        if isinstance(due, NoticeDue) and due.audience is Audience.STAFF
    ]


def alerted(minutes: int = 10, **more: object) -> Hands:
    """Return a night in which Ana was alerted so long before Ben comes."""
    hands = Hands(rules(**more), BACK - minutes * MINUTE)
    assert told(hands.happen(opened(hands))) == [("alert", "", (ANA,))]
    return hands


def test_the_shift_that_changes_at_an_hour_that_comes_twice_is_briefed_once() -> None:
    hands = alerted()

    assert told(hands.move(10 * MINUTE - timedelta(seconds=1))) == []
    assert told(hands.move(timedelta(seconds=1))) == [("update", HAND_OVER, (BEN,))]
    after = told(hands.move(100 * MINUTE))
    assert [one for one in after if HAND_OVER in one] == []


def test_news_goes_to_who_is_on_duty_and_to_who_has_it_in_hand() -> None:
    hands = alerted()
    hands.happen(confirmed(hands))
    hands.move(20 * MINUTE)
    assert told(hands.happen(revised(hands, diagnosis(cause=Cause.DEVICE, root="device:x")))) == [
        ("update", "", (BEN,))
    ]

    hands.bring(Acknowledge(at=hands.at, incident=ONE, by=ANA))
    hands.move(5 * MINUTE)
    assert told(hands.happen(revised(hands, diagnosis(cause=Cause.UPLINK, root="device:y")))) == [
        ("update", "", (BEN, ANA))
    ]

    hands.bring(Assign(at=hands.at, incident=ONE, by=ANA, to=EVA))
    hands.move(5 * MINUTE)
    assert told(hands.happen(revised(hands, diagnosis(cause=Cause.CARD, root="device:z")))) == [
        ("update", "", (BEN, EVA))
    ]
    assert told(hands.happen(IncidentRestored(at=hands.at, incident=ONE))) == [
        ("all-clear", "", (ANA, BEN, EVA))
    ]


def test_somebody_at_the_door_who_is_no_colleague_is_told_nothing() -> None:
    hands = alerted()
    hands.bring(Acknowledge(at=hands.at, incident=ONE, by="root"))

    assert told(hands.happen(IncidentRestored(at=hands.at, incident=ONE))) == [
        ("all-clear", "", (ANA,))
    ]


def test_each_hears_by_their_own_channel_that_leads_somewhere() -> None:
    phone, pager = ChannelName("phone"), ChannelName("pager")
    people = rules().people
    staffed = replace(
        people, persons={**people.persons, ANA: Person(id=ANA, channels=(pager, phone))}
    )
    for set_up, expected in ((None, pager), ((phone,), phone), ((), ChannelName("duty"))):
        hands = Hands(rules(people=staffed, set_up=set_up), BACK - MINUTE)
        dues = [one for one in hands.happen(opened(hands)) if isinstance(one, NoticeDue)]
        assert [one.channel for one in dues if one.audience is Audience.STAFF] == [expected]


def test_roles_and_people_who_are_the_same_person_hear_it_once() -> None:
    hands = Hands(rules(staff=("on-call", "ana", "eva")), BACK - MINUTE)

    assert told(hands.happen(opened(hands))) == [("alert", "", (ANA, EVA))]


def test_a_role_without_a_rota_is_told_as_a_whole() -> None:
    people = People(persons={ANA: Person(id=ANA)}, roles={ON_CALL: Role(id=ON_CALL, people=(ANA,))})
    hands = Hands(rules(people=people), BACK)

    assert told(hands.happen(opened(hands))) == [("alert", "", ("on-call",))]


def test_our_own_troubles_go_to_who_is_on_duty_too() -> None:
    hands = Hands(rules(), BACK)

    (due,) = told(hands.bring(Trouble(at=hands.at, where="disk", what="full")))

    assert due == (Purpose.TROUBLE, "disk", (BEN,))


def test_a_restart_in_the_middle_of_a_shift_tells_nobody_anew() -> None:
    hands = alerted()
    hands.move(20 * MINUTE)
    kept = json.loads(json.dumps(snapshot(hands.response)))
    folded = begin(Network(), rules())
    for fact in hands.story:
        evolve(folded, fact)
    restored = begin(Network(), rules())
    restore(restored, kept)

    for state in (folded, restored):
        hands.response = state
        assert told(hands.move(5 * MINUTE)) == []
        assert state.cases[ONE].alerted == (ANA, BEN)


def test_other_rules_in_the_middle_of_a_shift_brief_whom_they_name() -> None:
    hands = alerted()
    people = rules().people
    (rota,) = people.rotas
    other = replace(people, rotas=(replace(rota, people=(EVA,)),))

    refit(hands.response, Network(), rules(people=other))

    assert told(hands.move(MINUTE)) == [("update", HAND_OVER, (EVA,))]


def test_nothing_is_looked_up_anew_while_nothing_can_have_changed() -> None:
    hands = alerted()
    before = hands.response.watch
    hands.move(5 * MINUTE)

    assert hands.response.watch is before
    assert decide(hands.response, Trouble(at=hands.at, where="x", what="y"), []).facts
