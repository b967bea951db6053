"""Correlation: what a storm of silence costs, and how often its root is found."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from netwatch.model.arrivals import Arrival, Tick
from netwatch.model.facts import Diagnosis, IncidentOpened, IncidentRevised
from netwatch.model.names import ElementName, IncidentId
from netwatch.model.network import Device
from netwatch.pipeline import Pipeline, StageRules
from tests.bench.floods import floods
from tests.bench.parents import ParentsRule
from tests.bench.province import Fault, Province
from tests.bench.replays import replays
from tests.bench.report import Table

_EVENING: Final = datetime(2026, 11, 14, 19, 0, tzinfo=UTC)
_APART: Final = timedelta(seconds=10)
_BROKEN_ROUNDS: Final = 6
_MENDED_ROUNDS: Final = 3
_CALM: Final = timedelta(minutes=11)


@dataclass
class _Storm:
    """One fault: what each event cost, when it was told, and as what."""

    fault: Fault
    costs_s: list[float] = field(default_factory=list)
    until_opened_s: float = 0.0
    """CPU time of all events from the first silence until the incident was opened."""
    found: dict[IncidentId, Diagnosis] = field(default_factory=dict)
    alerts_by_rule: int = 0
    rule_found: bool = False
    mending: bool = False

    @property
    def right(self) -> bool:
        """Say whether one incident was told, with the true root and no other."""
        return [found.root_cause for found in self.found.values()] == [(self.fault.element,)]

    @property
    def among(self) -> bool:
        """Say whether the true root was named, if only as equally possible."""
        named: set[ElementName] = set()
        for found in self.found.values():
            named.update(found.root_cause, found.also_possible)
        return self.fault.element in named


class _Life:
    """A pipeline that is timed."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.pipeline = Pipeline(province.network, StageRules())
        asked = {device.id for device in province.devices if device.address or device.via}
        self.rule = ParentsRule(province.above, asked)
        self.rule_s: list[float] = []
        self.at = _EVENING

    def calm(self) -> float:
        """Live a healthy round of everything; return the seconds of CPU an event took."""
        samples = list(self.province.round(self.at, self.province.devices))
        started = time.thread_time()
        for sample in samples:
            self.pipeline.advance(sample)
        spent = time.thread_time() - started
        self.rule.round(samples)
        self.at += _APART
        return spent / len(samples)

    def storm(self, fault: Fault) -> _Storm:
        """Live through a fault and its mending."""
        storm = _Storm(fault)
        near = self.province.around(fault)
        self._rounds(storm, near, _BROKEN_ROUNDS, fault)
        storm.mending = True
        self._rounds(storm, near, _MENDED_ROUNDS, None)
        self.at += _CALM
        return storm

    def _rounds(self, storm: _Storm, near: list[Device], times: int, fault: Fault | None) -> None:
        for _ in range(times):
            samples = list(self.province.round(self.at, near, fault))
            second = self.at
            for sample in samples:
                while second <= sample.at:
                    self._advance(storm, Tick(at=second))
                    second += timedelta(seconds=1)
                self._advance(storm, sample)
            self.at += _APART
            while second < self.at:
                self._advance(storm, Tick(at=second))
                second += timedelta(seconds=1)
            started = time.thread_time()
            alerts = self.rule.round(samples)
            self.rule_s.append((time.thread_time() - started) / len(samples))
            storm.alerts_by_rule += len(alerts)
            true = set(storm.fault.below)
            storm.rule_found = storm.rule_found or (len(true) == 1 and set(alerts) == true)

    def _advance(self, storm: _Storm, arrival: Arrival) -> None:
        started = time.perf_counter()
        decision = self.pipeline.advance(arrival)
        spent = time.perf_counter() - started
        storm.costs_s.append(spent)
        if not storm.found:
            storm.until_opened_s += spent
        for fact in decision.facts:
            if isinstance(fact, IncidentOpened | IncidentRevised) and not storm.mending:
                storm.found[fact.incident] = fact.diagnosis


def correlate(*, quick: bool) -> Iterator[Table]:
    """Measure storms on networks of several sizes."""
    sizes = (1000, 5000) if quick else (1000, 10_000, 50_000, 100_000)
    speed, truth = [], []
    for size in sizes:
        began = time.thread_time()
        province = Province(size)
        life = _Life(province)
        began = time.thread_time() - began
        calm_s = statistics.median(life.calm() for _ in range(2 if quick else 3))
        storms = [life.storm(fault) for fault in province.some_faults(4 if quick else 20)]
        speed.append(_speed(len(province.devices), began, calm_s, storms, life))
        truth.append(_truth(len(province.devices), storms))
    yield from replays(hours=0.2 if quick else 1.0)
    yield from floods(5000 if quick else 50_000, 60)
    yield Table(
        title="The pipeline in a storm",
        words=_WORDS,
        head=("devices", "elements", "index s", "calm us/event", "storm us/event", "p50 us",
              "p99 us", "max ms", "CPU-s until told, p50", "p99", "max", "parents rule us/event"),
        rows=speed,
    )  # fmt: skip
    yield Table(
        title="Roots found, against the parents rule",
        words="The same samples to both. A duct that cuts two branches is beyond the rule's words.",
        head=("devices", "faults", "root found", "or as equally possible", "alerts a fault",
              "rule: root found", "rule: alerts a fault", "rule / netwatch alerts"),
        rows=truth,
    )  # fmt: skip


_WORDS: Final = (
    "All three stages of the pipeline, on networks and faults made from a seed: cut uplinks and"
    " feeders, dead OLTs, a duct with two cables. p50, p99 and max of single events; until told ="
    " all events from the first silence to the opened incident. Index: everything laid out anew, of"
    " which the bar allows 3 s at 100,000 elements."
)


def _speed(
    nodes: int, start_s: float, calm_s: float, storms: list[_Storm], life: _Life
) -> tuple[str, ...]:
    costs = sorted(cost for storm in storms for cost in storm.costs_s)
    told = sorted(storm.until_opened_s for storm in storms if storm.found) or [0.0]
    return (
        f"{nodes:,}",
        f"{len(life.pipeline.correlation.index):,}",
        f"{start_s:.2f}",
        f"{calm_s * 1e6:.1f}",
        f"{statistics.fmean(costs) * 1e6:.1f}",
        f"{_part(costs, 0.5) * 1e6:.1f}",
        f"{_part(costs, 0.99) * 1e6:.1f}",
        f"{costs[-1] * 1e3:.1f}",
        f"{_part(told, 0.5):.3f}",
        f"{_part(told, 0.99):.3f}",
        f"{told[-1]:.3f}",
        f"{statistics.median(life.rule_s) * 1e6:.1f}",
    )


def _truth(nodes: int, storms: list[_Storm]) -> tuple[str, ...]:
    ours = statistics.fmean(len(storm.found) for storm in storms)
    theirs = statistics.fmean(storm.alerts_by_rule for storm in storms)
    return (
        f"{nodes:,}",
        str(len(storms)),
        str(sum(storm.right for storm in storms)),
        str(sum(storm.among for storm in storms)),
        f"{ours:.2f}",
        str(sum(storm.rule_found for storm in storms)),
        f"{theirs:.1f}",
        f"{theirs / ours:.3g}x" if ours else "-",
    )


def _part(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
