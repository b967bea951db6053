"""Batches -> a spool on disk, and a process that empties it into a database."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import structlog

from netwatch.telemetry.answers import PAUSES, Verdict, remedy
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.spool import LIMIT_OCTETS, Spool
from netwatch.telemetry.vital_signs import (
    DELIVERED,
    REFUSED,
    SPOOL_AGE,
    SPOOL_OCTETS,
    SPOOL_VALUES,
    UNTAKEN,
    Vitals,
)
from netwatch.telemetry.where import Where

MOST_KEPT: Final = 500_000
"""Values kept in memory at most, while the disk does not take them."""
AGAIN_S: Final = 5.0
"""After so long a disk that did not take a segment is tried again."""
UNHEARD_AT_MOST_S: Final = 120.0
"""The sender speaks every 5 s, and after each request; one that is silent for so long hangs."""
END_S: Final = 1.0
PAUSES_S: Final = (0.0, 1.0, 5.0, 30.0)
SOUND_AFTER_S: Final = 60.0
REFUSAL_TOLD_S: Final = 3600.0
HALF: Final = 0.5
LONGEST_LINE: Final = 1 << 16

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Standing:
    """What the sender last said of itself; see `sender.Progress` and `sender.Waiting`."""

    delivered: int = 0
    refused: int = 0
    verdict: str = Verdict.TAKEN
    words: str = ""
    refusal: str = ""
    values: int = 0
    octets: int = 0
    age_s: float = 0.0


KNOWN: Final = frozenset(entry.name for entry in fields(Standing))


class InfluxSink:
    """Writes what it is offered to a spool, and keeps the process alive that sends it.

    Args:
        where: the database.
        folder: of the spool; made when the first segment is written.
        monotonic: seconds that never jump.
        limit_octets: of the spool.
        command: what starts the sender; a test may start another.
    """

    name = "influxdb"

    def __init__(
        self,
        where: Where,
        folder: Path,
        monotonic: Callable[[], float],
        *,
        limit_octets: int = LIMIT_OCTETS,
        command: Sequence[str] = (sys.executable, "-m", "netwatch.telemetry.influx_process"),
    ) -> None:
        self._where, self._folder, self._limit = where, folder, limit_octets
        self._monotonic, self._command = monotonic, command
        self._spool: Spool | None = None
        self._kept: list[Batch] = []
        self._values = 0
        self._more = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._standing = Standing()
        self._before = Standing()
        """What senders did that have ended since."""
        self._lost = 0
        self._lost_at = self._refused_at = float("-inf")
        self._sick = ""
        """Why the disk does not take segments."""
        self._failing_since: float | None = None

    # --- what the fan-out calls -------------------------------------------------------------------

    def offer(self, batches: Sequence[Batch]) -> int:
        """Take batches without waiting; return how many values found no room."""
        values = sum(map(len, batches))
        if self._values + values > MOST_KEPT:
            return values
        self._kept.extend(batches)
        self._values += values
        self._more.set()
        return 0

    def note(self, vitals: Vitals) -> None:
        """Write down how it fares."""
        now, before = self._standing, self._before
        vitals.set(SPOOL_VALUES, now.values, self.name)
        vitals.set(SPOOL_OCTETS, now.octets, self.name)
        vitals.set(SPOOL_AGE, now.age_s, self.name)
        vitals.set(DELIVERED, before.delivered + now.delivered, self.name)
        vitals.set(REFUSED, before.refused + now.refused, self.name)
        if self._lost:
            vitals.add(UNTAKEN, self._lost, self.name)
            self._lost = 0

    @property
    def trouble(self) -> str:
        """Say what a person must do something about; empty: nothing, a mere outage included."""
        return next(self._troubles(), "")

    async def run(self) -> None:
        """Spool and send until cancelled; then what was taken is on the disk."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_sending())
            try:
                while True:
                    await self._more.wait()
                    self._more.clear()
                    await self._seal()
                    if self._sick:
                        await asyncio.sleep(AGAIN_S)
            finally:
                await asyncio.shield(asyncio.ensure_future(self._seal()))

    # --- the spool --------------------------------------------------------------------------------

    async def _seal(self) -> None:
        """Write what is kept as one segment; what the disk does not take is kept on."""
        batches, values = self._kept, self._values
        if not batches:
            return
        self._kept, self._values = [], 0
        try:
            lost = await asyncio.to_thread(self._put, batches)
        except OSError as fault:
            self._keep_again(batches, values)
            if not self._sick:
                log.warning("the spool cannot be written", sink=self.name, why=str(fault))
            self._sick = fault.strerror or str(fault)
            return
        self._sick = ""
        if lost:
            self._lost += lost
            if self._monotonic() - self._lost_at > REFUSAL_TOLD_S:
                log.warning("the spool is full: the oldest measurements are given up")
            self._lost_at = self._monotonic()
        self._wake()

    def _put(self, batches: Sequence[Batch]) -> int:
        if self._spool is None:
            self._spool = Spool(self._folder, self._limit)
        return self._spool.put(batches)

    def _keep_again(self, batches: list[Batch], values: int) -> None:
        if self._values + values > MOST_KEPT:
            self._lost += values
            return
        self._kept[:0] = batches
        self._values += values

    # --- the process ------------------------------------------------------------------------------

    async def _keep_sending(self) -> None:
        failures = 0
        while True:
            began = self._monotonic()
            why = await self._live()
            if self._monotonic() - began > SOUND_AFTER_S:
                failures = 0
            log.warning("the sender of measurements is started again", sink=self.name, why=why)
            await asyncio.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
            failures += 1

    async def _live(self) -> str:
        """Live through one sender's life; return how it ended."""
        try:
            await asyncio.to_thread(self._folder.mkdir, mode=0o700, parents=True, exist_ok=True)
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LONGEST_LINE,
            )
        except OSError as fault:
            return f"it cannot be started: {fault.strerror or fault}"
        assert process.stdin is not None  # noqa: S101 - asked for above
        assert process.stdout is not None  # noqa: S101 - asked for above
        self._process = process
        try:
            order = {"folder": str(self._folder), "where": asdict(self._where)}
            process.stdin.write(json.dumps(order).encode() + b"\n")
            return await self._heard(process.stdout)
        finally:
            self._process = None
            self._before = _summed(self._before, self._standing)
            self._standing.delivered = self._standing.refused = 0
            process.stdin.close()
            await _end(process)

    async def _heard(self, stdout: asyncio.StreamReader) -> str:
        while True:
            try:
                async with asyncio.timeout(UNHEARD_AT_MOST_S):
                    line = await stdout.readline()
                told = json.loads(line) if line else None
            except TimeoutError:
                return f"not a word for {UNHEARD_AT_MOST_S:g} s"
            except ValueError as fault:
                return f"it cannot be understood: {fault}"
            if not isinstance(told, dict):
                return "it ended"
            self._hear(told)

    def _hear(self, told: dict[str, Any]) -> None:
        # A sender that is started after an upgrade may say more than this service knows.
        known = {name: told[name] for name in KNOWN if name in told}
        before, self._standing = self._standing, Standing(**known)
        if self._standing.refused > before.refused:
            if self._monotonic() - self._refused_at > REFUSAL_TOLD_S:
                words = self._standing.refusal
                log.warning("measurements are refused for good", sink=self.name, why=words)
            self._refused_at = self._monotonic()
        fails = self._standing.verdict in PAUSES
        if fails and self._failing_since is None:
            self._failing_since = self._monotonic()
            log.warning("measurements wait on disk", sink=self.name, why=self._standing.words)
        elif not fails and self._failing_since is not None:
            self._failing_since = None
            log.info("measurements are taken again", sink=self.name)

    def _wake(self) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            return
        if process.stdin.transport.get_write_buffer_size() == 0:
            process.stdin.write(b"\n")

    # --- what people are told ---------------------------------------------------------------------

    def _troubles(self) -> Iterator[str]:
        now, standing = self._monotonic(), self._standing
        if self._sick:
            yield f"measurements cannot be kept in {self._folder}: {self._sick}"
        if now - self._lost_at < REFUSAL_TOLD_S:
            yield (
                f"measurements were given up, the oldest first: {self._folder} is full and the"
                f" database takes none ({standing.words or 'it is too slow'})"
            )
        if standing.verdict == Verdict.DENIED:
            yield f"the database refuses us: {standing.words}; {remedy(standing.words)}"
        if now - self._refused_at < REFUSAL_TOLD_S:
            yield (
                f"{self._before.refused + standing.refused} measurements were refused for good:"
                f" {standing.refusal};"
                f" they are kept in {self._folder / 'refused'}"
            )
        if standing.octets > self._limit * HALF:
            yield (
                "more than half of the room for measurements is used, the oldest are lost next:"
                f" {standing.words or 'the database is too slow'}"
            )


def _summed(one: Standing, other: Standing) -> Standing:
    return Standing(delivered=one.delivered + other.delivered, refused=one.refused + other.refused)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let a sender end, now that its input has ended; kill one that waits for a database."""
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await process.wait()
    finally:  # we may be told to end while we wait: nobody is left behind
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
