"""Who fell and rose with whom -> what gear without a link may hang on, with odds.

What hangs on a switch falls whenever the switch does. That a device fell with it proves the less,
the more fell in the same moment of what does not hang on that switch, and of what hangs nowhere;
that it went on answering speaks against it. Devices that
share no cable but a power feed fall together too, so silence alone never makes a parent sure: a
port that went down with the device and rose with it may.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.inventory.places.falls import Falls, Spell, device_of, port_of
from netwatch.inventory.places.tree import Tree
from netwatch.model.names import DeviceId
from netwatch.model.network import DeviceKind, Network

CARRIERS: Final = frozenset(
    {
        DeviceKind.ROUTER, DeviceKind.BNG, DeviceKind.SWITCH, DeviceKind.OLT, DeviceKind.RADIO,
        DeviceKind.PARTNER,
    }
)  # fmt: skip
"""Kinds that others hang on."""
TOGETHER_S: Final = 120
"""Falls and rises so near each other are one event: homes are asked once a minute or so."""
LATE_S: Final = 1800
"""After its parent a device needs up to so long to be heard again."""
MOST_WEIGHED: Final = 50
"""Candidates that are weighed for one device, those that fell with it most often."""
HALF: Final = 0.5
"""Moments in which more of the network fell than this tell nothing."""
OF_ADRIFT: Final = 0.5
"""Of the gear that hangs nowhere and fell, so much may have another cause: mains, weather."""
FALLS_WITH: Final = 0.9
"""A device falls with what it hangs on, and is heard to; else the parent itself was but mute."""
RISES_LATE: Final = 0.3
ELSEWHERE: Final = 0.3
"""The prior that the parent is not in the inventory."""
ADRIFT: Final = 0.01
"""How much less likely gear is a parent that hangs nowhere itself, as a prior."""
OF_PORT: Final = 0.5
"""How likely the port is told at all, as a prior; of one that is but quiet, ``OF_QUIET``."""
OF_QUIET: Final = 0.02
QUIET_BY_CHANCE: Final = 0.05
BY_SILENCE: Final = 950
"""In thousandths: how sure companions alone make a parent; one event makes it ``BY_ONE``."""
BY_ONE: Final = 800
BY_PORT: Final = 990


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a device may hang on, and why."""

    parent: DeviceId
    port: str = ""
    permille: int
    """The odds that it does, in thousandths."""
    times: tuple[int, ...]
    """When both fell and rose, in seconds since 1970."""
    apart: int = 0
    """How often the parent fell and the device went on answering."""


@dataclass(frozen=True, slots=True)
class _Score:
    name: str
    log_odds: float
    times: tuple[int, ...]
    apart: int


def companions(
    falls: Falls,
    adrift: Collection[DeviceId],
    network: Network,
    quiet: Mapping[str, tuple[Spell, ...]] | None = None,
) -> dict[DeviceId, tuple[Candidate, ...]]:
    """Return, for gear that hangs nowhere, what it may hang on, most likely first.

    Args:
        falls: of all devices and ports.
        adrift: devices from which no link leads to netwatch.
        network: the inventory.
        quiet: by ``device:port``, falls of some of them in which that port's traffic stopped.
    """
    weighing = _Weighing(falls, frozenset(adrift), network, quiet or {})
    found = {device: tuple(weighing.of(device)) for device in sorted(adrift)}
    return {device: candidates for device, candidates in found.items() if candidates}


_Event = tuple[int, int, float]
"""When something fell and rose, and how likely others fell in that moment by chance."""


class _Weighing:
    """All falls in the order of time, and what each may be a sign of."""

    def __init__(
        self,
        falls: Falls,
        adrift: frozenset[DeviceId],
        network: Network,
        quiet: Mapping[str, tuple[Spell, ...]],
    ) -> None:
        self._falls, self._since = {**quiet, **falls.of}, falls.watched_since
        self._quiet = quiet.keys() - falls.of.keys()
        self._adrift = adrift
        linked = {(e.device, e.port) for one in network.links.values() for e in one.ends if e.port}
        carrying = {end.device for link in network.links.values() for end in link.ends}
        self._carriers = {
            one.id
            for one in network.devices.values()
            if one.kind in CARRIERS or (one.id in carrying and one.id not in adrift)
        }
        self._carriers -= {one.id for one in network.devices.values() if one.kind in _HOMES}
        self._tree = Tree(network, self._adrift)
        rooted = len(self._carriers - adrift)
        self._all = rooted + ADRIFT * len(self._carriers & adrift) or 1.0
        moments = [
            (spell[0], name)
            for name, spells in self._falls.items()
            if self._counts(name, linked)
            for spell in spells
        ]
        moments.sort()
        self._moments = [at for at, _ in moments]
        self._names = [name for _, name in moments]
        self._rooted_fell: list[tuple[int, int]] = []
        self._adrift_fell: list[int] = []
        for name, spells in falls.of.items():
            number = self._tree.number.get(device_of(name))
            if port_of(name) or (number is None and name not in adrift):
                continue
            for fell, _ in spells:
                if number is None:
                    self._adrift_fell.append(fell)
                else:
                    self._rooted_fell.append((fell, number))
        self._rooted_fell.sort()
        self._adrift_fell.sort()
        self._events: dict[str, tuple[_Event, ...]] = {}

    def _counts(self, name: str, linked: Collection[tuple[DeviceId, str | None]]) -> bool:
        """Say whether a fall may be that of a parent: no port counts that leads elsewhere."""
        device, port = device_of(name), port_of(name)
        return device in self._carriers and not (port and (device, port) in linked)

    def of(self, device: DeviceId) -> Iterator[Candidate]:
        """Yield the candidates of one device that are more than chance, most likely first."""
        spells = self._falls.get(device, ())
        beside: Counter[str] = Counter()
        for fell, _ in spells:
            first = bisect_left(self._moments, fell - TOGETHER_S)
            last = bisect_right(self._moments, fell + TOGETHER_S)
            if self._share_beside(fell) <= HALF:
                beside.update({*self._names[first:last]})
        near = [(name, n) for name, n in beside.items() if device_of(name) != device]
        near.sort(key=lambda one: (-one[1], one[0]))
        since = self._since(device)
        scores = [self._score(name, spells, since) for name, _ in near[:MOST_WEIGHED]]
        scores = [one for one in scores if one.times]
        if not scores:
            return
        weights = [self._prior(one.name) * math.exp(min(one.log_odds, 500)) for one in scores]
        whole = sum(weights) + ELSEWHERE + (1 - ELSEWHERE) * self._unseen(scores)
        ranked = sorted(zip(scores, weights, strict=True), key=lambda one: (-one[1], one[0].name))
        for score, weight in ranked:
            permille = min(int(1000 * weight / whole), self._most(score))
            if permille > 0 and score.log_odds > 0:
                yield Candidate(
                    parent=device_of(score.name),
                    port=port_of(score.name),
                    permille=permille,
                    times=score.times,
                    apart=score.apart,
                )

    def _prior(self, name: str) -> float:
        device = device_of(name)
        weight = ADRIFT if device in self._adrift else 1.0
        if port_of(name):
            weight *= OF_QUIET if name in self._quiet else OF_PORT
        return (1 - ELSEWHERE) * weight / self._all

    def _unseen(self, scores: Sequence[_Score]) -> float:
        """Return the prior of carriers of which nothing speaks either way."""
        seen = {device_of(one.name) for one in scores}
        return max(0.0, 1 - len(seen - self._adrift) / self._all)

    def _share_beside(self, at: int, parent: DeviceId | None = None) -> float:
        """Return how much fell in a moment of what does not hang on ``parent``, and one more."""
        first = bisect_left(self._rooted_fell, (at - TOGETHER_S, 0))
        last = bisect_right(self._rooted_fell, (at + TOGETHER_S, math.inf))
        begin, end = self._tree.below.get(parent, (0, 0)) if parent is not None else (0, 0)
        fell = sum(not begin <= number < end for _, number in self._rooted_fell[first:last])
        asked = self._tree.asked[-1] - (self._tree.asked[end] - self._tree.asked[begin])
        return min((fell + 1) / (asked + 2), 1.0)

    def _share_adrift(self, at: int) -> float:
        """Return how much else fell in a moment of what hangs nowhere."""
        first = bisect_left(self._adrift_fell, at - TOGETHER_S)
        last = bisect_right(self._adrift_fell, at + TOGETHER_S)
        return min(max(last - first - 1, 0) / (len(self._adrift) + 1), 1.0)

    def _chance(self, at: int, parent: DeviceId) -> float:
        """Return how likely a device fell in a moment though it does not hang on ``parent``."""
        return max(self._share_beside(at, parent), OF_ADRIFT * self._share_adrift(at))

    def _score(self, name: str, spells: Sequence[Spell], since: int) -> _Score:
        odds, apart = 0.0, 0
        times: list[int] = []
        starts = [fell for fell, _ in spells]
        for fell, rose, share in self._of(name):
            own = _spell_at(spells, starts, fell)
            if own is None:
                known = fell >= since
                apart += known
                odds += known * math.log((1 - FALLS_WITH) / (1 - share))
            elif own[0] < fell - TOGETHER_S:
                continue  # it was silent before: nothing is learnt
            elif rose and own[1] and own[1] < rose - TOGETHER_S:
                apart += 1
                odds += math.log(1 - FALLS_WITH)  # it was heard while this was silent
            else:
                late = bool(rose and own[1] and own[1] > rose + LATE_S)
                odds += math.log((RISES_LATE if late else FALLS_WITH) / share)
                times.append(fell)
        return _Score(name, odds, tuple(times), apart)

    def _of(self, name: str) -> tuple[_Event, ...]:
        """Return the falls of a device; of a port also those of its device, each moment once."""
        if name not in self._events:
            spells = list(self._falls.get(name, ()))
            if port_of(name):
                spells += self._falls.get(device_of(name), ())
            spells.sort()
            least = QUIET_BY_CHANCE if name in self._quiet else 0.0
            self._events[name] = tuple(
                (fell, rose, share)
                for at, (fell, rose) in enumerate(spells)
                if (not at or fell > spells[at - 1][0] + TOGETHER_S)
                and (share := max(self._chance(fell, device_of(name)), least)) <= HALF
            )
        return self._events[name]

    def _most(self, score: _Score) -> int:
        if len(score.times) < 2:  # noqa: PLR2004 - one moment
            return BY_ONE
        told = port_of(score.name) and score.name not in self._quiet and not score.apart
        return BY_PORT if told else BY_SILENCE


_HOMES: Final = frozenset({DeviceKind.ONU, DeviceKind.CPE, DeviceKind.SENSOR})


def _spell_at(spells: Sequence[Spell], starts: Sequence[int], at: int) -> Spell | None:
    """Return the spell that began with a moment or covers it; None: the device was heard then."""
    last = bisect_right(starts, at + TOGETHER_S) - 1
    if last < 0:
        return None
    fell, rose = spells[last]
    return (fell, rose) if fell >= at - TOGETHER_S or not rose or rose > at else None


def grouped(
    found: Mapping[DeviceId, Sequence[Candidate]], least: int
) -> dict[tuple[DeviceId, ...], list[DeviceId]]:
    """Return the gear that may hang on the same, by these parents; ``least`` odds in thousandths.

    Parents whose odds together reach ``least`` belong to one answer, the most likely first.
    """
    groups: dict[tuple[DeviceId, ...], list[DeviceId]] = defaultdict(list)
    for device, candidates in found.items():
        odds: Counter[DeviceId] = Counter()
        for one in candidates:
            odds[one.parent] += one.permille
        chosen: list[DeviceId] = []
        reached = 0
        for parent, permille in odds.most_common(MOST_OF_ONE):
            if reached < least:
                chosen.append(parent)
                reached += permille
        if reached >= least:
            groups[tuple(chosen)].append(device)
    return dict(groups)


MOST_OF_ONE: Final = 4
"""So many parents are named for one device; of more nobody could say which."""
