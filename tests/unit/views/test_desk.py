"""How one subscriber's line stands, and what the person at the desk does next."""

import pytest

from netwatch.model.facts import IncidentKind, Phase
from netwatch.model.maintenance_facts import MaintenanceBegan, MaintenancePlanned
from netwatch.model.names import ElementName, MaintenanceId, SubscriberId
from netwatch.model.windows import Window
from netwatch.views.board import Board
from netwatch.views.desk import line
from tests.town import town
from tests.unit.views.tales import MINUTE, NIGHT, confirmed, opened, proof, restored

WHO = SubscriberId("S-onu-11")


def test_a_line_in_an_outage_is_down_since_its_first_sign() -> None:
    facts = [opened(subscribers=(WHO,), root=("device:s-1",)), confirmed()]
    found = line(Board.of(facts), town(), WHO)

    assert (found.state, found.phase) == ("down", Phase.CONFIRMED)
    assert found.outage is not None
    assert found.since == found.outage.since
    assert "I-1" in found.next


def test_a_line_that_is_not_proven_dark_is_spoken_of_as_suspected() -> None:
    found = line(Board.of([opened(subscribers=(WHO,))]), town(), WHO)

    assert found.phase is Phase.SUSPECTED


def test_a_line_seen_working_again_is_restored() -> None:
    found = line(Board.of([opened(subscribers=(WHO,)), restored()]), town(), WHO)

    assert (found.state, found.since) == ("restored", NIGHT + 30 * MINUTE)


def test_a_line_of_which_nothing_bad_is_seen_is_up() -> None:
    assert line(Board.empty(), town(), WHO).state == "up"


def test_while_netwatch_is_blind_nothing_is_known() -> None:
    blind = opened(subscribers=(), root=("self",), kind=IncidentKind.BLIND)

    assert line(Board.of([blind]), town(), WHO).state == "unknown"


@pytest.mark.parametrize("mute", [0, 1])
def test_while_one_olt_cannot_be_asked_the_lines_behind_it_alone_are_unknown(mute: int) -> None:
    evidence = proof(silent=0, asked=0, mute=mute)
    blind = opened(subscribers=(), root=("device:olt-1",), kind=IncidentKind.BLIND, proof=evidence)
    board = Board.of([blind])

    found = line(board, town(), WHO)
    assert found.state == "unknown"
    assert "is seen through olt-1" in found.next
    assert line(board, town(), SubscriberId("S-cpe-1")).state == "up"


def test_a_line_under_works_is_planned_and_one_beside_is_not() -> None:
    window = Window(starts=NIGHT, lasts=10 * MINUTE)
    name = MaintenanceId("M-1")
    works = [
        MaintenancePlanned(
            at=NIGHT,
            maintenance=name,
            by="ewa",
            elements=(ElementName("device:s-1"),),
            window=window,
        ),
        MaintenanceBegan(at=NIGHT, maintenance=name, starts=NIGHT, ends=NIGHT + 10 * MINUTE),
    ]
    board = Board.of(works)

    found = line(board, town(), WHO)
    assert (found.state, found.expected_end) == ("planned", NIGHT + 10 * MINUTE)
    assert line(board, town(), SubscriberId("S-onu-21")).state == "up"
