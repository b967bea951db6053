"""A port for a server that is told where to listen before it does."""

import os
import socket
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

LOWEST = 12_000


def _candidates() -> Iterator[int]:
    """Yield ports below those that the kernel deals out: nobody gets one of them by chance."""
    first_dealt_out = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    highest = max(first_dealt_out, LOWEST + 1000)
    start = LOWEST + os.getpid() * 97 % (highest - LOWEST)  # others take theirs elsewhere
    yield from chain(range(start, highest), range(LOWEST, start))


_left = _candidates()


def free_port(address: str = "127.0.0.1") -> int:
    """Return a port that nobody holds for TCP or UDP, another one each time."""
    for port in _left:
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind((address, port))
        except OSError:
            continue
        return port
    raise AssertionError("no port is left for this test run")
