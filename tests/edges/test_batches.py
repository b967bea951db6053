"""Datagrams by the batch are the same datagrams, and the kernel says when they came."""

import socket
import time
from struct import Struct

import pytest

from netwatch.pollers.batches import MOST, Receiving, Sending
from netwatch.pollers.echo_wire import Host
from netwatch.pollers.sockets import SO_TIMESTAMPNS

_NAME = Struct("=H2s4s8x")


def bound() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)
    return sock


def name_of(sock: socket.socket) -> bytes:
    port = sock.getsockname()[1].to_bytes(2, "big")
    return _NAME.pack(socket.AF_INET, port, socket.inet_aton("127.0.0.1"))


def test_a_batch_arrives_whole_in_order_and_with_the_time_of_its_coming() -> None:
    with bound() as ours, bound() as theirs:
        theirs.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        sending, receiving = Sending(ours, 8), Receiving(theirs, 8, Struct("!I"))
        before = time.time_ns() / 1e9
        for number in range(MOST):
            sending.lay(name_of(theirs), number.to_bytes(4, "big"))
        assert sending.send(0) == MOST

        assert receiving.receive() == MOST
        came = list(receiving.came(MOST))

        assert [number for (number,), *_ in came] == list(range(MOST))
        assert {name for _, (name,), *_ in came} == {name_of(ours)}
        assert {length for *_, (_, length) in came} == {8}
        for _, _, (level, kind, s, ns), (held, _) in came:
            assert (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS)
            assert held == 32
            assert before <= s + ns / 1e9 <= time.time_ns() / 1e9
        assert receiving.receive() == 0


def test_what_is_longer_than_the_room_is_cut_off_and_its_length_told() -> None:
    with bound() as ours, bound() as theirs:
        receiving = Receiving(theirs, 8, Struct("!I"))
        ours.sendto(bytes(4000), theirs.getsockname())
        ours.sendto(b"x", theirs.getsockname())

        assert receiving.receive() == 2
        assert [length for *_, (_, length) in receiving.came(2)] == [8, 1]
        assert receiving.octets(0) == bytes(8)


def test_a_refused_datagram_is_named_and_the_others_go() -> None:
    with bound() as ours, bound() as theirs:
        sending = Sending(ours, 8)
        nobody = _NAME.pack(socket.AF_INET, b"\0\x09", socket.inet_aton("255.255.255.255"))
        for name in (name_of(theirs), nobody, name_of(theirs)):
            sending.lay(name, b"")

        assert sending.send(0) == 1
        with pytest.raises(PermissionError):
            sending.send(1)
        assert sending.send(2) == 1


@pytest.mark.parametrize("text", ["", "127.1", "1.2.3.4.5", "fe80", "::1%", "1.2.3.4%lo", "x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Host(text)


def test_an_interface_that_is_not_there_is_said_to_be_missing() -> None:
    host = Host("fe80::1%nowhere0")
    with pytest.raises(OSError, match="interface"):
        host.locate()
