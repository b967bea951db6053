"""A card dies with all its ports: one incident, one alert, one notice."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from netwatch.correlation import fallen_cards
from netwatch.model.arrivals import Sample
from netwatch.model.facts import Cause, IncidentKind, IncidentMerged, Phase
from netwatch.model.network import Network
from tests.scenarios.chassis import olt_tells, olt_with, switch_tells, switch_with
from tests.scenarios.night import NIGHT, ROUND, Told, told

Script = Sequence[tuple[Collection[str], int]]
HUAWEI = [f"0/3/{n}" for n in range(8)]
NEXT_CARD = [f"0/4/{n}" for n in range(8)]
BOXES = {
    "huawei": (HUAWEI, [*HUAWEI, *NEXT_CARD]),
    "vsol": ([f"GPON0/{n}" for n in range(1, 9)],) * 2,
    "bdcom": ([f"epon0/{n}" for n in range(1, 5)],) * 2,
    "bare": ([str(n) for n in range(1, 5)],) * 2,
    "zte": ([f"gpon-olt_1/2/{n}" for n in range(1, 5)],) * 2,
}


def lived(
    network: Network,
    script: Script,
    tells: Callable[..., list[Sample]] = olt_tells,
    apart: timedelta = ROUND,
) -> Told:
    """Return what was told of a script: which ports are dark, and for how many rounds."""
    samples, at = list[Sample](), NIGHT
    for dark, times in script:
        for _ in range(times):
            samples += tells(network, at, dark)
            at += apart
    return told(network, samples, at)


@pytest.mark.parametrize("maker", BOXES)
def test_a_dead_card_is_one_incident_one_alert_and_one_notice(maker: str) -> None:
    dead, ports = BOXES[maker]
    network = olt_with(ports)
    night = lived(network, [((), 4), (dead, 9), ((), 5)])

    assert night.opened() == 1
    (card,) = night.incidents
    assert card.cause is Cause.CARD
    assert set(card.root_cause) == {f"port:olt-1/{port}" for port in dead}
    assert card.also_possible == ("device:olt-1",)
    assert len(card.at_worst) == 6 * len(dead)
    assert night.alerts() == 1
    assert night.public() == [Phase.SUSPECTED, Phase.CONFIRMED, Phase.RESTORED]
    assert night.replayed.board.alarms.accounting()["root"] == 1


def test_a_card_of_many_ports_is_called_by_its_slot_and_a_box_by_itself() -> None:
    slot = [f"0/3/{n}" for n in range(16)]
    chassis = olt_with([*slot, *NEXT_CARD], homes=3)
    (card,) = lived(chassis, [((), 4), (slot, 6)]).incidents
    assert card.root_cause == ("port:olt-1/0/3",)

    box = [f"PON{n}" for n in range(1, 17)]
    (whole,) = lived(olt_with(box, homes=3), [((), 4), (box, 6)]).incidents
    assert (whole.root_cause, whole.cause) == (("device:olt-1",), Cause.CARD)


def test_two_cards_that_die_together_are_the_box() -> None:
    every = [*HUAWEI[:4], *NEXT_CARD[:4]]
    night = lived(olt_with(every), [((), 4), (every, 6)])

    (one,) = night.incidents
    assert night.alerts() == 1
    assert len(one.at_worst) == 6 * 8


def test_nearly_all_ports_are_the_card_and_a_few_are_not() -> None:
    network = olt_with(HUAWEI)

    (most,) = lived(network, [((), 4), (HUAWEI[:7], 6)]).incidents
    assert most.cause is Cause.CARD
    assert len(most.root_cause) == 7

    few = lived(network, [((), 4), (HUAWEI[:3], 6)])
    assert len(few.incidents) == 3


def test_ports_that_come_back_leave_the_others_in_the_same_incident() -> None:
    network = olt_with(HUAWEI)
    night = lived(network, [((), 4), (HUAWEI, 12), (HUAWEI[1:], 6), (HUAWEI[3:], 6)])

    assert night.opened() == 1
    (card,) = night.incidents
    assert card.restored_at is None
    assert set(card.root_cause) == {f"port:olt-1/{port}" for port in HUAWEI[3:]}
    assert len(card.without) == 5 * 6
    assert night.alerts() == 1


def test_the_last_port_of_a_card_keeps_the_incident_open_until_it_is_back() -> None:
    network = olt_with(HUAWEI[:4])
    script: Script = [((), 4), (HUAWEI[:4], 12), (HUAWEI[:1], 24), ((), 6)]
    night = lived(network, script)

    assert night.opened() == 1
    (card,) = night.incidents
    assert card.restored_at is not None
    assert card.restored_at >= NIGHT + ROUND * 40
    assert night.public().count(Phase.RESTORED) == 1


def test_ports_that_fail_minutes_apart_are_faults_of_their_own() -> None:
    network = olt_with(HUAWEI[:3])
    night = lived(network, [((), 4), (HUAWEI[:1], 30), (HUAWEI[:2], 30)])

    assert len(night.incidents) == 2


def test_a_card_seen_port_by_port_within_a_slow_poll_ends_as_one() -> None:
    network = olt_with(HUAWEI[:4])
    script: Script = [((), 4), (HUAWEI[:2], 1), (HUAWEI[:4], 4)]
    night = lived(network, script, apart=timedelta(seconds=30))

    (card,) = night.incidents
    assert set(card.root_cause) == {f"port:olt-1/{port}" for port in HUAWEI[:4]}
    assert night.opened() - len(night.facts(IncidentMerged)) == 1


def test_a_dead_box_stays_one_incident_while_very_many_ports_are_in_trouble(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fallen_cards, "LOOKED_AT", 16)
    box = [f"PON{n}" for n in range(1, 21)]
    night = lived(olt_with(box, homes=3), [((), 4), (box[:16], 20), (box[:17], 30)])

    whole, another = night.incidents
    assert (whole.root_cause, whole.cause) == (("device:olt-1",), Cause.CARD)
    assert len(another.at_worst) == 3


def gasping(network: Network, at: datetime, dark: Collection[str] = ()) -> list[Sample]:
    said = olt_tells(network, at, dark)
    return [replace(one, value="dying-gasp") if one.value == "los" else one for one in said]


def test_homes_that_gasp_are_no_dead_card() -> None:
    network = olt_with(HUAWEI[:4])
    (power,) = lived(network, [((), 4), (HUAWEI[:4], 6)], gasping).incidents
    assert power.cause is Cause.POWER_HOMES


def test_a_dead_line_card_of_a_switch_is_one_incident_and_a_dead_link_is_none_of_it() -> None:
    card, other = [f"ge-1/0/{n}" for n in range(4)], [f"ge-2/0/{n}" for n in range(4)]
    network = switch_with([*card, *other])

    night = lived(network, [((), 4), (card, 9)], switch_tells)
    (one,) = night.incidents
    assert one.cause is Cause.CARD
    assert one.root_cause == ("link:l-0", "link:l-1", "link:l-2", "link:l-3")
    assert night.alerts() == 1

    (link,) = lived(network, [((), 4), (card[:1], 9)], switch_tells).incidents
    assert link.cause is not Cause.CARD


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_card_that_keeps_restarting_is_one_incident_and_half_of_one_is_none(rounds: int) -> None:
    network = olt_with([*HUAWEI, *NEXT_CARD], homes=3)
    swings: Script = [((), 4), *[(HUAWEI, rounds), ((), rounds)] * 5, ((), 6)]
    night = lived(network, swings)

    (card,) = night.incidents
    assert (card.kind, card.cause) == (IncidentKind.FLAPPING, Cause.CARD)
    assert set(card.root_cause) == {f"port:olt-1/{port}" for port in HUAWEI}
    assert (night.opened(), night.alerts()) == (1, 1)

    half: Script = [((), 4), *[(HUAWEI[:4], rounds), ((), rounds)] * 5, ((), 6)]
    assert len(lived(network, half).incidents) == 4


def test_a_card_of_a_switch_that_keeps_restarting_is_one_incident() -> None:
    card, other = [f"ge-1/0/{n}" for n in range(4)], [f"ge-2/0/{n}" for n in range(4)]
    network = switch_with([*card, *other])
    night = lived(network, [((), 4), *[(card, 1), ((), 1)] * 5, ((), 6)], switch_tells)

    (one,) = night.incidents
    assert one.root_cause == ("link:l-0", "link:l-1", "link:l-2", "link:l-3")
    assert (one.kind, one.cause) == (IncidentKind.FLAPPING, Cause.CARD)
