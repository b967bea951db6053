"""Arrival -> facts: the one straight road through the three stages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from netwatch.correlation import stage as correlation
from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.view import State as Correlation
from netwatch.detection import stage as detection
from netwatch.detection.rules import DetectionRules
from netwatch.detection.streaks import take_good
from netwatch.model.arrivals import Answered, Arrival, Sample
from netwatch.model.asks import Ask
from netwatch.model.facts import Fact
from netwatch.model.network import Network
from netwatch.model.stages import NOTHING, Decision
from netwatch.response import stage as response
from netwatch.response.rules import ResponseRules

STATE_SHAPE = 4
"""Raised whenever a stage's snapshot changes shape: older snapshots are then folded anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRules:
    """The judgement each stage obeys."""

    detection: DetectionRules = field(default_factory=DetectionRules)
    correlation: CorrelationRules = field(default_factory=CorrelationRules)
    response: ResponseRules = field(default_factory=ResponseRules)


class Pipeline:
    """The three stages and the order in which an arrival passes them.

    Deterministic: the same network, rules and arrivals give the same facts, byte for byte.
    """

    def __init__(self, network: Network, rules: StageRules) -> None:
        self.detection = detection.begin(network, rules.detection)
        self.correlation = correlation.begin(network, rules.correlation)
        self.response = response.begin(network, rules.response)

    def advance(self, arrival: Arrival) -> Decision:
        """Pass one arrival through detection, correlation and response.

        Returns:
            The facts to journal, in the order decided, and what the edges are asked to do. The
            stages have already evolved by these facts.
        """
        if isinstance(arrival, Sample):
            if self._changes_nothing(arrival):
                return NOTHING
        elif isinstance(arrival, Answered):
            return self._refresh(arrival)
        facts: list[Fact] = []
        asks: list[Ask] = []
        if not isinstance(arrival, Sample) or not correlation.overrules(self.correlation, arrival):
            detection.observe(self.detection, arrival)
            self._take(detection.decide(self.detection, arrival, facts), facts, asks)
        correlation.observe(self.correlation, arrival)
        self._take(correlation.decide(self.correlation, arrival, facts), facts, asks)
        response.observe(self.response, arrival)
        self._take(response.decide(self.response, arrival, facts), facts, asks)
        return Decision(facts, asks)

    def _changes_nothing(self, sample: Sample) -> bool:
        """Take a sample in if it is good news that was to be expected: nearly all of them are."""
        streak = detection.unstirred(self.detection, sample)
        if streak is None or not correlation.unstirred(self.correlation, sample):
            return False
        take_good(streak, sample.at)
        return True

    def _refresh(self, answered: Answered) -> Decision:
        """Do what its samples would do one by one; most change nothing, and need not be made."""
        stirring = sorted(
            {
                *detection.stirs(self.detection, answered),
                *correlation.stirs(self.correlation, answered),
            }
        )
        detection.refresh(self.detection, answered, stirring)
        correlation.refresh(self.correlation, answered, stirring)
        if not stirring:
            return NOTHING
        decisions = [self.advance(answered.sample(row)) for row in stirring]
        facts = [fact for decision in decisions for fact in decision.facts]
        return Decision(facts, [ask for decision in decisions for ask in decision.asks])

    def evolve(self, facts: Iterable[Fact]) -> None:
        """Remember what was decided: a restart folds the journal through here."""
        for fact in facts:
            detection.evolve(self.detection, fact)
            correlation.evolve(self.correlation, fact)
            response.evolve(self.response, fact)

    @staticmethod
    def prepared(network: Network, rules: StageRules) -> Correlation:
        """Return what a refit to these takes long to make; in another thread, as it likes."""
        prepared = correlation.begin(network, rules.correlation)
        prepared.streets.map()
        return prepared

    def refit(
        self, network: Network, rules: StageRules, prepared: Correlation | None = None
    ) -> None:
        """Go on with another inventory or other rules; open incidents and alarms are kept."""
        detection.refit(self.detection, network, rules.detection)
        correlation.refit(self.correlation, network, rules.correlation, prepared)
        response.refit(self.response, network, rules.response)

    def snapshot(self) -> dict[str, Any]:
        """Return what was decided (not what was learnt) as plain JSON values."""
        return {
            "shape": STATE_SHAPE,
            "detection": detection.snapshot(self.detection),
            "correlation": correlation.snapshot(self.correlation),
            "response": response.snapshot(self.response),
        }

    def restore(self, plain: Mapping[str, Any]) -> bool:
        """Take a snapshot back; False when its shape is another and the journal must be folded."""
        if plain.get("shape") != STATE_SHAPE:
            return False
        detection.restore(self.detection, plain["detection"])
        correlation.restore(self.correlation, plain["correlation"])
        response.restore(self.response, plain["response"])
        return True

    def _take(self, decision: Decision, facts: list[Fact], asks: list[Ask]) -> None:
        if decision is NOTHING:
            return
        asks.extend(decision.asks)
        self.evolve(decision.facts)
        facts.extend(decision.facts)
