"""Network + time -> arrivals: keeps the engines asking and makes samples of what comes back."""

import asyncio
import inspect
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from netwatch.model.arrivals import Outcome, Readings, Sample, Trouble
from netwatch.model.asks import Confirm, SecondLook
from netwatch.model.clock import Clock
from netwatch.model.names import DeviceId
from netwatch.model.network import Network
from netwatch.pollers.acquaintance import Acquaintance, acquaintances
from netwatch.pollers.asking import Heard
from netwatch.pollers.conversation import (
    ICMP,
    SNMP,
    conversation_of,
    echo_sample,
    quality_readings,
)
from netwatch.pollers.driver import Account
from netwatch.pollers.forbearance import Forbearance, forbearances
from netwatch.pollers.gathering import Bringable, Gathering
from netwatch.pollers.library import Library, shipped_library
from netwatch.pollers.loss import Windows
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.overload import HOMES, Level, Overload
from netwatch.pollers.plan import Counts, PollingSettings, plan
from netwatch.pollers.questions import Answer, Credential, Echo
from netwatch.pollers.schedule import Errand, Kind, Schedule
from netwatch.pollers.snmp.book import EngineBook
from netwatch.pollers.snmp.keeping import keep
from netwatch.pollers.station import Station, Talk, engine_names

__all__ = ["Counts", "Polling", "PollingSettings"]

_TURN_AT_MOST_S: Final = 0.5
_TURN_AT_LEAST_S: Final = 0.04
"""Turns come no faster, so that what happens at about the same time is done in one go."""
_LOAD_EVERY_S: Final = 1.0
_MEASURED: Final = (Confirm.MAINS, Confirm.SENSORS)
"""What the status checks do not say, or not all of it."""

Batch = Sequence[Bringable]
Bring = Callable[[Batch], Awaitable[None] | None]


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
        self._library = shipped_library()
        self._known = acquaintances(network, credentials, self._library)
        self._clock = clock
        self._bring = bring
        self._poller = poller
        self._book = EngineBook() if book is None else book
        self.stations = [
            Station(where, self, clock.monotonic, namespace, self._book)
            for where in engine_names(settings.processes)
        ]
        now = clock.monotonic()
        self._built_at = now
        self._schedule = Schedule(settings.intervals, plan(network), now)
        self._overload = Overload()
        self._load_noted_at = now
        self._echoes: dict[DeviceId, Echo] = {}
        self._windows = _windows(settings)
        self._forbearance: dict[DeviceId, Forbearance] = {}
        self._gathered = Gathering(poller)
        self._work = asyncio.Event()
        self.counts = Counts(left_out=self._schedule.left_out)
        self.last_progress = now
        """When polling last did what it is for, on the monotonic clock; feeds the watchdog."""
        self._settle()

    @property
    def lag_s(self) -> float:
        """Return how late the most overdue question is or was: to be begun, or to be sent."""
        now = self._clock.monotonic()
        next_at = self._schedule.next_at()
        overdue_s = 0.0 if next_at is None else now - next_at
        behind_s = max(station.behind_s(now) for station in self.stations)
        return max(self._schedule.lag_s, overdue_s, behind_s)

    @property
    def under_way(self) -> int:
        """Return how many questions are under way."""
        return sum(station.under_way for station in self.stations)

    async def account(self) -> Account | None:
        """Return what the first engine has spent; None when it is not up."""
        return await self.stations[0].engine.account()

    def look(self, ask: SecondLook) -> None:
        """Ask these devices again at once; ONUs through their OLT."""
        again, once = asked_for(ask, self._network)
        now = self._clock.monotonic()
        self._schedule.second_look(again, now, ask.rounds, ask.gap.total_seconds())
        self._schedule.second_look(once, now, rounds=1)
        self._work.set()

    def know(self, library: Library) -> None:
        """Know other families; what was learnt of devices by the old ones is learnt anew."""
        if library.own == self._library.own:
            return
        self._library = library
        for known in self._known.values():
            known.read_anew(library)

    def refit(
        self,
        network: Network,
        credentials: Mapping[str, Credential],
        settings: PollingSettings | None = None,
    ) -> None:
        """Go on with another inventory; what was learnt of devices that stay the same is kept.

        How many processes there are is decided at the start.
        """
        before, was = self._known, self._network
        self._network = network
        self._known = acquaintances(network, credentials, self._library)
        for name, known in self._known.items():
            old = before.get(name)
            if old is not None and old.is_asked_like(known):
                self._known[name] = old
        if settings is not None:
            self._settings, self._windows = settings, _windows(settings)
        asked = {(t.address, t.port) for known in self._known.values() if (t := known.target)}
        self._book.keep_only(asked.__contains__)
        self._windows.keep_only(network.devices)
        now = self._clock.monotonic()
        for station in self.stations:
            for talk in station.drop(lambda talk: self._goes_on(talk, was, before)):
                self._schedule.done(talk.errand, now, silent=False)
        self._schedule.refit(plan(network), now, self._settings.intervals)
        self._settle()
        self._work.set()

    def _settle(self) -> None:
        """Take over what the network and the settings say."""
        devices = self._network.devices.values()
        self._echoes = {d.id: Echo(d.address) for d in devices if d.address is not None}
        olts = [name for name, known in self._known.items() if known.onus]
        self._forbearance = forbearances(olts, self._forbearance)
        for station in self.stations:
            station.patience = self._settings.patience

    def _goes_on(self, talk: Talk, was: Network, before: Mapping[DeviceId, Acquaintance]) -> bool:
        """Say whether what a talk finds out will still be about a device as it is now."""
        name = talk.errand.device
        device = self._network.devices.get(name)
        if device is None or device.address != was.devices[name].address:
            return False
        return talk.errand.kind is Kind.ICMP or self._known.get(name) is before.get(name)

    async def run(self) -> None:
        """Poll until cancelled."""
        self._schedule.postpone(self._clock.monotonic() - self._built_at)
        async with asyncio.TaskGroup() as tasks:
            for station in self.stations:
                tasks.create_task(station.run())
            tasks.create_task(keep(self._book, self._clock))
            tasks.create_task(self._turn_after_turn())

    async def _turn_after_turn(self) -> None:
        while True:
            await self._turn()
            await asyncio.sleep(_TURN_AT_LEAST_S)
            self._work.clear()
            next_at = self._schedule.next_at()
            wait = _TURN_AT_MOST_S
            if next_at is not None:
                wait = min(wait, max(0.0, next_at - self._clock.monotonic()))
            if self._gathered or not wait:
                continue
            try:
                async with asyncio.timeout(wait):
                    await self._work.wait()
            except TimeoutError:
                pass

    async def _turn(self) -> None:
        now = self._clock.monotonic()
        crowded = self._overload.level is not Level.NOTHING
        for errand in self._schedule.due(now, self._leaves_out if crowded else None):
            self._begin(errand, now)
        for station in self.stations:
            station.wake()
            if (lost := station.blind(now)) is not None:
                talks, answer = lost
                for talk in talks:
                    self.heard(talk, answer)
        if now - self._load_noted_at >= _LOAD_EVERY_S:
            self._note_load(now)
        if self._gathered:
            waiting = self._bring(self._gathered.take())
            if inspect.isawaitable(waiting):
                await waiting
        # Blind turns count too: the staff is told, the engine is started again. An engine that
        # hangs is ended by its driver; only a hung service stops here.
        self.last_progress = self._clock.monotonic()

    def _begin(self, errand: Errand, now: float) -> None:
        station = self._station_of(errand.device)
        if errand.kind is Kind.ICMP:
            station.open(Talk(errand, self._echoes[errand.device], None, now))
            return
        known = self._known[errand.device]
        if known.target is None:
            if errand.kind is Kind.STATUS:
                self._blind(known)
            self._schedule.done(errand, now, silent=False)
            return
        patience = None
        if (olt := self._forbearance.get(errand.device)) is not None:
            patience = olt.patience(self._settings.patience)
            known.slow, known.surely_slow = olt.slow, olt.rests
        conversation = conversation_of(errand.kind, known, now)
        try:
            station.open(Talk(errand, next(conversation), conversation, now, patience))
        except StopIteration as end:  # there is nothing to ask just now
            self._bring_later(end.value)
            self._schedule.done(errand, now, silent=False)

    def _station_of(self, device: DeviceId) -> Station:
        """Return who asks a device: always the same one, for it keeps what it learnt of it."""
        stations = self.stations
        if len(stations) == 1:
            return stations[0]
        return stations[zlib.crc32(device.encode()) % len(stations)]

    # --- what comes back: a station's listener --------------------------------------------------

    def echoed(
        self,
        talks: Sequence[Talk],
        ages_s: Sequence[float],
        rtts_ms: Sequence[float],
        sends: Sequence[int],
    ) -> None:
        """Take echoes that were answered."""
        now, utc_now = self._clock.monotonic(), self._clock.now()
        self.counts.answered += len(talks)
        for talk, age_s, rtt_ms, sent in zip(talks, ages_s, rtts_ms, sends, strict=True):
            errand, at = talk.errand, utc_now - timedelta(seconds=age_s)
            self._gathered.answered((errand.device, ICMP, None), rtt_ms, at)
            self._schedule.done(errand, now, silent=False)
            self._note_quality(errand.device, now, rtt_ms, sent - 1)
            if (olt := self._forbearance.get(errand.device)) is not None:
                olt.echoed(now)
        self._work.set()

    def heard(self, talk: Talk, answer: Answer) -> None:
        """Go on with a talk: the next question, or what it was worth."""
        now, errand = self._clock.monotonic(), talk.errand
        heard = Heard(answer, self._clock.now() - timedelta(seconds=answer.age_s), now)
        silent = answer.outcome is Outcome.SILENT
        if talk.conversation is None:
            if silent:
                self._note_quality(errand.device, now, None, self._settings.retries + 1)
                if (olt := self._forbearance.get(errand.device)) is not None:
                    olt.gone()
            self._bring_later([echo_sample(errand.device, heard)])
            self._schedule.done(errand, now, silent=silent)
        else:
            olt = self._forbearance.get(errand.device)
            if olt is not None and answer.outcome is Outcome.ANSWERED:
                olt.answered(now - talk.since)
            try:
                talk.question, talk.since = talk.conversation.send(heard), now
            except StopIteration as end:
                self._bring_later(end.value)
                if olt is not None and answer.outcome is not Outcome.BLIND:
                    olt.over(now, self._settings.patience, silent=silent)
                rests = olt is not None and olt.rests  # it is not asked again at once
                self._schedule.done(errand, now, silent=silent and not rests)
            else:
                self._station_of(errand.device).open(talk)
        self._work.set()

    def told(self, station: Station, what: str, over: bool) -> None:
        """Hear what became of an engine."""
        if not over:
            self.counts.engine_deaths += 1
        if not over or self.counts.engine_deaths:
            at = self._clock.now()
            self._gathered.add(Trouble(at=at, where=station.where, what=what, over=over))
        self._work.set()

    def _note_quality(self, device: DeviceId, now: float, rtt_ms: float | None, lost: int) -> None:
        quality = self._windows.note(device, now, rtt_ms, lost)
        if quality is not None:
            at = self._clock.now()
            self._bring_later([quality_readings(device, at, quality)])

    def _bring_later(self, arrivals: Sequence[Sample | Readings]) -> None:
        for arrival in arrivals:
            if arrival.device not in self._network.devices:
                continue  # it left the inventory while it was being asked
            if isinstance(arrival, Sample):
                self._count(arrival.outcome)
            self._gathered.add(_signed(arrival, self._poller))

    def _count(self, outcome: Outcome) -> None:
        match outcome:
            case Outcome.ANSWERED:
                self.counts.answered += 1
            case Outcome.SILENT:
                self.counts.silent += 1
            case Outcome.BLIND:
                self.counts.blind += 1

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

    # --- when there is too much to do -----------------------------------------------------------

    def _leaves_out(self, errand: Errand) -> bool:
        at_home = self._network.devices[errand.device].kind in HOMES
        return self._overload.leaves_out(errand.kind, at_home)

    def _note_load(self, now: float) -> None:
        """See once a second whether we keep up; ask less, or more again, and tell the staff."""
        self._load_noted_at = now
        self.counts.skipped = self._schedule.skipped
        self.counts.lag_tail_s = self._schedule.lateness.within(0.99, now)
        at = self._clock.now()
        for where, what, over in self._overload.note(now, self.lag_s):
            self._gathered.add(Trouble(at=at, where=where, what=what, over=over))


def asked_for(ask: SecondLook, network: Network) -> tuple[list[Errand], list[Errand]]:
    """Return what a second look asks in each of its rounds, and what it asks once.

    What is measured is measured once: it takes the longest, and is not gone in a moment.
    """
    again: dict[Errand, None] = {}
    once: list[Errand] = []
    for name in ask.devices:
        device = network.devices.get(name)
        if device is None:
            continue
        again[Errand(Kind.ICMP, name)] = None
        if ask.confirm in _MEASURED:
            again[Errand(Kind.STATUS, name)] = None
            once.append(Errand(Kind.METRICS, name))
            continue
        for asked in (name, device.via):
            if asked is not None:
                again[Errand(Kind.STATUS, asked)] = None
                again[Errand(Kind.PON, asked)] = None
    return list(again), once


def _windows(settings: PollingSettings) -> Windows:
    return Windows(settings.window.total_seconds(), settings.icmp.total_seconds())


def _signed(arrival: Sample | Readings, poller: str | None) -> Sample | Readings:
    return arrival if poller is None else replace(arrival, poller=poller)
