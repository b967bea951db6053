"""Somebody has to do something: these tasks at these times, told to these people, and no others."""

from dataclasses import replace
from datetime import datetime

from netwatch.model.arrivals import Acknowledge, Expect
from netwatch.model.facts import Audience, Cause, Purpose
from netwatch.model.names import (
    ChannelName,
    DeviceId,
    IncidentId,
    LinkId,
    PersonId,
    RoleName,
    TaskId,
)
from netwatch.model.task_facts import Rank, TaskDone, TaskDropped, TaskGiven, TaskSkipped
from netwatch.model.tasking import FinishTask
from netwatch.response.people import People, Person, Role
from netwatch.response.rules import Mode, ResponseRules
from netwatch.rules.reader import read_rules
from tests.scenarios.night import MINUTE, Night, Told

EWA, MAREK = PersonId("ewa"), PersonId("marek")
PHONE = ChannelName("ewa-phone")
STAFF = People(
    persons={MAREK: Person(id=MAREK), EWA: Person(id=EWA, channels=(PHONE,))},
    roles={
        RoleName("on-call"): Role(id=RoleName("on-call"), people=(MAREK,)),
        RoleName("dispatcher"): Role(id=RoleName("dispatcher"), people=(EWA,)),
    },
)
CREWED = (Rank.CREW, Rank.REPAIR)


def rules(*, staffed: bool = True) -> ResponseRules:
    """Return the rules that ship, with somebody on call and a dispatcher who has a phone."""
    book = read_rules(None).rulebook
    assert book is not None
    shipped = replace(book.stages.response, mode=Mode.FULL, timezone="Europe/Warsaw")
    return replace(shipped, people=STAFF, set_up=(PHONE,)) if staffed else shipped


def given(told: Told) -> list[str]:
    """Return which tasks were given, in order."""
    return [fact.name for fact in told.facts(TaskGiven)]


def messages(told: Told, since: datetime) -> list[tuple[int, str, str]]:
    """Return the minute of each message about tasks, to whom, and of how many tasks."""
    return [
        (int((due.at - since) / MINUTE), due.recipients[0], due.detail)
        for due in told.dues(Audience.STAFF)
        if due.purpose is Purpose.TASK
    ]


def test_a_fibre_cut_at_night_from_the_first_word_to_the_last_splice() -> None:
    night = Night()
    night.passes(MINUTE)
    night.world.cut.add(LinkId("f-dabrowa"))
    since = night.at
    night.passes(3 * MINUTE)
    night.comes(Acknowledge(at=night.at, incident=IncidentId("I-1"), by=MAREK))
    until = night.at + 90 * MINUTE
    night.comes(Expect(at=night.at, incident=IncidentId("I-1"), by=MAREK, until=until))
    night.comes(FinishTask(at=night.at, task=TaskId("I-1.6"), by=EWA))
    night.passes(4 * MINUTE)
    night.world.cut.clear()
    night.passes(4 * MINUTE)
    told = night.told(rules())

    first_crew = next(fact for fact in told.facts(TaskGiven) if fact.rank in CREWED)
    heard = next(due for due in told.dues(Audience.PUBLIC) if due.withheld is None)
    assert heard.at <= first_crew.at <= heard.at + MINUTE
    assert first_crew.name == "send-splicers"
    assert first_crew.task == "I-1.6"
    assert given(told).index("customers-told") == 0
    assert "find-break" in given(told)
    of_ewa = [row for row in messages(told, since) if row[1] == EWA]
    assert of_ewa == [(0, EWA, "I-1.6")]
    assert [row for row in messages(told, since) if row[1] == MAREK and row[0] < 3] == []
    ended = [*told.facts(TaskDone), *told.facts(TaskSkipped), *told.facts(TaskDropped)]
    left = {fact.task for fact in told.facts(TaskGiven)} - {fact.task for fact in ended}
    assert {fact.rank for fact in told.facts(TaskGiven) if fact.task in left} <= {Rank.AFTERCARE}


def test_without_people_files_the_staff_hears_exactly_what_it_heard_before() -> None:
    night = Night()
    night.passes(MINUTE)
    night.world.cut.add(LinkId("f-dabrowa"))
    night.passes(30 * MINUTE)
    with_tasks = night.told(rules(staffed=False))
    plain = rules(staffed=False)
    without = night.told(replace(plain, tasks=replace(plain.tasks, playbooks=())))

    assert given(with_tasks)
    assert given(without) == []
    assert with_tasks.staff() == without.staff()


def test_power_at_the_homes_sends_nobody_out() -> None:
    night = Night()
    night.passes(MINUTE)
    people = night.world.network.subscribers.values()
    night.world.dark |= {
        DeviceId(one.device) for one in people if one.area == "dabrowa" and one.device
    }
    night.passes(15 * MINUTE)
    told = night.told(rules())

    assert {incident.cause for incident in told.incidents} <= {Cause.POWER_HOMES}
    assert not [fact for fact in told.facts(TaskGiven) if fact.rank is Rank.CREW]
