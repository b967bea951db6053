"""One look at every device: who answers, who is silent, whom we could not ask, what it cost."""

import asyncio
import resource
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from netwatch.model.arrivals import Outcome
from netwatch.model.names import DeviceId
from netwatch.model.network import Device
from netwatch.pollers.acquaintance import target_of
from netwatch.pollers.driver import Account, Engine
from netwatch.pollers.memory import most_kb
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.questions import Answer, Credential, Echo, Get, Patience, Question, Walk
from netwatch.pollers.snmp.book import EngineBook


class Check(StrEnum):
    """What a sweep may ask."""

    ICMP = "icmp"
    SNMP = "snmp"
    WALK = "walk"


_IF_ENTRY: Final = "1.3.6.1.2.1.2.2.1"
_IF_X_ENTRY: Final = "1.3.6.1.2.1.31.1.1.1"
GET_OIDS: Final = (
    "1.3.6.1.2.1.1.3.0",
    *(f"{_IF_X_ENTRY}.6.{port}" for port in (1, 2, 3)),
    *(f"{_IF_X_ENTRY}.10.{port}" for port in (1, 2, 3)),
    *(f"{_IF_ENTRY}.8.{port}" for port in (1, 2, 3)),
)
WALK_COLUMNS: Final = tuple(f"{_IF_X_ENTRY}.{c}" for c in (1, 6, 7, 8, 9, 10, 11, 12, 13, 15))
_CHUNK: Final = 1000
_START_AT_MOST_S: Final = 15.0
_LIVES: Final = 5
"""An engine that dies so often of what it is asked is asked no more: a sweep has an end."""
_WORST: Final = (Outcome.ANSWERED, Outcome.BLIND, Outcome.SILENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """One check of one device that went unanswered, or could not be asked."""

    device: DeviceId
    check: Check
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What came of one look at every device. Each device counts once, by its worst check."""

    devices: int
    answered: int
    silent: int
    blind: int
    seconds: float
    cpu_seconds: float
    requests: int
    varbinds: int
    rss_mb: float
    missed: Sequence[Missed] = ()


@dataclass(slots=True)
class _Tally:
    worst: dict[DeviceId, Outcome] = field(default_factory=dict)
    missed: list[Missed] = field(default_factory=list)

    def note(self, device: DeviceId, check: Check, outcome: Outcome, detail: str) -> None:
        before = self.worst.setdefault(device, outcome)
        if outcome is not Outcome.ANSWERED:
            self.worst[device] = max(before, outcome, key=_WORST.index)
            self.missed.append(Missed(device=device, check=check, outcome=outcome, detail=detail))


async def sweep(
    devices: Iterable[Device],
    checks: Iterable[Check],
    credentials: Mapping[str, Credential],
    *,
    patience: Patience,
    namespace: Namespace | None = None,
    book: EngineBook | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Sweep:
    """Ask each device once by each check that fits it; by SNMPv3, those in ``book`` at once.

    Devices that no check fits (passive ones; by SNMP, those without a credential's name) are not
    counted. Reading the inventory is the caller's; the cost begins with the first request.
    """
    tally = _Tally()
    asked: dict[int, tuple[DeviceId, Check]] = {}
    questions: dict[int, tuple[int, Question, Patience]] = {}
    checks = tuple(checks)
    for device in devices:
        for check in checks:
            question, cannot = _question(device, check, credentials)
            if question is not None:
                number = len(asked)
                asked[number] = (device.id, check)
                questions[number] = (number, question, patience)
            elif cannot:
                tally.note(device.id, check, Outcome.BLIND, cannot)
    return await _Run(tally, asked, questions, progress).run(namespace, book)


class _Run:
    def __init__(
        self,
        tally: _Tally,
        asked: Mapping[int, tuple[DeviceId, Check]],
        questions: dict[int, tuple[int, Question, Patience]],
        progress: Callable[[int, int], None],
    ) -> None:
        self._tally = tally
        self._asked = asked
        self._open = questions
        self._progress = progress
        self._over = asyncio.Event()
        self._again = asyncio.Event()
        self._why = ""

    async def run(self, namespace: Namespace | None, book: EngineBook | None) -> Sweep:
        engine = Engine(
            self._take,
            self._tell,
            namespace,
            book,
            take_echoes=self._take_echoes,
            hurried=True,
        )
        life = asyncio.create_task(engine.run())
        try:
            before, started, our_cpu = await self._begun(engine), time.monotonic(), _cpu_s()
            for _ in range(_LIVES if before is not None else 0):
                self._again.clear()
                await self._ask(engine)
                await self._wait()
                if not self._open or not await self._up(engine):
                    break
            seconds = time.monotonic() - started
            after = await engine.account()
            our_cpu = _cpu_s() - our_cpu
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
        self._give_up()
        return self._result(seconds, our_cpu, before, after)

    async def _begun(self, engine: Engine) -> Account | None:
        return await engine.account() if await self._up(engine) else None

    async def _up(self, engine: Engine) -> bool:
        try:
            async with asyncio.timeout(_START_AT_MOST_S):
                await engine.wait_until_up()
        except TimeoutError:
            return False
        return True

    async def _ask(self, engine: Engine) -> None:
        questions = list(self._open.values())
        for start in range(0, len(questions), _CHUNK):
            await engine.ask(questions[start : start + _CHUNK])
        if not self._open:
            self._over.set()

    async def _wait(self) -> None:
        """Wait until everything is answered, or until the engine died and must be asked again."""
        over = asyncio.create_task(self._over.wait())
        again = asyncio.create_task(self._again.wait())
        await asyncio.wait((over, again), return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        again.cancel()

    def _take(self, answers: Sequence[tuple[int, Answer]]) -> None:
        for number, answer in answers:
            if self._open.pop(number, None) is not None:
                device, check = self._asked[number]
                self._tally.note(device, check, answer.outcome, answer.detail)
        self._go_on()

    def _take_echoes(
        self,
        numbers: Sequence[int],
        _ages_s: Sequence[float],
        _rtts_ms: Sequence[float],
        _sends: Sequence[int],
    ) -> None:
        for number in numbers:
            if self._open.pop(number, None) is not None:
                self._tally.worst.setdefault(self._asked[number][0], Outcome.ANSWERED)
        self._go_on()

    def _go_on(self) -> None:
        self._progress(len(self._asked) - len(self._open), len(self._asked))
        if not self._open:
            self._over.set()

    def _tell(self, what: str, over: bool) -> None:
        if not over:
            self._why = what
            self._again.set()

    def _give_up(self) -> None:
        why = self._why.partition(";")[0] or "the engine did not start"
        for number in self._open:
            device, check = self._asked[number]
            self._tally.note(device, check, Outcome.BLIND, why)

    def _result(
        self, seconds: float, our_cpu_s: float, before: Account | None, after: Account | None
    ) -> Sweep:
        spent = after if after is not None else Account()
        base = before if before is not None and before.pid == spent.pid else Account()
        outcomes = list(self._tally.worst.values())
        return Sweep(
            devices=len(outcomes),
            answered=outcomes.count(Outcome.ANSWERED),
            silent=outcomes.count(Outcome.SILENT),
            blind=outcomes.count(Outcome.BLIND),
            seconds=round(seconds, 3),
            cpu_seconds=round(our_cpu_s + spent.cpu_s - base.cpu_s, 3),
            requests=spent.requests - base.requests,
            varbinds=spent.varbinds - base.varbinds,
            rss_mb=round((most_kb() + spent.rss_kb) / 1024, 1),
            missed=tuple(self._tally.missed),
        )


def _question(
    device: Device, check: Check, credentials: Mapping[str, Credential]
) -> tuple[Question | None, str]:
    """Return what to ask, or why it cannot be asked; neither where the check does not fit."""
    if device.address is None:
        return None, ""
    if check is Check.ICMP:
        return Echo(device.address), ""
    if device.snmp is None:
        return None, ""
    target, cannot = target_of(device, credentials)
    if target is None:
        return None, cannot
    if check is Check.SNMP:
        return Get(target, GET_OIDS), ""
    return Walk(target, WALK_COLUMNS), ""


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
