"""Subscribing on the page: who asks is asked back by the service's own channels, and may leave.

What somebody types lies sealed in the contact store, and facts know them by a number. Until they
confirm by the link that they are sent, nothing else is ever sent there.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.recipients import BY_MAIL
from netwatch.delivery.render import Text
from netwatch.intake.doorkeeper import Brought, RefusedError
from netwatch.intake.links import Act, Link, link_of, token_of
from netwatch.inventory.contacts import dialled, is_mail_address
from netwatch.model.arrivals import Command, Invite, Unfollow
from netwatch.model.browsers import browser_of
from netwatch.model.clock import Clock
from netwatch.model.contacts import Contact
from netwatch.model.facts import Audience, NoticeDue
from netwatch.model.faults import DeliveryError
from netwatch.model.follower_facts import is_follower
from netwatch.model.names import ChannelName
from netwatch.model.network import Network
from netwatch.response.rules import Mode
from netwatch.service.channel_ways import FOLDER
from netwatch.service.followed import (
    CONFIRM_WITHIN,
    PAGE,
    PUSH,
    WAYS,
    Kept,
    confirmed,
    follow_of,
    gone,
    invited,
    moved,
    unconfirmed,
)
from netwatch.service.settings import Settings
from netwatch.service.website_settings import is_secure
from netwatch.service.wishes import Changes
from netwatch.web.visit_words import Said

LEAVE_WITHIN: Final = timedelta(days=400)
MOST_AREAS: Final = 20
SHUT: Final = timedelta(minutes=10)
"""So long a way is not offered by which a question could not go: words held, the cap reached."""

Plain = dict[str, Any]


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
        self._shut: dict[str, datetime] = {}
        self._push_key = ""

    @property
    def ways(self) -> list[str]:
        """Return how somebody may be told who asks for it on the page; none before mode full."""
        web, mode = self._settings.web, self._settings.publishing.mode
        if mode is not Mode.FULL or web.url is None or not self._changes.possible:
            return []
        at, known = self._clock.now(), self._settings.channels
        shut = {way for way, since in self._shut.items() if at - since < SHUT}
        lacking = {"sms": not web.sms_to, PUSH: not self.push_key}
        return [
            way
            for way, name in WAYS.items()
            if name in known and way not in shut and not lacking.get(way)
        ]

    @property
    def push_key(self) -> str:
        """Return whose notices browsers take, as they want it; empty: they cannot be had here."""
        name, web = WAYS[PUSH], self._settings.web.url or ""
        if not self._push_key and name in self._settings.channels and is_secure(web):
            from netwatch.delivery.channels.push_keys import made_keys  # noqa: PLC0415 - large

            with suppress(DeliveryError):  # told where notices are sent
                self._push_key = made_keys(self._settings.state / FOLDER / name).public
        return self._push_key

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
        way = said["way"]
        to = self._address(way, said[PUSH] if way == PUSH else said["to"])
        known = {name for name, _ in self.areas("")}
        areas = tuple(one for one in said["areas"].split() if one in known)[:MOST_AREAS]
        if way not in self.ways or not to or not (areas or subscriber):
            return
        wish = Contact(
            subscriber="",
            phone=to if way == "sms" else "",
            email=to if way == "mail" else "",
            browsers=(to,) if way == PUSH else (),
            language=said["language"],
            consent=False,
            areas=areas,
            subscriber_of=subscriber or "",
            invited_at=self._clock.now(),
        )
        kept, at = Kept(), self._clock.now()
        if await self._changes.make(invited(wish, kept, at)) and kept.contact is not None:
            name = kept.contact.subscriber
            asked = await self._bring(Invite(at=at, by=PAGE, follower=name, channel=WAYS[way]))
            if asked.refused:
                self._shut[way] = at
                await self._changes.make(gone(name, way))

    async def browser_moved(self, endpoint: str, said: str = "") -> None:
        """Forget a browser wherever it is kept, or keep what it says it is now in its place.

        Args:
            endpoint: its address, which nobody else knows.
            said: what it says; empty: nobody wants to be told there any more.
        """
        left: list[str] = []
        if endpoint and await self._changes.make(moved(endpoint, said, left)):
            for name in left:
                await self._bring(Unfollow(at=self._clock.now(), by=PAGE, follower=name))

    async def browser_gone(self, _recipient: str, endpoint: str) -> None:
        """Forget a browser of which its push service says that it is no more."""
        await self.browser_moved(endpoint)

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

    def invitation(self, channel: ChannelName, recipient: str, language: str) -> Text:
        """Word the question whether an address wants to be told."""
        say, name = Said(language), self._settings.name
        link = self._url(Act.JOIN, recipient, PAGE, CONFIRM_WITHIN)
        if channel == WAYS[PUSH]:
            return Text(f"{name}: {say['invite']}", say["invite_push"], link=link)
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
        kept = Kept()
        await self._changes.make(unconfirmed(name, kept))
        one = kept.contact
        follow = None if one is None else follow_of(one, at)
        if follow is not None and (follow.line is None or kept.is_taken):
            await self._bring(follow)
        kept = Kept()
        if not await self._changes.make(
            confirmed(name, kept, tuple(map(ChannelName, self._settings.channels)))
        ):
            raise RefusedError("it cannot be kept just now; please try again")
        if kept.contact is None:
            raise RefusedError("this was confirmed before, or it is too late")
        for other in kept.others:
            await self._bring(Unfollow(at=at, by=PAGE, follower=other))

    async def _leave(self, name: str, way: str, at: datetime) -> None:
        if not await self._changes.make(gone(name, way)):
            raise RefusedError("it cannot be done just now; please try again")
        if is_follower(name):
            await self._bring(Unfollow(at=at, by=PAGE, follower=name))

    def _url(self, act: Act, subject: str, person: str, lasts: timedelta) -> str:
        expires = self._clock.now() + lasts
        link = Link(act=act, person=person, subject=subject, expires=expires)
        return f"{(self._settings.web.url or '').rstrip('/')}/s/{token_of(self._key, link)}"

    def _address(self, way: str, text: str) -> str:
        """Return a mail address, a browser, or a number of a country served; empty: none."""
        if way == "mail":
            return text if is_mail_address(text) else ""
        if way == PUSH:
            browser = browser_of(text)
            return "" if browser is None else browser.text
        countries = self._settings.web.sms_to
        number = dialled(text, countries[0]) if countries else None
        return number if number and number.startswith(countries) else ""
