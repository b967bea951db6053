"""The person on duty gets one alert an incident, news when it changes what to do, an all-clear."""

from netwatch.model.facts import (
    Audience,
    Cause,
    IncidentClosed,
    IncidentKind,
    IncidentMerged,
    IncidentRelapsed,
    IncidentRestored,
    NoticeDue,
)
from netwatch.model.names import IncidentId
from netwatch.response.rules import ResponseRules
from tests.unit.response.hands import (
    MINUTE,
    ONE,
    Hands,
    confirmed,
    diagnosis,
    opened,
    revised,
    words,
)


def staff(facts: object) -> list[str]:
    return [what for who, what, _ in words(list(facts)) if who == "staff"]  # type: ignore[call-overload]


def test_one_alert_then_silence_then_one_all_clear() -> None:
    hands = Hands()
    assert staff(hands.happen(opened(hands))) == ["alert"]
    hands.move(MINUTE)
    assert staff(hands.happen(confirmed(hands))) == []
    assert staff(hands.move(30 * MINUTE)) == []
    assert staff(hands.happen(IncidentRestored(at=hands.at, incident=ONE))) == ["all-clear"]
    assert staff(hands.happen(IncidentClosed(at=hands.at, incident=ONE))) == []


def test_every_kind_but_a_single_line_alerts_the_staff() -> None:
    alerted = {}
    for kind in IncidentKind:
        hands = Hands()
        alerted[kind] = staff(hands.happen(opened(hands, diagnosis(kind))))
    assert alerted.pop(IncidentKind.LINE) == []
    assert alerted.pop(IncidentKind.PARTIAL) == [], "homes that restart are mostly back by then"
    assert set(map(tuple, alerted.values())) == {("alert",)}


def test_a_line_that_grows_into_an_outage_alerts_then() -> None:
    hands = Hands()
    hands.happen(opened(hands, diagnosis(IncidentKind.LINE, people=1)))
    assert staff(hands.happen(revised(hands, diagnosis()))) == ["alert"]


def test_another_root_is_news_and_one_already_named_as_possible_is_not() -> None:
    hands = Hands()
    hands.happen(opened(hands, diagnosis(also=("device:sw-1",))))
    hands.move(2 * MINUTE)
    named = diagnosis(root="device:sw-1", cause=Cause.DEVICE)
    assert staff(hands.happen(revised(hands, named))) == []
    assert staff(hands.happen(confirmed(hands))) == ["update"]
    hands.move(MINUTE)
    other = diagnosis(root="device:core-2", cause=Cause.DEVICE)
    assert staff(hands.happen(revised(hands, other))) == ["update"]
    hands.move(MINUTE)
    more_people = diagnosis(root="device:core-2", cause=Cause.DEVICE, people=300)
    assert staff(hands.happen(revised(hands, more_people))) == []


def test_a_cause_that_wavers_is_told_once_a_minute_at_most_and_only_as_it_then_stands() -> None:
    hands = Hands()
    hands.happen(opened(hands))
    other = diagnosis(root="device:core-2")
    assert staff(hands.happen(revised(hands, other))) == []
    assert staff(hands.happen(revised(hands, diagnosis()))) == []
    assert staff(hands.move(5 * MINUTE)) == []
    hands.happen(revised(hands, other))
    assert staff(hands.move(5 * MINUTE)) == []
    assert hands.response.cases[ONE].staff is not None


def test_a_relapse_is_an_update_not_a_second_alert() -> None:
    hands = Hands()
    hands.happen(opened(hands), confirmed(hands))
    hands.happen(IncidentRestored(at=hands.at, incident=ONE))
    assert staff(hands.happen(IncidentRelapsed(at=hands.at, incident=ONE))) == ["update"]
    assert staff(hands.happen(IncidentRestored(at=hands.at, incident=ONE))) == ["all-clear"]


def test_merged_away_ends_it_for_the_staff_too() -> None:
    hands = Hands()
    hands.happen(opened(hands))
    merged = IncidentMerged(at=hands.at, incident=ONE, into=IncidentId("I-2"))
    assert staff(hands.happen(merged)) == ["all-clear"]
    assert hands.response.cases == {}


def test_everybody_on_duty_is_in_the_one_alert() -> None:
    hands = Hands(ResponseRules(staff=("ewa", "marek")))
    (alert,) = [
        fact
        for fact in hands.happen(opened(hands))
        if isinstance(fact, NoticeDue) and fact.audience is Audience.STAFF
    ]
    assert alert.recipients == ("ewa", "marek")
    assert alert.withheld is None
