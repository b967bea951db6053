"""An agent whose tables are not read anew for each question: they are as they were a while ago."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Final

from netwatch.lab.agent import Objects
from netwatch.wire.ber import Oid, VarBind

_ENTERPRISES: Final[Oid] = (1, 3, 6, 1, 4, 1)
_BEHIND: Final[Oid] = (1, 3, 6, 1, 4, 2)


class Stale:
    """Objects of which the maker's own are shown as they stood when they were last copied.

    Args:
        objects: what the agent would show.
        now: the lab's own seconds.
        period_s: so long a copy is shown.
    """

    def __init__(self, objects: Objects, now: Callable[[], float], period_s: float) -> None:
        self._objects = objects
        self._now = now
        self.period_s = period_s
        self._copied_at = float("-inf")
        self._copy: list[VarBind] = []
        self._names: list[Oid] = []

    def get(self, oid: Oid) -> VarBind | None:
        """Return exactly this object."""
        if not _is_own(oid):
            return self._objects.get(oid)
        self._look()
        place = bisect_left(self._names, oid)
        there = place < len(self._names) and self._names[place] == oid
        return self._copy[place] if there else None

    def after(self, oid: Oid) -> VarBind | None:
        """Return the next object in order."""
        if not _is_own(oid):
            found = self._objects.after(oid)
            if found is None or not _is_own(found.oid):
                return found
            oid = _ENTERPRISES
        self._look()
        place = bisect_right(self._names, oid)
        return self._copy[place] if place < len(self._names) else self._objects.after(_BEHIND)

    def knows(self, oid: Oid) -> bool:
        """Say whether the object exists, in whatever instance."""
        return self._objects.knows(oid)

    def _look(self) -> None:
        now = self._now()
        if now - self._copied_at < self.period_s:
            return
        self._copied_at, self._copy = now, []
        found = self._objects.after(_ENTERPRISES)
        while found is not None and _is_own(found.oid):
            self._copy.append(found)
            found = self._objects.after(found.oid)
        self._names = [bind.oid for bind in self._copy]


def _is_own(oid: Oid) -> bool:
    return oid[: len(_ENTERPRISES)] == _ENTERPRISES
