"""GET /metrics -> the page, and nothing else: few at a time, small questions, no patience.

h11 understands the question. No web server stands around it: those that are at hand wait for ever
for the rest of a question, and who asks here is one Prometheus every quarter of a minute. Each
connection bears one question.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import h11
import structlog

MOST_AT_ONCE: Final = 16
LONGEST_QUESTION: Final = 8 * 1024
ASK_S: Final = 5.0
ANSWER_S: Final = 15.0
AGAIN_S: Final = 30.0
PATH: Final = b"/metrics"
PLAIN: Final = "text/plain; charset=utf-8"

FRESH_S: Final = 1.0
"""Whoever asks again within this gets the same page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered, and what it is."""

    body: bytes
    content_type: str


Write = Callable[[str], Page]
"""Writes the page for an Accept header, in a thread."""
Worded = tuple[Page, HTTPStatus]

log = structlog.get_logger(__name__)


class MetricsServer:
    """Listens at one address for as long as `run` runs.

    Args:
        listen: ``host:port`` or ``[host]:port``.
        write: writes the page.
        look: brings the numbers up to date, in the event loop.
    """

    def __init__(self, listen: str, write: Write, look: Callable[[], None]) -> None:
        host, _, port = listen.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._write, self._look = write, look
        self._writing = asyncio.Lock()
        self._open = 0
        self._last: Page | None = None
        self._last_for, self._last_at = "", 0.0
        self.trouble = ""
        """Why nobody can ask; empty: they can."""
        self.port: int | None = None
        """Where it listens now."""

    async def run(self) -> None:
        """Answer until cancelled; while the address is taken, try again now and then."""
        while True:
            try:
                server = await asyncio.start_server(self._serve, self._host, self._port)
            except OSError as fault:
                if not self.trouble:
                    log.warning("nobody can read /metrics", why=str(fault))
                self.trouble = f"{self._host}:{self._port}: {fault.strerror or fault}"
                await asyncio.sleep(AGAIN_S)
                continue
            self.trouble = ""
            self.port = server.sockets[0].getsockname()[1]
            try:
                await asyncio.Event().wait()  # serve_forever would wait for whoever is still asking
            finally:
                server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self._open < MOST_AT_ONCE:
                self._open += 1
                try:
                    await self._converse(reader, writer)
                finally:
                    self._open -= 1
        except (TimeoutError, ConnectionError):
            pass  # too slow, or gone: what they asked for is theirs to ask again
        finally:
            writer.transport.abort()  # after a whole answer there is nothing left to end

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_QUESTION)
        try:
            async with asyncio.timeout(ASK_S):
                asked = await _question(connection, reader)
            if asked is None:
                return
            page, status = await self._page(asked)
        except h11.RemoteProtocolError as fault:
            if connection.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
                return
            asked, (page, status) = None, _worded(HTTPStatus(fault.error_status_hint))
        async with asyncio.timeout(ANSWER_S):
            writer.write(_answer(connection, page, status, bare=_is_head(asked)))
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async def _page(self, asked: h11.Request) -> Worded:
        if asked.target.partition(b"?")[0] != PATH:
            return _worded(HTTPStatus.NOT_FOUND, f"ask for {PATH.decode()}")
        if asked.method not in (b"GET", b"HEAD"):
            return _worded(HTTPStatus.METHOD_NOT_ALLOWED)
        accept = b",".join(text for name, text in asked.headers if name == b"accept")
        async with self._writing:
            return await self._fresh(accept.decode("latin-1")), HTTPStatus.OK

    async def _fresh(self, accept: str) -> Page:
        now = asyncio.get_running_loop().time()
        if self._last is None or self._last_for != accept or now - self._last_at > FRESH_S:
            self._look()
            self._last = await asyncio.to_thread(self._write, accept)
            self._last_for, self._last_at = accept, now
        return self._last


async def _question(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """Return what is asked; None when they hang up before."""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            return event
        if event is not h11.NEED_DATA:
            return None
        connection.receive_data(await reader.read(LONGEST_QUESTION))


def _answer(
    connection: h11.Connection, page: Page, status: HTTPStatus, *, bare: bool = False
) -> bytes:
    headers = [
        ("Content-Type", page.content_type),
        ("Content-Length", str(len(page.body))),
        ("Connection", "close"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    answer = h11.Response(status_code=status, headers=headers, reason=status.phrase)
    head = connection.send(answer) or b""
    return head if bare else head + page.body


def _is_head(asked: h11.Request | None) -> bool:
    return asked is not None and asked.method == b"HEAD"


def _worded(status: HTTPStatus, words: str = "") -> Worded:
    return Page(f"{words or status.phrase}\n".encode(), PLAIN), status
