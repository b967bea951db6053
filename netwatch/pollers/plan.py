"""What polling does: how often it asks whom for what, and what came of it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from netwatch.model.network import Network
from netwatch.pollers.questions import Patience
from netwatch.pollers.schedule import Errand, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PollingSettings:
    """How often, how patiently, by how many processes."""

    icmp: timedelta = timedelta(seconds=10)
    status: timedelta = timedelta(seconds=30)
    pon: timedelta = timedelta(seconds=15)
    metrics: timedelta = timedelta(minutes=5)
    inventory: timedelta = timedelta(days=1)
    window: timedelta = timedelta(minutes=5)
    """Over which loss and jitter are told."""
    timeout: timedelta = timedelta(seconds=1)
    retries: int = 1
    processes: int = 1

    @property
    def patience(self) -> Patience:
        """Return how long a question waits."""
        return Patience(self.timeout.total_seconds(), self.retries)

    @property
    def intervals(self) -> dict[Kind, float]:
        """Return seconds from one errand to the next."""
        return {
            Kind.ICMP: self.icmp.total_seconds(),
            Kind.STATUS: self.status.total_seconds(),
            Kind.PON: self.pon.total_seconds(),
            Kind.METRICS: self.metrics.total_seconds(),
            Kind.INVENTORY: self.inventory.total_seconds(),
        }


@dataclass(slots=True)
class Counts:
    """What polling has done since it started, and how it keeps up."""

    answered: int = 0
    silent: int = 0
    blind: int = 0
    engine_deaths: int = 0
    skipped: int = 0
    """Errands that were due while the same one was still under way."""
    left_out: Mapping[Kind, int] = field(default_factory=dict)
    """Errands that were due and not begun, because there was too much to do."""
    lag_tail_s: float = 0.0
    """Within so many seconds 99 of 100 errands of the last minutes began."""


def plan(network: Network) -> list[Errand]:
    """Return all errands that a network needs."""
    errands: list[Errand] = []
    asked_for_onus = {device.via for device in network.devices.values()}
    for device in network.devices.values():
        if device.address is None:
            continue
        errands.append(Errand(Kind.ICMP, device.id))
        if device.snmp is not None:
            kinds = (Kind.STATUS, Kind.METRICS, Kind.INVENTORY)
            errands += (Errand(kind, device.id) for kind in kinds)
            if device.id in asked_for_onus:
                errands.append(Errand(Kind.PON, device.id))
    return errands
