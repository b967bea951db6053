"""One arrival after the other through the pipeline; a bug in one does not blind the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from netwatch.model.arrivals import Answered, Arrival, Started, Tick, Trouble
from netwatch.model.asks import Ask
from netwatch.model.facts import ArrivalQuarantined, Fact
from netwatch.pipeline import Pipeline
from netwatch.service.intray import FROM_DEVICES
from netwatch.service.ticks import Ticks

MOST_SICK_TICKS: Final = 5
"""So many Ticks in a row that meet a bug are no accident: the process ends and is restarted."""
SHUT_OUT: Final = timedelta(minutes=1)
"""What met a bug is not thought about again for so long: each bug costs what was learnt."""
LONGEST_GAP: Final = timedelta(hours=1)
"""Time that jumped by more (a suspended machine, a clock set forward) begins anew: what was learnt
before is stale, and no second in between was watched."""
LONGEST: Final = 500
BUGS: Final = "quarantine"

Remember = Callable[[Sequence[Fact]], Pipeline]
"""Builds a pipeline anew from what was decided: the journal, and these facts not yet in it."""
Pending = Callable[[], Sequence[Fact]]
"""Gives the facts already decided and not yet in the journal."""
Record = Callable[[Arrival], None]
Kind = tuple[str, ...]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Thought:
    """What arrivals led to. ``own`` are the facts of the last arrival itself, not of its Ticks."""

    facts: list[Fact] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    own: tuple[Fact, ...] = ()
    quarantined: bool = False


class Mind:
    """The pipeline as it lives: it ticks, it orders time, it survives an arrival that is a bug."""

    def __init__(
        self,
        pipeline: Pipeline,
        *,
        remember: Remember,
        version: str,
        record: Record = lambda _: None,
    ) -> None:
        self.pipeline = pipeline
        self.ticks = Ticks()
        self.quarantined = 0
        self._remember, self._record, self._version = remember, record, version
        self._shut_out: dict[Kind, datetime] = {}
        self._sick_ticks = 0
        self._told_until: datetime | None = None

    def think(self, arrival: Arrival, pending: Pending) -> Thought:
        """Pass an arrival, and the Ticks due before it, through the pipeline."""
        thought = Thought()
        if isinstance(arrival, Started):
            self.ticks.begin_anew(arrival)
        elif self.ticks.last is not None and arrival.at - self.ticks.last > LONGEST_GAP:
            started = Started(at=arrival.at, version=self._version)
            self.ticks.begin_anew(started)
            self._pass(started, thought, pending)
        for tick in self.ticks.until(arrival.at):
            self._pass(tick, thought, pending)
        if not isinstance(arrival, Tick):
            before = len(thought.facts)
            self._pass(self.ticks.placed(arrival), thought, pending)
            thought.own = tuple(thought.facts[before:])
        self._all_clear(thought, pending)
        return thought

    def _pass(self, arrival: Arrival, thought: Thought, pending: Pending) -> None:
        if isinstance(arrival, Answered) and self._shut_out:
            self._pass_singly(arrival, thought, pending)
            return
        if self._shut_out and self._is_shut_out(arrival):
            self.quarantined += 1
            thought.quarantined = True
            return
        try:
            decision = self.pipeline.advance(arrival)
        except Exception as fault:
            log.exception("a bug met an arrival", arrival=_described(arrival))
            if isinstance(arrival, Answered):
                self._begin_anew(arrival, thought, pending)
                self._pass_singly(arrival, thought, pending)
            else:
                self._quarantine(arrival, fault, thought, pending)
            return
        if isinstance(arrival, Tick):
            self._sick_ticks = 0
        self._record(arrival)
        thought.facts.extend(decision.facts)
        thought.asks.extend(decision.asks)

    def _quarantine(
        self, arrival: Arrival, fault: Exception, thought: Thought, pending: Pending
    ) -> None:
        """Put an arrival aside and go on from what was decided: the pipeline is half-changed."""
        self.quarantined += 1
        thought.quarantined = True
        if isinstance(arrival, Tick):
            self._sick_ticks += 1
            if self._sick_ticks >= MOST_SICK_TICKS:
                raise fault
        else:
            self._shut_out = {k: end for k, end in self._shut_out.items() if end > arrival.at}
            self._shut_out[_kind(arrival)] = arrival.at + SHUT_OUT
        error = f"{type(fault).__name__}: {fault}"[:LONGEST]
        put_aside = ArrivalQuarantined(at=arrival.at, arrival=_described(arrival), error=error)
        thought.facts.append(put_aside)
        self._begin_anew(arrival, thought, pending)
        self._tell(Trouble(at=arrival.at, where=BUGS, what=error), thought)
        self._told_until = arrival.at + SHUT_OUT * 10

    def _pass_singly(self, answered: Answered, thought: Thought, pending: Pending) -> None:
        """Pass the samples one by one: only the one that meets a bug is shut out."""
        for sample in answered.samples():
            self._pass(sample, thought, pending)

    def _begin_anew(self, arrival: Arrival, thought: Thought, pending: Pending) -> None:
        """Go on from what was decided: the pipeline is half-changed."""
        self.pipeline = self._remember([*pending(), *thought.facts])
        self._tell(Started(at=arrival.at, version=self._version), thought)

    def _tell(self, arrival: Arrival, thought: Thought) -> None:
        decision = self.pipeline.advance(arrival)
        self._record(arrival)
        thought.facts.extend(decision.facts)
        thought.asks.extend(decision.asks)

    def _all_clear(self, thought: Thought, pending: Pending) -> None:
        last = self.ticks.last
        if self._told_until is not None and last is not None and last >= self._told_until:
            self._told_until = None
            self._pass(Trouble(at=last, where=BUGS, what="", over=True), thought, pending)

    def _is_shut_out(self, arrival: Arrival) -> bool:
        kind = _kind(arrival)
        until = self._shut_out.get(kind)
        if until is None:
            return False
        if arrival.at >= until:
            del self._shut_out[kind]
            return False
        return True


def _described(arrival: Arrival) -> str:
    """Return what a developer needs of an arrival; people's own words are left out."""
    if isinstance(arrival, FROM_DEVICES):
        return repr(arrival)[:LONGEST]
    return " ".join(filter(None, _kind(arrival)))[:LONGEST]


def _kind(arrival: Arrival) -> Kind:
    names = ("device", "check", "part", "incident", "subscriber", "key")
    return (type(arrival).__name__, *(str(getattr(arrival, name, "")) for name in names))
