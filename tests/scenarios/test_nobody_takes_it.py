"""Nobody takes an incident: these people are called at these times, and nobody else."""

from dataclasses import replace
from datetime import datetime, timedelta

from netwatch.model.arrivals import Acknowledge
from netwatch.model.facts import Audience, Purpose
from netwatch.model.names import ChannelName, IncidentId, LinkId, PersonId, RoleName
from netwatch.response.cases import RUNG
from netwatch.response.people import People, Person, Role
from netwatch.response.playbooks import When
from netwatch.response.rules import Mode, ResponseRules
from netwatch.response.rungs import Ladder, Ladders, Rung
from netwatch.rules.reader import read_rules
from tests.scenarios.night import MINUTE, Night, Told

EWA, MAREK, OKSANA = PersonId("ewa"), PersonId("marek"), PersonId("oksana")
ON_CALL, MANAGER = RoleName("on-call"), RoleName("manager")
PHONE = ChannelName("ewa-phone")
VOICE = ChannelName("voice")
STAFF = People(
    persons={
        MAREK: Person(id=MAREK),
        OKSANA: Person(id=OKSANA),
        EWA: Person(id=EWA, channels=(PHONE,)),
    },
    roles={
        ON_CALL: Role(id=ON_CALL, people=(MAREK, OKSANA)),
        MANAGER: Role(id=MANAGER, people=(EWA,)),
    },
)
LADDER = Ladder(
    id="any",
    when=When(least_people=1),
    rungs=(
        Rung(after=3 * MINUTE, roles=(ON_CALL,), by=(VOICE,)),
        Rung(after=6 * MINUTE, roles=(ON_CALL,), by=(VOICE,), everyone=True),
        Rung(after=10 * MINUTE, roles=(MANAGER,)),
    ),
    again=30 * MINUTE,
)
Call = tuple[timedelta, str, tuple[str, ...]]


def rules(*ladders: Ladder, staff: People = STAFF) -> ResponseRules:
    """Return the rules that ship, with people, a manager who has a phone, and these ladders."""
    book = read_rules(None).rulebook
    assert book is not None
    shipped = replace(book.stages.response, mode=Mode.FULL, timezone="Europe/Warsaw")
    set_up = (PHONE, VOICE)
    return replace(shipped, people=staff, set_up=set_up, ladders=Ladders(ladders=ladders))


def calls(told: Told) -> list[Call]:
    """Return how long after the first alert who was called because nobody took it, and how."""
    dues = told.dues(Audience.STAFF)
    first = next(due.at for due in dues if due.purpose is Purpose.ALERT)
    return [(due.at - first, due.channel, due.recipients) for due in dues if due.subject == RUNG]


def cut_at_night(minutes: int) -> Night:
    """Return a night in which a fibre is cut for so long."""
    night = Night()
    night.passes(MINUTE)
    night.world.cut.add(LinkId("f-dabrowa"))
    night.passes(minutes * MINUTE)
    return night


def first_alert(told: Told) -> datetime:
    """Return when the staff heard first."""
    return next(due.at for due in told.dues(Audience.STAFF) if due.purpose is Purpose.ALERT)


def test_the_ladder_is_walked_then_all_are_called_then_the_manager_and_he_again() -> None:
    told = cut_at_night(45).told(rules(LADDER))

    assert calls(told) == [
        (3 * MINUTE, VOICE, (ON_CALL,)),
        (6 * MINUTE, VOICE, (MAREK, OKSANA)),
        (10 * MINUTE, PHONE, (EWA,)),
        (40 * MINUTE, PHONE, (EWA,)),
    ]
    last = [due.detail for due in told.dues(Audience.STAFF) if due.subject == RUNG]
    assert last == ["3", "6", "10 last telling", "40 last telling"]


def test_nobody_is_reminded_of_taking_it_beside_the_ladder() -> None:
    told = cut_at_night(30).told(rules(LADDER))
    taking = {due.detail for due in told.dues(Audience.STAFF) if due.purpose is Purpose.TASK}

    assert calls(told)
    assert not any("I-1.2" in detail.split() for detail in taking)


def test_customers_are_told_all_the_same_while_nobody_answers() -> None:
    night = cut_at_night(20)

    with_ladder, without = night.told(rules(LADDER)), night.told(rules())

    assert with_ladder.public() == without.public() != []


def test_whoever_takes_it_stops_the_ladder_at_once() -> None:
    night = cut_at_night(5)
    night.comes(Acknowledge(at=night.at, incident=IncidentId("I-1"), by=MAREK))
    night.passes(40 * MINUTE)
    told = night.told(rules(LADDER))

    assert [when for when, _, _ in calls(told)] == [3 * MINUTE]


def test_what_works_again_calls_nobody_more_and_all_who_were_called_hear_it() -> None:
    night = cut_at_night(8)
    night.world.cut.clear()
    night.passes(30 * MINUTE)
    told = night.told(rules(LADDER))

    assert [when for when, _, _ in calls(told)] == [3 * MINUTE, 6 * MINUTE]
    clear = [due for due in told.dues(Audience.STAFF) if due.purpose is Purpose.ALL_CLEAR]
    assert {one for due in clear for one in due.recipients} == {ON_CALL, MAREK, OKSANA}


def test_without_people_files_there_is_no_ladder() -> None:
    told = cut_at_night(30).told(rules(LADDER, staff=People()))

    assert calls(told) == []


def test_who_takes_it_and_takes_no_step_is_reminded_and_then_it_climbs() -> None:
    night = cut_at_night(2)
    taken = night.at
    night.comes(Acknowledge(at=taken, incident=IncidentId("I-1"), by=MAREK))
    night.passes(30 * MINUTE)
    told = night.told(rules(LADDER))

    tasks = [due for due in told.dues(Audience.STAFF) if due.purpose is Purpose.TASK]
    assert calls(told) == []
    assert any(15 <= (due.at - taken) / MINUTE < 17 for due in tasks)
