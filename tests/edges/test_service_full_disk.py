"""The disk is full: alerting goes on from memory, customers hear nothing new, and it heals."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.render import Text
from netwatch.journal.journal import Journal
from netwatch.model.clock import Clock
from netwatch.model.facts import (
    Audience,
    IncidentConfirmed,
    IncidentOpened,
    NoticeDue,
    TroubleBegan,
    TroubleEnded,
)
from netwatch.model.faults import JournalFullError
from netwatch.model.names import ChannelName, NoticeKey
from netwatch.model.network import Network
from netwatch.service.ledger import RETRY_S
from netwatch.service.live import Service
from netwatch.service.paths import JOURNAL
from netwatch.service.settings_schema import Settings
from netwatch.service.wiring import Bring, Edges
from netwatch.views.board import Board
from tests.edges.crash_service import DARK, Script, files, settings_in

FULL_FROM = 2
ROOM_AT = 10


@dataclass(slots=True)
class Heard:
    """A channel whose far end is this list."""

    name: ChannelName
    texts: list[tuple[NoticeKey, str]] = field(default_factory=list)
    width: int = 1
    longest_s: float = 5.0

    async def tend(self, sleep: Sleep) -> None: ...

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:  # noqa: ARG002
        self.texts.append((key, text.title))
        return ""

    async def close(self) -> None: ...


class Filling(Script):
    """The same night; the disk fills up in one round and has room again in another."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.told_while_full: tuple[NoticeKey, ...] = ()
        self.duty = Heard(ChannelName("duty"))
        self.public_while_full: set[str] = set()
        self.full = False

    def source(self, _: Settings, __: Network, ___: Clock, bring: Bring) -> Script:
        self.bring = bring
        return self

    def room(self, point: str) -> None:
        """Stand where the disk says no; that SQLite's own words are understood, others test."""
        if point == "journal.before" and self.full:
            raise JournalFullError("no room")

    def _keep(self, step: int) -> None:
        assert self.service is not None
        if step == FULL_FROM:
            self.full = True
        if FULL_FROM <= step < ROOM_AT:
            outages = self.service.board.outages.values()
            self.public_while_full |= {str(outage.phase) for outage in outages if outage.shown}
        if step == ROOM_AT:
            self.told_while_full = tuple(key for key, _ in self.duty.texts)
            self.full = False


def lived(folder: Path) -> Filling:
    script = Filling(folder / "script")
    edges = Edges(
        source=script.source,
        channel=lambda _, __: script.duty,
        checkpoint=script.room,
        clock=script.clock,
    )
    service = Service(settings_in(folder, "json://nowhere.example/"), files(), edges)
    script.service = service

    async def until_over() -> None:
        async with asyncio.timeout(30):
            await service.run(script.over)

    asyncio.run(until_over())
    return script


def test_the_staff_is_alerted_from_memory_and_everything_is_written_once_there_is_room(
    tmp_path: Path,
) -> None:
    assert len(DARK) > ROOM_AT
    assert RETRY_S < 10, "the next round of the script must try again"
    script = lived(tmp_path)

    assert any("/staff/duty/" in key for key in script.told_while_full)
    assert sum(key.startswith("journal/") for key in script.told_while_full) == 1
    assert script.public_while_full == set()

    book = Journal.open(tmp_path / JOURNAL)
    facts = [fact for _, fact in book.read()]
    (verdict,) = book._db.execute("PRAGMA integrity_check").fetchone()
    book.close()
    assert verdict == "ok"
    assert sum(isinstance(fact, IncidentOpened) for fact in facts) == 3
    assert any(isinstance(fact, IncidentConfirmed) for fact in facts)
    full = [fact for fact in facts if isinstance(fact, TroubleBegan | TroubleEnded)]
    assert [(type(fact), fact.where) for fact in full] == [
        (TroubleBegan, "journal"),
        (TroubleEnded, "journal"),
    ]
    assert script.service is not None
    assert script.service.board.outages == Board.of(facts).outages
    public = [f for f in facts if isinstance(f, NoticeDue) and f.audience is Audience.PUBLIC]
    assert len(public) >= 6
    assert len(script.service.outbox) == 0
    keys = [key for key, _ in script.duty.texts]
    assert len(keys) == len(set(keys)), "nobody is told twice"
