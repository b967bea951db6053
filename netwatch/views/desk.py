"""Board -> how one subscriber stands, for the person whom they have on the line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.facts import IncidentKind, Phase
from netwatch.model.names import DeviceId, SubscriberId
from netwatch.views.below import Ways
from netwatch.views.board import Board, Outage
from netwatch.views.known import TELLING, sees
from netwatch.views.why_not import why_not
from netwatch.views.works import Work

SEEN: Final = frozenset({"folded", "flapping", "below-threshold", "shadow"})
"""Reasons of ``why-not`` by which a line is seen, if not well."""
UP, DOWN, PLANNED, RESTORED, UNKNOWN = "up", "down", "planned", "restored", "unknown"
AFFECTED: Final = (DOWN, PLANNED)
"""States in which somebody has no service."""
LAST: Final = 3
"""So many outages of a line are told of."""
SOON: Final = timedelta(days=7)
"""So long beforehand the desk hears of works that will take a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One subscriber's line as it stands. ``state``: up, down, planned, restored, unknown."""

    state: str
    next: str
    """What the person at the desk does or says next."""
    outage: Outage | None = None
    work: Work | None = None
    also: tuple[Outage, ...] = ()
    """Other outages that take it too: it works when they are all over."""
    apart: bool = False
    """The outage is over but for single lines, and this is one of them."""
    before_others: bool = False
    """It works again while others of the same outage wait."""
    suspended: bool = False
    """Its contract has no service just now: nothing is the matter with the line."""

    @property
    def since(self) -> datetime | None:
        """Return since when it is so, where that is known."""
        if self.work is not None:
            return self.work.starts
        if self.outage is None or self.before_others:
            return None
        if self.state == RESTORED:
            return self.outage.ended_at
        return min(one.since for one in (self.outage, *self.also))

    @property
    def expected_end(self) -> datetime | None:
        """Return until when, where anybody said so: of several outages the last end, of all."""
        if self.work is not None:
            return self.work.ends
        if self.outage is None or self.state != DOWN:
            return None
        ends = [one.expected_end for one in (self.outage, *self.also)]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    @property
    def phase(self) -> Phase:
        """Return which of an outage's words fit now."""
        if self.apart:
            return Phase.UPDATE
        if self.state == RESTORED:
            return Phase.RESTORED
        confirmed = self.outage is not None and self.outage.confirmed_at is not None
        return Phase.CONFIRMED if confirmed else Phase.SUSPECTED


class Lines:
    """How lines stand by one board at one moment: what serves them all is looked up once."""

    def __init__(self, board: Board, ways: Ways, *, asked_again: bool = True) -> None:
        """Look at a board.

        Args:
            board: the incidents, works and alarms as they stand.
            ways: through the network in force.
            asked_again: whether the line is asked again just now; else the desk is told how.
        """
        self._asked_again = asked_again
        self._board, self._ways = board, ways
        self._newest = board.newest_first()
        self._open = [one for one in self._newest if one.is_open]
        self._restored = [one for one in self._newest if one.state == "restored"]

    def of(self, subscriber: SubscriberId) -> Line:
        """Return how a subscriber of the network stands whose ways these are."""
        return next(self._possible(subscriber))

    def history(self, subscriber: SubscriberId) -> list[Outage]:
        """Return the last outages of a line that are over, newest first, as the board has them."""
        own = (one for one in self._newest if not one.is_open and subscriber in one.subscribers)
        return [one for one in own if one.kind in TELLING and not one.mistaken][:LAST]

    def coming(self, subscriber: SubscriberId, at: datetime) -> list[Work]:
        """Return the works that will take a line soon, the soonest first."""
        planned = (
            one
            for one in self._board.works.values()
            if one.state == "planned" and at <= one.starts < at + SOON
        )
        device = self._ways.network.subscribers[subscriber].device
        taking = [one for one in planned if self._takes(one, subscriber, device)]
        return sorted(taking, key=lambda one: (one.starts, one.id))

    def _possible(self, subscriber: SubscriberId) -> Iterator[Line]:
        device = self._ways.network.subscribers[subscriber].device
        yield from self._without(subscriber)
        yield from self._under_works(subscriber, device)
        if device is None:
            text = "no record says where this line hangs; take a number and call back"
            yield Line(state=UNKNOWN, next=text)
            return
        yield from self._back(subscriber, device)
        if not sees(self._board):
            text = "netwatch cannot see everything just now; take a number and call back"
            yield Line(state=UNKNOWN, next=text)
        yield self._by_device(subscriber, device)

    def _without(self, subscriber: SubscriberId) -> Iterator[Line]:
        taking = [one for one in self._open if subscriber in one.without]
        if taking:
            first, *others = taking
            look = f"netwatch why {first.incident}"
            text = f"{first.incident} has this line; say what is said below, details: {look}"
            if first.kind is IncidentKind.LINE:
                text = (
                    f"{first.incident} is this line alone; nobody is woken for it, the desk rings"
                    f" in working hours: note a callback, details: {look}"
                )
            if others:
                names = ", ".join(one.incident for one in others)
                text = f"{text}; it works again when {names} is over too"
            yield Line(state=DOWN, next=text, outage=first, also=tuple(others))
        for one in self._restored:
            if subscriber in one.apart:
                text = (
                    f"{one.incident} is over but for single lines, and this is one of them; "
                    "say so, and note a callback"
                )
                yield Line(state=DOWN, next=text, outage=one, apart=True)

    def _under_works(self, subscriber: SubscriberId, device: DeviceId | None) -> Iterator[Line]:
        for work in self._board.works.values():
            if work.state == "going on" and self._takes(work, subscriber, device):
                text = f"planned works ({work.id}) take this line; say until when they last"
                yield Line(state=PLANNED, work=work, next=text)

    def _takes(self, work: Work, subscriber: SubscriberId, device: DeviceId | None) -> bool:
        if subscriber in work.people:
            return True
        return device is not None and self._ways.cut_off(device, work.elements)

    def _back(self, subscriber: SubscriberId, device: DeviceId) -> Iterator[Line]:
        """Yield that it works again, unless something new is the matter with it."""
        for one in self._newest:
            if subscriber not in one.subscribers or one.kind not in TELLING:
                continue
            if one.is_open:
                if not self._alarmed(device, one.opened_at):
                    text = "others of this outage wait still, this line was seen working again"
                    text = f"{text}: let them restart the router, and look once more in a minute"
                    yield Line(state=RESTORED, next=text, outage=one, before_others=True)
            elif one.state == "restored" and not self._alarmed(device, one.ended_at):
                text = "it was seen working again: ask whether it works there too"
                yield Line(state=RESTORED, next=text, outage=one)

    def _alarmed(self, device: DeviceId, since: datetime | None) -> bool:
        alarms = self._board.alarms.of(device)
        return any(
            one.cleared_at is None and (since is None or one.raised_at > since) for one in alarms
        )

    def _by_device(self, subscriber: SubscriberId, device: DeviceId) -> Line:
        answer = why_not(self._board, self._ways.network, device, ways=self._ways)
        if answer["reason"] == UP and self._asked_again:
            text = (
                "nothing seen is wrong with it, and it is asked again now: let them restart the"
                " router, and look once more in a minute"
            )
            return Line(state=UP, next=text)
        report = f"have it asked again: netwatch desk report {subscriber}"
        if answer["reason"] == UP:
            text = f"nothing seen is wrong with it; if it does not work there, {report}"
            return Line(state=UP, next=text)
        again = "it is asked again now: look once more in a minute"
        then = again if self._asked_again else report
        seen = answer["reason"] in SEEN
        text = f"{answer['text']}; {then if seen else 'take a number and call back'}"
        return Line(state=UNKNOWN, next=text)


def line(board: Board, ways: Ways, subscriber: SubscriberId) -> Line:
    """Return how a subscriber of the network stands whose ways these are."""
    return Lines(board, ways).of(subscriber)
