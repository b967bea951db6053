"""A tape through the pipeline: what would have happened. Nothing is sent."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from netwatch.model.arrivals import Arrival, Receipt, Result, Sample, Started
from netwatch.model.facts import Audience, Fact, NoticeDue, keys_of
from netwatch.model.garbage import uncollected
from netwatch.model.network import Network
from netwatch.pipeline import Pipeline, StageRules
from netwatch.pollers.tape import holds_receipts, read_tape
from netwatch.service.ticks import SECOND, Ticks
from netwatch.views.board import Board
from netwatch.views.incidents import (
    alerts_answer,
    incident_answer,
    notices_answer,
    staff_messages_answer,
)

GOES_ON_FOR: Final = timedelta(minutes=15)
"""Time goes on this long after the last line, unless told otherwise."""

LONGEST_WAIT: Final = timedelta(days=31)
"""Nor longer than this, even if told so."""

StaffWords = Callable[[NoticeDue, Board], str]


@dataclass(slots=True)
class Replayed:
    """What a tape led to."""

    tape: Path
    board: Board = field(default_factory=Board)
    facts: list[Fact] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    """Lines passed over, by the name that the inventory does not know."""
    texts: dict[int, str] = field(default_factory=dict)
    """What each staff message said, by its place among the facts."""

    def answer(self, *, with_subscribers: bool = False) -> dict[str, Any]:
        """Return the answer as plain values."""
        dues = [fact for fact in self.facts if isinstance(fact, NoticeDue)]
        said = {id(self.facts[place]): text for place, text in self.texts.items()}

        def words(due: NoticeDue) -> str:
            return said.get(id(due), "")

        return {
            "tape": self.tape.name,
            "incidents": [
                incident_answer(outage, with_subscribers=with_subscribers)
                for outage in self.board.outages.values()
                if outage.merged_into is None
            ],
            "alerts": alerts_answer(dues, words),
            "notices": notices_answer(dues),
            "staff_messages": staff_messages_answer(dues, words),
            "accounting": self.board.alarms.accounting(),
        }


class Player:
    """Plays tapes against one inventory and one set of rules, each from a fresh start."""

    def __init__(self, network: Network, rules: StageRules, words: StaffWords) -> None:
        """Take what every tape is played against; ``words`` words what the staff is told."""
        self._network, self._rules, self._words = network, rules, words
        self._known = frozenset((*network.devices, *network.services, *network.subscribers))

    def play(self, tape: Path, until: datetime | None = None) -> Replayed:
        """Play one tape to ``until``, else until some time after its last line.

        Raises:
            ConfigError: a line of the tape is no arrival.
        """
        replayed = Replayed(tape)
        lines = read_tape(tape, self._known, replayed.ignored)
        self.live(lines, replayed, until, told_receipts=holds_receipts(tape))
        return replayed

    def live(
        self,
        arrivals: Iterable[Arrival],
        replayed: Replayed,
        until: datetime | None = None,
        *,
        told_receipts: bool = False,
    ) -> None:
        """Pass arrivals through a fresh pipeline; what follows from them goes to ``replayed``.

        Unless the arrivals tell what became of notices, each is deemed accepted at once.
        """
        pipeline = self._begin()
        for arrival in in_time(arrivals, until):
            due = self._take(replayed, pipeline.advance(arrival).facts)
            if due and not told_receipts:
                for receipt in accepted(due, arrival.at):
                    self._take(replayed, pipeline.advance(receipt).facts)

    def _begin(self) -> Pipeline:
        with uncollected():
            return Pipeline(self._network, self._rules)

    def _take(self, replayed: Replayed, facts: Sequence[Fact]) -> list[NoticeDue]:
        dues = []
        for fact in facts:
            replayed.board.take(fact)
            if isinstance(fact, NoticeDue):
                dues.append(fact)
                if fact.audience in (Audience.STAFF, Audience.DESK):
                    replayed.texts[len(replayed.facts)] = self._words(fact, replayed.board)
            replayed.facts.append(fact)
        return dues


def in_time(lines: Iterable[Arrival], until: datetime | None) -> Iterator[Arrival]:
    """Yield the arrivals of a tape with a Tick for every second, as the service lives them."""
    ticks = Ticks()
    opened: datetime | None = None
    edge: datetime | None = None
    last: datetime | None = None
    for arrival in lines:
        at = arrival.at
        if until is not None and at > until:
            break
        if (
            opened is not None
            and edge is not None
            and opened <= at < edge
            and type(arrival) is Sample
        ):
            yield arrival
            last = at
            continue
        if isinstance(arrival, Started):
            ticks.begin_anew(arrival)
        elif edge is None or at >= edge:
            yield from ticks.until(at)
        if ticks.last is not None:
            opened, edge = ticks.last, ticks.last + SECOND
        placed = ticks.placed(arrival)
        yield placed
        last = placed.at
    if last is not None:
        yield from ticks.until(min(until or last + GOES_ON_FOR, last + LONGEST_WAIT))


def accepted(dues: Sequence[NoticeDue], at: datetime) -> Iterator[Receipt]:
    """Yield the receipts of channels that take every notice at once."""
    for due in dues:
        result = Result.ACCEPTED if due.withheld is None else Result.WITHHELD
        for key in keys_of(due):
            yield Receipt(at=at, key=key, result=result)
