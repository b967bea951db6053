"""The service's side of the probing engine: starts it, asks it, starts it again when it dies."""

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from netwatch.model.arrivals import Outcome
from netwatch.pollers.children import Quiet, hear, live
from netwatch.pollers.frames import pack
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.questions import Answer, Echo, Get, Patience, Question, Target, Walk
from netwatch.pollers.snmp.book import EngineBook
from netwatch.pollers.snmp.known import Known

_OUTCOMES: Final = (Outcome.ANSWERED, Outcome.SILENT, Outcome.BLIND)
_FIRST_HEARD_S: Final = 4.0
_HEARD_EVERY_S: Final = 4.0
_UNHEARD_AT_MOST: Final = 3
"""An engine that says nothing for so many waits, though asked, hangs.

One wait is not enough: a stall of our own lets it run out though the engine has spoken.
"""
_MOST_TOLD: Final = 100_000
"""So many targets, or sets of names, are told before numbering begins anew: no growth for ever."""
_PAUSES_S: Final = (0.0, 0.5, 1.0, 2.0, 5.0)
_SOUND_AFTER_S: Final = 30.0

Take = Callable[[Sequence[tuple[int, Answer]]], None]
"""Takes answers as they come, each with the number under which it was asked."""
TakeEchoes = Callable[[Sequence[int], Sequence[float], Sequence[float], Sequence[int]], None]
"""Takes the numbers of echoes that were answered, how long ago each was (s), how long it took (ms),
and how many requests were sent for it."""
Tell = Callable[[str, bool], None]
"""Takes what happened to the engine, and whether the trouble is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an engine has spent and done since it started."""

    pid: int = 0
    cpu_s: float = 0.0
    rss_kb: int = 0
    requests: int = 0
    varbinds: int = 0
    strays: int = 0
    stalls: int = 0


class Engine:
    """An engine that is kept alive. `run` does so until cancelled.

    Questions that were under way when an engine died are lost, and so are those asked while none
    is up; ``tell`` says when that happens, so that the caller asks again. Nothing becomes silence.
    """

    def __init__(
        self,
        take: Take,
        tell: Tell,
        namespace: Namespace | None = None,
        book: EngineBook | None = None,
        take_echoes: TakeEchoes | None = None,
        *,
        hurried: bool = False,
    ) -> None:
        """Start nothing yet; without ``take_echoes`` answered echoes go to ``take`` as well.

        ``hurried``: this is one look at everything, so echoes go out as quickly as they may.
        """
        self.book = EngineBook() if book is None else book
        """The SNMPv3 engines that were met; an engine process that starts is told them."""
        self._take = take
        self._take_echoes = take_echoes or self._take_singly
        self._tell = tell
        self._namespace = namespace
        self._hurried = hurried
        self._writer: asyncio.StreamWriter | None = None
        self._targets: dict[Target, int] = {}
        self._met: dict[int, tuple[Target, int]] = {}
        self._names: dict[tuple[str, ...], int] = {}
        self._hosts: dict[str, int] = {}
        self._accounts: list[asyncio.Future[Account | None]] = []
        self._ready = asyncio.Event()
        self.pid: int | None = None
        self.icmp: tuple[str, ...] = ()
        """What the engine may use for IPv4 and IPv6: raw, datagram or none."""

    @property
    def up(self) -> bool:
        """Say whether questions can be asked now."""
        return self._ready.is_set()

    async def wait_until_up(self) -> None:
        """Return as soon as questions can be asked."""
        await self._ready.wait()

    async def run(self) -> None:
        """Keep an engine running until cancelled."""
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            why = await self._live()
            if loop.time() - started > _SOUND_AFTER_S:
                failures = 0
            self._tell(f"the polling engine {why}; it is started again", False)
            await asyncio.sleep(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)])
            failures += 1

    async def ask(self, questions: Sequence[tuple[int, Question, Patience]]) -> None:
        """Ask; the answers come through ``take``. Waits while the engine cannot keep up."""
        if self._writer is None or not questions:
            return
        document = self._worded(questions)
        with contextlib.suppress(ConnectionError):
            self._writer.write(pack(document))
            await self._writer.drain()

    async def account(self) -> Account | None:
        """Return what the engine has spent so far; None when none is up."""
        if self._writer is None:
            return None
        waiting: asyncio.Future[Account | None] = asyncio.get_running_loop().create_future()
        self._accounts.append(waiting)
        self._writer.write(pack({"account": True}))
        return await waiting

    async def _live(self) -> str:
        """Live through one engine's life; return how it ended."""
        options = [] if self._namespace is None else self._namespace.options()
        if self._hurried:
            options = [*options, "--hurried"]
        command = (sys.executable, "-m", "netwatch.pollers.engine", *options)
        return await live(command, self._talk)

    async def _talk(self, sock: socket.socket) -> str:
        """Speak with an engine until it ends; return why it must be ended, if it must."""
        reader, writer = await asyncio.open_connection(sock=sock)
        try:
            return await hear(
                reader,
                writer,
                lambda document: self._understand(document, writer),
                quiet=self._quiet,
            )
        finally:
            self._down()
            # To close would wait until all is sent, and an engine that hangs takes in nothing.
            writer.transport.abort()

    def _quiet(self) -> Quiet:
        wait_s = _HEARD_EVERY_S if self.up else _FIRST_HEARD_S
        return Quiet(wait_s, _UNHEARD_AT_MOST, "hung" if self.up else "did not start")

    def _understand(self, document: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        if "hello" in document:
            self.pid = document["hello"]["pid"]
            self.icmp = tuple(document["hello"]["icmp"])
            self._writer = writer
            self._ready.set()
            self._tell("the polling engine runs", True)
        now = time.monotonic()  # the engine's own clock: the same for all processes
        if "echoed" in document:
            numbers, ats, rtts_ms, sends = document["echoed"]
            self._take_echoes(numbers, [max(0.0, now - at) for at in ats], rtts_ms, sends)
        if document.get("answers"):
            self._take([_answer(row, now) for row in document["answers"]])
        for address, port, engine_id, *clock in document.get("met", ()):
            self.book.meet(address, port, Known(bytes.fromhex(engine_id), *clock))
        if "account" in document and self._accounts:
            waiting = self._accounts.pop(0)
            if not waiting.done():
                waiting.set_result(Account(**document["account"]))

    def _down(self) -> None:
        self._ready.clear()
        self._writer = None
        self.pid = None
        self._targets.clear()
        self._met.clear()
        self._names.clear()
        self._hosts.clear()
        for waiting in self._accounts:
            if not waiting.done():
                waiting.set_result(None)
        self._accounts.clear()

    def _take_singly(
        self,
        numbers: Sequence[int],
        ages_s: Sequence[float],
        rtts_ms: Sequence[float],
        _sends: Sequence[int],
    ) -> None:
        self._take(
            [
                (number, Answer(Outcome.ANSWERED, age_s, rtt_ms=rtt_ms))
                for number, age_s, rtt_ms in zip(numbers, ages_s, rtts_ms, strict=True)
            ]
        )

    def _worded(self, questions: Sequence[tuple[int, Question, Patience]]) -> dict[str, Any]:
        """Word questions for the engine; whom and what to ask is told once and then numbered."""
        targets: list[list[object]] = []
        names: list[list[object]] = []
        hosts: list[list[object]] = []
        rows: list[list[object]] = []
        echoes: dict[int, tuple[Patience, list[int], list[int]]] = {}
        for told in (self._targets, self._names, self._hosts):
            if len(told) > _MOST_TOLD:
                told.clear()
        if len(self._met) > _MOST_TOLD or not self._targets:
            self._met.clear()
        for number, question, patience in questions:
            if isinstance(question, Echo):
                if id(patience) not in echoes:
                    echoes[id(patience)] = (patience, [], [])
                _, numbers, asked = echoes[id(patience)]
                numbers.append(number)
                asked.append(self._host(question.host, hosts))
                continue
            wait = (patience.timeout_s, patience.retries)
            target = self._target(question.target, targets)
            match question:
                case Get():
                    rows.append(["get", number, *wait, target, self._row(question.oids, names)])
                case Walk():
                    columns = self._row(question.columns, names)
                    rows.append(["walk", number, *wait, target, columns, question.rows])
        echo = [[p.timeout_s, p.retries, *asked] for p, *asked in echoes.values()]
        return {"targets": targets, "names": names, "hosts": hosts, "ask": rows, "echo": echo}

    def _host(self, host: str, told: list[list[object]]) -> int:
        number = self._hosts.get(host)
        if number is None:
            number = self._hosts[host] = len(self._hosts)
            told.append([number, host])
        return number

    def _target(self, target: Target, told: list[list[object]]) -> int:
        met = self._met.get(id(target))  # the same one again, as a rule: cheaper than its hash
        if met is not None and met[0] is target:
            return met[1]
        number = self._targets.get(target)
        if number is None:
            number = self._targets[target] = len(self._targets)
            community = target.community.encode().decode("latin-1")  # octets travel as latin-1
            row = [number, target.address, target.port, target.version, community]
            told.append([*row, *self._v3(target)])
        self._met[id(target)] = target, number
        return number

    def _v3(self, target: Target) -> list[object]:
        """Return what a v3 session needs: the user, and the engine if it was met before."""
        if target.security is None:
            return []
        known = self.book.known(target.address, target.port)
        met = None if known is None else [known.engine_id.hex(), *known[1:]]
        return [target.security.row(), met]

    def _row(self, oids: tuple[str, ...], told: list[list[object]]) -> int:
        number = self._names.get(oids)
        if number is None:
            number = self._names[oids] = len(self._names)
            told.append([number, list(oids)])
        return number


def _answer(row: list[Any], now: float) -> tuple[int, Answer]:
    """Read one answer; a sixth element says that lists are among the values: names."""
    number, outcome, at, payload, detail, *names = row
    became, age_s = _OUTCOMES[outcome], max(0.0, now - at)
    if isinstance(payload, dict):
        if names:
            payload = {index: list(map(_value, values)) for index, values in payload.items()}
        return number, Answer(became, age_s, rows=payload, detail=detail)
    if isinstance(payload, list):
        values = tuple(map(_value, payload) if names else payload)
        return number, Answer(became, age_s, values=values, detail=detail)
    return number, Answer(became, age_s, rtt_ms=payload, detail=detail)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
