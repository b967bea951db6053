"""Everything fails once, on paper: which failures there are, who plays them, what came of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import combinations
from random import Random
from typing import Final

from netwatch.correlation.topology import Index, cut_roots
from netwatch.correlation.vantages import stands_of
from netwatch.model.faults import Place
from netwatch.model.names import SELF, DeviceId, ElementName, RiskId, risk_element
from netwatch.model.network import Network, RiskKind
from netwatch.response.rules import Mode
from netwatch.rules import Rulebook
from netwatch.service.plan import saying, standing, watching
from netwatch.service.plan.defects import Defect, Kind, counted, told
from netwatch.service.plan.districts import District, districts
from netwatch.service.plan.likeness import Likeness
from netwatch.service.plan.outcomes import UNNOTICED, UNREAD, Judge, Records
from netwatch.service.plan.rehearsal import Rehearsed, Stage
from netwatch.service.plan.world import World
from netwatch.service.workers import shared_out

PAIRS: Final = 24
"""So many pairs of failures are tried, drawn from the rings where two act jointly."""
MOST_RINGS: Final = 200
MOST_LINKS: Final = 40
"""Of so many rings, and so many links of each, pairs are drawn."""
CHUNK: Final = 24
"""Failures of the whole network that one process plays before it takes the next."""

Together = tuple[ElementName, tuple[ElementName, ...], bool]
"""What fails together: its name, its elements, whether by power."""
Progress = Callable[[int, int], None]
"""How many elements have failed so far, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What failing everything brought to light."""

    defects: tuple[Defect, ...]
    accepted: tuple[Defect, ...] = ()
    """Known, and accepted by the rules."""
    elements: int
    tried: Mapping[str, int] = field(default_factory=dict)
    """How many failures of each sort: ``single``, ``risks``, ``pairs``, ``vantages``."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """How many single failures would be called what."""


@dataclass(frozen=True, slots=True)
class Job:
    """A failure to play."""

    name: ElementName
    members: tuple[ElementName, ...]
    """What fails: the element itself, or all that a risk touches."""
    power: bool = False
    alike: tuple[ElementName, ...] = ()
    """Single elements that fail as this one does, itself included; empty: it is none."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Some failures of one district."""

    district: District
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class _Played:
    """What came of a part."""

    defects: tuple[Defect, ...]
    kinds: Counter[str]
    elements: int


class Planner:
    """Fails one network under one set of rules."""

    def __init__(
        self,
        network: Network,
        book: Rulebook,
        records: Records,
        *,
        name: str = "netwatch",
        languages: Sequence[str] = (),
        channels: frozenset[str] | None = None,
        config: Place | None = None,
        by_hand: frozenset[DeviceId] = frozenset(),
    ) -> None:
        """Take what is in force.

        Args:
            network: whose elements fail.
            book: the rules.
            records: where everything was written.
            name: the operator's, as notices say it.
            languages: the operator's; the first is its subscribers' where nothing else is said.
            channels: what the settings have; None where there are no settings.
            config: where the settings stand.
            by_hand: devices that are asked on their command line.
        """
        stages = book.stages
        # What is judged is what would be said once it may be said.
        self.rules = replace(stages, response=replace(stages.response, mode=Mode.FULL))
        self.network, self.book, self.records = network, book, records
        self.world = World(network, stages.correlation, by_hand)
        self._name, self._languages = name, tuple(languages)
        self._channels, self._config = channels, config

    def plan(
        self, progress: Progress = lambda _done, _all: None, processors: int | None = None
    ) -> Plan:
        """Fail everything once; the same inventory and rules give the same plan.

        Args:
            progress: is told how far it is.
            processors: how many work at it; None: all there are.
        """
        index = self.world.seen
        parts = list(self._parts(index))
        every = sum(len(job.alike) for part in parts for job in part.jobs)
        found = list(self._standing())
        kinds: Counter[str] = Counter()
        done = 0
        for played in self._play(parts, processors):
            found += played.defects
            kinds += played.kinds
            done += played.elements
            progress(done, every)
        cases = watching.losses(self.world) if stands_of(self.network) else []
        found += watching.watched(self.world, self.rules, self.records, cases)
        defects = told(topmost(found, index))
        besides = [job.name for part in parts for job in part.jobs if not job.alike]
        risks = sum(name.startswith("risk:") for name in besides)
        return Plan(
            defects=tuple(defects),
            elements=len(index),
            tried={
                "single": len(index),
                "risks": risks,
                "pairs": len(besides) - risks,
                "vantages": len(cases),
            },
            kinds=dict(sorted(kinds.items())),
        )

    def _standing(self) -> Iterator[Defect]:
        world, records = self.world, self.records
        yield from standing.not_asked(world, records)
        yield from standing.shared_risks(world, records)
        yield from standing.unplaced(world, records)
        yield from watching.standing(world, records)
        yield from saying.words(self.network, self.book, records, self._name, self._languages)
        yield from saying.people(self.network, self.book, self._channels, self._config)

    def _parts(self, index: Index) -> Iterator[_Part]:
        """Yield the work, the heaviest first."""
        pieces = districts(self.network, index)
        likeness = Likeness(self.world)
        jobs: list[list[Job]] = [
            [_job([index.names[n] for n in nodes]) for nodes in likeness.groups(piece.nodes)]
            for piece in pieces
        ]
        home = {node: n for n, piece in enumerate(pieces) for node in piece.nodes}
        for name, members, power in (*self._risks(index), *pairs_of(index)):
            nodes = [n for m in members if (n := index.node(m)) is not None]
            where = home[nodes[0]]
            falls = {
                n for t in cut_roots(index, sorted(nodes)) for n in range(t, int(index.last[t]))
            }
            jobs[where if pieces[where].kept.issuperset(falls) else 0].append(
                Job(name, members, power)
            )
        for piece, mine in zip(pieces, jobs, strict=True):
            size = CHUNK if piece.network is self.network else max(1, len(mine))
            for first in range(0, len(mine), size):
                yield _Part(piece, tuple(mine[first : first + size]))

    def _risks(self, index: Index) -> Iterator[Together]:
        for risk, group in index.risks.items():
            power = self.network.risks[RiskId(risk)].kind is RiskKind.POWER
            yield risk_element(risk), tuple(index.names[n] for n in group.nodes), power

    def _play(self, parts: Sequence[_Part], most: int | None) -> Iterator[_Played]:
        _ = self.world.served  # read once, before there are several of us
        with closing(shared_out(self.play, parts, most)) as results:
            for _place, played in results:
                yield played

    def play(self, part: _Part) -> _Played:
        """Play the failures of one part."""
        stage = Stage(part.district.network, self.rules, self.world.speaks)
        seen: dict[object, Rehearsed] = {}
        defects: list[Defect] = []
        kinds: Counter[str] = Counter()
        elements = 0
        for job in part.jobs:
            came = _rehearsed(stage, job, seen)
            found = list(self._judged(job, came))
            if job.alike:
                kinds[_kind(came)] += len(job.alike)
                elements += len(job.alike)
            if found:
                for other in job.alike[1:]:
                    one = Job(other, (other,))
                    found += self._judged(one, _rehearsed(stage, one, seen))
            defects += found
        return _Played(tuple(defects), kinds, elements)

    def _judged(self, job: Job, came: Rehearsed) -> Iterator[Defect]:
        if len(job.members) == 1 or job.name.startswith("risk:"):
            judge = Judge(self.world, self.rules.response, self.records)
            yield from judge.judge(job.name, job.members, came)
        else:
            yield from _of_pair(self, job.members, came)


def _job(names: Sequence[ElementName]) -> Job:
    return Job(names[0], (names[0],), alike=tuple(names))


def _rehearsed(stage: Stage, job: Job, seen: dict[object, Rehearsed]) -> Rehearsed:
    """Play a failure; one that looks as another did ends as that one did."""
    nodes = sorted({n for m in job.members if (n := stage.index.node(m)) is not None})
    if job.name == SELF:
        nodes = [0]
    bad, hidden = stage.changed(nodes, power=job.power)
    looks_like = (tuple(bad), frozenset(hidden))
    if looks_like not in seen:
        seen[looks_like] = stage.fail(nodes, power=job.power)
    return seen[looks_like]


def pairs_of(index: Index) -> list[Together]:
    """Draw pairs in rings, where two failures do what neither does alone; always the same ones."""
    blocks = {id(b): b for b in index.block.values()}
    pool = [
        (index.names[a], index.names[b])
        for block in list(blocks.values())[:MOST_RINGS]
        for a, b in combinations(
            [m for m in block.members if index.names[m].startswith("link:")][:MOST_LINKS], 2
        )
    ]
    chosen = pool if len(pool) <= PAIRS else Random(1).sample(pool, PAIRS)  # noqa: S311 - repeatable, not secret
    return [(pair[0], pair, False) for pair in chosen]


def _of_pair(
    planner: Planner, members: tuple[ElementName, ...], came: Rehearsed
) -> Iterator[Defect]:
    """Yield that two cuts of a ring would leave people in the dark of whom nobody hears."""
    lost = planner.world.lost(members)
    if lost and not came.diagnoses:
        yield Defect(
            kind=Kind.NOBODY_TOLD,
            element=members[0],
            wrong=f"{' and '.join(members)} fail together and leave {counted(len(lost))} "
            "without service, and nothing that netwatch asks would show it",
            remedy="ask something behind them: an address, or port names on links",
            subscribers=len(lost),
            place=planner.records.of(members[0]),
            near=members,
            reason="pair-unnoticed",
        )


def _kind(came: Rehearsed) -> str:
    kinds = sorted({d.kind.value for d in came.diagnoses.values()})
    return " and ".join(kinds) or "unnoticed"


def topmost(found: Sequence[Defect], index: Index) -> Iterator[Defect]:
    """Yield the defects, what goes unnoticed together as one, told at its first device.

    What hangs on a device that nobody reads goes unnoticed for that reason, which is told already.
    """
    unread = {d.element for d in found if d.reason == UNREAD}
    unseen = {d.element: d for d in found if d.reason == UNNOTICED}
    below: dict[str, list[Defect]] = {}
    for defect in found:
        if defect.reason != UNNOTICED:
            yield defect
            continue
        node = index.node(ElementName(defect.element))
        above = [index.names[a] for a in index.above(node)] if node is not None else []
        if unread.isdisjoint(above):
            top = next((a for a in reversed(above) if a in unseen), defect.element)
            below.setdefault(top, []).append(defect)
    for top, group in below.items():
        most = unseen[ElementName(top)].subscribers
        devices = [d for d in group if d.element.startswith("device:") and d.subscribers == most]
        first = min(devices, key=lambda d: index.device[DeviceId(d.element[7:])], default=None)
        told_at = first or unseen[ElementName(top)]
        names = tuple(sorted(d.element for d in group))
        yield replace(told_at, elements=names if len(names) > 1 else ())
