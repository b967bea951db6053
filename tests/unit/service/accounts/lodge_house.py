"""A lodge with people and accounts, and a clock that the test moves."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from netwatch.model.names import PersonId
from netwatch.response.people import Person
from netwatch.service.accounts.book import Account, AccountBook
from netwatch.service.accounts.lodge import Lodge
from netwatch.service.accounts.passwords import sealed
from netwatch.service.accounts.roles import Role
from netwatch.service.accounts.sessions import Sessions
from tests.unit.views.tales import NIGHT

PASSWORD = "seven herons by the weir"  # noqa: S105 - a test's
SEAL = sealed(PASSWORD)
HERE = "192.0.2.7"


@dataclass
class LodgeHouse:
    """Whoever comes in, comes in here."""

    state: Path
    at: datetime = NIGHT

    def __post_init__(self) -> None:
        self.book = AccountBook(self.state)
        self.people = {PersonId(one): Person(id=PersonId(one)) for one in ("ewa", "jan", "ola")}
        self.opens()

    def opens(self) -> None:
        """Open the lodge, as a service does that starts."""
        self.lodge = Lodge(self.book, Sessions(self.state, self.at), lambda: self.people, self)

    def now(self) -> datetime:
        return self.at

    def passes(self, span: timedelta) -> None:
        self.at += span

    def has(self, name: str, role: Role = Role.NOC, person: str = "") -> None:
        """Have an account, or another in its place."""
        who = PersonId(person or name)
        with self.book.changing() as accounts:
            accounts[name] = Account(name=name, person=who, role=role, seal=SEAL)

    def tries(self, name: str, password: str = PASSWORD, address: str = HERE) -> dict[str, Any]:
        asked = {"name": name, "password": password, "address": address}
        return asyncio.run(self.lodge.login(asked, "netwatch-web"))

    def enters(self, name: str) -> str:
        """Come in; return the word for it."""
        answer = self.tries(name)
        assert answer["in"] is True
        return str(answer["session"])
