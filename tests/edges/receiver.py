"""An HTTP far end on loopback that answers as told, and knows a repetition by its key."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Plan:
    """What becomes of one request."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    hang_s: float = 0.0
    """How long it keeps silent after it took the request."""
    reset: bool = False
    taken: bool = False
    """The far end has done what it was asked, whatever it answers."""


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    head: Mapping[str, str]
    body: Any


Answer = Callable[[Asked], Plan]


@dataclass
class Receiver:
    """What arrived, in order; requests that were answered with success are taken."""

    url: str = ""
    web: str = ""
    """The same far end as a plain web address."""
    plans: list[Plan] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    heads: list[Mapping[str, str]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def distinct(self) -> set[str | None]:
        """Return what a far end that knows the key has shown to people."""
        return set(self.keys)


@contextmanager
def receiver(
    *plans: Plan,
    read: Callable[[bytes], Any] = json.loads,
    answer: Answer = lambda _: Plan(),
    at: tuple[str, int] = ("127.0.0.1", 0),
    tls: ssl.SSLContext | None = None,
) -> Iterator[Receiver]:
    """Serve until the test is over; after the plans are used up it answers as it would."""
    state = Receiver(plans=list(plans))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            state.keys.append(self.headers.get("Idempotency-Key"))
            state.heads.append(dict(self.headers))
            raw = self.rfile.read(length)
            state.bodies.append(read(raw) if raw else None)
            path, _, query = self.path.partition("?")
            asked = Asked(
                str(self.command), path, dict(parse_qsl(query)), state.heads[-1], state.bodies[-1]
            )
            plan = state.plans.pop(0) if state.plans else answer(asked)
            if plan.taken:
                answer(asked)
            if plan.hang_s:
                state.stop.wait(plan.hang_s)
            if plan.reset:
                linger = socket.SO_LINGER
                self.connection.setsockopt(socket.SOL_SOCKET, linger, RESET)
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(plan.status)
            for name, value in plan.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(plan.body)))
            self.end_headers()
            self.wfile.write(plan.body)

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - as the library calls them

        def handle(self) -> None:
            try:
                super().handle()
            except (ConnectionError, ValueError, OSError):
                return

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(at, Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    host, port = server.server_address[:2]
    state.web = f"http://{host!s}:{port}"
    state.url = f"json://{host!s}:{port}/notify/canary-secret"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        state.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()
