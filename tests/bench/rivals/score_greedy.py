"""Greedy cover by risk groups, after SCORE (Kompella et al., IP fault localization, NSDI 2005).

Signs that are bad are covered by as few groups as may be: again and again by that which covers
most of those left, of the groups in which a large enough share of the signs is bad (the hit
ratio). Several thresholds are tried; the hypothesis with the lowest size / threshold is taken.
What nobody can read now (behind a silent OLT, a port of a silent switch) is in no group.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from netwatch.model.names import SELF, DeviceId
from netwatch.model.network import Network
from tests.bench.rivals.command import play
from tests.bench.rivals.ground import Ground
from tests.bench.rivals.groups import Group, risk_groups
from tests.bench.rivals.problems import Problem
from tests.bench.rivals.watch import Patience, Sign, Watch

_STEP = 0.1
_MOST_ALSO = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator sets."""

    patience: Patience = field(default_factory=Patience)
    delay: timedelta = timedelta(seconds=0)
    highest: float = 1.0
    """Hit ratio of the strictest hypothesis."""
    lowest: float = 0.6
    """Hit ratio of the laxest; in between in steps of a tenth."""
    least: int = 2
    """A hypothesis element that covers fewer bad signs is told to nobody but the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blamed:
    """One group of a hypothesis, what it covers, and the groups that look the same."""

    group: Group
    covers: frozenset[Sign]
    twins: tuple[Group, ...]


class ScoreGreedy:
    """All risk groups; at the end of each round, the smallest set of them."""

    def __init__(self, network: Network, settings: Settings) -> None:
        self._settings = settings
        self._ground = Ground(network)
        self._groups = risk_groups(self._ground)
        self._in: dict[Sign, list[int]] = defaultdict(list)
        for number, group in enumerate(self._groups):
            for sign in group.signs:
                self._in[sign].append(number)
        self._held: dict[str, frozenset[Sign]] = {}

    def begin(self) -> None:
        """Forget what stood on the last tape."""
        self._held = {}

    def problems(self, watch: Watch) -> list[Problem]:
        """Return what stands; what covers half of the same signs as before is the same."""
        known = self._readable(watch)
        found = self._hypothesis(watch.bad & known, known)
        held: dict[str, frozenset[Sign]] = {}
        problems: list[Problem] = []
        for blamed in found:
            key = self._key(blamed, held)
            held[key] = blamed.covers
            problems += self._problem(key, blamed, watch.flapping)
        self._held = held
        return problems

    def _readable(self, watch: Watch) -> set[Sign]:
        silent = {device for device, part in watch.bad if part is None}
        devices = self._ground.network.devices
        return {
            (device, part)
            for device, part in watch.known
            if (device if part is not None else devices[device].via) not in silent
        }

    def _hypothesis(self, bad: set[Sign], known: set[Sign]) -> list[Blamed]:
        best: list[Blamed] = []
        cost = float("inf")
        threshold = self._settings.highest
        while bad and threshold >= self._settings.lowest - 1e-9:
            found = list(self._greedy(bad, known, threshold))
            if len(found) / threshold < cost:
                best, cost = found, len(found) / threshold
            threshold -= _STEP
        return best

    def _greedy(self, bad: set[Sign], known: set[Sign], threshold: float) -> Iterator[Blamed]:
        hits = Counter(number for sign in bad for number in self._in[sign])
        sizes = {number: len(self._groups[number].signs & known) for number in hits}
        fit = {n for n, hit in hits.items() if hit / sizes[n] >= threshold - 1e-9}
        left = set(bad)
        while left:
            covers = Counter(n for sign in left for n in self._in[sign] if n in fit)
            if not covers:
                return
            number = max(covers, key=lambda n: (covers[n], hits[n] / sizes[n], -n))
            group = self._groups[number]
            signs = group.signs & known
            same = (self._groups[n] for n in covers if n != number and sizes[n] == len(signs))
            twins = tuple(twin for twin in same if twin.signs & known == signs)
            yield Blamed(group=group, covers=frozenset(signs & bad), twins=twins[:_MOST_ALSO])
            left -= signs

    def _key(self, blamed: Blamed, taken: Iterable[str]) -> str:
        for key, signs in self._held.items():
            if key not in taken and 2 * len(signs & blamed.covers) > len(signs):
                return key
        name = str(blamed.group.element)
        return name if name not in taken else f"{name} again"

    def _problem(self, key: str, blamed: Blamed, flapping: set[Sign]) -> Iterator[Problem]:
        group = blamed.group
        if group.element == f"device:{self._ground.network.vantage}":
            yield Problem(key=key, kind="blind", roots=(SELF,))
            return
        dark = group.cut & self._ground.hosts
        home = bool(dark) and len(dark) == 1 and dark <= self._ground.homes
        told = len(blamed.covers) >= self._settings.least and not home
        yield Problem(
            key=key,
            kind="line" if not told else self._kind(dark, blamed.covers, flapping),
            roots=(group.element,),
            also=tuple(twin.element for twin in blamed.twins),
            subscribers=self._ground.subscribers(group.cut) if told or home else frozenset(),
            pages=told,
        )

    @staticmethod
    def _kind(dark: frozenset[DeviceId], covers: frozenset[Sign], flapping: set[Sign]) -> str:
        if 2 * len(covers & flapping) > len(covers):
            return "flapping"
        return "outage" if dark else "degraded"


def main(words: Iterable[str] | None = None) -> int:
    """Play tapes as `netwatch replay` does; settings are given as ``--set least=3``."""
    return play(ScoreGreedy, Settings(), words)


if __name__ == "__main__":
    sys.exit(main())
