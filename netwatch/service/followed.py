"""Who subscribes on the page, as the contact store keeps them: a book -> the next one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from netwatch.inventory.contact_store.store import Book
from netwatch.model.arrivals import Follow
from netwatch.model.browsers import browsers_of, with_browser, without_browser
from netwatch.model.contacts import Contact
from netwatch.model.follower_facts import FOLLOWER, is_follower
from netwatch.model.names import AreaId, ChannelName, SubscriberId
from netwatch.response.shipped import WEBPUSH
from netwatch.service.wishes import Change

PAGE: Final = "page"
"""In whose name it is done."""
PUSH: Final = "push"
WAYS: Final[Mapping[str, ChannelName]] = {
    "mail": ChannelName("mail"),
    "sms": ChannelName("sms"),
    PUSH: WEBPUSH,
}
CONFIRM_WITHIN: Final = timedelta(hours=24)
KEPT_WAITING: Final = CONFIRM_WITHIN + timedelta(hours=12)
"""So long a wish is kept that nobody confirms: an SMS about it may have waited for the morning."""
MOST_WAITING: Final = 500
"""So many who were asked and did not answer are kept at a time."""
AGAIN: Final = timedelta(hours=1)
"""An address is asked so seldom."""


@dataclass(slots=True)
class Kept:
    """What a change of the book found."""

    contact: Contact | None = None
    others: tuple[str, ...] = ()
    """Whom it takes the place of: the same browser, asked before."""
    is_taken: bool = False
    """An address for a contract: it is, or becomes, the contract's own."""


def invited(wish: Contact, kept: Kept, now: datetime) -> Change:
    """Return what keeps a wish until it is confirmed, if its address was not asked just now."""

    def change(book: Book) -> Book:
        fresh = {
            key: one
            for key, one in book.contacts.items()
            if one.invited_at is None or one.consent or now - one.invited_at < KEPT_WAITING
        }
        waiting = [one for one in fresh.values() if one.invited_at and not one.consent]
        again = any(
            _reached(one) == _reached(wish)
            and one.invited_at is not None
            and now - one.invited_at < AGAIN
            for one in waiting
        )
        if again or len(waiting) >= MOST_WAITING:
            return replace(book, contacts=fresh)
        number = book.numbers + 1
        kept.contact = replace(wish, subscriber=f"{FOLLOWER}{number}")
        contacts = fresh | {kept.contact.subscriber: kept.contact}
        return replace(book, contacts=contacts, numbers=number)

    return change


def unconfirmed(name: str, kept: Kept) -> Change:
    """Return what finds an address that waits to be confirmed, and changes nothing."""

    def change(book: Book) -> Book:
        one = book.contacts.get(name)
        kept.contact = None if one is None or one.consent else one
        kept.is_taken = one is not None and _takes(_owner(book, one), one)
        return book

    return change


def confirmed(name: str, kept: Kept, channels: Iterable[ChannelName]) -> Change:
    """Return what makes an address one that is written to; of a contract it becomes its own.

    Of ``channels``, none but those of this address come to be agreed to by it.
    """

    def change(book: Book) -> Book:
        one = book.contacts.get(name)
        if one is None or one.consent:
            return book
        kept.contact = replace(one, consent=True)
        contacts = dict(book.contacts)
        if not one.subscriber_of:
            kept.others = tuple(
                key
                for key, other in contacts.items()
                if one.browsers and is_follower(key) and key != name
                if other.consent and _reached(other) == _reached(one)
            )
            others_left = {key: each for key, each in contacts.items() if key not in kept.others}
            return replace(book, contacts=others_left | {name: kept.contact})
        del contacts[name]
        owner, way = _owner(book, one), way_of(one)
        if _takes(owner, one):
            others = () if owner.consent else (each for each in channels if way not in each)
            contacts[owner.subscriber] = replace(
                owner.agrees(way),
                email=owner.email or one.email,
                phone=owner.phone or one.phone,
                browsers=with_browser(owner.browsers, "".join(one.browsers)),
                language=owner.language or one.language,
                opt_outs=tuple(
                    dict.fromkeys((*(word for word in owner.opt_outs if way not in word), *others))
                ),
                consent=True,
            )
        return replace(book, contacts=contacts)

    return change


def _owner(book: Book, one: Contact) -> Contact:
    return book.contacts.get(one.subscriber_of, Contact(subscriber=one.subscriber_of))


def _takes(owner: Contact, one: Contact) -> bool:
    """Say whether an address becomes that of a contract: it puts none out of its place."""
    known = owner.email if one.email else owner.phone
    return bool(one.browsers) or known in ("", one.email or one.phone)


def moved(endpoint: str, said: str, left: list[str]) -> Change:
    """Return what takes a browser out, or puts what it is now in its place.

    ``left`` comes to hold who has no browser any more by which they would be told.
    """

    def change(book: Book) -> Book:
        found: dict[str, Contact] = {}
        for name, one in book.contacts.items():
            others = without_browser(one.browsers, endpoint) if one.browsers else ()
            if len(others) < len(one.browsers):
                found[name] = replace(one, browsers=with_browser(others, said))
        if not found:
            return book
        left.extend(name for name, one in found.items() if not one.browsers)
        contacts = {**book.contacts, **found}
        for name in filter(is_follower, left):
            del contacts[name]
        return replace(book, contacts=contacts)

    return change


def way_of(one: Contact) -> str:
    if one.browsers:
        return PUSH
    return "mail" if one.email else "sms"


def _reached(one: Contact) -> tuple[str, ...]:
    """Return what tells one address from another."""
    known = browsers_of("\n".join(one.browsers))
    return (one.phone, one.email.casefold(), *(each.endpoint for each in known))


def follow_of(one: Contact, at: datetime) -> Follow | None:
    """Return what is to be known of who confirmed; None: what the contact store says is enough.

    Whoever has a contract is told by SMS as any customer, by others for the line they named.
    """
    areas, line = tuple(map(AreaId, one.areas)), None
    if one.subscriber_of:
        if one.phone:
            return None
        areas, line = (), SubscriberId(one.subscriber_of)
    elif not areas:
        return None
    channel = WAYS[way_of(one)]
    return Follow(at=at, by=PAGE, follower=one.subscriber, channel=channel, areas=areas, line=line)


def gone(name: str, way: str) -> Change:
    """Return what ends messages to somebody: a follower is forgotten, a customer opts out."""

    def change(book: Book) -> Book:
        one = book.contacts.get(name)
        if is_follower(name):
            return replace(book, contacts={k: c for k, c in book.contacts.items() if k != name})
        one = one or Contact(subscriber=name)
        out = tuple(sorted({*one.opt_outs, way}))
        return replace(book, contacts={**book.contacts, name: replace(one, opt_outs=out)})

    return change
