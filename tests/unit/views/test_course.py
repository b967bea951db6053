"""How far an incident is, since when, and how long each stage took: derived from facts alone."""

from datetime import timedelta

from netwatch.model.facts import (
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentRelapsed,
    IncidentRestored,
)
from netwatch.model.names import RoleName, TaskId
from netwatch.model.task_facts import Rank, TaskDone, TaskGiven
from netwatch.views.board import Board
from netwatch.views.course import Course, totals
from netwatch.views.incidents import incident_list
from tests.unit.views.tales import MINUTE, NIGHT, ONE, back, confirmed, opened, people, restored

CREW = TaskId("I-1.4")


def course(*facts: Fact) -> Course:
    return Board.of([opened(), *facts]).outages[ONE].course


def taken(minutes: int = 2) -> IncidentAcknowledged:
    return IncidentAcknowledged(at=NIGHT + minutes * MINUTE, incident=ONE, by="marek")


def closed(minutes: int = 40) -> IncidentClosed:
    return IncidentClosed(at=NIGHT + minutes * MINUTE, incident=ONE)


def stages(course: Course) -> list[tuple[str, float]]:
    return [(spell.stage, (spell.since - NIGHT) / MINUTE) for spell in course.spells]


def test_an_incident_goes_from_detected_to_closed_with_a_clock_per_stage() -> None:
    end = EndExpected(at=NIGHT + 5 * MINUTE, incident=ONE, by="marek", until=NIGHT + 60 * MINUTE)

    whole = course(confirmed(), taken(), end, restored(), closed())

    assert stages(whole) == [
        ("detected", 0),
        ("confirmed", 1),
        ("assigned", 2),
        ("fixing", 5),
        ("restored", 30),
        ("verified", 30),
        ("closed", 40),
    ]
    assert dict(totals(whole)) == {
        "detected": MINUTE,
        "confirmed": MINUTE,
        "assigned": 3 * MINUTE,
        "fixing": 25 * MINUTE,
        "restored": timedelta(),
        "verified": 10 * MINUTE,
        "closed": timedelta(),
    }


def test_what_is_proven_after_somebody_took_it_does_not_go_back() -> None:
    assert stages(course(taken(0), confirmed())) == [("detected", 0), ("assigned", 0)]


def test_it_is_being_fixed_once_a_person_says_that_a_crew_went() -> None:
    given = TaskGiven(
        at=NIGHT + MINUTE,
        task=CREW,
        incident=ONE,
        name="send-splicers",
        playbook="fibre",
        role=RoleName("dispatcher"),
        rank=Rank.CREW,
    )
    by_itself = TaskDone(at=NIGHT + 2 * MINUTE, task=CREW, incident=ONE, because="eta-known")
    by_ewa = TaskDone(at=NIGHT + 3 * MINUTE, task=CREW, incident=ONE, by="ewa")

    assert course(given, by_itself).stage == "detected"
    assert stages(course(given, by_ewa)) == [("detected", 0), ("fixing", 3)]


def test_it_is_verified_only_when_the_last_single_home_works_again() -> None:
    apart = IncidentRestored(at=NIGHT + 30 * MINUTE, incident=ONE, apart=people(2))
    first = back(people(1), at=NIGHT + 40 * MINUTE)
    last = back(people(1, first=2), at=NIGHT + 50 * MINUTE)

    assert course(apart, first).stage == "restored"
    assert stages(course(apart, first, last))[-1] == ("verified", 50)


def test_what_is_gone_again_is_being_fixed_again_and_both_times_count() -> None:
    end = EndExpected(at=NIGHT, incident=ONE, by="marek", until=NIGHT + 60 * MINUTE)
    again = IncidentRelapsed(at=NIGHT + 35 * MINUTE, incident=ONE)
    once_more = restored(at=NIGHT + 45 * MINUTE)

    whole = course(end, restored(), again, once_more)

    assert whole.stage == "verified"
    assert dict(totals(whole, NIGHT + 50 * MINUTE))["fixing"] == 40 * MINUTE
    assert dict(totals(whole, NIGHT + 50 * MINUTE))["verified"] == 10 * MINUTE


def test_the_one_with_authority_is_whoever_was_given_it_last() -> None:
    given = IncidentAssigned(at=NIGHT + 4 * MINUTE, incident=ONE, by="marek", to="oksana")

    (row,) = incident_list(Board.of([opened(), taken(), given]))["incidents"]

    assert row["stage"] == "assigned"
    assert row["authority"] == {
        "person": "oksana",
        "since": "2026-11-14T19:06:11Z",
        "how": "given by marek",
    }
    assert [one["seconds"] for one in row["stages"]] == [120.0, None]


def test_of_what_nobody_took_nobody_has_the_authority() -> None:
    (row,) = incident_list(Board.of([opened()]))["incidents"]

    assert row["authority"] is None
