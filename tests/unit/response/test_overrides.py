"""A person takes a duty for a while by command; that is kept, and ends."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from netwatch.intake.arrivals import NoArrivalError, command_from_plain, command_to_plain
from netwatch.model.duty_commands import EndOverride, OverrideDuty
from netwatch.model.duty_facts import DutyOverridden, DutyOverrideEnded
from netwatch.model.facts import ServiceStarted
from netwatch.model.names import OverrideId, PersonId, RoleName
from netwatch.model.network import Network
from netwatch.model.plain import fact_from_plain, fact_to_plain
from netwatch.response.people import People, Person
from netwatch.response.rules import ResponseRules
from netwatch.response.stage import begin, restore, snapshot
from netwatch.views.board import Board
from netwatch.views.overrides import overrides_answer, overrides_of
from tests.unit.response.hands import MINUTE, Hands

HOUR = timedelta(hours=1)
ON_CALL, EVA = RoleName("on-call"), PersonId("eva")
RULES = ResponseRules(people=People(persons={EVA: Person(id=EVA)}))


def takes(hands: Hands, **more: object) -> OverrideDuty:
    plain = OverrideDuty(
        at=hands.at, by="marek", role=ON_CALL, person=EVA, starts=hands.at, ends=hands.at + HOUR
    )
    return replace(plain, **more)  # type: ignore[arg-type] # fields of a command


def test_a_person_has_a_duty_for_a_while() -> None:
    hands = Hands(RULES)

    (fact,) = hands.bring(takes(hands, why="Marek is ill"))

    assert isinstance(fact, DutyOverridden)
    assert (fact.override, fact.person, fact.by, fact.why) == ("O-1", EVA, "marek", "Marek is ill")
    assert fact_from_plain(fact_to_plain(fact)) == fact
    assert list(hands.response.overrides.values()) == [fact]


@pytest.mark.parametrize(
    "wrong",
    [{"role": RoleName("cook")}, {"person": PersonId("nobody")}],
    ids=["no such role", "no such person"],
)
def test_nothing_follows_from_what_cannot_be(wrong: dict[str, str]) -> None:
    hands = Hands(RULES)

    assert hands.bring(takes(hands, **wrong)) == []


def test_what_is_over_before_it_is_said_is_nothing_and_what_began_begins_now() -> None:
    hands = Hands(RULES)

    assert hands.bring(takes(hands, starts=hands.at - 2 * HOUR, ends=hands.at - HOUR)) == []
    (fact,) = hands.bring(takes(hands, starts=hands.at - HOUR))
    assert isinstance(fact, DutyOverridden)
    assert fact.starts == hands.at


def test_it_can_be_taken_back_once() -> None:
    hands = Hands(RULES)
    hands.bring(takes(hands))
    back = EndOverride(at=hands.at + MINUTE, by="eva", override=OverrideId("O-1"))

    assert hands.bring(back) == [
        DutyOverrideEnded(at=back.at, override=OverrideId("O-1"), by="eva")
    ]
    assert hands.bring(back) == []
    assert hands.response.overrides == {}


def test_those_that_are_over_are_let_go_and_their_numbers_are_not_given_again() -> None:
    hands = Hands(RULES)
    hands.bring(takes(hands))
    hands.at += 2 * HOUR

    hands.bring(takes(hands))

    assert list(hands.response.overrides) == ["O-2"]


def test_a_restart_knows_them() -> None:
    hands = Hands(RULES)
    hands.bring(takes(hands))
    kept = json.loads(json.dumps(snapshot(hands.response)))
    again = begin(Network(), RULES)

    restore(again, kept)

    assert again.overrides == hands.response.overrides
    assert again.overrides_made == 1


def test_a_lost_journal_gives_no_number_twice() -> None:
    hands = Hands(RULES)
    hands.happen(ServiceStarted(at=hands.at, version="1", numbers_spent=40))

    (fact,) = hands.bring(takes(hands))

    assert isinstance(fact, DutyOverridden)
    assert fact.override == "O-41"


def test_the_board_shows_who_took_what_and_for_how_long_in_the_end() -> None:
    hands = Hands(RULES)
    hands.bring(takes(hands))
    hands.bring(takes(hands, starts=hands.at + 5 * HOUR, ends=hands.at + 6 * HOUR))
    begun = hands.at
    hands.at += MINUTE
    for name in ("O-1", "O-2"):
        hands.bring(EndOverride(at=hands.at, by="eva", override=OverrideId(name)))

    shown = Board.of(hands.story).overrides

    assert [(one.override, one.starts, one.ends) for one in shown.values()] == [
        ("O-1", begun, hands.at)
    ]
    answer = json.loads(json.dumps(overrides_answer(shown.values())))
    assert overrides_of(answer) == tuple(shown.values())


def test_the_door_takes_no_duty_of_no_length_and_no_name_that_is_none() -> None:
    hands = Hands(RULES)
    plain = json.loads(json.dumps(command_to_plain(takes(hands))))

    assert command_from_plain(plain, at=hands.at, by="marek") == takes(hands)
    for wrong in (
        {"ends": plain["starts"]},
        {"ends": "2036-01-01T00:00:00Z"},
        {"person": "Eva; rm"},
        {"role": ""},
        {"starts": "soon"},
    ):
        with pytest.raises(NoArrivalError):
            command_from_plain({**plain, **wrong}, at=hands.at, by="marek")
