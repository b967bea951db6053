"""netwatch traps: what devices say unasked reaches the service, and nothing else does."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from netwatch.pollers.unasked import caps
from netwatch.wire.ber import Message, Pdu, Tag, VarBind, decode, encode, parse_oid
from tests.edges.ports import free_port

INVENTORY = """\
vantage: core-1
devices:
  - {id: core-1, kind: router, address: 127.31.0.1}
"""
LINK_DOWN = VarBind(parse_oid("1.3.6.1.6.3.1.1.4.1.0"), Tag.OID, parse_oid("1.3.6.1.6.3.1.1.5.3"))


class Service:
    """A door that writes down what is brought."""

    def __init__(self, path: Path) -> None:
        self.arrivals: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        self._sock = socket.socket(socket.AF_UNIX)
        self._sock.bind(str(path))
        self._sock.listen(8)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._sock.accept()
            with connection, connection.makefile("rwb") as lines:
                asked = json.loads(lines.readline())
                match asked["ask"]:
                    case "end":
                        return
                    case "arrivals":
                        self.arrivals += asked["arrivals"]
                        lines.write(b'{"ok":true,"taken":1,"dropped":0}\n')
                    case "receiver":
                        self.reports.append(asked["report"])
                        lines.write(b'{"ok":true,"inventory":"the first"}\n')
                    case _:
                        lines.write(b'{"ok":false,"error":"this one is too old to know"}\n')

    def close(self, path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(str(path))
            last.sendall(b'{"ask":"end"}\n')
            self._thread.join()
        self._sock.close()


@contextmanager
def receiver(folder: Path, **more: Any) -> Iterator[tuple[subprocess.Popen[str], Service]]:
    (folder / "inventory").mkdir()
    (folder / "inventory" / "all.yaml").write_text(INVENTORY)
    (folder / "netwatch.toml").write_text('inventory = "inventory"\n' + more.pop("settings", ""))
    door = folder / "door.sock"
    service = Service(door)
    command = [sys.executable, "-m", "netwatch", "traps"]
    config = ["--config", str(folder / "netwatch.toml")]
    process = subprocess.Popen(
        [*command, *config, *more.pop("options", [])],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"RUNTIME_DIRECTORY": str(folder)},
        **more,
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        while line and not line.startswith("listening for "):
            line = process.stderr.readline()
        assert line
        yield process, service
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        service.close(door)
    assert process.returncode == 0


def send(port: int, datagram: bytes, source: str = "127.31.0.1") -> bytes | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((source, 0))
        sock.settimeout(5)
        sock.sendto(datagram, ("127.0.0.1", port))
        return sock.recv(9000) if decode(datagram).pdu is Pdu.INFORM else None


def trap(pdu: Pdu = Pdu.TRAP_V2) -> bytes:
    return encode(Message(version=1, community=b"x", pdu=pdu, request_id=5, binds=(LINK_DOWN,)))


def wait_for(service: Service, count: int) -> None:
    until = time.monotonic() + 10
    while len(service.arrivals) < count:
        assert time.monotonic() < until, service.arrivals
        time.sleep(0.02)


def test_a_trap_of_a_known_device_is_brought_to_the_service(tmp_path: Path) -> None:
    port = free_port()
    with receiver(tmp_path, options=["--listen", f"127.0.0.1:{port}"]) as (_, service):
        send(port, trap(), source="127.31.0.9")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.31.0.1", 0))
            sock.sendto(b"\x30\x80" * 100, ("127.0.0.1", port))
        send(port, trap())
        answer = send(port, trap(Pdu.INFORM))
        wait_for(service, 2)

    assert [(one["kind"], one["device"], one["oid"]) for one in service.arrivals] == [
        ("trap", "core-1", "1.3.6.1.6.3.1.1.5.3")
    ] * 2
    assert answer is not None
    assert decode(answer).pdu is Pdu.RESPONSE


def of_both_families() -> socket.socket:
    """Return a socket as systemd opens it for a port alone: IPv4 comes by it as well."""
    if not socket.has_dualstack_ipv6():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        return sock
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind(("::", 0))
    return sock


def test_the_socket_of_systemd_is_taken(tmp_path: Path) -> None:
    with of_both_families() as sock:
        port = sock.getsockname()[1]
        start = tmp_path / "start"
        start.write_text(
            "import os, sys\n"
            f"os.dup2({sock.fileno()}, 3)\n"
            'os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))\n'
            "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
        )
        (tmp_path / "here").mkdir()
        folder = tmp_path / "here"
        (folder / "inventory").mkdir()
        (folder / "inventory" / "all.yaml").write_text(INVENTORY)
        (folder / "netwatch.toml").write_text('inventory = "inventory"\n')
        service = Service(folder / "door.sock")
        more = ["-m", "netwatch", "traps", "--config", str(folder / "netwatch.toml")]
        process = subprocess.Popen(
            [sys.executable, str(start), *more],
            pass_fds=[sock.fileno()],
            env=os.environ | {"RUNTIME_DIRECTORY": str(folder)},
        )
        try:
            send(port, trap())
            answer = send(port, trap(Pdu.INFORM))
            wait_for(service, 2)
        finally:
            process.terminate()
            assert process.wait(10) == 0
            service.close(folder / "door.sock")
    assert answer is not None


def test_an_inventory_changed_is_read_again_on_sighup(tmp_path: Path) -> None:
    port = free_port()
    with receiver(tmp_path, options=["--listen", f"127.0.0.1:{port}"]) as (process, service):
        text = INVENTORY + "  - {id: sw-2, kind: switch, address: 127.31.0.2, uplink: [core-1]}\n"
        (tmp_path / "inventory" / "all.yaml").write_text(text)
        process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 10
        while not service.arrivals and time.monotonic() < until:
            send(port, trap(), source="127.31.0.2")
            time.sleep(0.1)

    assert {one["device"] for one in service.arrivals} == {"sw-2"}


def test_the_receiver_cannot_take_the_memory_or_the_time_of_those_who_poll(tmp_path: Path) -> None:
    port = free_port()
    with receiver(tmp_path, options=["--listen", f"127.0.0.1:{port}"]) as (process, _):
        limits = Path(f"/proc/{process.pid}/limits").read_text(encoding="ascii")
        (data,) = [line.split() for line in limits.splitlines() if line.startswith("Max data")]
        assert int(data[3]) == caps.MOST_OCTETS
        assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_receiver_that_needs_more_memory_than_it_may_have_dies() -> None:
    hungry = (
        "import asyncio, socket\n"
        "from netwatch.pollers.unasked.caps import die_of_hunger, keep_small\n"
        "from netwatch.pollers.unasked.ears import Ear\n"
        "def hear(datagram, source):\n"
        "    kept = [bytes(1 << 20) for _ in range(200)]\n"
        "async def listen():\n"
        "    die_of_hunger(asyncio.get_running_loop())\n"
        "    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:\n"
        "        sock.bind(('127.0.0.1', 0))\n"
        "        Ear(sock, hear).open()\n"
        "        sock.sendto(b'x', sock.getsockname())\n"
        "        await asyncio.sleep(20)\n"
        "keep_small(64 << 20)\n"
        "asyncio.run(listen())\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", hungry], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "no memory is left" in ended.stderr
