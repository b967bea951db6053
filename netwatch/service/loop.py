"""The one consumer: arrivals in order through the pipeline, facts into the journal, then out."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from netwatch.model.arrivals import Answered, Arrival, Tick, Trouble
from netwatch.model.asks import Ask
from netwatch.model.clock import Clock
from netwatch.model.facts import Fact
from netwatch.model.faults import NetwatchError
from netwatch.service.intray import Answer, Intray, Item
from netwatch.service.ledger import Ledger, Numbered
from netwatch.service.mind import Mind
from netwatch.service.ticks import SECOND, whole
from netwatch.telemetry.vital_signs import (
    ARRIVALS_DROPPED,
    ARRIVALS_QUARANTINED,
    ARRIVALS_TAKEN,
    ARRIVALS_WAITING,
    THINKING_BEHIND,
    Vitals,
)

BATCH: Final = 256
"""So many arrivals share one commit at most."""
ROOM: Final = "journal"
FULL: Final = "decisions are kept in memory only, customers are told nothing new"
UNCOMMITTED: Final = (
    "taken, but the journal cannot be written: it holds until netwatch ends, "
    "and is kept once there is room"
)
SNAPSHOT_EVERY: Final = 2000
"""Facts between two snapshots: what a start has to fold at most."""


class UncommittedError(NetwatchError):
    """What was decided is known here, and would be forgotten in a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Where committed facts and asks go. Called in this order; none of them waits."""

    committed: Callable[[Sequence[Numbered]], None]
    act: Callable[[Sequence[Fact]], None]
    look: Callable[[Sequence[Ask]], None]
    flush_tape: Callable[[], None] = lambda: None


class Loop:
    """Takes arrivals from the intray, one batch after the other, until it is stopped."""

    def __init__(
        self,
        *,
        clock: Clock,
        intray: Intray,
        mind: Mind,
        ledger: Ledger,
        outlets: Outlets,
        snapshot: Callable[[], dict[str, object]],
        vitals: Vitals,
    ) -> None:
        self._clock, self._intray, self._mind, self._ledger = clock, intray, mind, ledger
        self._outlets, self._snapshot, self._vitals = outlets, snapshot, vitals
        self._stopping = False
        self._full_told = False
        self._snapshot_seq = ledger.last_seq
        self.last_progress = clock.monotonic()
        """When (monotonic seconds) the consumer last made a turn; the watchdog looks at it."""

    async def run(self) -> None:
        """Consume until ``stop`` was called and everything that had come in is decided."""
        while not (self._stopping and self._intray.waiting() == (0, 0)):
            items = await self._intray.take(BATCH)
            await self.digest(items)
            await asyncio.sleep(0)  # a batch without facts waits for nothing: let others act
            while self._ledger.overflowing:
                await asyncio.sleep(1)
                await self._write([])
        await self._write([], last=True)
        await self._keep_snapshot()

    def stop(self) -> None:
        """Let the consumer end once the intray is empty."""
        self._stopping = True
        self._intray.press(Tick(at=self._clock.now()))

    async def tick(self) -> None:
        """Let every whole second come in, for as long as the service runs."""
        while True:
            now = self._clock.now()
            await asyncio.sleep((whole(now) + SECOND - now) / SECOND)
            await self._intray.put(Tick(at=whole(self._clock.now())))

    async def digest(self, items: Sequence[Item]) -> None:
        """Think about a batch, write down what follows, hand it on."""
        facts: list[Fact] = []
        asks: list[Ask] = []
        answers: list[tuple[Answer, Sequence[Fact]]] = []

        def pending() -> Sequence[Fact]:
            return [*self._ledger.unwritten, *facts]

        for arrival, answer, prepare in items:
            if prepare is not None:
                prepare()
            thought = self._mind.think(arrival, pending)
            facts.extend(thought.facts)
            asks.extend(thought.asks)
            if answer is not None:
                answers.append((answer, thought.own))
        await self._write(facts)
        if asks:
            self._outlets.look(asks)
        for answer, own in answers:
            self._reply(answer, own)
        self._outlets.flush_tape()
        self._note(items)
        if self._ledger.last_seq - self._snapshot_seq >= SNAPSHOT_EVERY:
            await self._keep_snapshot()

    def _reply(self, answer: Answer, own: Sequence[Fact]) -> None:
        if answer.done():
            return  # who asked has left
        if own and self._ledger.full:
            answer.set_exception(UncommittedError(UNCOMMITTED))
        else:
            answer.set_result(own)

    async def _write(self, facts: Sequence[Fact], *, last: bool = False) -> None:
        if facts or self._ledger.full:
            entered = await self._ledger.enter(facts, last=last)
            if entered.committed:
                self._outlets.committed(entered.committed)
            if entered.to_act:
                self._outlets.act(entered.to_act)
        if self._ledger.full is not self._full_told:
            self._full_told = self._ledger.full
            await self._tell_room()

    async def _tell_room(self) -> None:
        """Tell the staff that the disk is full, or that there is room again."""
        at = self._clock.now()
        what = f"{self._ledger.why_full}: {FULL}"
        trouble = Trouble(at=at, where=ROOM, what=what, over=not self._full_told)
        thought = self._mind.think(trouble, lambda: self._ledger.unwritten)
        await self._write(thought.facts)

    async def _keep_snapshot(self) -> None:
        if self._ledger.full or self._ledger.last_seq == self._snapshot_seq:
            return
        if await self._ledger.snapshot(self._snapshot()):
            self._snapshot_seq = self._ledger.last_seq

    def _note(self, items: Sequence[Item]) -> None:
        now = self._clock.now()
        urgent, devices = self._intray.waiting()
        vitals = self._vitals
        vitals.set(ARRIVALS_WAITING, urgent, "people")
        vitals.set(ARRIVALS_WAITING, devices, "devices")
        vitals.add(ARRIVALS_TAKEN, sum(_count(item.arrival) for item in items))
        vitals.set(ARRIVALS_QUARANTINED, self._mind.quarantined)
        if items:
            behind = max(now - items[-1].arrival.at, timedelta(0))
            vitals.set(THINKING_BEHIND, behind.total_seconds())
        self.last_progress = self._clock.monotonic()

    def offer(self, arrival: Arrival) -> bool:
        """Let in what may be dropped; False when it was."""
        taken = self._intray.offer(arrival)
        if not taken:
            self._vitals.add(ARRIVALS_DROPPED)
        return taken


def _count(arrival: Arrival) -> int:
    return len(arrival) if isinstance(arrival, Answered) else 1
