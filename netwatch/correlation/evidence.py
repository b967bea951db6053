"""Observations -> log-likelihoods, remembered per source and summed over what an element cuts off.

A source is one thing that can be seen again and again: a device's echo, an ONU's state as its OLT
tells it, a link's state as one end tells it, a device's own voice. What is said through a reporter
speaks only of what lies strictly below the reporter; a link's end speaks of the link and of the
device behind it.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from netwatch.correlation.layout import Layout, received, targets
from netwatch.correlation.news import News
from netwatch.correlation.topology import UNIT, Index, Ints
from netwatch.model.arrivals import Answered, Outcome, Sample
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.network import DeviceKind

KEPT: Final = 8
"""Observations remembered per source: as many as there are bytes in a word."""
EACH_BYTE: Final = np.uint64(0x0101010101010101)
"""Times this, a word bears the sum of its bytes in the highest."""
NEVER: Final = -(1 << 40)
OLD_S: Final = 120
"""What fell so long before is another story."""
NOTHING: Final = np.zeros(0, dtype=np.int64)
SHORT: Final = 6
"""Longer silence is an outage, not a loss."""
OWN: Final = 2
"""So many bad words in a row are more than a slip."""
VOICE: Final = 6 * UNIT
"""What a device's own answer weighs: the dead do not answer, whatever else was lost."""
ICMP: Final = CheckName("icmp")
ONU_STATE: Final = CheckName("onu.state")
ELSEWHERE: Final = CheckName("icmp from another vantage")
"""That another vantage hears a device: it is alive, whatever the path to it."""
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


WORD_BITS: Final = 3
"""So many bits hold any word."""

ONU_WORDS: Final = {
    "online": Word.UP,
    "los": Word.LOS,
    "dying-gasp": Word.GASP,
    "offline": Word.OFF,
}
PORT_WORDS: Final = {"up": Word.UP, "down": Word.DOWN}


GONE: Final = (Word.LOS, Word.GASP, Word.OFF)
"""The words of an ONU that is gone."""


@dataclass(slots=True)
class Evidence:
    """All sources of a network and what they said last.

    ``at``, ``bad``: per source and slot, the second of an observation and +1 (down) or -1 (up);
    ``weight`` per source. Where each hangs and of what it speaks says the layout.
    """

    index: Index
    layout: Layout
    full: int
    word: int
    """What one word of an ordinary source weighs."""
    pos: Ints = field(init=False)
    through: Ints = field(init=False)
    link: Ints = field(init=False)
    far: Ints = field(init=False)
    owner: Ints = field(init=False)
    home: npt.NDArray[np.bool_] = field(init=False)
    """Whether a source tells of a home: an ONU's state, or a CPE's echo."""
    weight: Ints = field(init=False)
    at: Ints = field(init=False)
    bad: npt.NDArray[np.int8] = field(init=False)
    slot: Ints = field(init=False)
    said: Ints = field(init=False)
    run: Ints = field(init=False)
    """How often in a row the last word was good (positive) or bad (negative)."""
    down: set[int] = field(default_factory=set)
    """The sources whose last word was bad."""
    fell: Ints = field(init=False)
    """The second of the first bad word of a run of them."""
    score: Ints = field(init=False)
    most: Ints = field(init=False)
    """The highest score of each node."""
    hot: npt.NDArray[np.bool_] = field(init=False)
    """The nodes whose score outweighs that such a thing hardly ever fails."""
    turned: Ints = field(init=False)
    """The nodes below or beside which a source turned from good to bad or back."""
    change: Ints = field(init=False)
    """What these sources weigh, node by node: the bad ones added, the good ones taken off."""
    began: Ints = field(init=False)
    count: Ints = field(init=False)
    gone: dict[Word, Ints] = field(init=False)
    """How many ONUs below each node said this last."""
    sources: dict[SourceName, int] = field(default_factory=dict)
    voices: dict[DeviceId, int] = field(default_factory=dict)
    muted: npt.NDArray[np.bool_] | None = None
    """Sources of which planned works are the reason, whatever they say."""
    blind: dict[int, int] = field(default_factory=dict)
    """Sources that could not be asked, and when last."""
    ever: npt.NDArray[np.bool_] = field(init=False)
    """Whether a source said anything good since the start."""
    usual: Ints = field(init=False)
    """What a word of each source weighs when it is no home that is off by habit."""
    words: Ints = field(init=False)
    """How many words of each source are forgotten."""
    losses: Ints = field(init=False)
    """How many of the others were bad for a moment only."""
    spells: Ints = field(init=False)
    """How often a source was bad for a moment only."""
    spell_ms: Ints = field(init=False)
    """How long that lasted lately, the longest one."""
    lossy: list[tuple[int, int]] = field(default_factory=list)
    """Sources that were bad for a moment until just now, and for how many words."""
    rose: list[tuple[int, int]] = field(default_factory=list)
    """Homes that came back in the second settled last, and the second in which each had fallen."""
    _fresh: list[int] = field(default_factory=list)
    """What was heard: the source, and after it the word."""
    _heard: set[int] = field(default_factory=set)
    news: News = field(init=False)
    reporters: list[int] = field(init=False)
    """The voice through which a source is told of; -1 where it is asked itself."""

    def __post_init__(self) -> None:
        lay, n = self.layout, len(self.index)
        self.news = News(lay.last)
        self.pos, self.through, self.link, self.far = lay.pos, lay.through, lay.link, lay.far
        self.owner = lay.owner
        at_home = np.zeros(n + 1, dtype=bool)
        at_home[[node for node, kind in self.index.kinds.items() if kind in HOMES]] = True
        self.home = at_home[self.pos]
        self.home[lay.base :] = False
        hung = lay.first[lay.last] - lay.first[:n]
        hung -= lay.told_first[lay.last] - lay.told_first[:n]
        self.count = hung + lay.tied_first[1:] - lay.tied_first[:n]
        self.most = self.full * np.maximum(self.count, 1)
        self.score = np.zeros(n, dtype=np.int64)
        self.began = np.full(n, NEVER, dtype=np.int64)
        self.turned = self.change = np.zeros(0, dtype=np.int64)
        self.hot = self.index.prior > 0
        voice = {node: lay.base + node for node in np.unique(self.through).tolist()}
        voice[-1] = -1
        self.reporters = [voice[node] for node in self.through.tolist()]
        self.gone = {word: np.zeros(n, dtype=np.int64) for word in GONE}

    def refresh(self, answered: Answered, stirring: Container[int]) -> None:
        """Take in all other rows as ``hear`` would take their samples, if they are good news."""
        sources, blind, fresh = self.sources, self.blind, self._fresh
        rows = zip(answered.devices, answered.checks, answered.parts, strict=True)
        for row, (device, check, part) in enumerate(rows):
            if row in stirring:
                continue
            if check != ICMP and check != ONU_STATE and device in self.voices:  # noqa: PLR1714 - the hot path
                self._heard.add(self.voices[device])
            source = sources.get((device, check, None if check == ONU_STATE else part))
            if source is None:
                continue
            if blind:
                blind.pop(source, None)
            if check == ICMP and self.reporters[source] < 0:
                fresh.append(source << WORD_BITS | Word.UP)
            elif _answered_word(check, answered.values[row]) is Word.UP:
                self.take(source, Word.UP)

    def take_good(
        self,
        device: DeviceId,
        check: CheckName,
        part: str | None,
        value: float | str | None,
        good: bool,
    ) -> bool:
        """Take an answer in as ``hear`` would, unless its source is down or ``good`` is untrue."""
        of_onu = check == ONU_STATE
        source = self.sources.get((device, check, None if of_onu else part))
        if source is not None:
            if not good or source in self.down:
                return False
            if self.blind:
                self.blind.pop(source, None)
            if _answered_word(check, value) is Word.UP:
                self.take(source, Word.UP)
        if not of_onu and check != ICMP and (voice := self.voices.get(device)) is not None:
            self._heard.add(voice)
        return True

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
        second_hand = self.reporters[source] >= 0 or sample.check == IF_OPER
        if second_hand and sample.outcome is Outcome.SILENT:
            return  # who does not tell of another says nothing of it
        self.take(source, word)

    def take(self, source: int, word: Word) -> None:
        """Take in what a source says; it counts from the next ``settle`` on."""
        self._fresh.append(source << WORD_BITS | word)
        if (reporter := self.reporters[source]) >= 0:
            self._heard.add(reporter)

    @property
    def waiting(self) -> bool:
        """Say whether anything was heard since the last ``settle``."""
        return bool(self._fresh or self._heard)

    def settle(self, second: int) -> list[int]:
        """Count what was heard until ``second``; return the sources heard, in order.

        Everything heard within a second counts as simultaneous, so its order changes nothing.
        Who has been silent for long is no news: that adds nothing to what hangs above.
        """
        heard = np.array(self._fresh, dtype=np.int64)
        heard.sort()
        voices = np.array(sorted(self._heard), dtype=np.int64)
        self._fresh.clear()
        self._heard.clear()
        src = np.concatenate((heard >> WORD_BITS, voices))
        word = np.concatenate((heard & (1 << WORD_BITS) - 1, np.full(len(voices), int(Word.UP))))
        sign = np.where(word == Word.UP, -1, 1)
        before = self.said[src]
        steady = self._remember(src, sign, word, second)
        steady[before != self.said[src]] = NEVER
        self._count_words(src, before)
        self.news.note(self.layout, src, steady)
        self._turn(src, before)
        told = (sign < 0) | (self.run[src] >= -KEPT)
        self._rise(src, np.where(told, sign * self.weight[src], 0), second)
        result: list[int] = src.tolist()
        return result

    def _rise(self, src: Ints, gains: Ints, second: int) -> None:
        """Add gains to the score of all that they tell of. Cost: what was heard, times depth."""
        lay = self.layout
        nodes, change = received(lay, *targets(lay, src, gains))
        before = self.score[nodes]
        after = np.clip(before + change, 0, self.most[nodes])
        self.score[nodes] = after
        self.began[nodes[(before == 0) & (after > 0)]] = second
        self.hot[nodes] = after + self.index.prior[nodes] > 0

    def _turn(self, src: Ints, before: Ints) -> None:
        """Keep what turned: who says the same as ever sways nothing, however often it is said."""
        if not ((self.said[src] > Word.UP) != (before > Word.UP)).any():
            self.turned = self.change = NOTHING
            return
        src, first = np.unique(src, return_index=True)
        bad = (self.said[src] > Word.UP).astype(np.int64) - (before[first] > Word.UP)
        where = targets(self.layout, src[bad != 0], (bad * self.weight[src])[bad != 0])
        self.turned, self.change = received(self.layout, *where)

    def _count_words(self, src: Ints, before: Ints) -> None:
        """Keep how many ONUs below each node are gone, and with which word."""
        after, told = self.said[src], self.through[src] >= 0
        if (after == before).all():
            return
        for word, counts in self.gone.items():
            gone, back = told & (after == word), told & (before == word)
            turned = np.unique(src[gone != back])
            if len(turned):
                signs = np.where(self.said[turned] == word, 1, -1)
                nowhere = np.zeros(0, dtype=np.int64)
                nodes, sums = received(self.layout, self.pos[turned], signs, nowhere, nowhere)
                counts[nodes] += sums

    def _remember(self, src: Ints, sign: Ints, word: Ints, second: int) -> Ints:
        """Keep what was said, source by source: the first words of all, then the second ones.

        Returns:
            Per source, until when it had said that already so often that all that was said since
            any earlier second is the same as before.
        """
        self.rose, self.lossy = [], []
        steady = np.full(len(src), second)
        first = np.searchsorted(src, src)
        nth = np.arange(len(src)) - first
        for turn in range(int(nth.max(initial=-1)) + 1):
            now = nth == turn
            source, bad = src[now], sign[now]
            slot, run = self.slot[source] % KEPT, self.run[source]
            same = (self.bad[source, slot] == bad) & ((bad > 0) == (run < 0))
            gone = np.where(same, self.at[source, slot], NEVER)
            steady[now] = gone if not turn else np.minimum(steady[now], gone)
            self.at[source, slot] = second
            self.bad[source, slot] = bad
            self.slot[source] += 1
            back = source[(bad < 0) & (run <= -OWN) & self.home[source]]
            self.rose += zip(back.tolist(), self.fell[back].tolist(), strict=True)
            self.ever[source[bad < 0]] = True
            short = (bad < 0) & (run < 0) & (run >= -SHORT) & (source < self.layout.base)
            self.lossy += zip(source[short].tolist(), (-run[short]).tolist(), strict=True)
            self.said[source] = word[now]
            self.fell[source[(bad > 0) & (run >= 0)]] = second
            self.run[source] = np.where(bad < 0, np.maximum(run, 0) + 1, np.minimum(run, 0) - 1)
            self.down.update(source[(bad > 0) & (run >= 0)].tolist())
            self.down.difference_update(source[(bad < 0) & (run < 0)].tolist())
        return steady

    def drop(self, rows: npt.NDArray[np.bool_]) -> None:
        """Drop what these sources said."""
        self.news.weighing += 1
        self.run[rows] = self.bad[rows] = 0
        self.at[rows] = NEVER
        self.down.difference_update(np.flatnonzero(rows).tolist())

    def forget(self) -> None:
        """Forget who was silent: while we were blind, silence said nothing about anybody."""
        self.drop(self.run < 0)
        self.down.clear()
        self.score[:] = 0
        self.hot = self.index.prior > 0

    @property
    def homes(self) -> npt.NDArray[np.bool_]:
        """Mark the sources that tell of homes, but those that planned works take."""
        return self.home if self.muted is None else self.home & ~self.muted

    def since(self, second: int | Ints, rows: Ints | slice = slice(None)) -> Ints:
        """Return per source what it said at or after ``second``, as one signed weight.

        What had been silent long before tells nothing about a fault that began then.
        """
        edge = second if isinstance(second, int) else second[:, None]
        seen = (self.at[rows] >= edge) * self.bad[rows] + np.int8(1)
        signs: Ints = (seen.view(np.uint64)[:, 0] * EACH_BYTE >> 56).astype(np.int64) - KEPT
        signs[(self.run[rows] < 0) & (self.fell[rows] < second - OLD_S)] = 0
        if self.muted is not None:
            signs[self.muted[rows]] = 0
        return signs * self.weight[rows]


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


def below(evidence: Evidence, roots: Iterable[int]) -> Ints:
    """Return the sources (echoes and ONU states) that hang below any of these nodes."""
    return evidence.layout.below(roots)
