"""A support desk over a network and what was decided of it, without a service around it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from netwatch.delivery.render import Renderer
from netwatch.inventory.contact_store.store import ContactStore
from netwatch.model.facts import Fact
from netwatch.model.network import Network
from netwatch.rules import read_rules
from netwatch.rules.rulebook import Commitment, Rulebook
from netwatch.service.asking import Asking
from netwatch.service.callers import Callers
from netwatch.service.files import Files
from netwatch.views.below import Ways
from netwatch.views.board import Board
from tests.unit.views.tales import MINUTE, NIGHT


def rulebook() -> Rulebook:
    book = read_rules(None, None).rulebook
    assert book is not None
    return book


BOOK = rulebook()


@dataclass
class DeskHouse:
    """A desk that is asked at a moment that the test moves."""

    network: Network
    facts: Iterable[Fact] = ()
    at: datetime = NIGHT + 10 * MINUTE
    store: ContactStore | None = None
    commitments: tuple[Commitment, ...] = ()
    open_to_web: bool = False
    languages: tuple[str, ...] = ("pl", "en")
    board: Board = field(default_factory=Board.empty)

    def __post_init__(self) -> None:
        for fact in self.facts:
            self.board.take(fact)
        self.ways = Ways(self.network)
        book = Rulebook(stages=BOOK.stages, words=BOOK.words, commitments=self.commitments)
        words = Renderer(BOOK.words, self.network, "Dolina", "Europe/Warsaw", self.languages)
        self.callers = Callers(lambda: self.network, self.store)
        self.asking = Asking(
            board=lambda: self.board,
            ways=lambda: self.ways,
            renderer=lambda: words,
            files=lambda: Files(network=self.network, rulebook=book),
            callers=self.callers,
            languages=self.languages,
            clock=self,
            open_to_web=self.open_to_web,
        )

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def moves(self, network: Network) -> None:
        """Bring another inventory into force."""
        self.network, self.ways = network, Ways(network)

    def ask(self, query: str, who: str = "desk", **more: Any) -> dict[str, Any]:
        return asyncio.run(self.asking.ask({"query": query, "patient": True, **more}, who))

    def one(self, query: str, **more: Any) -> dict[str, Any]:
        """Return the only match."""
        (match,) = self.ask(query, **more)["matches"]
        assert isinstance(match, dict)
        return match
