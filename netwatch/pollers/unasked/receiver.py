"""The socket for traps and the batches that go on to the service."""

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from netwatch.model.arrivals import Trap
from netwatch.model.clock import Clock
from netwatch.pollers.sockets import dropped
from netwatch.pollers.unasked.traps import TrapDesk

_FIRST_FD: Final = 3
_DRAIN_AT_MOST: Final = 1000
_READ_OCTETS: Final = 8193
_WAITING_AT_MOST: Final = 2000
_BATCH: Final = 500
_COALESCE_S: Final = 0.05
_TELL_EVERY_S: Final = 60.0

Deliver = Callable[[Sequence[Trap]], int]
"""Brings traps to the service; returns how many were not taken. Called in a thread."""


def inherited() -> socket.socket | None:
    """Return the socket that systemd opened for this process, or None."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or not os.environ.get("LISTEN_FDS"):
        return None
    return socket.socket(fileno=_FIRST_FD)


def bound(listen: str) -> socket.socket:
    """Open a socket at ``HOST:PORT`` or ``[HOST]:PORT``.

    Raises:
        OSError: it cannot be had.
    """
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((host, int(port)))
    except OSError:
        sock.close()
        raise
    return sock


class TrapReceiver:
    """Takes datagrams as they come, screens them, hands on what counts."""

    def __init__(
        self,
        sock: socket.socket,
        desk: TrapDesk,
        deliver: Deliver,
        clock: Clock,
        tell: Callable[[str], None],
    ) -> None:
        sock.setblocking(False)
        self._sock = sock
        self.desk = desk
        self._deliver = deliver
        self._clock = clock
        self._tell = tell
        self._waiting: deque[Trap] = deque()
        self._came = asyncio.Event()
        self._told = ""
        self._told_at = clock.monotonic()

    async def run(self) -> None:
        """Receive until cancelled."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._sock, self._drain)
        try:
            while True:
                await self._hand_on()
                self._report()
        finally:
            loop.remove_reader(self._sock)

    async def _hand_on(self) -> None:
        try:
            async with asyncio.timeout(_TELL_EVERY_S):
                await self._came.wait()
        except TimeoutError:
            return
        await asyncio.sleep(_COALESCE_S)  # a storm goes on in batches, not one by one
        batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
        if not self._waiting:
            self._came.clear()
        if batch:
            self.desk.counts.undelivered += await asyncio.to_thread(self._deliver, batch)

    def _drain(self) -> None:
        at, now = self._clock.now(), self._clock.monotonic()
        for _ in range(_DRAIN_AT_MOST):
            try:
                datagram, source = self._sock.recvfrom(_READ_OCTETS)
            except OSError:
                return  # nothing more, or the error of an answer to an inform
            trap, answer = self.desk.take(datagram, source[0], at, now)
            if answer is not None:
                self._answer(answer, source)
            if trap is not None:
                self._queue(trap)

    def _answer(self, answer: bytes, source: tuple[str, int]) -> None:
        try:
            self._sock.sendto(answer, source)
        except OSError:
            return  # the device will inform again

    def _queue(self, trap: Trap) -> None:
        if len(self._waiting) >= _WAITING_AT_MOST:
            self._waiting.popleft()
            self.desk.counts.undelivered += 1
        self._waiting.append(trap)
        self._came.set()

    def _report(self) -> None:
        """Say once in a while what was dropped, when that has changed."""
        now = self._clock.monotonic()
        if now - self._told_at < _TELL_EVERY_S:
            return
        self._told_at = now
        counts = self.desk.counts
        lost = (
            f"dropped: {counts.unknown} from unknown sources, {counts.limited} above the rate, "
            f"{counts.malformed} malformed, {counts.version_3} of v3 (not spoken yet), "
            f"{counts.undelivered} undelivered, {dropped(self._sock)} by the kernel"
        )
        if lost != self._told:
            self._told = lost
            self._tell(f"traps received: {counts.received}, accepted: {counts.accepted}, {lost}")
