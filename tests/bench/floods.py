"""Correlation in a flood: every line that is dark for good, and answers that contradict each other.

A tick is the CPU time of a whole second's diagnosis, collecting garbage included.
"""

import gc
import random
import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from netwatch.model.arrivals import Outcome, Sample, Tick
from netwatch.model.names import CheckName
from netwatch.model.network import Device
from netwatch.pipeline import Pipeline, StageRules
from tests.bench.province import Province
from tests.bench.report import Table

_EVENING: Final = datetime(2026, 11, 14, 19, 0, tzinfo=UTC)
_ROUND_S: Final = 30
_BAR_MS: Final = 300
_DARK: Final = 0.01

Bad = Callable[[Device, int], bool]


def floods(size: int, seconds: int) -> Iterator[Table]:
    """Measure what a second costs when everything is wrong, in several ways."""
    province = Province(size, people=size * 7 // 5)
    dark = _some_dark(province)
    dice = random.Random(7)  # noqa: S311 - repeatable, not secret
    ways: dict[str, Bad] = {
        "all is well": lambda _device, _second: False,
        "one line in a hundred dark for good": lambda device, second: (
            second >= dark.get(device.id, seconds)
        ),
        "every twentieth answer is wrong": lambda _device, _second: dice.random() < 0.05,
        "every second answer is wrong": lambda _device, _second: dice.random() < 0.5,
        "all ONUs dark, their OLTs well": lambda device, _second: device.via is not None,
        "everything dark": lambda _device, _second: True,
    }
    yield Table(
        title="A second's diagnosis in a flood",
        words=f"{size:,} devices, {len(province.network.subscribers):,} subscribers, each device"
        f" asked every {_ROUND_S} s at a time of its own, {seconds} s; the bar:"
        f" no second over {_BAR_MS} ms of CPU, p50 50, p99 150.",
        head=("flood", "elements", "p50 ms", "p99 ms", "max ms", "event us", "incidents", "MB"),
        rows=[_flood(province, name, bad, seconds) for name, bad in ways.items()],
    )


def _some_dark(province: Province) -> dict[str, int]:
    dice = random.Random(3)  # noqa: S311 - repeatable, not secret
    onus = [device.id for device in province.devices if device.via]
    return {str(onu): dice.randrange(60) for onu in dice.sample(onus, int(len(onus) * _DARK))}


def _flood(province: Province, name: str, bad: Bad, seconds: int) -> tuple[str, ...]:
    pipeline = Pipeline(province.network, StageRules())
    gc.collect()
    gc.freeze()
    asked: dict[int, list[Device]] = {}
    dice = random.Random(5)  # noqa: S311 - repeatable, not secret
    for device in province.devices:
        if device.via or device.address:
            asked.setdefault(dice.randrange(_ROUND_S), []).append(device)
    ticks: list[float] = []
    events, spent = 0, 0.0
    for second in range(seconds):
        at = _EVENING + timedelta(seconds=second)
        samples = [
            _sample(device, at, bad=bad(device, second))
            for device in asked.get(second % _ROUND_S, ())
        ]
        started = time.process_time()
        for sample in samples:
            pipeline.advance(sample)
        heard = time.process_time()
        pipeline.advance(Tick(at=at + timedelta(seconds=1)))
        ticks.append(time.process_time() - heard)
        events, spent = events + len(samples), spent + heard - started
    gc.unfreeze()
    ticks.sort()
    return (
        name,
        f"{len(pipeline.correlation.index):,}",
        f"{ticks[len(ticks) // 2] * 1e3:.1f}",
        f"{ticks[int(len(ticks) * 0.99)] * 1e3:.1f}",
        f"{ticks[-1] * 1e3:.1f}",
        f"{spent / max(events, 1) * 1e6:.1f}",
        f"{len(pipeline.correlation.decided.incidents):,}",
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}",
    )


def _sample(device: Device, at: datetime, *, bad: bool) -> Sample:
    if device.via is not None:
        return Sample(
            at=at,
            device=device.id,
            check=CheckName("onu.state"),
            outcome=Outcome.ANSWERED,
            value="los" if bad else "online",
        )
    return Sample(
        at=at,
        device=device.id,
        check=CheckName("icmp"),
        outcome=Outcome.SILENT if bad else Outcome.ANSWERED,
        value=None if bad else 1.5,
    )
