"""The watchdog is fed by progress; troubles are told once and end when they are gone."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from netwatch.intake.receiver import ReceiverReport
from netwatch.model.arrivals import Acknowledge, Hold, Resume, Sample, Tick
from netwatch.model.faults import DeliveryError
from netwatch.model.names import IncidentId
from netwatch.service.gate import Gate
from netwatch.service.housekeeping import Housekeeping
from netwatch.service.intray import Intray
from netwatch.service.paths import StateError, door_path, lock_state
from netwatch.service.receiver_watch import INTAKE, ReceiverWatch
from netwatch.service.refusals import refusal
from netwatch.service.watchdog import Watchdog
from netwatch.telemetry.vital_signs import (
    ARRIVALS_WAITING,
    DECLARED,
    POLL_LAG,
    TIME_TO_NOTICE,
    Vitals,
)
from netwatch.views.board import Board
from tests.unit.service.story import CORE, ICMP, NIGHT, Outcome
from tests.unit.service.test_clock import Machine


class Usage(NamedTuple):
    """What a disk says of itself."""

    total: int
    used: int
    free: int


def keeper(machine: Machine, channels: dict[str, dict[str, object]], tmp: Path) -> Housekeeping:
    vitals = Vitals()
    return Housekeeping(
        intray=Intray(),
        clock=machine.clock(),
        vitals=vitals,
        receiver=ReceiverWatch(clock=machine.clock(), vitals=vitals),
        state=tmp,
        channels=lambda: channels,
        owed=lambda: 3,
        lag_s=lambda: 0.5,
    )


def test_a_part_that_stands_still_starves_the_watchdog() -> None:
    machine = Machine()
    marks = {"polling": 1000.0, "correlation": 1000.0, "outbox": 1000.0}
    watchdog = Watchdog({name: (lambda name=name: marks[name]) for name in marks}, machine.clock())
    assert watchdog.stuck() == []
    machine.pass_(timedelta(seconds=21))
    marks["polling"] = marks["outbox"] = machine.steady
    assert watchdog.stuck() == ["correlation"]


def test_a_trouble_is_told_once_and_its_end_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 40
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 100 - free, free))
    channels: dict[str, dict[str, object]] = {"duty": {"sick": False}}
    housekeeping = keeper(Machine(), channels, tmp_path)
    assert list(housekeeping.look_round()) == []
    free = 3
    channels["duty"] = {"sick": True, "last_failure": "500"}
    begun = list(housekeeping.look_round())
    assert [(t.where, t.over) for t in begun] == [("channel:duty", False), ("disk", False)]
    assert list(housekeeping.look_round()) == []
    free = 40
    channels["duty"] = {"sick": False, "takes": True}
    ended = list(housekeeping.look_round())
    assert [(t.where, t.over) for t in ended] == [("channel:duty", True), ("disk", True)]


def test_a_disk_at_the_edge_is_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 0
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1000, 1000 - free, free))
    housekeeping = keeper(Machine(), {}, tmp_path)
    told = []
    for permille in (51, 49, 51, 49, 59, 61, 51, 49):
        free = permille
        told += [trouble.over for trouble in housekeeping.look_round()]
    assert told == [False, True, False]


def test_a_state_that_cannot_be_looked_at_is_a_trouble_and_one_without_a_size_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 0))
    assert list(keeper(Machine(), {}, tmp_path).look_round()) == []
    monkeypatch.undo()
    (trouble,) = keeper(Machine(), {}, tmp_path / "gone").look_round()
    assert (trouble.where, "cannot be looked at" in trouble.what) == ("disk", True)


def test_a_flood_is_told_once_and_how_it_ended_is_news(tmp_path: Path) -> None:
    housekeeping = keeper(Machine(), {}, tmp_path)
    housekeeping.receiver.heard(ReceiverReport(pid=7, troubles={INTAKE: "a flood"}))
    told = [trouble for _ in range(3) for trouble in housekeeping.look_round()]
    housekeeping.receiver.heard(ReceiverReport(pid=7, endings={INTAKE: "It is over."}))
    told += [trouble for _ in range(3) for trouble in housekeeping.look_round()]
    assert [(t.where, t.what, t.over, t.tell_end) for t in told] == [
        (INTAKE, "a flood", False, False),
        (INTAKE, "It is over.", True, True),
    ]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_was_set_is_told_for_a_minute_or_until_it_is_right_again(
    tmp_path: Path, hours: int
) -> None:
    machine = Machine()
    housekeeping = keeper(machine, {}, tmp_path)
    list(housekeeping.look_round())
    machine.wall += timedelta(hours=hours)
    told, rounds = [], 0
    for _ in range(480):
        told += list(housekeeping.look_round())
        rounds += "clock" in housekeeping.open
        machine.pass_(timedelta(seconds=15))
    assert [(t.where, t.over) for t in told] == [("clock", False), ("clock", True)]
    if hours > 0:
        assert told[0].what.endswith("set forward by 1:00:00")
        assert rounds == 4
    else:
        assert "set back by 1:00:00: time never goes back here" in told[0].what
        assert 395 <= rounds <= 405  # all but ten minutes of the hour, at half speed


def test_a_start_long_before_what_was_decided_last_is_a_trouble_for_as_long(tmp_path: Path) -> None:
    machine = Machine()
    housekeeping = keeper(machine, {}, tmp_path)
    housekeeping.clock = machine.clock(not_before=machine.wall + timedelta(days=365))
    told = []
    for _ in range(50):
        told += list(housekeeping.look_round())
        machine.pass_(timedelta(seconds=15))
    assert [(t.where, t.over) for t in told] == [("clock", False)]
    assert "set back by 365 days" in told[0].what


def test_what_was_wrong_before_a_restart_is_not_told_again(tmp_path: Path) -> None:
    channels: dict[str, dict[str, object]] = {"duty": {"sick": True}}
    housekeeping = keeper(Machine(), channels, tmp_path)
    housekeeping.open = {"channel:duty", "website"}
    assert [(t.where, t.over) for t in housekeeping.look_round()] == [("website", True)]


def test_a_channel_told_to_be_in_trouble_is_well_only_once_it_takes_something(
    tmp_path: Path,
) -> None:
    channels: dict[str, dict[str, object]] = {"duty": {"sick": False, "takes": False}}
    housekeeping = keeper(Machine(), channels, tmp_path)
    housekeeping.open = {"channel:duty"}
    assert list(housekeeping.look_round()) == []

    channels["duty"] = {"sick": False, "refuses": "HTTP 404", "takes": False}
    assert list(housekeeping.look_round()) == []

    channels["duty"] = {"sick": False, "refuses": "", "takes": True}
    assert [(t.where, t.over) for t in housekeeping.look_round()] == [("channel:duty", True)]


def test_a_channel_that_refuses_is_a_trouble(tmp_path: Path) -> None:
    channels: dict[str, dict[str, object]] = {"duty": {"sick": False, "refuses": "HTTP 404"}}
    begun = list(keeper(Machine(), channels, tmp_path).look_round())

    assert [(t.where, t.what) for t in begun] == [
        ("channel:duty", "refuses notices for good: HTTP 404")
    ]


def test_an_account_that_runs_dry_is_told_until_a_look_finds_it_full(tmp_path: Path) -> None:
    channels: dict[str, dict[str, object]] = {"sms": {"sick": False, "warning": "3 points left"}}
    housekeeping = keeper(Machine(), channels, tmp_path)
    begun = [(one.where, one.what, one.over) for one in housekeeping.look_round()]
    channels["sms"]["warning"] = None
    after_a_restart = list(housekeeping.look_round())
    channels["sms"]["warning"] = ""
    ended = [(one.where, one.over) for one in housekeeping.look_round()]

    assert begun == [("account:sms", "3 points left", False)]
    assert after_a_restart == []
    assert ended == [("account:sms", True)]


def test_people_and_time_pass_before_devices() -> None:
    async def taken() -> list[type]:
        intray = Intray()
        sample = Sample(at=NIGHT, device=CORE, check=ICMP, outcome=Outcome.SILENT)
        await intray.put(sample)
        await intray.put(Hold(at=NIGHT, by="ewa"))
        await intray.put(Tick(at=NIGHT))
        return [type(item.arrival) for item in await intray.take(10)]

    assert asyncio.run(taken()) == [Hold, Tick, Sample]


def test_a_full_queue_makes_senders_wait_and_drops_only_what_may_be_dropped() -> None:
    async def story() -> tuple[bool, bool, bool]:
        intray = Intray(most_from_devices=2)
        sample = Sample(at=NIGHT, device=CORE, check=ICMP, outcome=Outcome.SILENT)
        await intray.put(sample)
        offered = intray.offer(sample)
        await intray.put(sample)
        waiting = asyncio.ensure_future(intray.put(sample))
        await asyncio.sleep(0)
        stuck = not waiting.done()
        intray.take_now(1)
        await waiting
        return offered, stuck, waiting.done()

    assert asyncio.run(story()) == (False, True, True)


def test_a_shut_gate_lets_nothing_through_and_waits_for_what_is_under_way() -> None:
    async def story() -> tuple[bool, bool]:
        gate = Gate()
        gate.enter()
        in_time = await gate.shut(0.01)
        with pytest.raises(DeliveryError, match="stopping"):
            gate.enter()
        gate.leave()
        return in_time, await gate.shut(0.01)

    assert asyncio.run(story()) == (False, True)


def test_a_refusal_names_the_way_out() -> None:
    board = Board()
    ack = Acknowledge(at=NIGHT, incident=IncidentId("I-1"), by="ewa")
    assert "netwatch incident list" in refusal(ack, board)
    assert "nothing is held" in refusal(Resume(at=NIGHT, by="ewa"), board)


def test_the_door_is_in_the_runtime_directory_else_in_the_state(tmp_path: Path) -> None:
    runtime = {"RUNTIME_DIRECTORY": f"{tmp_path}/run:/other"}
    assert door_path(tmp_path, runtime) == tmp_path / "run" / "door.sock"
    with pytest.raises(StateError, match="too long"):
        door_path(tmp_path / ("x" * 120), {})


def test_a_state_has_one_owner_at_a_time(tmp_path: Path) -> None:
    with lock_state(tmp_path), pytest.raises(StateError, match="already runs"):
        lock_state(tmp_path)
    lock_state(tmp_path).close()


def test_only_declared_numbers_with_their_tags_can_be_written() -> None:
    vitals = Vitals()
    vitals.set(POLL_LAG, 0.5)
    vitals.add(ARRIVALS_WAITING, 2, "people")
    vitals.add(ARRIVALS_WAITING, 3, "people")
    assert vitals.plain() == {
        'netwatch_arrivals_waiting{queue="people"}': 5,
        "netwatch_poll_lag_seconds": 0.5,
    }
    with pytest.raises(ValueError, match="bears the tags"):
        vitals.set(TIME_TO_NOTICE, 12.0)


def test_every_vital_sign_says_what_a_bad_value_means() -> None:
    assert len({sign.name for sign in DECLARED}) == len(DECLARED)
    assert all(sign.name.startswith("netwatch_") and sign.means.endswith(".") for sign in DECLARED)
