"""The door -> what visitors may know, asked every few seconds however many ask; what they say."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, Protocol

from netwatch.intake.door import DoorRefusedError, NobodyHomeError
from netwatch.model.plain import PlainError
from netwatch.web.lookup import Known, known_from

EVERY_S: Final = 2.0
HOLDS_S: Final = 300.0
"""So long what was known is told on when the service does not answer."""
MOST_WAITING: Final = 1000
"""So many visitors' words wait for the service; more are told to come again."""


class Asked(Protocol):
    """Whoever answers questions about the service: the door."""

    def call(self, ask: str, **params: Any) -> dict[str, Any]:
        """Ask one question; return the answer."""
        ...


class Bulletin:
    """The only one of the visitors' pages who speaks with the service; nobody waits for it."""

    def __init__(self, door: Asked, monotonic: Callable[[], float]) -> None:
        self._door, self._monotonic = door, monotonic
        self._known: tuple[float, Known] | None = None
        self._words: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_WAITING)
        self._reached = False

    @property
    def known(self) -> Known | None:
        """Return what is known; None: the service has been silent for too long."""
        if self._known is None or self._monotonic() - self._known[0] > HOLDS_S:
            return None
        return self._known[1]

    def say(self, **words: Any) -> bool:
        """Hand a visitor's words to the service, in their turn; False: it cannot take any now.

        What becomes of them nobody learns here: it would tell who is a customer.
        """
        if not self._reached or self._words.full():
            return False
        self._words.put_nowait(words)
        return True

    async def run(self) -> None:
        """Ask and hand over until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._ask())
            tasks.create_task(self._hand_over())

    async def _ask(self) -> None:
        while True:
            answer = await self._call("known")
            self._reached = answer is not None
            if answer is not None:
                try:
                    await asyncio.to_thread(self._learn, answer)
                except PlainError:
                    self._reached = False
            await asyncio.sleep(EVERY_S)

    def _learn(self, answer: dict[str, Any]) -> None:
        """Take what the service says, beside the loop: to let go of the last takes time as well."""
        before = self._known[1] if self._known is not None else None
        self._known = (self._monotonic(), known_from(answer, before))

    async def _hand_over(self) -> None:
        while True:
            await self._deliver(await self._words.get())

    async def _deliver(self, words: dict[str, Any]) -> None:
        """Hand words over, however long the service is away."""
        while True:
            if await self._call("visitor", **words) is not None:
                return
            await asyncio.sleep(EVERY_S)

    async def _call(self, ask: str, **params: Any) -> dict[str, Any] | None:
        try:
            return await asyncio.to_thread(self._door.call, ask, **params)
        except NobodyHomeError:
            return None
        except DoorRefusedError:
            return None if ask == "known" else {}
