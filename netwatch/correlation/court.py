"""Scores any set of faults against what was seen: the evidence for it, its priors, its temper."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from netwatch.correlation.air import Air
from netwatch.correlation.branches import Branches
from netwatch.correlation.cards import Cards, cards_of
from netwatch.correlation.evidence import HOMES, NEVER, OLD_S, Evidence, Word
from netwatch.correlation.layout import spans
from netwatch.correlation.memo import Memo
from netwatch.correlation.reports import Calls
from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.scene import Scene, lone_since
from netwatch.correlation.sectors import Sectors, survey
from netwatch.correlation.sites import Sites, sites_of
from netwatch.correlation.topology import UNIT, Index, Ints, cut_roots
from netwatch.correlation.unasked import Unasked
from netwatch.model.arrivals import Change
from netwatch.model.names import DeviceId, RiskId, SubscriberId
from netwatch.model.network import DeviceKind, Network, RiskKind

if TYPE_CHECKING:
    from netwatch.correlation.likeness import Near

FAR: Final = 1 << 40
SCENES: Final = 24
"""So many beginnings are summed up whole in one diagnosis; later ones share an earlier scene."""
CUTS: Final = 4096
"""So many sets' tops are remembered from one second to the next."""
FOLK: Final = 64
A_GASP: Final = 3 * UNIT
"""What each home that gasped for power says against anything but its power having failed."""
DROP: Final = 2
"""Nodes below a home's own drop: the drop and the home."""
APART_S: Final = 60
"""What begins so long after another fault is a fault of its own time."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that may have failed: a node, or a risk with all its members."""

    nodes: tuple[int, ...]
    prior: int
    risk: RiskId | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """One explanation: what failed, since when, and how much better than "nothing did"."""

    atoms: tuple[Atom, ...]
    since: int
    gain: int
    tops: tuple[int, ...]

    @property
    def nodes(self) -> tuple[int, ...]:
        """Return every failed node."""
        return tuple(sorted({n for atom in self.atoms for n in atom.nodes}))


@dataclass(slots=True)
class Court:
    """Scores any set of faults against what was seen since a moment."""

    evidence: Evidence
    network: Network
    rules: CorrelationRules
    speakers: dict[int, tuple[int, ...]]
    """The link ends that speak of a node."""
    onus: npt.NDArray[np.bool_]
    devices: Ints
    """How many devices come before each node of the index."""
    gear: Ints
    """And how many that are no homes."""
    cards: Cards
    sites: Sites
    scenes: dict[int, Scene] = field(default_factory=dict)
    tempers: dict[tuple[Atom, int], int] = field(default_factory=dict)
    went: dict[Word, Ints] = field(default_factory=dict)
    """The ONUs that went with a word and are not back, in order."""
    cuts: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    """What sets of nodes cut off, as far as it was asked lately: the network decides it alone."""
    folk: dict[tuple[int, ...], list[SubscriberId]] = field(default_factory=dict)
    """Who hangs below sets of tops, as far as it was asked lately."""
    heard: dict[tuple[tuple[int, ...], tuple[int, ...]], Ints] = field(default_factory=dict)
    """The sources that bear on sets of tops and failed nodes, as far as it was asked lately."""
    changes: dict[DeviceId, Change] = field(default_factory=dict)
    """The last change to each device."""
    mains_off: set[DeviceId] = field(default_factory=set)
    """Devices that said last that their mains are off."""
    near: dict[int, "Near"] = field(default_factory=dict)
    """What might be mistaken for single nodes: the network decides it alone."""
    metres: dict[int, int] = field(default_factory=dict)
    """How far ONUs are from their OLT, as it measured last."""
    branches: Branches = field(default_factory=Branches)
    """Which homes failed together before."""
    air: Air = field(default_factory=Air)
    sectors: Sectors = field(default_factory=Sectors)
    calls: Calls = field(default_factory=Calls)
    """Customers who reported lately."""
    unasked: Unasked = field(default_factory=Unasked)
    """What traps said lately."""
    alone: Memo = field(default_factory=Memo)
    """What speaks for each node that may have failed alone."""
    single: Memo = field(default_factory=Memo)
    """What ``lone`` says of those that nothing else can have a part in."""
    bad: Memo = field(default_factory=Memo)
    """How many that tell of each node say something bad."""
    members: dict[int, Memo] = field(default_factory=dict)
    """What speaks for each member of a risk having failed alone, by the moment since when."""
    members_before: dict[int, Memo] = field(default_factory=dict)
    spent: int = 0
    tried: int = 0
    given: frozenset[int] = frozenset()
    """Nodes that planned works have taken: that they failed needs no proof."""

    @property
    def index(self) -> Index:
        """Return the index of the network on trial."""
        return self.evidence.index

    def fresh(self) -> None:
        """Forget the scenes: something new was heard."""
        self.scenes.clear()
        self.members_before, self.members = self.members, {}
        self.tempers.clear()
        self.went.clear()
        self.spent = self.tried = 0
        if len(self.cuts) > CUTS:
            self.cuts.clear()
        if len(self.folk) > FOLK:
            self.folk.clear()
        if len(self.heard) > FOLK:
            self.heard.clear()
        if len(self.near) > CUTS:
            self.near.clear()

    def scene(self, since: int) -> Scene:
        """Return what was said since then; beginnings beyond the cap share an earlier one."""
        found = self.scenes.get(since)
        if found is not None:
            return found
        if len(self.scenes) >= SCENES:
            whole = [s for s, scene in self.scenes.items() if scene.whole]
            if len(whole) >= SCENES:
                return self.scenes[max((s for s in whole if s <= since), default=min(whole))]
        found = self.scenes[since] = Scene(self.evidence, since)
        return found

    def atom(self, node: int) -> Atom:
        """Return a node as something that may have failed by itself."""
        return Atom((node,), 0 if node in self.given else int(self.index.prior[node]))

    def priors(self, nodes: Ints) -> Ints:
        """Return the prior of each of these nodes, as ``atom`` has it."""
        prior = self.index.prior[nodes]
        if self.given:
            prior[np.isin(nodes, list(self.given))] = 0
        return prior

    def group(self, risk: RiskId) -> Atom:
        """Return a risk as something that fails at once."""
        return Atom(self.index.risks[risk].nodes, round(self.rules.risk_prior * UNIT), risk)

    def members_alone(self, since: int) -> Ints:
        """Return for each member of any risk the evidence that it alone has failed since then."""
        scene, nodes = self.scene(since), self.index.members
        memo = self.members.get(scene.since)
        if memo is None:
            memo = self.members[scene.since] = self.members_before.pop(scene.since, Memo())
        moments = np.full(len(nodes), scene.since)
        return memo.ask(self.evidence, nodes, moments, lambda few, _: scene.alone_each(few))

    def darkens(self, tops: Iterable[int], *, but_homes: bool = False) -> bool:
        """Say whether any device hangs below these tops, homes aside if so wanted."""
        before, last = self.gear if but_homes else self.devices, self.index.last
        return any(before[last[top]] > before[top] for top in tops)

    def said(self, tops: Iterable[int], word: Word, since: int = NEVER) -> int:
        """Count the ONUs below ``tops`` whose last word this is, and who did not go long before."""
        counts = self.evidence.gone[word]
        if since == NEVER:
            return sum(int(counts[top]) for top in tops)
        some = [top for top in tops if counts[top]]
        return int(self._said_each(np.array(some), word, since).sum()) if some else 0

    def _said_each(self, nodes: Ints, word: Word, since: int | Ints) -> Ints:
        """Count below each node the ONUs that went with this word, but for those gone long before.

        Of a thousand homes some dozens are always switched off: they say nothing of their OLT.
        """
        e, lay = self.evidence, self.evidence.layout
        found, some = np.zeros(len(nodes), dtype=np.int64), np.flatnonzero(e.gone[word][nodes])
        if not len(some):
            return found
        rows = self.went.get(word)
        if rows is None:
            said = (e.said[: lay.hung] == word) & (e.run[: lay.hung] < 0)
            rows = self.went[word] = np.flatnonzero(said)
        if isinstance(since, int):
            rows = rows[e.fell[rows] >= since - OLD_S]
        reach = np.stack((nodes[some], lay.last[nodes[some]]))
        first, end = np.searchsorted(rows, lay.first[reach])
        if isinstance(since, int):
            found[some] = end - first
            return found
        places, begins = spans(first, end)
        with_it = e.fell[rows[places]] >= np.repeat(since[some] - OLD_S, end - first)
        sums = np.concatenate(([0], np.cumsum(with_it)))
        found[some] = sums[begins[1:]] - sums[begins[:-1]]
        return found

    def lone(self, nodes: Ints, since: int | Ints) -> Ints:
        """Return for each of these nodes what ``weigh`` says of it alone, and its temper.

        ``since`` is one moment for all, or of each its own; those may have little below them only.
        """
        e = self.evidence
        told = (
            self.scene(since).lone_each(nodes)
            if isinstance(since, int)
            else lone_since(e, nodes, since)
        )
        gasps = self._said_each(nodes, Word.GASP, since)
        return told - np.where(self.onus[nodes], 0, A_GASP * gasps)

    def weigh(self, nodes: Sequence[int], since: int) -> tuple[int, list[int]]:
        """Return the evidence for the joint failure of ``nodes``, and the tops it cuts off."""
        return self._weigh(nodes, since, dict.fromkeys(nodes, since))

    def _weigh(
        self, nodes: Sequence[int], since: int, starts: dict[int, int]
    ) -> tuple[int, list[int]]:
        """Weigh nodes that failed one after the other: what falls jointly fell with the last.

        A link's end speaks until it falls itself.
        """
        tops = self.tops(nodes)
        falls = {t: starts[t] if t in starts else self._joint(t, since, starts) for t in tops}
        total = 0
        scenes = {fall: self.scene(fall) for fall in dict.fromkeys(falls.values())}
        for top, fall in falls.items():
            total += scenes[fall].below(top)
        total += self._earlier(nodes, starts, tops, falls)
        told: dict[int, int] = {}
        for node in nodes:
            for source in self.speakers.get(node, ()):
                told[source] = max(told.get(source, since), starts[node])
        for source, start in told.items():
            owner = int(self.evidence.owner[source])
            above = self._above(owner, tops)
            fall = FAR if above is None else falls[above]
            if start < fall:
                total += self.scene(start).weight(source)
                total -= scenes[fall].weight(source) if fall < FAR else 0
        self.spent += 1 + sum(
            len(self.index.block[n].members) for n in nodes[:1] if n in self.index.block
        )
        return total, tops

    def _earlier(
        self, nodes: Sequence[int], starts: dict[int, int], tops: list[int], falls: dict[int, int]
    ) -> int:
        """Return the evidence for what had failed long before something above it did."""
        total, end = 0, -1
        if min(starts.values(), default=FAR) >= max(falls.values(), default=0):
            return 0
        for node in nodes:
            top = self._above(node, tops)
            if top is None or top == node or node < end:
                continue
            if starts[node] < falls[top]:
                total += self.scene(starts[node]).below(node) - self.scene(falls[top]).below(node)
                end = int(self.index.last[node])
        return total

    def _above(self, node: int, tops: list[int]) -> int | None:
        """Return which of these tops, in order, a node is or hangs below."""
        place = bisect_right(tops, node) - 1
        return tops[place] if place >= 0 and node < self.index.last[tops[place]] else None

    def tops(self, nodes: Sequence[int]) -> list[int]:
        """Return the tops of what these nodes, in order, cut off together."""
        key = tuple(nodes)
        found = self.cuts.get(key)
        if found is None:
            found = self.cuts[key] = cut_roots(self.index, nodes)
        return found

    def people_below(self, tops: tuple[int, ...]) -> list[SubscriberId]:
        """Return who hangs below any of these tops, in order of id."""
        found = self.folk.get(tops)
        if found is None:
            found = self.folk[tops] = self.index.subscribers_below(tops)
        return found

    def _joint(self, top: int, since: int, starts: dict[int, int]) -> int:
        """Return since when a node is cut off that none of the failed ones cuts off alone."""
        home = self.index.block[top]
        return max((s for n, s in starts.items() if self.index.block.get(n) is home), default=since)

    def starts(self, atoms: Sequence[Atom], since: int) -> dict[int, int]:
        """Return per failed node since when; what falls long after the first fell by itself."""
        found: dict[int, int] = {}
        for atom in atoms:
            for node in atom.nodes:
                began = int(self.evidence.began[node]) if self.evidence.score[node] > 0 else since
                own = began if atom.risk is None and began > since + APART_S else since
                found[node] = min(found.get(node, own), own)
        return found

    def score(self, atoms: Sequence[Atom], since: int) -> int:
        """Return log posterior odds of this explanation against "nothing failed"."""
        starts = self.starts(atoms, since)
        self.tried += 1 + len(starts) // 8
        total, _tops = self._weigh(sorted(starts), since, starts)
        return total + sum(atom.prior + self.temper(atom, since) for atom in atoms)

    def temper(self, atom: Atom, since: int) -> int:
        """Return how well the ONUs' last words fit the kind of fault: gasps speak of power."""
        found = self.tempers.get((atom, since))
        if found is None:
            found = self.tempers[atom, since] = self._temper(atom, since)
        return found

    def _temper(self, atom: Atom, since: int) -> int:
        kinds = self.index.kinds
        if atom.risk is not None:
            risk = self.network.risks[atom.risk]
            if risk.kind is not RiskKind.POWER:
                return 0
            homes = [n for n in atom.nodes if kinds.get(n) is DeviceKind.ONU]
            dark, off = (self.said(homes, word, since) for word in (Word.LOS, Word.OFF))
            return -round((2.5 * dark + 0.3 * off) * UNIT)
        node = atom.nodes[0]
        if kinds.get(node) is DeviceKind.ONU:
            return 0
        return -A_GASP * self.said(atom.nodes, Word.GASP, since)


def convene(evidence: Evidence, network: Network, rules: CorrelationRules) -> Court:
    """Prepare to score explanations of one network."""
    speakers: dict[int, list[int]] = defaultdict(list)
    for where in (evidence.link, evidence.far):
        for source in np.flatnonzero(where >= 0).tolist():
            speakers[int(where[source])].append(source)
    n, kinds = len(evidence.index), evidence.index.kinds
    onus = np.zeros(n, dtype=bool)
    onus[[node for node, kind in kinds.items() if kind is DeviceKind.ONU]] = True
    return Court(
        evidence,
        network,
        rules,
        {node: tuple(s) for node, s in speakers.items()},
        onus,
        _before(n, kinds),
        _before(n, [node for node, kind in kinds.items() if kind not in HOMES]),
        sectors=survey(evidence.index),
        cards=cards_of(network, evidence.index),
        sites=sites_of(network, evidence.index),
    )


def _before(n: int, nodes: Iterable[int]) -> Ints:
    count = np.zeros(n + 1, dtype=np.int64)
    count[[node + 1 for node in nodes]] = 1
    result: Ints = np.cumsum(count)
    return result
