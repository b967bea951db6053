"""The rule that monitoring systems have used for twenty years, to hold correlation against.

A host is down after three silent answers. It is told as down when its nearest asked parent is up,
and as unreachable, without an alert, when that is down. States are judged at the end of a round,
which is kind to the rule: it never judges a child before its parent.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.names import DeviceId

_IN_A_ROW: Final = 3
_GOOD: Final = frozenset({"online", "up"})


class ParentsRule:
    """Hosts, their parents, and who is down."""

    def __init__(self, above: Mapping[DeviceId, DeviceId], asked: Iterable[DeviceId]) -> None:
        self._above = above
        self._asked = frozenset(asked)
        self._bad: dict[DeviceId, int] = {}
        self._told: set[DeviceId] = set()

    def round(self, samples: Iterable[Sample]) -> list[DeviceId]:
        """Take a round; return the hosts for which an alert goes out."""
        for sample in samples:
            silent = sample.outcome is not Outcome.ANSWERED
            bad = silent or (isinstance(sample.value, str) and sample.value not in _GOOD)
            self._bad[sample.device] = self._bad.get(sample.device, 0) + 1 if bad else 0
        down = {host for host, times in self._bad.items() if times >= _IN_A_ROW}
        self._told &= down
        alerts = [host for host in down - self._told if self._parent(host) not in down]
        self._told |= down
        return alerts

    def _parent(self, host: DeviceId) -> DeviceId | None:
        above = self._above.get(host)
        while above is not None and above not in self._asked:
            above = self._above.get(above)
        return above
