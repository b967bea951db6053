"""What is under way with one agent: single objects, or a walk. Pure: octets in, octets out."""

from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.requests import Request, request
from netwatch.pollers.snmp.walk import REPETITIONS, Walk, index_arcs
from netwatch.wire.ber import Pdu, oid_text
from netwatch.wire.scan import RawBind, Value

TOO_BIG: Final = 1
NO_SUCH_NAME: Final = 2
GENERAL_ERROR: Final = 5
_NO_ACCESS: Final = 6
_MOST_REQUESTS: Final = 64


class Wrong(ValueError):  # noqa: N818 (a stranger's or a sick agent's doing, not a fault of ours)
    """An answer that does not fit its question; it is not believed."""


class Agent:
    """One SNMP agent: where it is, how it is asked, and what it can bear."""

    __slots__ = ("busy", "community", "door", "host", "port", "queue", "repetitions", "version",
                 "where")  # fmt: skip

    def __init__(self, host: str, port: int, version: int, community: bytes) -> None:
        self.host = host
        self.port = port
        self.version = version
        self.community = community
        self.door = 1 if ":" in host else 0
        self.where = (host, port)
        self.repetitions = REPETITIONS
        self.busy = False
        self.queue: deque[Asking] = deque()


class Asking:
    """A question under way, with what the sending side needs to keep of it."""

    __slots__ = ("again", "agent", "detail", "done", "doubt", "first_at", "left", "number",
                 "patience", "queued", "request_id", "sends", "sent_at", "young")  # fmt: skip

    def __init__(self, number: int, agent: Agent, patience: Patience) -> None:
        self.number = number
        self.agent = agent
        self.patience = patience
        self.left = patience.retries
        self.sends = 0
        self.again = 0
        self.first_at = 0.0
        self.sent_at = 0.0
        self.request_id = 0
        """Of the request that is awaited; a retry bears the same, so a late answer still counts."""
        self.young = 0
        """The sending that counts in the window, or 0."""
        self.queued = False
        self.done = False
        self.detail = ""
        self.doubt = ""
        """What came instead of an answer; told only if none comes."""

    def request(self) -> Request:
        """Return what to send now."""
        raise NotImplementedError

    def take(self, status: int, index: int, binds: Sequence[RawBind]) -> bool:
        """Take an answer; True when more must be asked.

        Raises:
            Wrong: it does not answer this question.
        """
        raise NotImplementedError

    def stop(self, why: str) -> None:
        """Be content with what was learnt: it takes too long."""
        self.detail = why

    def spare(self) -> bool:
        """Make the request lighter after it went unanswered.

        Returns:
            Whether that is worth a try beyond the retries: the agent answered before.
        """
        return False

    def result(self) -> object:
        """Return what was learnt, in the shape that goes to the service."""
        raise NotImplementedError


class GetAsking(Asking):
    """Single objects. Whatever the agent left out is asked again, until it answers nothing new."""

    __slots__ = ("_asked", "_batch", "_got", "_names", "_requests", "_todo")

    def __init__(
        self, number: int, agent: Agent, patience: Patience, names: Sequence[bytes]
    ) -> None:
        super().__init__(number, agent, patience)
        self._names = tuple(names)
        self._todo: tuple[bytes, ...] = self._names
        self._batch = len(self._names)
        self._asked: tuple[bytes, ...] = ()
        self._got: dict[bytes, Value] = {}
        self._requests = 0

    def request(self) -> Request:
        self._asked = self._todo[: self._batch]
        return _get_request(self.agent.version, self.agent.community, self._asked)

    def take(self, status: int, index: int, binds: Sequence[RawBind]) -> bool:
        self._requests += 1
        if status:
            return self._refused(status, index) and self._requests < _MOST_REQUESTS
        asked = self._asked
        if not binds or len(binds) > len(asked):
            raise Wrong(f"{len(binds)} values came for {len(asked)} that were asked")
        for name, (came, _, value) in zip(asked, binds, strict=False):
            if came != name:
                raise Wrong("another object came than was asked")
            self._got[name] = value
        self._todo = self._todo[len(binds) :]
        return bool(self._todo) and self._requests < _MOST_REQUESTS

    def result(self) -> object:
        if not self._got and self._todo:
            return None
        return [plain(self._got.get(name)) for name in self._names]

    def _refused(self, status: int, index: int) -> bool:
        """Go on without the object that the agent refuses, or with fewer at a time."""
        if status == TOO_BIG and self._batch > 1:
            self._batch = (min(self._batch, len(self._asked)) + 1) // 2
            return True
        if status in (NO_SUCH_NAME, GENERAL_ERROR, _NO_ACCESS) and 1 <= index <= len(self._asked):
            self._got[self._asked[index - 1]] = None
            self._todo = (*self._todo[: index - 1], *self._todo[index:])
            return bool(self._todo)
        self.detail = f"the agent refuses with error status {status}"
        self._todo = ()
        return False


class WalkAsking(Asking):
    """A walk of columns, by GETBULK, or by GETNEXT where the agent speaks only v1."""

    __slots__ = ("_lighter", "_walk")

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
        return request(1, agent.community, Pdu.GETBULK, names, self._walk.repetitions)

    def take(self, status: int, index: int, binds: Sequence[RawBind]) -> bool:
        if status == TOO_BIG and self._lighten():
            return True
        if status == NO_SUCH_NAME:
            self._walk.end_column(index)
        elif status:
            self.detail = f"the agent refuses with error status {status}"
            self._walk.end_column(0)
        else:
            self._walk.take(binds)
            self.detail = self._walk.stopped
        if self._lighter:
            self.agent.repetitions = self._walk.repetitions
        return not self._walk.ended

    def stop(self, why: str) -> None:
        self._walk.stop(why)
        self.detail = self._walk.stopped

    def spare(self) -> bool:
        return self._lighten() and bool(self._walk.rows)

    def result(self) -> object:
        rows = self._walk.rows.items()
        return [[oid_text(index_arcs(index)), *map(plain, row)] for index, row in rows]

    def _lighten(self) -> bool:
        lighter = self.agent.version != 0 and self._walk.spare()
        self._lighter = self._lighter or lighter
        return lighter


def plain(value: Value) -> object:
    """Return a value as JSON knows it: octets as latin-1 text, an object identifier as a list."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value


@lru_cache(maxsize=8192)
def _get_request(version: int, community: bytes, names: tuple[bytes, ...]) -> Request:
    return request(version, community, Pdu.GET, names)
