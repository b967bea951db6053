"""How one subscriber's line stands, and what the person at the desk does next."""

from dataclasses import replace

import pytest

from netwatch.model.facts import IncidentKind, Phase
from netwatch.model.maintenance_facts import MaintenanceBegan, MaintenancePlanned
from netwatch.model.names import (
    AreaId,
    DeviceId,
    ElementName,
    MaintenanceId,
    SiteId,
    SubscriberId,
)
from netwatch.model.network import Area, LocalName, Network, Site
from netwatch.model.windows import Window
from netwatch.views.below import Ways
from netwatch.views.board import Board
from netwatch.views.desk import line
from tests.town import town
from tests.unit.views.tales import MINUTE, NIGHT, confirmed, opened, proof, restored

WHO = SubscriberId("S-onu-11")


def at_a_site(network: Network, device: str) -> Network:
    """Return the network with a device at the site ``pop``, and polna-1 as a part of polna."""
    pop, polna, part = SiteId("pop"), AreaId("polna"), AreaId("polna-1")
    stands = replace(network.devices[DeviceId(device)], site=pop)
    areas = {
        polna: Area(id=polna, name=LocalName("Polna")),
        part: replace(network.areas[part], within=polna),
    }
    return replace(
        network,
        sites={pop: Site(id=pop)},
        devices={**network.devices, stands.id: stands},
        areas={**network.areas, **areas},
    )


def test_a_line_in_an_outage_is_down_since_its_first_sign() -> None:
    facts = [opened(subscribers=(WHO,), root=("device:s-1",)), confirmed()]
    found = line(Board.of(facts), Ways(town()), WHO)

    assert (found.state, found.phase) == ("down", Phase.CONFIRMED)
    assert found.outage is not None
    assert found.since == found.outage.since
    assert "I-1" in found.next


def test_a_line_that_is_not_proven_dark_is_spoken_of_as_suspected() -> None:
    found = line(Board.of([opened(subscribers=(WHO,))]), Ways(town()), WHO)

    assert found.phase is Phase.SUSPECTED


def test_a_line_seen_working_again_is_restored() -> None:
    found = line(Board.of([opened(subscribers=(WHO,)), restored()]), Ways(town()), WHO)

    assert (found.state, found.since) == ("restored", NIGHT + 30 * MINUTE)


def test_a_line_of_which_nothing_bad_is_seen_is_up() -> None:
    assert line(Board.empty(), Ways(town()), WHO).state == "up"


def test_while_netwatch_is_blind_nothing_is_known() -> None:
    blind = opened(subscribers=(), root=("self",), kind=IncidentKind.BLIND)

    assert line(Board.of([blind]), Ways(town()), WHO).state == "unknown"


@pytest.mark.parametrize("mute", [0, 1])
def test_while_one_olt_cannot_be_asked_the_lines_behind_it_alone_are_unknown(mute: int) -> None:
    evidence = proof(silent=0, asked=0, mute=mute)
    blind = opened(subscribers=(), root=("device:olt-1",), kind=IncidentKind.BLIND, proof=evidence)
    board = Board.of([blind])

    found = line(board, Ways(town()), WHO)
    assert found.state == "unknown"
    assert "is seen through olt-1" in found.next
    assert line(board, Ways(town()), SubscriberId("S-cpe-1")).state == "up"


@pytest.mark.parametrize("on", ["device:s-1", "site:pop", "area:polna-1", "area:polna"])
def test_a_line_under_works_is_planned_and_one_beside_is_not(on: str) -> None:
    window = Window(starts=NIGHT, lasts=10 * MINUTE)
    network = at_a_site(town(), "s-1")
    name = MaintenanceId("M-1")
    works = [
        MaintenancePlanned(
            at=NIGHT,
            maintenance=name,
            by="ewa",
            elements=(ElementName(on),),
            window=window,
        ),
        MaintenanceBegan(at=NIGHT, maintenance=name, starts=NIGHT, ends=NIGHT + 10 * MINUTE),
    ]
    board = Board.of(works)

    found = line(board, Ways(network), WHO)
    assert (found.state, found.expected_end) == ("planned", NIGHT + 10 * MINUTE)
    assert line(board, Ways(network), SubscriberId("S-onu-21")).state == "up"


def test_the_ways_through_a_network_are_laid_out_only_while_something_may_stand_in_them() -> None:
    ways = Ways(town())
    line(Board.empty(), ways, WHO)
    assert "_links" not in vars(ways)

    line(Board.of([opened(root=("device:ag-3",), subscribers=())]), ways, WHO)
    laid = vars(ways)["_links"]
    line(Board.of([opened(root=("device:ag-3",), subscribers=())]), ways, WHO)
    assert vars(ways)["_links"] is laid
