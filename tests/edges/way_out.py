"""An office and the world outside: two networks, one line between them, and a knife.

The office stands in a network and a mount namespace of its own, so that it has a name server to ask
out there. Cut, packets vanish without a word, as behind a cut cable; ``unrouted``, there is no
default route any more, as when the upstream's session is down.
"""

import os
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netwatch.lab.namespaces import NEW_NET, set_ns

HERE, ROUTER, THERE = "10.77.0.2", "10.77.0.1", "198.51.100.7"
"""The office, the far end of its line, and the one machine of the world beyond it."""
DNS: Final = 53


@dataclass(slots=True)
class WayOut:
    """The line from the office to the world."""

    office: int
    """Process id of who keeps the office's namespaces."""
    world: int

    @property
    def through(self) -> tuple[str, ...]:
        """Return what runs a command in the office."""
        return ("nsenter", "--target", str(self.office), "--net", "--mount", "--")

    def cut(self) -> None:
        """Let whatever leaves the office vanish, and what is under way too."""
        _ip(self.world, "route", "add", "blackhole", HERE)

    def unroute(self) -> None:
        """Take the default route away."""
        _ip(self.office, "route", "del", "default")

    def mend(self) -> None:
        """Let the office be reached again."""
        _ip(self.world, "route", "flush", "type", "blackhole")
        _ip(self.office, "route", "replace", "default", "via", ROUTER)

    @contextmanager
    def in_world(self) -> Iterator[None]:
        """Let sockets that are opened meanwhile in this thread stand in the world."""
        ours = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        theirs = os.open(f"/proc/{self.world}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            set_ns(theirs, NEW_NET)
            yield
        finally:
            set_ns(ours, NEW_NET)
            os.close(theirs)
            os.close(ours)


@contextmanager
def way_out(home: Path) -> Iterator[WayOut]:
    """Keep an office and a world for as long as the block lasts; needs root."""
    servers = home / "resolv.conf"
    servers.write_text(f"nameserver {THERE}\noptions timeout:5 attempts:2\n")
    furnish = f"mount --bind '{servers}' /etc/resolv.conf && "
    with _namespace("--mount", before=furnish) as office, _namespace() as world:
        ends = ("name", "way-out", "netns", str(office))
        far = ("peer", "name", "way-in", "netns", str(world))
        subprocess.run(["ip", "link", "add", *ends, "type", "veth", *far], check=True)
        for pid, name, address in ((office, "way-out", HERE), (world, "way-in", ROUTER)):
            _ip(pid, "link", "set", "lo", "up")
            _ip(pid, "address", "add", f"{address}/30", "dev", name)
            _ip(pid, "link", "set", name, "up")
        _ip(world, "address", "add", f"{THERE}/32", "dev", "lo")
        way = WayOut(office, world)
        way.mend()
        with _names(way):
            yield way


@contextmanager
def _namespace(*more: str, before: str = "") -> Iterator[int]:
    """Keep namespaces of their own by a process that does nothing until its stdin ends."""
    script = f"{before}echo ready && exec cat"
    keeper = subprocess.Popen(
        ["unshare", "--net", *more, "--", "sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        assert keeper.stdout.readline() == "ready\n"
        yield keeper.pid
    finally:
        keeper.stdin.close()
        keeper.wait(10.0)
        keeper.stdout.close()


def _ip(pid: int, *words: str) -> None:
    subprocess.run(["nsenter", "--target", str(pid), "--net", "--", "ip", *words], check=True)


@contextmanager
def _names(way: WayOut) -> Iterator[None]:
    """Answer every question for an IPv4 address with the one machine of the world."""
    with way.in_world():
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind((THERE, DNS))
        server.settimeout(0.2)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                question, who = server.recvfrom(4096)
                server.sendto(_answer(question), who)
            except OSError:
                continue

    thread = threading.Thread(target=serve)
    thread.start()
    with closing(server):
        try:
            yield
        finally:
            over.set()
            thread.join()


def _answer(question: bytes) -> bytes:
    """Answer by RFC 1035: an A record for a question of type A, no record for any other."""
    end = question.index(b"\0", 12) + 5
    is_a = struct.unpack("!H", question[end - 4 : end - 2])[0] == 1
    record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 5, 4) + socket.inet_aton(THERE)
    head = question[:2] + struct.pack("!HHHHH", 0x8180, 1, int(is_a), 0, 0)
    return head + question[12:end] + (record if is_a else b"")
