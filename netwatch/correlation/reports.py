"""Customers' reports as evidence: capped, never enough by themselves, and a reason to look again.

A report says something of its own line and of all that the line hangs on. It is worth less than an
observation, can be forged or plain wrong, and comes in floods. So it chooses nothing: what has
failed is found from observations alone. Reports from below what was found make it surer, by no more
than the observations themselves do; and they make netwatch ask the neighbourhood at once, which is
the only true test. What nothing seen explains becomes a hint for the staff, at most.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from netwatch.correlation.ear import Ear
from netwatch.correlation.topology import UNIT, Ints
from netwatch.model.names import ElementName, SubscriberId
from netwatch.model.report_facts import ReportFact, ReportsUnexplained

if TYPE_CHECKING:
    from netwatch.correlation.court import Court, Guess

HOUR: Final = timedelta(hours=1)
"""So long a subscriber's second report is the same as the first."""
A_MINUTE_HERE: Final = 8
"""So many reports a minute count at one splitter, port or switch."""
A_MINUTE: Final = 60
"""And so many in the whole network: a flood is cut off here, before it is evidence of anything."""
BEFORE_S: Final = 300
"""Customers may notice so long before a poll does."""
Call = tuple[int, int, SubscriberId]
"""The node of a line, the second of the report, and whose it is."""


@dataclass(slots=True)
class Reported:
    """Who reported within the last hour: decided, so that a restart forgets nobody."""

    last: dict[SubscriberId, datetime] = field(default_factory=dict)
    """In order of time."""
    hinted: dict[ElementName, datetime] = field(default_factory=dict)
    minute: int = 0
    count: dict[ElementName | None, int] = field(default_factory=dict)
    """How many counted in that minute, by element."""
    turn: int = 0
    """How many were ever counted: tells who looks whether anything is new."""

    def counts(self, subscriber: SubscriberId, element: ElementName | None, at: datetime) -> bool:
        """Say whether a report made now counts for anything."""
        before = self.last.get(subscriber)
        if before is not None and at - before < HOUR:
            return False
        if int(at.timestamp()) // 60 != self.minute:
            return True
        here = self.count.get(element, 0)
        return here < A_MINUTE_HERE and sum(self.count.values()) < A_MINUTE

    def take(self, fact: ReportFact, ear: Ear | None = None) -> None:
        """Remember one fact, the ear too, and forget what is older than an hour."""
        if isinstance(fact, ReportsUnexplained):
            self.hinted[fact.element] = fact.at
            return
        if ear is not None:
            ear.hears(fact)
        minute = int(fact.at.timestamp()) // 60
        if minute != self.minute:
            self.minute, self.count = minute, {}
        self.count[fact.element] = self.count.get(fact.element, 0) + 1
        self.last.pop(fact.subscriber, None)
        self.last[fact.subscriber] = fact.at
        self.turn += 1
        while fact.at - self.last[old := next(iter(self.last))] >= HOUR:
            del self.last[old]
        self.hinted = {e: at for e, at in self.hinted.items() if fact.at - at < HOUR}

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "last": [[name, at.isoformat()] for name, at in self.last.items()],
            "hinted": {name: at.isoformat() for name, at in sorted(self.hinted.items())},
            "minute": self.minute,
            "count": sorted(([name, n] for name, n in self.count.items()), key=str),
        }


def reported_from(plain: Mapping[str, Any]) -> Reported:
    """Take ``to_plain``'s values back; an older netwatch kept none."""
    last = {SubscriberId(name): datetime.fromisoformat(at) for name, at in plain.get("last", ())}
    hinted = plain.get("hinted", {})
    return Reported(
        last=last,
        hinted={ElementName(name): datetime.fromisoformat(at) for name, at in hinted.items()},
        minute=plain.get("minute", 0),
        count=dict(plain.get("count", ())),
        turn=len(last),
    )


@dataclass(slots=True)
class Calls:
    """The reports of the last hour by where the lines hang; made anew from what was decided."""

    rows: list[Call] = field(default_factory=list)
    """In order of node; of a line drawn for several vantages, one row a drawing."""
    turn: int = -1
    last: int = -1
    """The second of the newest one that was looked at for what puzzles."""
    waiting: list[int] = field(default_factory=list)
    """The seconds of those that were not."""
    ripe: bool = False
    """Some are old enough now for all to have answered that was asked because of them."""

    def take(self, rows: list[Call], *, anew: bool) -> None:
        """Take new rows in, or these instead of all."""
        if anew:
            self.rows = rows
        else:
            for row in rows:
                insort(self.rows, row)
        self.waiting.extend(at for _, at, _ in rows if at > self.last)

    def due(self, second: int) -> None:
        """See whether any that was not looked at is from that second or before."""
        self.ripe = any(at <= second for at in self.waiting)
        if self.ripe:
            self.last = second
            self.waiting = [at for at in self.waiting if at > second]

    def within(self, first: int, end: int) -> list[Call]:
        """Return those of the nodes from first to end, the end left out."""
        return self.rows[bisect_left(self.rows, (first,)) : bisect_left(self.rows, (end,))]

    def below(self, tops: Iterable[int], last: Ints, since: int) -> set[SubscriberId]:
        """Return who reported since then from below these tops."""
        rows = (row for top in tops for row in self.within(top, int(last[top])))
        return {who for _, at, who in rows if at >= since}


def callers(court: "Court", guess: "Guess") -> int:
    """Return how many customers reported what a guess explains."""
    if not court.calls.rows:
        return 0
    return len(court.calls.below(guess.tops, court.index.last, guess.since - BEFORE_S))


def backed(court: "Court", guess: "Guess") -> int:
    """Return a guess's gain with what customers say added: at most as much again, and capped."""
    who = callers(court, guess)
    if not who or guess.gain <= 0:
        return guess.gain
    rules = court.rules
    more = min(who * rules.report_weight, rules.report_most)
    return guess.gain + min(round(more * UNIT), guess.gain)
