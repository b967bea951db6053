"""Facts -> what is owed: every notice due, less those sent, refused or expired."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.facts import (
    Audience,
    Fact,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    keys_of,
)
from netwatch.model.names import ChannelName, NoticeKey

WEBSITE: Final = ChannelName("website")
MOST_SETTLED: Final = 100_000


@dataclass(frozen=True, slots=True)
class Debt:
    """One notice owed to one recipient."""

    key: NoticeKey
    due: NoticeDue
    recipient: str

    @property
    def rank(self) -> int:
        """Return who is served first: the page, then the crew, then everybody else."""
        if self.due.channel == WEBSITE:
            return 0
        match self.due.audience:
            case Audience.STAFF | Audience.DESK:
                return 1
            case Audience.PUBLIC:
                return 2
            case Audience.SUBSCRIBERS:
                return 3


@dataclass(slots=True)
class Owed:
    """What the outbox owes. No second truth: facts in, debts out."""

    _debts: dict[NoticeKey, Debt] = field(default_factory=dict)
    _settled: dict[NoticeKey, None] = field(default_factory=dict)
    """The keys settled last, in this order: a notice decided twice is owed once."""

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "Owed":
        """Return what is owed after ``facts``."""
        owed = cls()
        for fact in facts:
            owed.take(fact)
        return owed

    def take(self, fact: Fact) -> tuple[Debt, ...]:
        """Let one more fact change what is owed; return the debts it brought."""
        match fact:
            case NoticeDue():
                return tuple(self._owe(fact))
            case NoticeSent() | NoticeRefused() | NoticeExpired():
                for key in fact.keys:
                    self._debts.pop(key, None)
                    self._settled[key] = None
                while len(self._settled) > MOST_SETTLED:
                    del self._settled[next(iter(self._settled))]
                return ()
            case _:
                return ()

    def pending(self) -> list[Debt]:
        """Return what is owed, in the order in which it should be paid."""
        return sorted(self._debts.values(), key=lambda debt: debt.rank)

    def owes(self, key: NoticeKey) -> bool:
        """Say whether this notice is still owed."""
        return key in self._debts

    def __len__(self) -> int:
        return len(self._debts)

    def _owe(self, due: NoticeDue) -> Iterable[Debt]:
        for key, recipient in zip(keys_of(due), due.recipients, strict=True):
            if key not in self._settled and key not in self._debts:
                debt = self._debts[key] = Debt(key, due, recipient)
                yield debt
