"""A loop whose hands are moved: hours of waiting take no time, and nothing happens beside it.

Where all wait for a timer, time goes there at once. What would be done in a thread is done in its
place. So a whole drill, with its journal, outbox and channels, is one story with a known end.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Found = TypeVar("Found")


class Hands(asyncio.SelectorEventLoop):
    """Time that is moved on to the next thing that is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._stands_at = 0.0

    def time(self) -> float:
        """Return where the hands stand, in seconds."""
        return self._stands_at

    def _run_once(self) -> None:
        waiting: list[Any] = self._scheduled  # type: ignore[attr-defined] # the base's own
        ready = self._ready  # type: ignore[attr-defined]
        live = [one.when() for one in waiting if not one.cancelled()] if not ready else []
        if live:
            self._stands_at = max(self._stands_at, min(live))
        super()._run_once()  # type: ignore[misc]

    def run_in_executor(  # type: ignore[override] # nothing runs beside this loop
        self, _executor: object, act: Callable[..., Found], *given: Any
    ) -> asyncio.Future[Found]:
        """Do it here and now."""
        future: asyncio.Future[Found] = self.create_future()
        try:
            future.set_result(act(*given))
        except Exception as fault:  # noqa: BLE001 - it is handed to who waits for it
            future.set_exception(fault)
        return future


def lived(story: Coroutine[Any, Any, Found]) -> Found:
    """Let a story be lived under moved hands; return what it returns."""
    with asyncio.Runner(loop_factory=Hands) as runner:
        return runner.run(story)
