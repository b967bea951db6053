"""A flood of traps beside polling: what it costs, what it delays, and who is still heard."""

import itertools
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from netwatch.intake.door import Door
from netwatch.model.facts import TroubleBegan, TroubleEnded
from netwatch.service.receiver_watch import INTAKE
from netwatch.wire.ber import Message, Pdu, Tag, VarBind, encode, parse_oid
from tests.bench import device
from tests.bench.agent import agent, build
from tests.bench.measure import NotMeasuredError
from tests.bench.report import Table
from tests.bench.run import cpu_s_of, p99, rss_mb_of, service

SOURCE: Final = Path(__file__).with_name("flood.c")
_DEVICES: Final = 2000
_BABBLERS: Final = 200
_STRANGERS: Final = 10_000
_STRANGER_BASE: Final = "127.99.0.0"
_QUIET: Final = 1500
"""The number of a device that says nothing but once."""
_RATE: Final = 20_000
_CALM_AFTER_S: Final = 85.0
"""A flood is over after a minute without; housekeeping looks every 15 s."""
_TRAP_OID: Final = parse_oid("1.3.6.1.6.3.1.1.4.1.0")
_LINK_DOWN: Final = parse_oid("1.3.6.1.6.3.1.1.5.3")
_UP_TIME: Final = parse_oid("1.3.6.1.2.1.1.3.0")
_IF_INDEX: Final = parse_oid("1.3.6.1.2.1.2.2.1.1.7")
HEAD: Final = ("", "s", "polls", "polls %", "longest gap p99 s", "lag p99 s", "CPU %", "RSS MB")


def link_down() -> bytes:
    """Return a linkDown of v2c."""
    binds = (
        VarBind(_UP_TIME, Tag.TIMETICKS, 12345),
        VarBind(_TRAP_OID, Tag.OID, _LINK_DOWN),
        VarBind(_IF_INDEX, Tag.INTEGER, 7),
    )
    return encode(
        Message(version=1, community=b"public", pdu=Pdu.TRAP_V2, request_id=1, binds=binds)
    )


@dataclass(slots=True)
class Spell:
    """A stretch of time, and what was seen in it."""

    seconds: float = 0.0
    lag_s: list[float] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    began: float = 0.0
    """Seconds since 1970, as the tape has them."""
    ended: float = 0.0


@dataclass(frozen=True, slots=True)
class Storm:
    """The flood, when the quiet device spoke, and what the sender says of itself."""

    spell: Spell
    sent_at: float
    sent: int
    cpu_s: float


def flood(*, quick: bool) -> Iterator[Table]:
    """Measure a calm stretch and then a flood."""
    seconds = 30.0 if quick else 60.0
    with agent("snmp") as field_of_devices, TemporaryDirectory(prefix="netwatch-bench-") as name:
        folder, port = Path(name), _free_port()
        tape = folder / "flood.jsonl"
        settings = f'[traps]\nlisten = "127.0.0.1:{port}"\n'
        options = ["--tape", str(tape)]
        with (
            service(folder, field_of_devices, _DEVICES, settings, options) as (_, door),
            _receiver(folder) as pid,
        ):
            _settle(door)
            calm = _spell(pid, door, seconds)
            storm = _storm(pid, door, port, seconds)
            told = door.call("receiver")
            if not quick:
                time.sleep(_CALM_AFTER_S)
            facts = [fact for _, fact in door.facts()]
        yield _table(calm, storm, _polls(tape), _said(storm, told, facts))


def _storm(pid: int, door: Door, port: int, seconds: float) -> Storm:
    """Let it flood; half-way one quiet device says one thing, once."""
    payload = link_down().hex()
    groups = [f"{_STRANGER_BASE}:{_STRANGERS}:{payload}", f"127.0.0.0:{_BABBLERS}:{payload}"]
    with subprocess.Popen(
        [str(build(SOURCE)), str(port), str(_RATE), str(seconds), *groups],
        stdout=subprocess.PIPE,
        text=True,
    ) as sender:
        first = _spell(pid, door, seconds / 2)
        sent_at = time.time()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((device.loopback(_QUIET), 0))
            sock.sendto(link_down(), ("127.0.0.1", port))
        second = _spell(pid, door, seconds / 2)
        said, _ = sender.communicate(timeout=30)
    sent, spent = said.split()
    return Storm(_joined(first, second), sent_at, int(sent), float(spent))


def _joined(first: Spell, second: Spell) -> Spell:
    return Spell(
        first.seconds + second.seconds,
        first.lag_s + second.lag_s,
        first.rss_mb + second.rss_mb,
        first.cpu_s + second.cpu_s,
        first.began,
        second.ended,
    )


def _settle(door: Door) -> None:
    """Wait until the receiver is heard and every device was asked for its state once."""
    until = time.monotonic() + 90
    while not door.call("receiver")["heard"] and time.monotonic() < until:
        time.sleep(0.5)
    time.sleep(45)


def _spell(pid: int, door: Door, seconds: float) -> Spell:
    spell = Spell(began=time.time())
    started, cpu_s = time.monotonic(), cpu_s_of(pid)
    while time.monotonic() - started < seconds:
        time.sleep(1.0)
        vitals = door.call("status")["vitals"]
        spell.lag_s.append(vitals.get("netwatch_poll_lag_seconds", 0.0))
        spell.rss_mb.append(rss_mb_of(pid))
    spell.seconds, spell.cpu_s = time.monotonic() - started, cpu_s_of(pid) - cpu_s
    spell.ended = time.time()
    return spell


def _polls(tape: Path) -> dict[str, list[float]]:
    """Return when each device was pinged, as recorded."""
    times: dict[str, list[float]] = {}
    with tape.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("check") == "icmp":
                at = datetime.fromisoformat(row["at"]).timestamp()
                times.setdefault(row["device"], []).append(at)
    return times


def _table(calm: Spell, storm: Storm, polls: Mapping[str, list[float]], notes: list[str]) -> Table:
    asked = [f"d{number}" for number in range(_BABBLERS, _DEVICES) if number != _QUIET]
    stormy = storm.spell
    rows = [_row("calm", calm, calm, polls, asked), _row("flood", stormy, calm, polls, asked)]
    acted = [at - storm.sent_at for at in polls.get(f"d{_QUIET}", []) if at >= storm.sent_at]
    grown = max(stormy.rss_mb) - statistics.fmean(calm.rss_mb)
    notes += [
        f"a quiet device's one linkDown was acted on after {min(acted, default=-1):.2f} s",
        f"the receiver's memory grew by {grown:+.1f} MB",
    ]
    return Table(title="A flood of traps", words=_WORDS, head=HEAD, rows=rows, notes=notes)


def _said(storm: Storm, told: Mapping[str, Any], facts: list[object]) -> list[str]:
    counts, rate = told["counts"], storm.sent / storm.spell.seconds
    began = sum(isinstance(f, TroubleBegan) and f.where == INTAKE for f in facts)
    ended = sum(isinstance(f, TroubleEnded) and f.where == INTAKE for f in facts)
    return [
        (
            f"offered {storm.sent:,} traps, {rate:,.0f} a second ({storm.cpu_s} CPU-s of sending), "
            f"half from {_STRANGERS:,} strangers, half from {_BABBLERS} known devices"
        ),
        (
            f"received {counts['received']:,}, accepted {counts['accepted']:,}, unknown "
            f"{counts['unknown']:,}, above the rate {counts['limited']:,}, lost by the kernel "
            f"{counts['kernel']:,}, undelivered {counts['undelivered']:,}"
        ),
        f"flood alerts: {began}, ends told: {ended}",
    ]


def _row(
    name: str, spell: Spell, calm: Spell, polls: Mapping[str, list[float]], asked: list[str]
) -> tuple[str, ...]:
    """Say what polling did in a spell; those who were looked at because they spoke are left out."""
    count, gaps = 0, []
    for one in asked:
        times = [at for at in polls.get(one, []) if spell.began <= at < spell.ended]
        count += len(times)
        gaps.append(max((b - a for a, b in itertools.pairwise(times)), default=99.0))
    usual = sum(calm.began <= at < calm.ended for one in asked for at in polls.get(one, []))
    share = 100 * (count / spell.seconds) / max(1e-9, usual / calm.seconds)
    return (
        name,
        f"{spell.seconds:.0f}",
        f"{count:,}",
        f"{share:.1f}",
        f"{p99(gaps):.2f}",
        f"{p99(spell.lag_s):.3f}",
        f"{100 * spell.cpu_s / spell.seconds:.0f}",
        f"{max(spell.rss_mb):.0f}",
    )


_WORDS: Final = (
    "Polling goes on (echo every 10 s, 2,000 devices) while traps are offered to the receiver "
    "beside it. Polls are counted on devices that say nothing; CPU and memory are the receiver's."
)


@contextmanager
def _receiver(folder: Path) -> Iterator[int]:
    """Run a receiver beside the service; it has ended after the block."""
    with (folder / "receiver.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "netwatch", "traps", "--config", str(folder / "netwatch.toml")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={k: v for k, v in os.environ.items() if k != "RUNTIME_DIRECTORY"},
        )
    try:
        yield process.pid
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            ended = process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            ended = process.wait()
    if ended:
        raise NotMeasuredError(f"the receiver ended with {ended}")


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
