"""Comments below our posts, asked for: where Meta's webhook is not set up, or was away."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import structlog

from netwatch.delivery.channels import Commented
from netwatch.intake.doorkeeper import RefusedError
from netwatch.intake.graph_hooks import Written, comments_of
from netwatch.model.clock import Clock
from netwatch.model.faults import DeliveryError, Retry

EVERY_S: Final = 120.0
"""Rate limits of the Graph API allow far more; a comment may wait so long."""
SELDOM_S: Final = 6 * 3600.0
"""A token that may not read comments is tried again so seldom: a person has to change it."""
Keep = Callable[[list[Written]], Awaitable[object]]
log = structlog.get_logger(__name__)


class Reader:
    """Asks one channel for its comments, again and again; what is known is kept once."""

    def __init__(
        self, channel: Commented, name: str, keep: Keep, clock: Clock, every_s: float = EVERY_S
    ) -> None:
        self._channel, self._keep, self._clock = channel, keep, clock
        self.name, self._every_s = name, every_s
        self._told = ""

    async def run(self) -> None:
        """Read until cancelled; not before the first pause, for a start has more urgent things."""
        pause_s = self._every_s
        while True:
            await asyncio.sleep(pause_s)
            pause_s = await self.read()

    async def read(self) -> float:
        """Read once; return how long to wait before the next time."""
        try:
            rows: list[dict[str, Any]] = await asyncio.to_thread(self._channel.comments)
            every = comments_of(rows, self._channel.page, self._clock.now())
            if every:
                await self._keep(every)
        except DeliveryError as fault:
            self._tell(fault.detail)
            if fault.retry is Retry.PERMANENT:
                return SELDOM_S
            return max(self._every_s, fault.after_s or 0.0)
        except RefusedError as fault:
            self._tell(str(fault))
        else:
            self._told = ""
        return self._every_s

    def _tell(self, why: str) -> None:
        if why != self._told:
            log.warning("comments cannot be read; posts go out as ever", channel=self.name, why=why)
        self._told = why


def readers(
    channels: Iterable[object], keep: Keep, clock: Clock, *, possible: bool
) -> list[Reader]:
    """Return who reads the comments of these channels; nobody where they could not be kept."""
    if not possible:
        return []
    return [
        Reader(one, str(getattr(one, "name", "comments")), keep, clock)
        for one in channels
        if isinstance(one, Commented)
    ]
