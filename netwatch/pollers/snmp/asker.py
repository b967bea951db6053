"""SNMP questions of any version to thousands of agents through one shared UDP socket per family.

No task, timer or socket per request. An agent is asked one thing at a time, and rests between the
parts of a walk as long as it laboured, so a weak one is never pressed; agents that are slow or dead
fall out of the window and hold up nobody else.

The same rules stand a second time in ``core/``, compiled (see `netwatch.pollers.snmp.seam`): change
both or neither.
"""

import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from netwatch.pollers.deadlines import Deadlines
from netwatch.pollers.echo import ANSWERED, BLIND, OVERFLOWS, SILENT, STALLS, Report
from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp import pace
from netwatch.pollers.snmp.jobs import Agent, Asking, GetAsking, WalkAsking, Wrong
from netwatch.pollers.snmp.known import Next, Reply
from netwatch.pollers.snmp.requests import RequestIds
from netwatch.pollers.sockets import TRY_LATER, dropped, open_udp, said
from netwatch.wire.ber import BerError, Pdu
from netwatch.wire.scan import MOST_OCTETS, open_message, open_pdu, raw_binds
from netwatch.wire.v3 import is_v3, open_v3

if TYPE_CHECKING:
    from netwatch.pollers.snmp.session import Session

NO_SOCKET: Final = "no UDP socket of this address family on this machine"
_RESPONSE: Final = int(Pdu.RESPONSE)


Source = tuple[str, int] | tuple[str, int, int, int]
"""Where a datagram came from: address and port; by IPv6 also flow and number of the interface."""


class Asker:
    """The SNMP half of the engine. Owns its sockets; `drain`, `judge` and `pump` do the work."""

    def __init__(self, report: Report, monotonic: Callable[[], float]) -> None:
        self._report = report
        self._monotonic = monotonic
        self._doors = [open_udp(socket.AF_INET), open_udp(socket.AF_INET6)]
        self._window = pace.window(self._doors)
        self._pace = pace.Pace()
        self._drops = [0, 0]
        self._dropped_at = [float("-inf"), float("-inf")]
        self._ids = RequestIds()
        self._awaited: dict[int, Asking] = {}
        self._ready: deque[Asking] = deque()
        self._deadlines: Deadlines[Asking] = Deadlines()
        self._rests: Deadlines[Asking] = Deadlines()
        self._young: deque[tuple[float, int, Asking]] = deque()
        self._under_way = 0
        self.met: dict[Agent, Session] = {}
        """Sessions whose engine was met, or met again, since somebody took them from here."""
        self.requests = 0
        self.varbinds = 0
        self.strays = 0
        """Datagrams that were no answer to anything: late, forged or broken."""

    def sockets(self) -> list[socket.socket]:
        """Return the sockets on which answers come."""
        return [door for door in self._doors if door is not None]

    def waiting(self) -> bool:
        """Say whether there is something to send, and room for it."""
        return bool(self._ready) and self._has_room()

    def busy(self) -> bool:
        """Say whether anything is asked or to be asked."""
        return bool(self._ready or self._awaited)

    def get(self, number: int, agent: Agent, patience: Patience, names: Sequence[bytes]) -> None:
        """Ask ``agent`` for single objects, named by their content octets; at least one."""
        self._ask(GetAsking(number, agent, patience, names))

    def walk(
        self, number: int, agent: Agent, patience: Patience, columns: Sequence[bytes], rows: int
    ) -> None:
        """Ask ``agent`` for whole columns, at least one, at most ``rows`` rows."""
        self._ask(WalkAsking(number, agent, patience, columns, rows))

    def put(self, asking: Asking) -> None:
        """Ask a question of another kind, whose own it is how to go on."""
        self._ask(asking)

    def pump(self, now: float) -> None:
        """Send what is ready, as far as the window allows."""
        young = self._young
        while young and young[0][0] <= now:
            _, mark, asking = young.popleft()
            if asking.young == mark:
                self._grown(asking)
        for mark, asking in self._rests.expired(now):
            if asking.sends == mark:
                self._queue(asking, ahead=True)
        for _ in range(pace.SEND_AT_MOST):
            if not self._ready or not self._has_room():
                return
            asking = self._ready.popleft()
            asking.queued = False
            if not asking.done and not self._send(asking):
                return

    def drain(self) -> bool:
        """Take in every datagram that is there; False when more came than one turn may take."""
        emptied = True
        for door in self._doors:
            if door is not None:
                emptied = self._drain(door) and emptied
        return emptied

    def judge(self, drained_at: float) -> None:
        """Give up or ask again what waited past its deadline; sockets were empty then."""
        expired = self._deadlines.expired(drained_at)
        late = [asking for mark, asking in expired if not asking.done and mark == asking.sends]
        if late:
            self._notice_drops()
        for asking in late:
            self._grown(asking)
            if asking.sent_at <= self._dropped_at[asking.agent.door]:
                self._ask_again(asking, OVERFLOWS)
            elif asking.spare() or asking.left > 0:
                asking.left -= 1
                self._queue(asking, ahead=True)
            else:
                self._unanswered(asking)

    def stalled(self) -> None:
        """Ask all outstanding questions again: we were away, so their silence says nothing."""
        for asking in list(self._awaited.values()):
            if asking.queued:
                continue
            self._grown(asking)
            asking.sends += 1  # the deadline that runs no longer counts
            self._ask_again(asking, STALLS)

    def next_deadline(self) -> float | None:
        """Return when there will be something to judge."""
        times = [self._deadlines.next(), self._rests.next()]
        if self._ready and self._young:  # the window is full: its next place
            times.append(self._young[0][0])
        return min((at for at in times if at is not None), default=None)

    def _has_room(self) -> bool:
        return self._under_way < self._window and len(self._awaited) < pace.OUTSTANDING_AT_MOST

    def _ask(self, asking: Asking) -> None:
        agent = asking.agent
        if self._doors[agent.door] is None:
            self._report(asking.number, BLIND, self._monotonic(), None, NO_SOCKET)
        elif agent.session is not None and agent.session.cannot:
            self._report(asking.number, BLIND, self._monotonic(), None, agent.session.cannot)
        elif agent.busy:
            agent.queue = agent.queue or deque()
            agent.queue.append(asking)
        else:
            agent.busy = True
            self._queue(asking)

    def _queue(self, asking: Asking, *, ahead: bool = False) -> None:
        if asking.queued:
            return
        asking.queued = True
        if ahead:
            self._ready.appendleft(asking)
        else:
            self._ready.append(asking)

    def _send(self, asking: Asking) -> bool:
        """Send one request; False when the kernel takes no more just now."""
        door = self._doors[asking.agent.door]
        if door is None:
            return True
        request_id = asking.request_id or self._new_id()
        now = self._monotonic()
        datagram = asking.request().numbered(request_id)
        session = asking.agent.session
        try:
            if session is None:
                door.sendto(datagram, asking.agent.where)
            else:
                closed = session.datagrams(asking, datagram, request_id, now)
                self.requests += len(closed) - 1
                for one in closed:
                    door.sendto(one, asking.agent.where)
        except OSError as fault:
            if fault.errno in TRY_LATER:
                self._queue(asking, ahead=True)
                return False
            asking.detail = said(fault)
            self._end(asking, BLIND, now)
            return True
        self.requests += 1
        if not asking.first_at:
            asking.first_at = now
            asking.cut_at = now + pace.longest_s(asking.patience.timeout_s)
        asking.sent_at = now
        asking.sends += 1
        asking.request_id = request_id
        self._awaited[request_id] = asking
        self._deadlines.add(now, asking.patience.timeout_s, asking.sends, asking)
        if not asking.agent.silent and asking.left >= asking.patience.retries:
            asking.young = asking.sends
            self._under_way += asking.weight
            self._young.append((now + self._pace.youth_s(), asking.sends, asking))
        return True

    def _drain(self, door: socket.socket) -> bool:
        receive = door.recvfrom
        for _ in range(pace.DRAIN_AT_MOST):
            try:
                datagram, source = receive(MOST_OCTETS + 1)
            except BlockingIOError:
                return True
            except OSError:
                continue  # an ICMP error of some other request: its own timeout will tell
            try:
                self._take(datagram, source)
            except BerError:
                self.strays += 1
        return False

    def _take(self, datagram: bytes, source: Source) -> None:
        if is_v3(datagram):
            self._take_v3(datagram, source)
            return
        version, community, tag, at, end = open_message(datagram)
        request_id, status, index, at = open_pdu(datagram, at, end)
        asking = self._awaited.get(request_id)
        if asking is None or tag != _RESPONSE:
            self.strays += 1
            return
        agent = asking.agent
        if not self._from_agent(asking, source):
            return
        if version != agent.version or community != agent.community:
            self.strays += 1
            return
        try:
            binds = raw_binds(datagram, at, end)
            more = asking.take(status, index, binds, len(datagram))
        except (Wrong, BerError) as wrong:
            self._disbelieve(asking, wrong)
            return
        self._believe(asking, len(binds), more)

    def _take_v3(self, datagram: bytes, source: Source) -> None:
        opened = open_v3(datagram)
        asking = self._awaited.get(opened.msg_id)
        session = None if asking is None else asking.agent.session
        if asking is None or session is None:
            self.strays += 1
            return
        if not self._from_agent(asking, source):
            return
        now = self._monotonic()
        try:
            heard = session.hear(asking, datagram, opened, now)
            if isinstance(heard, Reply):
                more = asking.take(heard.status, heard.error_index, heard.binds, len(datagram))
        except (Wrong, BerError) as wrong:
            self._disbelieve(asking, wrong)
            return
        if not session.told:
            self.met[asking.agent] = session
        match heard:
            case Reply():
                self._believe(asking, len(heard.binds), more)
            case Next.AGAIN:
                self._go_on(asking)
            case Next.BLIND:
                self._end(asking, BLIND, now)
            case Next.WAIT:
                pass

    def _from_agent(self, asking: Asking, source: Source) -> bool:
        agent = asking.agent
        if source[0] == agent.bare and source[1] == agent.port and _in_zone(agent.zone, source):
            return True
        self.strays += 1
        asking.doubt = f"something at {source[0]} answered in its place, and was not believed"
        return False

    def _disbelieve(self, asking: Asking, wrong: Exception) -> None:
        self.strays += 1
        asking.doubt = f"its answer was not believed: {wrong}"

    def _believe(self, asking: Asking, varbinds: int, more: bool) -> None:
        self.varbinds += varbinds
        now = self._monotonic()
        agent = asking.agent
        agent.silent = False
        took = now - asking.sent_at
        agent.quickest = min(agent.quickest, took)
        self._pace.note(took)
        if more and now > asking.cut_at:
            asking.stop(f"no end after {pace.longest_s(asking.patience.timeout_s):g} s")
            more = False
        if more:
            self._go_on(asking, pace.rest_s(took - agent.quickest))
        else:
            self._end(asking, ANSWERED, now)

    def _go_on(self, asking: Asking, rest_s: float = 0.0) -> None:
        """Send the next request of a question, as patiently as the first."""
        self._forget(asking)
        asking.left = asking.patience.retries
        asking.again = 0
        if rest_s:
            asking.cut_at += rest_s
            self._rests.add(self._monotonic(), rest_s, asking.sends, asking)
        else:
            self._queue(asking, ahead=True)

    def _unanswered(self, asking: Asking) -> None:
        """End a question whose tries are used up, unless its session can find out more."""
        session = asking.agent.session
        asking.detail = asking.doubt or asking.detail
        if session is None or not session.there(asking):
            asking.agent.silent = True
            self._end(asking, SILENT, asking.first_at)
        elif session.overdue(asking):
            self._go_on(asking)
        else:
            self._end(asking, BLIND, asking.first_at)

    def _new_id(self) -> int:
        request_id = self._ids.next()
        while request_id in self._awaited:
            request_id = self._ids.next()
        return request_id

    def _grown(self, asking: Asking) -> None:
        """Count a request no longer among the young."""
        if asking.young:
            asking.young = 0
            self._under_way -= asking.weight

    def _forget(self, asking: Asking) -> None:
        """Await no answer to the last request."""
        self._awaited.pop(asking.request_id, None)
        asking.request_id = 0
        asking.sends += 1
        self._grown(asking)

    def _ask_again(self, asking: Asking, why: str) -> None:
        asking.again += 1
        if asking.again > pace.AGAIN_AT_MOST:
            asking.detail = why
            self._end(asking, BLIND, asking.first_at)
        else:
            self._queue(asking)

    def _end(self, asking: Asking, outcome: int, at: float) -> None:
        self._forget(asking)
        asking.done = True
        self._report(asking.number, outcome, at, asking.result(), asking.detail)
        agent = asking.agent
        if agent.queue:
            self._queue(agent.queue.popleft())
        else:
            agent.busy = False

    def _notice_drops(self) -> None:
        for number, door in enumerate(self._doors):
            drops = 0 if door is None else dropped(door)
            if drops != self._drops[number]:
                self._drops[number] = drops
                self._dropped_at[number] = self._monotonic()


def _in_zone(zone: str, source: Source) -> bool:
    """Say whether an answer came in by the interface that an address like fe80::1%eth0 names."""
    if not zone:
        return True
    number = source[-1]
    try:
        return zone in (str(number), socket.if_indextoname(number))
    except OSError:
        return False
