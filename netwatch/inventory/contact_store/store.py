"""The one file of contacts: read whole, written whole, one writer at a time."""

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from netwatch.inventory.contact_store.seal import seal, unseal
from netwatch.inventory.places.disk import make_folder, private, replace_whole
from netwatch.model.contacts import Comment, Contact, ContactsShutError, Wish
from netwatch.model.faults import ConfigError

STORE: Final = Path("contacts", "store")
"""Below the state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All contacts, and who asked to be forgotten."""

    contacts: Mapping[str, Contact] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()
    """Subscribers whose contacts no import brings back."""
    wishes: Mapping[str, Wish] = field(default_factory=dict)
    """Who wants to be called back."""
    comments: Mapping[str, Comment] = field(default_factory=dict)
    """What people wrote below our posts; of what was answered, only that it was."""
    numbers: int = 0
    """The last number that was given away: to a wish, or to somebody without a contract."""


_BOOK: Final = TypeAdapter(Book)


@dataclass(slots=True)
class ContactStore:
    """Contacts below ``state``, opened by the secret that ``key`` returns when it is needed."""

    state: Path
    key: Callable[[], str]
    _last: tuple[tuple[int, int, int], Book] | None = field(default=None, repr=False)
    """What the file was when it was read, and what it held: one value, for several threads."""

    @property
    def path(self) -> Path:
        """Return the file."""
        return self.state / STORE

    def get(self, subscriber: str) -> Contact | None:
        """Return how to reach somebody, as the file says now; None when it does not say.

        Who asked to be forgotten is somebody who did not agree, wherever else contacts lie.

        Raises:
            ContactsShutError: it cannot be opened.
        """
        book = self.read()
        if subscriber in book.forgotten:
            return Contact(subscriber=subscriber, consent=False)
        return book.contacts.get(subscriber)

    def read(self) -> Book:
        """Return all that is kept; the file is read again only when it changed.

        Raises:
            ContactsShutError: it cannot be opened.
        """
        try:
            here = self.path.stat()
            seen = (here.st_ino, here.st_mtime_ns, here.st_size)
            last = self._last
            if last is None or last[0] != seen:
                last = self._last = seen, _opened(unseal(self.path.read_bytes(), self._secret()))
            return last[1]
        except FileNotFoundError:
            self._last = None
            return Book()
        except OSError as fault:
            raise ContactsShutError(
                f"the contact store cannot be read: {fault.strerror}\n"
                "    run as the user netwatch, or give the file to it"
            ) from None

    @contextmanager
    def changing(self) -> Iterator[Callable[[Book], None]]:
        """Keep other writers out, and yield what puts a book in the place of this one.

        The old file is gone with it: what was erased is in no copy that netwatch keeps.

        Raises:
            ContactsShutError: it cannot be opened or written.
        """
        try:
            make_folder(self.path.parent)
            with open(f"{self.path}.lock", "w", opener=private) as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield self._write
        except OSError as fault:
            raise ContactsShutError(
                f"the contact store cannot be written: {fault.strerror}\n"
                "    what was there before stands"
            ) from None

    def _write(self, book: Book) -> None:
        replace_whole(self.path, seal(_BOOK.dump_json(book), self._secret()))

    def _secret(self) -> str:
        try:
            return self.key()
        except ConfigError as fault:
            raise ContactsShutError(
                f"the key of the contact store is not there: {fault.finding.wrong}\n"
                f"    {fault.finding.remedy}"
            ) from None


def _opened(plain: bytes) -> Book:
    try:
        return _BOOK.validate_json(plain)
    except ValidationError:  # told without its cause: that would show contacts
        raise ContactsShutError(
            "the contact store was written by a newer netwatch\n    install that one again"
        ) from None
