"""What was decided about incidents: folded from facts, and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from netwatch.correlation import air as radios
from netwatch.correlation import maintenance
from netwatch.correlation.air import RadioKey, Usual
from netwatch.correlation.branches import Branches, branches_from
from netwatch.correlation.ear import Ear, ear_from
from netwatch.correlation.habits import Habits, habits_from
from netwatch.correlation.maintenance import Works, works_from_plain, works_to_plain
from netwatch.correlation.reports import Reported, reported_from
from netwatch.model.cluster_facts import ClusterConfirmed, ClusterFact
from netwatch.model.evidence import Silence
from netwatch.model.facts import (
    AirSeen,
    AlarmCleared,
    AlarmPlaced,
    AlarmRaised,
    BranchSeen,
    Cause,
    Diagnosis,
    Fact,
    IncidentClosed,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    Part,
    ServiceStarted,
    SubscribersBack,
)
from netwatch.model.maintenance_facts import MaintenanceFact, MaintenancePlanned
from netwatch.model.names import CheckName, DeviceId, ElementName, IncidentId, SubscriberId
from netwatch.model.person_facts import MergedByHand, SplitByHand
from netwatch.model.report_facts import CustomerReported, ReportsUnexplained

AlarmKey = tuple[DeviceId, CheckName, str | None]
AGENT = CheckName("snmp")
NOTHING = frozenset[ElementName]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """One incident that is not closed."""

    id: IncidentId
    kind: IncidentKind
    since: datetime
    opened_at: datetime
    cause: str
    root_cause: tuple[ElementName, ...]
    also_possible: tuple[ElementName, ...]
    subscribers: frozenset[SubscriberId]
    """Without service now."""
    took: frozenset[SubscriberId] = frozenset()
    """Of part of what is blamed: everybody who was without service in it."""
    confirmed: bool = False
    restored_at: datetime | None = None
    revised_at: datetime | None = None
    back_at: datetime | None = None
    """When people were last seen working again."""
    relapses: int = 0
    """How often it went again after it was restored."""
    rooted: bool = False
    """An alarm has been placed as its root."""
    grids: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By which cut of each street it was said where, by ``Stretch.key``."""
    out_of: IncidentId | None = None
    """A person said that it is a fault of its own, and no part of this one."""
    said: bool = False
    """A person says it, nothing seen does yet: it lasts until a person ends it."""

    @property
    def mute(self) -> bool:
        """Say whether it is that agents do not answer on devices that do."""
        return self.kind is IncidentKind.BLIND and self.cause == Cause.DEVICE

    @property
    def names(self) -> frozenset[ElementName]:
        """Return the root cause and what cannot be told apart from it."""
        return frozenset(self.root_cause) | frozenset(self.also_possible)


@dataclass(slots=True)
class Decided:
    """All that correlation must not forget."""

    incidents: dict[IncidentId, Open] = field(default_factory=dict)
    unplaced: dict[AlarmKey, tuple[datetime, ...]] = field(default_factory=dict)
    """Alarms without a part yet, and when each was raised: it may have been more than once."""
    blind: dict[AlarmKey, datetime] = field(default_factory=dict)
    """Alarms that say "we could not ask", and since when."""
    agents: dict[AlarmKey, datetime] = field(default_factory=dict)
    """Alarms that an agent which had answered is silent, and since when."""
    number: int = 0
    apart: dict[IncidentId, frozenset[SubscriberId]] = field(default_factory=dict)
    """Homes that were dark still when their incident was called restored, and are."""
    works: Works = field(default_factory=dict)
    plans: int = 0
    """How many works were ever planned."""
    habits: Habits = field(default_factory=Habits)
    branches: Branches = field(default_factory=Branches)
    air: dict[RadioKey, Usual] = field(default_factory=dict)
    reported: Reported = field(default_factory=Reported)
    ear: Ear = field(default_factory=Ear)
    joined: dict[IncidentId, frozenset[ElementName]] = field(default_factory=dict)
    """What people said belongs to an incident, by the incident."""
    parts: set[IncidentId] = field(default_factory=set)
    """Those that people said are faults of their own: ``out_of`` says of what."""

    @property
    def split_off(self) -> list[Open]:
        """Return what goes on that people said is a fault of its own."""
        held = (self.incidents[name] for name in sorted(self.parts))
        return [one for one in held if one.restored_at is None]


def evolve(decided: Decided, fact: Fact) -> None:  # noqa: PLR0912 - one line a kind of fact
    """Remember one fact."""
    _set_apart(decided, fact)
    _shape(decided, fact)
    if isinstance(fact, ClusterFact):
        _hear(decided, fact)
        return
    if isinstance(fact, MaintenanceFact):
        decided.plans += isinstance(fact, MaintenancePlanned)
        maintenance.evolve(decided.works, fact)
        return
    match fact:
        case AlarmRaised():
            key = (fact.device, fact.check, fact.part)
            decided.unplaced[key] = (*decided.unplaced.get(key, ()), fact.at)
            if fact.check == AGENT and isinstance(fact.because, Silence) and fact.because.before:
                decided.agents[key] = fact.at
        case AlarmCleared():
            _cleared(decided, fact)
        case AlarmPlaced():
            _placed(decided, fact)
        case IncidentOpened():
            decided.number += 1
            decided.incidents[fact.incident] = _opened(fact)
        case ServiceStarted():
            decided.number = max(decided.number, fact.numbers_spent)
        case IncidentRevised(incident=name) if name in decided.incidents:
            decided.incidents[name] = _revised(decided.incidents[name], fact)
        case IncidentConfirmed(incident=name) if name in decided.incidents:
            decided.incidents[name] = replace(decided.incidents[name], confirmed=True)
        case BranchSeen():
            decided.branches.take(fact)
        case AirSeen():
            radios.take(decided.air, fact)
        case CustomerReported() | ReportsUnexplained():
            decided.reported.take(fact, decided.ear)
        case SubscribersBack(incident=name) if name in decided.incidents:
            held = decided.incidents[name]
            left = held.subscribers.difference(fact.subscribers)
            decided.incidents[name] = replace(held, subscribers=left, back_at=fact.at)
        case IncidentRestored(incident=name) if name in decided.incidents:
            decided.incidents[name] = replace(
                decided.incidents[name], restored_at=fact.at, subscribers=frozenset()
            )
        case IncidentRelapsed(incident=name) if name in decided.incidents:
            held = decided.incidents[name]
            decided.incidents[name] = replace(held, restored_at=None, relapses=held.relapses + 1)
        case IncidentMerged() | IncidentClosed():
            decided.incidents.pop(fact.incident, None)
        case _:
            pass


def _hear(decided: Decided, fact: ClusterFact) -> None:
    """Remember what was heard of people, and that a person believes them."""
    decided.ear.take(fact)
    if isinstance(fact, ClusterConfirmed) and fact.by and fact.incident in decided.incidents:
        decided.incidents[fact.incident] = replace(decided.incidents[fact.incident], said=True)


def _shape(decided: Decided, fact: Fact) -> None:
    """Remember what people said is one fault, and what is one of its own."""
    match fact:
        case MergedByHand():
            before = decided.joined.get(fact.incident, NOTHING)
            decided.joined[fact.incident] = before.union(fact.elements)
        case SplitByHand(incident=name) if name in decided.incidents:
            part = decided.incidents[name] = replace(decided.incidents[name], out_of=fact.out_of)
            decided.parts.add(name)
            left = decided.joined.pop(fact.out_of, NOTHING).difference(part.root_cause)
            if left:
                decided.joined[fact.out_of] = left
        case IncidentMerged() | IncidentClosed():
            decided.parts.discard(fact.incident)
            ours = decided.joined.pop(fact.incident, NOTHING)
            if isinstance(fact, IncidentMerged):
                _pass_on(decided, fact, ours)
        case _:
            pass


def _pass_on(decided: Decided, fact: IncidentMerged, ours: frozenset[ElementName]) -> None:
    """Let the incident that another turned out to be have what people said of that."""
    if ours:
        decided.joined[fact.into] = decided.joined.get(fact.into, NOTHING) | ours
    for name in sorted(decided.parts):
        held = decided.incidents[name]
        if held.out_of == fact.incident:
            back = name == fact.into  # it was split off what is one with it again
            decided.incidents[name] = replace(held, out_of=None if back else fact.into)
            if back:
                decided.parts.remove(name)


def _set_apart(decided: Decided, fact: Fact) -> None:
    match fact:
        case IncidentRestored(apart=apart) if apart:
            decided.apart[fact.incident] = frozenset(apart)
        case IncidentRelapsed() | IncidentMerged():
            decided.apart.pop(fact.incident, None)
        case SubscribersBack(incident=name) if name in decided.apart:
            left = decided.apart.pop(name).difference(fact.subscribers)
            if left:
                decided.apart[name] = left
        case _:
            pass


def _cleared(decided: Decided, fact: AlarmCleared) -> None:
    decided.agents.pop((fact.device, fact.check, fact.part), None)
    if decided.blind.pop((fact.device, fact.check, fact.part), None) is None:
        return
    for name, held in decided.incidents.items():
        if held.kind is IncidentKind.BLIND:
            decided.incidents[name] = replace(held, back_at=fact.at)


def _placed(decided: Decided, fact: AlarmPlaced) -> None:
    key = (fact.device, fact.check, fact.part)
    later = decided.unplaced.pop(key, ())[1:]
    if later:
        decided.unplaced[key] = later
    if fact.why == "blind":
        decided.blind[key] = fact.at
    if fact.incident in decided.incidents and fact.as_ is Part.ROOT:
        decided.incidents[fact.incident] = replace(decided.incidents[fact.incident], rooted=True)


def _opened(fact: IncidentOpened) -> Open:
    d = fact.diagnosis
    return Open(
        id=fact.incident,
        kind=d.kind,
        since=fact.since,
        opened_at=fact.at,
        cause=d.cause,
        root_cause=d.root_cause,
        also_possible=d.also_possible,
        subscribers=frozenset(d.subscribers),
        took=_took(d),
        revised_at=fact.at,
        grids=_grids(d),
    )


def _revised(held: Open, fact: IncidentRevised) -> Open:
    d = fact.diagnosis
    return replace(
        held,
        kind=d.kind,
        cause=d.cause,
        root_cause=d.root_cause,
        also_possible=d.also_possible,
        subscribers=frozenset(d.subscribers),
        took=held.took | _took(d),
        revised_at=fact.at,
        grids={**held.grids, **_grids(d)},
        said=held.said and not d.proof.silent,
    )


def _took(d: Diagnosis) -> frozenset[SubscriberId]:
    return frozenset(d.subscribers if d.kind is IncidentKind.PARTIAL else ())


def _grids(d: Diagnosis) -> dict[str, str]:
    return {stretch.key: stretch.grid for stretch in d.where.stretches if stretch.grid}


def to_plain(decided: Decided) -> dict[str, Any]:
    """Return plain JSON values, in an order that depends on content alone."""

    def key(k: AlarmKey, at: datetime) -> list[Any]:
        return [*k, at.isoformat()]

    return {
        "number": decided.number,
        "habits": decided.habits.to_plain(),
        "branches": decided.branches.to_plain(),
        "air": radios.to_plain(decided.air),
        "reported": decided.reported.to_plain(),
        "ear": decided.ear.to_plain(),
        "unplaced": sorted(
            (key(k, at) for k, times in decided.unplaced.items() for at in times), key=str
        ),
        "blind": sorted((key(k, at) for k, at in decided.blind.items()), key=str),
        "agents": sorted((key(k, at) for k, at in decided.agents.items()), key=str),
        "incidents": [_incident_plain(i) for _, i in sorted(decided.incidents.items())],
        "apart": {name: sorted(people) for name, people in sorted(decided.apart.items())},
        "works": works_to_plain(decided.works),
        "plans": decided.plans,
        "joined": {name: sorted(every) for name, every in sorted(decided.joined.items())},
    }


def _incident_plain(i: Open) -> dict[str, Any]:
    def when(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "id": i.id,
        "kind": i.kind.value,
        "since": when(i.since),
        "opened_at": when(i.opened_at),
        "cause": str(i.cause),
        "root_cause": list(i.root_cause),
        "also_possible": list(i.also_possible),
        "subscribers": sorted(i.subscribers),
        "took": sorted(i.took),
        "confirmed": i.confirmed,
        "restored_at": when(i.restored_at),
        "revised_at": when(i.revised_at),
        "back_at": when(i.back_at),
        "relapses": i.relapses,
        "rooted": i.rooted,
        "grids": dict(sorted(i.grids.items())),
        "out_of": i.out_of,
        "said": i.said,
    }


def from_plain(plain: dict[str, Any]) -> Decided:
    """Take ``to_plain``'s values back."""

    def when(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    def alarms(rows: list[list[Any]]) -> dict[AlarmKey, datetime]:
        return {(DeviceId(d), CheckName(c), p): datetime.fromisoformat(at) for d, c, p, at in rows}

    decided = Decided(
        number=int(plain["number"]),
        habits=habits_from(plain.get("habits", {})),
        branches=branches_from(plain.get("branches", ())),
        air=radios.from_plain(plain.get("air", ())),
        reported=reported_from(plain.get("reported", {})),
        ear=ear_from(plain.get("ear", {})),
        works=works_from_plain(plain.get("works", [])),
        plans=int(plain.get("plans", 0)),
        apart={
            IncidentId(name): frozenset(map(SubscriberId, people))
            for name, people in plain.get("apart", {}).items()
        },
        joined={
            IncidentId(name): frozenset(map(ElementName, every))
            for name, every in plain.get("joined", {}).items()
        },
    )
    for row in plain["unplaced"]:
        for name, at in alarms([row]).items():
            decided.unplaced[name] = (*decided.unplaced.get(name, ()), at)
    decided.blind = alarms(plain["blind"])
    decided.agents = alarms(plain.get("agents", []))
    for row in plain["incidents"]:
        decided.incidents[IncidentId(row["id"])] = Open(
            id=IncidentId(row["id"]),
            kind=IncidentKind(row["kind"]),
            since=datetime.fromisoformat(row["since"]),
            opened_at=datetime.fromisoformat(row["opened_at"]),
            cause=row["cause"],
            root_cause=tuple(ElementName(n) for n in row["root_cause"]),
            also_possible=tuple(ElementName(n) for n in row["also_possible"]),
            subscribers=frozenset(SubscriberId(s) for s in row["subscribers"]),
            took=frozenset(SubscriberId(s) for s in row.get("took", ())),
            confirmed=row["confirmed"],
            restored_at=when(row["restored_at"]),
            revised_at=when(row["revised_at"]),
            back_at=when(row.get("back_at")),
            relapses=row.get("relapses", 0),
            rooted=row["rooted"],
            grids=row.get("grids", {}),
            out_of=row.get("out_of"),
            said=row.get("said", False),
        )
    decided.parts = {name for name, one in decided.incidents.items() if one.out_of}
    return decided
