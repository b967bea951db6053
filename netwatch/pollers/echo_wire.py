"""Echo requests and replies as octets (RFC 792, RFC 4443), by the batch through one socket."""

import errno
import secrets
import socket
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Final, Protocol

from netwatch.pollers.batches import MOST, Receiving, Sending
from netwatch.pollers.sockets import SO_TIMESTAMPNS, IcmpDoor

TOKEN_OCTETS: Final = 8
_PADDING: Final = b"netwatch asks whether you live  "
_HEADER: Final = Struct(f"!BBHHH{TOKEN_OCTETS}s")
_REQUEST_OCTETS: Final = _HEADER.size + len(_PADDING)
_ROOM: Final = 80
"""Octets read of a packet: the longest IPv4 header, and a reply up to the end of its token."""
_REPLY: Final = Struct(f"!B5xH{TOKEN_OCTETS}s")
_HEADED_REPLY: Final = Struct(f"!B25xH{TOKEN_OCTETS}s")
"""The first octet, the sequence and the token of a reply, without and behind an IPv4 header."""
_STAMP_OCTETS: Final = 32
_SOL_SOCKET: Final = int(socket.SOL_SOCKET)
_WORDS: Final = Struct("!4H")
_AHEAD: Final = 1024
_NAME_V4: Final = Struct("=HH4s8x")
_NAME_V6: Final = Struct("=HHI16sI")
_NO_OPTIONS: Final = 0x45
_FAMILIES: Final = (socket.AF_INET, socket.AF_INET6)

SEQUENCES: Final = 1 << 16
_DRAIN_AT_MOST: Final = 4096
_NOBODY: Final = (0, b"", b"")

Received = tuple[Sequence[int], Sequence[int], Sequence[float]]
"""Numbers and sequences of replies, and when each came by the kernel's wall clock, or 0."""
_Reply = tuple[bytes, int, bytes, float]
"""From which socket address, sequence, token, and when by the kernel's wall clock, or 0."""


class Host:
    """An address, read once: a device is asked thousands of times."""

    __slots__ = ("_address", "door", "name", "zone")

    def __init__(self, text: str) -> None:
        """Read an IPv4 or IPv6 address, with its zone if it has one.

        Raises:
            ValueError: it is none.
        """
        address, mark, self.zone = text.partition("%")
        self.door = 1 if ":" in text else 0
        try:
            self._address = socket.inet_pton(_FAMILIES[self.door], address)
        except OSError:
            raise ValueError(f"{text!r} is no address") from None
        if mark and not (self.zone and self.door):
            raise ValueError(f"{text!r} is no address: its zone makes no sense")
        self.name = self._named(0)
        """The socket address. That of a host in a zone holds until `locate` is called again."""

    def locate(self) -> None:
        """Look up the zone: cables come and go.

        Raises:
            OSError: there is no such interface.
        """
        zone = self.zone
        self.name = self._named(int(zone) if zone.isdecimal() else socket.if_nametoindex(zone))

    def _named(self, zone: int) -> bytes:
        if self.door:
            return _NAME_V6.pack(socket.AF_INET6, 0, 0, self._address, zone)
        return _NAME_V4.pack(socket.AF_INET, 0, self._address)


class Wire(Protocol):
    """Requests out of one socket and replies into it: who is awaited, and what fits."""

    sock: socket.socket

    def send(self, names: Sequence[bytes], numbers: Sequence[int]) -> list[int]:
        """Send requests to these socket addresses, `MOST` at most, each under its number.

        Returns:
            The sequences of those that the kernel took, at least one.

        Raises:
            OSError: it did not take the first.
        """
        ...

    def receive(self) -> tuple[Received, bool]:
        """Take in replies that fit what is awaited, in source, sequence and token.

        Returns:
            The replies, and whether nothing is left in the socket. They are awaited no more.
        """
        ...

    def forget(self, sequence: int) -> None:
        """Await no reply to this sequence any more."""
        ...


class EchoWire:
    """Requests out of one socket and replies into it, in Python. See `Wire`."""

    def __init__(self, door: IcmpDoor) -> None:
        self.sock = door.sock
        self._awaited: dict[int, tuple[int, bytes, bytes]] = {}
        """By sequence: whose number, socket address and token."""
        self._door = door
        self._kind = 8 if door.family is socket.AF_INET else 128
        self._fixed = (self._kind << 8) + door.ident + sum(_words(_PADDING))
        self._headed = door.raw and door.family is socket.AF_INET
        self._requests: list[tuple[bytes, int, bytes]] = []
        """Requests made ahead, but for their padding, each with its sequence and token."""
        self._sequence = secrets.randbits(16)
        self._out = Sending(door.sock, _REQUEST_OCTETS)
        self._in = Receiving(door.sock, _ROOM, _HEADED_REPLY if self._headed else _REPLY)
        for at in range(MOST):
            end = (at + 1) * _REQUEST_OCTETS
            self._out.data[end - len(_PADDING) : end] = _PADDING

    def send(self, names: Sequence[bytes], numbers: Sequence[int]) -> list[int]:
        if len(self._awaited) + len(names) > SEQUENCES:
            raise BlockingIOError(errno.EAGAIN, "as many echoes as can be told apart are awaited")
        out = self._out
        out.begin()
        written: list[tuple[int, tuple[int, bytes, bytes]]] = []
        for name, number in zip(names, numbers, strict=True):
            request, sequence, token = self._next()
            while sequence in self._awaited:
                request, sequence, token = self._next()
            out.lay(name, request)
            written.append((sequence, (number, name, token)))
        sent = written[: out.send(0)]
        self._awaited.update(sent)
        return [sequence for sequence, _ in sent]

    def forget(self, sequence: int) -> None:
        self._awaited.pop(sequence, None)

    def receive(self) -> tuple[Received, bool]:
        numbers: list[int] = []
        sequences: list[int] = []
        stamps: list[float] = []
        for _ in range(_DRAIN_AT_MOST // MOST):
            try:
                count = self._in.receive()
            except OSError:
                continue  # a late ICMP error of another probe: its own timeout will tell
            if not count:
                return (numbers, sequences, stamps), True
            for came_from, sequence, came_with, stamp in self._replies(count):
                number, name, token = self._awaited.get(sequence, _NOBODY)
                if came_with == token and came_from == name:
                    del self._awaited[sequence]
                    numbers.append(number)
                    sequences.append(sequence)
                    stamps.append(stamp)
        return (numbers, sequences, stamps), False

    def _next(self) -> tuple[bytes, int, bytes]:
        if not self._requests:
            self._make_ahead()
        return self._requests.pop()

    def _make_ahead(self) -> None:
        """Make requests all at once, which is several times quicker than one now and then."""
        kind, fixed, ident = self._kind, self._fixed, self._door.ident
        pool = secrets.token_bytes(TOKEN_OCTETS * _AHEAD)
        first, self._sequence = self._sequence, (self._sequence + _AHEAD) & 0xFFFF
        pack = _HEADER.pack
        for nth, words in enumerate(_WORDS.iter_unpack(pool)):
            sequence = (first + nth) & 0xFFFF
            token = pool[nth * TOKEN_OCTETS : (nth + 1) * TOKEN_OCTETS]
            total = sum(words) + fixed + sequence
            total = (total & 0xFFFF) + (total >> 16)
            total = (total & 0xFFFF) + (total >> 16)
            request = pack(kind, 0, ~total & 0xFFFF, ident, sequence, token)
            self._requests.append((request, sequence, token))
        self._requests.reverse()

    def _replies(self, count: int) -> Iterator[_Reply]:
        """Yield what may be replies among the ``count`` packets that `receive` took in."""
        headed = self._headed
        least = (_HEADED_REPLY if headed else _REPLY).size
        for at, (
            (first, sequence, token),
            (name,),
            (level, kind, s, ns),
            (held, length),
        ) in enumerate(self._in.came(count)):
            if length < least:
                continue
            stamped = held >= _STAMP_OCTETS and level == _SOL_SOCKET and kind == SO_TIMESTAMPNS
            stamp = s + ns / 1e9 if stamped else 0.0
            if not headed or first == _NO_OPTIONS:
                yield name, sequence, token, stamp
            elif length >= (start := (first & 0x0F) * 4) + _REPLY.size:
                _, behind, bears = _REPLY.unpack_from(self._in.octets(at), start)
                yield name, behind, bears, stamp


def _words(octets: bytes) -> Iterator[int]:
    for words in _WORDS.iter_unpack(octets):
        yield from words
