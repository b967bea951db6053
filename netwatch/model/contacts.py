"""How a customer is reached. Held in memory for the moment of sending, never in a fact or a log."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from netwatch.model.faults import NetwatchError

ALL_CHANNELS: Final = "all"


class ContactsShutError(NetwatchError):
    """The contact store cannot be opened: a person must act, and words wait meanwhile."""

    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One customer. Nothing personal shows in its ``repr``."""

    subscriber: str
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    """E.164."""
    email: str = field(default="", repr=False)
    browsers: tuple[str, ...] = field(default=(), repr=False)
    """What browsers said when somebody subscribed in them: ``netwatch.model.browsers``."""
    language: str = ""
    services: tuple[str, ...] = ()
    """What notices are wanted about; empty: all that the customer has."""
    consent: bool = True
    opt_outs: tuple[str, ...] = ()
    """Words that a channel's name holds (``sms``, ``mail``), or ``all``."""
    two_way: bool = False
    """Whether an answer from there may be read as this customer's."""
    not_agreed: tuple[str, ...] = ()
    """Such words for what the source says was not agreed to; each import says it anew."""

    agreed: tuple[str, ...] = ()
    """Such words for what customers agreed to themselves; outdoes an older word of a source."""
    denied: tuple[str, ...] = ()
    """What the source said was not agreed to when they did: said again, it is no news."""

    chats: tuple[str, ...] = field(default=(), repr=False)
    """Who they are in chats, as ``telegram:123456``: what they write there is theirs."""
    areas: tuple[str, ...] = ()
    """What somebody without a contract wants to hear of."""
    subscriber_of: str = ""
    """Whose contract it is to become an address of, once they confirm it."""
    invited_at: datetime | None = None
    """When they were asked to confirm; None: nobody has to."""

    def refuses(self, channel: str) -> bool:
        """Say whether this customer does not want to be told by a channel."""
        if _names(self.opt_outs, channel):
            return True
        if _names(self.agreed, channel):
            return False
        return not self.consent or _names(self.not_agreed, channel)

    @property
    def source_denies(self) -> tuple[str, ...]:
        """Return what the source says was not agreed to."""
        return self.not_agreed if self.consent else (ALL_CHANNELS, *self.not_agreed)

    def agrees(self, way: str) -> "Contact":
        """Return this customer after they agreed to a way themselves."""
        return replace(
            self,
            agreed=tuple(dict.fromkeys((*self.agreed, way))),
            denied=tuple(dict.fromkeys((*self.denied, *self.source_denies))),
        )


def _names(words: tuple[str, ...], channel: str) -> bool:
    return any(word == ALL_CHANNELS or word in channel for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody who asks to be called back. It is gone once that was done."""

    id: str
    """``B-12``; never given twice."""
    at: datetime
    phone: str = field(repr=False)
    """As they wrote it: a person dials it."""
    subscriber: str = ""
    """Whose line it is, where they proved it; empty: nobody knows."""
    address: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    language: str = ""
    times: int = 1
    """How often they asked."""
    taken_by: str = ""
    """Which of the staff calls them; empty: nobody has taken it."""
    promised: datetime | None = None
    """By when they were told to be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody wrote below a post of ours, or to us. Its words go once it is answered."""

    id: str
    """``M-12``; never given twice."""
    at: datetime
    key: str
    """Tells one from another, and nothing else: it is kept when the words are gone."""
    way: str = "comment"
    """``comment`` or ``message``."""
    author: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    where: str = field(default="", repr=False)
    """The platform's number of it: a person finds it there."""
    taken_by: str = ""
    ended: str = ""
    """``answered``, ``withdrawn``; empty: it waits."""
    by: str = ""
    """Who answered it."""
