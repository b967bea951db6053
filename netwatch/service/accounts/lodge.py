"""The lodge: who comes in by which word, and who is sent away. The web process asks here.

Passwords are compared, and sessions kept, in the service: whoever breaks into the web process can
act as nobody but those who come in through it meanwhile.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from netwatch.model.clock import Clock
from netwatch.model.names import PersonId
from netwatch.response.people import Person
from netwatch.service.accounts.book import Account, AccountBook, AccountsBrokenError
from netwatch.service.accounts.passwords import LONGEST, Nobody, fits
from netwatch.service.accounts.roles import MAY, Right
from netwatch.service.accounts.sessions import Sessions
from netwatch.web.allowance import Allowance, Buckets, network_of

AT_ONCE: Final = 2
"""So many passwords are compared at a time: each takes 64 MiB and a core."""
MOST_WAITING: Final = 16
LONGEST_NAME: Final = 64
TRIES_FROM_THERE: Final = Allowance(5, 1 / 30)
"""Of one account from one network."""
TRIES_OF_NETWORK: Final = Allowance(40, 1 / 10)
TRIES_OF_ACCOUNT: Final = Allowance(100, 1 / 15)
"""Of one account from everywhere, narrow enough that nothing is found by trying far and wide. It
does not count for a network from which they came in: a stranger locks nobody out at home."""
MOST_HOMES: Final = 10_000
log = structlog.get_logger(__name__)

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffer:
    """Somebody who is in."""

    account: Account
    person: Person
    word: str

    def may(self, right: Right) -> bool:
        """Say whether their role lets them."""
        return right in MAY[self.account.role]

    @property
    def plain(self) -> Plain:
        """Return who they are, as pages say it."""
        return {
            "account": self.account.name,
            "person": self.person.id,
            "name": self.person.name or self.person.id,
            "role": self.account.role.value,
            "may": sorted(MAY[self.account.role]),
        }


class Lodge:
    """Lets people in, knows who is in, and sees them out."""

    def __init__(
        self,
        book: AccountBook,
        sessions: Sessions,
        people: Callable[[], Mapping[PersonId, Person]],
        clock: Clock,
    ) -> None:
        """Know whom to ask.

        Args:
            book: the accounts.
            sessions: who is in.
            people: the staff, as the rules in force say it.
            clock: tells the time.
        """
        self._book, self._sessions, self._people, self._clock = book, sessions, people, clock
        self._turns, self._keeping = asyncio.Semaphore(AT_ONCE), asyncio.Lock()
        self._waiting = 0
        self._nobody: Nobody | None = None
        self._from_there = Buckets(TRIES_FROM_THERE)
        self._of_network = Buckets(TRIES_OF_NETWORK)
        self._of_account = Buckets(TRIES_OF_ACCOUNT)
        self._homes: OrderedDict[str, None] = OrderedDict()
        """Who came in from which network."""

    async def login(self, question: Plain, _who: str) -> Plain:
        """Let somebody in, or not: of why not no more is said than that it was so.

        Without a name, only say whether there is anybody who could come in.
        """
        name = str(question.get("name", ""))[:LONGEST_NAME]
        password = str(question.get("password", ""))[: LONGEST + 1]
        accounts = self._accounts()
        if not accounts:
            return {"in": False, "why": "none"}
        if not name:
            return {"in": False, "why": "ask"}
        network = network_of(str(question.get("address", ""))[:LONGEST_NAME])
        if not self._has_a_try(name, network):
            return {"in": False, "why": "wait"}
        if self._waiting >= MOST_WAITING:
            return {"in": False, "why": "wait"}
        account = accounts.get(name)
        person = None if account is None else self._people().get(account.person)
        right = await self._compared(account, password)
        if account is None or person is None or not right:
            of = "nobody" if account is None else account.name  # what was typed may be a password
            log.warning("somebody did not come in", account=of)
            return {"in": False, "why": "wrong"}
        self._is_at_home(f"{name}@{network}")
        word = self._sessions.begin(name, account.edition, self._clock.now())
        await self._keep()
        log.info("somebody came in", account=name, person=account.person)
        return {"in": True, **Staffer(account=account, person=person, word=word).plain,
                "session": word}  # fmt: skip

    async def logout(self, question: Plain, _who: str) -> Plain:
        """See somebody out; their word opens nothing any more."""
        ended = self._sessions.end(str(question.get("session", "")))
        if ended:
            await self._keep()
        return {"ended": ended}

    async def keep_up(self) -> None:
        """Write down now and then what people did: nobody who works is out by a new start."""
        if self._sessions.is_owed(self._clock.now()):
            await self._keep()

    def who(self, word: str, *, quiet: bool = False) -> Staffer | None:
        """Return who has a word; None: nobody, or not any more."""
        session = self._sessions.find(word, self._clock.now(), quiet=quiet)
        account = None if session is None else self._accounts().get(session.account)
        if session is None or account is None or account.edition != session.edition:
            return None
        person = self._people().get(account.person)
        return None if person is None else Staffer(account=account, person=person, word=word)

    async def _keep(self) -> None:
        """Write down who is in; one after the other: else an older word lets in who has left."""
        async with self._keeping:
            kept = self._sessions.kept(self._clock.now())
            try:
                await asyncio.to_thread(self._sessions.write, kept)
            except OSError as fault:  # a full disk shuts nobody out in the night
                log.warning("who is in would be forgotten at a new start", why=str(fault))

    def _accounts(self) -> Mapping[str, Account]:
        try:
            return self._book.read()
        except AccountsBrokenError as fault:
            log.warning("nobody comes in", why=str(fault))
            return {}

    def _has_a_try(self, name: str, network: str) -> bool:
        """Take a try from each bucket; whoever has none of one costs the others nothing."""
        now_s, there = self._clock.now().timestamp(), f"{name}@{network}"
        tries = [(self._from_there, there), (self._of_network, network)]
        if there not in self._homes:
            tries.append((self._of_account, name))
        return all(bucket.take(key, now_s) for bucket, key in tries)

    def _is_at_home(self, there: str) -> None:
        """Remember from where somebody came in; of too many those are lost who came first."""
        self._homes[there] = None
        self._homes.move_to_end(there)
        if len(self._homes) > MOST_HOMES:
            self._homes.popitem(last=False)

    async def _compared(self, account: Account | None, password: str) -> bool:
        """Compare a password; without an account it takes as long, and never fits."""
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(self._is_right, account, password)
        finally:
            self._waiting -= 1

    def _is_right(self, account: Account | None, password: str) -> bool:
        self._nobody = (
            self._nobody or Nobody()
        )  # first of all: else the first stranger waits longer
        seal = self._nobody.seal if account is None else account.seal
        return fits(seal, password) and account is not None
