"""A history's folder as tests see it: filled by a keeper, sorted, read; and what it should hold."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from netwatch.model.names import DeviceId
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.history.frames import Unpacker
from netwatch.telemetry.history.keeper import Keeper
from netwatch.telemetry.history.points import Number, Point
from netwatch.telemetry.history.reading import History
from netwatch.telemetry.history.retention import Limits
from netwatch.telemetry.history.shelf import DAY_S, Tier
from netwatch.telemetry.history.sorter import work
from netwatch.telemetry.history.writer import HistoryWriter

MIDNIGHT = 1_794_614_400
"""2026-11-14 00:00 UTC."""
PLENTY = 10**12

Truth = dict[tuple[str, str, str], dict[int, Number]]
"""Device, check and part -> second -> value."""


def batch(device: str, at_s: int, values: dict[tuple[str, str], Number]) -> Batch:
    checks, parts = zip(*values, strict=True)
    return Batch(
        at_s=at_s,
        device=DeviceId(device),
        checks=checks,
        parts=parts,
        values=tuple(values.values()),
    )


def truth_of(batches: Iterable[Batch]) -> Truth:
    """Return what must be read of batches that came in this order."""
    truth: Truth = defaultdict(dict)
    for one in batches:
        for check, part, value in zip(one.checks, one.parts, one.values, strict=True):
            truth[one.device, check, part][one.at_s] = value
    return truth


class HistoryHouse:
    """A history that is filled and sorted in this process."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self.said: list[dict[str, Any]] = []
        self.limits = limits or Limits(disk_budget=PLENTY)
        self._writer = HistoryWriter(most_octets=PLENTY)
        self._unpacker = Unpacker()
        self._keeper = Keeper(folder, self.limits, self.said.append)

    def keep(self, batches: Iterable[Batch], now_s: int = MIDNIGHT) -> None:
        """Let a frame of batches be written down."""
        for one in batches:
            assert self._writer.take(one)
        frame = self._writer.cut(now_s)
        if frame is not None:
            for kind, body in self._unpacker.feed(frame.octets):
                self._keeper.hear(kind, body)

    def next_head(self) -> None:
        """Let the keeper begin another head with the next frame."""
        self._keeper._close_head()

    def close(self) -> None:
        self._keeper.close()

    def start_sorter(self, now_s: int) -> Callable[[], int]:
        """Let another process sort, as the keeper does; call what is returned to wait for it."""
        folder = self._keeper._folder
        folder.tend(now_s, self._keeper._written_now_or_next())
        sorter = folder._sorter
        assert sorter is not None

        def ended() -> int:
            code = sorter.process.wait(60)
            folder._reap(sorter)
            return code

        return ended

    def sort(self, now_s: int, jobs: int = 1000) -> list[dict[str, Any]]:
        """Do what is due, at most so many jobs."""
        writing = self._keeper._written_now_or_next()
        done = []
        for _, told in zip(
            range(jobs), work(self.folder, now_s, writing=writing, room=PLENTY), strict=False
        ):
            done.append(told)
        return done

    def read(self, tier: Tier | None = None, lasts: int = 3 * DAY_S) -> "Reading":
        return Reading(self.folder, tier, lasts)


class Reading:
    """A history read back."""

    def __init__(self, folder: Path, tier: Tier | None, lasts: int) -> None:
        self._folder, self._tier = folder, tier
        self._span = {"since_s": MIDNIGHT - DAY_S, "until_s": MIDNIGHT + lasts}

    def points(self, device: str, check: str, part: str | None) -> dict[str, list[Point]]:
        with closing(History(self._folder)) as history:
            found = history.points(device, check, part, **self._span, tier=self._tier)
            assert not history.unreadable, history.unreadable
        return found

    def of(self, truth: Truth) -> Truth:
        """Return what is read of the series of ``truth``."""
        found: Truth = {}
        with closing(History(self._folder)) as history:
            for device, check, part in truth:
                points = history.points(device, check, part, **self._span, tier=self._tier)
                found[device, check, part] = {
                    point.at_s: point.value for point in points.get(part, [])
                }
            assert not history.unreadable, history.unreadable
        return found


def day_of_polls(devices: int = 3, ports: int = 4, polls: int = 288) -> Iterator[list[Batch]]:
    """Yield a day's polls: counters of every port, and one level that is no whole number."""
    counters = dict.fromkeys(range(devices * ports), 2**33)
    for poll in range(polls):
        row = []
        for device in range(devices):
            values: dict[tuple[str, str], Number] = {("temperature", ""): 20 + poll % 7 / 8}
            for port in range(ports):
                counters[device * ports + port] += (port + 1) * 1000 * (poll % 50)
                values["port.octets.in_octets", f"ge-0/0/{port}"] = counters[device * ports + port]
            row.append(batch(f"sw-{device}", MIDNIGHT + poll * 300 + device, values))
        yield row
