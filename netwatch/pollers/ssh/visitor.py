"""The service's side of the visitor: starts it, sends it on visits, starts another if it dies."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from netwatch import __version__
from netwatch.model.arrivals import Outcome
from netwatch.pollers.children import Quiet, hear, live
from netwatch.pollers.frames import pack
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.ssh.visits import Visit, Visited

_HEARD_EVERY_S: Final = 15.0
_UNHEARD_AT_MOST: Final = 4
"""One that says nothing for so many waits, though asked, hangs: its threads or its parser."""
_PAUSES_S: Final = (0.5, 2.0, 10.0, 60.0)
_SOUND_AFTER_S: Final = 60.0

Tell = Callable[[str, bool], None]
"""Takes what happened to the visitor, and whether the trouble is over."""


class VisitorProcess:
    """A visitor that is kept alive by `run`. A visit that was under way when it died is BLIND."""

    def __init__(
        self,
        tell: Tell,
        *,
        python: Path | None = None,
        sessions: int = 8,
        namespace: Namespace | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            tell: hears what happens to the process.
            python: another interpreter, whose paramiko still speaks what old gear needs.
            sessions: how many at a time.
            namespace: a lab's network namespace to ask from.
        """
        self._tell, self._sessions = tell, sessions
        self._python = sys.executable if python is None else str(python)
        self._namespace = namespace
        self._writer: asyncio.StreamWriter | None = None
        self._ready = asyncio.Event()
        self._under_way: dict[int, asyncio.Future[Visited]] = {}
        self._number = 0
        self._why_not = "it has not started yet"
        self.pid: int | None = None

    @property
    def up(self) -> bool:
        """Say whether it can be sent on visits now."""
        return self._ready.is_set()

    async def run(self) -> None:
        """Keep a visitor running until cancelled."""
        failures, loop = 0, asyncio.get_running_loop()
        while True:
            begun = loop.time()
            why = await self._live()
            failures = 0 if loop.time() - begun > _SOUND_AFTER_S else failures
            self._why_not = why
            self._tell(f"the visitor of command lines {why}; it is started again", False)
            await asyncio.sleep(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)])
            failures += 1

    async def visit(self, wanted: Visit, start_at_most_s: float = 30.0) -> Visited:
        """Send it on a visit; BLIND when there is none to be sent, or it died on the way."""
        try:
            async with asyncio.timeout(start_at_most_s):
                await self._ready.wait()
        except TimeoutError:
            return _blind(f"nobody can be sent: the visitor of command lines {self._why_not}")
        if self._writer is None:
            return _blind(f"nobody can be sent: the visitor of command lines {self._why_not}")
        self._number += 1
        number = self._number
        came: asyncio.Future[Visited] = asyncio.get_running_loop().create_future()
        self._under_way[number] = came
        try:
            with contextlib.suppress(ConnectionError):
                self._writer.write(pack({"visit": [number, wanted.plain()]}))
                await self._writer.drain()
            return await came
        finally:
            self._under_way.pop(number, None)

    async def _live(self) -> str:
        """Live through one process's life; return how it ended."""
        options = [] if self._namespace is None else self._namespace.options()
        asked = ("--sessions", str(self._sessions), *options)
        return await live((self._python, "-m", "netwatch.pollers.ssh.worker", *asked), self._talk)

    async def _talk(self, sock: socket.socket) -> str:
        """Speak with it until it ends; return why it must be ended, if it must."""
        reader, writer = await asyncio.open_connection(sock=sock)
        try:
            return await hear(
                reader,
                writer,
                lambda document: self._understand(document, writer),
                quiet=lambda: Quiet(_HEARD_EVERY_S, _UNHEARD_AT_MOST, "hung"),
            )
        finally:
            self._down()
            writer.transport.abort()

    def _understand(self, document: dict[str, Any], writer: asyncio.StreamWriter) -> str:
        if "hello" in document:
            theirs = document["hello"]["version"]
            if theirs != __version__:
                return f"is of netwatch {theirs}, this is {__version__}: install the same there"
            self.pid, self._writer = document["hello"]["pid"], writer
            self._ready.set()
            self._tell("the visitor of command lines runs", True)
        elif "visited" in document:
            number, plain = document["visited"]
            came = self._under_way.get(number)
            if came is not None and not came.done():
                came.set_result(Visited.of(plain))
        return ""

    def _down(self) -> None:
        self._ready.clear()
        self._writer, self.pid = None, None
        for came in self._under_way.values():
            if not came.done():
                came.set_result(_blind("the visitor of command lines died on the way"))


def _blind(why: str) -> Visited:
    return Visited(outcome=Outcome.BLIND, detail=why)
