"""What channels of our own have in common: threads, a look at the account, an end."""

import asyncio
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

from netwatch.delivery.channels import Address, Remark, Sleep
from netwatch.delivery.channels.gateway import CONNECT_S, SURE_S, Gateway
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

LOOKS_EVERY_S: Final = 1800.0
"""How often the account is looked at."""
WIDTH: Final = 8
RESOLVE_S: Final = 8.0
"""So long the name of a gateway is looked up. With our way out cut it may never be found, and to
wait for that inside a request would leave it open whether the request went out."""
KNOWN_S: Final = 30.0
"""A gateway that answered so lately can be found without looking."""

_Given = ParamSpec("_Given")
_Got = TypeVar("_Got")


class ThreadedChannel(ABC):
    """A channel that blocks while it hands over: threads of its own, never the loop."""

    longest_s = SURE_S + CONNECT_S

    def __init__(self, name: ChannelName, *, width: int, threads: int) -> None:
        self.name = name
        self.width = width
        self.warning: str | None = None
        """What a person should do something about before it is too late; empty: nothing, None:
        nobody has looked yet."""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"send-{name}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    async def tend(self, sleep: Sleep) -> None:
        """Look at the account now and then: what runs out is told before it has run out."""
        while True:
            try:
                said = await self.aside(lambda: list(self.examine()))
                pressing = (one for one in said if not one.is_fine and not one.when_asked)
                self.warning = next((one.text for one in pressing), "")
            except DeliveryError:
                pass  # the next send meets the same, and its failure is told
            except Exception as bug:  # noqa: BLE001 - told; the alerts must not end with a look
                self.warning = f"a bug met it: {type(bug).__name__}"
            await sleep(LOOKS_EVERY_S)

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice over.

        Raises:
            DeliveryError: as ``Channel.send`` says.
        """
        return await self.aside(self.hand_over, to, text, key)

    async def close(self) -> None:
        """Let the threads go; one that still waits for an answer ends at its time-out."""
        with suppress(RuntimeError):  # closed before
            self._threads.submit(self.let_go)
        self._threads.shutdown(wait=False)

    async def aside(
        self, act: Callable[_Given, _Got], *given: _Given.args, **named: _Given.kwargs
    ) -> _Got:
        """Do what blocks in a thread of ours."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: act(*given, **named))

    @abstractmethod
    def examine(self) -> Iterator[Remark]:
        """Yield what can be said of the account; asks the gateway, sends nothing.

        Raises:
            DeliveryError: it could not be asked.
        """

    @abstractmethod
    def let_go(self) -> None:
        """Let go of what is held; the last thing that is done."""

    @abstractmethod
    def hand_over(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice over, blocking; as ``send``."""


class AskingChannel(ThreadedChannel):
    """A channel that hands over by asking a gateway by HTTPS."""

    longest_s = RESOLVE_S + CONNECT_S + SURE_S

    def __init__(self, name: ChannelName, base: str, *, width: int = WIDTH) -> None:
        super().__init__(name, width=width, threads=width + 1)  # one to look at the account
        self.gateway = Gateway(base, width=width + 1)
        self._names = ThreadPoolExecutor(1, thread_name_prefix=f"find-{name}")
        self._found_s = float("-inf")

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice over.

        Raises:
            DeliveryError: as ``Channel.send`` says.
        """
        await self._see_the_way()
        detail = await super().send(to, text, key)
        self._found_s = time.monotonic()
        return detail

    async def close(self) -> None:
        """Let the threads go."""
        self._names.shutdown(wait=False, cancel_futures=True)
        await super().close()

    def let_go(self) -> None:
        """Let go of connections."""
        self.gateway.close()

    async def _see_the_way(self) -> None:
        """See that the gateway's name leads somewhere: what does not has taken nothing."""
        if time.monotonic() - self._found_s < KNOWN_S:
            return
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(RESOLVE_S):
                host = urlsplit(self.gateway.base).hostname
                await loop.run_in_executor(self._names, socket.getaddrinfo, host, None)
        except (TimeoutError, OSError, UnicodeError):
            raise DeliveryError(Retry.TRANSIENT, "its name leads nowhere now") from None
