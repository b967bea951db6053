"""A real database that takes InfluxDB's lines: VictoriaMetrics on loopback, started and stopped."""

import json
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.parse import quote

from netwatch.telemetry.batch import Batch
from netwatch.telemetry.lines import legible
from tests.edges.ports import free_port

PROGRAM = "victoria-metrics"
STARTS_S = 30.0
EVERYTHING = '{device!="",job=""}'

SCRAPES = """\
scrape_configs:
  - {job_name: netwatch, scrape_interval: 1s, static_configs: [{targets: ["TARGET"]}]}
"""

Point = tuple[str, str, str, str, int, float]
"""Measurement, device, part, site, second, value."""


class Victoria:
    """One server; what it holds survives `stop` and `start`."""

    def __init__(self, folder: Path, scrapes: str | None = None) -> None:
        """Prepare a server; with ``scrapes`` (host:port) it asks there for /metrics, as Prometheus.

        Nothing runs yet.
        """
        self.folder = folder / "victoria"
        self._options: list[str | Path] = []
        if scrapes is not None:
            config = folder / "scrapes.yml"
            config.write_text(SCRAPES.replace("TARGET", scrapes))
            self._options = [f"-promscrape.config={config}"]
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGKILL)

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                PROGRAM,
                "-httpListenAddr", f"127.0.0.1:{self.port}",
                "-storageDataPath", self.folder,
                "-retentionPeriod", "100y",
                "-memory.allowedBytes", "64MB",
                "-search.latencyOffset", "0s",
                "-loggerLevel", "ERROR",
                *self._options,
            ],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + STARTS_S
        while not self._is_up():
            assert time.monotonic() < end
            assert self._process.poll() is None
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None

    def points(self) -> set[Point]:
        """Return all points with a device, as a database of points holds them: each once."""
        self._get("/internal/force_flush")
        text = self._get(f"/api/v1/export?match[]={quote(EVERYTHING)}")
        found: set[Point] = set()
        for line in text.splitlines():
            series = json.loads(line)
            labels = series["metric"]
            name = labels["__name__"].removesuffix("_value")
            tags = (labels.get("device", ""), labels.get("part", ""), labels.get("site", ""))
            for value, at_ms in zip(series["values"], series["timestamps"], strict=True):
                assert at_ms % 1000 == 0
                found.add((name, *tags, at_ms // 1000, float(value)))
        return found

    def value(self, query: str) -> float | None:
        """Return the value of the first series that a PromQL query finds now."""
        answer = json.loads(self._get(f"/api/v1/query?nocache=1&query={quote(query)}"))
        found = answer["data"]["result"]
        return float(found[0]["value"][1]) if found else None

    def _is_up(self) -> bool:
        try:
            self._get("/health")
        except (URLError, OSError):
            return False
        return True

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:  # noqa: S310 - loopback
            text: str = answer.read().decode()
            return text


def points(batches: Iterable[Batch]) -> set[Point]:
    """Return what a database is to hold once it has taken these batches."""
    return {
        (
            legible(check),
            legible(batch.device),
            legible(part),
            legible(batch.site or ""),
            batch.at_s,
            float(value),
        )
        for batch in batches
        for check, part, value in zip(batch.checks, batch.parts, batch.values, strict=True)
    }
