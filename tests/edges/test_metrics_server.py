"""Whoever asks for /metrics gets it at once; who asks slowly or wrongly hinders nobody."""

import asyncio
import contextlib
import http.client
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from netwatch.telemetry import metrics_server
from netwatch.telemetry.metrics_server import MOST_AT_ONCE, MetricsServer, Page
from tests.edges.ports import free_port

BODY = b"netwatch_poll_lag_seconds 0.25\n"


def served(
    story: Callable[[int], Any], body: bytes = BODY, listen: str = "127.0.0.1:{port}"
) -> tuple[Any, int]:
    """Run a client's story beside a server; return what it returned, and how often was written."""
    written = 0

    def write(accept: str) -> Page:
        nonlocal written
        written += 1
        return Page(body, f"text/plain; asked={accept}")

    async def life() -> Any:
        server = MetricsServer(listen.format(port=free_port()), write, lambda: None)
        running = asyncio.create_task(server.run())
        try:
            async with asyncio.timeout(30):
                while server.port is None:  # noqa: ASYNC110 - it says so in a number
                    await asyncio.sleep(0.01)
                return await asyncio.to_thread(story, server.port)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return asyncio.run(life()), written


def ask(port: int, method: str = "GET", path: str = "/metrics", host: str = "127.0.0.1") -> Any:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    with contextlib.closing(connection):
        connection.request(method, path, headers={"Accept": "text/plain"})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


def test_the_page_is_answered_with_its_kind_and_its_length() -> None:
    (status, headers, body), _ = served(ask)
    assert (status, body) == (200, BODY)
    assert headers["Content-Type"] == "text/plain; asked=text/plain"
    assert headers["Content-Length"] == str(len(BODY))


def test_it_listens_on_ipv6_as_well() -> None:
    (status, _, _), _ = served(lambda port: ask(port, host="::1"), listen="[::1]:{port}")
    assert status == 200


def test_only_the_page_is_there_and_only_to_be_read() -> None:
    def story(port: int) -> list[int]:
        asked = [("GET", "/"), ("GET", "/metrics?x=1"), ("POST", "/metrics"), ("HEAD", "/metrics")]
        return [ask(port, method, path)[0] for method, path in asked]

    assert served(story)[0] == [404, 200, 405, 200]


def test_what_is_no_question_is_refused_or_dropped() -> None:
    def story(port: int) -> list[bytes]:
        wrong = [
            b"hello\r\n\r\n",
            b"GET /metrics HTTP/1.1\r\n\r\n",  # no Host
            b"GET /metrics HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 50_000 + b"\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n",
            b"",
        ]
        answers = []
        for octets in wrong:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
                client.sendall(octets)
                client.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionError):
                    answers.append(client.recv(100))
        assert ask(port)[0] == 200
        return answers

    answers, _ = served(story)
    assert all(answer[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 431") for answer in answers)


def test_who_asks_again_at_once_gets_the_same_page() -> None:
    def story(port: int) -> None:
        for _ in range(20):
            assert ask(port)[0] == 200

    _, written = served(story)
    assert written < 20


def test_slow_askers_are_dropped_and_hinder_nobody_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics_server, "ASK_S", 0.5)

    def story(port: int) -> float:
        with contextlib.ExitStack() as kept:
            for _ in range(MOST_AT_ONCE * 3):
                slow = socket.create_connection(("127.0.0.1", port), timeout=10)
                kept.enter_context(slow)
                slow.sendall(b"GET /metrics HTTP/1.1\r\n")
            began = time.monotonic()
            while True:
                with contextlib.suppress(ConnectionError, http.client.HTTPException):
                    assert ask(port)[0] == 200
                    return time.monotonic() - began
                assert time.monotonic() - began < 20
                time.sleep(0.05)

    took_s, _ = served(story)
    assert took_s < 15


def test_who_does_not_read_the_answer_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics_server, "ANSWER_S", 0.5)

    def story(port: int) -> int:
        with socket.socket() as lazy:
            lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            lazy.settimeout(10)
            lazy.connect(("127.0.0.1", port))
            lazy.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(1.5)
            received = 0
            with contextlib.suppress(ConnectionError):
                while piece := lazy.recv(1 << 20):
                    received += len(piece)
            return received

    received, _ = served(story, body=b"x" * (64 << 20))
    assert received < 64 << 20


def test_an_address_that_is_taken_is_a_trouble_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics_server, "AGAIN_S", 0.05)

    async def until(true: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not true():  # noqa: ASYNC110 - it says so in a number
                await asyncio.sleep(0.01)

    async def life() -> None:
        taken = socket.create_server(("127.0.0.1", 0))
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        server = MetricsServer(listen, lambda _: Page(BODY, "text/plain"), lambda: None)
        running = asyncio.create_task(server.run())
        await until(lambda: bool(server.trouble))
        assert listen in server.trouble
        taken.close()
        await until(lambda: server.port is not None)
        assert server.trouble == ""
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(life())
