"""Board -> what somebody who asks about one line may be told of the network's outages and works."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.facts import IncidentKind
from netwatch.model.names import SELF, AreaId, SubscriberId
from netwatch.model.whereabouts import NOWHERE, Where
from netwatch.views.board import Board, Outage
from netwatch.views.owed import WEBSITE
from netwatch.views.works import Work

TELLING: Final = frozenset({IncidentKind.OUTAGE, IncidentKind.PARTIAL, IncidentKind.LINE})
"""Kinds of incidents by which somebody has no service."""
LATELY: Final = timedelta(hours=6)
"""So long after a repair people are told of it who ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One outage, or works that go on. ``state``: down, checking, works, restored."""

    id: str
    state: str
    since: datetime
    expected_end: datetime | None
    public: bool
    """It stands on the page. Else only those whose line it is hear of it."""
    where: Where = NOWHERE
    """Empty unless it is public."""
    areas: tuple[AreaId, ...] = ()
    people: frozenset[SubscriberId] = frozenset()


def told(board: Board, at: datetime) -> Iterator[Told]:
    """Yield what is to be told, the worst first: of a line in two of them, the first counts.

    While public words are stopped, all stays as it was when that began.
    """
    outages = [one for one in board.public() if one.kind in TELLING and one.merged_into is None]
    for outage in outages:
        if outage.is_open and outage.without:
            state = "checking" if outage.confirmed_at is None else "down"
            yield _outage(outage, state, outage.since, outage.without, outage.where)
    for work in board.public_works():
        if work.state == "going on" and work.ends > at:
            yield _work(work)
    for outage in outages:
        ended = outage.ended_at
        if ended is not None and at - ended < LATELY and not outage.mistaken:
            people = outage.subscribers
            if outage.apart:
                people -= outage.apart
            yield _outage(outage, "restored", ended, people, outage.where_at_worst)


def sees(board: Board) -> bool:
    """Say whether netwatch sees the network at all: blind, it can tell nobody that all is well.

    That one device cannot be asked hides only what that one tells.
    """
    return not any(
        outage.kind is IncidentKind.BLIND
        and any(name.startswith(SELF) for name in outage.root_cause)
        for outage in board.open()
    )


def _outage(
    outage: Outage, state: str, since: datetime, people: frozenset[SubscriberId], where: Where
) -> Told:
    public = outage.shown_on(WEBSITE) is not None
    return Told(
        id=outage.incident,
        state=state,
        since=since,
        expected_end=None if state == "restored" else outage.expected_end,
        public=public,
        where=where if public else NOWHERE,
        areas=outage.areas if public else (),
        people=people,
    )


def _work(work: Work) -> Told:
    public = WEBSITE in work.shown
    return Told(
        id=work.id,
        state="works",
        since=work.starts,
        expected_end=work.ends,
        public=public,
        where=work.where if public else NOWHERE,
        areas=work.areas if public else (),
        people=work.people,
    )
