"""A message centre on loopback that speaks SMPP 3.4, read from the octets, not by a library."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

BIND, BIND_ANSWER, SUBMIT, SUBMIT_ANSWER, ENQUIRE, UNBIND, UNBIND_ANSWER = (
    0x02, 0x80000002, 0x04, 0x80000004, 0x15, 0x06, 0x80000006,
)  # fmt: skip
USER, PASSWORD = "dolina", "canary"


@dataclass(frozen=True)
class Taken:
    """One message as the centre read it."""

    sender: str
    sender_kind: int
    number: str
    number_kind: int
    coding: int
    head: bytes
    text: str


@dataclass
class FakeCentre:
    """Takes what it is sent; ``states`` are its answers to the next messages, 0 a yes."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    states: list[int] = field(default_factory=list)
    hang_up_after: int = 0
    """It takes so many, and ends the line instead of answering."""
    chatty: bool = False
    """It asks whether we are alive before it answers."""
    alive: int = 0
    sessions: int = 0


def read(body: bytes) -> Taken:
    """Read the body of a ``submit_sm``."""
    service, _, rest = body.partition(b"\0")
    assert service == b""
    sender_kind = rest[0]
    sender, _, rest = rest[2:].partition(b"\0")
    number_kind = rest[0]
    number, _, rest = rest[2:].partition(b"\0")
    esm_class = rest[0]
    _when, _, rest = rest[3:].partition(b"\0")
    _until, _, rest = rest.partition(b"\0")
    coding, length = rest[2], rest[4]
    message = rest[5:]
    assert length == len(message) <= 140 if coding else 160
    head = message[: message[0] + 1] if esm_class & 0x40 else b""
    text = message[len(head) :].decode("utf-16-be" if coding == 8 else "latin-1")
    return Taken(sender.decode(), sender_kind, number.decode(), number_kind, coding, head, text)


@contextmanager
def centre_of(fake: FakeCentre) -> Iterator[FakeCentre]:
    """Serve until the test is over."""

    class Handler(socketserver.StreamRequestHandler):
        timeout = 5.0

        def say(self, command: int, status: int, sequence: int, body: bytes = b"") -> None:
            self.wfile.write(struct.pack(">4I", 16 + len(body), command, status, sequence) + body)

        def handle(self) -> None:
            fake.sessions += 1
            while head := self.rfile.read(16):
                length, command, _, sequence = struct.unpack(">4I", head)
                body = self.rfile.read(length - 16)
                if command == BIND:
                    user, word = body.split(b"\0")[:2]
                    right = (user.decode(), word.decode()) == (USER, PASSWORD)
                    self.say(BIND_ANSWER, 0 if right else 0x0E, sequence, b"centre\0" * right)
                elif command == SUBMIT:
                    if not self.submit(body, sequence):
                        return
                elif command == ENQUIRE | 0x80000000:
                    fake.alive += 1
                elif command == UNBIND:
                    self.say(UNBIND_ANSWER, 0, sequence)

        def submit(self, body: bytes, sequence: int) -> bool:
            if fake.chatty:
                self.say(ENQUIRE, 0, 77)
            state = fake.states.pop(0) if fake.states else 0
            if state:
                self.say(SUBMIT_ANSWER, state, sequence)
                return True
            fake.taken.append(read(body))
            if fake.hang_up_after and len(fake.taken) >= fake.hang_up_after:
                fake.hang_up_after = 0
                return False
            self.say(SUBMIT_ANSWER, 0, sequence, f"m{len(fake.taken)}\0".encode())
            return True

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        fake.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
