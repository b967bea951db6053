"""Echo requests and replies by the compiled core; in Python where there is none."""

import ctypes
import os
import secrets
import socket
from array import array
from collections.abc import Sequence
from typing import Final

from netwatch.pollers.batches import MOST
from netwatch.pollers.echo_wire import TOKEN_OCTETS, EchoWire, Received, Wire
from netwatch.pollers.snmp.library import load
from netwatch.pollers.sockets import IcmpDoor

_DRAIN_AT_MOST: Final = 4096
_SEQUENCE_BITS: Final = 16


def open_wire(door: IcmpDoor) -> Wire:
    """Return the quickest way to send and receive echoes through a socket."""
    core = load()
    return EchoWire(door) if core is None else CompiledEchoWire(core, door)


class CompiledEchoWire:
    """Requests out of one socket and replies into it, compiled. See `Wire`."""

    def __init__(self, core: ctypes.CDLL, door: IcmpDoor) -> None:
        self.sock = door.sock
        self._core = core
        headed = door.raw and door.family is socket.AF_INET
        first = secrets.randbits(_SEQUENCE_BITS)
        self._wire = core.echo_open(door.sock.fileno(), door.family, headed, door.ident, first)
        self._sequences = (ctypes.c_uint16 * MOST)()
        self._received = (ctypes.c_uint16 * _DRAIN_AT_MOST)()
        self._numbers = (ctypes.c_int64 * _DRAIN_AT_MOST)()
        self._stamps = (ctypes.c_double * _DRAIN_AT_MOST)()

    def __del__(self) -> None:
        self._core.echo_close(self._wire)

    def send(self, names: Sequence[bytes], numbers: Sequence[int]) -> list[int]:
        count = len(names)
        tokens = secrets.token_bytes(TOKEN_OCTETS * count)
        words = array("q", numbers).tobytes()
        sent: int = self._core.echo_send(
            self._wire, b"".join(names), words, tokens, count, self._sequences
        )
        if sent < 0:
            raise OSError(-sent, os.strerror(-sent))
        return self._sequences[:sent]

    def receive(self) -> tuple[Received, bool]:
        left = ctypes.c_int()
        count = self._core.echo_receive(
            self._wire, self._numbers, self._received, self._stamps, ctypes.byref(left)
        )
        replies = (self._numbers[:count], self._received[:count], self._stamps[:count])
        return replies, not left.value

    def forget(self, sequence: int) -> None:
        self._core.echo_forget(self._wire, sequence)
