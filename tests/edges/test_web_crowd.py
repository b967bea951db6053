"""A crowd before ``netwatch web``: slow ones, greedy ones, and somebody who only wants the page."""

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.edges.ports import free_port
from tests.edges.web_house import DEADLINE_S, Served, serving

SURELY_HAD = 50
"""Of the 120 at once: a server that is late itself, on a laden machine, gives half of them."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    page, desk = free_port(), free_port()
    config = tmp_path / "netwatch.toml"
    config.write_text(
        f'state = "{tmp_path}"\n[web]\npublic = "127.0.0.1:{page}"\nconsole = "127.0.0.1:{desk}"\n'
    )
    (tmp_path / "website").mkdir()
    (tmp_path / "website" / "index.html").write_text("<p>Dolina</p>")
    with serving(config) as (process, _):
        yield Served(tmp_path, page, desk, process)


def _connected(served: Served, source: str) -> socket.socket:
    return socket.create_connection(
        ("127.0.0.1", served.page), timeout=DEADLINE_S, source_address=(source, 0)
    )


def _all_of(connection: socket.socket) -> bytes:
    got = b""
    while chunk := connection.recv(65536):
        got += chunk
    return got


def test_who_asks_too_much_is_refused_and_others_are_served(served: Served) -> None:
    with _connected(served, "127.3.0.1") as greedy:
        greedy.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 400)
        assert b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 10\r\n" in _all_of(greedy)
    assert served.get(served.page, "/")[0] == 200
    with _connected(served, "127.3.0.2") as other:
        other.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert _all_of(other).startswith(b"HTTP/1.1 200")


def test_a_connection_stays_of_use_after_a_refusal(served: Served) -> None:
    connection = http.client.HTTPConnection(
        "127.0.0.1", served.page, timeout=DEADLINE_S, source_address=("127.3.0.3", 0)
    )

    def asked_until_refused(*words: str | bytes) -> int:
        for times in range(3000):  # what is had again with time goes too
            connection.request(*words)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 429:
                return times
        raise AssertionError("never refused")

    assert asked_until_refused("GET", "/nothing.html") >= SURELY_HAD
    assert connection.sock is not None
    asked_until_refused("POST", "/en/me", b"abcd")
    connection.close()


def test_of_one_address_too_many_connections_the_slowest_goes(served: Served) -> None:
    with ExitStack() as kept:
        slow = [kept.enter_context(_connected(served, "127.3.0.4")) for _ in range(40)]
        for one in slow:
            one.sendall(b"GET / HTTP/1.1\r\nHost:")
        for source in ("127.3.0.4", "127.3.0.5"):
            with _connected(served, source) as other:
                other.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert _all_of(other).startswith(b"HTTP/1.1 200")
        assert _all_of(slow[0]).startswith(b"HTTP/1.1 408")
        slow[-1].sendall(b" x\r\nConnection: close\r\n\r\n")
        assert _all_of(slow[-1]).startswith(b"HTTP/1.1 200")


def test_a_head_that_does_not_end_is_ended(served: Served) -> None:
    with _connected(served, "127.3.0.6") as slow, _connected(served, "127.3.0.7") as large:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        large.sendall(b"GET / HTTP/1.1\r\n")
        got = b""
        try:
            for number in range(200):
                large.sendall(f"X-{number}: {'x' * 1000}\r\n".encode())
            got = _all_of(large)
        except (ConnectionError, TimeoutError):
            pass
        assert got == b"" or got.startswith(b"HTTP/1.1 431")
        assert time.monotonic() - began < 7
        slow.sendall(b"Host: x\r\n")
        assert _all_of(slow).startswith(b"HTTP/1.1 408")
        assert 6 < time.monotonic() - began < 15


def test_an_old_page_is_told_as_unchanged_and_a_new_one_is_seen_soon(served: Served) -> None:
    status, headers, _ = served.get(served.page, "/")
    assert status == 200
    again = served.get(served.page, "/", **{"If-None-Match": headers["etag"]})
    assert (again[0], again[2]) == (304, "")
    assert "content-security-policy" in again[1]
    (served.home / "website" / "index.html").write_text("<p>Awaria</p>")
    until = time.monotonic() + DEADLINE_S
    while "Awaria" not in served.get(served.page, "/")[2]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_whom_a_web_server_in_front_asks_for_is_whom_it_counts_for(served: Served) -> None:
    statuses = [
        served.get(served.page, "/", **{"X-Forwarded-For": f"203.0.113.9, 198.51.100.{n % 2}"})[0]
        for n in range(300)
    ]
    assert statuses[:200] == [200] * 200
    assert 429 in statuses[240:]
    assert served.get(served.page, "/", **{"X-Forwarded-For": "198.51.100.77"})[0] == 200


def test_what_a_visitor_says_of_whom_it_asks_for_counts_for_nothing(served: Served) -> None:
    """Some web servers leave the visitor's own header as it is, and add a line of theirs."""
    with _connected(served, "127.0.0.1") as front:
        for n in range(300):
            said = f"X-Forwarded-For: 203.0.113.{n % 200}\r\nX-Forwarded-For: 198.51.100.5\r\n"
            front.sendall(f"GET / HTTP/1.1\r\nHost: x\r\n{said}\r\n".encode())
        front.shutdown(socket.SHUT_WR)
        assert b"HTTP/1.1 429 Too Many Requests" in _all_of(front)
