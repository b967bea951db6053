"""What is under way with one agent: single objects, or a walk. Pure: octets in, octets out."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final

from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.requests import Request, request
from netwatch.pollers.snmp.walk import REPETITIONS, Walk, index_arcs
from netwatch.wire.ber import Pdu, oid_text
from netwatch.wire.scan import RawBind, Value

if TYPE_CHECKING:
    from netwatch.pollers.snmp.session import Session

TOO_BIG: Final = 1
NO_SUCH_NAME: Final = 2
GENERAL_ERROR: Final = 5
_NO_ACCESS: Final = 6
_MOST_REQUESTS: Final = 64
_CALM: Final = 64
_MOST_CALM: Final = 4096


class Wrong(ValueError):  # noqa: N818 (a stranger's or a sick agent's doing, not a fault of ours)
    """An answer that does not fit its question; it is not believed."""


class Agent:
    """One SNMP agent: where it is, how it is asked, and what it can bear."""

    __slots__ = ("bare", "busy", "calm", "calm_wanted", "community", "compiled", "door", "host",
                 "port", "queue", "quickest", "repetitions", "session", "silent", "version",
                 "where", "zone")  # fmt: skip

    def __init__(
        self,
        host: str,
        port: int,
        version: int,
        community: bytes,
        session: "Session | None" = None,
    ) -> None:
        self.host = host
        self.bare, _, self.zone = host.partition("%")
        self.port = port
        self.version = version
        self.community = community
        self.session = session
        """Of version 3: who it is and how it is spoken to."""
        self.door = 1 if ":" in host else 0
        self.where = (host, port)
        self.repetitions = REPETITIONS
        """Of a walk it is asked for so many rows at a time."""
        self.calm = 0
        self.calm_wanted = _CALM
        """So many answers it must give before it is tried with more rows at a time again."""
        self.quickest = float("inf")
        """Seconds: the shortest time in which it ever answered."""
        self.silent = False
        """It did not answer the last question."""
        self.busy = False
        self.queue: deque[Asking] | None = None
        self.compiled: object = None
        """What the compiled core knows it by."""

    def bears(self, repetitions: int, *, lighter: bool) -> None:
        """Note that it answered, after it had to be asked for less at a time if ``lighter``."""
        if lighter and repetitions < self.repetitions:
            self.repetitions = repetitions
            self.calm = 0
            self.calm_wanted = min(self.calm_wanted * 4, _MOST_CALM)
        elif not lighter and self.repetitions < REPETITIONS:
            self.calm += 1
            if self.calm >= self.calm_wanted:
                self.repetitions = min(self.repetitions * 2, REPETITIONS)
                self.calm = 0


class Asking(ABC):
    """A question under way, with what the sending side needs to keep of it."""

    __slots__ = ("again", "agent", "cut_at", "detail", "done", "doubt", "first_at", "left",
                 "number", "patience", "queued", "request_id", "sends", "sent_at",
                 "young")  # fmt: skip
    weight: ClassVar[int] = 1
    """How much it counts in the window."""

    def __init__(self, number: int, agent: Agent, patience: Patience) -> None:
        self.number = number
        self.agent = agent
        self.patience = patience
        self.left = patience.retries
        self.sends = 0
        self.again = 0
        self.first_at = 0.0
        self.sent_at = 0.0
        self.cut_at = 0.0
        self.request_id = 0
        """Of the request that is awaited; a retry bears the same, so a late answer still counts."""
        self.young = 0
        """The sending that counts in the window, or 0."""
        self.queued = False
        self.done = False
        self.detail = ""
        self.doubt = ""
        """What came instead of an answer; told only if none comes."""

    @abstractmethod
    def request(self) -> Request:
        """Return what to send now."""

    @abstractmethod
    def take(self, status: int, index: int, binds: Sequence[RawBind], octets: int) -> bool:
        """Take an answer; True when more must be asked. ``octets`` is the datagram's size.

        Raises:
            Wrong: it does not answer this question.
        """

    def stop(self, why: str) -> None:
        """Be content with what was learnt: it takes too long."""
        self.detail = why

    def spare(self) -> bool:
        """Make the request lighter after it went unanswered.

        Returns:
            Whether that is worth a try beyond the retries: the agent answered before.
        """
        return False

    @abstractmethod
    def result(self) -> object:
        """Return what was learnt, in the shape that goes to the service."""


class GetAsking(Asking):
    """Single objects. Whatever the agent left out is asked again, until it answers nothing new."""

    __slots__ = ("_asked", "_batch", "_names", "_requests", "_todo", "_values")

    def __init__(
        self, number: int, agent: Agent, patience: Patience, names: Sequence[bytes]
    ) -> None:
        super().__init__(number, agent, patience)
        self._names = tuple(names)
        self._values: dict[int, Value] = {}
        """By the place of the name."""
        self._todo: Sequence[int] = range(len(self._names))
        """The places that are still to be asked."""
        self._batch = len(self._names)
        self._asked = self._names
        self._requests = 0

    def request(self) -> Request:
        if len(self._todo) != len(self._asked) or self._batch != len(self._asked):
            self._asked = tuple([self._names[place] for place in self._todo[: self._batch]])
        return _get_request(self.agent.version, self.agent.community, self._asked)

    def take(self, status: int, index: int, binds: Sequence[RawBind], octets: int) -> bool:  # noqa: ARG002 (what was asked for bounds it)
        self._requests += 1
        if status:
            return self._refused(status, index) and self._requests < _MOST_REQUESTS
        asked = self._asked
        if not binds or len(binds) > len(asked):
            raise Wrong(f"{len(binds)} values came for {len(asked)} that were asked")
        came, _, values = zip(*binds, strict=True)
        if came != asked[: len(binds)]:
            raise Wrong("another object came than was asked")
        self._values.update(zip(self._todo, values, strict=False))
        self._todo = self._todo[len(binds) :]
        return bool(self._todo) and self._requests < _MOST_REQUESTS

    def result(self) -> object:
        if not self._values and self._todo:
            return None
        return plain(list(map(self._values.get, range(len(self._names)))))

    def _refused(self, status: int, index: int) -> bool:
        """Go on without the object that the agent refuses, or with fewer at a time."""
        if status == TOO_BIG and self._batch > 1:
            self._batch = (min(self._batch, len(self._asked)) + 1) // 2
            return True
        if status in (NO_SUCH_NAME, GENERAL_ERROR, _NO_ACCESS) and 1 <= index <= len(self._asked):
            todo = list(self._todo)
            self._values[todo.pop(index - 1)] = None
            self._todo = todo
            return bool(todo)
        self.detail = f"the agent refuses with error status {status}"
        self._todo = ()
        return False


class WalkAsking(Asking):
    """A walk of columns, by GETBULK, or by GETNEXT where the agent speaks only v1."""

    __slots__ = ("_lighter", "_walk")
    weight: ClassVar[int] = 6
    """Its answers are large."""

    def __init__(
        self, number: int, agent: Agent, patience: Patience, columns: Sequence[bytes], rows: int
    ) -> None:
        super().__init__(number, agent, patience)
        self._walk = Walk(columns, rows, agent.repetitions)
        self._lighter = False

    def request(self) -> Request:
        agent, names = self.agent, self._walk.names()
        self._walk.repetitions = min(self._walk.repetitions, agent.repetitions)
        if agent.version == 0:
            return request(0, agent.community, Pdu.GETNEXT, names)
        return request(agent.version, agent.community, Pdu.GETBULK, names, self._walk.repetitions)

    def take(self, status: int, index: int, binds: Sequence[RawBind], octets: int) -> bool:
        walk = self._walk
        if status == TOO_BIG and (self._lighten() or walk.narrow()):
            return True
        if status:
            walk.end_column(index)
            if status != NO_SUCH_NAME:
                self.detail = f"the agent refuses with error status {status}"
        else:
            walk.take(binds, octets)
            self.detail = walk.stopped or self.detail
        self.agent.bears(walk.repetitions, lighter=self._lighter)
        return not walk.ended

    def stop(self, why: str) -> None:
        self._walk.stop(why)
        self.detail = self._walk.stopped

    def spare(self) -> bool:
        return self._lighten() and bool(self._walk.rows)

    def result(self) -> object:
        rows = self._walk.rows.items()
        return {oid_text(index_arcs(index)): plain(row) for index, row in rows}

    def _lighten(self) -> bool:
        lighter = self.agent.version != 0 and self._walk.spare()
        self._lighter = self._lighter or lighter
        return lighter


def plain(values: Sequence[Value]) -> list[object]:
    """Return values as JSON knows them: octets as latin-1 text, an object identifier as a list."""
    return [one.decode("latin-1") if one.__class__ is bytes else one for one in values]


@lru_cache(maxsize=8192)
def _get_request(version: int, community: bytes, names: tuple[bytes, ...]) -> Request:
    return request(version, community, Pdu.GET, names)
