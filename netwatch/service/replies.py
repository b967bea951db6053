"""Messages of the staff, whatever way they came -> what was understood, in that person's name."""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from netwatch.intake.doorkeeper import Brought
from netwatch.intake.said import said
from netwatch.model.arrivals import Command
from netwatch.model.clock import Clock
from netwatch.model.contacts import Contact
from netwatch.model.meaning import Meaning, Unclear
from netwatch.model.names import ChannelName, PersonId
from netwatch.model.replying import Reply, Stray
from netwatch.response.people import Person
from netwatch.response.reply_scope import has_role, roles_of
from netwatch.response.state import State
from netwatch.service.files import Files
from netwatch.service.reply_proofs import is_code, sealed

LONGEST: Final = 500
MOST: Final = 30
WITHIN: Final = timedelta(minutes=10)
"""More messages of one person in this time than that are no person's."""


KEPT_APART: Final = timedelta(hours=1)


class Way(StrEnum):
    """By what a message came: what its sender is, and how far that can be forged."""

    SMS = "sms"
    MAIL = "mail"
    CHAT = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A message that came in. Nothing personal shows in its ``repr``."""

    way: Way
    sender: str = field(repr=False)
    """A number, a mail address, or a user of a chat as ``telegram:123``."""
    text: str = field(repr=False)
    """What its sender wrote, without what they quote."""
    number: str = ""
    """By which its way tells it from others; empty: it gives none."""
    channel: str = ""
    """By which an answer leaves; empty: by the person's own."""
    whole: str = field(default="", repr=False)
    """Of mail: all of it."""


class Replies:
    """Finds out who wrote, understands it, and lets it in; comes back when that is committed."""

    def __init__(
        self,
        *,
        key: bytes,
        files: Callable[[], Files],
        state: Callable[[], State],
        bring: Callable[[Command], Awaitable[Brought]],
        clock: Clock,
        timezone: str,
        languages: Sequence[str],
        two_way: Sequence[str] = (),
        channels: Sequence[str] = (),
    ) -> None:
        self._key, self._files, self._state, self._bring = key, files, state, bring
        self._clock, self._zone, self._languages = clock, ZoneInfo(timezone), tuple(languages)
        self._two_way, self._channels = tuple(two_way), frozenset(channels)
        self._strays: deque[datetime] = deque(maxlen=MOST)
        self._lately: dict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=MOST))

    async def take(self, came: Came, contacts: Sequence[Contact]) -> bool:
        """Take a message; False: its sender is nobody of the staff.

        Args:
            came: the message.
            contacts: whose number or address its sender is, as the contact store says.
        """
        at = self._clock.now()
        person = self._person(contacts)
        if person is None:
            if self._understood(came, None, at).is_order:
                await self._stray(came, at, "unknown-sender")
            return False
        why = self._unfit(came, person, at)
        if why:
            await self._stray(came, at, why)
        else:
            await self._reply(came, person, at)
        return True

    async def _reply(self, came: Came, person: Person, at: datetime) -> None:
        meaning = self._understood(came, person, at)
        seal = sealed(self._key, came.whole, self._names(person), at) if came.whole else ""
        if came.way is Way.MAIL and not seal:
            await self._stray(came, at, "unsigned")
            return
        mark = _mark(came)
        seen = self._state().replies.seen
        if mark in seen and came.number:
            return
        if seal and seal in seen:
            await self._stray(came, at, "used")
            return
        proved = self._is_proved(person, meaning)
        if meaning.code and not proved:
            await self._stray(came, at, "wrong-code")
        reply = Reply(
            at=at,
            by=person.id,
            channel=self._back_by(came, person),
            message=mark,
            meaning=meaning,
            text=_clean(came.text),
            seal=seal,
            proved=proved,
            numbered=bool(came.number),
        )
        await self._bring(reply)

    async def _stray(self, came: Came, at: datetime, why: str) -> None:
        """Say that an order was refused; of a flood only the first ones are kept."""
        if len(self._strays) == MOST and at - self._strays[0] < KEPT_APART:
            return
        self._strays.append(at)
        channel = came.channel if came.channel in self._channels else str(came.way)
        await self._bring(Stray(at=at, by="", channel=ChannelName(channel), why=why))

    def _person(self, contacts: Sequence[Contact]) -> Person | None:
        """Return who of the staff has one of these contacts."""
        people = self._files().rulebook.people
        by_contact = {one.contact or one.id: one for one in people.values()}
        known = (by_contact.get(PersonId(one.subscriber)) for one in contacts)
        return next((one for one in known if one is not None), None)

    def _unfit(self, came: Came, person: Person, at: datetime) -> str:
        """Say why a message is not taken of one of the staff; empty: it is."""
        if not has_role(self._state(), person.id, at):
            return "no-role"
        lately = self._lately[person.id]
        full = len(lately) == MOST and at - lately[0] < WITHIN
        if full and self._understood(came, person, at).hold is None:
            return "too-many"
        lately.append(at)
        return ""

    def _understood(self, came: Came, person: Person | None, at: datetime) -> Meaning:
        own = (person.language,) if person and person.language else ()
        return said(_clean(came.text), (*own, *self._languages), at, self._zone)

    def _names(self, person: Person) -> frozenset[str]:
        people = self._files().rulebook.stages.response.people
        return frozenset((person.id, *roles_of(people, person.id)))

    def _is_proved(self, person: Person, meaning: Meaning) -> bool:
        waiting = self._state().replies.waiting.get(person.id)
        if not meaning.code or waiting is None or waiting.why is not Unclear.CONFIRM:
            return False
        incident = waiting.incident or ""
        return is_code(self._key, meaning.code, person.id, incident, waiting.number)

    def _back_by(self, came: Came, person: Person) -> ChannelName:
        """Return by which channel an answer leaves: the way the message came, as far as known."""
        ways = [*person.channels, *self._files().rulebook.stages.response.staff_channels]
        if came.channel in self._channels:
            return ChannelName(came.channel)
        back = [way for way in ways if way in self._two_way]
        if came.way is Way.SMS:  # the gateway that hands in what people answer
            back += [ChannelName(way) for way in self._two_way]
        back += [way for way in ways if way in self._channels]
        return next(iter((*back, *ways)), ChannelName("duty"))


def _mark(came: Came) -> str:
    """Return what tells a message from all others, and nobody who sent it."""
    words = came.number or f"{came.sender}\n{came.text}"
    whole = f"{came.way}\n{came.channel}\n{words}"
    return sha256(whole.encode("utf-8", "replace")).hexdigest()[:24]


def _clean(text: str) -> str:
    """Return a text without what cannot be seen."""
    return "".join(one for one in text[:LONGEST] if one.isprintable() or one in "\n\t").strip()
