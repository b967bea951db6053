"""When answers get lost on lines that work: at random, or in bursts (Gilbert and Elliott).

Each leaf is asked once every round, at a moment of its own, and out of turn on full seconds. A
question is two echoes, the second one where the first had no answer within a second.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

LOST: Final = 0.05
BURST_S: Final = 2.0
LONGEST_S: Final = 8.0
ROUND_S: Final = 10
TIMEOUT_S: Final = 1.0
DAY_S: Final = 86_400
_BLOCK_S: Final = 3600

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Turns = Sequence[Sequence[tuple[float, int]]]
"""Per second of a round the leaves asked in it, each with how far into the second that is."""


class Losses(Protocol):
    """Says which questions nobody answers."""

    def next_day(self) -> None:
        """Draw another day."""

    def in_turn(self, second: int) -> Flags:
        """Say of each leaf whose turn is in this second whether its question is lost."""

    def out_of_turn(self, second: int, leaves: Sequence[int]) -> Flags:
        """Say of each of these, asked on the full second, whether its question is lost."""


@dataclass
class AtRandom:
    """Each echo gets lost by itself."""

    turns: Turns
    seed: int

    def __post_init__(self) -> None:
        self._chance = np.random.default_rng(self.seed)

    def next_day(self) -> None:
        """Draw nothing: each echo is drawn as it leaves."""

    def in_turn(self, second: int) -> Flags:
        """Say of each leaf whose turn is in this second whether both of its echoes are lost."""
        return self._both(len(self.turns[second % ROUND_S]))

    def out_of_turn(self, second: int, leaves: Sequence[int]) -> Flags:  # noqa: ARG002 - alike at all times
        """Say of each of these whether both of its echoes are lost."""
        return self._both(len(leaves))

    def _both(self, count: int) -> Flags:
        both: Flags = (self._chance.random((2, count)) < LOST).all(axis=0)
        return both


@dataclass
class InBursts:
    """A line is good or bad, and in the bad state nothing comes back."""

    turns: Turns
    seed: int
    _changes: list[Floats] = field(default_factory=list)
    """Of each leaf the moments of the day at which its state changes, good at first."""
    _block: int = -1
    _whole: Flags = field(init=False)
    """Leaf by second of the hour."""
    _turned: list[Flags] = field(init=False)
    """Per second of a round: round of the hour by leaf whose turn it is."""

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - repeatable, not secret

    def next_day(self) -> None:
        """Draw the day's bursts: bad for 2 s on average, 8 s at most, one second in twenty."""
        chance = np.random.default_rng(self._dice.getrandbits(64))
        bad = np.minimum(chance.exponential(BURST_S, 4096), LONGEST_S).mean()
        good_s = float(bad) * (1 - LOST) / LOST
        count = int(DAY_S / (good_s + bad) * 1.1) + 50
        self._changes, self._block = [], -1
        for _ in range(sum(map(len, self.turns))):
            good = chance.exponential(good_s, count)
            burst = np.minimum(chance.exponential(BURST_S, count), LONGEST_S)
            self._changes.append(np.cumsum(np.column_stack((good, burst)).ravel()))

    def in_turn(self, second: int) -> Flags:
        """Say of each leaf whose turn is in this second whether both echoes fall into bursts."""
        self._open(second)
        flags: Flags = self._turned[second % ROUND_S][second % _BLOCK_S // ROUND_S]
        return flags

    def out_of_turn(self, second: int, leaves: Sequence[int]) -> Flags:
        """Say of each of these whether both of its echoes fall into bursts."""
        self._open(second)
        flags: Flags = self._whole[np.array(leaves, dtype=np.int64), second % _BLOCK_S]
        return flags

    def _open(self, second: int) -> None:
        """Look up all moments of an hour at which anybody may be asked."""
        if second // _BLOCK_S == self._block:
            return
        self._block = second // _BLOCK_S
        seconds = np.arange(_BLOCK_S) + self._block * _BLOCK_S
        self._whole = np.array([_both(changes, seconds) for changes in self._changes])
        rounds = [seconds[n::ROUND_S] for n in range(ROUND_S)]
        self._turned = [
            np.array([_both(self._changes[leaf], rounds[n] + late) for late, leaf in asked]).T
            if asked
            else np.zeros((len(rounds[n]), 0), dtype=bool)
            for n, asked in enumerate(self.turns)
        ]


def _both(changes: Floats, at: npt.NDArray[np.int64] | Floats) -> Flags:
    first = np.searchsorted(changes, at, side="right") % 2
    flags: Flags = (first & (np.searchsorted(changes, at + TIMEOUT_S, side="right") % 2)) == 1
    return flags
