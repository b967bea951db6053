"""The service's side of the sender: what it keeps, whom it starts again, what it tells people."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from netwatch.model.names import DeviceId
from netwatch.telemetry import influx_sink
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.influx_sink import InfluxSink
from netwatch.telemetry.spool import Spool, segments
from netwatch.telemetry.vital_signs import DELIVERED, REFUSED, UNTAKEN, Vitals
from netwatch.telemetry.where import Where

CANARY = "canary-token-41d2"
SCRIPT = """\
import sys, time
order = sys.stdin.readline()
open(ORDER, "w").write(order)
for line in LINES:
    print(line, flush=True)
for _ in sys.stdin:
    pass
"""


def speaker(folder: Path, *said: object) -> tuple[str, ...]:
    """Return a command that says these things of itself, and ends with its input."""
    lines = [one if isinstance(one, str) else json.dumps(one) for one in said]
    script = SCRIPT.replace("LINES", repr(lines)).replace("ORDER", repr(str(folder / "order")))
    return (sys.executable, "-c", script)


def sink_in(folder: Path, *said: object, **more: object) -> InfluxSink:
    where = Where(url="http://x", org="isp", bucket="netwatch", token=CANARY)
    return InfluxSink(
        where,
        folder / "spool",
        time.monotonic,
        command=speaker(folder, *said),
        **more,  # type: ignore[arg-type] # limit_octets
    )


def batch(values: int = 3) -> Batch:
    return Batch(
        at_s=1,
        device=DeviceId("sw-1"),
        checks=("x",) * values,
        parts=tuple(os.urandom(6).hex() for _ in range(values)),
        values=tuple(range(values)),
    )


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - files and another process tell no event
            await asyncio.sleep(0.02)


def live(sink: InfluxSink, story: Callable[[], Awaitable[None]]) -> None:
    async def life() -> None:
        running = asyncio.create_task(sink.run())
        await asyncio.sleep(0)
        try:
            await story()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(life())


def status(**said: object) -> dict[str, object]:
    return {"delivered": 10, "refused": 0, "verdict": "taken", "words": "", **said}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (status(), ""),
        (status(verdict="later", words="Connection refused"), ""),
        (status(verdict="stumbled", words="HTTP 500"), ""),
        (status(verdict="denied", words="HTTP 401 no"), "[influxdb] token"),
        (status(verdict="denied", words="HTTP 404 bucket"), "bucket"),
        (status(refused=7, refusal="HTTP 400 type conflict"), "7 measurements were refused"),
        (status(octets=200 << 20), "more than half"),
        (status(of_a_later_release=1), ""),
    ],
)
def test_people_are_told_what_they_must_mend_and_nothing_of_a_mere_outage(
    tmp_path: Path, said: dict[str, object], told: str
) -> None:
    sink = sink_in(tmp_path, said)

    async def story() -> None:
        await until(lambda: sink._standing.delivered == 10)
        assert (told in sink.trouble) if told else (sink.trouble == "")
        assert CANARY not in sink.trouble

    live(sink, story)


def test_an_outage_is_logged_when_it_begins_and_when_it_ends(tmp_path: Path) -> None:
    down = status(delivered=1, verdict="later", words="gone")
    sink = sink_in(tmp_path, down, down, down, status(delivered=2))

    async def story() -> None:
        await until(lambda: sink._standing.delivered == 2)

    with capture_logs() as log:
        live(sink, story)
    events = [line["event"] for line in log if line["event"].startswith("measurements")]
    assert events == ["measurements wait on disk", "measurements are taken again"]


def test_the_order_goes_by_a_pipe_and_not_by_the_command_line(tmp_path: Path) -> None:
    sink = sink_in(tmp_path, status())
    seen: list[bytes] = []

    async def story() -> None:
        await until(lambda: sink._standing.delivered == 10)
        assert sink._process is not None
        seen.append(await asyncio.to_thread(_seen_by_all, sink._process.pid))

    live(sink, story)
    assert len(seen[0]) > 100
    assert CANARY.encode() not in seen[0]
    order = json.loads((tmp_path / "order").read_text())
    assert order["where"]["token"] == CANARY
    assert order["folder"] == str(tmp_path / "spool")


def _seen_by_all(pid: int) -> bytes:
    return b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))


def test_a_sender_that_dies_or_talks_nonsense_is_started_again_and_counts_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(influx_sink, "PAUSES_S", (0.0,))
    sink = sink_in(tmp_path, status(refused=2), "nonsense")
    vitals = Vitals()

    async def story() -> None:
        await until(lambda: sink._before.delivered >= 30)
        sink.note(vitals)

    live(sink, story)
    assert vitals.values[DELIVERED, (sink.name,)] >= 30
    assert vitals.values[REFUSED, (sink.name,)] * 5 == vitals.values[DELIVERED, (sink.name,)]


def test_a_sender_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(influx_sink, "UNHEARD_AT_MOST_S", 0.5)
    monkeypatch.setattr(influx_sink, "PAUSES_S", (0.0,))
    sink = sink_in(tmp_path, status())
    pids: set[int] = set()

    def another() -> bool:
        if sink._process is not None:
            pids.add(sink._process.pid)
        return len(pids) >= 2

    async def story() -> None:
        await until(lambda: sink._process is not None)
        assert sink._process is not None
        os.kill(sink._process.pid, signal.SIGSTOP)
        await until(another)

    with capture_logs() as log:
        live(sink, story)
    assert any("not a word" in str(line.get("why")) for line in log)


def test_a_sender_that_cannot_be_started_costs_only_the_sending(tmp_path: Path) -> None:
    where = Where(url="http://x", org="a", bucket="b")
    sink = InfluxSink(where, tmp_path / "spool", time.monotonic, command=("/no/such/program",))

    async def story() -> None:
        assert sink.offer([batch()]) == 0
        await until(lambda: sum(one.values for one in segments(tmp_path / "spool")) == 3)

    live(sink, story)


def test_a_disk_that_refuses_is_told_and_what_was_measured_is_kept_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(influx_sink, "AGAIN_S", 0.05)
    sink = sink_in(tmp_path, status())
    put = Spool.put

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    async def story() -> None:
        await until(lambda: sink._standing.delivered == 10)
        monkeypatch.setattr(Spool, "put", full)
        for _ in range(5):
            assert sink.offer([batch()]) == 0
            await asyncio.sleep(0.1)
        assert "No space left" in sink.trouble
        assert segments(tmp_path / "spool") == []
        monkeypatch.setattr(Spool, "put", put)
        sink.offer([batch()])
        await until(lambda: sum(one.values for one in segments(tmp_path / "spool")) == 18)
        assert sink.trouble == ""

    live(sink, story)


def test_memory_is_bounded_while_the_disk_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(influx_sink, "MOST_KEPT", 10)
    sink = sink_in(tmp_path, status())
    assert [sink.offer([batch()]) for _ in range(5)] == [0, 0, 0, 3, 3]


def test_a_full_spool_is_told_and_counted(tmp_path: Path) -> None:
    sink = sink_in(tmp_path, status(words="Connection refused"), limit_octets=3000)
    vitals = Vitals()

    async def story() -> None:
        for _ in range(20):
            sink.offer([batch(100)])
            await until(lambda: sink._kept == [])
            await asyncio.sleep(0.02)
        await until(lambda: "given up" in sink.trouble)
        sink.note(vitals)

    live(sink, story)
    kept = sum(one.values for one in segments(tmp_path / "spool"))
    assert vitals.values[UNTAKEN, (sink.name,)] + kept == 2000
