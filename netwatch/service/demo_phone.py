"""The telephone of the person on duty: keeps what the demo's service sends to staff."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from netwatch.model.clock import Clock
from netwatch.model.names import NoticeKey

LOCAL: Final = "127.0.0.1"
LARGEST_BODY: Final = 1 << 20
ANY_PORT: Final = 0


@dataclass(frozen=True, slots=True)
class Message:
    """What arrived at the person on duty."""

    at: datetime
    key: NoticeKey
    title: str
    body: str


@dataclass(slots=True)
class Telephone:
    """Keeps what was received, in order."""

    clock: Clock
    received: list[Message] = field(default_factory=list)

    def ring(self, key: str, said: dict[str, Any]) -> None:
        """Take one message, as apprise's json:// sends it."""
        title, body = str(said.get("title", "")), str(said.get("message", ""))
        self.received.append(Message(self.clock.now(), NoticeKey(key), title, body))


class _Phone(BaseHTTPRequestHandler):
    def __init__(self, telephone: Telephone, *args: Any) -> None:
        self._telephone = telephone
        super().__init__(*args)

    def do_POST(self) -> None:
        """Take a message."""
        size = min(int(self.headers.get("Content-Length") or 0), LARGEST_BODY)
        try:
            said = json.loads(self.rfile.read(size))
        except ValueError:
            self.send_error(400)
            return
        if isinstance(said, dict):
            self._telephone.ring(self.headers.get("Idempotency-Key", ""), said)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def telephone(clock: Clock) -> Iterator[tuple[Telephone, int]]:
    """Take messages on loopback while the block lasts."""
    phone = Telephone(clock)
    server = ThreadingHTTPServer((LOCAL, ANY_PORT), partial(_Phone, phone))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield phone, server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
