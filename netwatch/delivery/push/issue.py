"""The page as it stands -> what a far place lacks, in the order in which it is put there."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from netwatch.views.proof import stamp

EDITION: Final = "netwatch-edition.json"
"""Put last: which edition stands there, and its files; so that no older one follows a newer."""
FIRST: Final = "index.html"
_TIME: Final = re.compile(rb'<time id="generated"[^>]*>[^<]*</time>')

Marks = Mapping[str, str]
"""File -> a digest of what it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is new since what a far place is known to hold."""

    at: datetime
    marks: Marks
    """Of everything that belongs to the page."""
    files: Mapping[str, bytes]
    """Those that the far place lacks."""


def mark(name: str, content: bytes) -> str:
    """Return what tells one content from another.

    The time of making counts on first pages alone: others tell by ``pulse.js`` when we last looked,
    and a thousand of them need not travel every few minutes to say nothing new.
    """
    told = content if name.endswith(FIRST) else _TIME.sub(b"", content)
    return hashlib.blake2b(told, digest_size=12).hexdigest()


def in_order(names: Iterable[str]) -> list[list[str]]:
    """Return files in groups that may travel side by side, those that cannot wait first.

    What first pages are made of and lead to goes before them, the pages of areas after them: there
    may be thousands, and each stands there already, as it was.
    """
    groups: list[list[str]] = [[], [], [], []]
    for name in names:
        groups[_rank(name)].append(name)
    return [group for group in groups if group]


def gone(before: Iterable[str], now: Marks) -> list[str]:
    """Return pages that a far place still holds and no edition makes any more.

    Only what can be a page of ours is removed: whoever can write there must not be able to name us
    files of others.
    """
    return [
        name
        for name in before
        if name not in now
        and name.endswith(".html")
        and re.fullmatch(r"[\w~./-]+", name)
        and ".." not in name
        and not name.startswith("/")
    ]


def edition_json(issue: Issue) -> bytes:
    """Return what is said of an edition at the far place."""
    document = {"generated_at": stamp(issue.at), "files": sorted(issue.marks)}
    return json.dumps(document, separators=(",", ":")).encode()


def edition_there(content: bytes | None) -> tuple[datetime | None, tuple[str, ...]]:
    """Return when the edition at the far place was made and its files; None: nothing known."""
    try:
        document: Any = json.loads(content or b"null")
        names = tuple(name for name in document["files"] if isinstance(name, str))
        at = datetime.fromisoformat(document["generated_at"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None, ()
    return (at if at.tzinfo else None), names


def _rank(name: str) -> int:
    if name == FIRST:
        return 2
    if name.endswith((f"/{FIRST}", ".json", ".atom", ".ics", "pulse.js", "banner.js")):
        return 1
    return 3 if name.endswith(".html") and name.count("/") == 1 else 0
