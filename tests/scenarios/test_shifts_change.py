"""Shifts change while it burns: whoever comes on duty is briefed, nobody is called twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from netwatch.model.arrivals import Acknowledge
from netwatch.model.duty_commands import OverrideDuty
from netwatch.model.facts import Audience, NoticeDue, Purpose
from netwatch.model.names import ChannelName, DeviceId, IncidentId, PersonId, RoleName
from netwatch.response.cases import HAND_OVER
from netwatch.response.people import People, Person, Role
from netwatch.response.rota import Rota
from netwatch.response.rules import Mode, ResponseRules
from tests.scenarios.night import MINUTE, Night, Told

MAREK, OKSANA, EWA = PersonId("marek"), PersonId("oksana"), PersonId("ewa")
ON_CALL = RoleName("on-call")
OWN = ChannelName("oksana-phone")
CLOCKS_GO_BACK = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""02:30 in Warsaw, for the first time that night; the shift changes."""
PLAIN_NIGHT = datetime(2026, 11, 15, 1, 30, tzinfo=UTC)
SWITCH = DeviceId("sw-rynek-1")


def rules(**more: object) -> ResponseRules:
    crews = Rota(
        id="crews",
        role=ON_CALL,
        zone=ZoneInfo("Europe/Warsaw"),
        people=(MAREK, OKSANA),
        starts=date(2026, 10, 24),
        hand_over=time(2, 30),
        days=1,
    )
    people = People(
        persons={
            MAREK: Person(id=MAREK),
            OKSANA: Person(id=OKSANA, channels=(OWN,)),
            EWA: Person(id=EWA),
        },
        roles={ON_CALL: Role(id=ON_CALL)},
        rotas=(crews,),
    )
    plain = ResponseRules(mode=Mode.FULL, people=people, set_up=None)
    return replace(plain, **more)  # type: ignore[arg-type] # fields of the rules


def a_night(hand_over: datetime) -> Night:
    """Return a night in which a switch dies ten minutes before the shift changes."""
    night = Night()
    night.at = hand_over - 12 * MINUTE
    night.passes(2 * MINUTE)
    night.world.dead.add(SWITCH)
    night.passes(5 * MINUTE)
    return night


def heard(told: Told) -> list[tuple[str, tuple[str, ...]]]:
    return [(due.purpose, due.recipients) for due in told.dues(Audience.STAFF)]


def by(told: Told, person: str) -> list[NoticeDue]:
    return [due for due in told.dues(Audience.STAFF) if person in due.recipients]


@pytest.mark.parametrize("hand_over", [CLOCKS_GO_BACK, PLAIN_NIGHT], ids=["clocks", "plain"])
def test_who_comes_on_duty_is_briefed_at_that_minute_and_both_hear_the_end(
    hand_over: datetime,
) -> None:
    night = a_night(hand_over)
    first, second = (MAREK, OKSANA) if hand_over is CLOCKS_GO_BACK else (OKSANA, MAREK)
    night.passes(10 * MINUTE)
    night.world.dead.clear()
    night.passes(5 * MINUTE)

    told = night.told(rules())

    assert told.opened() == 1
    alert, *rest = told.dues(Audience.STAFF)
    assert (alert.purpose, alert.recipients) == (Purpose.ALERT, (first,))
    (brief,) = (due for due in rest if due.subject == HAND_OVER)
    assert (brief.at, brief.recipients) == (hand_over, (second,))
    assert brief.purpose is Purpose.UPDATE
    ends = [due for due in rest if due.purpose is Purpose.ALL_CLEAR]
    assert sorted(one for due in ends for one in due.recipients) == sorted((first, second))
    assert [due for due in rest if due.purpose is Purpose.ALERT] == []


def test_each_is_told_by_a_channel_of_their_own_and_the_answer_has_one_alert() -> None:
    night = a_night(CLOCKS_GO_BACK)
    night.passes(10 * MINUTE)

    told = night.told(rules())

    assert {due.channel for due in by(told, MAREK)} == {"duty"}
    assert {due.channel for due in by(told, OKSANA)} == {OWN}
    answer = told.replayed.answer()
    assert [(one["incident"], one["to"]) for one in answer["alerts"]] == [("I-1", MAREK)]
    said = [(one["to"], one["why"]) for one in answer["staff_messages"]]
    assert said[-1] == (OKSANA, "hand-over")
    assert {to for to, why in said[:-1]} <= {MAREK}


def test_who_has_it_in_hand_hears_on_after_their_shift() -> None:
    night = a_night(CLOCKS_GO_BACK)
    night.comes(Acknowledge(at=night.at, incident=IncidentId("I-1"), by=MAREK))
    night.passes(9 * MINUTE)
    night.world.dead.clear()
    night.passes(3 * MINUTE)
    night.world.dead.add(SWITCH)
    night.passes(5 * MINUTE)

    told = night.told(rules())

    again = [due for due in told.dues(Audience.STAFF) if due.at > CLOCKS_GO_BACK + 4 * MINUTE]
    relapsed = [one for due in again if due.purpose is Purpose.UPDATE for one in due.recipients]
    assert set(relapsed) == {MAREK, OKSANA}


def test_who_takes_the_duty_over_by_command_is_briefed_at_once() -> None:
    night = a_night(PLAIN_NIGHT + timedelta(hours=5))
    night.comes(
        OverrideDuty(
            at=night.at,
            by="marek",
            role=ON_CALL,
            person=EWA,
            starts=night.at,
            ends=night.at + timedelta(hours=1),
        )
    )
    taken = night.at
    night.passes(5 * MINUTE)

    told = night.told(rules())

    (brief,) = by(told, EWA)
    assert brief.subject == HAND_OVER
    assert timedelta(0) <= brief.at - taken <= timedelta(seconds=1)
    assert heard(told)[0] == (Purpose.ALERT, (MAREK,))


def test_with_no_people_files_the_duty_phone_rings_as_ever() -> None:
    night = a_night(PLAIN_NIGHT)
    night.passes(8 * MINUTE)

    told = night.told()

    assert {(due.channel, due.recipients) for due in told.dues(Audience.STAFF)} == {
        ("duty", ("on-call",))
    }
    assert told.alerts() == 1
