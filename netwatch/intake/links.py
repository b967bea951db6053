"""What a person may do by a link in a message <-> a token that nobody else can make. Pure.

A token says who does what to which thing until when, and is sealed: each is good for that alone.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from netwatch.model.follower_facts import is_follower
from netwatch.model.names import is_id

KEY_OCTETS: Final = 32
SEAL_OCTETS: Final = 12
APART: Final = "~"
LONGEST: Final = 200
_MOMENT: Final = re.compile(r"[0-9a-f]{1,10}")


class Act(StrEnum):
    """What a link does; the letter stands in the token."""

    ACKNOWLEDGE = "a"
    HOLD = "h"
    APPROVE = "y"
    REFUSE = "n"
    TASK_DONE = "d"
    JOIN = "j"
    LEAVE = "u"
    REPLY = "r"
    """Nothing by itself: it proves that a mail answers one of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One act of one person."""

    act: Act
    person: str
    """A person of the staff, or the role whose duty it is."""
    subject: str
    """The incident, the approval that was asked for, or the reader whom it joins or lets go."""
    expires: datetime


def token_of(key: bytes, link: Link) -> str:
    """Return a link's token: short enough for an SMS."""
    until = f"{int(link.expires.timestamp()):x}"
    plain = APART.join((link.act, until, link.subject, link.person))
    return f"{plain}{APART}{_seal(key, plain)}"


def link_of(key: bytes, token: str) -> Link | None:
    """Return what a token is good for, expired or not; None: nobody here made it."""
    plain, _, seal = token[:LONGEST].rpartition(APART)
    if not hmac.compare_digest(seal.encode(), _seal(key, plain).encode()):
        return None
    parts = plain.split(APART)
    act, until, subject, person = parts
    whom = is_id(subject) or is_follower(subject)
    if not (whom and is_id(person) and _MOMENT.fullmatch(until)):
        return None
    expires = datetime.fromtimestamp(int(until, 16), UTC)
    return Link(act=Act(act), person=person, subject=subject, expires=expires)


def _seal(key: bytes, plain: str) -> str:
    digest = hmac.new(key, plain.encode(), sha256).digest()[:SEAL_OCTETS]
    return urlsafe_b64encode(digest).decode()
