"""What other rules would have changed: incident by incident, and who would have been missed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from netwatch.model.diagnosis import Diagnosis
from netwatch.model.evidence import Proof
from netwatch.model.facts import (
    Audience,
    Cause,
    Fact,
    IncidentKind,
    IncidentOpened,
    NoticeDue,
    Phase,
    Purpose,
)
from netwatch.model.names import ChannelName, ElementName, IncidentId, SubscriberId
from netwatch.views.board import Board
from netwatch.views.differences import Lived, differences

NIGHT = datetime(2026, 11, 14, 22, 0, tzinfo=UTC)
PEOPLE = ("S-1", "S-2", "S-3")


def lived(facts: Iterable[Fact]) -> Lived:
    kept = list(facts)
    return Lived(kept, Board.of(kept))


def opened(
    number: int = 1,
    root: str = "link:l-1",
    cause: Cause = Cause.FIBRE,
    after_s: float = 0,
    people: tuple[str, ...] = PEOPLE,
) -> IncidentOpened:
    at = NIGHT + timedelta(seconds=after_s)
    diagnosis = Diagnosis(
        kind=IncidentKind.OUTAGE,
        cause=cause,
        root_cause=(ElementName(root),),
        confidence=0.99,
        subscribers=tuple(SubscriberId(s) for s in people),
        proof=Proof(silent=3, asked=3, answering=0),
    )
    return IncidentOpened(at=at, incident=IncidentId(f"I-{number}"), since=at, diagnosis=diagnosis)


def told(number: int = 1, after_s: float = 30, phase: Phase = Phase.CONFIRMED) -> NoticeDue:
    return NoticeDue(
        at=NIGHT + timedelta(seconds=after_s),
        incident=IncidentId(f"I-{number}"),
        audience=Audience.PUBLIC,
        channel=ChannelName("website"),
        phase=phase,
        purpose=Purpose.NOTICE,
        revision=1,
        recipients=("public",),
    )


def test_one_night_held_against_itself_differs_in_nothing() -> None:
    night = [opened(), told()]

    found = differences(lived(night), lived(night))

    assert found["incidents"] == found["missed"] == found["reached"] == []
    assert found["unchanged"] == 1
    assert found["first_notice"]["later_s"] == 0.0


def test_a_notice_that_comes_later_is_told_with_how_much() -> None:
    found = differences(lived([opened(), told(after_s=30)]), lived([opened(), told(after_s=75)]))

    (row,) = found["incidents"]
    assert (row["change"], row["fields"], row["first_notice"]["later_s"]) == ("changed", [], 45.0)
    assert found["first_notice"]["later_s"] == 45.0
    assert found["missed"] == []


def test_another_cause_is_a_field_that_changed() -> None:
    found = differences(lived([opened()]), lived([opened(cause=Cause.DEVICE)]))

    (row,) = found["incidents"]
    assert row["fields"] == ["cause"]
    assert (row["before"]["cause"], row["after"]["cause"]) == ("fibre", "device")


def test_who_is_told_no_more_is_missed_and_who_is_told_besides_is_reached() -> None:
    other = opened(2, "link:l-2", people=("S-9",))
    before = lived([opened(), told(), other])
    after = lived([opened(), other, told(2)])

    found = differences(before, after)

    assert found["missed"] == list(PEOPLE)
    assert found["reached"] == ["S-9"]
    assert found["messages"]["before"]["public"] == found["messages"]["after"]["public"] == 1


def test_all_clears_tell_nobody_that_something_is_down() -> None:
    found = differences(lived([opened(), told()]), lived([opened(), told(phase=Phase.RESTORED)]))

    assert found["missed"] == list(PEOPLE)
    assert found["first_notice"]["after"] is None


def test_incidents_are_gone_or_new_where_nothing_joins_them() -> None:
    far = opened(1, "device:sw-9", after_s=3600, people=("S-9",))

    found = differences(lived([opened()]), lived([far]))

    assert [row["change"] for row in found["incidents"]] == ["gone", "new"]


def test_the_same_fault_keeps_its_pair_whatever_its_number() -> None:
    first = [opened(1, "link:l-1"), opened(2, "link:l-2", people=("S-7",))]
    other = [opened(1, "link:l-2", people=("S-7",)), opened(2, "link:l-1")]

    found = differences(lived(first), lived(other))

    assert found["incidents"] == []
    assert found["unchanged"] == 2
