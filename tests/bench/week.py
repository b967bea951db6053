"""A quiet week: homes switched off by night, restarts, upgrades, losses, dead phases; no fault.

Whatever is told of it to the public is one false alarm too many.
"""

import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from netwatch.model.arrivals import Answered, Arrival, Change, Outcome, Sample
from netwatch.model.facts import Audience, IncidentOpened, NoticeDue, Purpose
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.network import Device, DeviceKind
from netwatch.pipeline import StageRules
from netwatch.response.rules import Mode, ResponseRules
from netwatch.service.replay import Player, Replayed
from tests.bench.province import Province
from tests.bench.report import Table

_MONDAY: Final = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)
_DAY: Final = 86_400
_PING_S: Final = 60
_ICMP: Final = CheckName("icmp")
_ONU: Final = CheckName("onu.state")

Off = tuple[int, int, str]
"""From this second of the week until that one, and what its OLT says of it."""


@dataclass
class QuietWeek:
    """A province in which nothing of the network's is broken, and what is seen of it."""

    size: int = 16_625
    beside: int = 458
    days: int = 7
    ask_onus_s: int = 300
    seed: int = 1
    lossy: float = 0.03
    always_off: float = 0.06
    night_owls: float = 0.25
    restarts_a_day: float = 0.05
    province: Province = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 (repeatable, not secret)
        self.province = Province(self.size, self.seed, self.beside)
        self.onus = [d for d in self.province.devices if d.kind is DeviceKind.ONU]
        self.asked = [d for d in self.province.devices if d.address is not None]
        self._off: dict[DeviceId, list[Off]] = {d.id: self._life() for d in self.onus}
        self._down: dict[DeviceId, list[Off]] = {}
        self._changes: list[Change] = []
        self._loss = {d.id: 0.001 for d in self.asked}
        for device in self._chance.sample(self.asked, round(self.lossy * len(self.asked)) or 1):
            self._loss[device.id] = self._chance.uniform(0.05, 0.15)
        self._waves()
        self._phases()
        self._upgrades()

    def arrivals(self) -> Iterator[Arrival]:
        """Yield what comes in, in order of time."""
        changes = sorted(self._changes, key=lambda change: change.at)
        parents = self.province.above
        by_olt: dict[DeviceId, list[Device]] = {}
        for onu in self.onus:
            by_olt.setdefault(DeviceId(str(onu.via)), []).append(onu)
        turn = {olt: n * _PING_S % self.ask_onus_s for n, olt in enumerate(sorted(by_olt))}
        for second in range(0, self.days * _DAY, _PING_S):
            at = _MONDAY + timedelta(seconds=second)
            while changes and changes[0].at <= at:
                yield changes.pop(0)
            down = {d for d, times in self._down.items() if _at(times, second)}
            answered: list[tuple[DeviceId, float | str]] = []
            for device in self.asked:
                dead = device.id in down or parents.get(device.id) in down
                if dead or self._chance.random() < self._loss[device.id]:
                    silent = Outcome.SILENT
                    yield Sample(at=at, device=device.id, check=_ICMP, outcome=silent)
                else:
                    answered.append((device.id, 1.5))
            yield _together(at, _ICMP, answered)
            for olt, onus in by_olt.items():
                unseen = olt in down or parents[olt] in down
                if second % self.ask_onus_s == turn[olt] and not unseen:
                    yield _together(at, _ONU, [(onu.id, self._word(onu, second)) for onu in onus])

    def _word(self, onu: Device, second: int) -> str:
        off = _at(self._off[onu.id], second)
        return off[2] if off else "online"

    def _life(self) -> list[Off]:
        """Return when a home is off in the week: always, by night, on holiday, restarting."""
        chance, end = self._chance, self.days * _DAY
        if chance.random() < self.always_off:
            return [(0, end, "offline")]
        times: list[Off] = []
        owl = chance.random() < self.night_owls
        bedtime, morning = chance.gauss(22.5, 1.0), chance.gauss(30.5, 0.75)
        for day in range(-1, self.days):
            if owl and chance.random() < 0.8:
                start = day * _DAY + round((bedtime + chance.gauss(0, 0.3)) * 3600)
                stop = day * _DAY + round((morning + chance.gauss(0, 0.3)) * 3600)
                times.append((start, stop, self._last_word()))
            if chance.random() < self.restarts_a_day:
                start = day * _DAY + chance.randrange(_DAY)
                times.append((start, start + chance.randint(60, 300), self._last_word()))
        return sorted(times)

    def _last_word(self) -> str:
        return "dying-gasp" if self._chance.random() < 0.7 else "offline"

    def _waves(self) -> None:
        """Restart the ONUs of an OLT for an upgrade at night, eight at a time."""
        olts = sorted({str(onu.via) for onu in self.onus})
        for day in range(self.days):
            olt = self._chance.choice(olts)
            start = day * _DAY + 3 * 3600
            for n, onu in enumerate(o for o in self.onus if o.via == olt):
                begin = start + n // 8 * 360
                took = self._chance.randint(60, 300)
                self._off[onu.id] = sorted([*self._off[onu.id], (begin, begin + took, "offline")])

    def _phases(self) -> None:
        """Take one phase of the mains from a third of a street, three times a week."""
        olts = sorted({str(onu.via) for onu in self.onus})
        for _ in range(max(1, round(3 * self.days / 7))):
            olt = self._chance.choice(olts)
            start = self._chance.randrange(self.days) * _DAY + self._chance.randint(9, 20) * 3600
            for onu in (o for o in self.onus if o.via == olt):
                if self._chance.random() < 1 / 3:
                    out = (start, start + 2700, self._last_word())
                    self._off[onu.id] = sorted([*self._off[onu.id], out])

    def _upgrades(self) -> None:
        """Let people upgrade an OLT now and then: it is away for two to five minutes."""
        olts = sorted({str(onu.via) for onu in self.onus})
        for _ in range(max(1, round(2 * self.days / 7))):
            olt = DeviceId(self._chance.choice(olts))
            start = self._chance.randrange(self.days) * _DAY + 4 * 3600
            begun = _MONDAY + timedelta(seconds=start - 60)
            self._changes.append(Change(at=begun, device=olt, by="marek", what="upgrade"))
            took = self._chance.randint(120, 300)
            self._down.setdefault(olt, []).append((start, start + took, ""))


def _at(times: list[Off], second: int) -> Off | None:
    return next((t for t in times if t[0] <= second < t[1]), None)


def _together(
    at: datetime, check: CheckName, every: Sequence[tuple[DeviceId, float | str]]
) -> Answered:
    devices, values = zip(*every, strict=True)
    alike = len(every)
    return Answered(
        at=at, devices=devices, checks=(check,) * alike, parts=(None,) * alike, values=values
    )


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a week led to."""

    samples: int
    cpu_s: float
    public: list[NoticeDue]
    alerts: list[NoticeDue]
    opened: Counter[str]


def live(week: QuietWeek) -> Told:
    """Let netwatch live through the week, every word open to the public."""
    samples = 0

    def counted() -> Iterator[Arrival]:
        nonlocal samples
        for arrival in week.arrivals():
            samples += len(arrival) if isinstance(arrival, Answered) else 1
            yield arrival

    rules = StageRules(response=ResponseRules(mode=Mode.FULL))
    replayed = Replayed(Path("week"))
    began = time.process_time()
    Player(week.province.network, rules, lambda due, _: due.purpose).live(counted(), replayed)
    dues = [fact for fact in replayed.facts if isinstance(fact, NoticeDue)]
    alerts = [d for d in dues if d.audience is Audience.STAFF and d.purpose is Purpose.ALERT]
    opened = [f.diagnosis for f in replayed.facts if isinstance(f, IncidentOpened)]
    return Told(
        samples=samples,
        cpu_s=time.process_time() - began,
        public=[d for d in dues if d.audience is Audience.PUBLIC],
        alerts=alerts,
        opened=Counter(f"{d.kind} {d.cause}" for d in opened),
    )


def week(*, quick: bool) -> Iterator[Table]:
    """Count what is told of weeks in which nothing is broken."""
    town = {"size": 1330, "beside": 30}
    sizes = [QuietWeek(**town, days=2)] if quick else [QuietWeek(seed=s) for s in (1, 2)]
    rows, shares = [], []
    for one in sizes:
        told = live(one)
        shares.append(len(told.alerts))
        incidents = ", ".join(f"{n} {kind}" for kind, n in told.opened.most_common())
        rows.append(
            (f"{len(one.asked):,}", f"{len(one.onus):,}", str(one.days), f"{told.samples:,}",
             str(len(told.public)), str(len(told.alerts)), incidents or "none", f"{told.cpu_s:.0f}")
        )  # fmt: skip
    yield Table(
        title="A week in which nothing is broken",
        words=(
            "Homes off by night, restarts and upgrades of one to five minutes, standing loss,"
            f" single phases out. Alerts a week: {statistics.fmean(shares):.1f}."
        ),
        head=("devices", "ONUs", "days", "samples", "public notices", "staff alerts",
              "incidents", "CPU-s"),
        rows=rows,
    )  # fmt: skip
