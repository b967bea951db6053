"""Samples -> what is held for bad: soft and hard states, and flapping, as Nagios keeps them."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from netwatch.model.arrivals import Arrival, Outcome, Sample
from netwatch.model.names import DeviceId

Sign = tuple[DeviceId, str | None]
"""What is looked at: a host, or a port that a host tells of."""

_CHECKS: Final = frozenset({"icmp", "onu.state", "if.oper"})
_GOOD: Final = frozenset({"online", "up"})
_APART: Final = timedelta(seconds=3)
_LONGEST: Final = timedelta(seconds=10)
_KEPT: Final = 21
"""Results that Nagios keeps to see flapping: twenty changes."""
_OLDEST_WEIGHS: Final = 0.75
_NEWEST_WEIGHS: Final = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How much is asked for before something is held for bad, and for good again."""

    bad: int = 3
    of: int = 3
    """Bad when ``bad`` of the last ``of`` results were."""
    good: int = 1
    """So many good ones in a row end it."""
    flap_percent: float = 30.0
    """Flapping from so much change on; ends 10 points below. Above 100: never."""


class Watch:
    """All signs and what they said lately."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._last: dict[Sign, deque[bool]] = {}
        self.down: set[Sign] = set()
        self.flapping: set[Sign] = set()

    @property
    def known(self) -> Iterable[Sign]:
        """Return whatever was heard of at least once."""
        return self._last.keys()

    @property
    def bad(self) -> set[Sign]:
        """Return what is down or flapping."""
        return self.down | self.flapping

    def take(self, samples: Iterable[Sample]) -> None:
        """Take the results of a round."""
        for sample in samples:
            if sample.check in _CHECKS and sample.outcome is not Outcome.BLIND:
                part = sample.part if sample.check == "if.oper" else None
                self._judge((sample.device, part), _is_bad(sample))

    def _judge(self, sign: Sign, bad: bool) -> None:
        last = self._last.setdefault(sign, deque(maxlen=_KEPT))
        last.append(bad)
        if not any(last):
            return
        rule = self._patience
        lately = list(last)
        if sum(lately[-rule.of :]) >= rule.bad:
            self.down.add(sign)
        elif not any(lately[-rule.good :]):
            self.down.discard(sign)
        change = changed_percent(lately)
        if change >= rule.flap_percent:
            self.flapping.add(sign)
        elif change < rule.flap_percent - 10:
            self.flapping.discard(sign)


def changed_percent(results: list[bool]) -> float:
    """Return how much the results change, late changes weighing more, as Nagios counts it."""
    slots = [False] * (_KEPT - len(results)) + results
    step = (_NEWEST_WEIGHS - _OLDEST_WEIGHS) / (_KEPT - 2)
    changes = (
        _OLDEST_WEIGHS + step * number
        for number, (before, after) in enumerate(pairwise(slots))
        if before != after
    )
    return 100 * sum(changes) / (_KEPT - 1)


def _is_bad(sample: Sample) -> bool:
    silent = sample.outcome is not Outcome.ANSWERED
    return silent or (isinstance(sample.value, str) and sample.value not in _GOOD)


def rounds(arrivals: Iterable[Arrival]) -> Iterator[tuple[datetime, list[Sample]]]:
    """Yield the samples of each round and when it ended: after a pause, or after ten seconds.

    Judging at the end of a round is kind: no child is judged before its parent.
    """
    some: list[Sample] = []
    for arrival in arrivals:
        if not isinstance(arrival, Sample):
            continue
        if some and (arrival.at - some[-1].at > _APART or arrival.at - some[0].at > _LONGEST):
            yield some[-1].at, some
            some = []
        some.append(arrival)
    if some:
        yield some[-1].at, some
