"""Devices with a command line, on real SSH servers of loopback: kind ones and hostile ones."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec

import asyncssh

from netwatch.pollers.ssh.visitor import VisitorProcess
from netwatch.pollers.ssh.visits import Visit, Visited

USER, PASSWORD = "netwatch", "right horse"
Given = ParamSpec("Given")
Process = asyncssh.SSHServerProcess[str]
Act = Callable[[Process], Awaitable[None]]

VERSION = "Cisco IOS Software, C2900 Software (C2900-X), Version 15.2(4)M1, RELEASE SOFTWARE (fc1)"
PORTS = (
    "Interface              IP-Address      OK? Method Status                Protocol\r\n"
    "GigabitEthernet0/0     192.0.2.1       YES NVRAM  up                    up\r\n"
    "GigabitEthernet0/1     192.0.2.2       YES NVRAM  up                    down"
)


def lived(story: Callable[Given, Coroutine[Any, Any, None]]) -> Callable[Given, None]:
    """Let a test be a coroutine."""

    @wraps(story)
    def test(*given: Given.args, **named: Given.kwargs) -> None:
        asyncio.run(story(*given, **named))

    return test


@dataclass(slots=True)
class Box:
    """A device: what it answers, how it prompts, what was said to it."""

    answers: Mapping[str, str | Act] = field(
        default_factory=lambda: {"show version": VERSION, "show ip interface brief": PORTS}
    )
    prompt: str = "sw-1#"
    enabled: str = ""
    """The prompt after ``enable``; ``disable`` gives the first one again."""
    greeting: str = ""
    newline: str = "\r\n"
    heard: list[str] = field(default_factory=list)
    logins: int = 0
    key: asyncssh.SSHKey = field(
        default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519")
    )
    options: dict[str, Any] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 0
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)

    @property
    def pin(self) -> tuple[str, str]:
        """Return its host key as it is pinned."""
        kind, body = self.key.export_public_key().decode().split()[:2]
        return kind, body

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Box"]:
        """Listen on loopback, for as long as it lasts."""
        server = await asyncssh.create_server(
            lambda: _Guard(self), self.host, self.port, server_host_keys=[self.key],
            process_factory=self._shell, line_editor=False, **self.options,
        )  # fmt: skip
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for connection in self.connections:
                connection.abort()
            await asyncio.sleep(0)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await server.wait_closed()

    async def _shell(self, process: Process) -> None:
        with contextlib.suppress(asyncssh.Error, OSError, asyncio.IncompleteReadError):
            await self._converse(process)
        with contextlib.suppress(asyncssh.Error, OSError):
            process.exit(0)

    async def _converse(self, process: Process) -> None:
        prompt = self.prompt
        process.stdout.write(self.greeting + prompt)
        async for said in _lines(process):
            self.heard.append(said)
            process.stdout.write(said + self.newline)
            if said in ("exit", "quit", "logout"):
                return
            answer = self.answers.get(said, "")
            if said.startswith("show") and not answer:
                answer = "              ^\r\n% Invalid input detected at '^' marker.\r\n"
            if callable(answer):
                await answer(process)
            elif answer:
                process.stdout.write(answer + self.newline)
            if self.enabled and said in ("enable", "disable"):
                prompt = self.enabled if said == "enable" else self.prompt
            process.stdout.write(prompt)

    def visit(self, *say: str, **other: Any) -> Visit:
        """Return a visit to it that succeeds, unless ``other`` says otherwise."""
        wanted: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "platform": "cisco_ios",
            "user": USER,
            "password": PASSWORD,
            "pins": (self.pin,),
            "say": say,
            "timeout_s": 10.0,
        }
        return Visit(**{**wanted, **other})


class _Guard(asyncssh.SSHServer):
    def __init__(self, box: Box) -> None:
        self._box = box

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._box.connections.append(conn)

    def validate_password(self, username: str, password: str) -> bool:
        return (username.split("+", maxsplit=1)[0], password) == (USER, PASSWORD)

    def password_auth_supported(self) -> bool:
        return True

    def auth_completed(self) -> None:
        self._box.logins += 1


async def _lines(process: Process) -> AsyncIterator[str]:
    """Yield what is typed, line by line; a return and a line feed end one alike."""
    line = ""
    while typed := await process.stdin.read(1):
        if typed in "\r\n":
            yield line.strip()
            line = ""
        else:
            line += typed


@contextlib.contextmanager
def standing(box: Box) -> Iterator[Box]:
    """Let a box stand there while a test does something else, in a thread with a loop of its own.

    One that stood before stands at the same port again, so that its key may have changed.
    """
    loop = asyncio.new_event_loop()
    stop: asyncio.Event = asyncio.Event()
    up = threading.Event()

    async def stand() -> None:
        async with box.open():
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(stand()))
    thread.start()
    try:
        assert up.wait(10)
        yield box
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


@contextlib.asynccontextmanager
async def visitor(**options: Any) -> AsyncIterator[VisitorProcess]:
    """Keep a visitor process for as long as it lasts."""
    process = VisitorProcess(lambda _what, _over: None, **options)
    life = asyncio.create_task(process.run())
    try:
        yield process
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)


async def visited(box: Box, *say: str, **other: Any) -> Visited:
    """Open a box, send a visitor there once, and return what came of it."""
    async with box.open(), visitor() as process:
        return await process.visit(box.visit(*say, **other))
