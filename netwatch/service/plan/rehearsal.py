"""A failure, lived through on paper: the real pipeline, fed only what would be seen to change."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from netwatch.correlation.evidence import ICMP, IF_OPER, ONU_STATE
from netwatch.correlation.topology import cut_roots
from netwatch.model.arrivals import Answered, Outcome, Sample, Tick
from netwatch.model.asks import SecondLook
from netwatch.model.diagnosis import Diagnosis
from netwatch.model.facts import (
    Audience,
    Fact,
    IncidentKind,
    IncidentOpened,
    IncidentRevised,
    NoticeDue,
    Phase,
    Purpose,
)
from netwatch.model.names import SELF, AreaId, DeviceId, IncidentId
from netwatch.model.network import Device, Network
from netwatch.pipeline import Pipeline, StageRules

HEALTHY: Final = datetime(2026, 11, 14, 18, 0, tzinfo=UTC)
"""When all is well; the evening is of no matter, nothing asks the machine's clock."""
BREAKS: Final = HEALTHY + timedelta(seconds=60)
SECOND: Final = timedelta(seconds=1)
LOOKS: Final = (0, 5, 10)
"""Seconds after the fault: the round that meets it, and the second looks it provokes."""
GOOD: Final[dict[str, float | str]] = {ICMP: 1.0, ONU_STATE: "online", IF_OPER: "up"}
Audible = Callable[[Device], bool]
"""Says whether a device can be asked for more than an echo."""
QUIET: Final = frozenset({IncidentKind.LINE, IncidentKind.DEGRADED, IncidentKind.BLIND})
"""Kinds of which the public hears nothing, however long one waits."""


@dataclass(slots=True)
class Rehearsed:
    """What netwatch made of one failure."""

    diagnoses: dict[IncidentId, Diagnosis] = field(default_factory=dict)
    alerted: tuple[str, ...] = ()
    """Whom of the staff the first alert goes to."""
    areas: set[AreaId] = field(default_factory=set)
    """What the notices named."""
    notices: int = 0
    """Confirmed words for the public that fell due."""

    def take(self, facts: Sequence[Fact]) -> None:
        """Keep what matters of these facts."""
        for fact in facts:
            match fact:
                case IncidentOpened() | IncidentRevised():
                    self.diagnoses[fact.incident] = fact.diagnosis
                case NoticeDue(audience=Audience.STAFF, purpose=Purpose.ALERT):
                    self.alerted += fact.recipients
                case NoticeDue(audience=Audience.PUBLIC, phase=Phase.CONFIRMED | Phase.UPDATE):
                    self.notices += 1
                    self.areas.update(fact.areas)
                case _:
                    pass

    @property
    def blind(self) -> bool:
        """Say whether it is our own way out: then customers rightly hear nothing."""
        return any(SELF in d.root_cause for d in self.diagnoses.values())

    @property
    def quiet(self) -> bool:
        """Say whether something was found and the public need not hear of it."""
        return bool(self.diagnoses) and all(d.kind in QUIET for d in self.diagnoses.values())


class Stage:
    """One healthy state of a network, and failures played from it, each in a fork of its own."""

    def __init__(
        self,
        network: Network,
        rules: StageRules,
        speaks: Audible,
        vantages: Mapping[str, DeviceId] | None = None,
    ) -> None:
        """Take what fails, the judgement, and who can be asked for more than an echo.

        Without ``vantages`` the main one asks everything.
        """
        self._network = replace(network, vantages=vantages or {})
        self._healthy = Pipeline(self._network, rules)
        self._rounds = rounds(rules)
        self._settled = _seconds(rules.correlation.settle)
        seen = self._healthy.correlation
        self.index, self._evidence = seen.index, seen.evidence
        self._real = len(self._evidence.pos) - len(self.index)
        self._heard = self._audible(speaks)
        self._names = list(self._evidence.sources)
        self._of: dict[DeviceId, list[int]] = {}
        for source, (device, _check, _part) in enumerate(self._names):
            if self._heard[source]:
                self._of.setdefault(device, []).append(source)
        for after in (0, 20):
            self._all_is_well(HEALTHY + timedelta(seconds=after))
        self._shared = self._never_changing()

    def fail(self, nodes: Sequence[int], *, power: bool = False) -> Rehearsed:
        """Let these nodes of ``index`` fail at once, and return what follows until notices are out.

        Args:
            nodes: what fails.
            power: the mains of all of them are gone, so homes gasp before they go.
        """
        bad, hidden = self.changed(sorted(set(nodes)), power=power)
        result, asked = Rehearsed(), set[DeviceId]()
        if not bad:
            return result  # nothing would be heard, so nothing follows
        unwell = hidden | {source for source, _ in bad}
        fork = self._fork()
        for after in self._rounds:
            if result.diagnoses and after == self._settled:
                continue  # that round is for what was not clear at once
            at = BREAKS + timedelta(seconds=after)
            looks: list[Any] = []
            for source, word in bad:
                looks += advance(fork, self._said(source, word, at), result)
            if after in LOOKS[1:]:
                well = [s for d in sorted(asked) for s in self._of.get(d, ()) if s not in unwell]
                if well:
                    looks += advance(fork, self._answered(well, at), result)
            looks += advance(fork, Tick(at=at + SECOND), result)
            asked.update(d for ask in looks if isinstance(ask, SecondLook) for d in ask.devices)
            if result.notices or (result.quiet and after >= LOOKS[-1]):
                break
        return result

    def changed(
        self, nodes: Sequence[int], *, power: bool = False
    ) -> tuple[list[tuple[int, str | None]], set[int]]:
        """Return which sources say something else now and what, and which cannot be heard.

        A word of None is silence.
        """
        e, failed = self._evidence, set(nodes)
        gone = np.zeros(len(self.index) + 1, dtype=bool)
        for top in cut_roots(self.index, nodes):
            gone[top : int(self.index.last[top])] = True
        pos, through, owner = (a[: self._real] for a in (e.pos, e.through, e.owner))
        deaf = self._heard & (through >= 0) & gone[through]
        deaf |= self._heard & (e.link[: self._real] >= 0) & gone[owner]
        dark = self._heard & (pos >= 0) & gone[pos] & ~deaf
        bad: list[tuple[int, str | None]] = [
            (s, self._word(s, failed, power=power)) for s in np.flatnonzero(dark).tolist()
        ]
        hurt = np.zeros(len(self.index) + 1, dtype=bool)
        hurt[list(failed)] = True
        link, far = e.link[: self._real], e.far[: self._real]
        down = self._heard & (link >= 0) & (hurt[link] | hurt[far]) & ~deaf
        bad += [(s, "down") for s in np.flatnonzero(down).tolist()]
        return bad, set(np.flatnonzero(deaf).tolist())

    def _word(self, source: int, failed: set[int], *, power: bool) -> str | None:
        check = self._names[source][1]
        if check == ICMP:
            return None
        if check == IF_OPER:
            return "down"
        return "dying-gasp" if power and int(self._evidence.pos[source]) in failed else "los"

    def _said(self, source: int, word: str | None, at: datetime) -> Sample:
        device, check, part = self._names[source]
        outcome = Outcome.SILENT if word is None else Outcome.ANSWERED
        return Sample(at=at, device=device, check=check, part=part, outcome=outcome, value=word)

    def _answered(self, sources: Sequence[int], at: datetime) -> Answered:
        names = [self._names[s] for s in sources]
        return Answered(
            at=at,
            devices=tuple(n[0] for n in names),
            checks=tuple(n[1] for n in names),
            parts=tuple(n[2] for n in names),
            values=tuple(GOOD[n[1]] for n in names),
        )

    def _audible(self, speaks: Audible) -> npt.NDArray[np.bool_]:
        """Say of each source whether anybody asks it."""
        heard = np.zeros(self._real, dtype=bool)
        devices = self._network.devices
        for (device, check, _part), source in self._evidence.sources.items():
            asked = devices[device]
            if check == ONU_STATE and asked.via is not None and asked.via in devices:
                asked = devices[asked.via]
            heard[source] = check == ICMP or speaks(asked)
        return heard

    def _all_is_well(self, at: datetime) -> None:
        sources = np.flatnonzero(self._heard).tolist()
        if sources:
            self._healthy.advance(self._answered(sources, at))
        self._healthy.advance(Tick(at=at + SECOND))

    def _never_changing(self) -> list[object]:
        """Return what all forks may share: it follows from the network alone.

        Of detection's streaks none is kept: how often all was well raises no alarm and clears none.
        """
        seen, found = self._healthy.correlation, self._healthy.detection
        e, court = seen.evidence, seen.court
        self._healthy.detection.streaks.clear()
        return [
            self._network, seen.rules, seen.index, seen.home, seen.own,
            e.sources, e.voices, e.layout, e.pos, e.through, e.link, e.far, e.owner, e.weight,
            e.count, e.most, e.home, e.reporters,
            court.speakers, court.cuts, court.folk, court.near, court.onus, court.devices,
            court.gear, court.sectors,
            found.rules, found.known, self._healthy.response.rules,
        ]  # fmt: skip

    def _fork(self) -> Pipeline:
        return copy.deepcopy(self._healthy, {id(one): one for one in self._shared})


def rounds(rules: StageRules) -> tuple[int, ...]:
    """Return the seconds after a fault at which one looks: until the first words must be due."""
    seen, told = rules.correlation, rules.response
    wait = min((r.after for r in told.public(Phase.CONFIRMED)), default=timedelta(0))
    marks = [seen.settle, seen.confirm_over, seen.confirm_over_few, wait]
    later = {_seconds(mark) for mark in marks}
    return tuple(sorted({*LOOKS, *(s for s in later if s > LOOKS[-1])}))


def _seconds(wait: timedelta) -> int:
    """Return when a wait is over for certain, rounds of asking included."""
    return int(wait.total_seconds()) + 6


def advance(fork: Pipeline, arrival: Any, result: Rehearsed) -> Iterator[Any]:
    """Let one arrival in, keep what matters of it, and return what is asked for."""
    decision = fork.advance(arrival)
    if decision.facts:
        result.take(decision.facts)
    return iter(decision.asks)
