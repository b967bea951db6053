"""SNMP questions to thousands of agents by the compiled core: `Asker`'s rules at C's pace.

The core keeps everything that is under way and words its answers for the frames between engine and
service itself, so that an answer costs no Python at all here: one call moves a whole turn.
"""

import ctypes
import errno
import os
import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Final

import orjson

from netwatch.pollers.echo import BLIND, OVERFLOWS, STALLS, Report
from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp import pace
from netwatch.pollers.snmp.asker import NO_SOCKET
from netwatch.pollers.snmp.jobs import Agent, WalkAsking
from netwatch.pollers.snmp.library import Counts, Limits
from netwatch.pollers.sockets import open_udp, said

Worded = Callable[[bytes, int], None]
"""Takes answers as JSON rows with commas between them, and how many they are."""

_QUESTION: Final = struct.Struct("=QQqdii")
_SINGLE: Final = -1
_WORDS: Final = {200: OVERFLOWS, 201: STALLS, 202: NO_SOCKET}
"""What the core says besides the faults of the kernel, by its own numbers."""
_TOLD_OCTETS: Final = 4 << 20
_MOST_NAMES: Final = 16384


class _Lent:
    """Something of the core's that is given back when Python needs it no more."""

    __slots__ = ("_give_back", "at", "what")

    def __init__(self, at: int, give_back: Callable[[int], object], what: object = None) -> None:
        self.at = at
        self.what = what
        self._give_back = give_back

    def __del__(self) -> None:
        self._give_back(self.at)


class CompiledAsker:
    """The SNMP half of the engine, compiled. See `netwatch.pollers.snmp.seam.SnmpAsker`."""

    def __init__(
        self,
        library: ctypes.CDLL,
        report: Report,
        monotonic: Callable[[], float],
        worded: Worded | None = None,
    ) -> None:
        self._library = library
        self._report = report
        self._monotonic = monotonic
        self._worded = worded or self._unworded
        self._doors = [open_udp(socket.AF_INET), open_udp(socket.AF_INET6)]
        limits = Limits(
            young_s=pace.YOUNG_S,
            youngest_s=pace.YOUNGEST_S,
            youths=pace.YOUTHS,
            longest_s=pace.LONGEST_S,
            longest_timeouts=pace.LONGEST_TIMEOUTS,
            rest_from_s=pace.REST_FROM_S,
            rest_at_most_s=pace.REST_AT_MOST_S,
            window=pace.window(self._doors),
            walk_weighs=WalkAsking.weight,
            outstanding=pace.OUTSTANDING_AT_MOST,
            send=pace.SEND_AT_MOST,
            drain=pace.DRAIN_AT_MOST,
            again=pace.AGAIN_AT_MOST,
        )
        numbers = [-1 if door is None else door.fileno() for door in self._doors]
        own_clock = monotonic is time.monotonic
        core: int = library.core_open(*numbers, ctypes.byref(limits), own_clock)
        self._core = _Lent(core, library.core_close)
        self._at = core
        self._counts = Counts.from_address(core)
        for number in errno.errorcode:
            library.core_word(core, number, said(OSError(number, os.strerror(number))).encode())
        for number, word in _WORDS.items():
            library.core_word(core, number, word.encode())
        self._names: dict[int, _Lent] = {}
        self._questions = bytearray()
        self._asked: list[_Lent] = []
        """Whom the questions are for: kept until the core has them, and keeps them itself."""

    @property
    def requests(self) -> int:
        """Return how many requests were sent."""
        return int(self._counts.requests)

    @property
    def varbinds(self) -> int:
        """Return how many values came in answers that were believed."""
        return int(self._counts.varbinds)

    @property
    def strays(self) -> int:
        """Return how many datagrams answered nothing: late, forged or broken ones."""
        return int(self._counts.strays)

    def sockets(self) -> list[socket.socket]:
        """Return the sockets on which answers come."""
        return [door for door in self._doors if door is not None]

    def get(self, number: int, agent: Agent, patience: Patience, names: Sequence[bytes]) -> None:
        """Ask ``agent`` for single objects, named by their content octets; at least one."""
        self._ask(number, agent, patience, names, _SINGLE)

    def walk(
        self, number: int, agent: Agent, patience: Patience, columns: Sequence[bytes], rows: int
    ) -> None:
        """Ask ``agent`` for whole columns, at least one, at most ``rows`` rows."""
        self._ask(number, agent, patience, columns, max(0, rows))

    def waiting(self) -> bool:
        """Say whether there is something to send, and room for it."""
        return bool(self._questions) or bool(self._library.core_waiting(self._at))

    def next_deadline(self) -> float | None:
        """Return when there will be something to judge or to send."""
        at = float(self._library.core_next(self._at))
        return None if at == float("inf") else at

    def drain(self) -> bool:
        """Take in every datagram that is there; False when more came than one turn may take."""
        emptied = self._library.core_drain(self._at, self._monotonic())
        self._tell()
        return bool(emptied)

    def judge(self, drained_at: float) -> None:
        """Give up or ask again what waited past its deadline; sockets were empty then."""
        self._library.core_judge(self._at, self._monotonic(), drained_at)
        self._tell()

    def pump(self, now: float) -> None:
        """Send what is ready, as far as the window allows."""
        if self._questions:
            questions, self._questions = self._questions, bytearray()
            count = len(questions) // _QUESTION.size
            self._library.core_ask(self._at, bytes(questions), count)
            self._asked.clear()
        self._library.core_pump(self._at, now)
        self._tell()

    def stalled(self) -> None:
        """Ask all outstanding questions again: we were away, so their silence says nothing."""
        self._library.core_stalled(self._at, self._monotonic())
        self._tell()

    def _ask(
        self, number: int, agent: Agent, patience: Patience, names: Sequence[bytes], rows: int
    ) -> None:
        met = agent.compiled
        if not isinstance(met, _Lent):
            met = self._meet(agent)
            if met is None:
                row = [number, BLIND, self._monotonic(), None, f"{agent.host} is no address"]
                self._worded(orjson.dumps(row), 1)
                return
            agent.compiled = met
        learnt = self._names.get(id(names)) or self._learn(names)
        self._asked.append(met)
        self._questions += _QUESTION.pack(
            met.at, learnt.at, number, patience.timeout_s, patience.retries, rows
        )

    def _meet(self, agent: Agent) -> _Lent | None:
        community = agent.community
        at = self._library.core_meet(
            agent.host.encode(), agent.port, agent.version, community, len(community)
        )
        return None if at is None else _Lent(at, self._library.core_part)

    def _learn(self, names: Sequence[bytes]) -> _Lent:
        """Tell the core a set of names; it is kept, so that its id stays its own."""
        if len(self._names) >= _MOST_NAMES and not self._questions:
            self._names.clear()
        sizes = (ctypes.c_uint32 * len(names))(*map(len, names))
        at = self._library.core_learn(b"".join(names), sizes, len(names))
        learnt = self._names[id(names)] = _Lent(at, self._library.core_unlearn, names)
        return learnt

    def _tell(self) -> None:
        """Hand over what was found out."""
        if not self._library.core_telling(self._at):
            return
        at, size = ctypes.c_void_p(), ctypes.c_size_t()
        told = self._library.core_told
        while count := told(self._at, _TOLD_OCTETS, ctypes.byref(at), ctypes.byref(size)):
            self._worded(ctypes.string_at(at.value or 0, size.value), count)

    def _unworded(self, rows: bytes, _count: int) -> None:
        for number, outcome, at, payload, detail, *_ in orjson.loads(b"[" + rows + b"]"):
            self._report(number, outcome, at, payload, detail)
