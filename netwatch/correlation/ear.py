"""What was heard of people lately, and which of it came together: folded from facts alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from netwatch.correlation.rhythm import Hourly, Rhythm, hourly_from, rhythm_from
from netwatch.model.cluster_facts import (
    CallbacksHeld,
    CallsSeen,
    CallsUnusual,
    CallsUsual,
    ClusterConfirmed,
    ClusterDismissed,
    ClusterFact,
    ClusterFormed,
    ClusterGrew,
    ClusterLooked,
    VoiceHeard,
)
from netwatch.model.names import ClusterId, IncidentId, SubscriberId
from netwatch.model.report_facts import CustomerReported

LATELY: Final = timedelta(minutes=10)
"""What is heard within so long of each other may be of one thing."""
HOUR: Final = timedelta(hours=1)
VOICES_A_MINUTE: Final = 30
"""So many of those who proved nothing are heard a minute, in the whole network."""
KEPT: Final = timedelta(days=1)
"""So long the end of a cluster is shown."""
SURE: Final = 1.0
UNPROVED: Final = 0.5
"""A line is named by who proved nothing, or its number called in vain."""
ANYBODY: Final = 0.2


class Stand(StrEnum):
    """How a cluster stands."""

    ASKING = "asking"
    """Devices are being asked."""
    OPEN = "open"
    """All is asked, and nothing seen explains it."""
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    OVER = "over"
    """No more came."""


OPEN: Final = (Stand.ASKING, Stand.OPEN)


class Row(NamedTuple):
    """One who was heard. ``who``: a subscriber, or a source with a sign before it."""

    at: datetime
    who: str
    weight: float
    subscriber: SubscriberId | None = None
    street: str = ""
    area: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Several who report out of one place."""

    id: ClusterId
    piece: str
    lines: int
    formed_at: datetime
    since: datetime
    last_at: datetime
    """When it formed or grew last."""
    asking_since: datetime
    subscribers: frozenset[SubscriberId] = frozenset()
    others: int = 0
    stand: Stand = Stand.ASKING
    asked: int = 0
    answering: int = 0
    incident: IncidentId | None = None
    by: str = ""
    note: str = ""
    ended_at: datetime | None = None
    quiet_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Say whether nobody has said yet what it is."""
        return self.stand in OPEN

    @property
    def callers(self) -> int:
        """Return how many were heard."""
        return len(self.subscribers) + self.others


@dataclass(slots=True)
class Ear:
    """All that was heard within the hour, the clusters of the day, and what is usual."""

    rows: dict[str, Row] = field(default_factory=dict)
    """By who it was, the last time each counted, in order of time."""
    minute: int = 0
    count: int = 0
    """How many voices counted in that minute."""
    clusters: dict[ClusterId, Cluster] = field(default_factory=dict)
    number: int = 0
    reports: Hourly = field(default_factory=Hourly)
    calls: Rhythm = field(default_factory=Rhythm)
    waiting: Rhythm = field(default_factory=Rhythm)
    storm: datetime | None = None
    """Since when more call than usual."""
    turn: int = 0
    """How many were ever counted: tells who looks whether anything is new."""
    callbacks: frozenset[IncidentId] = frozenset()
    """Incidents of which somebody waits to be called back."""

    def counts(self, who: str, at: datetime) -> bool:
        """Say whether a voice heard now counts for anything."""
        before = self.rows.get(who)
        if before is not None and at - before.at < HOUR:
            return False
        return int(at.timestamp()) // 60 != self.minute or self.count < VOICES_A_MINUTE

    def hears(self, fact: CustomerReported | VoiceHeard) -> None:
        """Remember somebody, and forget what is older than an hour."""
        row = _row(fact)
        if isinstance(fact, VoiceHeard):
            minute = int(fact.at.timestamp()) // 60
            self.minute, self.count = minute, 1 + (self.count if minute == self.minute else 0)
        self.reports.add(fact.at, row.weight)
        before = self.rows.pop(row.who, None)
        if before is not None and before.weight > row.weight:
            row = row._replace(weight=before.weight)
        self.rows[row.who] = row
        self.turn += 1
        while fact.at - self.rows[old := next(iter(self.rows))].at >= HOUR:
            del self.rows[old]

    def take(self, fact: ClusterFact) -> None:
        """Remember one fact."""
        match fact:
            case VoiceHeard():
                self.hears(fact)
            case ClusterFormed():
                self.number += 1
                self.clusters[fact.cluster] = _formed(fact)
                self._forget(fact.at)
            case CallsSeen():
                self.calls.take(fact.hour, fact.offered)
                self.waiting.take(fact.hour, fact.waiting)
            case CallsUnusual():
                self.storm = fact.at
            case CallsUsual():
                self.storm = None
            case CallbacksHeld():
                self.callbacks = frozenset(fact.incidents)
            case _:
                if (held := self.clusters.get(fact.cluster)) is not None:
                    self.clusters[fact.cluster] = _turned(held, fact)

    def _forget(self, at: datetime) -> None:
        gone = [c.id for c in self.clusters.values() if c.ended_at and at - c.ended_at >= KEPT]
        for name in gone:
            del self.clusters[name]

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON values, in an order that depends on content alone."""
        return {
            "rows": [[row.at.isoformat(), *row[1:]] for row in self.rows.values()],
            "minute": self.minute,
            "count": self.count,
            "clusters": [_plain(one) for one in self.clusters.values()],
            "number": self.number,
            "reports": self.reports.to_plain(),
            "calls": self.calls.to_plain(),
            "waiting": self.waiting.to_plain(),
            "storm": self.storm.isoformat() if self.storm else None,
            "callbacks": sorted(self.callbacks),
        }


def ear_from(plain: Mapping[str, Any]) -> Ear:
    """Take ``to_plain``'s values back; an older netwatch kept none."""
    rows = [Row(datetime.fromisoformat(at), *rest) for at, *rest in plain.get("rows", ())]
    storm = plain.get("storm")
    clusters = [_cluster(one) for one in plain.get("clusters", ())]
    return Ear(
        rows={row.who: row for row in rows},
        minute=plain.get("minute", 0),
        count=plain.get("count", 0),
        clusters={one.id: one for one in clusters},
        number=plain.get("number", 0),
        reports=hourly_from(plain.get("reports", {})),
        calls=rhythm_from(plain.get("calls", ())),
        waiting=rhythm_from(plain.get("waiting", ())),
        storm=datetime.fromisoformat(storm) if storm else None,
        turn=len(rows),
        callbacks=frozenset(map(IncidentId, plain.get("callbacks", ()))),
    )


def name_of(source: str, subscriber: SubscriberId | None = None) -> str:
    """Return by what somebody is told from others: their line, else where they came from."""
    return subscriber or f"?{source}"


def _row(fact: CustomerReported | VoiceHeard) -> Row:
    if isinstance(fact, CustomerReported):
        if fact.source:  # one source may name many lines: it counts as one
            return Row(fact.at, name_of(fact.source), UNPROVED, fact.subscriber)
        return Row(fact.at, fact.subscriber, SURE, fact.subscriber)
    weight = ANYBODY if fact.subscriber is None else UNPROVED
    who = name_of(fact.source, fact.subscriber)
    return Row(fact.at, who, weight, fact.subscriber, fact.street, fact.area)


def _formed(fact: ClusterFormed) -> Cluster:
    return Cluster(
        id=fact.cluster,
        piece=fact.piece,
        lines=fact.lines,
        formed_at=fact.at,
        since=fact.since,
        last_at=fact.at,
        asking_since=fact.at,
        subscribers=frozenset(fact.subscribers),
        others=fact.others,
    )


Turn = ClusterGrew | ClusterLooked | ClusterConfirmed | ClusterDismissed


def _turned(held: Cluster, fact: Turn) -> Cluster:
    match fact:
        case ClusterGrew():
            people = held.subscribers.union(fact.subscribers)
            wider = fact.piece != held.piece
            return replace(
                held,
                asking_since=fact.at if wider else held.asking_since,
                piece=fact.piece,
                lines=fact.lines,
                subscribers=people,
                others=held.others + fact.others,
                last_at=fact.at,
                stand=Stand.ASKING if wider else held.stand,
            )
        case ClusterLooked():
            return replace(held, stand=Stand.OPEN, asked=fact.asked, answering=fact.answering)
        case ClusterConfirmed():
            return replace(
                held,
                stand=Stand.CONFIRMED,
                incident=fact.incident,
                by=fact.by,
                ended_at=fact.at,
            )
        case ClusterDismissed():
            return replace(
                held,
                stand=Stand.DISMISSED if fact.by else Stand.OVER,
                by=fact.by,
                note=fact.note,
                ended_at=fact.at,
                quiet_until=fact.quiet_until,
            )


def _plain(one: Cluster) -> dict[str, Any]:
    def when(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "id": one.id,
        "piece": one.piece,
        "lines": one.lines,
        "formed_at": when(one.formed_at),
        "since": when(one.since),
        "last_at": when(one.last_at),
        "asking_since": when(one.asking_since),
        "subscribers": sorted(one.subscribers),
        "others": one.others,
        "stand": one.stand.value,
        "asked": one.asked,
        "answering": one.answering,
        "incident": one.incident,
        "by": one.by,
        "note": one.note,
        "ended_at": when(one.ended_at),
        "quiet_until": when(one.quiet_until),
    }


def _cluster(plain: Mapping[str, Any]) -> Cluster:
    def when(name: str) -> datetime | None:
        return datetime.fromisoformat(plain[name]) if plain.get(name) else None

    formed = datetime.fromisoformat(plain["formed_at"])
    return Cluster(
        id=ClusterId(plain["id"]),
        piece=plain["piece"],
        lines=plain["lines"],
        formed_at=formed,
        since=when("since") or formed,
        last_at=when("last_at") or formed,
        asking_since=when("asking_since") or formed,
        subscribers=frozenset(map(SubscriberId, plain["subscribers"])),
        others=plain["others"],
        stand=Stand(plain["stand"]),
        asked=plain["asked"],
        answering=plain["answering"],
        incident=plain["incident"],
        by=plain["by"],
        note=plain["note"],
        ended_at=when("ended_at"),
        quiet_until=when("quiet_until"),
    )
