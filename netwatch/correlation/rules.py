"""How sure is sure: the judgement that correlation obeys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from netwatch.model.names import IncidentId
from netwatch.model.network import DeviceKind
from netwatch.model.unasked import Means


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationRules:
    """Everything correlation obeys; written in ``rules/correlation/*.yaml``.

    Priors are natural logarithms of the chance that an element has failed at a given moment.
    """

    priors: Mapping[DeviceKind, float] = field(
        default_factory=lambda: {
            DeviceKind.ONU: -11.0,
            DeviceKind.CPE: -11.0,
            DeviceKind.SPLITTER: -7.5,
            DeviceKind.PARTNER: -7.5,
        }
    )
    device_prior: float = -7.5
    link_prior: float = -7.0
    port_prior: float = -9.0
    risk_prior: float = -9.0
    lost: float = 0.05
    """Chance that a working element seems down in one observation."""
    spurious: float = 0.05
    """Chance that a dead element seems up in one observation."""
    alert_odds: float = 100.0
    degraded_odds: float = 10.0
    """Lost redundancy darkens nobody: the staff hears of it sooner."""
    confirm_odds: float = 1000.0
    confirm_rounds: int = 3
    confirm_over: timedelta = timedelta(seconds=30)
    confirm_over_few: timedelta = timedelta(seconds=60)
    few: int = 6
    settle: timedelta = timedelta(seconds=15)
    """The longest wait for second looks before an alert."""
    fresh: timedelta = timedelta(seconds=45)
    """Observations older than this count no more for what is under suspicion."""
    report_weight: float = 1.5
    """What one customer's report weighs, as a natural logarithm: half of one observation."""
    report_most: float = 4.5
    """The most that reports add to an explanation, however many come; never more than was seen."""
    reports_confirm: int = 3
    """So many customers who report it are a second kind of witness."""
    flap_calm: timedelta = timedelta(minutes=10)
    close_after: timedelta = timedelta(minutes=10)
    """How long everything must have worked before a restored incident closes."""
    series: str = ""
    """What numbers of incidents begin with: nothing, or the name of a drill; no file says it."""
    means: Means | None = None
    """What traps mean; no file says it, it comes with the families of devices."""

    def number(self, nth: int) -> IncidentId:
        """Return what the nth incident is called."""
        return IncidentId(f"{self.series}I-{nth}")
