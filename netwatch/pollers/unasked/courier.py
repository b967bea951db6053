"""What counts, on its way to the service: in batches, bounded, the newest kept."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from netwatch.model.arrivals import Change, Syslog, Trap

_WAITING_AT_MOST: Final = 2000
_BATCH: Final = 500
_COALESCE_S: Final = 0.05

Said = Trap | Syslog | Change
Deliver = Callable[[Sequence[Said]], int]
"""Brings arrivals to the service; returns how many were not taken. Called in a thread."""


class Courier:
    """Hands arrivals on; a storm goes in batches, and what finds no room is counted."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._waiting: deque[Said] = deque()
        self._came = asyncio.Event()
        self.delivered = 0
        self.undelivered = 0
        """Accepted, but the service could not be reached or had no room."""

    def take(self, said: Said) -> None:
        """Take one along; the oldest makes room where there is none."""
        if len(self._waiting) >= _WAITING_AT_MOST:
            self._waiting.popleft()
            self.undelivered += 1
        self._waiting.append(said)
        self._came.set()

    async def run(self) -> None:
        """Hand on until cancelled."""
        while True:
            await self._came.wait()
            await asyncio.sleep(_COALESCE_S)
            batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            if not self._waiting:
                self._came.clear()
            if batch:
                refused = await asyncio.to_thread(self._deliver, batch)
                self.undelivered += refused
                self.delivered += len(batch) - refused
