"""Counts -> one flood, told once, and its end. Pure: seconds of a monotonic clock are arguments."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

BEGINS_PER_S: Final = 200.0
"""A second in which so many are not looked at is a loud one."""
ENDS_PER_S: Final = 20.0
_LOUD_LOOKS: Final = 5
_OUT_OF_LOOKS: Final = 10
"""A flood begins with so many loud seconds out of so many: one burst is none."""
_ENDS_OVER_S: Final = 60.0
"""Calm must last so long: a flood that pauses is still the same one."""
_MOST_NAMED: Final = 1000
_ONE_IN: Final = 64
"""Of those shed, one in so many is remembered by its source: enough to name who floods."""


@dataclass(slots=True)
class Talkers:
    """Who says most of what is not looked at, by a sample that cannot grow."""

    counts: Counter[str] = field(default_factory=Counter)
    _turn: int = 0

    def note(self, source: str) -> None:
        """Count one datagram that was not looked at."""
        self._turn += 1
        if self._turn % _ONE_IN == 0 and (source in self.counts or len(self.counts) < _MOST_NAMED):
            self.counts[source] += 1

    def loudest(self) -> tuple[str, float]:
        """Return who says most, and which share of it all; nobody says nothing."""
        ((source, most),) = self.counts.most_common(1) or (("", 0),)
        return source, most / max(1, self.counts.total())


@dataclass(frozen=True, slots=True)
class _Look:
    at: float
    came: int
    shed: int
    lost: int


@dataclass(slots=True)
class FloodWatch:
    """Watches the counts go by: ``trouble`` words a flood that lasts, ``ending`` how one ended.

    Shed: dropped by us, unread. Lost: dropped by the kernel before we could.
    """

    trouble: str = ""
    ending: str = ""
    talkers: Talkers = field(default_factory=Talkers)
    _looks: deque[tuple[_Look, bool]] = field(default_factory=lambda: deque(maxlen=_OUT_OF_LOOKS))
    """The last looks, and whether the second before each was loud."""
    _before: _Look | None = None
    """The look before the flood."""
    _loud_at: float = 0.0

    def look(self, at: float, came: int, shed: int, lost: int) -> None:
        """Take the running totals at a moment; about once a second."""
        look, last = _Look(at, came, shed, lost), self._looks[-1][0] if self._looks else None
        if last is None or at <= last.at:
            self._looks.append((look, False))
            return
        per_s = (shed + lost - last.shed - last.lost) / (at - last.at)
        self._looks.append((look, per_s >= BEGINS_PER_S))
        if per_s >= ENDS_PER_S:
            self._loud_at = at
        if self._before is None:
            if sum(loud for _, loud in self._looks) >= _LOUD_LOOKS:
                self._before = self._looks[0][0]
                self.trouble = self._begun((came + lost - last.came - last.lost) / (at - last.at))
            elif per_s < ENDS_PER_S:
                self.talkers.counts.clear()
        elif at - self._loud_at >= _ENDS_OVER_S:
            self.ending, self.trouble = self._ended(self._before, look), ""
            self._before = None
            self._looks.clear()

    def _begun(self, per_s: float) -> str:
        source, share = self.talkers.loudest()
        who = f"; {share:.0%} of it from {source}" if source else ""
        return (
            f"a flood of {per_s:,.0f} messages a second{who}. Devices that were quiet are still "
            "heard; find who sends this, or filter it before it reaches this machine"
        )

    def _ended(self, before: _Look, now: _Look) -> str:
        return (
            f"The flood is over after {self._loud_at - before.at:.0f} s: "
            f"{now.came - before.came:,} messages, {now.shed - before.shed:,} of them not looked "
            f"at, {now.lost - before.lost:,} lost by the kernel"
        )
