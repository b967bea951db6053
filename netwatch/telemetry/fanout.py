"""Arrivals -> batches -> every sink. Taking an arrival costs a list's append, and never waits."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

import structlog

from netwatch.model.arrivals import Answered, Arrival, Readings, Sample
from netwatch.model.clock import Clock
from netwatch.model.names import DeviceId, SiteId
from netwatch.model.network import Device, Network
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.measured import of_answered, of_readings, of_sample, of_vitals
from netwatch.telemetry.vital_signs import MEASURED, UNTAKEN, Vitals

TURN_S: Final = 1.0
MOST_WAITING: Final = 400_000
"""So many values wait for the next turn at most: 20,000 devices bring 15,000 a second."""
SLICE_S: Final = 0.005
"""Turning arrivals into batches lets decisions pass after so long."""
LOOKED_AT_EVERY: Final = 64
QUEUE: Final = "queue"
"""Where is lost what found no room before it was handed to any sink."""
VITALS_EVERY_S: Final = 15.0
TOLD_AGAIN_S: Final = 3600.0

log = structlog.get_logger(__name__)


class Sink(Protocol):
    """What takes measurements away: an embedded history, another system's database."""

    name: str

    def offer(self, batches: Sequence[Batch]) -> int:
        """Take batches without waiting; return how many values found no room."""
        ...

    def note(self, vitals: Vitals) -> None:
        """Write down how it fares; called every quarter of a minute, and when somebody asks."""
        ...

    @property
    def trouble(self) -> str:
        """Say what a person must do something about; empty: nothing."""
        ...

    async def run(self) -> None:
        """Work until cancelled; then see to it that what was taken is on the disk."""
        ...


class Telemetry:
    """Takes every arrival, and hands what was measured to the sinks a second later.

    Args:
        network: says where a device stands.
        sinks: who gets the batches; none: taking does nothing at all.
        vitals: netwatch's own numbers, sent along every quarter of a minute.
        look: writes numbers into ``vitals`` that nobody else keeps up.
        clock: dates the vital signs.
    """

    def __init__(
        self,
        network: Network,
        sinks: Sequence[Sink],
        vitals: Vitals,
        clock: Clock,
        *,
        look: Callable[[], None] = lambda: None,
    ) -> None:
        self.sinks = tuple(sinks)
        self.devices: Mapping[DeviceId, Device] = network.devices
        self._vitals, self._clock, self._look = vitals, clock, look
        self._waiting: list[Sample | Answered | Readings] = []
        self._values = 0
        self._told_at: dict[str, float] = {}
        self._vitals_at = clock.monotonic()
        if sinks:  # a count that is there from the start has a rate
            vitals.set(MEASURED, 0)
            for where in (QUEUE, *(sink.name for sink in sinks)):
                vitals.set(UNTAKEN, 0, where)

    def take(self, arrival: Arrival) -> None:
        """Keep a sample or readings for the next turn; all else is no measurement."""
        if not self.sinks:
            return
        if isinstance(arrival, Answered):
            size = len(arrival)
        elif isinstance(arrival, Sample):
            size = 1
        elif isinstance(arrival, Readings):
            size = len(arrival.parts) * len(arrival.columns)
        else:
            return
        if self._values + size > MOST_WAITING:
            self._lost(QUEUE, size, "they came faster than they could be handed on")
            return
        self._values += size
        self._waiting.append(arrival)

    def refit(self, network: Network) -> None:
        """Go on with another inventory."""
        self.devices = network.devices

    def look(self) -> None:
        """Bring the vital signs up to date."""
        self._look()
        for sink in self.sinks:
            sink.note(self._vitals)

    def troubles(self) -> Iterator[tuple[str, str]]:
        """Yield what a person must do something about: where, and what."""
        for sink in self.sinks:
            if what := sink.trouble:
                yield f"telemetry:{sink.name}", what

    async def run(self) -> None:
        """Hand on what was measured, turn after turn, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for sink in self.sinks:
                tasks.create_task(sink.run(), name=f"sink {sink.name}")
            try:
                while True:
                    await asyncio.sleep(TURN_S)
                    await self.turn()
            finally:
                self._hand_on(self._batches(self._taken()))

    async def turn(self) -> None:
        """Hand on what has come, in slices that let others act in between."""
        arrivals = self._taken()
        batches: list[Batch] = []
        began = self._clock.monotonic()
        for start in range(0, len(arrivals), LOOKED_AT_EVERY):
            batches.extend(self._batches(arrivals[start : start + LOOKED_AT_EVERY]))
            if self._clock.monotonic() - began > SLICE_S:
                await asyncio.sleep(0)
                began = self._clock.monotonic()
        if began - self._vitals_at >= VITALS_EVERY_S:
            self._vitals_at = began
            batches.extend(self._own())
        self._hand_on(batches)

    def _taken(self) -> Sequence[Sample | Answered | Readings]:
        arrivals, self._waiting, self._values = self._waiting, [], 0
        return arrivals

    def _batches(self, arrivals: Iterable[Sample | Answered | Readings]) -> Iterator[Batch]:
        for arrival in arrivals:
            if isinstance(arrival, Answered):
                yield from of_answered(arrival, self._site_of)
                continue
            site = self._site_of(arrival.device)
            if isinstance(arrival, Sample):
                batch = of_sample(arrival, site)
            else:
                batch = of_readings(arrival, site)
            if batch is not None:
                yield batch

    def _site_of(self, name: DeviceId) -> SiteId | None:
        device = self.devices.get(name)
        return None if device is None else device.site

    def _own(self) -> Iterator[Batch]:
        self.look()
        batch = of_vitals(self._vitals, self._clock.now())
        if batch is not None:
            yield batch

    def _hand_on(self, batches: Iterable[Batch]) -> None:
        batches = tuple(batches)
        if not batches or not self.sinks:
            return
        self._vitals.add(MEASURED, sum(map(len, batches)))
        for sink in self.sinks:
            if lost := sink.offer(batches):
                self._lost(sink.name, lost, "it has no room for more")

    def _lost(self, where: str, values: int, why: str) -> None:
        """Count what was lost; say so once an hour at most."""
        self._vitals.add(UNTAKEN, values, where)
        now = self._clock.monotonic()
        if now - self._told_at.get(where, -TOLD_AGAIN_S) >= TOLD_AGAIN_S:
            self._told_at[where] = now
            log.warning("measurements are lost; decisions are not", sink=where, why=why)
