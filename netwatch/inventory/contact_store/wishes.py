"""Wishes to be called back: a book -> the next one. Pure."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from netwatch.inventory.contact_store.store import Book
from netwatch.model.contacts import Wish

MOST: Final = 500
"""So many of those who have no contract, or did not prove it, are kept at a time."""
KEPT: Final = timedelta(days=14)
"""Nobody waits longer for a call."""
TELLING: Final = 9
"""So many last digits tell one number from another, with its country's code or without."""
_DIGITS: Final = re.compile(r"[^0-9]")


def last_digits(phone: str) -> str:
    """Return what tells a phone number from others, however it was written."""
    return _DIGITS.sub("", phone)[-TELLING:]


def wished(book: Book, wish: Wish, most: int = MOST) -> tuple[Book, Wish | None]:
    """Return the book with one more wish, and that wish; None: there is no room for it.

    Who asks twice is called once: the first wish stays in its place and takes the newer words.
    Of customers who proved whose line it is there is always room.
    """
    kept = {key: one for key, one in book.wishes.items() if wish.at - one.at < KEPT}
    before = next((one for one in kept.values() if _same(one, wish)), None)
    if before is not None:
        known = replace(
            before,
            phone=wish.phone,
            subscriber=wish.subscriber or before.subscriber,
            address=wish.address or before.address,
            text=wish.text or before.text,
            language=wish.language or before.language,
            times=before.times + 1,
        )
        return replace(book, wishes=kept | {known.id: known}), known
    if not wish.subscriber and sum(not one.subscriber for one in kept.values()) >= most:
        return replace(book, wishes=kept), None
    number = book.numbers + 1
    new = replace(wish, id=f"B-{number}")
    return replace(book, wishes=kept | {new.id: new}, numbers=number), new


def done(book: Book, name: str) -> tuple[Book, Wish | None]:
    """Return the book without a wish, and that wish; None: there was none."""
    wish = book.wishes.get(name)
    return replace(book, wishes={k: one for k, one in book.wishes.items() if k != name}), wish


def in_order(book: Book, critical: Collection[str], at: datetime) -> list[Wish]:
    """Return who is to be called, in this order: for whom much hangs on it, then as they came."""
    open_ = (one for one in book.wishes.values() if at - one.at < KEPT)
    return sorted(open_, key=lambda one: (one.subscriber not in critical, one.at, one.id))


def _same(one: Wish, other: Wish) -> bool:
    return last_digits(one.phone) == last_digits(other.phone)
