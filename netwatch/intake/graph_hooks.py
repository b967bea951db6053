"""What Meta's Graph API says of our Page by its webhook -> what people wrote there. Pure.

Source: Meta's documentation: Graph API webhooks (``hub.challenge``, ``X-Hub-Signature-256``: HMAC
SHA-256 of the payload as it was sent, keyed with the app secret), webhooks for Pages (field
``feed``), Messenger Platform webhook events (``messaging``).
"""

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

LONGEST: Final = 2000
LONGEST_NAME: Final = 120
LONGEST_ID: Final = 200
MOST: Final = 1000
"""So many are read of one hand-in."""
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
SIGNATURE: Final = "sha256="
MILLISECONDS: Final = 10_000_000_000
"""A time above this is no number of seconds since 1970."""
LATEST: Final = 100_000_000_000_000
OLD: Final = timedelta(days=2)
"""What is older was seen before, or waits for nobody any more."""
REMOVED: Final = ("remove", "hide")
NEW: Final = ("add", "edit", "edited", "unhide")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One comment or message; ``gone``: its author, or the Page, took it away."""

    at: datetime
    way: str
    id: str
    author: str = ""
    """The platform's number of who wrote."""
    name: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    gone: bool = False


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Say whether a body was sent by somebody who knows the app secret."""
    made = hmac.new(secret.encode(), body, sha256).hexdigest()
    given = signature.removeprefix(SIGNATURE)
    return signature.startswith(SIGNATURE) and hmac.compare_digest(made.encode(), given.encode())


def written_of(document: Mapping[str, Any], now: datetime) -> list[Written]:
    """Return what others than the Page wrote; what is not understood is passed over."""
    if document.get("object") != "page":
        return []
    found: list[Written] = []
    for entry in _dicts(document.get("entry")):
        page = _text(entry.get("id"), LONGEST_ID)
        for change in _dicts(entry.get("changes")):
            if change.get("field") == "feed" and isinstance(change.get("value"), dict):
                found.extend(_comment(change["value"], page, now))
        for event in _dicts(entry.get("messaging")):
            found.extend(_message(event, page, now))
    return found[:MOST]


def comments_of(rows: Iterable[Mapping[str, Any]], page: str, now: datetime) -> list[Written]:
    """Return what others than the Page wrote of late, as the Graph API lists comments."""
    found: list[Written] = []
    for row in rows:
        seconds = _seconds(row.get("created_time"))
        if seconds is None or now.timestamp() - seconds > OLD.total_seconds():
            continue
        value = {**row, "item": "comment", "verb": "add", "comment_id": row.get("id")}
        value["created_time"] = seconds
        found.extend(_comment(value, page, now))
    return found[:MOST]


def _seconds(given: object) -> float | None:
    """Return a time such as ``2026-11-14T19:02:11+0000`` in seconds since 1970."""
    try:
        return datetime.strptime(str(given), "%Y-%m-%dT%H:%M:%S%z").timestamp()
    except (ValueError, OverflowError):
        return None


def _comment(value: Mapping[str, Any], page: str, now: datetime) -> Iterator[Written]:
    given = value.get("from")
    author: dict[str, Any] = given if isinstance(given, dict) else {}
    who, number = _text(author.get("id"), LONGEST_ID), _text(value.get("comment_id"), LONGEST_ID)
    verb = value.get("verb")
    if value.get("item") != "comment" or not number or verb not in (*NEW, *REMOVED):
        return
    if who == page:
        return
    yield Written(
        at=_moment(value.get("created_time"), now),
        way="comment",
        id=number,
        author=who,
        name=_text(author.get("name"), LONGEST_NAME),
        text=_text(value.get("message"), LONGEST),
        gone=verb in REMOVED,
    )


def _message(event: Mapping[str, Any], page: str, now: datetime) -> Iterator[Written]:
    sender, message = event.get("sender"), event.get("message")
    if not isinstance(sender, dict) or not isinstance(message, dict) or message.get("is_echo"):
        return
    who, number = _text(sender.get("id"), LONGEST_ID), _text(message.get("mid"), LONGEST_ID)
    if not number or who == page:
        return
    yield Written(
        at=_moment(event.get("timestamp"), now),
        way="message",
        id=number,
        author=who,
        text=_text(message.get("text"), LONGEST),
    )


def _dicts(given: object) -> Iterator[dict[str, Any]]:
    if isinstance(given, list):
        yield from (one for one in given[:MOST] if isinstance(one, dict))


def _text(given: object, longest: int) -> str:
    """Return a text without what cannot be seen: it is shown to people, and may be hostile."""
    text = str(given) if isinstance(given, str | int) else ""
    return "".join(one for one in text[:longest] if one.isprintable() or one == "\n").strip()


def _moment(given: object, now: datetime) -> datetime:
    """Return when it was written; a time to come, or long ago, is not believed."""
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 < given < LATEST:
        return now
    seconds = given / 1000 if given > MILLISECONDS else given
    at = datetime.fromtimestamp(seconds, UTC)
    return at if timedelta(0) <= now - at < OLD else now
