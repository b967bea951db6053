"""Subscribing on the page: who asks is asked back by the service's own channels, and may leave.

What somebody types lies sealed in the contact store, and facts know them by a number. Until they
confirm by the link that they are sent, nothing else is ever sent there.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.recipients import BY_MAIL
from netwatch.delivery.render import Text
from netwatch.intake.doorkeeper import Brought, RefusedError
from netwatch.intake.links import Act, Link, link_of, token_of
from netwatch.inventory.contact_store.store import Book
from netwatch.inventory.contacts import dialled, is_mail_address
from netwatch.model.arrivals import Command, Follow, Invite, Unfollow
from netwatch.model.clock import Clock
from netwatch.model.contacts import Contact
from netwatch.model.facts import Audience, NoticeDue
from netwatch.model.follower_facts import FOLLOWER, is_follower
from netwatch.model.names import AreaId, ChannelName
from netwatch.model.network import Network
from netwatch.response.rules import Mode
from netwatch.service.settings import Settings
from netwatch.service.wishes import Change, Changes
from netwatch.web.visit_words import Said

PAGE: Final = "page"
"""In whose name it is done."""
WAYS: Final[Mapping[str, ChannelName]] = {"mail": ChannelName("mail"), "sms": ChannelName("sms")}
CONFIRM_WITHIN: Final = timedelta(hours=24)
LEAVE_WITHIN: Final = timedelta(days=400)
MOST_WAITING: Final = 500
"""So many who were asked and did not answer are kept at a time."""
MOST_AREAS: Final = 20
AGAIN: Final = timedelta(hours=1)
"""An address is asked so seldom."""

Plain = dict[str, Any]


@dataclass(slots=True)
class _Kept:
    """What a change of the book found."""

    contact: Contact | None = None


class Following:
    """Takes wishes to be told, and their ends."""

    def __init__(
        self,
        settings: Settings,
        key: bytes,
        *,
        network: Callable[[], Network],
        changes: Changes,
        bring: Callable[[Command], Awaitable[Brought]],
        clock: Clock,
    ) -> None:
        self._settings, self._key, self._network = settings, key, network
        self._changes, self._bring, self._clock = changes, bring, clock
        self._crowds: Crowds | None = None
        self._named: dict[str, list[tuple[str, str]]] = {}

    @property
    def ways(self) -> list[str]:
        """Return how somebody may be told who asks for it on the page; none before mode full."""
        web, mode = self._settings.web, self._settings.publishing.mode
        if mode is not Mode.FULL or web.url is None or not self._changes.possible:
            return []
        known = [way for way, name in WAYS.items() if name in self._settings.channels]
        return [way for way in known if way != "sms" or web.sms_to]

    def areas(self, language: str) -> list[tuple[str, str]]:
        """Return the areas that may be followed, by name: those where enough people live."""
        network = self._network()
        if self._crowds is None or self._crowds.network is not network:
            self._crowds, self._named = Crowds(network), {}
        if language not in self._named:
            named = (
                (str(one), network.areas[one].name.in_language(language))
                for one in self._crowds.areas
            )
            self._named[language] = sorted(named, key=lambda one: one[1])
        return self._named[language]

    def places(self) -> dict[str, list[tuple[str, str]]]:
        """Return the areas by language, while anybody may follow them."""
        languages = self._settings.languages if self.ways else ()
        return {language: self.areas(language) for language in languages}

    async def asked(self, said: Mapping[str, str], subscriber: str | None) -> None:
        """Ask an address whether it wants what somebody typed; nothing tells who typed what."""
        way, to = said["way"], self._address(said["way"], said["to"])
        known = {name for name, _ in self.areas("")}
        areas = tuple(one for one in said["areas"].split() if one in known)[:MOST_AREAS]
        if way not in self.ways or not to or not (areas or subscriber):
            return
        mail = way == "mail"
        wish = Contact(
            subscriber="",
            phone="" if mail else to,
            email=to if mail else "",
            language=said["language"],
            consent=False,
            areas=areas,
            subscriber_of=subscriber or "",
            invited_at=self._clock.now(),
        )
        kept, at = _Kept(), self._clock.now()
        if await self._changes.make(_invited(wish, kept, at)) and kept.contact is not None:
            name = kept.contact.subscriber
            await self._bring(Invite(at=at, by=PAGE, follower=name, channel=WAYS[way]))

    async def answered(self, question: Plain, _who: str) -> Plain:
        """Say what a customer's link does; with ``press`` do it.

        Raises:
            RefusedError: it is none of ours, or nothing is left to do.
        """
        link, at = link_of(self._key, str(question.get("token", ""))), self._clock.now()
        if link is None or link.act not in (Act.JOIN, Act.LEAVE) or at > link.expires:
            raise RefusedError("this link is too old, or was not made here")
        if question.get("press") is True:
            if link.act is Act.JOIN:
                await self._join(link.subject, at)
            else:
                await self._leave(link.subject, link.person, at)
        return {"does": "join" if link.act is Act.JOIN else "leave"}

    def invitation(self, recipient: str, language: str) -> Text:
        """Word the question whether an address wants to be told."""
        say, name = Said(language), self._settings.name
        link = self._url(Act.JOIN, recipient, PAGE, CONFIRM_WITHIN)
        return Text(f"{name}: {say['invite']}", f"{name}: {say['invite_body']} {link}")

    def afterword(self, due: NoticeDue, recipient: str, language: str) -> str:
        """Return the way out that stands below each mail to a customer."""
        mail = any(word in due.channel for word in BY_MAIL)
        ours = due.audience is Audience.SUBSCRIBERS and due.withheld is None
        if not ours or not mail or self._settings.web.url is None:
            return ""
        link = self._url(Act.LEAVE, recipient, "mail", LEAVE_WITHIN)
        return f"\n{Said(language)['leave']}: {link}"

    async def _join(self, name: str, at: datetime) -> None:
        """Make an address one that is written to; what is confirmed in vain can be pressed again.

        So the fact comes first: without a confirmed address nothing is sent because of it.
        """
        kept = _Kept()
        await self._changes.make(_unconfirmed(name, kept))
        one = kept.contact
        if one is not None and one.areas and not one.subscriber_of:
            channel = WAYS["mail" if one.email else "sms"]
            areas = tuple(map(AreaId, one.areas))
            follow = Follow(at=at, by=PAGE, follower=name, channel=channel, areas=areas)
            await self._bring(follow)
        kept = _Kept()
        if not await self._changes.make(
            _confirmed(name, kept, tuple(map(ChannelName, self._settings.channels)))
        ):
            raise RefusedError("it cannot be kept just now; please try again")
        if kept.contact is None:
            raise RefusedError("this was confirmed before, or it is too late")

    async def _leave(self, name: str, way: str, at: datetime) -> None:
        if not await self._changes.make(_gone(name, way)):
            raise RefusedError("it cannot be done just now; please try again")
        if is_follower(name):
            await self._bring(Unfollow(at=at, by=PAGE, follower=name))

    def _url(self, act: Act, subject: str, person: str, lasts: timedelta) -> str:
        expires = self._clock.now() + lasts
        link = Link(act=act, person=person, subject=subject, expires=expires)
        return f"{(self._settings.web.url or '').rstrip('/')}/s/{token_of(self._key, link)}"

    def _address(self, way: str, text: str) -> str:
        """Return a mail address, or a number of a country that is served; empty: neither."""
        if way == "mail":
            return text if is_mail_address(text) else ""
        countries = self._settings.web.sms_to
        number = dialled(text, countries[0]) if countries else None
        return number if number and number.startswith(countries) else ""


def _invited(wish: Contact, kept: _Kept, now: datetime) -> Change:
    """Return what keeps a wish until it is confirmed, if its address was not asked just now."""

    def change(book: Book) -> Book:
        fresh = {
            key: one
            for key, one in book.contacts.items()
            if one.invited_at is None or one.consent or now - one.invited_at < CONFIRM_WITHIN
        }
        waiting = [one for one in fresh.values() if one.invited_at and not one.consent]
        again = any(
            (one.phone, one.email.casefold()) == (wish.phone, wish.email.casefold())
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


def _unconfirmed(name: str, kept: _Kept) -> Change:
    """Return what finds an address that waits to be confirmed, and changes nothing."""

    def change(book: Book) -> Book:
        one = book.contacts.get(name)
        kept.contact = None if one is None or one.consent else one
        return book

    return change


def _confirmed(name: str, kept: _Kept, channels: Iterable[ChannelName]) -> Change:
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
            contacts[name] = kept.contact
            return replace(book, contacts=contacts)
        del contacts[name]
        owner = contacts.get(one.subscriber_of, Contact(subscriber=one.subscriber_of))
        way = "mail" if one.email else "sms"
        if (owner.email if one.email else owner.phone) in ("", one.email or one.phone):
            others = () if owner.consent else (each for each in channels if way not in each)
            contacts[owner.subscriber] = replace(
                owner,
                email=owner.email or one.email,
                phone=owner.phone or one.phone,
                language=owner.language or one.language,
                opt_outs=tuple(
                    dict.fromkeys((*(word for word in owner.opt_outs if way not in word), *others))
                ),
                consent=True,
            )
        return replace(book, contacts=contacts)

    return change


def _gone(name: str, way: str) -> Change:
    """Return what ends messages to somebody: a follower is forgotten, a customer opts out."""

    def change(book: Book) -> Book:
        one = book.contacts.get(name)
        if is_follower(name):
            return replace(book, contacts={k: c for k, c in book.contacts.items() if k != name})
        one = one or Contact(subscriber=name)
        out = tuple(sorted({*one.opt_outs, way}))
        return replace(book, contacts={**book.contacts, name: replace(one, opt_outs=out)})

    return change
