"""Frames in, frames out: answers every device's ping and SNMP, late or not at all where told so."""

import asyncio
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from math import inf
from random import Random
from typing import Final

from netwatch.lab.agent import Objects, answer
from netwatch.lab.packets import (
    ICMP,
    ICMP6,
    SNMP_PORT,
    Datagram,
    Packet,
    datagram,
    echo_reply,
    opened,
    udp_frame,
)
from netwatch.lab.reach import CLEAR, Way
from netwatch.lab.stale import Stale
from netwatch.model.network import Address

LARGEST_FRAME: Final = 65_600
SLOWEST: Final = 2.25
WAITING_AT_MOST: Final = 8
"""So many requests a slow agent keeps waiting; it loses the others."""
AT_ONCE: Final = 256
"""Frames read before the loop may do something else."""


@dataclass(slots=True)
class Host:
    """What answers on one address."""

    objects: Callable[[], Objects] | None
    """None: it has no SNMP agent. Asked for once, at the first request."""
    community: bytes | None
    way: Way | None = CLEAR
    """How lossy and late the way to it is; None: no way, so it is silent."""
    hangs: bool = False
    slow_s: float = 0.0
    """Its agent takes so long over each answer, or up to `SLOWEST` times as long."""
    stale_s: float = 0.0
    """Its agent shows tables up to so old."""
    free_at: float = 0.0
    """Until then its agent is busy with other answers."""
    shown: Objects | None = None
    memory: Stale | None = None


@dataclass(slots=True)
class Traffic:
    """What the lab has seen and said."""

    frames: int = 0
    echoes: int = 0
    requests: int = 0
    lost: int = 0
    unanswered: int = 0
    traps: int = 0
    not_sent: int = 0
    """Answers that our own sending buffer had no room for."""


@dataclass(slots=True)
class Responder:
    """All hosts of the field behind one raw socket."""

    wire: socket.socket
    hosts: Mapping[bytes, Host]
    loop: asyncio.AbstractEventLoop
    chance: Random = field(default_factory=lambda: Random(2026))  # noqa: S311 (weather, no secret)
    traffic: Traffic = field(default_factory=Traffic)
    lost: tuple[bytes, float] | None = None
    """The first ping that a fault swallowed whole, and when: what a measurement begins with."""

    def start(self) -> None:
        """Answer from now on."""
        self.loop.add_reader(self.wire, self.answer_waiting)

    def stop(self) -> None:
        """Answer no more."""
        self.loop.remove_reader(self.wire)

    def answer_waiting(self) -> None:
        """Answer the frames that wait, but not so many that nothing else has its turn."""
        receive = self.wire.recv
        for _ in range(AT_ONCE):
            try:
                frame = receive(LARGEST_FRAME)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                return  # the cable was unplugged: reported once, then frames come again
            self.take(frame)

    def take(self, frame: bytes) -> None:
        """Answer one frame, or stay silent."""
        self.traffic.frames += 1
        packet = opened(frame)
        if packet is None:
            return
        host = self.hosts.get(packet.target)
        if host is None or host.way is None:
            self.traffic.unanswered += 1
            if host is not None and self.lost is None and packet.protocol in (ICMP, ICMP6):
                self.lost = (packet.target, self.loop.time())
            return
        way = host.way
        if way.loss and self.chance.random() < way.loss:
            self.traffic.lost += 1
            return
        reply = self._reply(packet, host)
        if reply is None:
            return
        late_s = way.delay_s + self._laboured_s(packet, host)
        if late_s == inf:
            self.traffic.lost += 1
        elif late_s:
            self.loop.call_later(late_s, self.send, reply)
        else:
            self.send(reply)

    def _laboured_s(self, packet: Packet, host: Host) -> float:
        """Return how long a slow agent takes, one answer after the other; inf: it is too busy."""
        if not host.slow_s or packet.protocol in (ICMP, ICMP6):
            return 0.0
        now = self.loop.time()
        takes_s = host.slow_s * (1 + (SLOWEST - 1) * self.chance.random())
        waits_s = max(0.0, host.free_at - now)
        if waits_s > WAITING_AT_MOST * host.slow_s:
            return inf
        host.free_at = now + waits_s + takes_s
        return waits_s + takes_s

    def _reply(self, packet: Packet, host: Host) -> bytes | None:
        if packet.protocol in (ICMP, ICMP6):
            self.traffic.echoes += 1
            return echo_reply(packet)
        asked = datagram(packet)
        if asked is None or asked.target_port != SNMP_PORT or host.hangs:
            return None
        if host.shown is None:
            if host.objects is None:
                return None
            host.shown = host.objects()
        self.traffic.requests += 1
        found = answer(self._seen(host, host.shown), asked.data, host.community)
        if found is None:
            return None
        message = Datagram(SNMP_PORT, asked.source_port, found)
        return udp_frame(packet.target, packet.source, message)

    def _seen(self, host: Host, objects: Objects) -> Objects:
        """Return what the agent shows: as it stands, or as it stood a while ago."""
        if not host.stale_s:
            host.memory = None
            return objects
        if host.memory is None or host.memory.period_s != host.stale_s:
            host.memory = Stale(objects, self.loop.time, host.stale_s)
        return host.memory

    def send(self, frame: bytes) -> None:
        """Send a frame towards the NOC; a full buffer loses it, as a real network would."""
        try:
            self.wire.send(frame)
        except OSError:
            self.traffic.not_sent += 1


def packed(address: Address | str) -> bytes:
    """Return an address as it stands in packets."""
    return (ip_address(address) if isinstance(address, str) else address).packed
