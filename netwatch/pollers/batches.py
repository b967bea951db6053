"""Datagrams by the batch: sendmmsg and recvmmsg of the C library, which Python does not have.

One system call carries `MOST` datagrams. What is sent and what came lies in fixed places of a few
octet arrays, so that a datagram costs no object until somebody reads it.
"""

import ctypes
import os
import socket
from collections.abc import Iterator
from struct import Struct
from typing import Any, Final

MOST: Final = 64
"""So many datagrams go in one call."""
_NAME: Final = {socket.AF_INET: 16, socket.AF_INET6: 28}
"""Octets of a socket address."""
_NOTE: Final = 64
"""Room for the kernel's notes about one datagram."""
_NOTES: Final = Struct(f"@{ctypes.sizeof(ctypes.c_size_t)}xiiqq")
"""A note: behind its length its level and kind, and in a time stamp seconds and nanoseconds."""

Came = tuple[tuple[Any, ...], tuple[bytes], tuple[int, ...], tuple[int, int]]
"""A datagram: what was looked for in it, from which socket address, the kernel's note (what it is
about, its kind, seconds, nanoseconds), and how long note and datagram are."""


class _Part(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Message(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("parts", ctypes.c_void_p),
        ("part_count", ctypes.c_size_t),
        ("notes", ctypes.c_void_p),
        ("notes_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Slot(ctypes.Structure):
    _fields_ = (("message", _Message), ("length", ctypes.c_uint))


_libc = ctypes.CDLL(None, use_errno=True)


class _Slots:
    """The places of `MOST` datagrams of at most ``octets`` each."""

    def __init__(self, family: int, octets: int, *, notes: bool) -> None:
        self.octets, self.name_octets = octets, _NAME[socket.AddressFamily(family)]
        self.data = bytearray(MOST * octets)
        self.names = bytearray(MOST * self.name_octets)
        self.notes = bytearray(MOST * _NOTE)
        self.slots = (_Slot * MOST)()
        self.parts = (_Part * MOST)()
        data, names, told = map(_address, (self.data, self.names, self.notes))
        for at, slot in enumerate(self.slots):
            part, message = self.parts[at], slot.message
            part.base, part.length = data + at * octets, octets
            message.name, message.name_length = names + at * self.name_octets, self.name_octets
            message.parts, message.part_count = ctypes.addressof(part), 1
            if notes:
                message.notes, message.notes_length = told + at * _NOTE, _NOTE


class Sending:
    """Datagrams of one length to be sent through one socket, `MOST` at a time."""

    def __init__(self, sock: socket.socket, octets: int) -> None:
        self._sock, self._slots = sock, _Slots(sock.family, octets, notes=False)
        self._first = ctypes.addressof(self._slots.slots)
        self.octets = octets
        self.data = self._slots.data
        """Where the caller writes datagram ``i``: from ``i * octets`` on."""
        self.count = 0

    def begin(self) -> None:
        """Begin an empty batch."""
        self.count = 0

    def lay(self, name: bytes, head: bytes) -> None:
        """Lay a datagram to this socket address into the next place; only its head is written."""
        slots, at = self._slots, self.count
        self.count = at + 1
        start = at * slots.name_octets
        slots.names[start : start + len(name)] = name
        start = at * self.octets
        self.data[start : start + len(head)] = head

    def send(self, start: int) -> int:
        """Send from place ``start`` on; return how many the kernel took, at least one.

        Raises:
            OSError: it did not take the first of them.
        """
        sent: int = _libc.sendmmsg(
            self._sock.fileno(),
            ctypes.c_void_p(self._first + start * ctypes.sizeof(_Slot)),
            self.count - start,
            socket.MSG_DONTWAIT,
        )
        if sent < 0:
            raise _fault()
        return sent


class Receiving:
    """Datagrams of one socket, `MOST` at a time.

    Args:
        sock: whose.
        octets: of a datagram that are kept.
        look: reads what the caller wants out of those.
    """

    def __init__(self, sock: socket.socket, octets: int, look: Struct) -> None:
        self._sock, self._slots = sock, _Slots(sock.family, octets, notes=True)
        self._fresh = bytes(self._slots.slots)
        self._look = Struct(f"{look.format}{octets - look.size}x")
        self._names = Struct(f"{self._slots.name_octets}s")
        self._notes = Struct(f"{_NOTES.format}{_NOTE - _NOTES.size}x")
        before = _Message.notes_length.offset
        between = _Slot.length.offset - before - ctypes.sizeof(ctypes.c_size_t)
        after = ctypes.sizeof(_Slot) - _Slot.length.offset - ctypes.sizeof(ctypes.c_uint)
        self._lengths = Struct(f"@{before}xN{between}xI{after}x")

    def receive(self) -> int:
        """Take in what is there; return how many datagrams came, 0 when there is nothing.

        Raises:
            OSError: an error of some other datagram, told here by the kernel.
        """
        slots = self._slots.slots
        ctypes.memmove(slots, self._fresh, len(self._fresh))
        came: int = _libc.recvmmsg(self._sock.fileno(), slots, MOST, socket.MSG_DONTWAIT, None)
        if came >= 0:
            return came
        fault = _fault()
        if isinstance(fault, BlockingIOError):
            return 0
        raise fault

    def came(self, count: int) -> Iterator[Came]:
        """Yield the ``count`` datagrams that `receive` took in."""
        slots = self._slots
        lengths = memoryview(slots.slots).cast("B")
        return zip(
            self._look.iter_unpack(memoryview(slots.data)[: count * slots.octets]),
            self._names.iter_unpack(memoryview(slots.names)[: count * slots.name_octets]),
            self._notes.iter_unpack(memoryview(slots.notes)[: count * _NOTE]),
            self._lengths.iter_unpack(lengths[: count * ctypes.sizeof(_Slot)]),
            strict=True,
        )

    def octets(self, number: int) -> bytes:
        """Return what was kept of one of the datagrams that `receive` took in."""
        slots = self._slots
        return bytes(slots.data[number * slots.octets : (number + 1) * slots.octets])


def _address(octets: bytearray) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(octets))


def _fault() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
