"""A mail as it came -> who wrote it, and the one line that they wrote above what they quote."""

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256
from html.parser import HTMLParser
from typing import Final

from netwatch.delivery.channels import Received

MOST_LINES: Final = 5
LONGEST: Final = 100_000
_QUOTE: Final = re.compile(
    r"\s*(>|--\s*$|-{4,}|_{4,}|On .{4,200}:\s*$|(Od|From|Von|Od koho|Від|От):\s|\[netwatch:)"
)
UNREADABLE: Final = (
    *(MessageError, LookupError, ValueError, TypeError, AttributeError),
    *(RecursionError, AssertionError),
)
"""What the parsers of mails and pages raise at some; brackets in brackets without end among it."""
_MACHINES: Final = frozenset({"bulk", "junk", "list", "auto_reply"})


class NoLetterError(ValueError):
    """A machine wrote it, or it has no words: nobody waits for an answer."""


def letter(raw: bytes) -> Received:
    """Return who wrote a mail, and what.

    Raises:
        NoLetterError: no person wrote it, or it cannot be read.
    """
    try:
        mail = message_from_bytes(raw, policy=policy.default)
        sender = parseaddr(str(mail.get("From", "")))[1].strip().lower()
        words = _words(mail)
        machine = _is_of_a_machine(mail)
        number = str(mail.get("Message-ID", "")).strip()
    except UNREADABLE as fault:
        raise NoLetterError("it cannot be read") from fault
    if machine or not sender or not words.strip():
        raise NoLetterError("no person wrote it, or nothing")
    known = sha256(number.encode("utf-8", "replace") if number else raw).hexdigest()[:32]
    return Received(sender=sender, text=first_lines(words), number=known, whole=words)


def first_lines(words: str) -> str:
    """Return the first paragraph above what is quoted or signed."""
    lines: list[str] = []
    for line in words.splitlines():
        if _QUOTE.match(line) or (lines and not line.strip()) or len(lines) == MOST_LINES:
            break
        if line.strip():
            lines.append(line.strip())
    return "\n".join(lines)


def _words(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    text = str(body.get_content())[:LONGEST]
    return _without_tags(text) if body.get_content_subtype() == "html" else text


def _is_of_a_machine(mail: EmailMessage) -> bool:
    automatic = str(mail.get("Auto-Submitted", "no")).strip().lower() not in ("no", "")
    listed = str(mail.get("Precedence", "")).strip().lower() in _MACHINES
    bounced = str(mail.get("Return-Path", "")).strip() == "<>"
    return automatic or listed or bounced


class _Text(HTMLParser):
    """Keeps the words of a page, a line a block."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as the base has it
        if tag in ("style", "script", "head"):
            self._hidden += 1
        elif tag == "blockquote":
            self.words.append("\n> ")
        elif tag in ("br", "div", "p", "tr", "li"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "head"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _without_tags(page: str) -> str:
    reader = _Text()
    reader.feed(page)
    return "".join(reader.words)
