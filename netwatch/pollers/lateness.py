"""How late errands begin: the share of them that an average would hide. Pure."""

from bisect import bisect_left
from typing import Final

_STEPS_S: Final = (
    0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0,
    30.0, 60.0, 300.0, 3600.0,
)  # fmt: skip
_TURN_S: Final = 60.0


class Lateness:
    """Counts errands by how late they were, of the last one to two minutes."""

    def __init__(self) -> None:
        self._now = [0] * (len(_STEPS_S) + 1)
        self._before = self._now
        self._since = float("-inf")

    def note(self, now: float, late_s: float) -> None:
        """Note how late an errand was."""
        if now - self._since >= _TURN_S:
            self._turn(now)
        self._now[bisect_left(_STEPS_S, late_s)] += 1

    def within(self, share: float, now: float) -> float:
        """Return the seconds within which so great a share of the errands began; 0 of none."""
        if now - self._since >= _TURN_S:
            self._turn(now)
        counts = [old + new for old, new in zip(self._before, self._now, strict=True)]
        wanted, seen = share * sum(counts), 0
        for step, count in zip((*_STEPS_S, float("inf")), counts, strict=True):
            seen += count
            if count and seen >= wanted:
                return min(step, _STEPS_S[-1])
        return 0.0

    def _turn(self, now: float) -> None:
        recent = now - self._since < 2 * _TURN_S
        self._before = self._now if recent else [0] * len(self._now)
        self._now = [0] * len(self._now)
        self._since = now
