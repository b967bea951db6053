"""The probing engine: a child process, so that no stall of the service looks like silence.

Spoken to over the socket it is given as standard input (see `netwatch.pollers.driver`). It ends
when that socket closes.
"""

import argparse
import gc
import os
import resource
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from netwatch.pollers.echo import Echoes
from netwatch.pollers.echo_wire import Host
from netwatch.pollers.frames import Unpacker, framed, pack
from netwatch.pollers.memory import most_kb
from netwatch.pollers.namespaces import Namespace, join
from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.jobs import Agent
from netwatch.pollers.snmp.known import Known
from netwatch.pollers.snmp.seam import open_asker
from netwatch.pollers.snmp.security import Security
from netwatch.pollers.turns import Turns
from netwatch.wire.ber import encode_oid, parse_oid

if TYPE_CHECKING:
    from netwatch.pollers.snmp.session import Session

STALL_S: Final = 0.25
"""A turn that took longer than this makes the outstanding probes asked again."""
_TURN_AT_MOST_S: Final = 0.1
_TURN_AT_LEAST_S: Final = 0.01
_FLUSH_AFTER_S: Final = 0.02
"""Whoever asked step by step waits for an answer; for an echo nobody waits, it goes with a turn."""
_FLUSH_AT: Final = 256
_BATCH_OCTETS: Final = 8 << 20
_BACKLOG_OCTETS: Final = 16 << 20
_READ_OCTETS: Final = 1 << 20
_GARBAGE_AFTER: Final = 50_000
_MOST_SESSIONS: Final = 100_000


class Engine:
    """Asks what it is told to ask, and reports in batches. One turn after the other, no threads."""

    def __init__(self, pipe: socket.socket, *, hurried: bool = False) -> None:
        self._pipe = pipe
        self._unpacker = Unpacker()
        self._answers: list[bytes] = []
        """JSON rows with commas between them."""
        self._answers_count = 0
        self._found_at: float | None = None
        self._backlog = bytearray()
        self._agents: dict[int, Agent] = {}
        self._sessions: dict[tuple[str, int, Security], Session] = {}
        self._names: dict[int, list[bytes]] = {}
        self._hosts: dict[int, Host] = {}
        self.echoes = Echoes(self._report, time.monotonic, time.time_ns, hurried=hurried)
        self.asker = open_asker(self._report, time.monotonic, self._worded)
        self.stalls = 0

    def run(self) -> None:
        """Work until the service closes the socket."""
        self._pipe.setblocking(False)
        settle()
        poll = select.epoll()
        poll.register(self._pipe, select.EPOLLIN)
        for sock in self.asker.sockets():
            poll.register(sock, select.EPOLLIN)
        self._say({"hello": {"pid": os.getpid(), "icmp": self.echoes.kinds()}})
        before = time.monotonic()
        behind = False
        turns = Turns()
        while True:
            turns.rest(_TURN_AT_LEAST_S)
            ready = poll.poll(self._patience())
            now = time.monotonic()
            echoes_in = self.echoes.drain(now)
            answers_in = self.asker.drain()
            if now - before > STALL_S:
                self.stalls += 1
                self.echoes.stalled()
                self.asker.stalled()
            before = now
            if not self._listen(ready):
                return
            if echoes_in:
                self.echoes.judge(now)
            if answers_in:
                self.asker.judge(now)
            if len(self._backlog) < _BACKLOG_OCTETS:
                now = time.monotonic()
                self.echoes.pump(now)
                self.asker.pump(now)
            self._flush()
            if behind is not bool(self._backlog):
                behind = not behind
                poll.modify(self._pipe, select.EPOLLIN | (select.EPOLLOUT if behind else 0))

    def _patience(self) -> float:
        """Return how long this turn may wait for something to happen."""
        if len(self._backlog) >= _BACKLOG_OCTETS:
            return _TURN_AT_MOST_S  # the service does not read: what is there to send waits too
        if self.asker.waiting():
            return 0
        wait = _FLUSH_AFTER_S if self._answers else _TURN_AT_MOST_S
        now = time.monotonic()
        for deadline in (self.echoes.next_at(), self.asker.next_deadline()):
            if deadline is not None:
                wait = min(wait, max(0.001, deadline - now))
        return wait

    def _listen(self, ready: list[tuple[int, int]]) -> bool:
        """Take in what the service says; False when it has closed the socket."""
        if all(number != self._pipe.fileno() for number, _ in ready):
            return True
        try:
            data = self._pipe.recv(_READ_OCTETS)
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        for document in self._unpacker.feed(data):
            self._obey(document)
        return bool(data)

    def _obey(self, document: dict[str, Any]) -> None:
        for number, address, port, version, community, *v3 in document.get("targets", ()):
            session = self._session(address, port, *v3) if v3 else None
            name = community.encode("latin-1")
            self._agents[number] = Agent(address, port, version, name, session)
        for number, names in document.get("names", ()):
            self._names[number] = [encode_oid(parse_oid(name)) for name in names]
        for number, address in document.get("hosts", ()):
            self._hosts[number] = Host(address)
        for timeout_s, retries, numbers, hosts in document.get("echo", ()):
            patience = Patience(timeout_s, retries)
            for number, host in zip(numbers, hosts, strict=True):
                self.echoes.ask(number, self._hosts[host], patience)
        for kind, number, timeout_s, retries, *what in document.get("ask", ()):
            patience = Patience(timeout_s, retries)
            if kind == "get":
                self.asker.get(number, self._agents[what[0]], patience, self._names[what[1]])
            else:
                agent, names = self._agents[what[0]], self._names[what[1]]
                self.asker.walk(number, agent, patience, names, what[2])
        if document.get("account"):
            self._account()
        if document.get("say"):
            self._say({})

    def _session(self, address: str, port: int, row: list[str], met: list[Any] | None) -> "Session":
        """Return the session that is kept with an agent, or a new one."""
        from netwatch.pollers.snmp.session import Session  # noqa: PLC0415 (and OpenSSL with it)

        security = Security.of_row(row)
        session = self._sessions.get((address, port, security))
        if session is None:
            if len(self._sessions) >= _MOST_SESSIONS:
                self._sessions.clear()
            known = None if met is None else Known(bytes.fromhex(met[0]), *met[1:])
            session = self._sessions[address, port, security] = Session(security, known)
        return session

    def _tell_met(self) -> None:
        """Say which SNMPv3 engines were met, so that they are known after a restart."""
        met, self.asker.met = self.asker.met, {}
        rows = []
        for agent, session in met.items():
            session.told = True
            rows.append([agent.host, agent.port, session.known[0].hex(), *session.known[1:]])
        self._say({"met": rows})

    def _report(self, number: int, outcome: int, at: float, payload: object, detail: str) -> None:
        row: list[object] = [number, outcome, at, payload, detail]
        if isinstance(payload, list | dict):
            row.append(1)
        self._worded(orjson.dumps(row), 1)

    def _worded(self, rows: bytes, count: int) -> None:
        self._answers.append(rows)
        self._answers_count += count

    def _found(self) -> int:
        """Return how much there is to say."""
        return self._answers_count + len(self.echoes.echoed[0])

    def _flush(self) -> None:
        found = self._found()
        if not found:
            self._found_at = None
            if self._backlog:
                self._write()
            return
        now = time.monotonic()
        if self._found_at is None:
            self._found_at = now
        after = _FLUSH_AFTER_S if self._answers else _TURN_AT_MOST_S
        if found >= _FLUSH_AT or now - self._found_at >= after:
            self._found_at = None
            self._say_all()

    def _say_all(self) -> None:
        """Say what was found out."""
        echoed = self.echoes.take_echoed()
        if echoed[0]:
            self._say({"echoed": echoed})
        if self._answers:
            self._say_answers()
        if self.asker.met:
            self._tell_met()

    def _say_answers(self) -> None:
        """Say what agents answered; whole tables are too much to go together."""
        answers, self._answers, self._answers_count = self._answers, [], 0
        some: list[bytes] = []
        octets = 0
        for rows in answers:
            if some and octets + len(rows) > _BATCH_OCTETS:
                self._backlog += _answers_frame(some)
                some, octets = [], 0
            some.append(rows)
            octets += len(rows)
        self._backlog += _answers_frame(some)
        self._write()

    def _account(self) -> None:
        """Say what has been spent so far, after what was found out."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        self._say_all()
        account = {
            "pid": os.getpid(),
            "cpu_s": used.ru_utime + used.ru_stime,
            "rss_kb": most_kb(),
            "requests": self.asker.requests + self.echoes.sent,
            "varbinds": self.asker.varbinds,
            "strays": self.asker.strays,
            "stalls": self.stalls,
        }
        self._say({"account": account})

    def _say(self, document: dict[str, Any]) -> None:
        self._backlog += pack(document)
        self._write()

    def _write(self) -> None:
        try:
            sent = self._pipe.send(self._backlog)
        except BlockingIOError:
            return
        except ConnectionError:
            return  # the service is gone; the next read says so too
        del self._backlog[:sent]


def settle() -> None:
    """Look for garbage seldom: thousands of agents stay, and what comes and goes has no cycles."""
    gc.freeze()
    gc.set_threshold(_GARBAGE_AFTER, 10, 10)


def _answers_frame(rows: list[bytes]) -> bytes:
    return framed(b'{"answers":[' + b",".join(rows) + b"]}")


def main() -> None:
    """Join a namespace if told to, open the sockets, work."""
    parser = argparse.ArgumentParser(prog="netwatch.pollers.engine", description=__doc__)
    parser.add_argument("--net-ns", type=Path, help="network namespace to ask from")
    parser.add_argument("--user-ns", type=Path, help="user namespace that owns it")
    parser.add_argument("--hurried", action="store_true", help="ping all there is at once")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # the service's, which then closes the socket
        signal.signal(number, signal.SIG_IGN)
    if options.net_ns is not None:
        try:
            join(Namespace(net=options.net_ns, user=options.user_ns))
        except OSError as fault:
            sys.exit(f"netwatch engine: {fault.strerror or fault}")
    with socket.socket(fileno=os.dup(0)) as pipe:
        Engine(pipe, hurried=options.hurried).run()


if __name__ == "__main__":
    main()
