"""The history while it lives: processes are killed, the disk is full, and the service goes on."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netwatch.telemetry.batch import Batch
from netwatch.telemetry.history import sink as sink_module
from netwatch.telemetry.history.reading import History
from netwatch.telemetry.history.retention import Limits
from netwatch.telemetry.history.shelf import HEADS, Tier, look
from netwatch.telemetry.history.sink import CUT_S, HistorySink
from netwatch.telemetry.vital_signs import DELIVERED, HISTORY_WAITING, UNTAKEN, Vitals
from tests.edges.history_house import MIDNIGHT, PLENTY, batch
from tests.edges.service_house import House

WITHIN_S = 40.0
PROCESS = "netwatch.telemetry.history.keeper"


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.at = datetime.fromtimestamp(MIDNIGHT, UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return time.monotonic()


@asynccontextmanager
async def running(folder: Path, clock: Hands, limits: Limits) -> AsyncIterator[HistorySink]:
    sink = HistorySink(folder, limits, clock)
    task = asyncio.create_task(sink.run())
    try:
        yield sink
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not true():  # noqa: ASYNC110 - what happens, happens in other processes
            await asyncio.sleep(0.02)


def vital(sink: HistorySink, sign: object, *tags: str) -> float:
    vitals = Vitals()
    sink.note(vitals)
    return vitals.values.get((sign, tags), 0.0)  # type: ignore[call-overload] # a sign


def kept(sink: HistorySink) -> int:
    return int(vital(sink, DELIVERED, "history"))


def level(at_s: int, devices: int = 50) -> list[Batch]:
    return [batch(f"sw-{number}", at_s, {("load", ""): at_s % 97}) for number in range(devices)]


def read(folder: Path, device: str, *, until_s: int = MIDNIGHT + 10**6) -> list[int]:
    with closing(History(folder)) as history:
        found = history.points(
            device, "load", "", since_s=MIDNIGHT - 10, until_s=until_s, tier=Tier.RAW
        )
        assert not history.unreadable
    return [point.at_s for point in found.get("", [])]


def test_what_was_taken_is_on_the_disk_within_seconds_and_when_it_ends(tmp_path: Path) -> None:
    async def story() -> None:
        clock = Hands()
        async with running(tmp_path, clock, Limits()) as sink:
            assert sink.offer(level(MIDNIGHT)) == 0
            began = time.monotonic()
            await until(lambda: kept(sink) == 50)
            assert time.monotonic() - began < CUT_S + WITHIN_S
            assert read(tmp_path, "sw-7") == [MIDNIGHT]
            assert vital(sink, HISTORY_WAITING) == 0
            assert sink.trouble == ""
            sink.offer(level(MIDNIGHT + 10))

        assert read(tmp_path, "sw-7") == [MIDNIGHT, MIDNIGHT + 10]

    asyncio.run(story())


def test_a_keeper_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with running(tmp_path, Hands(), Limits()) as sink:
            for step in range(30):
                sink.offer(level(MIDNIGHT + step))
                if step % 10 == 5:
                    await until(lambda: sink.pid is not None)
                    os.kill(sink.pid or 0, signal.SIGKILL)
                await asyncio.sleep(0.1)
            await until(lambda: kept(sink) >= 30 * 50)

        expected = [MIDNIGHT + step for step in range(30)]
        assert read(tmp_path, "sw-0") == expected
        assert read(tmp_path, "sw-49") == expected
        assert sink.trouble == ""

    asyncio.run(story())


def test_two_services_do_not_write_one_history(tmp_path: Path) -> None:
    async def story() -> None:
        async with running(tmp_path, Hands(), Limits()) as first:
            first.offer(level(MIDNIGHT))
            await until(lambda: kept(first) == 50)
            async with running(tmp_path, Hands(), Limits()) as second:
                second.offer(level(MIDNIGHT + 1))
                await until(lambda: "another process" in second.trouble)
                assert kept(second) == 0

    asyncio.run(story())


def test_a_head_that_is_an_hour_old_is_sorted_while_the_next_one_is_written(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        clock = Hands()
        async with running(tmp_path, clock, Limits()) as sink:
            sink.offer(level(MIDNIGHT))
            await until(lambda: kept(sink) == 50)
            clock.at += timedelta(hours=1)
            sink.offer(level(MIDNIGHT + 3600))
            await until(lambda: kept(sink) == 100)
            await until(lambda: len(look(tmp_path).of(Tier.RAW)) == 1)
            await until(lambda: not look(tmp_path).heads)  # it goes when its file is there
            sink.offer(level(MIDNIGHT + 3610))

        assert read(tmp_path, "sw-3") == [MIDNIGHT, MIDNIGHT + 3600, MIDNIGHT + 3610]
        assert len(look(tmp_path).heads) == 1

    asyncio.run(story())


# --- room ---------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "none", folder], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("no file system may be mounted here: run as root, outside a container")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.needs("root")
def test_a_full_disk_costs_the_oldest_and_is_told_once(
    small_disk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_disk / "history"
    monkeypatch.setattr(sink_module, "CUT_S", 0.2)

    async def story() -> None:
        clock = Hands()
        async with running(folder, clock, Limits(disk_budget=PLENTY)) as sink:
            for hour in range(6):
                for poll in range(40):
                    sink.offer(_ports(MIDNIGHT + hour * 3600 + poll * 60))
                clock.at = datetime.fromtimestamp(MIDNIGHT + hour * 3600 + 2400, UTC)
                await until(lambda: kept(sink) == (hour + 1) * 40 * 20 * 64)  # noqa: B023
            assert vital(sink, UNTAKEN, "history") == 0

            (small_disk / "others").write_bytes(bytes(_free(small_disk)))
            for second in range(400):
                sink.offer(_ports(MIDNIGHT + 7 * 3600 + second))
                await asyncio.sleep(0.1)
                if "the disk is full" in sink.trouble:
                    break
            assert "the disk is full" in sink.trouble
            (small_disk / "others").unlink()
            for poll in range(120):
                sink.offer(level(MIDNIGHT + 8 * 3600 + poll))
                await asyncio.sleep(0.3)
                if sink.trouble == "":
                    break
            assert sink.trouble == ""

    asyncio.run(story())

    assert read(folder, "sw-1")[-1] >= MIDNIGHT + 8 * 3600
    assert capsys.readouterr().out.count("the disk is full: the oldest") <= 1


def _ports(at_s: int) -> list[Batch]:
    return [
        batch(
            f"olt-{number}",
            at_s,
            {
                ("port.octets.in_octets", str(port)): hash((at_s, port)) % 2**60
                for port in range(64)
            },
        )
        for number in range(20)
    ]


def _free(folder: Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


# --- in the service -----------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    try:
        yield house
    finally:
        house.end()


def test_what_the_service_measures_is_drawn_and_survives_its_death(house: House) -> None:
    house.start()
    folder = house.state / "history"
    house.until(lambda: bool(look(folder).heads))
    house.until(lambda: house.run("graph", "sw-1", "icmp", "--json").returncode == 0)
    house.stop(signal.SIGKILL)

    drawn = house.run("graph", "sw-1", "icmp")
    assert drawn.returncode == 0, drawn.stderr
    assert "sw-1: icmp, ms" in drawn.stdout
    assert "min " in drawn.stdout
    house.until(lambda: not _processes(folder))

    house.start()
    house.until(lambda: len(look(folder).heads) == 1 and bool(look(folder).of(Tier.RAW)))
    code, _ = house.stop()
    assert code == 0
    assert not _processes(folder)


def _processes(folder: Path) -> list[str]:
    """Return the command lines of those who work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if PROCESS in words and str(folder) in words:
            found.append(" ".join(words))
    return found


def test_whoever_asks_for_what_is_not_there_is_told_what_is(house: House) -> None:
    nothing = house.run("graph", "sw-1", "icmp")
    assert nothing.returncode == 3
    assert "written by the service" in nothing.stderr

    house.start()
    house.until(lambda: house.run("graph", "sw-1", "icmp.up", "--json").returncode == 0)

    wrong = house.run("graph", "sw-1", "icnp")
    assert wrong.returncode == 1
    assert "did you mean icmp?" in wrong.stderr
    assert "known checks of this device: icmp" in wrong.stderr

    stranger = house.run("graph", "sw-2", "icmp")
    assert stranger.returncode == 1
    assert "did you mean sw-1?" in stranger.stderr
    assert house.run("graph", "sw-1", "icmp", "--output", "x.gif").returncode == 2
    assert house.run("graph", "sw-1", "icmp", "--since", "yesterday").returncode == 2
    picture = house.folder / "x.svg"
    assert house.run("graph", "sw-1", "icmp", "--output", str(picture)).returncode == 0
    assert picture.read_text().startswith("<?xml")
    assert (house.state / "history" / HEADS).is_dir()
