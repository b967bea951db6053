"""Echo requests to thousands of devices through one shared socket per family.

A reply counts when its source address, sequence number and random token all fit. Sendings are
paced, because a burst turns round-trip times into queueing times; the time of arrival is the
kernel's. A timeout is judged only after the socket was drained past its deadline.
"""

import ipaddress
import secrets
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Final

from netwatch.pollers.deadlines import Deadlines
from netwatch.pollers.questions import Patience
from netwatch.pollers.sockets import (
    NO_ICMP,
    SO_TIMESTAMPNS,
    TRY_LATER,
    IcmpDoor,
    dropped,
    open_icmp,
    said,
)

ANSWERED: Final = 0
SILENT: Final = 1
BLIND: Final = 2
Report = Callable[[int, int, float, object, str], None]
"""Takes probe number, outcome, when (monotonic seconds), payload and detail."""

PACE_PER_S: Final = 5000
_BURST: Final = 50
_DRAIN_AT_MOST: Final = 4096
_AGAIN_AT_MOST: Final = 3
OVERFLOWS: Final = "the receive buffer overflowed: raise sysctl net.core.rmem_max"
STALLS: Final = "this machine stalled again and again while it was asked: it has too much to do"
_PADDING: Final = b"netwatch asks whether you live  "
_TOKENS: Final = 1024
_TIMESPEC: Final = struct.Struct("@qq")
_HEADER: Final = struct.Struct("!BBHHH")
_TOKEN: Final = struct.Struct("!4H")


class _Ping:
    """One echo round: its sendings, until one is answered or all have been waited for."""

    __slots__ = ("again", "door", "first_at", "host", "keys", "left", "number", "sends", "sent_at",
                 "source", "timeout_s")  # fmt: skip

    def __init__(self, number: int, host: str, door: int, patience: Patience) -> None:
        self.number = number
        self.host = host
        self.source = host.partition("%")[0]
        self.door = door
        self.timeout_s = patience.timeout_s
        self.left = patience.retries
        self.sends = 0
        self.again = 0
        self.first_at = 0.0
        self.sent_at = 0.0
        self.keys: list[tuple[str, int]] | None = []
        """Under what the sendings are awaited; None once the round is over."""


class Echoes:
    """The ICMP half of the engine. Owns its sockets; `drain`, `judge` and `pump` do the work."""

    def __init__(self, report: Report, monotonic: Callable[[], float], wall: Callable[[], int]):
        self._report = report
        self._monotonic = monotonic
        self._wall = wall
        self.doors: list[IcmpDoor | None] = [
            open_icmp(socket.AF_INET),
            open_icmp(socket.AF_INET6),
        ]
        self._awaited: dict[tuple[str, int], tuple[_Ping, float, bytes]] = {}
        self._to_send: deque[_Ping] = deque()
        self._deadlines: Deadlines[_Ping] = Deadlines()
        self._sequence = secrets.randbits(16)
        self._tokens: list[bytes] = []
        self._budget = float(_BURST)
        self._budget_at = monotonic()
        self._drops = [0, 0]
        self._dropped_at = [0.0, 0.0]
        self.sent = 0

    def sockets(self) -> list[socket.socket]:
        """Return the sockets on which answers come."""
        return [door.sock for door in self.doors if door is not None]

    def kinds(self) -> list[str]:
        """Say what was opened for IPv4 and IPv6: raw, datagram or none."""
        return ["none" if d is None else "raw" if d.raw else "datagram" for d in self.doors]

    def waiting(self) -> bool:
        """Say whether there is something to send."""
        return bool(self._to_send)

    def ask(self, number: int, address: str, patience: Patience) -> None:
        """Begin an echo round."""
        host = str(ipaddress.ip_address(address))
        door = 1 if ":" in host else 0
        if self.doors[door] is None:
            self._report(number, BLIND, self._monotonic(), None, NO_ICMP)
            return
        self._to_send.append(_Ping(number, host, door, patience))

    def pump(self, now: float) -> None:
        """Send what is due, no faster than the pace allows."""
        since, self._budget_at = now - self._budget_at, now
        self._budget = min(_BURST, self._budget + since * PACE_PER_S)
        while self._to_send and self._budget >= 1:
            if not self._send(self._to_send.popleft()):
                self._budget = 0
                return
            self._budget -= 1

    def drain(self) -> bool:
        """Take in every reply that is there; False when more came than one turn may take."""
        emptied = True
        for number, door in enumerate(self.doors):
            if door is not None:
                emptied = self._drain(number, door) and emptied
        return emptied

    def judge(self, drained_at: float) -> None:
        """Call silent what waited past its deadline; the sockets were empty at ``drained_at``."""
        expired = self._deadlines.expired(drained_at)
        late = [ping for mark, ping in expired if ping.keys is not None and mark == ping.sends]
        if late:
            self._notice_drops()
        for ping in late:
            if ping.sent_at <= self._dropped_at[ping.door]:
                self._ask_again(ping, OVERFLOWS)
            elif ping.left > 0:
                ping.left -= 1
                self._to_send.appendleft(ping)
            else:
                self._end(ping, SILENT, ping.first_at, None, "")

    def stalled(self) -> None:
        """Ask all outstanding probes again: we were away, so their silence says nothing."""
        pings = {id(ping): ping for ping, _, _ in self._awaited.values()}
        waiting = {id(ping) for ping in self._to_send}
        for key, ping in pings.items():
            if key not in waiting:
                ping.sends += 1  # the deadline that runs no longer counts
                self._ask_again(ping, STALLS)

    def next_deadline(self) -> float | None:
        """Return when there will be something to judge."""
        return self._deadlines.next()

    def _send(self, ping: _Ping) -> bool:
        """Send one request; False when the kernel takes no more just now."""
        door = self.doors[ping.door]
        if door is None or ping.keys is None:
            return True
        sequence = self._sequence = (self._sequence + 1) & 0xFFFF
        key = (ping.source, sequence)
        if key in self._awaited:
            self._to_send.append(ping)
            return False
        if not self._tokens:
            pool = secrets.token_bytes(8 * _TOKENS)
            self._tokens = [pool[at : at + 8] for at in range(0, len(pool), 8)]
        token = self._tokens.pop()
        now = self._monotonic()
        try:
            door.sock.sendto(_request(door, sequence, token), (ping.host, 0))
        except OSError as fault:
            if fault.errno in TRY_LATER:
                self._to_send.appendleft(ping)
                return False
            self._end(ping, BLIND, now, None, said(fault))
            return True
        self.sent += 1
        if not ping.keys:
            ping.first_at = now
        ping.sends += 1
        ping.sent_at = now
        ping.keys.append(key)
        self._awaited[key] = (ping, now, token)
        self._deadlines.add(now, ping.timeout_s, ping.sends, ping)
        return True

    def _drain(self, number: int, door: IcmpDoor) -> bool:
        receive = door.sock.recvmsg
        head = 20 if door.raw and door.family is socket.AF_INET else 0
        ahead = self._wall() / 1e9 - self._monotonic()
        for _ in range(_DRAIN_AT_MOST):
            try:
                data, notes, _, source = receive(256, 64)
            except BlockingIOError:
                return True
            except OSError:
                continue  # a late ICMP error of another probe: its own timeout will tell
            start = (data[0] & 0x0F) * 4 if head and data else 0
            if len(data) < start + 16:
                continue
            sequence = data[start + 6] << 8 | data[start + 7]
            awaited = self._awaited.get((source[0].partition("%")[0], sequence))
            if awaited is None or data[start + 8 : start + 16] != awaited[2]:
                continue
            ping, sent_at, _token = awaited
            if ping.door != number:
                continue
            came_at = self._came_at(notes, ahead, sent_at)
            self._end(ping, ANSWERED, came_at, round((came_at - sent_at) * 1000, 3), "")
        return False

    def _came_at(self, notes: list[tuple[int, int, bytes]], ahead: float, sent_at: float) -> float:
        """Return the kernel's time of arrival, on the monotonic clock."""
        for level, kind, stamp in notes:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = _TIMESPEC.unpack(stamp[: _TIMESPEC.size])
                came_at: float = seconds + nanoseconds / 1e9 - ahead
                if sent_at <= came_at <= self._monotonic() + 0.001:
                    return came_at
        return self._monotonic()

    def _notice_drops(self) -> None:
        """Note when the kernel threw answers away: probes sent before that may have had one."""
        for number, door in enumerate(self.doors):
            drops = 0 if door is None else dropped(door.sock)
            if drops != self._drops[number]:
                self._drops[number] = drops
                self._dropped_at[number] = self._monotonic()

    def _ask_again(self, ping: _Ping, why: str) -> None:
        ping.again += 1
        if ping.again > _AGAIN_AT_MOST:
            self._end(ping, BLIND, ping.first_at, None, why)
        else:
            self._to_send.append(ping)

    def _end(self, ping: _Ping, outcome: int, at: float, payload: object, detail: str) -> None:
        for key in ping.keys or ():
            self._awaited.pop(key, None)
        ping.keys = None
        self._report(ping.number, outcome, at, payload, detail)


def _request(door: IcmpDoor, sequence: int, token: bytes) -> bytes:
    kind = 8 if door.family is socket.AF_INET else 128
    total = (kind << 8) + door.ident + sequence + sum(_TOKEN.unpack(token)) + _PADDING_SUM
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return _HEADER.pack(kind, 0, ~total & 0xFFFF, door.ident, sequence) + token + _PADDING


_PADDING_SUM: Final = sum(struct.unpack(f"!{len(_PADDING) // 2}H", _PADDING))
