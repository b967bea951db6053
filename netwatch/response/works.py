"""Who is told of planned works: the public beforehand, the staff of what they cut off besides."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.arrivals import Arrival, Tick
from netwatch.model.facts import Audience, Fact, NoticeDue, Phase, Purpose, Withheld
from netwatch.model.maintenance_facts import (
    Clash,
    MaintenanceBegan,
)
from netwatch.model.names import ChannelName
from netwatch.response.alerts import beside
from netwatch.response.notices import PUBLIC
from netwatch.response.pacing import batches
from netwatch.response.planned import LAST, Promise, Stage
from netwatch.response.publishing import withheld
from netwatch.response.state import State

REMIND: Final = timedelta(hours=24)
"""So long before they begin people are reminded of works."""
KNOWN: Final = timedelta(hours=48)
"""Works told of sooner than this before they begin are reminded of."""
PROVEN: Final = timedelta(minutes=10)
"""So long after the end of works nothing they took is dark any more: only then they are over."""


def works_words(state: State, arrival: Arrival, earlier: Sequence[Fact]) -> Iterator[NoticeDue]:
    """Yield what has fallen due about works."""
    for fact in earlier:
        if isinstance(fact, MaintenanceBegan) and fact.clashes:
            yield from _warned(state, fact)
    if isinstance(arrival, Tick):
        for promise in state.promised.values():
            if promise.stage in LAST:
                yield from _went_on(state, promise, arrival.at)
            elif arrival.at < promise.ends:
                yield from _announced(state, promise, arrival.at)
                yield from _went_on(state, promise, arrival.at)


def _went_on(state: State, promise: Promise, now: datetime) -> Iterator[NoticeDue]:
    """Yield that works began, are over or called off, where people were told of them."""
    if promise.since is None or (promise.stage is Stage.OVER and now - promise.since < PROVEN):
        return
    for channel, stage in promise.heard:
        if stage is not promise.stage and state.rules.leads_somewhere(channel):
            yield from _due(promise, channel, withheld(state, channel), now)


def _announced(state: State, promise: Promise, now: datetime) -> Iterator[NoticeDue]:
    """Yield the words about works to come: once at first, and again the day before."""
    for rule in state.rules.public(Phase.PLANNED):
        if promise.subscribers < rule.least_subscribers:
            continue
        closed = withheld(state, rule.channel)
        if _is_due(promise, rule.channel, closed, now):
            yield from _due(promise, rule.channel, closed, now)


def _is_due(promise: Promise, channel: ChannelName, closed: Withheld | None, now: datetime) -> bool:
    last = next((told for told in promise.told if told[0] == channel), None)
    if last is None:
        return not promise.window.again or promise.starts - now <= KNOWN
    _, told_at, kept_back = last
    if kept_back is not None:
        return closed is None
    known = promise.starts - told_at >= KNOWN
    return known and promise.starts - REMIND <= now < promise.starts


def _due(
    promise: Promise, channel: ChannelName, closed: Withheld | None, now: datetime
) -> Iterator[NoticeDue]:
    for recipients in batches(PUBLIC):
        yield NoticeDue(
            at=now,
            incident=None,
            audience=Audience.PUBLIC,
            channel=channel,
            phase=Phase.PLANNED,
            purpose=Purpose.NOTICE,
            revision=promise.revision + 1,
            recipients=recipients,
            areas=promise.areas,
            withheld=closed,
            subject=promise.maintenance,
        )


def _warned(state: State, fact: MaintenanceBegan) -> Iterator[NoticeDue]:
    """Yield the warning that works begin while the other way is down."""
    yield from beside(
        state,
        fact.at,
        f"works {fact.maintenance}",
        "; ".join(map(_clashes, fact.clashes)),
        phase=Phase.CONFIRMED,
        revision=int(fact.starts.timestamp()),
    )


def _clashes(clash: Clash) -> str:
    other = clash.incident or clash.maintenance
    return f"they begin now while {other} lasts: together they cut off {clash.subscribers} more"
