"""Every sink is handed everything, in turns; what finds no room is counted and told once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from netwatch.model.arrivals import Outcome, Readings, Sample, Tick
from netwatch.model.names import CheckName, DeviceId, SiteId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.telemetry import fanout
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.fanout import Telemetry
from netwatch.telemetry.measured import OURSELVES
from netwatch.telemetry.vital_signs import MEASURED, POLL_LAG, UNTAKEN, Vitals

AT = datetime(2026, 11, 14, 19, 2, tzinfo=UTC)
SW = DeviceId("sw-1")


class Shelf:
    """A sink that keeps what it is offered, up to a number of values."""

    trouble = ""

    def __init__(self, room: int = 1_000_000, name: str = "shelf") -> None:
        self.name, self.room = name, room
        self.batches: list[Batch] = []
        self.noted = 0

    def offer(self, batches: Sequence[Batch]) -> int:
        lost = 0
        for batch in batches:
            if sum(map(len, self.batches)) + len(batch) > self.room:
                lost += len(batch)
            else:
                self.batches.append(batch)
        return lost

    def note(self, vitals: Vitals) -> None:
        self.noted += bool(vitals.values)

    async def run(self) -> None:
        await asyncio.Event().wait()


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - AT).total_seconds()


def network() -> Network:
    sw = Device(id=SW, kind=DeviceKind.SWITCH, site=SiteId("pop"))
    return Network(devices={SW: sw})


def echo(device: DeviceId = SW) -> Sample:
    return Sample(
        at=AT, device=device, check=CheckName("icmp"), outcome=Outcome.ANSWERED, value=1.0
    )


def ports(count: int) -> Readings:
    return Readings(
        at=AT,
        device=SW,
        check=CheckName("port.octets"),
        parts=tuple(f"p{number}" for number in range(count)),
        columns={"in_octets": tuple(float(number) for number in range(count))},
    )


def test_each_sink_gets_all_that_was_measured_with_the_place_of_the_device() -> None:
    one, other, vitals = Shelf(), Shelf(name="other"), Vitals()
    telemetry = Telemetry(network(), [one, other], vitals, Hands())
    for arrival in (Tick(at=AT), echo(), ports(3), echo(DeviceId("left-the-inventory"))):
        telemetry.take(arrival)
    asyncio.run(telemetry.turn())
    assert one.batches == other.batches
    assert [(len(batch), batch.site) for batch in one.batches] == [
        (2, "pop"),
        (3, "pop"),
        (2, None),
    ]
    assert vitals.values[MEASURED, ()] == 7


def test_where_nobody_wants_measurements_nothing_is_kept() -> None:
    telemetry = Telemetry(network(), [], Vitals(), Hands())
    telemetry.take(echo())
    assert telemetry._waiting == []


def test_our_own_numbers_go_along_every_quarter_of_a_minute() -> None:
    shelf, hands, vitals = Shelf(), Hands(), Vitals()
    telemetry = Telemetry(
        network(), [shelf], vitals, hands, look=lambda: vitals.set(POLL_LAG, 0.25)
    )
    for _ in range(61):
        asyncio.run(telemetry.turn())
        hands.at += timedelta(seconds=1)
    assert vitals.values[UNTAKEN, ("shelf",)] == 0
    own = [batch for batch in shelf.batches if batch.device == OURSELVES]
    assert len(own) == shelf.noted == 4
    assert "netwatch_poll_lag_seconds" in own[0].checks


def test_what_a_sink_cannot_take_is_counted_and_told_once_an_hour() -> None:
    full, roomy, hands, vitals = Shelf(room=3), Shelf(name="roomy"), Hands(), Vitals()
    telemetry = Telemetry(network(), [full, roomy], vitals, hands)
    with capture_logs() as said:
        for _ in range(5):
            telemetry.take(ports(2))
            asyncio.run(telemetry.turn())
        assert vitals.values[UNTAKEN, ("shelf",)] == 8
        hands.at += timedelta(hours=1)
        telemetry.take(ports(2))
        asyncio.run(telemetry.turn())
    assert sum(map(len, roomy.batches)) >= 12
    assert [line["event"] for line in said] == ["measurements are lost; decisions are not"] * 2


def test_a_flood_between_two_turns_is_cut_off_and_memory_stays_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fanout, "MOST_WAITING", 100)
    shelf, vitals = Shelf(), Vitals()
    telemetry = Telemetry(network(), [shelf], vitals, Hands())
    for _ in range(10):
        telemetry.take(ports(30))
    asyncio.run(telemetry.turn())
    assert sum(map(len, shelf.batches)) == 90
    assert vitals.values[UNTAKEN, ("queue",)] == 210


def test_troubles_of_sinks_bear_their_names() -> None:
    sick = Shelf()
    sick.trouble = "it refuses us"
    telemetry = Telemetry(network(), [sick, Shelf(name="well")], Vitals(), Hands())
    assert list(telemetry.troubles()) == [("telemetry:shelf", "it refuses us")]


def test_what_was_taken_last_is_handed_on_when_it_ends() -> None:
    shelf = Shelf()

    async def life() -> None:
        telemetry = Telemetry(network(), [shelf], Vitals(), Hands())
        task = asyncio.create_task(telemetry.run())
        await asyncio.sleep(0)
        telemetry.take(echo())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(life())
    assert len(shelf.batches) == 1
