"""Facts -> journal, in one thread, awaited; a full disk delays the writing, never the alerting."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from netwatch.journal.journal import Journal
from netwatch.model.facts import Audience, Fact, NoticeDue
from netwatch.model.faults import JournalFullError
from netwatch.telemetry.vital_signs import COMMIT_TIME, FACTS_COMMITTED, FACTS_UNWRITTEN, Vitals

RETRY_S: Final = 5.0
MOST_UNWRITTEN: Final = 200_000
"""So many facts are kept in memory while the disk is full; then thinking waits for room."""
CUSTOMERS: Final = (Audience.PUBLIC, Audience.SUBSCRIBERS)


class Numbered(NamedTuple):
    """A fact and its place in the journal."""

    seq: int
    fact: Fact


class Entered(NamedTuple):
    """What an entry led to."""

    committed: Sequence[Numbered]
    """In the journal now."""
    to_act: Sequence[Fact]
    """What may be acted on now. While the disk is full: all but words to customers."""


class Ledger:
    """The journal as the loop uses it: one writer, in a thread of its own."""

    def __init__(
        self,
        journal: Journal,
        vitals: Vitals,
        monotonic: Callable[[], float],
    ) -> None:
        self.journal = journal
        self.unwritten: list[Fact] = []
        self.last_seq = journal.last_seq()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._vitals, self._monotonic = vitals, monotonic
        self._retry_at = 0.0
        self.why_full = ""
        """Why facts wait: no room, or another program holds the journal."""
        vitals.set(FACTS_COMMITTED, self.last_seq)
        vitals.set(FACTS_UNWRITTEN, 0)

    @property
    def full(self) -> bool:
        """Say whether facts wait for room on the disk."""
        return bool(self.unwritten)

    @property
    def overflowing(self) -> bool:
        """Say whether no more facts can be kept in memory either."""
        return len(self.unwritten) >= MOST_UNWRITTEN

    async def enter(self, facts: Sequence[Fact], *, last: bool = False) -> Entered:
        """Write facts down; when there is no room, keep them and try again some seconds later.

        ``last``: nothing comes after, so try now whatever was tried before.
        """
        waiting = list(self.unwritten)
        if waiting and not last and self._monotonic() < self._retry_at:
            return self._kept(facts)
        everything = [*waiting, *facts]
        if not everything:
            return Entered((), ())
        began = self._monotonic()
        try:
            end = await self._in_thread(self.journal.append, everything)
        except JournalFullError as fault:
            self.why_full = str(fault)
            self._retry_at = self._monotonic() + RETRY_S
            return self._kept(facts)
        self._vitals.set(COMMIT_TIME, self._monotonic() - began)
        self.unwritten.clear()
        self.last_seq = end
        self._vitals.set(FACTS_COMMITTED, end)
        self._vitals.set(FACTS_UNWRITTEN, 0)
        first = end - len(everything) + 1
        numbered = [Numbered(seq, fact) for seq, fact in enumerate(everything, start=first)]
        kept_back = [fact for fact in waiting if _speaks_to_customers(fact)]
        return Entered(numbered, [*kept_back, *facts])

    async def snapshot(self, plain: dict[str, Any]) -> bool:
        """Keep what all facts written so far amount to; False when there is no room."""
        try:
            await self._in_thread(self.journal.snapshot, self.last_seq, plain)
        except JournalFullError:
            return False
        return True

    async def close(self) -> None:
        """Let the last entry end, then close the book."""
        await self._in_thread(self.journal.close)
        self._thread.shutdown()

    def _kept(self, facts: Sequence[Fact]) -> Entered:
        self.unwritten.extend(facts)
        self._vitals.set(FACTS_UNWRITTEN, len(self.unwritten))
        return Entered((), [fact for fact in facts if not _speaks_to_customers(fact)])

    async def _in_thread(self, act: Callable[..., Any], *given: object) -> Any:
        """Let the writer act; a cancelled caller does not leave it half awaited."""
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._thread, act, *given)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait({future})
            raise


def _speaks_to_customers(fact: Fact) -> bool:
    return isinstance(fact, NoticeDue) and fact.audience in CUSTOMERS
