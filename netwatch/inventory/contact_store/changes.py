"""Contacts brought in, taken out: a book -> the next one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from netwatch.inventory.contact_store.store import Book
from netwatch.inventory.contacts import e164, is_mail_address
from netwatch.inventory.places.records import ContactRecord
from netwatch.model.contacts import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What an import did, in numbers: it may be told to anybody."""

    read: int
    new: int
    changed: int
    dropped: int
    """Not in this import any more, and taken out because that was asked for."""
    forgotten: int
    """Left out: they asked to be."""
    unreachable: tuple[str, ...]
    """Ids of customers without a usable number and address."""


def contact_of(record: ContactRecord) -> Contact:
    """Return a source's record as it is kept: numbers as E.164; what nobody can reach left out."""
    return Contact(
        subscriber=record.subscriber,
        name=record.name,
        phone=(e164(record.phone) or "") if record.phone else "",
        email=record.email if is_mail_address(record.email) else "",
        language=record.language,
        consent=record.consent,
        two_way=record.two_way,
    )


def bring(
    book: Book, contacts: Iterable[Contact], *, drop_others: bool = False
) -> tuple[Book, Brought]:
    """Return the book with contacts brought in; what customers said themselves outlives it."""
    incoming = {one.subscriber: one for one in contacts}
    forgotten = incoming.keys() & book.forgotten
    wanted = {
        key: _keeping(book.contacts.get(key), one)
        for key, one in incoming.items()
        if key not in forgotten
    }
    gone = book.contacts.keys() - wanted.keys() if drop_others else set()
    kept = {key: one for key, one in book.contacts.items() if key not in gone}
    told = Brought(
        read=len(incoming),
        new=len(wanted.keys() - book.contacts.keys()),
        changed=sum(book.contacts.get(key, one) != one for key, one in wanted.items()),
        dropped=len(gone),
        forgotten=len(forgotten),
        unreachable=tuple(
            sorted(key for key, one in wanted.items() if not one.phone and not one.email)
        ),
    )
    return replace(book, contacts={**kept, **wanted}), told


def forget(book: Book, subscribers: Iterable[str]) -> tuple[Book, tuple[str, ...]]:
    """Return the book without these customers, and which of them it held.

    Each is remembered by id alone, known or not, so that no later import brings them back.
    """
    asked = frozenset(subscribers)
    held = tuple(sorted(asked & book.contacts.keys()))
    kept = {key: one for key, one in book.contacts.items() if key not in asked}
    return Book(contacts=kept, forgotten=book.forgotten | asked), held


def _keeping(before: Contact | None, now: Contact) -> Contact:
    if before is None:
        return now
    return replace(
        now,
        opt_outs=tuple(sorted({*before.opt_outs, *now.opt_outs})),
        language=now.language or before.language,
        services=now.services or before.services,
    )
