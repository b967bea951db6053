"""Network + time -> arrivals: keeps the engine asking and makes samples of what comes back."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from netwatch.model.arrivals import Outcome, Readings, Sample, Trouble
from netwatch.model.asks import SecondLook
from netwatch.model.clock import Clock
from netwatch.model.network import Network
from netwatch.pollers.acquaintance import Acquaintance, acquaintances
from netwatch.pollers.conversation import (
    SNMP,
    Conversation,
    Heard,
    echo_sample,
    metrics,
    status,
)
from netwatch.pollers.driver import Account, Engine
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.questions import Answer, Credential, Echo, Patience, Question
from netwatch.pollers.schedule import Errand, Kind, Schedule
from netwatch.pollers.snmp.book import EngineBook
from netwatch.pollers.snmp.keeping import keep

WHERE: Final = "polling engine"
_GRACE_S: Final = 3.0
"""An engine that is back within this was only away; after it we are blind."""
_TURN_AT_MOST_S: Final = 0.5
_TURN_AT_LEAST_S: Final = 0.02
"""Turns come no faster, so that what happens at about the same time is done in one go."""

Batch = Sequence[Sample | Readings | Trouble]
Bring = Callable[[Batch], Awaitable[None] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollingSettings:
    """How often, how patiently."""

    icmp: timedelta = timedelta(seconds=10)
    status: timedelta = timedelta(seconds=30)
    metrics: timedelta = timedelta(minutes=5)
    timeout: timedelta = timedelta(seconds=1)
    retries: int = 1

    @property
    def patience(self) -> Patience:
        """Return how long a question waits."""
        return Patience(self.timeout.total_seconds(), self.retries)

    @property
    def intervals(self) -> dict[Kind, float]:
        """Return seconds from one errand to the next."""
        return {
            Kind.ICMP: self.icmp.total_seconds(),
            Kind.STATUS: self.status.total_seconds(),
            Kind.METRICS: self.metrics.total_seconds(),
        }


@dataclass(slots=True)
class Counts:
    """What polling has done since it started."""

    answered: int = 0
    silent: int = 0
    blind: int = 0
    engine_deaths: int = 0


@dataclass(slots=True)
class _Talk:
    """An errand under way: its conversation (None for an echo) and the question that is open."""

    errand: Errand
    question: Question
    conversation: Conversation | None


class Polling:
    """Asks all devices of a network for as long as `run` runs.

    Args:
        network: whom to ask.
        settings: how often, how patiently.
        credentials: what stands behind the names in the inventory.
        clock: dates the arrivals.
        bring: takes arrivals, in batches; awaited if it wants to be.
        namespace: a lab's network namespace to ask from.
        poller: the name that arrivals bear, where there are several pollers.
        book: the SNMPv3 engines met before, and where they are kept.
    """

    def __init__(
        self,
        network: Network,
        settings: PollingSettings,
        credentials: Mapping[str, Credential],
        *,
        clock: Clock,
        bring: Bring,
        namespace: Namespace | None = None,
        poller: str | None = None,
        book: EngineBook | None = None,
    ) -> None:
        self._network = network
        self._settings = settings
        self._known = acquaintances(network, credentials)
        self._clock = clock
        self._bring = bring
        self._poller = poller
        self._engine = Engine(self._take, self._tell, namespace, book)
        now = clock.monotonic()
        self._schedule = Schedule(settings.intervals, plan(network), now)
        self._talks: dict[int, _Talk] = {}
        self._number = 0
        self._to_ask: dict[int, None] = {}
        self._to_bring: list[Sample | Readings | Trouble] = []
        self._work = asyncio.Event()
        self._down_since: float | None = now
        self._why_down = "the polling engine has not started yet"
        self.counts = Counts()
        self.last_progress = now
        """When polling last did what it is for, on the monotonic clock; feeds the watchdog."""

    @property
    def lag_s(self) -> float:
        """Return how late the most overdue errand was, or is."""
        next_at = self._schedule.next_at()
        overdue_s = 0.0 if next_at is None else self._clock.monotonic() - next_at
        return max(self._schedule.lag_s, overdue_s)

    @property
    def under_way(self) -> int:
        """Return how many errands are under way."""
        return len(self._talks)

    async def account(self) -> Account | None:
        """Return what the engine has spent; None when none is up."""
        return await self._engine.account()

    def look(self, ask: SecondLook) -> None:
        """Ask these devices again at once; ONUs through their OLT."""
        errands: dict[Errand, None] = {}
        for name in ask.devices:
            device = self._network.devices.get(name)
            if device is None:
                continue
            errands[Errand(Kind.ICMP, name)] = None
            errands[Errand(Kind.STATUS, name)] = None
            if device.via is not None:
                errands[Errand(Kind.STATUS, device.via)] = None
        now = self._clock.monotonic()
        self._schedule.second_look(errands, now, ask.rounds, ask.gap.total_seconds())
        self._work.set()

    def refit(
        self,
        network: Network,
        credentials: Mapping[str, Credential],
        settings: PollingSettings | None = None,
    ) -> None:
        """Go on with another inventory; what was learnt of devices that stay the same is kept."""
        before, was = self._known, self._network
        self._network = network
        self._known = acquaintances(network, credentials)
        for name, known in self._known.items():
            old = before.get(name)
            if old is not None and _same(old, known):
                self._known[name] = old
        self._settings = settings or self._settings
        asked = {(t.address, t.port) for known in self._known.values() if (t := known.target)}
        self._engine.book.keep_only(asked.__contains__)
        now = self._clock.monotonic()
        for number, talk in list(self._talks.items()):
            device = talk.errand.device
            if not self._goes_on(talk, was, before.get(device)):
                del self._talks[number]
                self._schedule.done(talk.errand, now, silent=False)
        self._schedule.refit(plan(network), now, self._settings.intervals)
        self._work.set()

    def _goes_on(self, talk: _Talk, was: Network, known: Acquaintance | None) -> bool:
        """Say whether what a talk finds out will still be about a device as it is now."""
        name = talk.errand.device
        device = self._network.devices.get(name)
        if device is None or device.address != was.devices[name].address:
            return False
        return talk.errand.kind is Kind.ICMP or self._known.get(name) is known

    async def run(self) -> None:
        """Poll until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._engine.run())
            tasks.create_task(keep(self._engine.book, self._clock))
            tasks.create_task(self._turn_after_turn())

    async def _turn_after_turn(self) -> None:
        while True:
            await self._turn()
            await asyncio.sleep(_TURN_AT_LEAST_S)
            self._work.clear()
            next_at = self._schedule.next_at()
            wait = _TURN_AT_MOST_S
            if next_at is not None:
                wait = min(wait, max(_TURN_AT_LEAST_S, next_at - self._clock.monotonic()))
            if (self._to_ask and self._engine.up) or self._to_bring:
                continue
            try:
                async with asyncio.timeout(wait):
                    await self._work.wait()
            except TimeoutError:
                pass

    async def _turn(self) -> None:
        now = self._clock.monotonic()
        for errand in self._schedule.due(now):
            self._begin(errand, now)
        if self._engine.up:
            questions = [
                (number, talk.question, self._settings.patience)
                for number in self._to_ask
                if (talk := self._talks.get(number)) is not None
            ]
            self._to_ask.clear()
            await self._engine.ask(questions)
        elif self._down_since is not None and now - self._down_since > _GRACE_S:
            self._go_blind(now)
        batch, self._to_bring = self._to_bring, []
        if batch:
            waiting = self._bring(batch)
            if inspect.isawaitable(waiting):
                await waiting
        # Blind turns count too: the staff is told, the engine is started again. An engine that
        # hangs is ended by its driver; only a hung service stops here.
        self.last_progress = self._clock.monotonic()

    def _begin(self, errand: Errand, now: float) -> None:
        device = self._network.devices[errand.device]
        if errand.kind is Kind.ICMP:
            if device.address is not None:
                self._open(_Talk(errand, Echo(device.address), None))
            return
        known = self._known[errand.device]
        if known.target is None:
            if errand.kind is Kind.STATUS:
                self._blind(known)
            self._schedule.done(errand, now, silent=False)
            return
        conversation = status(known, now) if errand.kind is Kind.STATUS else metrics(known, now)
        self._open(_Talk(errand, next(conversation), conversation))

    def _open(self, talk: _Talk) -> None:
        self._number += 1
        self._talks[self._number] = talk
        self._to_ask[self._number] = None

    def _take(self, answers: Sequence[tuple[int, Answer]]) -> None:
        """Take what the engine found out."""
        now = self._clock.monotonic()
        utc_now = self._clock.now()
        for number, answer in answers:
            talk = self._talks.pop(number, None)
            if talk is not None:
                at = utc_now - timedelta(seconds=answer.age_s)
                self._hear(talk, Heard(answer, at, now))
        self._work.set()

    def _hear(self, talk: _Talk, heard: Heard) -> None:
        """Go on with a talk: the next question, or what it was worth."""
        errand = talk.errand
        silent = heard.answer.outcome is Outcome.SILENT
        if talk.conversation is None:
            self._bring_later([echo_sample(errand.device, heard)])
            self._schedule.done(errand, heard.now, silent=silent)
            return
        try:
            talk.question = talk.conversation.send(heard)
        except StopIteration as end:
            self._bring_later(end.value)
            self._schedule.done(errand, heard.now, silent=silent)
        else:
            self._open(talk)

    def _bring_later(self, arrivals: Sequence[Sample | Readings]) -> None:
        for arrival in arrivals:
            if arrival.device not in self._network.devices:
                continue  # it left the inventory while it was being asked
            if isinstance(arrival, Sample):
                self._count(arrival.outcome)
            self._to_bring.append(_signed(arrival, self._poller))

    def _count(self, outcome: Outcome) -> None:
        match outcome:
            case Outcome.ANSWERED:
                self.counts.answered += 1
            case Outcome.SILENT:
                self.counts.silent += 1
            case Outcome.BLIND:
                self.counts.blind += 1

    def _tell(self, what: str, over: bool) -> None:
        """Hear what became of the engine. Open questions are asked again, and mean nothing."""
        now = self._clock.monotonic()
        if not over:
            self.counts.engine_deaths += 1
            self._why_down = what
            if self._down_since is None:
                self._down_since = now
            self._to_bring.append(Trouble(at=self._clock.now(), where=WHERE, what=what))
        elif self._down_since is not None:
            self._down_since = None
            if self.counts.engine_deaths:
                trouble = Trouble(at=self._clock.now(), where=WHERE, what=what, over=True)
                self._to_bring.append(trouble)
        self._to_ask.update(dict.fromkeys(self._talks))
        self._work.set()

    def _go_blind(self, now: float) -> None:
        """Without an engine we cannot look: every errand that is due says so."""
        talks, self._talks = self._talks, {}
        self._to_ask.clear()
        heard = Heard(Answer(Outcome.BLIND, detail=self._why_down), self._clock.now(), now)
        for talk in talks.values():
            self._hear(talk, heard)

    def _blind(self, known: Acquaintance) -> None:
        self._bring_later(
            [
                Sample(
                    at=self._clock.now(),
                    device=known.device.id,
                    check=SNMP,
                    outcome=Outcome.BLIND,
                    detail=known.cannot,
                )
            ]
        )


def plan(network: Network) -> list[Errand]:
    """Return all errands that a network needs."""
    errands: list[Errand] = []
    for device in network.devices.values():
        if device.address is None:
            continue
        errands.append(Errand(Kind.ICMP, device.id))
        if device.snmp is not None:
            errands += (Errand(Kind.STATUS, device.id), Errand(Kind.METRICS, device.id))
    return errands


def _same(one: Acquaintance, other: Acquaintance) -> bool:
    return (one.device, one.target, one.cannot, one.wanted_ports, one.onus) == (
        other.device,
        other.target,
        other.cannot,
        other.wanted_ports,
        other.onus,
    )


def _signed(arrival: Sample | Readings, poller: str | None) -> Sample | Readings:
    return arrival if poller is None else replace(arrival, poller=poller)
