"""Silence needs a reason: for every device there is one, and a next step."""

from dataclasses import replace

import pytest

from netwatch.model.arrivals import Outcome
from netwatch.model.evidence import Unseeing
from netwatch.model.facts import (
    AlarmCleared,
    AlarmPlaced,
    DeviceSwapped,
    Fact,
    Part,
    Withheld,
)
from netwatch.model.maintenance_facts import (
    MaintenanceBegan,
    MaintenanceEnded,
    MaintenancePlanned,
)
from netwatch.model.names import CheckName, DeviceId, ElementName, MaintenanceId
from netwatch.model.windows import Window
from netwatch.views.below import cut_off
from netwatch.views.board import Board
from netwatch.views.why_not import Seen, why_not
from tests.town import town
from tests.unit.views.tales import MINUTE, NIGHT, ONE, due, opened, placed, raised

TOWN = town()
OLT = ["device:olt-1"]


def reason(facts: list[Fact], device: str, **more: object) -> tuple[str, str | None]:
    answer = why_not(Board.of(facts), TOWN, DeviceId(device), **more)  # type: ignore[arg-type]
    assert answer.keys() == {"device", "reason", "incident", "since", "text"}
    assert answer["text"]
    return answer["reason"], answer["incident"]


def test_a_device_without_alarm_is_up() -> None:
    assert reason([], "ag-1") == ("up", None)


def test_a_device_whose_alarm_was_cleared_is_up_since_then() -> None:
    cleared = AlarmCleared(at=NIGHT + MINUTE, device=DeviceId("ag-1"), check=CheckName("icmp"))

    answer = why_not(Board.of([raised("ag-1"), cleared]), TOWN, DeviceId("ag-1"))

    assert (answer["reason"], answer["since"]) == ("up", "2026-11-14T19:03:11Z")


def test_a_device_that_was_swapped_says_so_whatever_else_there_is_to_say() -> None:
    swapped = DeviceSwapped(at=NIGHT, device=DeviceId("ag-1"), serial="B2", before="A1")

    answer = why_not(Board.of([swapped]), TOWN, DeviceId("ag-1"))

    assert answer["reason"] == "up"
    assert answer["swapped"] == {"at": "2026-11-14T19:02:11Z", "serial": "B2", "before": "A1"}


def test_a_device_that_is_not_in_the_inventory_is_unknown() -> None:
    assert reason([], "nobody") == ("unknown", None)


def test_passive_gear_is_never_asked() -> None:
    assert reason([], "s-1") == ("unknown", None)


@pytest.mark.parametrize(
    ("part", "word"),
    [
        (Part.FOLDED, "folded"),
        (Part.FLAPPING, "flapping"),
        (Part.NOISE, "below-threshold"),
    ],
)
def test_an_alarm_found_its_part(part: Part, word: str) -> None:
    facts = [raised("ag-1"), opened(), placed("ag-1", part, ONE)]

    assert reason(facts, "ag-1") == (word, "I-1")


def works(*later: Fact, on: str = "device:ag-1") -> list[Fact]:
    name = MaintenanceId("M-1")
    window = Window(starts=NIGHT, lasts=10 * MINUTE)
    placed_ = AlarmPlaced(
        at=NIGHT, device=DeviceId("ag-1"), check=CheckName("icmp"), as_=Part.PLANNED, why=name
    )
    return [
        MaintenancePlanned(
            at=NIGHT,
            maintenance=name,
            by="ewa",
            elements=(ElementName(on),),
            window=window,
        ),
        MaintenanceBegan(at=NIGHT, maintenance=name, starts=NIGHT, ends=NIGHT + 10 * MINUTE),
        raised("ag-1"),
        placed_,
        *later,
    ]


def test_what_works_take_is_planned_with_all_that_hangs_on_it_and_only_meanwhile() -> None:
    assert reason(works(), "ag-1") == ("planned", None)
    assert reason(works(on="device:olt-1"), "onu-11") == ("planned", None)
    over = MaintenanceEnded(at=NIGHT + 10 * MINUTE, maintenance=MaintenanceId("M-1"))
    assert reason(works(over), "ag-1") == ("below-threshold", None)
    late = opened(root=["device:ag-1"])
    assert reason(works(over, late), "ag-1") == ("folded", "I-1")


def test_an_alarm_not_placed_yet_is_being_weighed() -> None:
    assert reason([raised("ag-1")], "ag-1") == ("below-threshold", None)


def test_the_alarm_that_explains_most_is_told() -> None:
    facts = [
        raised("ag-1", "snmp"),
        raised("ag-1", "icmp"),
        opened(),
        placed("ag-1", Part.NOISE, None, "snmp"),
        placed("ag-1", Part.FOLDED, ONE, "icmp"),
    ]

    assert reason(facts, "ag-1") == ("folded", "I-1")


def test_what_shadow_kept_back_is_told_as_shadow() -> None:
    facts = [raised("ag-1"), opened(), placed("ag-1", Part.ROOT)]
    kept = due(withheld=Withheld.SHADOW)

    assert reason(facts, "ag-1", last_due=kept) == ("shadow", "I-1")
    assert reason(facts, "ag-1", last_due=due()) == ("folded", "I-1")


def test_a_device_below_a_broken_one_stands_in_its_shadow() -> None:
    assert reason([opened(root=OLT)], "onu-11") == ("shadow", "I-1")


def test_a_device_that_we_cannot_ask_is_blind() -> None:
    alarm = replace(raised("ag-1"), because=Unseeing(detail="no route to host"))

    assert reason([alarm], "ag-1") == ("blind", None)
    told = [alarm, opened(), placed("ag-1", Part.ROOT)]
    assert reason(told, "ag-1") == ("blind", "I-1")
    assert reason([], "ag-1", seen=Seen(NIGHT, Outcome.BLIND)) == ("blind", None)


def test_one_lost_answer_is_below_the_threshold() -> None:
    assert reason([], "ag-1", seen=Seen(NIGHT, Outcome.SILENT)) == ("below-threshold", None)


def test_a_ring_keeps_its_devices_until_it_is_cut_twice() -> None:
    assert cut_off(TOWN, ["link:l-1"]) == frozenset()  # type: ignore[list-item]
    assert DeviceId("ag-1") in cut_off(TOWN, ["risk:duct-1", "risk:duct-2"])  # type: ignore[list-item]
    below = cut_off(TOWN, ["port:olt-1/0/1/1"])  # type: ignore[list-item]
    assert DeviceId("onu-11") in below
    assert DeviceId("onu-21") not in below
