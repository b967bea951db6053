"""A real engine, real agents and a namespace, for the edge tests of polling."""

import asyncio
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from netwatch.model.arrivals import Answered, Readings, Sample, Trouble
from netwatch.pollers.driver import Engine
from netwatch.pollers.frames import Unpacker, pack
from netwatch.pollers.gathering import Bringable
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.questions import Answer, Echo, Get, Patience, Question, Target
from netwatch.pollers.snmp.book import EngineBook
from netwatch.wire.ber import BerError, Message, Oid, Pdu, Tag, VarBind, decode, encode, parse_oid

ONCE = Patience(1.0, 1)
LIMIT_S = 30.0


def echo(address: str) -> Echo:
    return Echo(ip_address(address))


def agent_at(address: str, port: int, version: int = 1) -> Target:
    return Target(address, port, version, "public")


def singly(batch: Sequence[Bringable]) -> Iterator[Sample | Readings | Trouble]:
    """Yield arrivals one by one, those that were answered at one time too."""
    for arrival in batch:
        if isinstance(arrival, Answered):
            yield from arrival.samples()
        else:
            yield arrival


class Machine:
    """The machine's clock, for tests that need not move it."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    def monotonic(self) -> float:
        return time.monotonic()


async def eventually(there: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Wait until ``there`` says something true."""
    until = time.monotonic() + limit_s
    while not there():
        if time.monotonic() > until:
            raise AssertionError("it did not happen in time")
        await asyncio.sleep(0.02)


def ask(
    questions: Sequence[Question],
    *,
    patience: Patience = ONCE,
    namespace: Namespace | None = None,
    during: Callable[[Engine], Awaitable[None]] | None = None,
    book: EngineBook | None = None,
) -> list[Answer]:
    """Ask a real engine; return the answers in the order of the questions."""
    answers: dict[int, Answer] = {}

    async def talk() -> None:
        engine = Engine(answers.update, lambda _what, _over: None, namespace, book)
        life = asyncio.create_task(engine.run())
        try:
            async with asyncio.timeout(10):
                await engine.wait_until_up()
            await engine.ask([(n, question, patience) for n, question in enumerate(questions)])
            if during is not None:
                await during(engine)
            await eventually(lambda: len(answers) == len(questions))
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    asyncio.run(talk())
    return [answers[number] for number in range(len(questions))]


Reply = Callable[[Message], "Message | bytes | None"]


@dataclass
class Agent:
    """An SNMP agent on one address; ``reply`` may be replaced by something less honest."""

    objects: dict[Oid, VarBind]
    address: str = "127.0.0.1"
    port: int = 0
    reply: Reply | None = None
    delay_s: float = 0.0
    elsewhere: bool = False
    """Answer from another port than was asked."""
    requests: list[Message] = field(default_factory=list)
    pressed: int = 0
    """So many requests came while another one was being answered."""

    def answer(self, asked: Message) -> Message:
        if asked.pdu is Pdu.GET:
            return response(asked, [self._get(bind.oid) for bind in asked.binds])
        rounds = asked.error_index if asked.pdu is Pdu.GETBULK else 1
        cursors = [bind.oid for bind in asked.binds]
        rows: list[VarBind] = []
        for _ in range(rounds):
            for place, cursor in enumerate(cursors):
                bind = self._next(cursor)
                cursors[place] = bind.oid
                rows.append(bind)
        return response(asked, rows)

    def _get(self, oid: Oid) -> VarBind:
        return self.objects.get(oid, VarBind(oid, Tag.NO_SUCH_OBJECT, None))

    def _next(self, oid: Oid) -> VarBind:
        after = min((other for other in self.objects if other > oid), default=None)
        return VarBind(oid, Tag.END_OF_MIB, None) if after is None else self.objects[after]


def response(asked: Message, binds: Sequence[VarBind]) -> Message:
    return Message(
        version=asked.version,
        community=asked.community,
        pdu=Pdu.RESPONSE,
        request_id=asked.request_id,
        binds=tuple(binds),
    )


def objects(table: dict[str, tuple[Tag, Any]]) -> dict[Oid, VarBind]:
    return {parse_oid(oid): VarBind(parse_oid(oid), *value) for oid, value in table.items()}


@contextmanager
def serving(*agents: Agent) -> Iterator[None]:
    """Serve agents from one thread each for as long as the block lasts."""
    over = threading.Event()
    threads = []
    for agent in agents:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((agent.address, agent.port))
        sock.settimeout(0.1)
        agent.port = sock.getsockname()[1]
        threads.append(threading.Thread(target=_serve, args=(agent, sock, over)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _serve(agent: Agent, sock: socket.socket, over: threading.Event) -> None:
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sock, other:
        other.bind((agent.address, 0))
        while not over.is_set():
            with suppress(TimeoutError, BerError):
                datagram, source = sock.recvfrom(9000)
                asked = decode(datagram)
                agent.requests.append(asked)
                said = agent.answer(asked) if agent.reply is None else agent.reply(asked)
                if said is None:
                    continue
                time.sleep(agent.delay_s)
                agent.pressed += len(select.select([sock], [], [], 0)[0])
                octets = encode(said) if isinstance(said, Message) else said
                (other if agent.elsewhere else sock).sendto(octets, source)


@dataclass
class Space:
    """A network namespace of its own, held by a sleeping process."""

    pid: int

    @property
    def namespace(self) -> Namespace:
        return Namespace(net=Path(f"/proc/{self.pid}/ns/net"))

    def enter(self, *command: str) -> list[str]:
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", *command]

    def run(self, *command: str) -> None:
        subprocess.run(self.enter(*command), check=True, capture_output=True)


@contextmanager
def space() -> Iterator[Space]:
    """Make a namespace with loopback up; it is gone after the block."""
    holder = subprocess.Popen(["unshare", "--net", "sleep", "120"])
    try:
        made = Space(holder.pid)
        until = time.monotonic() + 5
        own = Path("/proc/self/ns/net").readlink()
        while Path(f"/proc/{holder.pid}/ns/net").readlink() == own and time.monotonic() < until:
            time.sleep(0.01)
        made.run("ip", "link", "set", "lo", "up")
        yield made
    finally:
        holder.kill()
        holder.wait()


class Child:
    """An engine started by hand, so that its rights can be taken away."""

    def __init__(self, *before: str) -> None:
        self._ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [*before, sys.executable, "-m", "netwatch.pollers.engine"], stdin=theirs.fileno()
            )
        self._ours.settimeout(LIMIT_S)
        self._unpacker = Unpacker()

    def say(self, document: dict[str, Any]) -> None:
        self._ours.sendall(pack(document))

    def hear(self) -> dict[str, Any]:
        while True:
            for document in self._unpacker.feed(self._ours.recv(65536)):
                return document

    def close(self) -> int:
        self._ours.close()
        return self.process.wait(5)


SYS_UP_TIME = "1.3.6.1.2.1.1.3.0"


def up_time(target: Target) -> Get:
    return Get(target, (SYS_UP_TIME,))
