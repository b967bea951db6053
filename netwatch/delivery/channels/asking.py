"""What every channel to an HTTP gateway has in common: threads, a look at the account, an end."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from netwatch.delivery.channels import Address, Remark, Sleep
from netwatch.delivery.channels.gateway import CONNECT_S, SURE_S, Gateway
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError
from netwatch.model.names import ChannelName, NoticeKey

LOOKS_EVERY_S: Final = 1800.0
"""How often the account is looked at."""
WIDTH: Final = 4

_Given = ParamSpec("_Given")
_Got = TypeVar("_Got")


class AskingChannel(ABC):
    """A channel that hands over by asking a gateway. It blocks threads of its own only."""

    longest_s: Final = SURE_S + CONNECT_S

    def __init__(self, name: ChannelName, base: str, *, width: int = WIDTH) -> None:
        self.name = name
        self.width = width
        self.warning: str | None = None
        """What a person should do something about before it is too late; empty: nothing, None:
        nobody has looked yet."""
        self.gateway = Gateway(base, width=width + 1)
        self._threads = ThreadPoolExecutor(width + 1, thread_name_prefix=f"send-{name}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    async def tend(self, sleep: Sleep) -> None:
        """Look at the account now and then: what runs out is told before it has run out."""
        while True:
            try:
                said = await self.aside(lambda: list(self.examine()))
                self.warning = next((one.text for one in said if not one.is_fine), "")
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
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.gateway.close()

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
    def hand_over(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice over, blocking; as ``send``."""
