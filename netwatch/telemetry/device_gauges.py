"""Batches -> what each device last said to an echo: for who wants it in Prometheus."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.model.names import DeviceId, SiteId
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.vital_signs import Vitals

UP: Final = "icmp.up"
ROUND_TRIP: Final = "icmp"
FRESH_S: Final = 300
"""What is older says nothing about now: the device is left out, as Prometheus does."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """One device's last echo."""

    at_s: int
    device: DeviceId
    site: SiteId | None
    up: int
    rtt_ms: float | None


class DeviceGauges:
    """A sink that keeps one echo a device, of the devices that are in the inventory.

    Args:
        known: the devices of the inventory that is in force.
        now_s: seconds since 1970.
    """

    name = "prometheus"
    trouble = ""

    def __init__(
        self, known: Callable[[], Collection[DeviceId]], now_s: Callable[[], float]
    ) -> None:
        self._known, self._now_s = known, now_s
        self._gauges: dict[DeviceId, Gauge] = {}

    def offer(self, batches: Sequence[Batch]) -> int:
        """Take batches; there is always room for one echo a device."""
        for batch in batches:
            if batch.checks[0] == UP:
                rtt_ms = batch.values[1] if batch.checks[1:2] == (ROUND_TRIP,) else None
                up = int(batch.values[0])
                gauge = Gauge(batch.at_s, batch.device, batch.site, up, rtt_ms)
                self._gauges[batch.device] = gauge
        return 0

    def note(self, vitals: Vitals) -> None:  # noqa: ARG002 - a sink's signature
        """Forget devices that have left the inventory."""
        known = self._known()
        if len(self._gauges) > len(known):
            self._gauges = {name: one for name, one in self._gauges.items() if name in known}

    def fresh(self) -> Iterator[Gauge]:
        """Yield what is still true of devices that are still there."""
        known, since = self._known(), self._now_s() - FRESH_S
        return (
            one for one in tuple(self._gauges.values()) if one.at_s >= since and one.device in known
        )

    async def run(self) -> None:
        """Do nothing until cancelled: the page is written when it is asked for."""
        await asyncio.Event().wait()
