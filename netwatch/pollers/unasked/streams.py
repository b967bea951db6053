"""Syslog over TCP: few streams, none for long without a word, none from strangers."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable
from typing import Final

from netwatch.model.clock import Clock
from netwatch.pollers.unasked.framing import Frames, FramingError
from netwatch.pollers.unasked.speakers import plain_address

MOST: Final = 500
MOST_A_SOURCE: Final = 4
PART_S: Final = 30.0
"""A message that has begun must be whole by then: slow senders hold no stream for ever."""
IDLE_S: Final = 6 * 3600.0
"""A device that is well says nothing for hours; a dead one is found by TCP's own questions."""
_LOOK_EVERY_S: Final = 5.0
_PIECE: Final = 16 * 1024
"""Read at once; a stream full of nothing holds up the others no longer than this takes."""
_REST_S: Final = 0.5
_KEEPALIVE: Final = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 30), (socket.TCP_KEEPCNT, 4))

Hear = Callable[[bytes, str], bool]
"""Takes a message and the address it came from; returns whether the source says too much."""


class Streams:
    """Takes connections at one listening socket.

    Args:
        sock: listens already.
        hear: takes each message.
        known: says whether an address may open a stream at all.
        broken: counts a stream that was ended for what it did.
        clock: for how long a stream may be silent.
    """

    def __init__(
        self,
        sock: socket.socket,
        hear: Hear,
        known: Callable[[str], bool],
        broken: Callable[[], None],
        clock: Clock,
    ) -> None:
        self.sock = sock
        self.hear, self.known, self.broken, self.clock = hear, known, broken, clock
        self.open: set[_Stream] = set()
        self.sources: Counter[str] = Counter()

    async def run(self) -> None:
        """Take connections until cancelled."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Stream(self), sock=self.sock)
        try:
            while True:
                await asyncio.sleep(_LOOK_EVERY_S)
                now = self.clock.monotonic()
                for stream in [stream for stream in self.open if stream.overdue(now)]:
                    stream.end()
        finally:
            server.close()
            for stream in list(self.open):
                stream.end()


class _Stream(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._frames = Frames()
        self._source = ""
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray(_PIECE)
        self._heard_at = self._began_at = streams.clock.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (what create_server gives)
        streams = self._streams
        source = plain_address(transport.get_extra_info("peername")[0])
        if not streams.known(source):
            transport.abort()
            return
        if len(streams.open) >= MOST or streams.sources[source] >= MOST_A_SOURCE:
            streams.broken()
            transport.abort()
            return
        self._source, self._transport = source, transport
        streams.open.add(self)
        streams.sources[source] += 1
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEPALIVE:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 (ours is of one size)
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._transport is not None:
            self._take(bytes(self._buffer[:nbytes]))

    def _take(self, data: bytes) -> None:
        now = self._streams.clock.monotonic()
        try:
            messages = self._frames.feed(data)
        except FramingError:
            self._broke()
            return
        if messages or not self._frames.waits:
            self._began_at = now
        self._heard_at = now
        too_much = False
        for message in messages:
            too_much = self._streams.hear(message, self._source) or too_much
        if too_much:
            self._rest()

    def eof_received(self) -> bool:
        if self._transport is not None and self._frames.waits:
            self._take(b"\n")  # many end their last message by leaving
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (whatever ended it)
        streams = self._streams
        if self in streams.open:
            streams.open.discard(self)
            streams.sources[self._source] -= 1
            if not streams.sources[self._source]:
                del streams.sources[self._source]
        self._transport = None

    def overdue(self, now: float) -> bool:
        """Say whether this stream hangs in the middle of a message, or is forgotten."""
        in_the_middle = self._frames.waits and now - self._began_at > PART_S
        return in_the_middle or now - self._heard_at > IDLE_S

    def end(self) -> None:
        """End it; one that hangs in the middle is counted."""
        if self._frames.waits:
            self._streams.broken()
        if self._transport is not None:
            self._transport.abort()

    def _broke(self) -> None:
        self._streams.broken()
        if self._transport is not None:
            self._transport.abort()

    def _rest(self) -> None:
        """Let a sender of too much wait; what it then drops is its own choice."""
        if self._transport is not None:
            self._transport.pause_reading()
            asyncio.get_running_loop().call_later(_REST_S, self._go_on)

    def _go_on(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
