"""The journal's alarms say when each device and each port fell and rose, in bounded room."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.places import falls as module
from netwatch.inventory.places.falls import MOST_EACH, Falls, fallen
from netwatch.model.evidence import Because, Said, Silence, Unseeing
from netwatch.model.facts import AlarmCleared, AlarmRaised, Fact
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.terms import Severity

NIGHT = datetime(2026, 11, 14, 1, tzinfo=UTC)
AT = int(NIGHT.timestamp())
SW, CPE = DeviceId("sw-1"), DeviceId("cpe-1")
SILENT = Silence(probes=3, over=timedelta(seconds=20))
DOWN = Said(value="down", times=2)


def raised(
    at: int,
    device: DeviceId,
    because: Because = SILENT,
    check: str = "icmp",
    part: str | None = None,
) -> AlarmRaised:
    return AlarmRaised(
        at=NIGHT + timedelta(seconds=at),
        device=device,
        check=CheckName(check),
        part=part,
        severity=Severity.MAJOR,
        because=because,
    )


def cleared(
    at: int, device: DeviceId, check: str = "icmp", part: str | None = None
) -> AlarmCleared:
    return AlarmCleared(
        at=NIGHT + timedelta(seconds=at), device=device, check=CheckName(check), part=part
    )


def fold(*facts: Fact, into: Falls | None = None) -> Falls:
    begun = into or Falls()
    return fallen(begun, enumerate(facts, begun.read + 1), {SW, CPE}.__contains__)


def test_a_device_fell_when_it_was_first_not_heard() -> None:
    told = fold(raised(60, SW), cleared(600, SW), raised(900, SW))

    assert told.of == {SW: ((AT + 40, AT + 600), (AT + 880, 0))}
    assert told.read == 3


def test_a_port_falls_when_it_says_so() -> None:
    told = fold(
        raised(60, SW, DOWN, "if.oper", "ge-0/0/1"),
        cleared(90, SW, "if.oper", "ge-0/0/1"),
        raised(60, SW, Said(value="dormant"), "if.oper", "ge-0/0/2"),
    )

    assert told.of == {"sw-1:ge-0/0/1": ((AT + 60, AT + 90),)}


def test_what_could_not_be_asked_did_not_fall_and_strangers_do_not_count() -> None:
    assert not fold(
        raised(60, SW, Unseeing(detail="no route")),
        raised(60, SW, DOWN, "snmp"),
        raised(60, DeviceId("elsewhere")),
        cleared(90, CPE),
    ).of


def test_who_left_the_inventory_is_forgotten_and_the_newest_falls_are_kept() -> None:
    facts = [f for n in range(50) for f in (raised(60 * n + 30, SW), cleared(60 * n + 50, SW))]
    told = fold(*facts)

    assert len(told.of[SW]) == MOST_EACH
    assert told.of[SW][-1] == (AT + 49 * 60 + 10, AT + 49 * 60 + 50)
    assert fallen(told, [], {CPE}.__contains__).of == {}


def test_of_too_many_devices_those_that_fell_last_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 1)

    assert [*fold(raised(60, CPE), raised(90, SW)).of] == [SW]


STEPS = st.lists(
    st.tuples(st.sampled_from([SW, CPE]), st.booleans(), st.integers(1, 300)), max_size=60
)


def _facts(steps: Iterable[tuple[DeviceId, bool, int]]) -> list[Fact]:
    at, facts = 100, list[Fact]()
    for device, up, later in steps:
        at += later
        facts.append(cleared(at, device) if up else raised(at, device))
    return facts


@given(STEPS, st.integers(0, 60))
def test_read_in_two_goes_is_read_in_one(steps: list[tuple[DeviceId, bool, int]], cut: int) -> None:
    facts = _facts(steps)

    assert fold(*facts[cut:], into=fold(*facts[:cut])) == fold(*facts)


@given(STEPS)
def test_falls_follow_each_other_and_only_the_last_may_last(
    steps: list[tuple[DeviceId, bool, int]],
) -> None:
    for spells in fold(*_facts(steps)).of.values():
        assert all(rose > fell for fell, rose in spells[:-1])
        assert [*spells] == sorted(spells)
