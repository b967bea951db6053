"""The echo wire in Python and the compiled one are twins: the same replies fit, and no others.

Both speak through UDP sockets here, so that replies can be forged at will; what a reply must be is
the same.
"""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.pollers.batches import MOST
from netwatch.pollers.echo_core import CompiledEchoWire
from netwatch.pollers.echo_wire import SEQUENCES, EchoWire, Wire
from netwatch.pollers.snmp.library import load
from netwatch.pollers.sockets import SO_TIMESTAMPNS, IcmpDoor

IDENT: Final = 0x4711
HEADS: Final = (b"\x45" + bytes(19), b"\x4f" + bytes(59), b"\x00" * 20, b"\x4f")
NAME: Final = struct.Struct("=H2s4s8x")
needs_core = pytest.mark.skipif(load() is None, reason="there is no compiled core")
pytestmark = needs_core


class Forgery(NamedTuple):
    """What becomes of a reply on its way."""

    of: int
    """Which request it answers."""
    head: int
    """Which IP header it bears, where one is looked for."""
    keep: int
    """So many octets of it arrive."""
    spoil: int
    """Which octet is wrong; beyond its end: none."""
    stranger: bool
    """It comes from somebody else."""


FORGERIES = st.lists(
    st.builds(
        Forgery,
        st.integers(0, 4),
        st.sampled_from([0, 0, 0, 1, 2, 3]),
        st.sampled_from([48, 48, 48, 48, 17, 16, 15, 8, 0]),
        st.sampled_from([99, 99, 99, 0, 6, 7, 8, 15, 16, 30]),
        st.booleans(),
    ),
    max_size=12,
)


class Twin:
    """One of the two, a host that it asks, and a stranger."""

    def __init__(self, make: Callable[[IcmpDoor], Wire], *, headed: bool) -> None:
        self.headed = headed
        self.ours, self.host, self.stranger = (_bound() for _ in range(3))
        self.ours.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.wire = make(IcmpDoor(self.ours, socket.AF_INET, headed, IDENT))
        self.name = _name_of(self.host)

    def close(self) -> None:
        for sock in (self.ours, self.host, self.stranger):
            sock.close()

    def ask(self, count: int, first: int = 0) -> list[bytes]:
        """Send so many requests; return them as they arrived."""
        sequences = self.wire.send([self.name] * count, list(range(first, first + count)))
        requests = [self.host.recv(200) for _ in sequences]
        assert [struct.unpack("!6xH", request[:8])[0] for request in requests] == sequences
        return requests

    def answer(self, requests: list[bytes], forgeries: list[Forgery]) -> None:
        for forged in forgeries:
            reply = bytearray(requests[forged.of])
            reply[0] = 0
            if forged.spoil < len(reply):
                reply[forged.spoil] ^= 0xFF
            head = HEADS[forged.head] if self.headed else b""
            sock = self.stranger if forged.stranger else self.host
            sock.sendto(head + bytes(reply[: forged.keep]), self.ours.getsockname())

    def received(self) -> list[int]:
        (numbers, sequences, stamps), nothing_left = self.wire.receive()
        assert nothing_left
        assert len(numbers) == len(sequences) == len(stamps)
        assert all(stamp > 1e9 for stamp in stamps)
        return list(numbers)


def _bound() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    sock.bind(("127.0.0.1", 0))
    return sock


def _name_of(sock: socket.socket) -> bytes:
    port = sock.getsockname()[1].to_bytes(2, "big")
    return NAME.pack(socket.AF_INET, port, socket.inet_aton("127.0.0.1"))


@contextmanager
def twins(*, headed: bool) -> Iterator[list[Twin]]:
    core = load()
    assert core is not None
    pair = [Twin(make, headed=headed) for make in (EchoWire, lambda d: CompiledEchoWire(core, d))]
    try:
        yield pair
    finally:
        for twin in pair:
            twin.close()


@pytest.mark.parametrize("headed", [False, True])
def test_they_take_the_same_replies_and_refuse_the_same_forgeries(headed: bool) -> None:
    met: set[int] = set()

    @given(FORGERIES)
    @settings(max_examples=200, deadline=None)
    def some(forgeries: list[Forgery]) -> None:
        told = []
        for twin in pair:
            requests = twin.ask(5)
            twin.answer(requests, forgeries)
            told.append(twin.received())
            for request in requests:
                twin.wire.forget(int.from_bytes(request[6:8], "big"))
        assert told[0] == told[1]
        met.update(told[0])

    with twins(headed=headed) as pair:
        some()
    assert met == {0, 1, 2, 3, 4}


def test_their_requests_are_true_ones() -> None:
    with twins(headed=True) as pair:
        for twin in pair:
            for request in twin.ask(MOST):
                kind, code, _, ident, _ = struct.unpack("!BBHHH", request[:8])
                assert (kind, code, ident, len(request)) == (8, 0, IDENT, 48)
                total = sum(struct.unpack("!24H", request))
                while total >> 16:
                    total = (total & 0xFFFF) + (total >> 16)
                assert total == 0xFFFF
                assert request.endswith(b"netwatch asks whether you live  ")


def test_a_reply_counts_once_and_one_forgotten_not_at_all() -> None:
    good = Forgery(0, 0, 48, 99, stranger=False)
    with twins(headed=False) as pair:
        for twin in pair:
            requests = twin.ask(2, first=7)
            twin.wire.forget(int.from_bytes(requests[1][6:8], "big"))
            twin.answer(requests, [good, good, good._replace(of=1)])
            assert twin.received() == [7]


def test_all_sequences_may_be_awaited_and_no_more() -> None:
    with twins(headed=False) as pair:
        for twin in pair:
            nobody = NAME.pack(socket.AF_INET, b"\0\x09", socket.inet_aton("127.0.0.1"))
            sent = 0
            while sent < SEQUENCES:
                with suppress(ConnectionRefusedError):
                    sent += len(twin.wire.send([nobody] * MOST, list(range(MOST))))
            assert sent == SEQUENCES
            with pytest.raises(BlockingIOError):
                twin.wire.send([nobody], [0])


def test_what_the_kernel_refuses_is_said() -> None:
    with twins(headed=False) as pair:
        for twin in pair:
            broadcast = NAME.pack(socket.AF_INET, b"\0\x09", socket.inet_aton("255.255.255.255"))
            assert len(twin.wire.send([twin.name, broadcast, twin.name], [1, 2, 3])) == 1
            with pytest.raises(PermissionError):
                twin.wire.send([broadcast, twin.name], [2, 3])
