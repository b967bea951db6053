"""What is looked after every half minute: the disk, the clock, the channels, the numbers."""

import asyncio
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from netwatch.model.arrivals import Trouble
from netwatch.service.clock import SteadyClock
from netwatch.service.intray import Intray
from netwatch.service.receiver_watch import ReceiverWatch
from netwatch.telemetry.vital_signs import DISK_FREE, NOTICES_OWED, POLL_LAG, Vitals

EVERY_S: Final = 15.0
LOW_DISK: Final = 5.0
"""Per cent of the disk that must be free."""
ENOUGH_DISK: Final = 6.0
"""So much must be free again until it is called enough: a disk at the edge is told of once."""
CLOCK_TOLD_ROUNDS: Final = 4
AHEAD: Final = timedelta(minutes=10)
SLOWLY: Final = (
    "time never goes back here, it goes at half speed until the machine has caught up, and what is "
    "said of times is wrong until then; if the machine's clock is the wrong one, set it"
)


@dataclass(slots=True)
class Housekeeping:
    """Looks round, and brings what is wrong to the pipeline as troubles; each is told once."""

    intray: Intray
    clock: SteadyClock
    vitals: Vitals
    state: Path
    channels: Callable[[], Mapping[str, Mapping[str, Any]]]
    owed: Callable[[], int]
    lag_s: Callable[[], float]
    receiver: ReceiverWatch
    website: Callable[[], str] = lambda: ""
    pushes: Callable[[], Iterable[tuple[str, str]]] = tuple
    """The places that the page is pushed to and why they lag, where they do."""
    copies: Callable[[], str] = lambda: ""
    telemetry: Callable[[], Iterable[tuple[str, str]]] = tuple
    open: set[str] = field(default_factory=set)
    """Where something is wrong, as the staff was told; at a start, what the journal says of it."""
    _stepped: str = ""
    _told_rounds: int = 0

    @staticmethod
    def minds(where: str) -> bool:
        """Say whether this trouble is one that is looked for here."""
        ours = where in ("disk", "clock", "website", "journal copy")
        return (
            ours
            or where.startswith(("channel:", "account:", "telemetry:"))
            or ReceiverWatch.minds(where)
        )

    async def run(self) -> None:
        """Look round until cancelled."""
        while True:
            for trouble in self.look_round():
                await self.intray.put(trouble)
            await asyncio.sleep(EVERY_S)

    def look_round(self) -> Iterator[Trouble]:
        """Yield what has become wrong, and what is no longer."""
        self.vitals.set(NOTICES_OWED, self.owed())
        self.vitals.set(POLL_LAG, self.lag_s())
        found = dict(self._found())
        at = self.clock.now()
        for where in sorted(self.open - found.keys()):
            ending = self.receiver.ending(where)
            yield Trouble(at=at, where=where, what=ending, over=True, tell_end=bool(ending))
        for where in sorted(found.keys() - self.open):
            yield Trouble(at=at, where=where, what=found[where])
        self.open = set(found)

    def _found(self) -> Iterator[tuple[str, str]]:
        yield from self._disk_trouble()
        for name, health in self.channels().items():
            where = f"channel:{name}"
            if health.get("sick"):
                yield where, f"does not take notices: {health.get('last_failure', '')}"
            elif refuses := health.get("refuses"):
                yield where, f"refuses notices for good: {refuses}"
            elif where in self.open and not health.get("takes"):
                yield where, ""  # told before we started; it is over once it takes something
            account, warning = f"account:{name}", health.get("warning", "")
            if warning or (warning is None and account in self.open):  # None: not looked at yet
                yield account, warning or ""
        if trouble := self.website():
            yield "website", f"the page cannot be written: {trouble}"
        for place, trouble in self.pushes():
            yield f"website:{place}", f"the page there is out of date: {trouble}"
        if trouble := self.copies():
            yield "journal copy", f"no new hourly copy of the journal can be made: {trouble}"
        yield from self.telemetry()
        yield from self.receiver.found(self.open)
        yield from self._clock_trouble()

    def _clock_trouble(self) -> Iterator[tuple[str, str]]:
        step = self.clock.take_step()
        if step is not None:
            way = "forward" if step.total_seconds() > 0 else "back"
            self._stepped = f"the machine's clock was set {way} by {abs(step)}"
            if self.clock.ahead > AHEAD:
                self._stepped += f": {SLOWLY}"
            self._told_rounds = CLOCK_TOLD_ROUNDS
        if self._told_rounds > 0:
            self._told_rounds -= 1
            yield "clock", self._stepped
        elif self.clock.ahead > AHEAD:
            yield "clock", f"netwatch's time is {self.clock.ahead} ahead of the machine's: {SLOWLY}"

    def _disk_trouble(self) -> Iterator[tuple[str, str]]:
        try:
            usage = shutil.disk_usage(self.state)
        except OSError as fault:
            yield "disk", f"{self.state} cannot be looked at: {fault.strerror}"
            return
        if not usage.total:
            return  # a file system without a size of its own has nothing to run out of
        free = 100.0 * usage.free / usage.total
        self.vitals.set(DISK_FREE, free / 100)
        if free < (ENOUGH_DISK if "disk" in self.open else LOW_DISK):
            yield "disk", f"only {free:.1f} % are free where {self.state} lies"
