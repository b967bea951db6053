"""Noise: answers get lost, nothing is broken; whatever the public is told of it is false.

Each leaf loses answers by itself: one in twenty at random, or in bursts (Gilbert and Elliott: a
line is good or bad, and in the bad state nothing comes back). It is asked as the service asks:
every 10 s, once more after a second without an answer, and when the pipeline wants a second look.
"""

import heapq
import random
import sys
import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import Final

import numpy as np

from netwatch.model.arrivals import Answered, Arrival, Outcome, Sample, Tick
from netwatch.model.asks import SecondLook
from netwatch.model.facts import (
    AlarmRaised,
    Audience,
    Fact,
    IncidentOpened,
    IncidentRestored,
    NoticeDue,
)
from netwatch.model.names import (
    AreaId,
    CheckName,
    DeviceId,
    IncidentId,
    LinkId,
    SubscriberId,
)
from netwatch.model.network import (
    Area,
    Device,
    DeviceKind,
    End,
    Link,
    LocalName,
    Network,
    Subscriber,
)
from netwatch.pipeline import Pipeline, StageRules
from netwatch.response.rules import Mode, ResponseRules
from tests.bench.report import Table

_MONDAY: Final = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)
_DAY: Final = 86_400
_ROUND_S: Final = 10
_TIMEOUT_S: Final = 1.0
_ICMP: Final = CheckName("icmp")
_LOST: Final = 0.05
_BURST_S: Final = 2.0
_LONGEST_S: Final = 8.0
_LEAVES_EACH: Final = 25
_PEOPLE: Final = 20
_LEAVES: Final = 100
_DEVICE_DAYS: Final = 100


def town(leaves: int) -> Network:
    """Return a core, switches, and leaves with so many subscribers each that the public is told."""
    core = DeviceId("core")
    switches = [DeviceId(f"agg-{n}") for n in range(-(-leaves // _LEAVES_EACH))]
    ends = [DeviceId(f"leaf-{n}") for n in range(leaves)]
    above = dict.fromkeys(switches, core)
    above |= {leaf: switches[n // _LEAVES_EACH] for n, leaf in enumerate(ends)}
    devices = [core, *switches, *ends]
    return Network(
        vantage=core,
        gateways=(core,),
        areas={AreaId(leaf): Area(id=AreaId(leaf), name=LocalName(leaf)) for leaf in ends},
        devices={
            name: Device(
                id=name, kind=DeviceKind.SWITCH, address=IPv4Address((127 << 24) + number + 1)
            )
            for number, name in enumerate(devices)
        },
        links={
            LinkId(f"l-{name}"): Link(
                id=LinkId(f"l-{name}"), ends=(End(device=up), End(device=name))
            )
            for name, up in above.items()
        },
        subscribers={
            name: Subscriber(id=name, device=leaf, area=AreaId(leaf))
            for leaf in ends
            for name in (SubscriberId(f"S-{leaf}-{n}") for n in range(_PEOPLE))
        },
    )


@dataclass
class Losses:
    """When answers of each leaf get lost within a day."""

    leaves: int
    bursty: bool
    seed: int
    _bad: list[list[float]] = field(default_factory=list)
    """Of each leaf the moments at which its state changes, good at first."""

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - repeatable, not secret

    def next_day(self) -> None:
        """Draw the day's bursts: bad for 2 s on average, 8 s at most, one second in twenty."""
        if not self.bursty:
            return
        chance = np.random.default_rng(self._dice.getrandbits(64))
        bad = np.minimum(chance.exponential(_BURST_S, 4096), _LONGEST_S).mean()
        good_s = float(bad) * (1 - _LOST) / _LOST
        count = int(_DAY / (good_s + bad) * 1.1) + 50
        self._bad = []
        for _ in range(self.leaves):
            good = chance.exponential(good_s, count)
            burst = np.minimum(chance.exponential(_BURST_S, count), _LONGEST_S)
            self._bad.append(np.cumsum(np.column_stack((good, burst)).ravel()).tolist())

    def loses(self, leaf: int, second: float) -> bool:
        """Say whether an echo that leaves now comes back to nobody."""
        if self.bursty:
            return bisect_right(self._bad[leaf], second) % 2 == 1
        return self._dice.random() < _LOST


@dataclass
class Noise:
    """Days in which nothing breaks, lived second by second."""

    leaves: int
    days: int
    bursty: bool
    seed: int = 1
    day_s: int = _DAY
    """How much of each day is lived."""
    asked: int = 0
    silent: int = 0
    looks: int = 0
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        network = town(self.leaves)
        self._names = [name for name in network.devices if name.startswith("leaf-")]
        self._number = {name: number for number, name in enumerate(self._names)}
        self._above = [name for name in network.devices if not name.startswith("leaf-")]
        self._losses = Losses(self.leaves, self.bursty, self.seed)
        self._pipeline = Pipeline(network, StageRules(response=ResponseRules(mode=Mode.FULL)))
        self._looks: list[tuple[float, int]] = []
        """Second looks to come: when, at which leaf."""
        self._waited: deque[tuple[int, int]] = deque()
        """Questions that nobody answered: when that is known, of which leaf."""
        dice = random.Random(self.seed + 1)  # noqa: S311 - repeatable, not secret
        self._phases: list[list[tuple[float, int]]] = [[] for _ in range(_ROUND_S)]
        for number in range(self.leaves):
            at = dice.random() * _ROUND_S
            self._phases[int(at)].append((at % 1.0, number))

    def live(self) -> float:
        """Live through the days; return the CPU seconds of the pipeline and the asking."""
        began = time.process_time()
        for day in range(self.days):
            self._losses.next_day()
            self._looks.clear()
            self._waited.clear()
            for second in range(self.day_s):
                self._second(day, second)
        return time.process_time() - began

    def _second(self, day: int, second: int) -> None:
        start = _MONDAY + timedelta(days=day, seconds=second)
        self._take(Tick(at=start), second)
        due = [(second + after, leaf) for after, leaf in self._phases[second % _ROUND_S]]
        asked_anyway = {leaf for _, leaf in due}
        while self._looks and self._looks[0][0] < second + 1:
            at, leaf = heapq.heappop(self._looks)
            if leaf not in asked_anyway:  # one question at a time, however many want it asked
                asked_anyway.add(leaf)
                due.append((at, leaf))
                self.looks += 1
        answered = list(self._above) if second % _ROUND_S == 0 else []
        for at, leaf in due:
            self.asked += 1
            if self._losses.loses(leaf, at) and self._losses.loses(leaf, at + _TIMEOUT_S):
                self._waited.append((second + round(2 * _TIMEOUT_S), leaf))
            else:
                answered.append(self._names[leaf])
        if answered:
            alike = len(answered)
            together = Answered(
                at=start,
                devices=tuple(answered),
                checks=(_ICMP,) * alike,
                parts=(None,) * alike,
                values=(1.5,) * alike,
            )
            self._take(together, second)
        while self._waited and self._waited[0][0] <= second:
            _, leaf = self._waited.popleft()
            self.silent += 1
            name, gone = self._names[leaf], Outcome.SILENT
            self._take(Sample(at=start, device=name, check=_ICMP, outcome=gone), second)

    def _take(self, arrival: Arrival, second: int) -> None:
        decision = self._pipeline.advance(arrival)
        if decision.facts:
            self.facts += decision.facts
        for ask in decision.asks:
            if isinstance(ask, SecondLook):
                self._look(ask, second)

    def _look(self, ask: SecondLook, second: int) -> None:
        """Ask out of turn, as the pollers do: now, and again after the gap."""
        for device in ask.devices:
            if (leaf := self._number.get(device)) is not None:
                for turn in range(ask.rounds):
                    at = second + turn * ask.gap.total_seconds()
                    heapq.heappush(self._looks, (at, leaf))


def noise(*, quick: bool) -> Iterator[Table]:
    """Count what the public is told of days in which answers get lost and nothing is broken."""
    yield measured(_DEVICE_DAYS, day_s=_DAY // 12 if quick else _DAY)


def measured(device_days: int, day_s: int = _DAY) -> Table:
    """Live through so many device-days of each kind of loss.

    A device-day of bursts takes about 1.5 s of CPU; what was seen in fewer days is no proof of ten
    thousand, which take hours: ``python -m tests.bench.noise 10000``.
    """
    days = max(1, device_days // _LEAVES)
    leaves = min(_LEAVES, device_days)
    return Table(
        title="Answers lost, nothing broken",
        words=(
            f"{leaves} leaves of {_PEOPLE} subscribers each: {_LOST:.0%} of the echoes lost, by"
            f" each leaf for itself, at random or in bursts of {_BURST_S:.0f} s (longest"
            f" {_LONGEST_S:.0f} s), asked every {_ROUND_S} s with a second try and second looks."
            " The bar: 1 public notice in 10,000 device-days; these are a sample of them, and"
            " `python -m tests.bench.noise 10000` takes hours. `longest` is how old an incident"
            " that was none grew: what a single leaf tells of waits 2 minutes before it is"
            " suspected in public, and is confirmed by what is seen over one."
        ),
        head=("lost", "device-days", "asked", "silent", "second looks", "alarms", "incidents",
              "longest, s", "public notices", "CPU-s"),
        rows=[
            _row(name, Noise(leaves=leaves, days=days, bursty=bursty, day_s=day_s))
            for name, bursty in (("at random", False), ("in bursts", True))
        ],
    )  # fmt: skip


def _row(name: str, one: Noise) -> tuple[str, ...]:
    cpu_s = one.live()
    dues = [fact for fact in one.facts if isinstance(fact, NoticeDue)]
    public = [due for due in dues if due.audience is Audience.PUBLIC]
    kinds = Counter(type(fact) for fact in one.facts)
    return (
        name,
        f"{one.leaves * one.days * one.day_s / _DAY:,.0f}",
        f"{one.asked:,}",
        f"{one.silent:,}",
        f"{one.looks:,}",
        str(kinds[AlarmRaised]),
        str(kinds[IncidentOpened]),
        f"{max(ages(one.facts), default=0):.0f}",
        str(len(public)),
        f"{cpu_s:.0f}",
    )


def ages(facts: Iterable[Fact]) -> Iterator[float]:
    """Yield how many seconds after their first sign incidents were over."""
    since: dict[IncidentId, datetime] = {}
    for fact in facts:
        if isinstance(fact, IncidentOpened):
            since[fact.incident] = fact.since
        elif isinstance(fact, IncidentRestored) and fact.incident in since:
            yield (fact.at - since.pop(fact.incident)).total_seconds()


if __name__ == "__main__":
    sys.stdout.write(measured(int(sys.argv[1])).text() + "\n")
