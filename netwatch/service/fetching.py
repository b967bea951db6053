"""Messages are fetched where they lie, and forgotten there once they were taken for good."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import structlog

from netwatch.delivery.channels import Received, Taken
from netwatch.delivery.inboxes import WAYS, Inbox, open_inbox, scheme_of
from netwatch.intake.doorkeeper import RefusedError
from netwatch.model.arrivals import Trouble
from netwatch.model.clock import Clock
from netwatch.model.contacts import Contact
from netwatch.model.faults import ConfigError, DeliveryError, Retry
from netwatch.service.replies import Came, Way
from netwatch.service.settings import Settings

DEAF_AFTER: Final = timedelta(minutes=5)
"""So long nothing can be fetched before somebody is told."""
TRIES: Final = 3
"""So often a message is taken up that meets a bug; then those behind it have their turn."""
SLOWER: Final = 8
"""An inbox that fails is asked so much more seldom."""

log = structlog.get_logger(__name__)

Take = Callable[[Came, Sequence[Contact] | None], Awaitable[None]]


def taker(take: Take, way: Way, channel: str) -> Taken:
    """Return what hands in the messages of one way; what it cannot keep is fetched again."""
    bugs: Counter[str] = Counter()

    async def taken(received: Received) -> None:
        came = Came(
            way=way,
            sender=received.sender,
            text=received.text,
            number=received.number,
            channel=channel,
            whole=received.whole,
        )
        try:
            await take(came, None)
        except RefusedError as fault:
            raise DeliveryError(Retry.TRANSIENT, str(fault)) from None
        except Exception as bug:
            bugs[received.number] += 1
            if bugs[received.number] < TRIES:
                why = f"a bug met a message: {type(bug).__name__}"
                raise DeliveryError(Retry.TRANSIENT, why) from bug
            log.exception("a bug met a message; it is passed over", way=way)

    return taken


def by_sms(take: Take, channel: str) -> Taken:
    """Return what hands in the texts that a channel fetches."""
    return taker(take, Way.SMS, channel)


@dataclass(slots=True)
class Fetcher:
    """One inbox, asked again and again."""

    name: str
    inbox: Inbox
    every_s: float
    taken: Taken
    clock: Clock
    tell: Callable[[Trouble], Awaitable[None]]
    fails_since_s: float | None = None
    told: bool = False

    async def run(self) -> None:
        """Fetch until cancelled."""
        threads = ThreadPoolExecutor(1, thread_name_prefix=f"fetch-{self.name}")
        loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    for received in await loop.run_in_executor(threads, self.inbox.fetch):
                        await self.taken(received)
                        await loop.run_in_executor(threads, self.inbox.forget, received)
                except DeliveryError as fault:
                    await self._failed(fault.detail)
                    await asyncio.sleep(self.every_s * SLOWER)
                except Exception as bug:
                    log.exception("a bug met an inbox", inbox=self.name)
                    await self._failed(f"a bug met it: {type(bug).__name__}")
                    await asyncio.sleep(self.every_s * SLOWER)
                else:
                    await self._went_well()
                    await asyncio.sleep(self.every_s)
        finally:
            threads.submit(self.inbox.close)
            threads.shutdown(wait=False)

    async def _failed(self, why: str) -> None:
        now_s = self.clock.monotonic()
        if self.fails_since_s is None:
            self.fails_since_s = now_s
        if self.told or now_s - self.fails_since_s < DEAF_AFTER.total_seconds():
            return
        self.told = True
        what = f"nothing that the staff writes there arrives: {why}"
        await self.tell(Trouble(at=self.clock.now(), where=self._where, what=what))

    async def _went_well(self) -> None:
        self.fails_since_s = None
        if self.told:
            self.told = False
            await self.tell(Trouble(at=self.clock.now(), where=self._where, what="", over=True))

    @property
    def _where(self) -> str:
        return f"inbox:{self.name}"


def fetchers(
    settings: Settings, take: Take, clock: Clock, tell: Callable[[Trouble], Awaitable[None]]
) -> list[Fetcher]:
    """Return who fetches from each inbox of the settings.

    Raises:
        ConfigError: a URL cannot be used, or a secret is not where its reference points.
    """
    made = []
    for name, written in settings.inboxes.items():
        url = written.url.reveal()
        try:
            inbox = open_inbox(url)
        except DeliveryError as fault:
            wrong = f"inboxes.{name}.url cannot be used: {fault.detail}"
            raise ConfigError(
                written.url.place, wrong, "correct it; docs/how-to/answers.md"
            ) from None
        taken = taker(take, Way(WAYS[scheme_of(url)]), written.answers)
        every_s = written.every.total_seconds()
        made.append(Fetcher(name, inbox, every_s, taken, clock, tell))
    return made


class Runs(Protocol):
    """What fetches until it is cancelled."""

    @property
    def name(self) -> str:
        """Return what it is called in the log."""
        ...

    async def run(self) -> None:
        """Fetch until cancelled."""
        ...


async def run_all(some: Iterable[Runs]) -> None:
    """Fetch from all of them until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        for one in some:
            tasks.create_task(one.run(), name=f"inbox {one.name}")
