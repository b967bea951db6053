"""Echo requests to thousands of devices through one shared socket per family.

A reply counts when its source address, sequence number and random token all fit. Sendings are
paced, because a burst turns round-trip times into queueing times; the time of arrival is the
kernel's. A timeout is judged only after the socket was drained past its deadline.
"""

import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from netwatch.pollers.batches import MOST
from netwatch.pollers.deadlines import Deadlines
from netwatch.pollers.echo_core import open_wire
from netwatch.pollers.echo_wire import SEQUENCES, Host, Received, Wire
from netwatch.pollers.questions import Patience
from netwatch.pollers.sockets import (
    NO_ICMP,
    TRY_LATER,
    dropped,
    open_icmp,
    receive_room,
    said,
)

ANSWERED: Final = 0
SILENT: Final = 1
BLIND: Final = 2
Report = Callable[[int, int, float, object, str], None]
"""Takes probe number, outcome, when (monotonic seconds), payload and detail."""
Echoed = tuple[list[int], list[float], list[float], list[int]]
"""Numbers of probes that were answered, when each was (monotonic seconds), how long it took (ms),
and how many requests were sent for it."""

PACE_PER_S: Final = 5000
"""Of what goes on for ever: nobody notices it, and round-trip times stay true."""
HURRY_PER_S: Final = 30_000
"""Of one look at everything, where the sockets have room for the replies."""
_SEND_EVERY_S: Final = 0.025
_HURRIED_EVERY_S: Final = 0.01
_DRAIN_EVERY_S: Final = 0.05
"""Replies wait so long for us at most. The kernel notes when they came, so it costs no truth, and
to be woken for each would cost twice the time."""
_REPLY_OCTETS: Final = 1024
"""So much room the kernel books for a reply at most."""
_AGAIN_AT_MOST: Final = 3
_CLOCKS_DIFFER_S: Final = 0.001
_MOST_KEPT: Final = SEQUENCES * 3 // 4
"""Sequences that may be awaited twice and more; beyond that only the last request of each round is
awaited, or those who are to be asked again would wait for one another for ever."""
OVERFLOWS: Final = "the receive buffer overflowed: raise sysctl net.core.rmem_max"
STALLS: Final = "this machine stalled again and again while it was asked: it has too much to do"


class _Ping:
    """One echo round: its sendings, until one is answered or all have been waited for."""

    __slots__ = ("again", "first_at", "forgotten", "host", "keys", "left", "number", "sends",
                 "sent_at", "timeout_s")  # fmt: skip

    def __init__(self, number: int, host: Host, patience: Patience) -> None:
        self.number = number
        self.host = host
        self.timeout_s = patience.timeout_s
        self.left = patience.retries
        self.sends = 0
        self.again = 0
        self.forgotten = 0
        """So many sendings are awaited no more."""
        self.first_at = 0.0
        self.sent_at = 0.0
        self.keys: list[tuple[int, float]] | None = []
        """The sequences of the sendings that are awaited, each with when it was sent; None once
        the round is over."""


_Sent = tuple[_Ping, int]
"""A ping, and which of its sendings."""


class Echoes:
    """The ICMP half of the engine. Owns its sockets; `drain`, `judge` and `pump` do the work."""

    def __init__(
        self,
        report: Report,
        monotonic: Callable[[], float],
        wall: Callable[[], int],
        *,
        hurried: bool = False,
    ) -> None:
        self._report = report
        self.echoed: Echoed = ([], [], [], [])
        """What was answered since `take_echoed`."""
        self._monotonic = monotonic
        self._wall = wall
        doors = [open_icmp(socket.AF_INET), open_icmp(socket.AF_INET6)]
        self._kinds = ["none" if d is None else "raw" if d.raw else "datagram" for d in doors]
        self._wires = [None if door is None else open_wire(door) for door in doors]
        self._awaited: dict[int, _Ping] = {}
        """By number: of whom a reply may come."""
        self._to_send: deque[_Ping] = deque()
        self._deadlines: Deadlines[list[_Sent]] = Deadlines()
        self._pace = _hurry(self.sockets()) if hurried else PACE_PER_S
        self._every_s = _SEND_EVERY_S if self._pace == PACE_PER_S else _HURRIED_EVERY_S
        self._burst = self._pace * self._every_s
        self._budget = self._burst
        self._pumped_at = monotonic() - self._every_s
        self._drained_at = self._pumped_at
        self._drops = [0, 0]
        self._dropped_at = [0.0, 0.0]
        self.sent = 0

    def sockets(self) -> list[socket.socket]:
        """Return the sockets on which answers come."""
        return [wire.sock for wire in self._wires if wire is not None]

    def kinds(self) -> list[str]:
        """Say what was opened for IPv4 and IPv6: raw, datagram or none."""
        return self._kinds

    def take_echoed(self) -> Echoed:
        """Return what was answered since the last time."""
        echoed, self.echoed = self.echoed, ([], [], [], [])
        return echoed

    def ask(self, number: int, host: Host, patience: Patience) -> None:
        """Begin an echo round."""
        if self._wires[host.door] is None:
            self._report(number, BLIND, self._monotonic(), None, NO_ICMP)
            return
        self._to_send.append(_Ping(number, host, patience))

    def pump(self, now: float) -> None:
        """Send what is due, every few milliseconds and no faster than the pace allows."""
        since = now - self._pumped_at
        if not self._to_send or since < self._every_s:
            return
        self._pumped_at = now
        self._budget = min(self._burst, self._budget + since * self._pace)
        count = min(int(self._budget), len(self._to_send))
        self._budget -= count
        pings = [self._to_send.popleft() for _ in range(count)]
        for door, wire in enumerate(self._wires):
            if wire is not None:
                self._send_all(
                    wire, [p for p in pings if p.host.door == door and p.keys is not None]
                )

    def drain(self, now: float) -> bool:
        """Take in every reply that is there, every 50 ms and whenever a deadline has passed.

        Returns:
            Whether all were taken in that came before ``now``: then what is late may be judged.
        """
        deadline = self._deadlines.next()
        due = deadline is not None and deadline <= now
        if not due and (not self._awaited or now - self._drained_at < _DRAIN_EVERY_S):
            return False
        self._drained_at = now
        emptied = True
        for wire in self._wires:
            if wire is not None:
                replies, nothing_left = wire.receive()
                self._take(wire, replies)
                emptied = emptied and nothing_left
        return emptied

    def judge(self, drained_at: float) -> None:
        """Call silent what waited past its deadline; the sockets were empty at ``drained_at``."""
        late = [
            ping
            for _, sent in self._deadlines.expired(drained_at)
            for ping, mark in sent
            if ping.keys is not None and mark == ping.sends
        ]
        if late:
            self._notice_drops()
        for ping in late:
            if ping.sent_at <= self._dropped_at[ping.host.door]:
                self._ask_again(ping, OVERFLOWS)
            elif ping.left > 0:
                ping.left -= 1
                self._make_room(ping)
                self._to_send.appendleft(ping)
            else:
                self._end(ping, SILENT, ping.first_at, None, "")

    def stalled(self) -> None:
        """Ask all outstanding probes again: we were away, so their silence says nothing."""
        waiting = {ping.number for ping in self._to_send}
        for number, ping in list(self._awaited.items()):
            if number not in waiting:
                ping.sends += 1  # the deadline that runs no longer counts
                self._ask_again(ping, STALLS)

    def next_at(self) -> float | None:
        """Return when there will be something to do."""
        send_at = self._pumped_at + self._every_s if self._to_send else None
        drain_at = self._drained_at + _DRAIN_EVERY_S if self._awaited else None
        return min(filter(None, (send_at, drain_at, self._deadlines.next())), default=None)

    def _send_all(self, wire: Wire, pings: list[_Ping]) -> None:
        """Send requests through one socket; what the kernel takes no more of waits."""
        for start in range(0, len(pings), MOST):
            some = [p for p in pings[start : start + MOST] if not p.host.zone or self._located(p)]
            sent = self._send(wire, some)
            if sent < len(some):
                self._to_send.extendleft(reversed(some[sent:] + pings[start + MOST :]))
                self._budget = 0
                return

    def _located(self, ping: _Ping) -> bool:
        try:
            ping.host.locate()
        except OSError as fault:
            self._end(ping, BLIND, self._monotonic(), None, said(fault))
            return False
        return True

    def _send(self, wire: Wire, pings: list[_Ping]) -> int:
        """Send at most `MOST` requests; return how many are dealt with."""
        start = 0
        while start < len(pings):
            some = pings[start:]
            began = self._monotonic()
            try:
                sequences = wire.send([p.host.name for p in some], [p.number for p in some])
            except OSError as fault:
                if fault.errno in TRY_LATER:
                    return start
                self._end(some[0], BLIND, began, None, said(fault))
                start += 1
                continue
            self._await(some, sequences, began)
            start += len(sequences)
        return start

    def _await(self, pings: list[_Ping], sequences: Sequence[int], began: float) -> None:
        """Note that the first of these requests were sent, one after the other, since ``began``."""
        each_s = (self._monotonic() - began) / len(sequences)
        awaited = self._awaited
        waiting: dict[float, list[_Sent]] = {}
        now = began
        for ping, sequence in zip(pings, sequences, strict=False):
            if ping.keys is None:
                continue
            if not ping.sends:
                ping.first_at = now
                awaited[ping.number] = ping
            ping.sends += 1
            ping.sent_at = now
            ping.keys.append((sequence, now))
            if ping.timeout_s in waiting:
                waiting[ping.timeout_s].append((ping, ping.sends))
            else:
                waiting[ping.timeout_s] = [(ping, ping.sends)]
            now += each_s
        for timeout_s, sent in waiting.items():
            self._deadlines.add(now, timeout_s, 0, sent)
        self.sent += len(sequences)

    def _take(self, wire: Wire, replies: Received) -> None:
        """Take in replies; their stamps are of the wall clock."""
        now = self._monotonic()
        ahead = self._wall() / 1e9 - now
        numbers, ats, rtts_ms, sends = self.echoed
        for number, sequence, stamp in zip(*replies, strict=True):
            ping = self._awaited.pop(number, None)
            if ping is None or ping.keys is None:
                continue
            sent_at = ping.sent_at
            if len(ping.keys) > 1:
                sent_at = dict(ping.keys)[sequence]
                for other, _ in ping.keys:
                    wire.forget(other)
            came_at = stamp - ahead
            if not sent_at <= came_at <= now + _CLOCKS_DIFFER_S:  # no stamp, or a clock was set
                came_at = max(now, sent_at)
            numbers.append(number)
            ats.append(came_at)
            rtts_ms.append(round((came_at - sent_at) * 1000, 3))
            sends.append(ping.forgotten + len(ping.keys))
            ping.keys = None

    def _notice_drops(self) -> None:
        """Note when the kernel threw answers away: probes sent before that may have had one."""
        for number, wire in enumerate(self._wires):
            drops = 0 if wire is None else dropped(wire.sock)
            if drops != self._drops[number]:
                self._drops[number] = drops
                self._dropped_at[number] = self._monotonic()

    def _ask_again(self, ping: _Ping, why: str) -> None:
        ping.again += 1
        if ping.again > _AGAIN_AT_MOST:
            self._end(ping, BLIND, ping.first_at, None, why)
        else:
            self._make_room(ping)
            self._to_send.append(ping)

    def _make_room(self, ping: _Ping) -> None:
        """Await no late reply any more where so many are asked again that sequences run out."""
        if ping.keys and len(self._awaited) * (len(ping.keys) + 1) > _MOST_KEPT:
            self._forget(ping)
            ping.forgotten += len(ping.keys)
            ping.keys = []

    def _forget(self, ping: _Ping) -> None:
        wire = self._wires[ping.host.door]
        if wire is not None:
            for sequence, _ in ping.keys or ():
                wire.forget(sequence)

    def _end(self, ping: _Ping, outcome: int, at: float, payload: object, detail: str) -> None:
        self._forget(ping)
        self._awaited.pop(ping.number, None)
        ping.keys = None
        self._report(ping.number, outcome, at, payload, detail)


def _hurry(sockets: Sequence[socket.socket]) -> int:
    """Return how many echoes a second may be sent, so that what comes back until we look fits."""
    room = min((receive_room(sock) for sock in sockets), default=0)
    fits = room / _REPLY_OCTETS / _DRAIN_EVERY_S / 2
    return max(PACE_PER_S, min(HURRY_PER_S, int(fits)))
