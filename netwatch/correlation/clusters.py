"""Those who report out of one place and without a known outage -> a look at once, and a cluster.

It chooses nothing: devices are asked, the staff hears of it, and an incident comes of what is seen,
or of a person's word (see ``judged``).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import numpy as np

from netwatch.correlation.ear import LATELY, OPEN, Cluster, Ear, Row, Stand, name_of
from netwatch.correlation.evidence import below
from netwatch.correlation.hearing import GAP, LOOKED_S, UPWARDS, shared
from netwatch.correlation.pieces import (
    Piece,
    Places,
    how_many,
    lines_of,
    ripest,
)
from netwatch.correlation.second_looks import around
from netwatch.correlation.view import NEIGHBOURHOOD, State, cut_off
from netwatch.model.asks import Ask, SecondLook
from netwatch.model.cluster_facts import (
    ClusterConfirmed,
    ClusterDismissed,
    ClusterFormed,
    ClusterGrew,
    ClusterLooked,
    VoiceHeard,
)
from netwatch.model.facts import Fact
from netwatch.model.names import ClusterId, DeviceId, IncidentId, SubscriberId
from netwatch.model.stages import NOTHING, Decision
from netwatch.model.voices import Voice
from netwatch.model.whereabouts import Where, whereabouts

QUIET: Final = timedelta(minutes=30)
"""When no more came for so long, a cluster is over."""
GROWS: Final = timedelta(minutes=1)
"""So often at most it is written down that more came."""
AN_HOUR: Final = 4
"""More clusters an hour than this would be noise of their own."""
HOUR: Final = timedelta(hours=1)
HALF: Final = 0.5
"""When so many of those we know are in an incident, that is what they report."""
TREE: Final = ("device:", "port:", "link:")


def voiced(state: State, voice: Voice) -> Decision:
    """Return that somebody was heard who proved nothing; nothing follows from a flood of them."""
    who = voice.subscriber
    if who is not None and who not in state.network.subscribers:
        who = None
    if not state.decided.ear.counts(name_of(voice.source, who), voice.at):
        return NOTHING
    fact = VoiceHeard(
        at=voice.at,
        way=voice.way,
        source=voice.source,
        subscriber=who,
        street=voice.street,
        area=voice.area if voice.area in state.network.areas else None,
    )
    return Decision((fact,))


def clustered(state: State, at: datetime) -> tuple[list[Fact], list[Ask]]:
    """Return what came together by this second, and whom to ask because of it."""
    ear = state.decided.ear
    facts: list[Fact] = []
    asks: list[Ask] = []
    held = [one for one in ear.clusters.values() if one.is_open]
    for one in held:
        facts.extend(_goes_on(state, one, at))
    if state.heard_turn == ear.turn or cut_off(state):
        return facts, asks
    over = {getattr(fact, "cluster", None) for fact in facts}
    places = Places(state, at)
    rows = list(_lately(ear, at))
    grown = list(_grown(state, places, [c for c in held if c.id not in over], rows, at))
    facts.extend(grown)
    waits = any(at - c.last_at < GROWS for c in held)
    state.heard_turn = -1 if waits else ear.turn
    loose = [row for row in rows if not _is_told(places, row, at)]
    found = ripest(places, loose)
    if found is None:
        return facts, asks
    wide = _widened(state, held, found)
    if wide is not None:
        one, piece = wide
        news = [row for row in found.rows if row.subscriber not in one.subscribers]
        facts.append(_grew(state, one, piece, news, at))
        asks.append(_look(state, piece, found.rows, at))
    elif sum(at - c.formed_at < HOUR for c in ear.clusters.values()) < AN_HOUR:
        facts.append(_formed(state, found, at))
        asks.append(_look(state, found.piece, found.rows, at))
    return facts, asks


def _goes_on(state: State, one: Cluster, at: datetime) -> Iterator[Fact]:
    incident = _explains(state, one)
    if incident is not None:
        yield ClusterConfirmed(at=at, cluster=one.id, incident=incident)
    elif at - one.last_at >= QUIET:
        yield ClusterDismissed(at=at, cluster=one.id)
    elif one.stand is Stand.ASKING and (at - one.asking_since).total_seconds() >= LOOKED_S:
        e, since = state.evidence, int(one.asking_since.timestamp())
        sources = _sources(state, one.piece)
        lately = sources[e.at[sources].max(axis=1, initial=0) >= since] if len(sources) else sources
        yield ClusterLooked(
            at=at,
            cluster=one.id,
            asked=len(lately),
            answering=int(np.count_nonzero(e.run[lately] > 0)),
        )


def _explains(state: State, one: Cluster) -> IncidentId | None:
    """Return the open incident that has taken half of those we know of, or more."""
    if not one.subscribers:
        return None
    for held in sorted(state.decided.incidents.values(), key=lambda i: (i.opened_at, i.id)):
        if held.restored_at is None and one.since - HOUR <= held.opened_at:
            share = len(one.subscribers & held.subscribers) / len(one.subscribers)
            if share >= HALF:
                return held.id
    return None


def _sources(state: State, piece: str) -> "np.typing.NDArray[np.int64]":
    """Return what tells of the lines of a piece."""
    if piece.startswith(TREE):
        node = state.index.node(piece)  # type: ignore[arg-type]  # an element by its start
        return below(state.evidence, [node]) if node is not None else np.zeros(0, dtype=np.int64)
    homes = {state.home[one] for one in lines_of(state, piece) if one in state.home}
    found = sorted({s for home in homes for s in state.own.get(home, ())})
    return np.array(found, dtype=np.int64)


def _lately(ear: Ear, at: datetime) -> Iterator[Row]:
    for row in reversed(ear.rows.values()):
        if at - row.at > LATELY:
            return
        yield row


def _is_told(places: Places, row: Row, at: datetime) -> bool:
    """Say whether a row is of a cluster already, or of one that is to be quiet."""
    for one in places.state.decided.ear.clusters.values():
        quiet = one.quiet_until is not None and at < one.quiet_until
        if one.is_open and row.subscriber is not None and row.subscriber in one.subscribers:
            return True
        if (one.is_open or quiet) and places.holds(one.piece, row):
            return True
    return False


def _grown(
    state: State, places: Places, held: list[Cluster], rows: list[Row], at: datetime
) -> Iterator[Fact]:
    for one in held:
        if at - one.last_at < GROWS:
            continue
        news = [
            row
            for row in rows
            if row.at > one.last_at
            and row.subscriber not in one.subscribers
            and places.holds(one.piece, row)
        ]
        if news:
            yield _grew(state, one, one.piece, news, at)


def _grew(state: State, one: Cluster, piece: str, news: list[Row], at: datetime) -> ClusterGrew:
    known, others = _people(news)
    return ClusterGrew(
        at=at,
        cluster=one.id,
        piece=piece,
        lines=how_many(state, piece),
        subscribers=known,
        others=others,
        where=_where(state, one.subscribers.union(known)),
    )


def _formed(state: State, found: Piece, at: datetime) -> ClusterFormed:
    known, others = _people(found.rows)
    return ClusterFormed(
        at=at,
        cluster=ClusterId(f"C-{state.decided.ear.number + 1}"),
        piece=found.piece,
        lines=found.lines,
        subscribers=known,
        others=others,
        since=min(row.at for row in found.rows),
        where=_where(state, known),
    )


def _people(rows: list[Row]) -> tuple[tuple[SubscriberId, ...], int]:
    known = sorted({row.subscriber for row in rows if row.subscriber is not None})
    return tuple(known), sum(row.subscriber is None for row in rows)


def _where(state: State, people: "frozenset[SubscriberId] | tuple[SubscriberId, ...]") -> Where:
    areas = {state.index.area[one] for one in people if one in state.index.area}
    return whereabouts(state.streets.map(), people, areas)


def _widened(state: State, held: list[Cluster], found: Piece) -> tuple[Cluster, str] | None:
    """Return which cluster this is more of, and what both hang on; None: it is another place."""
    for one in held:
        nodes = [state.index.node(p) for p in (one.piece, found.piece)]  # type: ignore[arg-type]
        both = [n for n in nodes if n is not None]
        if one.stand in OPEN and len(both) == len(nodes):
            top = shared(state.index, both)
            if top > 0:
                return one, state.index.names[top]
    return None


def _look(state: State, piece: str, rows: list[Row], at: datetime) -> SecondLook:
    """Return whom to ask: the lines of those who report, all that leads there, and the piece."""
    index, second = state.index, int(at.timestamp())
    known = [row.subscriber for row in rows if row.subscriber is not None]
    people = known if piece.startswith(TREE) else [*known, *lines_of(state, piece)]
    homes = list(dict.fromkeys(state.home[one] for one in people if one in state.home))
    nodes = [n for h in homes for n in (h, *islice(index.above(h), UPWARDS * 2))]
    devices = [_device(state, n) for n in dict.fromkeys(nodes) if n in index.kinds]
    node = index.node(piece) if piece.startswith(TREE) else None  # type: ignore[arg-type]
    if node is not None:
        devices += around(state, node)
    asked = tuple(dict.fromkeys(devices))[:NEIGHBOURHOOD]
    state.looked.update(dict.fromkeys(asked, second))
    return SecondLook(at=at, devices=asked, rounds=2, gap=GAP)


def _device(state: State, node: int) -> DeviceId:
    return DeviceId(state.index.names[node].partition(":")[2])
