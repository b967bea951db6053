"""Who has come in, and until when. Kept by the service; a browser has no more than a word for it.

Of that word only a digest is kept: who reads the file comes in nowhere with it.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from netwatch.inventory.places.disk import replace_whole
from netwatch.service.accounts.book import FOLDER

FILE: Final = "sessions.json"
LASTS: Final = timedelta(hours=12)
"""Whoever came in comes in anew after so long, whatever they do: a shift."""
IDLE: Final = timedelta(hours=2)
"""Whoever does nothing for so long comes in anew."""
KEPT_EVERY: Final = timedelta(minutes=5)
"""So much at most of what somebody did is not on the disk: by that they would be out too early."""
MOST: Final = 2000
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who came in."""

    account: str
    edition: str
    """Of the account as it was then."""
    began: datetime
    last: datetime
    """When they last did something. What a page asks by itself does not count."""

    def is_over(self, at: datetime) -> bool:
        """Say whether it has expired."""
        return at >= self.began + LASTS or at >= self.last + IDLE


class Sessions:
    """All who have come in. Time is an argument; nothing is written until ``write``."""

    def __init__(self, state: Path, at: datetime) -> None:
        """Take up those that a service before had, if they can be read."""
        self._path = state / FOLDER / FILE
        self._known = _read(self._path, at)
        self._kept_at, self._changed = at, False

    def begin(self, account: str, edition: str, at: datetime) -> str:
        """Let somebody in; return the word for it."""
        word = secrets.token_urlsafe(32)
        self._known = {key: one for key, one in self._known.items() if not one.is_over(at)}
        while len(self._known) >= MOST:
            del self._known[min(self._known, key=lambda key: self._known[key].last)]
        self._known[_digest(word)] = Session(account=account, edition=edition, began=at, last=at)
        return word

    def find(self, word: str, at: datetime, *, quiet: bool = False) -> Session | None:
        """Return a session that lasts; ``quiet``: a page asks by itself, nobody did anything."""
        key = _digest(word)
        found = self._known.get(key)
        if found is None:
            return None
        if found.is_over(at):
            del self._known[key]
            return None
        if not quiet:
            self._known[key] = replace(found, last=at)
            self._changed = True
        return found

    def end(self, word: str) -> bool:
        """End a session; False: there was none."""
        return self._known.pop(_digest(word), None) is not None

    def is_owed(self, at: datetime) -> bool:
        """Say whether what people did is to be written down by now."""
        return self._changed and at >= self._kept_at + KEPT_EVERY

    def kept(self, at: datetime) -> bytes:
        """Return who is in now, to be written down."""
        self._kept_at, self._changed = at, False
        rows = {
            key: {
                "account": one.account,
                "edition": one.edition,
                "began": one.began.isoformat(),
                "last": one.last.isoformat(),
            }
            for key, one in self._known.items()
        }
        return json.dumps(rows).encode()

    def write(self, kept: bytes) -> None:
        """Write down who is in, so that a service that starts anew throws nobody out.

        Raises:
            OSError: there is no room, or no permission; what was there before stands.
        """
        replace_whole(self._path, kept)


def _digest(word: str) -> str:
    return sha256(word[:_LONGEST].encode(errors="replace")).hexdigest()


def _read(path: Path, at: datetime) -> dict[str, Session]:
    """Return the sessions of a file; of one that is broken none: people come in anew."""
    try:
        rows = json.loads(path.read_bytes())
        known = {str(key): _session(row) for key, row in rows.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
    return {key: one for key, one in known.items() if one.last <= at and not one.is_over(at)}


def _session(row: Mapping[str, Any]) -> Session:
    return Session(
        account=str(row["account"]),
        edition=str(row["edition"]),
        began=datetime.fromisoformat(row["began"]).astimezone(UTC),
        last=datetime.fromisoformat(row["last"]).astimezone(UTC),
    )
