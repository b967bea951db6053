"""A socket for one visit: it ends by itself when the time is up or too much came."""

import errno
import socket
import time
from typing import Any, Final

from netwatch.pollers.ssh.faults import CannotAskError, NoAnswerError

MOST_OCTETS: Final = 8 << 20
_UNREACHABLE: Final = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EACCES, errno.EPERM,
     errno.EADDRNOTAVAIL, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.EAFNOSUPPORT}
)  # fmt: skip


def reach(host: str, port: int, timeout_s: float) -> socket.socket:
    """Open a TCP connection.

    Raises:
        CannotAskError: there is no way from here.
        NoAnswerError: nobody answers there.
    """
    try:
        return socket.create_connection((host, port), timeout_s)
    except TimeoutError:
        raise NoAnswerError(f"no answer at port {port} within {timeout_s:g} s") from None
    except ConnectionError as fault:
        raise NoAnswerError(f"port {port}: {fault.strerror}") from None
    except OSError as fault:
        if fault.errno in _UNREACHABLE:
            raise CannotAskError(f"cannot be asked from here: {fault.strerror}") from None
        raise NoAnswerError(f"port {port}: {fault.strerror or fault}") from None


class BoundedSocket:
    """What paramiko reads from; at its end ``why`` says what ended it, if it was us."""

    def __init__(self, sock: socket.socket, lasts_s: float) -> None:
        self._sock = sock
        self._ends_at = time.monotonic() + lasts_s
        self._lasts_s = lasts_s
        self._octets = 0
        self.why = ""

    def recv(self, most: int) -> bytes:
        """Return what came; nothing once the time is up or too much came."""
        if self._octets > MOST_OCTETS:
            self.why = f"it sent more than {MOST_OCTETS >> 20} MB"
        elif time.monotonic() > self._ends_at:
            self.why = f"it was not done within {self._lasts_s:g} s"
        if self.why:
            return b""
        came = self._sock.recv(most)
        self._octets += len(came)
        return came

    def __getattr__(self, name: str) -> Any:
        """Do all else as the socket does."""
        return getattr(self._sock, name)
