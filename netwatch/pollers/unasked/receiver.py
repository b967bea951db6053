"""The receiver: ears, desks and a courier, and every few seconds a word of how it stands."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, NamedTuple

from netwatch.model.clock import Clock
from netwatch.pollers.unasked.courier import Courier, Deliver
from netwatch.pollers.unasked.ears import Ear
from netwatch.pollers.unasked.flood import FloodWatch
from netwatch.pollers.unasked.speakers import Speakers
from netwatch.pollers.unasked.traps import TrapDesk

REPORT_EVERY_S: Final = 5.0
INTAKE: Final = "trap intake"
_LOOK_EVERY_S: Final = 1.0
_TELL_EVERY_S: Final = 60.0

Plain = dict[str, Any]
Report = Callable[[Plain], str | None]
"""Brings a report to the service; returns the inventory it has in force. Called in a thread."""
FetchSpeakers = Callable[[], Speakers | None]
"""Returns who speaks from where; None when that cannot be had now. Called in a thread."""


class Ways(NamedTuple):
    """The ways from the receiver to the service and to whoever reads its log."""

    deliver: Deliver
    report: Report
    fetch: FetchSpeakers
    tell: Callable[[str], None]


class Receiver:
    """Takes what comes, hands on what counts, and says how it stands."""

    def __init__(self, desk: TrapDesk, clock: Clock, ways: Ways) -> None:
        self.desk = desk
        self._clock = clock
        self._ways = ways
        self._inventory = ""
        self.courier = Courier(ways.deliver)
        self.flood = FloodWatch(talkers=desk.talkers)
        self._ears: list[Ear] = []
        self._told = ""
        self._told_at = clock.monotonic()

    def listen(self, ear: Ear) -> None:
        """Listen with this ear too, once `run` runs."""
        self._ears.append(ear)

    def hear_trap(self, datagram: bytes, source: str) -> bytes | None:
        """Take a datagram of the trap port; return what is to be sent back."""
        clock = self._clock
        trap, answer = self.desk.take(datagram, source, clock.now(), clock.monotonic())
        if trap is not None:
            self.courier.take(trap)
        return answer

    async def run(self) -> None:
        """Receive until cancelled; then say goodbye."""
        for ear in self._ears:
            ear.open()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.courier.run())
                tasks.create_task(self._look())
                tasks.create_task(self._keep_reporting())
        finally:
            for ear in self._ears:
                ear.close()
            self._ways.report({**self.plain(), "leaving": True})

    async def learn(self, inventory: str | None = None) -> None:
        """Learn anew who speaks from where; ``inventory`` is what the service has in force."""
        if inventory is not None and inventory == self._inventory:
            return
        speakers = await asyncio.to_thread(self._ways.fetch)
        if speakers is None:
            return
        self._inventory = inventory or self._inventory
        if speakers != self.desk.speakers:
            self.desk.know(speakers)
            self._ways.tell(f"from now on {len(speakers)} devices are listened to")

    def plain(self) -> Plain:
        """Return how it stands, as plain values."""
        troubles = {INTAKE: self.flood.trouble} if self.flood.trouble else {}
        return {
            "pid": os.getpid(),
            "counts": self._counts(),
            "troubles": troubles,
            "endings": {INTAKE: self.flood.ending},
            "shown": {"strangers": self.desk.strangers.plain()},
        }

    def _counts(self) -> Mapping[str, int]:
        return {
            **asdict(self.desk.counts),
            "undelivered": self.courier.undelivered,
            "kernel": sum(ear.lost for ear in self._ears),
        }

    async def _look(self) -> None:
        while True:
            desk = self.desk
            lost = sum(ear.lost for ear in self._ears)
            was = self.flood.trouble
            self.flood.look(self._clock.monotonic(), desk.counts.received, desk.shed, lost)
            if self.flood.trouble != was:
                self._ways.tell(self.flood.trouble or self.flood.ending)
            self._tell_counts()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _keep_reporting(self) -> None:
        while True:
            inventory = await asyncio.to_thread(self._ways.report, self.plain())
            if inventory is not None:
                await self.learn(inventory)
            await asyncio.sleep(REPORT_EVERY_S)

    def _tell_counts(self) -> None:
        """Say once in a while what was dropped, when that has changed."""
        now = self._clock.monotonic()
        if now - self._told_at < _TELL_EVERY_S:
            return
        self._told_at = now
        lost = worded(self._counts())
        if lost != self._told:
            self._told = lost
            self._ways.tell(lost)


def worded(counts: Mapping[str, int]) -> str:
    """Say what became of all that came."""
    drops: Sequence[tuple[str, str]] = (
        ("unknown", "from unknown sources"),
        ("limited", "above the rate"),
        ("malformed", "malformed"),
        ("version_3", "of v3 (not spoken yet)"),
        ("undelivered", "undelivered"),
        ("kernel", "by the kernel"),
    )
    said = ", ".join(f"{counts.get(name, 0)} {words}" for name, words in drops)
    return f"traps received: {counts['received']}, accepted: {counts['accepted']}, dropped: {said}"
