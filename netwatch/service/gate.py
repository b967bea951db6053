"""Channels behind a gate: it shuts before the end, so that nothing is in the air when we go."""

import asyncio
from dataclasses import dataclass, field

from netwatch.delivery.channels import Address, Channel
from netwatch.delivery.channels.stand_in import StandIn
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import NoticeKey


@dataclass(slots=True)
class Gate:
    """Lets sends through while it is open, and knows how many are under way."""

    is_open: bool = True
    under_way: int = 0
    _quiet: asyncio.Event = field(default_factory=asyncio.Event)

    async def shut(self, patience_s: float) -> bool:
        """Let no more through; wait for those under way. False when some did not end in time."""
        self.is_open = False
        if self.under_way == 0:
            return True
        self._quiet.clear()
        try:
            async with asyncio.timeout(patience_s):
                await self._quiet.wait()
        except TimeoutError:
            return False
        return True

    def enter(self) -> None:
        """Begin a send.

        Raises:
            DeliveryError: the gate is shut; the notice stays owed.
        """
        if not self.is_open:
            raise DeliveryError(Retry.TRANSIENT, "netwatch is stopping")
        self.under_way += 1

    def leave(self) -> None:
        """End a send."""
        self.under_way -= 1
        if self.under_way == 0:
            self._quiet.set()


class Gated(StandIn):
    """A channel behind the gate."""

    def __init__(self, channel: Channel, gate: Gate) -> None:
        super().__init__(channel)
        self._gate = gate

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice on, while the gate is open."""
        self._gate.enter()
        try:
            return await super().send(to, text, key)
        finally:
            self._gate.leave()
