"""Who wants to be called back, on the desk's page: somebody takes it, calls, or promises a time."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from netwatch.intake.doorkeeper import RefusedError
from netwatch.inventory.callers.masks import masked_phone
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.inventory.contact_store.wishes import done, in_order, wished
from netwatch.model.clock import Clock
from netwatch.model.contacts import ContactsShutError, Wish
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network
from netwatch.service.callers import Callers
from netwatch.service.wishes import Changes
from netwatch.views.proof import stamp

SHOWN: Final = 100
LONGEST_PHONE: Final = 32
LONGEST_TEXT: Final = 500
FEWEST_DIGITS: Final = 5
NO_STORE: Final = "callbacks are kept in the contact store: set [contacts] key"

Plain = dict[str, Any]


class Calls:
    """Shows callbacks, and changes them. A number is shown to whoever took the call, and no other.

    That somebody calls stands in the contact store with the rest and is erased with it.
    """

    def __init__(
        self,
        store: ContactStore | None,
        changes: Changes,
        network: Callable[[], Network],
        callers: Callers,
        clock: Clock,
    ) -> None:
        self._store, self._changes, self._network = store, changes, network
        self._callers, self._clock = callers, clock

    async def listed(self, me: str) -> Plain:
        """Return who is to be called, in the order in which to call."""
        if self._store is None:
            return {"callbacks": [], "more": 0, "closed": NO_STORE}
        try:
            book = await asyncio.to_thread(self._store.read)
        except ContactsShutError as fault:
            return {"callbacks": [], "more": 0, "closed": str(fault)}
        people, at = self._network().subscribers, self._clock.now()
        critical = frozenset(
            wish.subscriber
            for wish in book.wishes.values()
            if (one := people.get(SubscriberId(wish.subscriber))) is not None and one.critical
        )
        waiting = in_order(book, critical, at)
        rows = [_row(one, critical=one.subscriber in critical, me=me) for one in waiting[:SHOWN]]
        return {"callbacks": rows, "more": max(0, len(waiting) - SHOWN), "closed": ""}

    async def add(self, phone: str, subscriber: str, text: str) -> Plain:
        """Note that somebody wants to be called; without a number at the one that is kept of them.

        Raises:
            RefusedError: there is no number, or no room.
        """
        number = (phone.strip() or self._kept(subscriber))[:LONGEST_PHONE]
        if sum(map(str.isdigit, number)) < FEWEST_DIGITS:
            raise RefusedError("that is no phone number; write it like +48 555 010 100")
        wish = Wish(
            id="", at=self._clock.now(), phone=number, subscriber=subscriber,
            text=text[:LONGEST_TEXT],
        )  # fmt: skip
        noted: list[Wish | None] = []

        def change(book: Book) -> Book:
            book, one = wished(book, wish)
            noted.append(one)
            return book

        await self._make(change)
        if noted[-1] is None:
            raise RefusedError("too many wait already: call some of them first")
        return {"callback": noted[-1].id}

    async def take(self, name: str, me: str) -> Plain:
        """Say that ``me`` calls: nobody else does then.

        Raises:
            RefusedError: there is no such callback, or somebody else has it.
        """
        return await self._changed(name, me, lambda one: replace(one, taken_by=me))

    async def leave(self, name: str, me: str) -> Plain:
        """Say that ``me`` does not call after all.

        Raises:
            RefusedError: there is no such callback, or somebody else has it.
        """
        return await self._changed(name, me, lambda one: replace(one, taken_by=""))

    async def promise(self, name: str, me: str, until: datetime) -> Plain:
        """Say that they were told to be called by then.

        Raises:
            RefusedError: there is no such callback, or somebody else has it.
        """
        return await self._changed(name, me, lambda one: replace(one, taken_by=me, promised=until))

    async def called(self, name: str, me: str) -> Plain:
        """Say that they were called: their number and words are erased.

        Raises:
            RefusedError: there is no such callback, or somebody else has it.
        """
        return await self._changed(name, me, lambda _: None)

    async def _changed(self, name: str, me: str, how: Callable[[Wish], Wish | None]) -> Plain:
        refused: list[str] = []

        def change(book: Book) -> Book:
            refused.clear()
            one = book.wishes.get(name)
            if one is None:
                refused.append("this one was called already, or asks no more")
                return book
            if one.taken_by and one.taken_by != me:
                refused.append(f"{one.taken_by} has taken this one")
                return book
            new = how(one)
            if new is None:
                return done(book, name)[0]
            return replace(book, wishes={**book.wishes, name: new})

        await self._make(change)
        if refused:
            raise RefusedError(refused[-1])
        return {"callback": name}

    async def _make(self, change: Callable[[Book], Book]) -> None:
        if not self._changes.possible:
            raise RefusedError(NO_STORE)
        if not await self._changes.make(change):
            raise RefusedError("it cannot be kept just now; try again")

    def _kept(self, subscriber: str) -> str:
        if not subscriber:
            raise RefusedError("whom to call? Give a phone number")
        one = self._network().subscribers.get(SubscriberId(subscriber))
        person = one.person if one else subscriber
        if self._callers.is_forgotten(person, subscriber):
            raise RefusedError("they asked to be forgotten: ask for a number, and write it here")
        contact = self._callers.contact(person, subscriber)
        number = (contact.phone if contact else "") or (one.phone if one else "")
        if not number:
            raise RefusedError("no number is kept of them: ask for it, and write it here")
        return number


def _row(one: Wish, *, critical: bool, me: str) -> Plain:
    mine = one.taken_by == me
    return {
        "id": one.id,
        "at": stamp(one.at),
        "phone": one.phone if mine else masked_phone(one.phone),
        "subscriber": one.subscriber or None,
        "address": one.address,
        "text": one.text,
        "language": one.language or None,
        "times": one.times,
        "critical": critical,
        "taken_by": one.taken_by or None,
        "mine": mine,
        "promised": None if one.promised is None else stamp(one.promised),
    }
