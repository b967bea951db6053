"""Two bounded queues with one taker: people, time and receipts first, devices second."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from netwatch.model.arrivals import Answered, Arrival, Change, Readings, Sample, Syslog, Trap
from netwatch.model.facts import Fact

FROM_DEVICES: Final = (Sample, Answered, Readings, Trap, Syslog, Change)
Answer = asyncio.Future[Sequence[Fact]]


class Item(NamedTuple):
    """An arrival, who waits for the facts it leads to, and what must be done before."""

    arrival: Arrival
    answer: Answer | None = None
    prepare: Callable[[], None] | None = None
    """Done just before the arrival is thought about: a reload's swap."""


class Intray:
    """What came in and was not yet thought about. Full means that the sender waits."""

    def __init__(self, *, most_urgent: int = 10_000, most_from_devices: int = 20_000) -> None:
        self._urgent: deque[Item] = deque()
        self._devices: deque[Item] = deque()
        self._most = {id(self._urgent): most_urgent, id(self._devices): most_from_devices}
        self._came = asyncio.Event()
        self._room = asyncio.Event()

    async def put(
        self,
        arrival: Arrival,
        answer: Answer | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """Let an arrival in; wait while there is no room."""
        queue = self._queue(arrival)
        while len(queue) >= self._most[id(queue)]:
            self._room.clear()
            await self._room.wait()
        self._lay(queue, Item(arrival, answer, prepare))

    def press(self, arrival: Arrival) -> None:
        """Let an arrival in whatever the room: the last one, which ends the waiting."""
        self._lay(self._queue(arrival), Item(arrival))

    def offer(self, arrival: Arrival) -> bool:
        """Let an arrival in if there is room; False when it is dropped.

        Of what may be dropped (traps, log lines, reports) only half the room is filled.
        """
        queue = self._queue(arrival)
        if len(queue) * 2 >= self._most[id(queue)]:
            return False
        self._lay(queue, Item(arrival))
        return True

    async def take(self, most: int) -> list[Item]:
        """Return at least one item and at most ``most``, the urgent ones first."""
        while not self._urgent and not self._devices:
            self._came.clear()
            await self._came.wait()
        return self.take_now(most)

    def take_now(self, most: int) -> list[Item]:
        """Return what is there, at most ``most``, the urgent ones first."""
        items: list[Item] = []
        for queue in (self._urgent, self._devices):
            while queue and len(items) < most:
                items.append(queue.popleft())
        self._room.set()
        return items

    def waiting(self) -> tuple[int, int]:
        """Return how many urgent ones and how many from devices wait."""
        return len(self._urgent), len(self._devices)

    def _queue(self, arrival: Arrival) -> deque[Item]:
        return self._devices if isinstance(arrival, FROM_DEVICES) else self._urgent

    def _lay(self, queue: deque[Item], item: Item) -> None:
        queue.append(item)
        self._came.set()
