"""What proves that an answer is one to a message of ours: a code of six digits, a seal in a mail.

Both are made when our message leaves, from the key that seals links; nothing of them is kept.
"""

import hmac
import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from netwatch.delivery.recipients import BY_MAIL, TEAM
from netwatch.intake.links import Act, Link, link_of, token_of
from netwatch.model.answers import answer_of
from netwatch.model.clock import Clock
from netwatch.model.facts import NoticeDue, Purpose
from netwatch.model.meaning import Unclear
from netwatch.model.names import is_id

DIGITS: Final = 6
LASTS: Final = timedelta(hours=12)
SEAL: Final = 16
"""So many letters at the end of a token tell it from all others."""
ANSWERED: Final = frozenset({Purpose.ALERT, Purpose.UPDATE, Purpose.TASK, Purpose.ANSWER})
_MARK: Final = re.compile(r"\[netwatch:([A-Za-z0-9._~=-]{20,200})\]")


def code_of(key: bytes, person: str, incident: str, number: int) -> str:
    """Return the code that a person answers with: for one act, one incident, one question."""
    plain = f"retract~{person}~{incident}~{number}".encode()
    whole = int.from_bytes(hmac.new(key, plain, sha256).digest()[:8])
    return f"{whole % 10**DIGITS:0{DIGITS}}"


def is_code(key: bytes, said: str, person: str, incident: str, number: int) -> bool:
    """Say whether a code is the one we sent; how long it takes tells nothing."""
    return hmac.compare_digest(said.encode(), code_of(key, person, incident, number).encode())


class Proofs:
    """Puts codes and seals below messages to the staff."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key, self._clock = key, clock

    def afterword(self, due: NoticeDue, recipient: str, _language: str) -> str:
        """Return what is put below a message: the code it asks for, the seal of a mail."""
        if due.audience not in TEAM or due.purpose not in ANSWERED:
            return ""
        lines = [self._code(due, recipient)]
        if any(word in due.channel for word in BY_MAIL):
            lines.append(self._seal(due, recipient))
        return "\n".join(filter(None, lines))

    def _code(self, due: NoticeDue, recipient: str) -> str:
        answer = answer_of(due.detail) if due.purpose is Purpose.ANSWER else None
        if answer is None or answer.unclear is not Unclear.CONFIRM or answer.incident is None:
            return ""
        number = int(due.subject.removeprefix("R-"))
        return code_of(self._key, recipient, answer.incident, number)

    def _seal(self, due: NoticeDue, recipient: str) -> str:
        subject = due.incident or due.subject
        if not (is_id(subject) and is_id(recipient)):
            return ""
        expires = self._clock.now() + LASTS
        link = Link(act=Act.REPLY, person=recipient, subject=subject, expires=expires)
        return f"[netwatch:{token_of(self._key, link)}]"


def sealed(key: bytes, text: str, names: frozenset[str], at: datetime) -> str:
    """Return the seal of the message of ours that a mail answers; empty: it answers none.

    Args:
        key: that seals links.
        text: the whole mail, with what it quotes.
        names: the sender's own id, and those of their roles.
        at: now; a seal is over after 12 hours.
    """
    for token in _MARK.findall(text):
        link = link_of(key, token)
        if (
            link is not None
            and link.act is Act.REPLY
            and link.person in names
            and at <= link.expires
        ):
            return str(token[-SEAL:])
    return ""
