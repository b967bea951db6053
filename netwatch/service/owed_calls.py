"""Callbacks that are open -> which incidents may not close, and who is reminded of them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.inventory.contact_store.wishes import KEPT
from netwatch.model.arrivals import Trouble
from netwatch.model.clock import Clock
from netwatch.model.contacts import ContactsShutError
from netwatch.model.names import IncidentId
from netwatch.model.voices import CallbacksWait
from netwatch.views.board import Board
from netwatch.views.known import TELLING

EVERY_S: Final = 10.0
PATIENCE: Final = timedelta(hours=1)
"""So long after a repair the desk calls back unasked; then the staff is reminded."""
CLOSED: Final = "closed"
log = structlog.get_logger(__name__)

Waiting = dict[IncidentId, int]


def owed(book: Book, board: Board, at: datetime) -> Waiting:
    """Return for how many customers each incident has a call to pay.

    A callback belongs to every incident that took the line and was under way when it was asked
    for, until it is done, or nobody waits for it any more.
    """
    open_ = [one for one in book.wishes.values() if one.subscriber and at - one.at < KEPT]
    found: Waiting = {}
    for outage in board.newest_first() if open_ else ():
        if outage.state == CLOSED or outage.kind not in TELLING:
            continue
        people = {str(one) for one in outage.subscribers}
        count = sum(one.subscriber in people and one.at >= outage.since for one in open_)
        if count:
            found[outage.incident] = count
    return found


class OwedCalls:
    """Looks at the callbacks now and then; it tells of them by number, never by name."""

    name: Final = "of callbacks"

    def __init__(
        self,
        store: ContactStore,
        board: Callable[[], Board],
        offer: Callable[[CallbacksWait | Trouble], object],
        clock: Clock,
    ) -> None:
        """Look at nothing yet."""
        self._store, self._board, self._offer, self._clock = store, board, offer, clock
        self._told: tuple[IncidentId, ...] | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Say which incidents have calls to pay, where that is news; a shut store changes none."""
        try:
            book = await asyncio.to_thread(self._store.read)
        except ContactsShutError as fault:
            log.warning("callbacks are not seen just now", why=str(fault))
            return
        at, board = self._clock.now(), self._board()
        waiting = owed(book, board, at)
        names = tuple(sorted(waiting))
        if names != self._told:
            self._offer(CallbacksWait(at=at, incidents=names))
            self._told = names
        self._remind(waiting, board, at)

    def _remind(self, waiting: Waiting, board: Board, at: datetime) -> None:
        for name, count in waiting.items():
            restored, where = board.outages[name].restored_at, _where(name)
            if restored is None or at - restored < PATIENCE or where in board.troubles:
                continue
            who = "1 customer waits" if count == 1 else f"{count} customers wait"
            what = f"{who} for a call since the repair: netwatch desk callback list"
            self._offer(Trouble(at=at, where=where, what=what))
        for where in board.troubles:
            name = IncidentId(where.removeprefix(_where(IncidentId(""))))
            if where == _where(name) and name not in waiting:
                what = "all were called"
                self._offer(Trouble(at=at, where=where, what=what, over=True))


def owed_calls(
    store: ContactStore | None,
    board: Callable[[], Board],
    offer: Callable[[CallbacksWait | Trouble], object],
    clock: Clock,
) -> Sequence[OwedCalls]:
    """Return what looks at the callbacks; nothing where none are kept."""
    return () if store is None else (OwedCalls(store, board, offer, clock),)


def _where(incident: IncidentId) -> str:
    return f"callbacks of {incident}"
