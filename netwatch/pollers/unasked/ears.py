"""The sockets of the receiver: opened or inherited, drained as fast as they fill."""

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Final

from netwatch.pollers.sockets import dropped, enlarge

_FIRST_FD: Final = 3
_BACKLOG: Final = 64
_LAST_PORT: Final = 65535
_DRAIN_AT_MOST: Final = 500
_READ_OCTETS: Final = 8193
_REST_S: Final = 0.005
_BUSY: Final = 8
"""So many datagrams at one waking are a storm: the socket may fill for a moment before the next."""

Source = tuple[str, int]
Hear = Callable[[bytes, str], bytes | None]
"""Takes a datagram and the address it came from; returns what is to be sent back."""


def inherited() -> list[tuple[str, socket.socket]]:
    """Return the sockets that systemd opened for this process, each with its unit's name."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = os.environ.get("LISTEN_FDS", "")
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    sockets = []
    for number in range(int(count) if count.isdigit() else 0):
        name = names[number] if number < len(names) else ""
        sockets.append((name, socket.socket(fileno=_FIRST_FD + number)))
    return sockets


def bound(listen: str, kind: socket.SocketKind = socket.SOCK_DGRAM) -> socket.socket:
    """Open a socket at ``HOST:PORT`` or ``[HOST]:PORT``.

    Raises:
        OSError: it cannot be had.
        ValueError: that is no such place.
    """
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdigit() or int(port) > _LAST_PORT:
        raise ValueError("that is no place to listen at; write it like 0.0.0.0:162")
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
    try:
        if kind is socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            enlarge(sock)
        sock.bind((host, int(port)))
        if kind is socket.SOCK_STREAM:
            sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


class Ear:
    """A datagram socket that is listened to.

    ``lost`` counts what the kernel threw away because the socket was full: the counter that
    SO_RXQ_OVFL puts beside each datagram, asked for by SO_MEMINFO, which costs a datagram nothing.
    """

    def __init__(self, sock: socket.socket, hear: Hear) -> None:
        sock.setblocking(False)
        self.sock = sock
        self._hear = hear
        self._rest: asyncio.TimerHandle | None = None

    @property
    def lost(self) -> int:
        """Return how many datagrams never reached us."""
        return dropped(self.sock)

    def open(self) -> None:
        """Listen from now on, in the running loop."""
        asyncio.get_running_loop().add_reader(self.sock, self._drain)

    def close(self) -> None:
        """Listen no more."""
        if self._rest is not None:
            self._rest.cancel()
        asyncio.get_running_loop().remove_reader(self.sock)

    def _drain(self) -> None:
        sock, hear = self.sock, self._hear
        for number in range(_DRAIN_AT_MOST):
            try:
                datagram, source = sock.recvfrom(_READ_OCTETS)
            except OSError:  # nothing more, or the error of something sent back
                if number >= _BUSY:
                    self._let_it_fill()
                return
            answer = hear(datagram, source[0])
            if answer is not None:
                self._answer(answer, source)

    def _let_it_fill(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self.sock)
        self._rest = loop.call_later(_REST_S, self.open)

    def _answer(self, answer: bytes, source: Source) -> None:
        try:
            self.sock.sendto(answer, source)
        except OSError:
            return  # the device will inform again
