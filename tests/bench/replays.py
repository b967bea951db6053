"""Replay: how many lines a second the whole road takes, from the file to the facts."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from netwatch.model.facts import NoticeDue
from netwatch.model.network import Device
from netwatch.pipeline import StageRules
from netwatch.service.replay import Player
from netwatch.views.board import Board
from tests.bench.province import Province
from tests.bench.report import Table

_EVENING: Final = datetime(2026, 11, 14, 19, 0, tzinfo=UTC)
_DEVICES: Final = 5000
_ROUND_S: Final = 60
_BAR: Final = 48_000
_LOST: Final = 0.001
_BREAKS_S: Final = 600
_LASTS_S: Final = 900


def replays(*, hours: float) -> Iterator[Table]:
    """Measure tapes of 5,000 devices asked every minute."""
    province = Province(_DEVICES)
    nights = {"some answers lost": 0, "and an uplink of many cut for 15 minutes": _LASTS_S}
    yield Table(
        title="Replay",
        words=f"{_DEVICES:,} devices, each asked every {_ROUND_S} s; read, parsed, detected,"
        f" correlated, decided, with a second's diagnosis every second of the tape. The bar is"
        f" {_BAR:,} lines for each second of CPU: a day within 150 s.",
        head=("tape", "lines", "CPU s", "lines/CPU-s", "a day, CPU s", "times the bar", "facts"),
        rows=[_played(province, name, hours, lasts) for name, lasts in nights.items()],
    )


def _played(province: Province, name: str, hours: float, lasts_s: int) -> tuple[str, ...]:
    with _tape(province, hours, lasts_s) as (tape, lines):
        player = Player(province.network, StageRules(), _words)
        started = time.process_time()
        replayed = player.play(tape)
        spent = time.process_time() - started
    per_s = lines / spent
    return (
        name,
        f"{lines:,}",
        f"{spent:.1f}",
        f"{per_s:,.0f}",
        f"{lines / hours * 24 / per_s:.0f}",
        f"{per_s / _BAR:.2f}",
        str(len(replayed.facts)),
    )


def _words(_due: NoticeDue, _board: Board) -> str:
    return ""


@contextmanager
def _tape(province: Province, hours: float, lasts_s: int) -> Iterator[tuple[Path, int]]:
    """Write a tape of a province's every device, and say how many lines it has."""
    dice = random.Random(11)  # noqa: S311 - repeatable, not secret
    cut = next(fault for fault in province.faults if fault.element.startswith("link:agg"))
    dark = province.under(cut.below)
    asked = sorted(
        ((dice.random() * _ROUND_S, d) for d in province.devices if d.via or d.address),
        key=lambda pair: pair[0],
    )
    lines = 0
    with TemporaryDirectory() as folder:
        tape = Path(folder) / "evening.jsonl"
        with tape.open("w", encoding="utf-8") as file:
            for minute in range(int(hours * 60)):
                for after, device in asked:
                    second = minute * _ROUND_S + after
                    broken = _BREAKS_S <= second < _BREAKS_S + lasts_s
                    if broken and device.via in dark:
                        continue
                    silent = (broken and device.id in dark) or dice.random() < _LOST
                    file.write(_line(second, device, silent=silent))
                    lines += 1
        yield tape, lines


def _line(second: float, device: Device, *, silent: bool) -> str:
    at = (_EVENING + timedelta(seconds=second)).isoformat(timespec="milliseconds")
    line: dict[str, object] = {"at": at.replace("+00:00", "Z"), "device": device.id}
    if device.via:
        state = "los" if silent else "online"
        line |= {"check": "onu.state", "outcome": "answered", "value": state}
    elif silent:
        line |= {"check": "icmp", "outcome": "silent"}
    else:
        line |= {"check": "icmp", "outcome": "answered", "value": 1.9}
    return json.dumps(line, separators=(",", ":")) + "\n"
