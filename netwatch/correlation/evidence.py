"""Observations -> log-likelihoods, remembered per source and summed over what an element cuts off.

A source is one thing that can be seen again and again: a device's echo, an ONU's state as its OLT
tells it, a link's state as one end tells it, a device's own voice. What is said through a reporter
speaks only of what lies strictly below the reporter; a link's end speaks of the link and of the
device behind it.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.topology import UNIT, Index, Ints
from netwatch.model.arrivals import Answered, Outcome, Sample
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.network import DeviceKind, Network

KEPT: Final = 8
"""Observations remembered per source."""
NEVER: Final = -(1 << 40)
OLD_S: Final = 120
"""What fell so long before is another story."""
VOICE: Final = 6 * UNIT
"""What a device's own answer weighs: the dead do not answer, whatever else was lost."""
ICMP: Final = CheckName("icmp")
ONU_STATE: Final = CheckName("onu.state")
IF_OPER: Final = CheckName("if.oper")
HOMES: Final = frozenset({DeviceKind.ONU, DeviceKind.CPE})


SourceName = tuple[DeviceId, CheckName, str | None]
Row = tuple[int, int, int, int, int]
"""pos, through, link, far, owner"""


class Word(IntEnum):
    """The last thing a source said."""

    NOTHING = 0
    UP = 1
    SILENT = 2
    DOWN = 3
    LOS = 4
    GASP = 5
    OFF = 6
    """An ONU gone without a reason given."""


ONU_WORDS: Final = {
    "online": Word.UP,
    "los": Word.LOS,
    "dying-gasp": Word.GASP,
    "offline": Word.OFF,
}
PORT_WORDS: Final = {"up": Word.UP, "down": Word.DOWN}


@dataclass(slots=True)
class Evidence:
    """All sources of a network and what they said last.

    ``at``, ``bad``: per source and slot, the second of an observation and +1 (down) or -1 (up);
    ``weight`` per source. ``pos`` is the node a source hangs on, ``through`` its reporter, ``link``
    and ``far`` the two nodes that a link's end speaks of; -1 where there is none.
    """

    index: Index
    full: int
    pos: Ints = field(init=False)
    through: Ints = field(init=False)
    link: Ints = field(init=False)
    far: Ints = field(init=False)
    owner: Ints = field(init=False)
    """The node whose voice a link's end is."""
    home: npt.NDArray[np.bool_] = field(init=False)
    """Whether a source tells of a home: an ONU's state, or a CPE's echo."""
    weight: Ints = field(init=False)
    at: Ints = field(init=False)
    bad: Ints = field(init=False)
    slot: Ints = field(init=False)
    said: Ints = field(init=False)
    run: Ints = field(init=False)
    """How often in a row the last word was good (positive) or bad (negative)."""
    fell: Ints = field(init=False)
    """The second of the first bad word of a run of them."""
    score: Ints = field(init=False)
    change: Ints = field(init=False)
    """What the last ``settle`` added to each node's score."""
    began: Ints = field(init=False)
    count: Ints = field(init=False)
    sources: dict[SourceName, int] = field(default_factory=dict)
    voices: dict[DeviceId, int] = field(default_factory=dict)
    blind: dict[int, int] = field(default_factory=dict)
    """Sources that could not be asked, and when last."""
    _fresh: list[tuple[int, int, int]] = field(default_factory=list)
    _heard: set[int] = field(default_factory=set)

    def refresh(self, answered: Answered, stirring: Container[int]) -> None:
        """Take in all other rows as ``hear`` would take their samples, if they are good news."""
        for row, (device, check) in enumerate(zip(answered.devices, answered.checks, strict=True)):
            if row in stirring:
                continue
            if check != ICMP and check != ONU_STATE and device in self.voices:  # noqa: PLR1714 - the hot path
                self._heard.add(self.voices[device])
            part = None if check == ONU_STATE else answered.parts[row]
            source = self.sources.get((device, check, part))
            if source is None:
                continue
            self.blind.pop(source, None)
            if _answered_word(check, answered.values[row]) is Word.UP:
                if self.through[source] >= 0:
                    self._heard.add(int(self.through[source]) + self._voice_base)
                self._fresh.append((source, -1, Word.UP))

    def last_run(self, device: DeviceId, check: CheckName, part: str | None) -> int | None:
        """Return how often in a row a source said the same; None where it is no source."""
        source = self.sources.get((device, check, None if check == ONU_STATE else part))
        return None if source is None else int(self.run[source])

    def hear(self, sample: Sample) -> None:
        """Take one sample in; it counts from the next ``settle`` on."""
        if sample.check == ONU_STATE:
            source = self.sources.get((sample.device, ONU_STATE, None))
        else:
            source = self.sources.get((sample.device, sample.check, sample.part))
            if sample.outcome is Outcome.ANSWERED and sample.check != ICMP:
                voice = self.voices.get(sample.device)
                if voice is not None:
                    self._heard.add(voice)
        if source is None:
            return
        if sample.outcome is Outcome.BLIND:
            self.blind[source] = int(sample.at.timestamp())
            return
        self.blind.pop(source, None)
        word = _word(sample)
        if word is None:
            return
        if self.through[source] >= 0 and sample.outcome is Outcome.SILENT:
            return
        if self.through[source] >= 0:
            self._heard.add(int(self.through[source]) + self._voice_base)
        self._fresh.append((source, 1 if word is not Word.UP else -1, word))

    @property
    def waiting(self) -> bool:
        """Say whether anything was heard since the last ``settle``."""
        return bool(self._fresh or self._heard)

    def settle(self, second: int) -> list[int]:
        """Count what was heard until ``second``; return the sources heard, in order.

        Everything heard within a second counts as simultaneous, so its order changes nothing.
        Who has been silent for long is no news: that adds nothing to what hangs above.
        """
        heard = np.array(self._fresh, dtype=np.int64).reshape(-1, 3)
        heard = heard[np.lexsort((heard[:, 2], heard[:, 1], heard[:, 0]))]
        voices = np.array(sorted(self._heard), dtype=np.int64)
        self._fresh.clear()
        self._heard.clear()
        src = np.concatenate((heard[:, 0], voices))
        sign = np.concatenate((heard[:, 1], np.full(len(voices), -1)))
        word = np.concatenate((heard[:, 2], np.full(len(voices), int(Word.UP))))
        self._remember(src, sign, word, second)
        n = len(self.index)
        step = np.zeros(n + 1, dtype=np.int64)
        direct = np.zeros(n, dtype=np.int64)
        told = (sign < 0) | (self.run[src] >= -KEPT)
        gains = np.where(told, sign * self.weight[src], 0)
        spread(step, direct, self, src, gains)
        total = subtree(step, self.index.last) + direct
        self.change = total
        before = self.score
        self.score = np.clip(before + total, 0, self.full * np.maximum(self.count, 1))
        self.began = np.where((before == 0) & (self.score > 0), second, self.began)
        result: list[int] = src.tolist()
        return result

    def _remember(self, src: Ints, sign: Ints, word: Ints, second: int) -> None:
        """Keep what was said, source by source: the first words of all, then the second ones."""
        first = np.searchsorted(src, src)
        nth = np.arange(len(src)) - first
        for turn in range(int(nth.max(initial=-1)) + 1):
            now = nth == turn
            source, bad = src[now], sign[now]
            slot, run = self.slot[source] % KEPT, self.run[source]
            self.at[source, slot] = second
            self.bad[source, slot] = bad
            self.slot[source] += 1
            self.said[source] = word[now]
            self.fell[source[(bad > 0) & (run >= 0)]] = second
            self.run[source] = np.where(bad < 0, np.maximum(run, 0) + 1, np.minimum(run, 0) - 1)

    def forget(self) -> None:
        """Forget who was silent: while we were blind, silence said nothing about anybody."""
        silent = self.run < 0
        self.run[silent] = 0
        self.bad[silent] = 0
        self.at[silent] = NEVER
        self.score[:] = 0

    @property
    def _voice_base(self) -> int:
        return len(self.pos) - len(self.index)

    def since(self, second: int) -> Ints:
        """Return per source what it said at or after ``second``, as one signed weight.

        What had been silent long before tells nothing about a fault that began then.
        """
        signs: Ints = np.where(self.at >= second, self.bad, 0).sum(axis=1)
        signs[(self.run < 0) & (self.fell < second - OLD_S)] = 0
        return signs * self.weight


def _word(sample: Sample) -> Word | None:
    if sample.outcome is Outcome.SILENT:
        return Word.SILENT
    return _answered_word(sample.check, sample.value)


def _answered_word(check: CheckName, value: float | str | None) -> Word | None:
    if check == ICMP:
        return Word.UP
    if check == ONU_STATE:
        return ONU_WORDS.get(str(value))
    return PORT_WORDS.get(str(value))


def spread(step: Ints, direct: Ints, e: Evidence, src: Ints, gains: Ints) -> None:
    """Put gains where they count: below, not above the reporter, and on link ends' two nodes."""
    for where, sums, sign in (
        (e.pos, step, 1),
        (e.through, step, -1),
        (e.link, direct, 1),
        (e.far, direct, 1),
    ):
        node = where[src]
        known = node >= 0
        np.add.at(sums, node[known], sign * gains[known])


def subtree(step: Ints, last: Ints) -> Ints:
    sums = np.zeros(len(step), dtype=np.int64)
    np.cumsum(step[:-1], out=sums[1:])
    result: Ints = sums[last] - sums[: len(last)]
    return result


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything said since one moment, ready for questions about any set of elements."""

    since: int
    weights: Ints
    """Per source."""
    sums: Ints
    """Prefix sums over nodes: ``sums[last[v]] - sums[v]`` is the evidence below v."""
    below: Ints
    direct: Ints

    @property
    def alone(self) -> Ints:
        """Return per node the evidence that it alone has failed."""
        return self.below + self.direct


def scene(evidence: Evidence, second: int) -> Scene:
    """Sum up what was said at or after ``second``. Cost: O(nodes + sources)."""
    n = len(evidence.index)
    weights = evidence.since(second)
    step = np.zeros(n + 1, dtype=np.int64)
    direct = np.zeros(n, dtype=np.int64)
    spread(step, direct, evidence, np.arange(len(weights)), weights)
    sums = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(step[:-1], out=sums[1:])
    below: Ints = sums[evidence.index.last] - sums[:n]
    return Scene(second, weights, sums, below, direct)


def listen(network: Network, index: Index, rules: CorrelationRules) -> Evidence:
    """Lay out the sources that a network has."""
    names, rows = _sources(network, index)
    base = len(rows)
    rows.extend((n, -1, -1, -1, n) for n in range(len(index)))
    weigh = round(log((1 - rules.lost) / rules.spurious) * UNIT)
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    evidence = Evidence(index, 6 * weigh)
    evidence.pos, evidence.through, evidence.link = (table[:, i].copy() for i in range(3))
    evidence.far, evidence.owner = table[:, 3].copy(), table[:, 4].copy()
    at_home = np.zeros(len(index) + 1, dtype=bool)
    at_home[[n for n, kind in index.kinds.items() if kind in HOMES]] = True
    evidence.home = at_home[evidence.pos]
    evidence.home[base:] = False
    evidence.weight = np.full(len(rows), weigh, dtype=np.int64)
    evidence.weight[base:] = VOICE
    evidence.at = np.full((len(rows), KEPT), NEVER, dtype=np.int64)
    evidence.bad = np.zeros((len(rows), KEPT), dtype=np.int64)
    for name in ("slot", "said", "run"):
        setattr(evidence, name, np.zeros(len(rows), dtype=np.int64))
    evidence.fell = np.full(len(rows), NEVER, dtype=np.int64)
    evidence.score = np.zeros(len(index), dtype=np.int64)
    evidence.change = np.zeros(len(index), dtype=np.int64)
    evidence.began = np.full(len(index), NEVER, dtype=np.int64)
    ones = np.zeros(len(index) + 1, dtype=np.int64)
    tied = np.zeros(len(index), dtype=np.int64)
    real = np.arange(base)
    for where, one in ((evidence.pos, 1), (evidence.through, -1)):
        np.add.at(ones, where[real][where[real] >= 0], one)
    for where in (evidence.link, evidence.far):
        np.add.at(tied, where[real][where[real] >= 0], 1)
    evidence.count = subtree(ones, index.last) + tied
    evidence.sources = names
    evidence.voices = {device: base + node for device, node in index.device.items()}
    return evidence


def _sources(network: Network, index: Index) -> tuple[dict[SourceName, int], list[Row]]:
    rows: list[Row] = []
    names: dict[SourceName, int] = {}

    def add(name: SourceName, row: Row) -> None:
        if name not in names:
            names[name] = len(rows)
            rows.append(row)

    for device in network.devices.values():
        node = index.device.get(device.id)
        if node is None:
            continue
        if device.address is not None:
            add((device.id, ICMP, None), (node, -1, -1, -1, node))
        if device.via is not None and device.via in index.device:
            olt = index.device[device.via]
            add((device.id, ONU_STATE, None), (node, olt, -1, -1, olt))
    for (owner, port), node in index.port.items():
        olt = index.device[owner]
        add((owner, IF_OPER, port), (_light(index, node), olt, -1, -1, olt))
    for link_id, node in index.link.items():
        near, far = network.links[link_id].ends
        for own, other in ((near, far), (far, near)):
            if own.port and own.device in index.device and other.device in index.device:
                behind = index.device[other.device]
                add(
                    (own.device, IF_OPER, own.port),
                    (-1, -1, node, behind, index.device[own.device]),
                )
    return names, rows


def _light(index: Index, port: int) -> int:
    """Return the node whose light a PON port sees: what lies behind its one fibre, else itself.

    A port goes down with its card, its feeder or its first splitter alike.
    """
    node = port
    while index.last[node] > node + 1 and index.last[node + 1] == index.last[node]:
        if index.kinds.get(node + 1) in HOMES:
            break
        node += 1
    return node


def hanging(evidence: Evidence, roots: Iterable[int]) -> npt.NDArray[np.bool_]:
    """Mark the sources (echoes and ONU states) that hang below any of these nodes."""
    mask = np.zeros(len(evidence.pos), dtype=bool)
    for root in roots:
        end = evidence.index.last[root]
        mask |= (evidence.pos >= root) & (evidence.pos < end)
    mask[len(evidence.pos) - len(evidence.index) :] = False
    return mask


def below(evidence: Evidence, roots: Iterable[int]) -> Ints:
    """Return the sources (echoes and ONU states) that hang below any of these nodes."""
    return np.flatnonzero(hanging(evidence, roots))
