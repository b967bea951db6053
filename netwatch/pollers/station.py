"""One engine and what it is asked: which answer belongs to which errand, what is still open."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from netwatch.model.arrivals import Outcome
from netwatch.pollers.conversation import Conversation
from netwatch.pollers.driver import Engine
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.questions import Answer, Patience, Question
from netwatch.pollers.schedule import Errand
from netwatch.pollers.snmp.book import EngineBook

WHERE: Final = "polling engine"
GRACE_S: Final = 3.0
"""An engine that is back within this was only away; after it we are blind."""


@dataclass(slots=True)
class Talk:
    """An errand under way: its conversation (None for an echo) and the question that is open."""

    errand: Errand
    question: Question
    conversation: Conversation | None
    since: float
    """When the question was asked, in monotonic seconds."""
    patience: Patience | None = None
    """How long its questions wait; None: as long as all others."""


class Listener(Protocol):
    """Who hears what a station finds out."""

    def echoed(
        self,
        talks: Sequence[Talk],
        ages_s: Sequence[float],
        rtts_ms: Sequence[float],
        sends: Sequence[int],
    ) -> None:
        """Take echoes that were answered: how long ago, how long it took, at which sending."""
        ...

    def heard(self, talk: Talk, answer: Answer) -> None:
        """Take what became of any other question."""
        ...

    def told(self, station: "Station", what: str, over: bool) -> None:
        """Take what became of the engine."""
        ...


class Station:
    """Keeps an engine asking. `run` does so until cancelled.

    Args:
        where: how people call it.
        listener: hears what is found out.
        monotonic: the clock of ``since``.
        namespace: a lab's network namespace to ask from.
        book: the SNMPv3 engines that were met.
    """

    def __init__(
        self,
        where: str,
        listener: Listener,
        monotonic: Callable[[], float],
        namespace: Namespace | None = None,
        book: EngineBook | None = None,
    ) -> None:
        self.where = where
        self.engine = Engine(self._take, self._tell, namespace, book, self._take_echoes)
        self.patience = Patience()
        self.down_since: float | None = monotonic()
        self._why_down = "the polling engine has not started yet"
        self._listener = listener
        self._monotonic = monotonic
        self._number = 0
        self._echoes: dict[int, Talk] = {}
        self._talks: dict[int, Talk] = {}
        self._to_ask: dict[int, Talk] = {}
        self._work = asyncio.Event()

    @property
    def under_way(self) -> int:
        """Return how many questions are open."""
        return len(self._echoes) + len(self._talks)

    def open(self, talk: Talk) -> None:
        """Ask a question as soon as `wake` is called."""
        self._number += 1
        (self._echoes if talk.conversation is None else self._talks)[self._number] = talk
        self._to_ask[self._number] = talk

    def wake(self) -> None:
        """Hand over what is to be asked."""
        if self._to_ask:
            self._work.set()

    def behind_s(self, now: float) -> float:
        """Return how long questions wait before they leave this machine."""
        if not self.engine.up:
            return 0.0
        waiting = next(iter(self._to_ask.values()), None)
        echo = next(iter(self._echoes.values()), None)
        patience_s = self.patience.timeout_s * (self.patience.retries + 1)
        return max(
            0.0 if waiting is None else now - waiting.since,
            0.0 if echo is None else now - echo.since - patience_s,
            0.0,
        )

    def drop(self, goes_on: Callable[[Talk], bool]) -> list[Talk]:
        """Take out the talks that do not go on; return them."""
        dropped = []
        for talks in (self._echoes, self._talks):
            for number, talk in list(talks.items()):
                if not goes_on(talk):
                    dropped.append(talks.pop(number))
                    self._to_ask.pop(number, None)
        return dropped

    def blind(self, now: float) -> tuple[list[Talk], Answer] | None:
        """Without an engine for long: return what was open, and what became of it."""
        if self.engine.up or self.down_since is None or now - self.down_since <= GRACE_S:
            return None
        lost = [*self._echoes.values(), *self._talks.values()]
        for talks in (self._echoes, self._talks, self._to_ask):
            talks.clear()
        return lost, Answer(Outcome.BLIND, detail=self._why_down)

    async def run(self) -> None:
        """Keep the engine alive and asking until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.engine.run())
            tasks.create_task(self._hand_over())

    async def _hand_over(self) -> None:
        """Hand over questions; an engine that cannot keep up makes only its own ones wait."""
        while True:
            await self._work.wait()
            self._work.clear()
            if self.engine.up:
                some, self._to_ask = self._to_ask, {}
                patience = self.patience
                await self.engine.ask(
                    [
                        (number, talk.question, talk.patience or patience)
                        for number, talk in some.items()
                    ]
                )

    def _take(self, answers: Sequence[tuple[int, Answer]]) -> None:
        for number, answer in answers:
            talk = self._talks.pop(number, None) or self._echoes.pop(number, None)
            if talk is not None:
                self._listener.heard(talk, answer)

    def _take_echoes(
        self,
        numbers: Sequence[int],
        ages_s: Sequence[float],
        rtts_ms: Sequence[float],
        sends: Sequence[int],
    ) -> None:
        pop = self._echoes.pop
        talks = [pop(number, None) for number in numbers]
        known = [talk for talk in talks if talk is not None]
        if len(known) < len(talks):  # some were dropped while they were asked
            rows = [row for row, talk in enumerate(talks) if talk is not None]
            ages_s, rtts_ms = [ages_s[row] for row in rows], [rtts_ms[row] for row in rows]
            sends = [sends[row] for row in rows]
        self._listener.echoed(known, ages_s, rtts_ms, sends)

    def _tell(self, what: str, over: bool) -> None:
        """Hear what became of the engine. Open questions are asked again, and mean nothing."""
        now = self._monotonic()
        for talk in (*self._echoes.values(), *self._talks.values()):
            talk.since = now
        if over:
            self.down_since = None
        else:
            self._why_down = what
            if self.down_since is None:
                self.down_since = now
        self._to_ask = {**self._echoes, **self._talks}
        self._listener.told(self, what, over)
        self.wake()


def engine_names(processes: int) -> list[str]:
    """Return how people call the engines."""
    if processes == 1:
        return [WHERE]
    return [f"{WHERE} {number} of {processes}" for number in range(1, processes + 1)]
