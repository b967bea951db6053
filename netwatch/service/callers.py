"""Who calls, as inventory and contact store say now: looked up in what was made beside the loop."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from netwatch.inventory.callers.amended import Amended
from netwatch.inventory.callers.directory import Directory
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.contacts import Contact, ContactsShutError
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network

NO_BOOK: Final = Book()
UNREAD: Final = object()
"""What was seen of a store that could not be read: it is tried again."""
MOST_AMENDED: Final = 2000
"""When more lines changed since all were read, all are read again."""
SHORTLY_S: Final = 0.1
"""So long somebody who is not found waits for what has just changed."""
PATIENCE_S: Final = 5.0
"""The same, for who is in no hurry."""
log = structlog.get_logger(__name__)

Finder = Directory | Amended


class Callers:
    """Keeps a directory of all lines, and makes it anew when files or contacts have changed.

    Whoever asks meanwhile gets the one before: to read all takes seconds for 100,000 lines. Nothing
    of it is written anywhere.
    """

    def __init__(self, network: Callable[[], Network], store: ContactStore | None) -> None:
        self._network, self._store = network, store
        self._whole: Directory | None = None
        self._of: Network | None = None
        self._read_then = NO_BOOK
        """The contacts when all was read."""
        self._finder: Finder | None = None
        self._book = NO_BOOK
        self._seen: object = None
        self._is_shut = False
        self._making: asyncio.Task[Finder] | None = None

    async def prepare(self) -> None:
        """Read all lines, so that the first caller is found at once."""
        await self.now()

    async def now(self) -> Finder:
        """Return the directory there is; the first time it is waited for."""
        making = self._started()
        if self._finder is not None:
            return self._finder
        return await asyncio.shield(making) if making is not None else Directory(self._network())

    async def fresh(self, patience_s: float = SHORTLY_S) -> Finder:
        """Return the directory of what files and store say now, if it is made by then."""
        making = self._started()
        if making is None or self._finder is None:
            return await self.now()
        try:
            async with asyncio.timeout(patience_s):
                return await asyncio.shield(making)
        except TimeoutError:
            return self._finder

    @property
    def is_behind(self) -> bool:
        """Say whether something changed that cannot be found yet."""
        return self._making is not None and not self._making.done()

    def contact(self, person: str, line: str) -> Contact | None:
        """Return what the contact store holds of a line's owner; None: nothing, or not any more."""
        if self.is_forgotten(person, line):
            return None
        return self._book.contacts.get(person) or self._book.contacts.get(line)

    def is_forgotten(self, person: str, line: str) -> bool:
        """Say whether a line's owner asked to be forgotten."""
        return bool(self._book.forgotten & {person, line})

    def _started(self) -> asyncio.Task[Finder] | None:
        """Return what makes the next directory, if that is called for or under way."""
        if self._making is not None and not self._making.done():
            return self._making
        seen = self._stamp()
        if self._finder is not None and self._of is self._network() and seen == self._seen:
            return None
        self._making = asyncio.create_task(self._make(self._network(), seen))
        return self._making

    async def _make(self, network: Network, seen: object) -> Finder:
        read = await asyncio.to_thread(self._read)
        book = self._book if read is None else read
        made = await asyncio.to_thread(self._amended, network, book)
        if made is None:
            made = await asyncio.to_thread(Directory, network, book.contacts, book.forgotten)
            self._whole, self._of, self._read_then = made, network, book
        self._finder, self._book = made, book
        self._seen = UNREAD if read is None else seen
        return made

    def _amended(self, network: Network, book: Book) -> Finder | None:
        """Return the directory that was, with what changed since; None: all must be read."""
        if self._whole is None or self._of is not network:
            return None
        people = _changed(self._read_then, book)
        lines: set[SubscriberId] = set()
        for person in people:
            lines.update(self._whole.of_owner(person))
            if len(lines) > MOST_AMENDED:
                return None
        if not lines:
            return self._whole
        return Amended(self._whole, network, lines, book.contacts, book.forgotten)

    def _read(self) -> Book | None:
        """Return what the contact store says; None: nothing just now, so the last word counts."""
        if self._store is None:
            return NO_BOOK
        try:
            book = self._store.read()
        except ContactsShutError as fault:
            if not self._is_shut:
                log.warning("callers are known as they last were", why=str(fault))
            self._is_shut = True
            return None
        self._is_shut = False
        return book

    def _stamp(self) -> object:
        """Return what changes whenever somebody writes to the contact store."""
        if self._store is None:
            return None
        try:
            here = self._store.path.stat()
        except OSError:
            return None
        return here.st_ino, here.st_mtime_ns, here.st_size


def _changed(one: Book, other: Book) -> set[str]:
    """Return under which names two books say something else; wishes to be called do not count."""
    if one.contacts is other.contacts and one.forgotten == other.forgotten:
        return set()
    names = one.contacts.keys() | other.contacts.keys()
    changed = {name for name in names if one.contacts.get(name) != other.contacts.get(name)}
    return changed | (one.forgotten ^ other.forgotten)
