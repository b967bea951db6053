"""The seam between the engine and whoever asks agents by SNMP: in Python, or compiled.

Two askers obey the same rules: `netwatch.pollers.snmp.asker`, which runs everywhere and is the
reference, and `netwatch.pollers.snmp.compiled`, which is taken for v1 and v2c where a C compiler
was found when netwatch was installed. ``NETWATCH_PURE=1`` in the environment forces the former.
"""

import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from netwatch.pollers.echo import Report
from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp import library
from netwatch.pollers.snmp.asker import Asker
from netwatch.pollers.snmp.compiled import CompiledAsker, Worded
from netwatch.pollers.snmp.jobs import Agent

if TYPE_CHECKING:
    from netwatch.pollers.snmp.session import Session


class SnmpAsker(Protocol):
    """What the engine wants of an asker; times are seconds on the monotonic clock.

    A turn of the engine is: wait until a socket can be read, `waiting` is true or `next_deadline`
    has come; `drain`; `judge`, but only if `drain` found the end; `pump`.
    """

    met: dict[Agent, "Session"]
    """v3 sessions whose engine was met, or met again, since somebody took them from here."""

    @property
    def requests(self) -> int:
        """Return how many requests were sent."""

    @property
    def varbinds(self) -> int:
        """Return how many values came in answers that were believed."""

    @property
    def strays(self) -> int:
        """Return how many datagrams answered nothing: late, forged or broken ones."""

    def sockets(self) -> list[socket.socket]:
        """Return the sockets on which answers come."""

    def get(self, number: int, agent: Agent, patience: Patience, names: Sequence[bytes]) -> None:
        """Ask ``agent`` for single objects, named by their content octets; at least one."""

    def walk(
        self, number: int, agent: Agent, patience: Patience, columns: Sequence[bytes], rows: int
    ) -> None:
        """Ask ``agent`` for whole columns, at least one, at most ``rows`` rows."""

    def waiting(self) -> bool:
        """Say whether there is something to send, and room for it."""

    def next_deadline(self) -> float | None:
        """Return when there will be something to judge or to send."""

    def drain(self) -> bool:
        """Take in every datagram that is there; False when more came than one turn may take."""

    def judge(self, drained_at: float) -> None:
        """Give up or ask again what waited past its deadline; sockets were empty then."""

    def pump(self, now: float) -> None:
        """Send what is ready, as far as the window allows."""

    def stalled(self) -> None:
        """Ask all outstanding questions again: we were away, so their silence says nothing."""


class TwoAskers:
    """The compiled asker for v1 and v2c, and for v3, which is ciphers mostly, the pure one."""

    def __init__(self, compiled: CompiledAsker, pure: Asker) -> None:
        self._compiled = compiled
        self._pure = pure

    @property
    def met(self) -> dict[Agent, "Session"]:
        return self._pure.met

    @met.setter
    def met(self, met: dict[Agent, "Session"]) -> None:
        self._pure.met = met

    @property
    def requests(self) -> int:
        return self._compiled.requests + self._pure.requests

    @property
    def varbinds(self) -> int:
        return self._compiled.varbinds + self._pure.varbinds

    @property
    def strays(self) -> int:
        return self._compiled.strays + self._pure.strays

    def sockets(self) -> list[socket.socket]:
        return self._compiled.sockets() + self._pure.sockets()

    def get(self, number: int, agent: Agent, patience: Patience, names: Sequence[bytes]) -> None:
        asker = self._compiled if agent.session is None else self._pure
        asker.get(number, agent, patience, names)

    def walk(
        self, number: int, agent: Agent, patience: Patience, columns: Sequence[bytes], rows: int
    ) -> None:
        asker = self._compiled if agent.session is None else self._pure
        asker.walk(number, agent, patience, columns, rows)

    def waiting(self) -> bool:
        return self._compiled.waiting() or self._pure.waiting()

    def next_deadline(self) -> float | None:
        times = (self._compiled.next_deadline(), self._pure.next_deadline())
        return min((at for at in times if at is not None), default=None)

    def drain(self) -> bool:
        return self._compiled.drain() & self._pure.drain()

    def judge(self, drained_at: float) -> None:
        self._compiled.judge(drained_at)
        self._pure.judge(drained_at)

    def pump(self, now: float) -> None:
        self._compiled.pump(now)
        self._pure.pump(now)

    def stalled(self) -> None:
        self._compiled.stalled()
        self._pure.stalled()


def open_asker(
    report: Report, monotonic: Callable[[], float], worded: Worded | None = None
) -> SnmpAsker:
    """Open the best asker of this machine.

    Args:
        report: takes number, outcome, time, payload and detail of each answer.
        monotonic: tells the time.
        worded: takes answers in place of ``report`` where they come ready for a frame, as octets:
            JSON rows with commas between, and how many.
    """
    core = library.load()
    pure = Asker(report, monotonic)
    if core is None:
        return pure
    return TwoAskers(CompiledAsker(core, report, monotonic, worded), pure)
