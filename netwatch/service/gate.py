"""Channels behind a gate: it shuts before the end, so that nothing is in the air when we go."""

import asyncio
from dataclasses import dataclass, field

from netwatch.delivery.channels import Address, Channel, Reported, Reporting, Sleep
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey


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


class Gated:
    """A channel behind the gate."""

    def __init__(self, channel: Channel, gate: Gate) -> None:
        self._channel, self._gate = channel, gate

    @property
    def name(self) -> ChannelName:
        """Return the name by which facts call it."""
        return self._channel.name

    @property
    def width(self) -> int:
        """Return how many sends it takes at a time."""
        return self._channel.width

    @property
    def longest_s(self) -> float:
        """Return after how many seconds a send counts as unanswered."""
        return self._channel.longest_s

    @property
    def warning(self) -> str | None:
        """Return what a person should do something about; empty: nothing, None: not looked at."""
        warning: str | None = getattr(self._channel, "warning", "")
        return warning

    def report_to(self, reported: Reported) -> None:
        """Let the channel tell what becomes of what it took, where it hears of it."""
        if isinstance(self._channel, Reporting):
            self._channel.report_to(reported)

    async def tend(self, sleep: Sleep) -> None:
        """Do what is not tied to a notice."""
        await self._channel.tend(sleep)

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice on, while the gate is open."""
        self._gate.enter()
        try:
            return await self._channel.send(to, text, key)
        finally:
            self._gate.leave()

    async def close(self) -> None:
        """Let go of threads and sockets."""
        await self._channel.close()
