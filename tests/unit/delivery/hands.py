"""A clock whose hands the test moves, and channels that do as they are told."""
# ruff: noqa: ARG002 - what stands in for another takes what the other takes

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.detours import Way
from netwatch.delivery.outbox import Outbox, Patience
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.render import Text
from netwatch.delivery.scribe import Scribe
from netwatch.delivery.words import NoWordsError
from netwatch.model.arrivals import Receipt, Result
from netwatch.model.facts import (
    Fact,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
    Purpose,
)
from netwatch.model.faults import DeliveryError
from netwatch.model.names import ChannelName, NoticeKey
from netwatch.model.network import Network
from netwatch.model.works_words import Told
from netwatch.views.board import Board, Outage
from tests.unit.views.tales import NIGHT

TURNS = 40
"""How often all tasks get a turn before the clock moves on; more than any chain of them needs."""


class Hands:
    """Time that stands still until it is moved; sleepers wake in their order."""

    def __init__(self, at: datetime = NIGHT) -> None:
        self.at, self.seconds = at, 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.seconds + max(0.0, seconds), len(self._sleepers), future))
        await future

    async def move(self, seconds: float = 0.0) -> None:
        until = self.seconds + seconds
        while True:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            self._sleepers = [one for one in self._sleepers if not one[2].done()]
            first = min(self._sleepers, key=lambda one: one[:2], default=None)
            if first is None or first[0] > until:
                break
            self.seconds = max(self.seconds, first[0])
            first[2].set_result(None)
        self.seconds = until


class Obedient:
    """A channel that answers as told, then takes everything."""

    def __init__(
        self, name: str, hands: Hands, answers: list[DeliveryError | float] | None = None
    ) -> None:
        self.name = ChannelName(name)
        self.width, self.longest_s = 1, 0.2
        self.answers = answers or []
        self.tries: list[tuple[float, NoticeKey]] = []
        self.taken: list[NoticeKey] = []
        self.texts: list[Text] = []
        self.to: list[Address] = []
        self._hands = hands

    async def tend(self, sleep: Sleep) -> None:
        return

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        self.tries.append((self._hands.seconds, key))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, DeliveryError):
            raise answer
        if isinstance(answer, float):
            await self._hands.sleep(answer)
        self.taken.append(key)
        self.texts.append(text)
        self.to.append(to)
        return "taken"

    async def close(self) -> None:
        return


@dataclass
class PlainWords:
    """Says what it is asked to say, in as few words as can be."""

    missing: bool = False

    def notice(
        self,
        outage: Outage,
        phase: Phase,
        channel: str,
        language: str,
        at: datetime,
        *,
        never_told: bool = False,
    ) -> Text:
        if self.missing:
            raise NoWordsError("removed")
        late = " never told" if never_told else ""
        return Text(f"{phase} {outage.incident}", f"{channel} {language}{late}")

    def works(
        self, parts: Sequence[Outage], told: Told, channel: str, language: str, at: datetime
    ) -> Text:
        return Text(f"{told} {' '.join(part.incident for part in parts)}", f"{channel} {language}")

    def staff(
        self,
        outage: Outage,
        purpose: Purpose,
        language: str,
        at: datetime,
        *,
        missed: datetime | None = None,
    ) -> Text:
        if self.missing:
            raise NoWordsError("removed")
        return Text(f"{purpose} {outage.incident}", f"{language} {missed or ''}".strip())

    def trouble(self, due: NoticeDue, language: str) -> Text:
        return Text(due.subject, due.detail)

    def next_update(self, outage: Outage, phase: Phase, at: datetime) -> datetime | None:
        return at + timedelta(minutes=15)


@dataclass
class Office:
    """An outbox at work: its channels, what it was told, what it gave back."""

    hands: Hands
    outbox: Outbox
    receipts: list[Receipt] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    async def tell(self, *facts: Fact) -> None:
        self.outbox.notify(facts)
        await self.hands.move()

    def result(self, due: NoticeDue, recipient: str | None = None) -> list[str]:
        stem = f"/{recipient or due.recipients[0]}/{due.phase}/{due.revision}"
        about = f"{due.incident or due.subject}/{due.audience}/{due.channel}"
        return [str(one.result) for one in self.receipts if one.key == f"{about}{stem}"]


def fact_of(receipt: Receipt) -> Fact:
    """Return what the pipeline makes of a receipt."""
    keys, at = (receipt.key,), receipt.at
    match receipt.result:
        case Result.REFUSED:
            return NoticeRefused(at=at, keys=keys, detail=receipt.detail)
        case Result.EXPIRED:
            return NoticeExpired(at=at, keys=keys, detail=receipt.detail)
        case _:
            return NoticeSent(at=at, keys=keys, result=receipt.result, detail=receipt.detail)


@asynccontextmanager
async def office(
    hands: Hands,
    *channels: Any,
    before: tuple[Fact, ...] = (),
    words: PlainWords | None = None,
    network: Network | None = None,
    staff: tuple[str, ...] = ("duty", "mail"),
    settled: bool = True,
    beat_s: float = 7200.0,
    chance: Callable[[], float] = lambda: 1.0,
    ways: Mapping[ChannelName, Way] | None = None,
    patience: Patience | None = None,
) -> AsyncIterator[Office]:
    """Run an outbox for as long as the test looks at it; ``before`` is what the journal held."""

    async def deliver(receipt: Receipt) -> None:
        desk.receipts.append(receipt)
        if settled:
            outbox.notify([fact_of(receipt)])

    marks: list[str] = []
    outbox = Outbox(
        board=Board.empty(),
        clock=hands,
        channels=channels,
        scribe=Scribe(words or PlainWords()),
        recipients=Recipients(network or Network(), ("pl", "en")),
        staff_channels=tuple(ChannelName(name) for name in staff),
        deliver=deliver,
        chance=chance,
        sleep=hands.sleep,
        checkpoint=marks.append,
        patience=patience or Patience(beat_s=beat_s),
        ways=ways,
    )
    desk = Office(hands, outbox, marks=marks)
    outbox.notify(before)
    running = asyncio.ensure_future(outbox.run())
    try:
        await hands.move()
        yield desk
        assert not running.done(), running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
