"""``netwatch web`` in a process of its own, and a door for it to knock at."""

import asyncio
import http.client
import os
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from netwatch.intake.doorkeeper import Ask, Doorkeeper, House
from netwatch.service.clock import SteadyClock
from tests.edges import warm
from tests.edges.ports import free_port

DEADLINE_S = 20.0


@dataclass
class Served:
    """A running ``netwatch web`` and where it listens."""

    home: Path
    page: int
    desk: int
    process: warm.Warm

    def get(self, port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            given = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, given, answer.read().decode()
        finally:
            connection.close()

    def send(
        self, path: str, fields: Mapping[str, str], *, source: str = "127.0.0.1", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Send a form to the public pages, from an address of this machine."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.page, timeout=DEADLINE_S, source_address=(source, 0)
        )
        form = {"Content-Type": "application/x-www-form-urlencoded"} | headers
        try:
            body = urllib.parse.urlencode(fields, errors="surrogatepass")
            connection.request("POST", path, body, form)
            answer = connection.getresponse()
            given = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, given, answer.read().decode()
        finally:
            connection.close()


def start_web(config: Path) -> "subprocess.Popen[str]":
    """Start ``netwatch web`` with a Python of its own."""
    command = [sys.executable, "-m", "netwatch", "web", "--config", str(config)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def serving(config: Path) -> Iterator[tuple[warm.Warm, list[str]]]:
    """Run ``netwatch web``, and say where it says that it listens; it must end without a word."""
    ends = os.pipe()
    with (
        os.fdopen(ends[0], encoding="utf-8") as listening,
        os.fdopen(ends[1], "wb") as saying,
        TemporaryFile() as complained,
    ):
        process = warm.start("web", "--config", config, stdout=saying, stderr=complained)
        saying.close()
        try:
            yield process, [listening.readline() for _ in range(2)]
        finally:
            process.terminate()
            code = process.wait(DEADLINE_S)
        complained.seek(0)
        assert (code, complained.read().decode()) == (0, "")


@contextmanager
def door_at(path: Path, house: House, more: Mapping[str, Ask] | None = None) -> Iterator[None]:
    """Open a door, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def opened() -> Doorkeeper:
        keeper = Doorkeeper(house, SteadyClock(), trusted=frozenset(), more=more)
        await keeper.open(path)
        return keeper

    async def closed() -> None:
        await keeper.close()
        await asyncio.sleep(0.05)  # transports that were aborted close their sockets a turn later

    keeper = asyncio.run_coroutine_threadsafe(opened(), loop).result(DEADLINE_S)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(closed(), loop).result(DEADLINE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(DEADLINE_S)
        loop.close()


@contextmanager
def visited(folder: Path, house: House, asks: Mapping[str, Ask]) -> Iterator[Served]:
    """Serve the pages in seven languages before a door that answers these questions."""
    page, desk = free_port(), free_port()
    config = folder / "netwatch.toml"
    config.write_text(
        f'name = "Dolina"\ntimezone = "Europe/Warsaw"\nstate = "{folder}"\n'
        'languages = ["pl", "en", "cs", "sk", "uk", "de", "ru"]\n'
        f'[web]\npublic = "127.0.0.1:{page}"\nconsole = "127.0.0.1:{desk}"\n'
    )
    with door_at(folder / "run" / "door.sock", house, asks), serving(config) as (process, _):
        yield Served(folder, page, desk, process)
