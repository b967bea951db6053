"""The receiver: ears, desks and a courier, and every few seconds a word of how it stands."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, NamedTuple

from netwatch.model.clock import Clock
from netwatch.pollers.unasked.courier import Courier, Deliver
from netwatch.pollers.unasked.ears import Ear
from netwatch.pollers.unasked.flood import FloodWatch
from netwatch.pollers.unasked.logs import LogDesk
from netwatch.pollers.unasked.speakers import Speakers
from netwatch.pollers.unasked.streams import Streams
from netwatch.pollers.unasked.traps import TrapDesk

REPORT_EVERY_S: Final = 5.0
INTAKE: Final = "trap intake"
KEYS: Final = "trap keys"
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

    def __init__(self, desk: TrapDesk, logs: LogDesk, clock: Clock, ways: Ways) -> None:
        self.desk, self.logs = desk, logs
        logs.talkers = desk.talkers
        self._clock = clock
        self._ways = ways
        self._inventory = ""
        self.courier = Courier(ways.deliver)
        self.flood = FloodWatch(talkers=desk.talkers)
        self._ears: list[Ear] = []
        self._streams: list[Streams] = []
        self._told = ""
        self._told_at = clock.monotonic()

    def listen_for_traps(self, sock: socket.socket) -> None:
        """Take what comes to this socket for SNMP, once `run` runs."""
        self._ears.append(Ear(sock, self.hear_trap))

    def listen_for_logs(self, sock: socket.socket) -> None:
        """Take what comes to this socket for syslog, datagrams or streams, once `run` runs."""
        if sock.type != socket.SOCK_STREAM:
            self._ears.append(Ear(sock, self._hear_log))
            return
        self._streams.append(
            Streams(sock, self._hear_in_stream, self._knows, self._broken, self._clock)
        )

    def hear_trap(self, datagram: bytes, source: str) -> bytes | None:
        """Take a datagram of the trap port; return what is to be sent back."""
        clock = self._clock
        trap, answer = self.desk.take(datagram, source, clock.now(), clock.monotonic())
        if trap is not None:
            self.courier.take(trap)
        return answer

    def _hear_log(self, datagram: bytes, source: str) -> None:
        clock = self._clock
        said = self.logs.take(datagram, source, clock.now(), clock.monotonic())
        if said is not None:
            self.courier.take(said)

    def _hear_in_stream(self, message: bytes, source: str) -> bool:
        before = self.logs.counts.syslog_limited
        self._hear_log(message, source)
        return self.logs.counts.syslog_limited > before

    def _knows(self, source: str) -> bool:
        known = self.logs.hears(source)
        if not known:
            self.logs.counts.syslog_unknown += 1
        return known

    def _broken(self) -> None:
        self.logs.counts.syslog_broken += 1

    async def run(self) -> None:
        """Receive until cancelled; then say goodbye."""
        for ear in self._ears:
            ear.open()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.courier.run())
                tasks.create_task(self._look())
                tasks.create_task(self._keep_reporting())
                for streams in self._streams:
                    tasks.create_task(streams.run())
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
            self.logs.know(speakers)
            self._ways.tell(f"from now on {len(speakers)} devices are listened to")

    def plain(self) -> Plain:
        """Return how it stands, as plain values."""
        now = self._clock.monotonic()
        desk = self.desk
        return {
            "pid": os.getpid(),
            "counts": self._counts(),
            "troubles": {INTAKE: self.flood.trouble, KEYS: desk.complaints.trouble(now)},
            "endings": {INTAKE: self.flood.ending},
            "shown": {
                "engine_id": desk.opener.engine.engine_id.hex(),
                "engines": desk.opener.known_engines,
                "complaints": desk.complaints.rows(now),
                "strangers": desk.strangers.plain() + self.logs.strangers.plain(),
                "meaningless": self.logs.shapes.plain(),
                "unread": desk.unread.plain(),
            },
        }

    def _counts(self) -> Mapping[str, int]:
        return {
            **asdict(self.desk.counts),
            **asdict(self.logs.counts),
            "undelivered": self.courier.undelivered,
            "kernel": sum(ear.lost for ear in self._ears),
        }

    async def _look(self) -> None:
        while True:
            lost = sum(ear.lost for ear in self._ears)
            came = self.desk.counts.received + self.logs.counts.syslog_received
            was = self.flood.trouble
            shed = self.desk.shed + self.logs.shed
            self.flood.look(self._clock.monotonic(), came, shed, lost)
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
        ("wrong_keys", "with wrong SNMPv3 keys"),
        ("replayed", "of an old time"),
        ("undelivered", "undelivered"),
        ("kernel", "by the kernel"),
    )
    said = ", ".join(f"{counts.get(name, 0)} {words}" for name, words in drops)
    text = (
        f"traps received: {counts['received']}, accepted: {counts['accepted']} (without a known "
        f"meaning: {counts.get('trap_meaningless', 0)}), dropped: {said}"
    )
    if not counts["syslog_received"]:
        return text
    return (
        f"{text}; log lines received: {counts['syslog_received']}, accepted: "
        f"{counts['syslog_accepted']}, without a known meaning: {counts['syslog_meaningless']}, "
        f"from unknown sources: {counts['syslog_unknown']}, above the rate: "
        f"{counts['syslog_limited']}"
    )
