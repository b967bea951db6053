"""Who calls, as inventory and contact store say now: looked up in what was made beside the loop."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from netwatch.inventory.callers.directory import Directory
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.contacts import Contact, ContactsShutError
from netwatch.model.network import Network

NO_BOOK: Final = Book()
log = structlog.get_logger(__name__)


class Callers:
    """Keeps a directory of all lines, and makes it anew when files or contacts have changed.

    Whoever asks meanwhile gets the one before: to make one takes seconds for 100,000 lines. Nothing
    of it is written anywhere.
    """

    def __init__(self, network: Callable[[], Network], store: ContactStore | None) -> None:
        self._network, self._store = network, store
        self._directory: Directory | None = None
        self._of: Network | None = None
        self._book = NO_BOOK
        self._seen: object = None
        self._making: asyncio.Task[Directory] | None = None

    async def now(self) -> Directory:
        """Return the directory there is; the first time it is waited for."""
        making = self._started()
        if self._directory is not None:
            return self._directory
        return await asyncio.shield(making) if making is not None else Directory(self._network())

    async def fresh(self) -> Directory:
        """Return the directory of what files and store say now."""
        making = self._started()
        return await (self.now() if making is None else asyncio.shield(making))

    def contact(self, person: str, line: str) -> Contact | None:
        """Return what the contact store holds of a line's owner; None: nothing, or not any more."""
        if self._book.forgotten & {person, line}:
            return None
        return self._book.contacts.get(person) or self._book.contacts.get(line)

    def is_forgotten(self, person: str, line: str) -> bool:
        """Say whether a line's owner asked to be forgotten."""
        return bool(self._book.forgotten & {person, line})

    def _started(self) -> asyncio.Task[Directory] | None:
        """Return what makes the next directory, if that is called for or under way."""
        if self._making is not None and not self._making.done():
            return self._making
        seen = self._stamp()
        if self._directory is not None and self._of is self._network() and seen == self._seen:
            return None
        self._making = asyncio.create_task(self._make(self._network(), seen))
        return self._making

    async def _make(self, network: Network, seen: object) -> Directory:
        book = await asyncio.to_thread(self._read)
        same = self._of is network and _says_the_same(book, self._book)
        if self._directory is None or not same:
            contacts: Mapping[str, Contact] = book.contacts
            made = await asyncio.to_thread(Directory, network, contacts, book.forgotten)
            self._directory, self._of, self._book = made, network, book
        self._seen = seen
        return self._directory

    def _read(self) -> Book:
        if self._store is None:
            return NO_BOOK
        try:
            return self._store.read()
        except ContactsShutError as fault:
            log.warning("callers are known by the inventory alone", why=str(fault))
            return NO_BOOK

    def _stamp(self) -> object:
        """Return what changes whenever somebody writes to the contact store."""
        if self._store is None:
            return None
        try:
            here = self._store.path.stat()
        except OSError:
            return None
        return here.st_ino, here.st_mtime_ns, here.st_size


def _says_the_same(one: Book, other: Book) -> bool:
    """Say whether two books hold the same contacts; wishes to be called come and go."""
    return one.forgotten == other.forgotten and one.contacts == other.contacts
