"""Guests of the page, in a process of their own: some dawdle, some are greedy, one just reads.

``python -m tests.bench.web_guests PORT SECONDS``; one JSON document at the end.
"""

import asyncio
import json
import sys
import time
from typing import Final, cast

import uvloop

GREEDY: Final = 50
"""So many addresses are greedy."""
EACH: Final = 100
"""Requests a second that each of them offers."""
WAYS: Final = 4
"""Connections of each of them."""
SLOW: Final = 2000
OTHERS: Final = 20
"""Addresses that ask for the page once a second."""
ASK: Final = b"GET / HTTP/1.1\r\nHost: status.example\r\n\r\n"


class Way(asyncio.Protocol):
    """A connection that is kept."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self.transport: asyncio.Transport | None = None
        self.waits: list[asyncio.Future[str]] = []
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        while True:
            head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                break
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
            if len(rest) < length:
                break
            status = head[9:12].decode()
            self.counts[status] = self.counts.get(status, 0) + 1
            if self.waits:
                wait = self.waits.pop(0)
                if not wait.done():
                    wait.set_result(status)
            data = rest[length:]
        self._rest = data

    def connection_lost(self, _: Exception | None) -> None:
        self.transport = None
        for wait in self.waits:
            if not wait.done():
                wait.set_result("lost")
        self.waits.clear()


async def _way(port: int, source: str, counts: dict[str, int]) -> Way:
    loop = asyncio.get_running_loop()
    _, way = await loop.create_connection(
        lambda: Way(counts), "127.0.0.1", port, local_addr=(source, 0)
    )
    return way


async def _greedy(port: int, source: str, end_s: float, counts: dict[str, int]) -> int:
    """Offer requests at an even pace, however they are answered."""
    offered, loop = 0, asyncio.get_running_loop()
    ways: list[Way | None] = [None] * WAYS
    begun = loop.time()
    while loop.time() < end_s:
        due = int((loop.time() - begun) * EACH)
        while offered < due:
            number = offered % WAYS
            way = ways[number]
            if way is None or way.transport is None:
                try:
                    way = ways[number] = await _way(port, source, counts)
                except OSError:
                    counts["no way"] = counts.get("no way", 0) + 1
            if way is not None and way.transport is not None:
                way.transport.write(ASK)
            offered += 1
        await asyncio.sleep(0.02)
    return offered


async def _slow(port: int, source: str, end_s: float) -> None:
    """Hold a connection and send a letter every two seconds."""
    loop = asyncio.get_running_loop()
    while loop.time() < end_s:
        try:
            way = await _way(port, source, {})
            for letter in b"GET / HTTP/1.1\r\nHost: " * 100:
                if way.transport is None or loop.time() > end_s:
                    break
                way.transport.write(bytes([letter]))
                await asyncio.sleep(2.0)
        except OSError:
            await asyncio.sleep(1.0)


async def _other(port: int, source: str, end_s: float, took: list[float], bad: list[str]) -> None:
    """Ask for the page once a second, on a connection of its own, and wait for it."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(hash(source) % 100 / 100)
    while loop.time() < end_s:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(10):
                way = await _way(port, source, {})
                wait = loop.create_future()
                way.waits.append(wait)
                assert way.transport is not None
                way.transport.write(ASK)
                status = await wait
                if way.transport is not None:
                    way.transport.close()
        except (OSError, TimeoutError) as fault:
            status = type(fault).__name__
        took.append(time.perf_counter() - began)
        if status != "200":
            bad.append(status)
        await asyncio.sleep(1.0)


async def _all(port: int, seconds: float) -> dict[str, object]:
    end_s = asyncio.get_running_loop().time() + seconds
    counts: dict[str, int] = {}
    took: list[float] = []
    bad: list[str] = []
    sources = [f"127.5.{number}.9" for number in range(GREEDY)]
    async with asyncio.TaskGroup() as tasks:
        for number in range(SLOW):
            tasks.create_task(_slow(port, sources[number % GREEDY], end_s))
        greedy = [tasks.create_task(_greedy(port, one, end_s, counts)) for one in sources]
        for number in range(OTHERS):
            tasks.create_task(_other(port, f"127.6.{number}.9", end_s, took, bad))
    return {
        "seconds": seconds,
        "offered": sum(task.result() for task in greedy),
        "answers": counts,
        "took_s": sorted(took),
        "bad": bad,
        "cpu_s": time.process_time(),
    }


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        told = runner.run(_all(int(sys.argv[1]), float(sys.argv[2])))
    sys.stdout.write(json.dumps(told) + "\n")
