"""Other ways for what waits at a sick channel: there and back, each notice on one way at a time.

The staff is told by several ways at once when the first is stuck; a customer must not get the same
words twice. So a notice to customers moves, and one that may have left already stays where the
far end can know it by its key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from netwatch.delivery.bills import Bill, Lane
from netwatch.model.names import ChannelName

A_SEND_S: Final = 1.0
"""So long a send takes where nobody said how fast they may go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a channel is used, as the settings say it."""

    every_s: float = 0.0
    """At least so long from one send to the next; 0: as fast as it takes them."""
    then: tuple[ChannelName, ...] = ()
    """Channels that do its work while it is sick, the first healthy one."""


PLAIN = Way()


@dataclass(frozen=True, slots=True)
class Detours:
    """Which lane a notice to customers waits in."""

    lanes: Mapping[ChannelName, Lane]
    ways: Mapping[ChannelName, Way]

    def lane_for(self, bill: Bill, home: Lane, now_s: float) -> Lane:
        """Return where a new notice goes that is due by the channel of ``home``.

        As soon as a sick channel may be tried again, the next notice goes there: else nobody
        would notice that it is well.
        """
        spared = home.circuit.is_sick and not home.circuit.lets_through(now_s)
        other = self._round(bill, home) if spared and self.may_move(bill) else None
        return home if other is None else other

    def after_failure(self, lane: Lane, bill: Bill, now_s: float) -> bool:
        """Let nothing wait at a channel that has fallen sick; True when ``bill`` is moved too."""
        if not lane.circuit.is_sick:
            return False
        moved = self._move(bill, lane)
        for waiting in lane.drain(self.may_move):
            if not self._move(waiting, lane):
                lane.put(waiting)
        if len(lane) == 0:
            self._leave_one(lane, now_s)
        return moved

    def after_recovery(self, lane: Lane) -> None:
        """Bring home what waits elsewhere, now that its own channel is well."""
        for other in self._others(lane):
            for bill in other.drain(lambda bill: _home(bill) == lane.channel.name):
                _put(bill, lane)

    def round_about(self, ways: list[ChannelName]) -> Iterator[ChannelName]:
        """Yield the channels that stand in for any of ``ways``."""
        for way in ways:
            yield from self.ways.get(way, PLAIN).then

    @staticmethod
    def may_move(bill: Bill) -> bool:
        """Say whether a notice can go another way without being read twice."""
        return not (bill.is_for_staff or bill.in_doubt or bill.debt.due.withheld is not None)

    def _move(self, bill: Bill, lane: Lane) -> bool:
        other = self._round(bill, lane) if self.may_move(bill) else None
        if other is not None:
            _put(bill, other)
        return other is not None

    def _round(self, bill: Bill, lane: Lane) -> Lane | None:
        home = _home(bill)
        for name in (home, *self.ways.get(home, PLAIN).then):
            other = self.lanes.get(name)
            if other is not None and other is not lane and not other.circuit.is_sick:
                return other
        return None

    def _others(self, lane: Lane) -> Iterator[Lane]:
        for name in self.ways.get(lane.channel.name, PLAIN).then:
            if name in self.lanes and self.lanes[name] is not lane:
                yield self.lanes[name]

    def _leave_one(self, lane: Lane, now_s: float) -> None:
        """Let the last that waits elsewhere try the sick channel when it may be tried again.

        Where it would be its turn sooner, it stays.
        """
        opens_s = lane.circuit.opens_in_s(now_s)
        for other in self._others(lane):
            if len(other) * max(other.every_s, A_SEND_S) <= opens_s:
                continue
            last = other.take_last(lambda bill: _home(bill) == lane.channel.name)
            if last is not None:
                last.ways = [lane.channel.name]
                lane.put_off(last, now_s + opens_s)
                return


def _home(bill: Bill) -> ChannelName:
    return bill.debt.due.channel


def _put(bill: Bill, lane: Lane) -> None:
    bill.ways = [lane.channel.name]
    lane.put(bill)
