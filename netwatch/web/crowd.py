"""A connection -> served, or told to come again before anything else is done for it.

Whoever asks too much, holds too many connections, or takes too long with one, is turned away with
a few octets that were made beforehand, before a path is looked at and a task is started.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from netwatch.web.allowance import Allowance, Buckets, line_of

LARGEST_HEAD: Final = 16_384
PAUSE_S: Final = 0.5
"""When we are late, who was refused is not listened to for so long."""
LOCAL: Final = ("127.0.0.1", "::1")
"""Where a web server in front of us asks from: whom it asks for, it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What one may ask of us."""

    requests: Allowance = field(default_factory=lambda: Allowance(120, 30.0))
    """Of one IPv4 address or IPv6 /64."""
    connections: int = 40
    """At a time, of one address: of more the slowest goes. A web server in front has any number."""
    all_connections: int = 3000
    all_requests: int = 1000
    """So many are answered at a time."""
    head_s: float = 8.0
    """A request has come whole by then, its body aside."""
    whole_s: float = 30.0
    """And is answered and read by then."""
    late_s: float = 0.15
    """When we are so late ourselves, only those are served who asked little."""
    proxies: Sequence[str] = LOCAL


AMONG_US: Final = Manners(requests=Allowance(2000, 1000.0), connections=400)
"""Where nobody asks but the staff, and their tools."""


def _refusal(status: HTTPStatus, after_s: int) -> bytes:
    words = f"{status.phrase}. Please try again in {after_s} seconds.\n".encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nretry-after: {after_s}\r\n"
        "content-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\n"
        f"cache-control: no-store\r\ncontent-length: {len(words)}\r\n"
    )
    return head.encode() + b"%s\r\n" + words


TOO_MANY: Final = _refusal(HTTPStatus.TOO_MANY_REQUESTS, 10)
TOO_LATE: Final = _refusal(HTTPStatus.REQUEST_TIMEOUT, 1) % b"connection: close\r\n"
TOO_LARGE: Final = _refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, 10) % (
    b"connection: close\r\n"
)
GOODBYE: Final = TOO_MANY % b"connection: close\r\n"
NOT_NOW: Final = TOO_MANY % b""


class Crowd:
    """All who are connected, and what each has had. One for each address that is listened at."""

    def __init__(self, manners: Manners | None = None) -> None:
        self.manners = manners or Manners()
        self.asked = Buckets(self.manners.requests)
        self.held: Counter[str] = Counter()
        self.slow_of: defaultdict[str, dict[Patient, None]] = defaultdict(dict)
        """The same as ``slow``, by who is connected."""
        self.slow: dict[Patient, None] = {}
        """Those of whom no whole request came yet, the first to come first."""
        self.late_s = 0.0
        """How late the loop itself is."""

    async def watch(self) -> None:
        """Measure how late we are, until cancelled."""
        loop, beat_s = asyncio.get_running_loop(), 0.05
        while True:
            until_s = loop.time() + beat_s
            await asyncio.sleep(beat_s)
            late_s = loop.time() - until_s
            self.late_s = max(late_s, self.late_s * 0.8)

    @property
    def hurried(self) -> bool:
        """Say whether we are late ourselves."""
        return self.late_s > self.manners.late_s

    def may_ask(self, address: str, answering: int, now_s: float) -> bool:
        """Take one request from an address's allowance; False: it has had enough for now.

        Args:
            address: whose.
            answering: how many requests of all are being answered.
            now_s: the moment, in seconds of the loop.
        """
        most = self.manners.all_requests
        keep = 0.5 if self.hurried or answering > most // 4 else 0.0
        return answering < most and self.asked.take(line_of(address), now_s, keep=keep)


class Patient(HttpToolsProtocol):
    """One connection, whose patience has an end."""

    def __init__(self, crowd: Crowd, **given: Any) -> None:
        super().__init__(**given)
        self._crowd, self._manners = crowd, crowd.manners
        self._deadline: asyncio.TimerHandle | None = None
        self._running: RequestResponseCycle | None = None
        self._peer = ""
        self._octets = 0
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let a connection in, or turn it away."""
        super().connection_made(transport)
        crowd = self._crowd
        self._peer = self.client[0] if self.client else ""
        crowd.held[self._peer] += 1
        if crowd.hurried and crowd.asked.is_empty(line_of(self._peer), self.loop.time()):
            self._turn_away(GOODBYE)
            return
        if not self._is_proxy and crowd.held[self._peer] > self._manners.connections:
            idle = crowd.slow_of.get(self._peer)
            if not idle:
                self._turn_away(GOODBYE)
                return
            next(iter(idle)).too_late()
        if len(self.connections) > self._manners.all_connections and crowd.slow:
            next(iter(crowd.slow)).too_late()
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        super().connection_lost(exc)
        self._expect_nothing()
        held = self._crowd.held
        held[self._peer] -= 1
        if held[self._peer] <= 0:
            del held[self._peer]

    def data_received(self, data: bytes) -> None:
        """Take octets; a head that does not end is no request."""
        if self.transport.is_closing():
            return
        self._octets += len(data)
        if self in self._crowd.slow and self._octets > LARGEST_HEAD + len(data):
            self._turn_away(TOO_LARGE)
            return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin a request: its head has to end soon."""
        super().on_message_begin()
        self._octets, self._refused = 0, False
        self._expect_head()

    def on_headers_complete(self) -> None:
        """Serve a request, or refuse it before anything is done for it."""
        self.scope["client"] = self.client = (self._asker(), self.client[1] if self.client else 0)
        self._expect_end()
        if self._crowd.may_ask(self.client[0], len(self.tasks), self.loop.time()):
            super().on_headers_complete()
            return
        self._refused = True
        if self._answering or self.parser.get_method() not in (b"GET", b"HEAD"):
            self._turn_away(GOODBYE)
        else:
            self.transport.write(NOT_NOW)
            if self._crowd.hurried:
                self.transport.pause_reading()
                self.loop.call_later(PAUSE_S, self._go_on)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        if not self._refused:
            super().on_message_complete()
        elif not self.transport.is_closing():
            self._expect_head()

    def on_response_complete(self) -> None:
        """Wait for the next request; uvicorn sees to it that this is not for long."""
        self._expect_nothing()
        super().on_response_complete()

    def too_late(self) -> None:
        """End a connection that took too long."""
        if self._answering:
            self._expect_nothing()
            self._leave_alone()
            self.transport.abort()
        else:
            self._turn_away(TOO_LATE)

    @property
    def _is_proxy(self) -> bool:
        return self._peer in self._manners.proxies

    @property
    def _answering(self) -> bool:
        """Say whether a request is being answered."""
        return self._running is not None and not self._running.response_complete

    def _asker(self) -> str:
        """Return who asks: whom a web server in front of us names last, else who is connected."""
        if self._is_proxy:
            for name, value in reversed(self.headers):  # some add a line of their own at the end
                if name == b"x-forwarded-for":
                    return value.decode("latin-1").rpartition(",")[2].strip()[:64]
        return self._peer

    def _turn_away(self, words: bytes) -> None:
        self._expect_nothing()
        self._leave_alone()
        if not self.transport.is_closing():
            self.transport.write(words)
            self.transport.close()

    def _go_on(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def _leave_alone(self) -> None:
        """Let whatever is being answered here go nowhere."""
        self.pipeline.clear()
        if self._running is not None:
            self._running.disconnected = True
            self._running.message_event.set()

    def _expect_head(self) -> None:
        self._expect_nothing()
        self._crowd.slow[self] = self._crowd.slow_of[self._peer][self] = None
        self._deadline = self.loop.call_later(self._manners.head_s, self.too_late)

    def _expect_end(self) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(self._manners.whole_s, self.too_late)

    def _expect_nothing(self) -> None:
        crowd = self._crowd
        if self in crowd.slow:
            del crowd.slow[self], crowd.slow_of[self._peer][self]
            if not crowd.slow_of[self._peer]:
                del crowd.slow_of[self._peer]
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
