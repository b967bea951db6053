"""Lets correlation live through arrivals and keeps what it decided."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from netwatch.correlation import stage
from netwatch.correlation.rules import CorrelationRules
from netwatch.detection import stage as detection
from netwatch.detection.rules import DetectionRules
from netwatch.model.arrivals import Arrival
from netwatch.model.asks import Ask
from netwatch.model.facts import Diagnosis, Fact, IncidentOpened, IncidentRevised
from netwatch.model.names import IncidentId
from netwatch.model.network import Network
from tests.town import EVENING, Weather, rounds, with_ticks


class Life:
    """Detection and correlation on one network, as the pipeline runs them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.watch = detection.begin(network, DetectionRules())
        self.state = stage.begin(network, CorrelationRules())
        self.facts: list[Fact] = []
        self.asks: list[Ask] = []

    def live(self, arrivals: Iterable[Arrival]) -> "Life":
        for arrival in arrivals:
            detection.observe(self.watch, arrival)
            raised = detection.decide(self.watch, arrival, ())
            self._take(raised.facts)
            stage.observe(self.state, arrival)
            decided = stage.decide(self.state, arrival, raised.facts)
            self._take(decided.facts)
            self.asks.extend(decided.asks)
        return self

    def _take(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            detection.evolve(self.watch, fact)
            stage.evolve(self.state, fact)
            self.facts.append(fact)

    def of(self, *kinds: type[Fact]) -> list[Fact]:
        return [f for f in self.facts if isinstance(f, kinds)]

    def last(self) -> dict[IncidentId, Diagnosis]:
        """Return what each incident was thought to be in the end."""
        found: dict[IncidentId, Diagnosis] = {}
        for fact in self.facts:
            if isinstance(fact, IncidentOpened | IncidentRevised):
                found[fact.incident] = fact.diagnosis
        return found


def night(network: Network, *failed: str, says: str = "los", times: int = 5, mend: int = 0) -> Life:
    """Live three healthy rounds, the fault, and after ``times`` rounds ``mend`` healthy ones."""
    healthy, broken = Weather(network), Weather(network, set(failed), says)
    apart = timedelta(seconds=10)
    samples = rounds(healthy, EVENING, 3)
    samples += rounds(broken, EVENING + 3 * apart, times)
    samples += rounds(healthy, EVENING + (3 + times) * apart, mend)
    end: datetime = samples[-1].at + timedelta(minutes=2)
    return Life(network).live(with_ticks(samples, until=end))
