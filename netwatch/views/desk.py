"""Board -> how one subscriber stands, for the person whom they have on the line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from netwatch.model.facts import Phase
from netwatch.model.names import DeviceId, SubscriberId
from netwatch.views.below import Ways
from netwatch.views.board import Board, Outage
from netwatch.views.known import sees
from netwatch.views.why_not import why_not
from netwatch.views.works import Work

SEEN: Final = frozenset({"folded", "flapping", "below-threshold", "shadow"})
"""Reasons of ``why-not`` by which a line is seen, if not well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One subscriber's line as it stands. ``state``: up, down, planned, restored, unknown."""

    state: str
    next: str
    """What the person at the desk does or says next."""
    outage: Outage | None = None
    work: Work | None = None

    @property
    def since(self) -> datetime | None:
        """Return since when it is so, where that is known."""
        if self.work is not None:
            return self.work.starts
        if self.outage is None:
            return None
        return self.outage.ended_at if self.state == "restored" else self.outage.since

    @property
    def expected_end(self) -> datetime | None:
        """Return until when, where anybody said so."""
        if self.work is not None:
            return self.work.ends
        return self.outage.expected_end if self.outage is not None else None

    @property
    def phase(self) -> Phase:
        """Return which of an outage's words fit now."""
        if self.state == "restored":
            return Phase.RESTORED
        confirmed = self.outage is not None and self.outage.confirmed_at is not None
        return Phase.CONFIRMED if confirmed else Phase.SUSPECTED


def line(board: Board, ways: Ways, subscriber: SubscriberId) -> Line:
    """Return how a subscriber of the network stands whose ways these are."""
    return next(_lines(board, ways, subscriber))


def _lines(board: Board, ways: Ways, subscriber: SubscriberId) -> Iterator[Line]:
    for outage in board.open():
        if subscriber in outage.without:
            look = f"netwatch why {outage.incident}"
            text = f"{outage.incident} has this line; say what is said below, details: {look}"
            yield Line(state="down", outage=outage, next=text)
    person = ways.network.subscribers[subscriber]
    if person.device is None:
        text = "no record says where this line hangs; take a number and call back"
        yield Line(state="unknown", next=text)
    else:
        yield from _under_works(board, ways, person.device)
    for outage in board.newest_first():
        if outage.state == "restored" and subscriber in outage.subscribers:
            text = "it was seen working again: ask whether it works there too"
            yield Line(state="restored", outage=outage, next=text)
    if not sees(board):
        text = "netwatch cannot see everything just now; take a number and call back"
        yield Line(state="unknown", next=text)
    if person.device is not None:
        yield _by_device(board, ways, person.device)


def _under_works(board: Board, ways: Ways, device: DeviceId) -> Iterator[Line]:
    for work in board.works.values():
        if work.state == "going on" and ways.cut_off(device, work.elements):
            text = f"planned works ({work.id}) take this line; say until when they last"
            yield Line(state="planned", work=work, next=text)


def _by_device(board: Board, ways: Ways, device: DeviceId) -> Line:
    answer = why_not(board, ways.network, device, ways=ways)
    if answer["reason"] == "up":
        text = (
            "nothing seen is wrong with it, and it is asked again now: let them restart the router,"
            " and look once more in a minute"
        )
        return Line(state="up", next=text)
    again = "it is asked again now: look once more in a minute"
    seen = answer["reason"] in SEEN
    text = f"{answer['text']}; {again if seen else 'take a number and call back'}"
    return Line(state="unknown", next=text)
