"""The file of accounts below the state: who may come in, as whom, and what is kept of passwords.

It is of the service alone (0600). The web process, which faces the world, cannot read it.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from netwatch.inventory.places.disk import make_folder, private, replace_whole
from netwatch.model.faults import NetwatchError
from netwatch.model.names import PersonId, is_id
from netwatch.service.accounts.roles import Role

FOLDER: Final = "accounts"
FILE: Final = "accounts.json"
LOCK: Final = "lock"
MOST: Final = 10_000

Known = Mapping[str, "Account"]


class AccountsBrokenError(NetwatchError):
    """The file of accounts cannot be read; nobody comes in until a person has mended it."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """By what somebody comes in, and who that is."""

    name: str
    person: PersonId
    """Of ``rules/people``: what is done stands in the time line under this name. Several accounts
    of one person are one person."""
    role: Role
    seal: str = field(repr=False)
    """What is kept of the password."""

    @property
    def edition(self) -> str:
        """Return a word that changes with all that matters: old sessions end with it."""
        return sha256(f"{self.person}\n{self.role}\n{self.seal}".encode()).hexdigest()[:16]


class AccountBook:
    """Reads the file when it has changed, and changes it whole."""

    def __init__(self, state: Path) -> None:
        """Read nothing yet."""
        self._folder = state / FOLDER
        self.path = self._folder / FILE
        self._seen: object = None
        self._known: Known = {}

    def read(self) -> Known:
        """Return all accounts by name.

        Raises:
            AccountsBrokenError: the file is none that netwatch wrote.
        """
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            self._seen, self._known = None, {}
            return self._known
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if seen != self._seen:
            self._known = _opened(self.path)
            self._seen = seen
        return self._known

    @contextmanager
    def changing(self) -> Iterator[dict[str, Account]]:
        """Change the accounts that are given; they are on the disk afterwards, or as they were."""
        make_folder(self._folder)
        with open(self._folder / LOCK, "ab", opener=private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            accounts = dict(self.read())
            yield accounts
            rows = [_row(accounts[name]) for name in sorted(accounts)]
            replace_whole(self.path, json.dumps({"accounts": rows}, indent=1).encode())


def _row(one: Account) -> dict[str, str]:
    return {"name": one.name, "person": one.person, "role": one.role.value, "seal": one.seal}


def _opened(path: Path) -> Known:
    try:
        rows = json.loads(path.read_bytes())["accounts"]
        accounts = [_account(row) for row in rows[:MOST]]
    except (ValueError, TypeError, KeyError):
        wrong = "is no file of accounts; put back a copy of it, or delete it and add them anew"
        raise AccountsBrokenError(f"{path} {wrong}") from None
    return {one.name: one for one in accounts}


def _account(row: Mapping[str, Any]) -> Account:
    name, person = str(row["name"]), str(row["person"])
    if not (is_id(name) and is_id(person)):
        raise ValueError(name)
    return Account(
        name=name, person=PersonId(person), role=Role(row["role"]), seal=str(row["seal"])
    )
