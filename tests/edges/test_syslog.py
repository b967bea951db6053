"""Syslog by UDP and TCP reaches the service; hostile streams are ended and hold nobody up."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.edges.test_traps_command import Service, free_port, receiver, wait_for

DOWN = b"<187>Nov 14 12:00:00 core-1 %LINK-3-UPDOWN: Interface Gi0/1, changed state to down"
CHANGED = b"<189>%SYS-5-CONFIG_I: Configured from console by ewa on vty0 (192.0.2.10)"


class Here:
    """A receiver of syslog, and a device at 127.31.0.1."""

    def __init__(self, port: int, service: Service) -> None:
        self.port, self.service = port, service

    def stream(self, source: str = "127.31.0.1") -> socket.socket:
        sock = socket.create_connection(
            ("127.0.0.1", self.port), timeout=5, source_address=(source, 0)
        )
        sock.settimeout(5)
        return sock

    def count(self, what: str) -> int:
        return max((int(r["counts"].get(what, 0)) for r in self.service.reports), default=0)

    def texts(self) -> list[str]:
        return [one.get("text", one.get("what")) for one in self.service.arrivals]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    port = free_port()
    with receiver(tmp_path, options=["--syslog", f"127.0.0.1:{port}"]) as (_, service):
        yield Here(port, service)


def until(true: Callable[[], bool], within_s: float = 15) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_datagram_that_means_something_is_brought_to_the_service(here: Here) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.31.0.1", 0))
        for line in (DOWN, b"<190>nothing of interest", CHANGED, b"\xff\xfe\x00"):
            sock.sendto(line, ("127.0.0.1", here.port))
    wait_for(here.service, 2)
    link, change = here.service.arrivals

    assert (link["kind"], link["device"], link["severity"]) == ("syslog", "core-1", 3)
    assert (change["kind"], change["by"], change["what"]) == ("change", "ewa", "console")


def test_streams_are_read_in_both_framings_and_in_pieces(here: Here) -> None:
    with here.stream() as sock:
        sock.sendall(b"%d " % len(DOWN) + DOWN[:20])
        time.sleep(0.1)
        sock.sendall(DOWN[20:] + CHANGED + b"\n" + DOWN)
        sock.shutdown(socket.SHUT_WR)
        wait_for(here.service, 3)
    assert [one["kind"] for one in here.service.arrivals] == ["syslog", "change", "syslog"]


def test_a_stranger_gets_no_stream_and_a_device_only_a_few(here: Here) -> None:
    with here.stream(source="127.31.0.9") as stranger:
        assert _ended(stranger)
    streams = [here.stream() for _ in range(5)]
    try:
        assert _ended(streams[-1])
        streams[0].sendall(DOWN + b"\n")
        wait_for(here.service, 1)
    finally:
        for stream in streams:
            stream.close()
    until(lambda: here.count("syslog_broken") == 1)
    assert here.count("syslog_unknown") == 1


def test_a_stream_that_is_no_syslog_is_ended_and_others_go_on(here: Here) -> None:
    with here.stream() as good, here.stream() as bad:
        bad.sendall(b"x" * 100_000)
        assert _ended(bad)
        good.sendall(DOWN + b"\n")
        wait_for(here.service, 1)
    until(lambda: here.count("syslog_broken") == 1)


def test_a_device_that_babbles_by_tcp_is_held_back_and_still_heard(here: Here) -> None:
    with here.stream() as sock:
        sock.settimeout(0.2)
        sent, began = 0, time.monotonic()
        while time.monotonic() - began < 3:
            try:
                sent += sock.send((DOWN + b"\n") * 500)
            except TimeoutError:
                continue
    wait_for(here.service, 100)
    until(lambda: here.count("syslog_limited") > 0)
    assert len(here.service.arrivals) < 300


def _ended(sock: socket.socket) -> bool:
    try:
        return sock.recv(1) == b""
    except ConnectionError:
        return True
