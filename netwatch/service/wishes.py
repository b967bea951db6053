"""What visitors leave for people -> the contact store, sealed, many at a time."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.contacts import ContactsShutError

Change = Callable[[Book], Book]
MOST_WAITING: Final = 1000
log = structlog.get_logger(__name__)


class Changes:
    """Changes of the contact store in their turn: those that come meanwhile are written as one."""

    def __init__(self, store: ContactStore | None) -> None:
        self._store = store
        self._waiting: list[tuple[Change, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    @property
    def possible(self) -> bool:
        """Say whether there is a store at all."""
        return self._store is not None

    async def make(self, change: Change) -> bool:
        """Come back when a change is on the disk; False: it is not, and will not be."""
        if self._store is None or len(self._waiting) >= MOST_WAITING:
            return False
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(self._store))
        return await written

    async def _write(self, store: ContactStore) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            changes = [change for change, _ in batch]
            try:
                await asyncio.to_thread(_all_of, store, changes)
            except ContactsShutError as fault:
                log.warning("what visitors left is lost", why=str(fault))
                taken = False
            else:
                taken = True
            for _, written in batch:
                if not written.done():
                    written.set_result(taken)


def _all_of(store: ContactStore, changes: list[Change]) -> None:
    with store.changing() as write:
        before = book = store.read()
        for change in changes:
            book = change(book)
        if book is not before:
            write(book)
