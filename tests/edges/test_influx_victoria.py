"""What a real database holds in the end is what was measured, point for point, whatever breaks."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from netwatch.model.names import DeviceId, SiteId
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.influx_sink import InfluxSink
from netwatch.telemetry.spool import segments
from netwatch.telemetry.vital_signs import DELIVERED, SPOOL_VALUES, Vitals
from netwatch.telemetry.where import Where
from tests.edges.victoria import PROGRAM, Point, Victoria, points

pytestmark = pytest.mark.needs(PROGRAM)

NOW = 1_794_682_931
HOSTILE = (
    "Gi0/0/1", "uplink to core", "a,b=c", "čtvrť 🎉", r"rack\7", "ends\\", r"\\host\share", "a\\ b",
    "two\nlines", "tab\tbell\x07", "\u202egnp", "half \ud83c", "#", '"quoted"', "'", "{{7*7}}",
    "$(id)", "=cmd|' /C calc'!A0", "x" * 200, " lead", "trail ", ",", "=", "<script>", "\x1b[31m",
)  # fmt: skip


def devices(second: int, count: int, chance: random.Random) -> Iterator[Batch]:
    """Yield polls of so many devices with 48 ports, as they come in one second."""
    ports = tuple(f"GigabitEthernet0/0/{number}" for number in range(48))
    for number in range(count):
        yield Batch(
            at_s=second,
            device=DeviceId(f"sw-{number}"),
            site=SiteId(f"pop-{number % 7}") if number % 5 else None,
            checks=("port.octets.in_octets",) * 48 + ("port.octets.out_octets",) * 48,
            parts=ports * 2,
            values=tuple(chance.randrange(2**50) for _ in range(96)),
        )


def hostile(second: int) -> Batch:
    parts = tuple(dict.fromkeys(HOSTILE))
    return Batch(
        at_s=second,
        device=DeviceId("olt-1"),
        site=SiteId("pop, = \\"),
        checks=("onu.optics.rx_dbm",) * len(parts),
        parts=tuple(part.encode(errors="replace").decode() for part in parts),
        values=tuple(-20.0 - 0.125 * number for number in range(len(parts))),
    )


class Rig:
    """A sink into a real database."""

    def __init__(self, folder: Path, victoria: Victoria) -> None:
        self.victoria, self.folder = victoria, folder / "spool"
        self.given: set[Point] = set()
        self.sink = self.another_sink()

    def another_sink(self) -> InfluxSink:
        where = Where(url=self.victoria.url, org="isp", bucket="netwatch")
        return InfluxSink(where, self.folder, time.monotonic)

    def offer(self, *batches: Batch) -> None:
        assert self.sink.offer(batches) == 0
        self.given |= points(batches)

    async def until(self, true: Callable[[], bool], within_s: float = 60) -> None:
        async with asyncio.timeout(within_s):
            while not true():  # noqa: ASYNC110 - files and another process tell no event
                await asyncio.sleep(0.05)

    async def until_empty(self) -> None:
        await self.until(lambda: not self.sink._kept and not segments(self.folder))

    async def pid(self) -> int:
        await self.until(lambda: self.sink._process is not None)
        assert self.sink._process is not None
        return self.sink._process.pid

    def live(self, story: Callable[[], Awaitable[None]]) -> None:
        async def life() -> None:
            running = asyncio.create_task(self.sink.run())
            await asyncio.sleep(0)
            try:
                await story()
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

        asyncio.run(life())


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Victoria(tmp_path) as victoria:
        yield Rig(tmp_path, victoria)


def test_what_is_read_back_is_what_was_measured_hostile_names_included(rig: Rig) -> None:
    chance = random.Random(1)  # noqa: S311 - measurements

    async def story() -> None:
        for second in range(4):
            rig.offer(*devices(NOW + second, 30, chance), hostile(NOW + second))
            await asyncio.sleep(0.1)
        await rig.until_empty()
        delivered = Vitals()
        await rig.until(lambda: rig.sink._standing.delivered >= len(rig.given))
        rig.sink.note(delivered)
        assert delivered.values[DELIVERED, ("influxdb",)] == len(rig.given)
        assert delivered.values[SPOOL_VALUES, ("influxdb",)] == 0

    rig.live(story)
    assert len(rig.given) == 4 * (30 * 96 + len(HOSTILE))
    assert rig.victoria.points() == rig.given
    assert not list(rig.folder.glob("refused/*"))
    assert rig.sink.trouble == ""


def test_a_receiver_killed_and_started_again_has_everything_in_the_end(rig: Rig) -> None:
    chance = random.Random(2)  # noqa: S311 - measurements

    async def story() -> None:
        rig.offer(*devices(NOW, 5, chance))
        await rig.until_empty()
        rig.victoria.stop()  # told to end it keeps what it took; killed it may forget seconds of it
        for second in range(1, 6):
            rig.offer(*devices(NOW + second, 5, chance))
            await asyncio.sleep(0.2)
        await rig.until(lambda: len(segments(rig.folder)) == 5 and rig.sink._standing.words != "")
        assert "refused" in rig.sink._standing.words
        assert rig.sink.trouble == ""  # a mere outage calls nobody
        await asyncio.to_thread(rig.victoria.start)
        await rig.until_empty()

    rig.live(story)
    assert rig.victoria.points() == rig.given


def test_a_sender_killed_at_work_is_started_again_and_loses_nothing(rig: Rig) -> None:
    chance = random.Random(3)  # noqa: S311 - measurements

    async def story() -> None:
        for second in range(12):
            rig.offer(*devices(NOW + second, 40, chance))
            await asyncio.sleep(0.15)
            if second % 4 == 1:
                os.kill(await rig.pid(), signal.SIGKILL)
        await rig.until_empty()

    rig.live(story)
    assert rig.victoria.points() == rig.given


def test_what_was_not_sent_when_it_ended_is_sent_after_the_next_start(rig: Rig) -> None:
    chance = random.Random(4)  # noqa: S311 - measurements
    rig.victoria.stop()

    async def night() -> None:
        rig.offer(*devices(NOW, 10, chance))

    rig.live(night)
    assert sum(one.values for one in segments(rig.folder)) == 960
    rig.victoria.start()
    rig.sink = rig.another_sink()

    async def morning() -> None:
        await rig.until_empty()

    rig.live(morning)
    assert rig.victoria.points() == rig.given
