"""What is owed, as the outbox carries it: one bill a debt, in streams that keep their order."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from heapq import heapify, heappop, heappush
from typing import Final

from netwatch.delivery.channels import Channel
from netwatch.delivery.retries import Circuit
from netwatch.model.facts import Audience
from netwatch.model.names import ChannelName, IncidentId, NoticeKey
from netwatch.views.owed import WEBSITE, Debt

LATE_S: Final = 0.1
"""So much later than its turn a send may leave without making all that follow later too."""
Stream = tuple[str, str, str, str]
"""About what, for whom, by which way, to whom: within it a later word waits for an earlier one."""


class Untold(Enum):
    """Whether the reader of some words heard what they go on from."""

    NO = "no"
    LATE = "late"
    """That came too late to be sent."""
    REFUSED = "refused"
    """That did not reach him."""


@dataclass(slots=True, kw_only=True, eq=False)
class Bill:
    """A debt on its way to being paid. Not journaled: after a restart the facts tell it again."""

    debt: Debt
    serial: int
    born_s: float
    in_doubt: bool = False
    """It may have left already: a try ended without an answer, or we were restarted."""
    failures: int = 0
    ways: list[ChannelName] = field(default_factory=list)
    """The channels it was given to: more than one once the staff did not answer the first."""
    refused: dict[ChannelName, str] = field(default_factory=dict)
    trying: int = 0
    """How many tries are under way."""
    settled: bool = False
    untold: Untold = Untold.NO

    @property
    def stream(self) -> Stream:
        """Return the stream it flows in."""
        due = self.debt.due
        return (due.incident or due.subject, due.audience, due.channel, self.debt.recipient)

    @property
    def is_for_staff(self) -> bool:
        """Say whether it may take another way when the first one is stuck."""
        return self.debt.due.audience in (Audience.STAFF, Audience.DESK)

    @property
    def is_public(self) -> bool:
        """Say whether customers read it, so that a hold stops it."""
        return self.debt.due.audience in (Audience.PUBLIC, Audience.SUBSCRIBERS)

    @property
    def is_page(self) -> bool:
        """Say whether it is a word on the public page."""
        return self.debt.due.channel == WEBSITE and self.debt.due.withheld is None


@dataclass(slots=True)
class Streams:
    """Keeps words about one thing to one reader in order: only the eldest of a stream is paid."""

    bills: dict[NoticeKey, Bill] = field(default_factory=dict)
    _streams: dict[Stream, deque[Bill]] = field(default_factory=dict)
    _pages: dict[IncidentId, int] = field(default_factory=dict)

    def add(self, bill: Bill) -> bool:
        """Take a bill in; True when it may be paid at once, being the eldest of its stream."""
        self.bills[bill.debt.key] = bill
        stream = self._streams.setdefault(bill.stream, deque())
        stream.append(bill)
        self._count_page(bill, +1)
        return len(stream) == 1

    def settle(self, bill: Bill) -> Bill | None:
        """Note that a bill needs no more tries; return the next of its stream."""
        if bill.settled:
            return None
        bill.settled = True
        self._count_page(bill, -1)
        stream = self._streams.get(bill.stream)
        if not stream:
            return None
        was_first = stream[0] is bill
        stream.remove(bill)
        if not stream:
            del self._streams[bill.stream]
            return None
        return stream[0] if was_first else None

    def mark(self, bill: Bill, untold: Untold) -> None:
        """Note for all that waits behind a bill whether its reader was told."""
        for later in self._streams.get(bill.stream, ()):
            if later is not bill:
                later.untold = untold

    def forget(self, key: NoticeKey) -> Bill | None:
        """Drop a bill whose end stands in the journal; return the next of its stream."""
        bill = self.bills.pop(key, None)
        return None if bill is None else self.settle(bill)

    def heir(self, bill: Bill) -> Bill | None:
        """Return the newest bill that waits behind this one in its stream."""
        stream = self._streams.get(bill.stream)
        return stream[-1] if stream and stream[-1] is not bill else None

    def eldest(self, bill: Bill) -> Bill:
        """Return the bill that this one waits for in its stream, itself when for none."""
        stream = self._streams.get(bill.stream)
        return stream[0] if stream else bill

    def owes_page(self, incident: IncidentId | None) -> bool:
        """Say whether the page does not tell yet what is due about this incident."""
        return incident is not None and self._pages.get(incident, 0) > 0

    def _count_page(self, bill: Bill, change: int) -> None:
        incident = bill.debt.due.incident
        if bill.is_page and incident is not None:
            self._pages[incident] = self._pages.get(incident, 0) + change
            if not self._pages[incident]:
                del self._pages[incident]


@dataclass(slots=True)
class Lane:
    """One channel's queue: what may go now, what waits for its time, and how the channel fares."""

    channel: Channel
    circuit: Circuit
    every_s: float = 0.0
    """At least so long from one send to the next."""
    _next_s: float = float("-inf")
    _ready: list[tuple[int, int, Bill]] = field(default_factory=list)
    _later: list[tuple[float, int, Bill]] = field(default_factory=list)

    def put(self, bill: Bill) -> None:
        """Let a bill be paid as soon as its turn comes."""
        heappush(self._ready, (bill.debt.rank, bill.serial, bill))

    def put_off(self, bill: Bill, until_s: float) -> None:
        """Let a bill be tried again later."""
        heappush(self._later, (until_s, bill.serial, bill))

    def next(self, now_s: float) -> Bill | None:
        """Return the bill to be paid now, if there is one and the channel may be tried."""
        while self._later and self._later[0][0] <= now_s:
            self.put(heappop(self._later)[2])
        while self._ready and self._ready[0][2].settled:
            heappop(self._ready)
        if not self._ready or now_s < self._next_s or not self.circuit.lets_through(now_s):
            return None
        if self.every_s:
            slack_s = min(self.every_s, LATE_S)
            self._next_s = max(now_s - slack_s, self._next_s) + self.every_s
        return heappop(self._ready)[2]

    def unsent(self) -> None:
        """Give back the turn of a bill that did not leave: only what leaves is paced."""
        if self.every_s:
            self._next_s -= self.every_s

    def drain(self, wanted: Callable[[Bill], bool]) -> list[Bill]:
        """Take out all bills that wait here and are wanted elsewhere."""
        drained = [one[2] for one in (*self._ready, *self._later) if wanted(one[2])]
        if drained:
            self._ready = [one for one in self._ready if not wanted(one[2])]
            self._later = [one for one in self._later if not wanted(one[2])]
            heapify(self._ready)
            heapify(self._later)
        return drained

    def take_last(self, wanted: Callable[[Bill], bool]) -> Bill | None:
        """Take out the bill whose turn comes last; None when it would be the only one."""
        waiting = [one for one in self._ready if wanted(one[2]) and not one[2].settled]
        if len(waiting) <= 1:
            return None
        last = max(waiting, key=lambda one: one[:2])
        self._ready.remove(last)
        heapify(self._ready)
        return last[2]

    def idle_s(self, now_s: float, most_s: float) -> float:
        """Return how long there is nothing to do, as far as is known now."""
        waits = [most_s]
        if self._later:
            waits.append(self._later[0][0] - now_s)
        if self._ready and not (self.circuit.is_sick and self.circuit.probing):
            waits.append(max(self.circuit.opens_in_s(now_s), self._next_s - now_s))
        return max(0.0, min(waits))

    def __len__(self) -> int:
        return len(self._ready) + len(self._later)
