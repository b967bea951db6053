"""The objects that come after some others: GETNEXT, for looking around in a stranger."""

from collections.abc import Sequence
from typing import Final

from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.jobs import (
    GENERAL_ERROR,
    NO_SUCH_NAME,
    TOO_BIG,
    Agent,
    Asking,
    Wrong,
    plain,
)
from netwatch.pollers.snmp.requests import Request, request
from netwatch.wire.ber import Pdu, oid_text
from netwatch.wire.oid import decode_oid
from netwatch.wire.scan import RawBind

_EXCEPTIONS: Final = frozenset({0x80, 0x81, 0x82})
_MOST_REQUESTS: Final = 64


class NextAsking(Asking):
    """One GETNEXT of several objects; what a v1 agent refuses is left out and asked without."""

    __slots__ = ("_asked", "_batch", "_got", "_names", "_requests", "_todo")

    def __init__(
        self, number: int, agent: Agent, patience: Patience, names: Sequence[bytes]
    ) -> None:
        super().__init__(number, agent, patience)
        self._names = tuple(names)
        self._todo = list(range(len(self._names)))
        self._asked: list[int] = []
        self._batch = len(self._names)
        self._got: dict[int, list[object]] = {}
        self._requests = 0

    def request(self) -> Request:
        """Return what to send now."""
        self._asked = self._todo[: self._batch]
        agent = self.agent
        names = [self._names[place] for place in self._asked]
        return request(agent.version, agent.community, Pdu.GETNEXT, names)

    def take(self, status: int, index: int, binds: Sequence[RawBind], octets: int) -> bool:  # noqa: ARG002 (as all questions)
        """Take an answer; True when more must be asked."""
        self._requests += 1
        if status:
            return self._refused(status, index) and self._requests < _MOST_REQUESTS
        if not binds or len(binds) > len(self._asked):
            raise Wrong(f"{len(binds)} values came for {len(self._asked)} that were asked")
        for place, (name, tag, value) in zip(self._asked, binds, strict=False):
            if tag not in _EXCEPTIONS:
                self._got[place] = [oid_text(decode_oid(name)), *plain([value])]
        self._todo = self._todo[len(binds) :]
        return bool(self._todo) and self._requests < _MOST_REQUESTS

    def result(self) -> object:
        """Return object and value for each that was asked; None where nothing comes after."""
        return [self._got.get(place) for place in range(len(self._names))]

    def _refused(self, status: int, index: int) -> bool:
        if status == TOO_BIG and self._batch > 1:
            self._batch = (len(self._asked) + 1) // 2
            return True
        if status in (NO_SUCH_NAME, GENERAL_ERROR) and 1 <= index <= len(self._asked):
            self._todo.remove(self._asked[index - 1])
            return bool(self._todo)
        self._todo = []
        return False
