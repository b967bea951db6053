"""Many agents, each in a conversation of its own, asked at once by a person who waits."""

from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from netwatch.pollers.line import Exchange, Question, agent_of, answer_of, put
from netwatch.pollers.questions import Answer, Patience, Target
from netwatch.pollers.snmp.jobs import Agent

_AT_ONCE: Final = 4096

K = TypeVar("K", bound=Hashable)
Conversation = Generator[Question, Answer, None]


@dataclass(slots=True)
class _Talk(Generic[K]):
    key: K
    agent: Agent
    conversation: Conversation
    question: Question


class Lines(Exchange, Generic[K]):
    """Lines to many agents. Each is asked one thing at a time; nobody waits for anybody else.

    Args:
        patience: how long one answer may take.
        done: told of each conversation that came to its end.
        at_once: with how many to talk at a time.
    """

    def __init__(
        self,
        patience: Patience,
        done: Callable[[K], None] = lambda _key: None,
        at_once: int = _AT_ONCE,
    ) -> None:
        super().__init__(self._take)
        self._at_once = at_once
        self._patience = patience
        self._done = done
        self._talks: dict[int, _Talk[K]] = {}
        self._said: deque[tuple[int, int, Any, str]] = deque()
        self._number = 0

    def converse(
        self, conversations: Iterable[tuple[K, Target, Conversation]], until: float
    ) -> bool:
        """Carry conversations on to their ends; False when the time was over before.

        ``until`` is on the monotonic clock.
        """
        waiting = iter(conversations)
        more = True
        while True:
            while more and len(self._talks) < self._at_once:
                more = self._begin_next(waiting)
            if not self._talks:
                return True
            if not self._turn(until):
                return False
            while self._said:
                self._go_on(*self._said.popleft())

    def _begin_next(self, waiting: Any) -> bool:
        try:
            key, target, conversation = next(waiting)
        except StopIteration:
            return False
        agent = agent_of(target)
        try:
            self._ask(_Talk(key, agent, conversation, next(conversation)))
        except StopIteration:
            self._done(key)
        return True

    def _ask(self, talk: _Talk[K]) -> None:
        self._number += 1
        self._talks[self._number] = talk
        put(self._asker, self._number, talk.agent, self._patience, talk.question)

    def _take(self, number: int, outcome: int, _at: float, payload: object, detail: str) -> None:
        self._said.append((number, outcome, payload, detail))

    def _go_on(self, number: int, outcome: int, payload: Any, detail: str) -> None:
        talk = self._talks.pop(number)
        try:
            answer = answer_of(talk.question, outcome, payload, detail)
            talk.question = talk.conversation.send(answer)
        except StopIteration:
            self._done(talk.key)
        else:
            self._ask(talk)
