"""Contacts brought in, taken out: a book -> the next one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from netwatch.inventory.contact_store.store import Book
from netwatch.inventory.contact_store.wishes import last_digits
from netwatch.inventory.contacts import e164, is_mail_address
from netwatch.inventory.places.records import ContactRecord
from netwatch.model.contacts import ALL_CHANNELS, Contact
from netwatch.model.follower_facts import is_follower

MAY_BE_UNSAID: Final = ("consent", "two_way")
"""Fields that a source's records leave open where it says nothing of them."""


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
    not_agreed: int
    """Did not agree to be told: they are not, by no way."""
    unreachable: tuple[str, ...]
    """Ids of customers who agreed, and have no usable number and address."""


def contact_of(record: ContactRecord) -> Contact:
    """Return a source's record as it is kept: numbers as E.164; what nobody can reach left out."""
    return Contact(
        subscriber=record.subscriber,
        name=record.name,
        phone=(e164(record.phone) or "") if record.phone else "",
        email=record.email if is_mail_address(record.email) else "",
        language=record.language,
        consent=record.consent is not False,
        two_way=record.two_way is True,
        not_agreed=record.not_agreed,
    )


def unsaid(records: Iterable[ContactRecord]) -> frozenset[str]:
    """Return which fields a source says nothing of, about nobody."""
    records = tuple(records)
    silent = {name for name in MAY_BE_UNSAID if all(getattr(one, name) is None for one in records)}
    return frozenset(silent | {"not_agreed"} if "consent" in silent else silent)


def bring(
    book: Book,
    contacts: Iterable[Contact],
    *,
    drop_others: bool = False,
    unsaid: frozenset[str] = frozenset(),
) -> tuple[Book, Brought]:
    """Return the book with contacts brought in; what customers said themselves outlives it.

    Args:
        book: what is kept.
        contacts: what comes.
        drop_others: whether those that do not come are taken out.
        unsaid: fields of which this import says nothing; as they were they stay.
    """
    incoming = {one.subscriber: one for one in contacts}
    forgotten = incoming.keys() & book.forgotten
    wanted = {
        key: _keeping(book.contacts.get(key), one, unsaid)
        for key, one in incoming.items()
        if key not in forgotten
    }
    # Who came by the page is in no source.
    ours = {key for key in book.contacts if is_follower(key)}
    gone = book.contacts.keys() - wanted.keys() - ours if drop_others else set()
    kept = {key: one for key, one in book.contacts.items() if key not in gone}
    told = Brought(
        read=len(incoming),
        new=len(wanted.keys() - book.contacts.keys()),
        changed=sum(book.contacts.get(key, one) != one for key, one in wanted.items()),
        dropped=len(gone),
        forgotten=len(forgotten),
        not_agreed=sum(not one.consent for one in wanted.values()),
        unreachable=tuple(
            sorted(
                key
                for key, one in wanted.items()
                if one.consent and not one.phone and not one.email
            )
        ),
    )
    return replace(book, contacts={**kept, **wanted}), told


def forget(book: Book, subscribers: Iterable[str]) -> tuple[Book, tuple[str, ...]]:
    """Return the book without these customers and their wishes, and which of them it held.

    Each is remembered by id alone, known or not, so that no later import brings them back.
    """
    asked = frozenset(subscribers)
    held = tuple(sorted(asked & book.contacts.keys()))
    kept = {key: one for key, one in book.contacts.items() if key not in asked}
    phones = {last_digits(book.contacts[one].phone) for one in held} - {""}
    wishes = {
        key: one
        for key, one in book.wishes.items()
        if one.subscriber not in asked and last_digits(one.phone) not in phones
    }
    done = replace(book, contacts=kept, forgotten=book.forgotten | asked, wishes=wishes)
    return done, held


def _keeping(before: Contact | None, now: Contact, unsaid: frozenset[str]) -> Contact:
    if before is None:
        return replace(now, denied=now.source_denies) if now.agreed else now
    agreed, denied = _own_word(before, now, unsaid)
    return replace(
        now,
        opt_outs=tuple(sorted({*before.opt_outs, *now.opt_outs})),
        language=now.language or before.language,
        services=now.services or before.services,
        consent=before.consent if "consent" in unsaid else now.consent,
        two_way=before.two_way if "two_way" in unsaid else now.two_way,
        name=before.name if "name" in unsaid else now.name,
        phone=before.phone if "phone" in unsaid else now.phone,
        email=before.email if "email" in unsaid else now.email,
        browsers=before.browsers,
        chats=now.chats or before.chats,
        not_agreed=before.not_agreed if "not_agreed" in unsaid else now.not_agreed,
        agreed=agreed,
        denied=denied,
    )


def _own_word(
    before: Contact, now: Contact, unsaid: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a customer agreed to and what a source denies, after it had its say again.

    A source that says the same no as before knows nothing of it, and is older. One that says no
    for the first time since was told so later.
    """
    silent = "consent" in unsaid
    said = now.source_denies
    if silent:
        said = () if "not_agreed" in unsaid else now.not_agreed
    if not before.agreed:
        return now.agreed, said if now.agreed else before.denied
    news = set(said) - set(before.denied)
    agreed = () if ALL_CHANNELS in news else (way for way in before.agreed if way not in news)
    return tuple(agreed), tuple(dict.fromkeys((*before.denied, *said))) if silent else said
