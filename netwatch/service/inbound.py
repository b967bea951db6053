"""Messages that come back: of the staff, or an opt-out, a report, a wish to be called."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.intake.doorkeeper import Brought, RefusedError
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.inventory.contact_store.wishes import last_digits, wished
from netwatch.model.arrivals import Command, Hold, Report
from netwatch.model.clock import Clock
from netwatch.model.contacts import Contact, ContactsShutError, Wish
from netwatch.model.names import SubscriberId
from netwatch.model.network import Subscriber
from netwatch.service.files import Files
from netwatch.service.loop import Loop
from netwatch.service.replies import Came, Replies, Way
from netwatch.service.secrets import Secret
from netwatch.service.wishes import Changes

SMS: Final = "sms"
VOICE: Final = "voice"
LONGEST: Final = 500
HELD: Final = timedelta(hours=1)
LONGEST_NUMBER: Final = 64
"""Of the numbers that gateways give messages, and of names of channels."""
HOLD_KEY: Final = "9"
"""The key that somebody of the staff presses on the phone to stop all public words."""
STOPS: Final = frozenset({"stop", "стоп", "zrus", "zruš", "koniec", "konec", "abmelden"})
"""What people answer who want no more messages, as the words for SMS propose it."""
_WORD: Final = re.compile(r"\w+")

Plain = dict[str, Any]


class Inbound:
    """Takes what came back by SMS and voice. Who sent it, the gateway says: it may be forged.

    So a customer can opt out, never in, and report; what the staff may, ``Replies`` knows.
    """

    def __init__(
        self,
        *,
        secret: Secret | None,
        store: ContactStore | None,
        changes: Changes,
        files: Callable[[], Files],
        bring: Callable[[Command], Awaitable[Brought]],
        loop: Loop,
        clock: Clock,
        replies: Replies | None = None,
    ) -> None:
        self._replies = replies
        self._secret, self._store, self._changes = secret, store, changes
        self._files, self._bring, self._loop, self._clock = files, bring, loop, clock

    async def ask(self, question: Plain, _who: str) -> Plain:
        """Take a message: its secret, the way it came, who sent it and what it says.

        Raises:
            RefusedError: the secret is not that of the settings, or they name none.
        """
        given = str(question.get("secret", ""))
        if self._secret is None or not self._secret.is_said(given):
            raise RefusedError("the secret is not right")
        sender, text = (_seen(str(question.get(name, ""))) for name in ("from", "text"))
        at = self._clock.now()
        contacts = await asyncio.to_thread(self._contacts, sender)
        if question.get("way") == VOICE:
            await self._by_voice(contacts, text, at)
            return {"taken": True}
        came = Came(
            way=Way.SMS,
            sender=sender,
            text=text,
            number=str(question.get("id", ""))[:LONGEST_NUMBER],
            channel=str(question.get("channel", ""))[:LONGEST_NUMBER],
        )
        await self.take(came, contacts)
        return {"taken": True}

    async def take(self, came: Came, contacts: Sequence[Contact] | None = None) -> None:
        """Take a message: of the staff, else, by SMS, of a customer.

        Raises:
            RefusedError: it cannot be kept, or nobody can tell whose it is: hand it in again.
        """
        if contacts is None:
            contacts = await asyncio.to_thread(self._known, came)
        staff = self._replies is not None and await self._replies.take(came, contacts)
        if not staff and came.way is Way.SMS:
            await self._of_customer(contacts, came.sender, came.text, self._clock.now())

    async def _by_voice(self, contacts: Sequence[Contact], key: str, at: datetime) -> None:
        """Stop public words where somebody of the staff pressed the key for it."""
        people = self._files().rulebook.people
        person = next((one.subscriber for one in contacts if one.subscriber in people), None)
        if person is not None and key.strip() == HOLD_KEY:
            await self._bring(Hold(at=at, by=person, lasts=HELD))

    async def _of_customer(
        self, contacts: Sequence[Contact], sender: str, text: str, at: datetime
    ) -> None:
        first = _WORD.match(text.strip().lower())
        if first is not None and first[0] in STOPS:
            await self._stop(last_digits(sender))
            return
        lines = self._files().network.subscribers
        customers = [one for one in contacts if one.subscriber in lines]
        contact = next(iter((*customers, *contacts)), None)
        if contact is not None and contact in customers and contact.two_way:
            self._loop.offer(Report(at=at, subscriber=SubscriberId(contact.subscriber), text=text))
        elif len(last_digits(sender)) >= len("12345"):
            who = "" if contact is None else contact.subscriber
            wish = Wish(id="", at=at, phone=sender[:32], subscriber=who, text=text)
            await self._changes.make(lambda book: wished(book, wish)[0])

    async def _stop(self, digits: str) -> None:
        """Write to a number no more, whoever it is of: contracts and followers may share it."""
        if not digits or self._store is None:
            return
        known = self._files().network.subscribers.values()
        lines = [one for one in known if last_digits(one.phone) == digits]
        if not await self._changes.make(lambda book: _opted_out(book, digits, lines)):
            raise RefusedError("it cannot be kept just now; please try again")

    def _known(self, came: Came) -> Sequence[Contact]:
        """Return whose number, address or chat a sender is."""
        if self._store is None:
            return ()
        try:
            kept = self._store.read().contacts.values()
        except ContactsShutError:
            raise RefusedError("the contact store is shut; please try again") from None
        digits = last_digits(came.sender)
        match came.way:
            case Way.SMS:
                return [one for one in kept if digits and last_digits(one.phone) == digits]
            case Way.MAIL:
                return [one for one in kept if one.email.lower() == came.sender]
            case Way.CHAT:
                return [one for one in kept if came.sender in one.chats]

    def _contacts(self, sender: str) -> Sequence[Contact]:
        """Return whose number it is; none: nobody's, or the store cannot be opened."""
        digits = last_digits(sender)
        if self._store is None or not digits:
            return ()
        try:
            book = self._store.read()
        except ContactsShutError:
            return ()
        return [one for one in book.contacts.values() if last_digits(one.phone) == digits]


def _seen(text: str) -> str:
    """Return a text without what cannot be seen, halves of letters that a gateway cut among it."""
    return "".join(one for one in text[:LONGEST] if one.isprintable() or one in "\n\t")


def _opted_out(book: Book, digits: str, lines: Iterable[Subscriber]) -> Book:
    """Return the book in which everybody of a number wants no more SMS.

    Args:
        book: the contact store.
        digits: what tells the number from others.
        lines: those of which the inventory says the same number.
    """
    kept = book.contacts
    names = [name for name, one in kept.items() if last_digits(one.phone) == digits]
    names += [one.id if one.id in kept and one.person not in kept else one.person for one in lines]
    out = {
        name: replace(one, opt_outs=tuple(sorted({*one.opt_outs, SMS})))
        for name in names
        if SMS not in (one := kept.get(name) or Contact(subscriber=name)).opt_outs
    }
    return replace(book, contacts={**kept, **out}) if out else book
