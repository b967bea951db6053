"""Days of noise: answers get lost, nothing is broken; whatever is told of it is false.

Each leaf loses answers by itself: one in twenty at random, or in bursts (Gilbert and Elliott: a
line is good or bad, and in the bad state nothing comes back). It is asked as the service asks:
every 10 s, once more after a second without an answer, and when the pipeline wants a second look.
"""

import random
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import Final

from netwatch.model.arrivals import Answered, Arrival, Outcome, Sample, Tick
from netwatch.model.asks import SecondLook
from netwatch.model.facts import Fact
from netwatch.model.names import (
    AreaId,
    CheckName,
    DeviceId,
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
from tests.bench.losses import (
    DAY_S,
    ROUND_S,
    TIMEOUT_S,
    AtRandom,
    Flags,
    InBursts,
)

_MONDAY: Final = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)
_ICMP: Final = CheckName("icmp")
_LEAVES_EACH: Final = 25
PEOPLE: Final = 20


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
            for name in (SubscriberId(f"S-{leaf}-{n}") for n in range(PEOPLE))
        },
    )


@dataclass
class Noise:
    """Days in which nothing breaks, lived second by second."""

    leaves: int
    days: int
    bursty: bool
    seed: int = 1
    day_s: int = DAY_S
    """How much of each day is lived."""
    asked: int = 0
    silent: int = 0
    looks: int = 0
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        network = town(self.leaves)
        self._names = [name for name in network.devices if name.startswith("leaf-")]
        self._number = {name: number for number, name in enumerate(self._names)}
        self._above = tuple(name for name in network.devices if not name.startswith("leaf-"))
        self._pipeline = Pipeline(network, StageRules(response=ResponseRules(mode=Mode.FULL)))
        self._looks: dict[int, set[int]] = defaultdict(set)
        """Second looks to come: in which second, at which leaves."""
        self._waited: deque[tuple[int, int]] = deque()
        """Questions that nobody answered: when that is known, of which leaf."""
        dice = random.Random(self.seed + 1)  # noqa: S311 - repeatable, not secret
        turns: list[list[tuple[float, int]]] = [[] for _ in range(ROUND_S)]
        for number in range(self.leaves):
            at = dice.random() * ROUND_S
            turns[int(at)].append((at % 1.0, number))
        self._losses = (InBursts if self.bursty else AtRandom)(turns, self.seed)
        self._turns = [[number for _, number in asked] for asked in turns]
        self._called = [[self._names[number] for number in asked] for asked in self._turns]

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
        slot = second % ROUND_S
        answered = list(self._above) if slot == 0 else []
        asked = self._turns[slot]
        self._ask(second, asked, self._called[slot], self._losses.in_turn(second), answered)
        busy = set(asked)
        for at in (second - 1, second):  # what was wanted late in a second is asked in the next
            leaves = sorted(self._looks.pop(at, set()) - busy)
            if leaves:  # one question at a time, however many want it asked
                busy.update(leaves)
                called = [self._names[leaf] for leaf in leaves]
                self._ask(second, leaves, called, self._losses.out_of_turn(at, leaves), answered)
                self.looks += len(leaves)
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

    def _ask(
        self,
        second: int,
        leaves: list[int],
        called: list[DeviceId],
        lost: Flags,
        answered: list[DeviceId],
    ) -> None:
        """Ask these: who does not answer is known to be silent after the second echo's timeout."""
        self.asked += len(leaves)
        if not lost.any():
            answered.extend(called)
            return
        for leaf, name, is_lost in zip(leaves, called, lost.tolist(), strict=True):
            if is_lost:
                self._waited.append((second + round(2 * TIMEOUT_S), leaf))
            else:
                answered.append(name)

    def _take(self, arrival: Arrival, second: int) -> None:
        decision = self._pipeline.advance(arrival)
        if decision.facts:
            self.facts += decision.facts
        for ask in decision.asks:
            if isinstance(ask, SecondLook):
                self._look(ask, second)

    def _look(self, ask: SecondLook, second: int) -> None:
        """Ask out of turn, as the pollers do: now, and again after the gap."""
        leaves = [self._number[device] for device in ask.devices if device in self._number]
        for turn in range(ask.rounds):
            self._looks[second + turn * round(ask.gap.total_seconds())].update(leaves)
