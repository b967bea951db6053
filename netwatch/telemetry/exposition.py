"""Vital signs -> the text that Prometheus reads. The only importer of prometheus-client."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry

from netwatch.telemetry.device_gauges import DeviceGauges
from netwatch.telemetry.metrics_server import Page
from netwatch.telemetry.vital_signs import DECLARED, Kind, Tags, Vitals, VitalSign

BUILD: Final = "netwatch_build"


class Exposition:
    """Writes the page anew each time it is asked for.

    Args:
        vitals: netwatch's own numbers.
        build: what says which netwatch this is: version, Python.
        gauges: what is known of single devices; None: that is not shown.
    """

    def __init__(
        self, vitals: Vitals, build: Mapping[str, str], gauges: DeviceGauges | None = None
    ) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Ours(lambda: tuple(vitals.values.items()), build))
        if gauges is not None:
            self._registry.register(_Devices(gauges))
        ProcessCollector(registry=self._registry)

    def page(self, accept: str) -> Page:
        """Return the page in the format that an Accept header prefers; a thread may call this."""
        encoder, content_type = choose_encoder(accept)
        return Page(encoder(self._registry), content_type)


class _Ours(Collector):
    def __init__(
        self,
        values: Callable[[], Iterable[tuple[tuple[VitalSign, Tags], float]]],
        build: Mapping[str, str],
    ) -> None:
        self._values, self._build = values, dict(build)

    def collect(self) -> Iterator[Metric]:
        by_sign: dict[str, list[tuple[Tags, float]]] = {}
        for (sign, tags), value in self._values():
            by_sign.setdefault(sign.name, []).append((tags, value))
        for sign in DECLARED:
            if rows := by_sign.get(sign.name):
                family = _family(sign)
                for tags, value in rows:
                    family.add_metric(tags, value)
                yield family
        yield InfoMetricFamily(BUILD, "Which netwatch this is.", value=self._build)

    def describe(self) -> Iterator[Metric]:
        return iter(())


class _Devices(Collector):
    def __init__(self, gauges: DeviceGauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily(
            "netwatch_device_up",
            "1: the device answered the last echo request; 0: it did not.",
            labels=("device", "site"),
        )
        round_trip = GaugeMetricFamily(
            "netwatch_device_rtt_seconds",
            "Round trip of the last echo that was answered.",
            labels=("device", "site"),
        )
        for one in self._gauges.fresh():
            labels = (one.device, one.site or "")
            up.add_metric(labels, one.up)
            if one.rtt_ms is not None:
                round_trip.add_metric(labels, one.rtt_ms / 1000)
        yield up
        yield round_trip

    def describe(self) -> Iterator[Metric]:
        return iter(())


def _family(sign: VitalSign) -> CounterMetricFamily | GaugeMetricFamily:
    kind = CounterMetricFamily if sign.kind is Kind.COUNTER else GaugeMetricFamily
    return kind(sign.name, sign.means, labels=sign.tags)
