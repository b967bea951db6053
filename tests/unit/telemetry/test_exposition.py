"""Prometheus understands every number, in both of its formats."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from netwatch.model.names import DeviceId, SiteId
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.device_gauges import FRESH_S, DeviceGauges
from netwatch.telemetry.exposition import Exposition
from netwatch.telemetry.vital_signs import DECLARED, Kind, Vitals

NOW = int(datetime(2026, 11, 14, 19, 2, tzinfo=UTC).timestamp())
BUILD = {"version": "1.2.3"}
OPENMETRICS = "application/openmetrics-text; version=1.0.0"
HOSTILE = 'pop "quoted" \\ two\nlines {x="y"} 🎉'


def every_sign() -> Vitals:
    vitals = Vitals()
    for number, sign in enumerate(DECLARED):
        vitals.set(sign, number + 0.5, *(f"{tag}-{HOSTILE}" for tag in sign.tags))
    return vitals


def families(text: Iterable[Metric]) -> dict[str, Metric]:
    return {family.name: family for family in text}


def test_every_declared_sign_is_read_back_with_its_value_and_help() -> None:
    page = Exposition(every_sign(), BUILD).page("text/plain")
    assert page.content_type.startswith("text/plain")
    read = families(plain(page.body.decode()))
    for number, sign in enumerate(DECLARED):
        family = read[sign.name.removesuffix("_total")]
        assert family.type == sign.kind
        assert family.documentation == sign.means
        (sample,) = [one for one in family.samples if one.name == sign.name]
        assert sample.value == number + 0.5
        assert sample.labels == {tag: f"{tag}-{HOSTILE}" for tag in sign.tags}


def test_openmetrics_is_spoken_to_who_asks_for_it() -> None:
    page = Exposition(every_sign(), BUILD).page(OPENMETRICS)
    assert page.content_type.startswith("application/openmetrics-text")
    read = families(openmetrics(page.body.decode()))
    assert {sign.name.removesuffix("_total") for sign in DECLARED} <= read.keys()
    (build,) = read["netwatch_build"].samples
    assert build.labels == BUILD


def test_names_are_as_prometheus_wants_them() -> None:
    """Check what `promtool check metrics` would: units at the end, totals on counters, help."""
    page = Exposition(every_sign(), BUILD).page("text/plain")
    for family in plain(page.body.decode()):
        if not family.name.startswith("netwatch_"):
            continue
        assert family.documentation
        names = {sample.name for sample in family.samples}
        if family.type == Kind.COUNTER:
            assert all(name.endswith("_total") for name in names)
        else:
            assert not any(name.endswith(("_total", "_count", "_sum", "_bucket")) for name in names)
        assert not any(f"_{unit}" in family.name for unit in ("ms", "percent", "minutes", "mb"))


def test_what_the_process_costs_is_on_the_page() -> None:
    read = families(plain(Exposition(Vitals(), BUILD).page("").body.decode()))
    assert {"process_cpu_seconds", "process_resident_memory_bytes"} <= read.keys()


def echo(device: str, at_s: int = NOW, rtt_ms: float | None = 1.5) -> Batch:
    checks = ("icmp.up",) if rtt_ms is None else ("icmp.up", "icmp")
    values = (0,) if rtt_ms is None else (1, rtt_ms)
    return Batch(
        at_s=at_s,
        device=DeviceId(device),
        site=SiteId("pop"),
        checks=checks,
        parts=("",) * len(checks),
        values=values,
    )


@pytest.fixture
def gauges() -> DeviceGauges:
    known = {DeviceId(name) for name in ("a", "b", "silent", "old")}
    return DeviceGauges(lambda: known, lambda: float(NOW))


def test_devices_are_shown_as_they_last_answered(gauges: DeviceGauges) -> None:
    ports = Batch(
        at_s=NOW, device=DeviceId("a"), checks=("port.octets.x",), parts=("p",), values=(1,)
    )
    given = [echo("a"), echo("b", rtt_ms=20), echo("silent", rtt_ms=None), ports]
    given += [echo("old", NOW - FRESH_S - 1), echo("left-the-inventory"), echo("a", rtt_ms=2)]
    assert gauges.offer(given) == 0
    read = families(plain(Exposition(Vitals(), BUILD, gauges).page("").body.decode()))
    up = {one.labels["device"]: one.value for one in read["netwatch_device_up"].samples}
    assert up == {"a": 1, "b": 1, "silent": 0}
    rtt = {one.labels["device"]: one.value for one in read["netwatch_device_rtt_seconds"].samples}
    assert rtt == {"a": 0.002, "b": 0.02}


def test_devices_that_left_are_forgotten(gauges: DeviceGauges) -> None:
    gauges.offer([echo(f"gone-{number}") for number in range(100)])
    gauges.offer([echo("a")])
    gauges.note(Vitals())
    assert len(gauges._gauges) == 1
