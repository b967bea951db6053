"""What was lived of noise so far: ten thousand device-days take hours, so chunks are written down.

``python -m tests.bench.noise 10000`` goes on where it stopped: a chunk is a day of a thousand
leaves with a fresh start and a seed of its own, a line of JSON in ``noise.jsonl``.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from netwatch.model.facts import (
    AlarmRaised,
    Audience,
    Fact,
    IncidentOpened,
    IncidentRestored,
    NoticeDue,
)
from netwatch.model.names import IncidentId
from tests.bench.losses import DAY_S
from tests.bench.noise_days import Noise

RECORD: Final = Path(__file__).with_name("noise.jsonl")
HEAD: Final = (
    "lost", "device-days", "asked", "silent", "second looks", "alarms", "incidents", "longest, s",
    "staff messages", "public notices", "CPU-s",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What came of a chunk of days, or of several together."""

    kind: str
    seed: int
    leaves: int
    device_days: float
    asked: int
    silent: int
    looks: int
    alarms: int
    incidents: int
    longest_s: float
    """How old the oldest incident grew that was none."""
    staff: int
    public: int
    """What the public or subscribers were to read."""
    cpu_s: float

    @classmethod
    def of(cls, kind: str, one: Noise) -> Self:
        """Live through it, and count."""
        cpu_s = one.live()
        kinds = Counter(type(fact) for fact in one.facts)
        dues = [fact.audience for fact in one.facts if isinstance(fact, NoticeDue)]
        return cls(
            kind=kind,
            seed=one.seed,
            leaves=one.leaves,
            device_days=one.leaves * one.days * one.day_s / DAY_S,
            asked=one.asked,
            silent=one.silent,
            looks=one.looks,
            alarms=kinds[AlarmRaised],
            incidents=kinds[IncidentOpened],
            longest_s=max(ages(one.facts), default=0),
            staff=dues.count(Audience.STAFF),
            public=dues.count(Audience.PUBLIC) + dues.count(Audience.SUBSCRIBERS),
            cpu_s=round(cpu_s, 1),
        )

    @classmethod
    def together(cls, kind: str, every: Iterable[Self]) -> Self:
        """Add up what was lived of one kind of loss."""
        mine = [one for one in every if one.kind == kind]
        return cls(
            kind=kind,
            seed=0,
            leaves=max((one.leaves for one in mine), default=0),
            device_days=sum(one.device_days for one in mine),
            asked=sum(one.asked for one in mine),
            silent=sum(one.silent for one in mine),
            looks=sum(one.looks for one in mine),
            alarms=sum(one.alarms for one in mine),
            incidents=sum(one.incidents for one in mine),
            longest_s=max((one.longest_s for one in mine), default=0),
            staff=sum(one.staff for one in mine),
            public=sum(one.public for one in mine),
            cpu_s=sum(one.cpu_s for one in mine),
        )

    def row(self) -> tuple[str, ...]:
        """Return it as a row of a table."""
        counts = (self.asked, self.silent, self.looks, self.alarms, self.incidents)
        rest = (self.longest_s, self.staff, self.public, self.cpu_s)
        return (self.kind, *(f"{n:,.0f}" for n in (self.device_days, *counts, *rest)))


def read(path: Path = RECORD) -> list[Lived]:
    """Return all chunks lived so far."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Lived(**json.loads(line)) for line in lines]


def add(lived: Lived, path: Path = RECORD) -> None:
    """Write a chunk down."""
    with path.open("a", encoding="utf-8") as record:
        record.write(json.dumps(asdict(lived)) + "\n")


def ages(facts: Iterable[Fact]) -> Iterator[float]:
    """Yield how many seconds after their first sign incidents were over."""
    since: dict[IncidentId, datetime] = {}
    for fact in facts:
        if isinstance(fact, IncidentOpened):
            since[fact.incident] = fact.since
        elif isinstance(fact, IncidentRestored) and fact.incident in since:
            yield (fact.at - since.pop(fact.incident)).total_seconds()
