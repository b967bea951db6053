"""What is left out when there is more to ask than this machine can: the least important first.

The order: what is measured for graphs, then inventory sweeps, then what stands at customers' homes.
The network itself is asked always; there only the lag is told. Pure: time is an argument.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from netwatch.model.network import DeviceKind
from netwatch.pollers.schedule import Kind

HOMES: Final = frozenset({DeviceKind.ONU, DeviceKind.CPE})
LATE_S: Final = 1.0
"""So late for `FIRM_S`, and less is asked."""
FIRM_S: Final = 5.0
STEP_S: Final = 10.0
"""What was left out is given so long to show, before more is."""
EASY_S: Final = 0.5
CALM_S: Final = 60.0
"""No later than `EASY_S` for so long, and more is asked again."""
CALM_AT_MOST_S: Final = 1800.0


class Level(IntEnum):
    """How much is left out."""

    NOTHING = 0
    GRAPHS = 1
    SWEEPS = 2
    HOMES = 3


Told = tuple[str, str, bool]
"""Where there is trouble, what it is, and whether it is over."""
_REMEDY: Final = "poll less often, or give netwatch more cores ([polling] processes)"
_TOLD: Final = (
    ("polling load", Level.GRAPHS, "measurements and then sweeps of the inventory"),
    ("polling load at homes", Level.HOMES, "devices at customers' homes"),
)


class Overload:
    """How much is left out now; told once a second how late we are."""

    def __init__(self) -> None:
        self.level = Level.NOTHING
        self._late_since: float | None = None
        self._easy_since: float | None = None
        self._changed_at = float("-inf")
        self._calm_s = CALM_S
        self._eased_at = float("-inf")

    def note(self, now: float, lag_s: float) -> Iterator[Told]:
        """Note how late we are; yield what the staff is to be told when another level holds."""
        before = self.level
        self._late_since = self._since(self._late_since, now, lag_s > LATE_S)
        self._easy_since = self._since(self._easy_since, now, lag_s < EASY_S)
        calm_s = self._calm_s
        if before < Level.HOMES and self._lasts(self._late_since, now, FIRM_S, STEP_S):
            self._worsen(now)
        elif before > Level.NOTHING and self._lasts(self._easy_since, now, calm_s, calm_s):
            self._ease(now)
        for where, least, what in _TOLD:
            if before < least <= self.level:
                yield where, f"this machine cannot keep up: {what} are left out; {_REMEDY}", False
            elif self.level < least <= before:
                yield where, "everything is asked again", True

    def leaves_out(self, kind: Kind, at_home: bool) -> bool:
        """Say whether such an errand is left out now."""
        match kind:
            case Kind.METRICS:
                return self.level >= Level.GRAPHS
            case Kind.INVENTORY:
                return self.level >= Level.SWEEPS
            case Kind.ICMP | Kind.STATUS | Kind.PON:
                return self.level >= Level.HOMES and at_home

    def _worsen(self, now: float) -> None:
        if now - self._eased_at < 2 * self._calm_s:  # eased too soon: next time wait longer
            self._calm_s = min(self._calm_s * 2, CALM_AT_MOST_S)
        elif self.level is Level.NOTHING:
            self._calm_s = CALM_S
        self.level = Level(self.level + 1)
        self._changed_at = now
        self._late_since = None

    def _ease(self, now: float) -> None:
        self.level = Level(self.level - 1)
        self._changed_at = self._eased_at = now

    def _lasts(self, since: float | None, now: float, long_s: float, after_change_s: float) -> bool:
        return (
            since is not None and now - since >= long_s and now - self._changed_at >= after_change_s
        )

    @staticmethod
    def _since(since: float | None, now: float, holds: bool) -> float | None:
        if not holds:
            return None
        return now if since is None else since
