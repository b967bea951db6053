"""The service's side of the history: packs what comes, hands it to the keeper, keeps that alive.

What was taken is on the disk `CUT_S` seconds later, a commit included: that is all that a crash of
the service may lose. A crash of the keeper loses nothing: what it did not confirm is said again.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import structlog

from netwatch.model.clock import Clock
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.history.retention import Limits
from netwatch.telemetry.history.writer import HistoryWriter
from netwatch.telemetry.vital_signs import (
    DELIVERED,
    HISTORY_OCTETS,
    HISTORY_WAITING,
    UNTAKEN,
    Vitals,
)

CUT_S: Final = 2.0
"""So often what came is packed and handed over."""
PAUSES_S: Final = (0.0, 1.0, 5.0, 30.0)
SOUND_AFTER_S: Final = 60.0
ENDS_WITHIN_S: Final = 15.0
HANGS_S: Final = 300.0
"""A keeper that takes nothing for so long is ended and started again."""
LONGEST_LINE: Final = 1 << 20
LAST_WORDS: Final = 2000

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Numbers:
    kept: int = 0
    lost: int = 0
    octets: int = 0
    troubles: dict[str, str] = field(default_factory=dict)
    early_told: bool = False

    def take_lost(self) -> int:
        """Return what was lost after it was taken, since this was asked last."""
        lost, self.lost = self.lost, 0
        return lost


class HistorySink:
    """Takes batches away into the embedded history; see ``telemetry.fanout.Sink``."""

    name = "history"

    def __init__(self, folder: Path, limits: Limits, clock: Clock) -> None:
        self._folder, self._limits, self._clock = folder, limits, clock
        self._writer = HistoryWriter()
        self._numbers = _Numbers()
        self._pipe: asyncio.StreamWriter | None = None
        self.pid: int | None = None

    def offer(self, batches: Sequence[Batch]) -> int:
        """Take batches without waiting; return how many values found no room."""
        return sum(len(batch) for batch in batches if not self._writer.take(batch))

    def note(self, vitals: Vitals) -> None:
        """Write down how it fares."""
        vitals.set(DELIVERED, self._numbers.kept, self.name)
        vitals.set(HISTORY_WAITING, self._writer.waiting_samples)
        vitals.set(HISTORY_OCTETS, self._numbers.octets)
        if lost := self._numbers.take_lost():
            vitals.add(UNTAKEN, lost, self.name)

    @property
    def trouble(self) -> str:
        """Say what a person must do something about; empty: nothing."""
        return "; ".join(what for what in self._numbers.troubles.values() if what)

    async def run(self) -> None:
        """Keep a keeper alive until cancelled; then see to it that all is on the disk."""
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            why = await self._live()
            if loop.time() - started > SOUND_AFTER_S:
                failures = 0
            self._numbers.troubles["keeper"] = f"its process {why}; it is started again"
            log.warning("the history's process ended", why=why)
            await asyncio.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
            failures += 1

    async def _live(self) -> str:
        """Live through one keeper's life; return how it ended."""
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "netwatch.telemetry.history.keeper",
                str(self._folder), json.dumps(asdict(self._limits)),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE, limit=LONGEST_LINE,
            )  # fmt: skip
        except OSError as fault:
            return f"cannot be started: {fault.strerror or fault}"
        self.pid = process.pid
        complained = asyncio.create_task(_last_words(process))
        hearing = asyncio.create_task(self._hear(process))
        try:
            await self._say(process, hearing)
        finally:
            self.pid = None
            await self._end(process, hearing)
            words = await complained
        code = process.returncode or 0
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        return f"{how}: {words}" if words else how

    async def _say(
        self, process: asyncio.subprocess.Process, hearing: "asyncio.Task[None]"
    ) -> None:
        """Hand over what is taken until the keeper ends."""
        assert process.stdin is not None  # noqa: S101 - it was asked for
        with contextlib.suppress(ConnectionError, TimeoutError):
            for octets in self._writer.all_again():
                process.stdin.write(octets)
                await process.stdin.drain()
            while not hearing.done():
                await asyncio.wait({hearing}, timeout=CUT_S)
                await self._hand_over(process.stdin)

    async def _hand_over(self, pipe: asyncio.StreamWriter) -> None:
        frame = self._writer.cut(int(self._clock.now().timestamp()))
        if frame is not None:
            pipe.write(frame.octets)
            async with asyncio.timeout(HANGS_S):
                await pipe.drain()

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        """Take in what the keeper says until it is silent for good."""
        assert process.stdout is not None  # noqa: S101 - it was asked for
        while line := await process.stdout.readline():
            self._take(json.loads(line))

    def _take(self, said: dict[str, Any]) -> None:
        numbers = self._numbers
        match said:
            case {"kept": int(number), **rest}:
                lost = int(rest.get("lost", 0))
                numbers.kept += self._writer.kept(number) - lost
                numbers.lost += lost
                numbers.troubles.pop("keeper", None)
            case {"trouble": str(what)}:
                numbers.troubles["disk"] = what
                if what:
                    log.warning("the history is in trouble", what=what)
            case {"state": {"octets": int(octets)}}:
                numbers.octets = octets
            case {"failed": str(what)}:
                numbers.troubles["sorting"] = what
                log.warning("the history could not be sorted", what=what)
            case {"early": str(what)}:
                self._tell_early(what)
            case {"done": dict(done)}:
                self._done(done)
            case _:
                log.debug("the history's process said", said=said)

    def _done(self, done: dict[str, Any]) -> None:
        if damaged := done.get("damaged"):
            why = str(done.get("why", ""))
            self._numbers.troubles["damaged"] = f"{', '.join(damaged)} set aside: {why}"
            log.warning("a file of the history was damaged", files=damaged, why=why)
            return
        self._numbers.troubles.pop("sorting", None)
        log.debug("the history was sorted", **done)

    def _tell_early(self, what: str) -> None:
        """Say once that the budget is spent before the days are over."""
        if not self._numbers.early_told:
            self._numbers.early_told = True
            log.warning(
                "history goes before its days are over: [history] disk_budget is spent",
                first=what,
            )

    async def _end(
        self, process: asyncio.subprocess.Process, hearing: "asyncio.Task[None]"
    ) -> None:
        """Say what is left, let the keeper end by itself, and see that it does."""
        assert process.stdin is not None  # noqa: S101 - it was asked for
        try:
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(ENDS_WITHIN_S):
                    await self._hand_over(process.stdin)
                    process.stdin.close()
                    await hearing
                    await process.wait()
        finally:
            hearing.cancel()
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _last_words(process: asyncio.subprocess.Process) -> str:
    """Return the end of what a process complained of."""
    assert process.stderr is not None  # noqa: S101 - it was asked for
    words = b""
    while more := await process.stderr.read(LAST_WORDS):
        words = (words + more)[-LAST_WORDS:]
    return words.decode(errors="replace").strip().rpartition("\n")[2]
