"""One inbox asked again and again, whatever it gives."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from netwatch.delivery.channels import Received
from netwatch.service.fetching import Fetcher

AT = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)


class Stopped:
    """A clock of one moment."""

    def now(self) -> datetime:
        return AT

    def monotonic(self) -> float:
        return 0.0


class Stumbling:
    """An inbox that meets a bug at first, and then has a message."""

    def __init__(self) -> None:
        self.asked = 0
        self.forgot = threading.Event()

    def fetch(self) -> Sequence[Received]:
        self.asked += 1
        if self.asked == 1:
            raise RecursionError("a mail of somebody out there")
        return [] if self.forgot.is_set() else [Received(sender="1", text="ok", number="1")]

    def forget(self, received: Received) -> None:
        assert received.number == "1"
        self.forgot.set()

    def close(self) -> None: ...


def test_what_an_inbox_stumbles_over_ends_neither_it_nor_the_service() -> None:
    inbox, came = Stumbling(), asyncio.Event()

    async def taken(_: Received) -> None:
        came.set()

    async def tell(_: object) -> None: ...

    async def story() -> None:
        fetcher = Fetcher("mail", inbox, 0.001, taken, Stopped(), tell)
        task = asyncio.create_task(fetcher.run())
        async with asyncio.timeout(10):
            await came.wait()
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(story())
