"""A crowd before the page, beside polling: who is served, who is refused, what is delayed."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from netwatch.intake.door import Door
from tests.bench.agent import agent
from tests.bench.measure import NotMeasuredError
from tests.bench.report import Table
from tests.bench.run import cpu_s_of, p99, rss_mb_of, service
from tests.bench.web_guests import GREEDY, SLOW
from tests.edges.ports import free_port

_DEVICES: Final = 2000
_SETTLES_S: Final = 20.0
HEAD: Final = (
    "", "offered/s", "served/s", "429/s", "others p50 ms", "others p99 ms", "others refused",
    "lag p99 s", "web CPU %", "web MB",
)  # fmt: skip


def web(*, quick: bool) -> Iterator[Table]:
    """Measure the page and polling before and in a crowd."""
    seconds = 20.0 if quick else 60.0
    port, desk = free_port(), free_port()
    settings = f'[web]\npublic = "127.0.0.1:{port}"\nconsole = "127.0.0.1:{desk}"\n'
    with (
        agent("snmp") as field_of_devices,
        TemporaryDirectory(prefix="netwatch-bench-") as name,
        service(Path(name), field_of_devices, _DEVICES, settings) as (_, door),
        _page(Path(name)) as pid,
    ):
        time.sleep(_SETTLES_S)
        yield Table(
            title="A crowd before the page",
            words=(
                f"{_DEVICES:,} devices are polled (echo every 10 s) while {GREEDY} addresses offer"
                f" 5,000 requests a second and hold {SLOW:,} slow connections; 20 others ask for"
                " the page once a second, each time anew. The bar: 1,000 served a second, lag p99"
                " 1 s, others p99 500 ms, none of them refused."
            ),
            head=HEAD,
            rows=[_row("crowd", _crowd(pid, door, port, seconds))],
            notes=["guests and devices run on the same cores"],
        )


def _crowd(pid: int, door: Door, port: int, seconds: float) -> dict[str, Any]:
    began, cpu_s = time.monotonic(), cpu_s_of(pid)
    lag_s: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.web_guests", str(port), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    ) as guests:
        while guests.poll() is None and time.monotonic() - began < seconds * 3:
            time.sleep(1.0)
            vitals = door.call("status")["vitals"]
            lag_s.append(vitals.get("netwatch_poll_lag_seconds", 0.0))
        said, _ = guests.communicate(timeout=30)
    if guests.returncode:
        raise NotMeasuredError(f"the guests ended with {guests.returncode}")
    told: dict[str, Any] = json.loads(said)
    took_s = time.monotonic() - began
    return told | {
        "lag_s": lag_s,
        "share": 100 * (cpu_s_of(pid) - cpu_s) / took_s,
        "rss_mb": rss_mb_of(pid),
    }


def _row(name: str, told: dict[str, Any]) -> tuple[str, ...]:
    took, seconds, answers = told["took_s"], told["seconds"], told["answers"]
    return (
        name,
        f"{told['offered'] / seconds:,.0f}",
        f"{answers.get('200', 0) / seconds:,.0f}",
        f"{answers.get('429', 0) / seconds:,.0f}",
        f"{took[len(took) // 2] * 1000:.1f}",
        f"{p99(took) * 1000:.1f}",
        f"{len(told['bad'])} of {len(took)}",
        f"{p99(told['lag_s']):.3f}",
        f"{told['share']:.0f}",
        f"{told['rss_mb']:.0f}",
    )


@contextmanager
def _page(folder: Path) -> Iterator[int]:
    """Serve the page beside the service; it has ended after the block."""
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "netwatch", "web", "--config", str(folder / "netwatch.toml")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout is not None
    try:
        for _ in range(2):
            process.stdout.readline()
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            ended = process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            ended = process.wait()
        process.stdout.close()
    if ended:
        raise NotMeasuredError(f"the page ended with {ended}")
