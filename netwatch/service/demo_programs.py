"""The demo's programs: the service and its web, as an operator runs them, each a process apart."""

import asyncio
import ctypes
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from netwatch.intake.door import Door, NobodyHomeError
from netwatch.model.faults import NetwatchError
from netwatch.model.network import Network

LOCAL: Final = "127.0.0.1"
ANY_PORT: Final = 0
LANGUAGES: Final = ("pl", "cs", "uk", "en")
READY_S: Final = 30.0
LOOK_EVERY_S: Final = 0.1
END_S: Final = 10.0
LOG_LINES: Final = 20
ADDRESS: Final = re.compile(r"^\[web\] (public|console): (http://\S+)$", re.MULTILINE)
PR_SET_PDEATHSIG: Final = 1

Played = TypeVar("Played")


class DemoError(NetwatchError):
    """The demo could not be played."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Program:
    """A netwatch command that goes on until the demo ends it."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    async def ready(self, is_ready: Callable[[], Awaitable[bool]]) -> None:
        """Wait until it is ready.

        Raises:
            DemoError: it is not within 30 s, or it ended; the message holds the end of its log.
        """
        try:
            async with asyncio.timeout(READY_S):
                while self.process.returncode is None:
                    if await is_ready():
                        return
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            pass
        raise DemoError(f"{self.name} did not start; it said:\n{self.said()}")

    def said(self) -> str:
        """Return what it said last."""
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        return "\n".join(lines) or "(nothing)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """What runs during a demo, and where it is met."""

    service: Program
    web: Program
    door: Door
    page: str
    console: str

    async def beside(self, played: Coroutine[Any, Any, Played]) -> Played:
        """Return what is played beside them comes to.

        Raises:
            DemoError: one of the programs ended first; the message holds the end of its log.
        """
        play, end = asyncio.create_task(played), asyncio.create_task(self._one_ends())
        try:
            await asyncio.wait((play, end), return_when=asyncio.FIRST_COMPLETED)
            if end.done():
                raise end.result()
            return play.result()
        finally:
            play.cancel()
            end.cancel()
            await asyncio.gather(play, end, return_exceptions=True)

    async def _one_ends(self) -> DemoError:
        programs = (self.service, self.web)
        waits = [asyncio.create_task(program.process.wait()) for program in programs]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        ended = next(program for program in programs if program.process.returncode is not None)
        return DemoError(f"{ended.name} has ended; it said last:\n{ended.said()}")


@asynccontextmanager
async def programs(home: Path, config: Path) -> AsyncIterator[Programs]:
    """Run ``netwatch run`` and ``netwatch web`` while the block lasts.

    Only the service's engines enter the lab. The web learns all through the door and the website
    directory, as it would under a user of its own.

    Raises:
        DemoError: one of them does not start.
    """
    async with AsyncExitStack() as stack:
        lab = ("--lab", str(home / "lab"))
        service = await stack.enter_async_context(_program(home, "run", config, *lab))
        web = await stack.enter_async_context(_program(home, "web", config))
        door = Door([home / "state" / "run" / "door.sock"])

        async def answers() -> bool:
            try:
                await asyncio.to_thread(door.call, "status")
            except NobodyHomeError:
                return False
            return True

        async def listens() -> bool:
            return len(_addresses(web)) == len(("public", "console"))

        await service.ready(answers)
        await web.ready(listens)
        at = _addresses(web)
        yield Programs(
            service=service, web=web, door=door, page=at["public"], console=at["console"]
        )


def settings(
    home: Path,
    network: Network,
    *,
    inventory: Path,
    rules: Path | None,
    phone: int,
    page: int,
    console: int,
) -> str:
    """Return netwatch.toml for the demo: everything as it comes, but towards our own receivers.

    ``phone``, ``page`` and ``console`` are ports on loopback: where the person on duty is reached,
    and where the web is served.
    """
    names = sorted({device.snmp for device in network.devices.values() if device.snmp})
    lines = [
        'name = "Dolina"',
        'timezone = "Europe/Warsaw"',
        f"languages = {json.dumps(LANGUAGES)}",
        f"inventory = {json.dumps(str(inventory.resolve()))}",
        *([] if rules is None else [f"rules = {json.dumps(str(rules.resolve()))}"]),
        f"state = {json.dumps(str(home / 'state'))}",
        *(f'[snmp.{json.dumps(name)}]\ncommunity = "public"' for name in names),
        "[channels.duty]",
        f'url = "json://{LOCAL}:{phone}/"',
        "[publishing]",
        'mode = "full"',
        "[website]",
        f"directory = {json.dumps(str(home / 'website'))}",
        "[web]",
        f'public = "{LOCAL}:{page}"',
        f'console = "{LOCAL}:{console}"',
    ]
    return "\n".join(lines) + "\n"


def free_ports(*wanted: int) -> list[int]:
    """Return ports on which nobody listens: those wanted, or any in place of one that is taken."""
    with ExitStack() as held:
        return [_held(held, port) for port in wanted]


def _held(held: ExitStack, port: int) -> int:
    listener = held.enter_context(socket.socket())
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOCAL, port))
        listener.listen()
    except OSError:
        return port if port == ANY_PORT else _held(held, ANY_PORT)
    free: int = listener.getsockname()[1]
    return free


def _addresses(web: Program) -> dict[str, str]:
    return dict(ADDRESS.findall(web.log.read_text(errors="replace")))


@asynccontextmanager
async def _program(home: Path, name: str, config: Path, *words: str) -> AsyncIterator[Program]:
    """Run one command; Ctrl-C is for us, and when we are killed it ends as well."""
    environment = {key: text for key, text in os.environ.items() if key != "RUNTIME_DIRECTORY"}
    log = home / f"{name}.log"
    with log.open("wb") as lines:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "netwatch", name, "--config", str(config), *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=lines,
            stderr=lines,
            env=environment,
            start_new_session=True,
            preexec_fn=_end_with_parent(),
        )
    try:
        yield Program(f"netwatch {name}", process, log)
    finally:
        await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(END_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _end_with_parent() -> Callable[[], None]:
    """Return what makes a child end when we are killed; the library is loaded before the fork."""
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)

    return ask
