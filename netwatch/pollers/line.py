"""One agent asked one thing after the other, by a person who waits. Mass polling has its engine."""

import select
import time
from collections.abc import Callable, Generator
from typing import Any, Final

from netwatch.model.arrivals import Outcome
from netwatch.pollers.echo import Report
from netwatch.pollers.questions import Answer, Get, Next, Patience, Target, Walk
from netwatch.pollers.snmp.asker import Asker
from netwatch.pollers.snmp.hop import NextAsking
from netwatch.pollers.snmp.jobs import Agent
from netwatch.wire.ber import encode_oid, parse_oid

_OUTCOMES: Final = (Outcome.ANSWERED, Outcome.SILENT, Outcome.BLIND)
_TURN_S: Final = 0.25

Question = Get | Walk | Next


class OutOfTimeError(Exception):
    """The time for all questions together is over."""


class Exchange:
    """Sockets of one's own, and one turn of sending, waiting and taking in."""

    def __init__(self, report: Report) -> None:
        self._asker = Asker(report, time.monotonic)
        self._poll = select.poll()
        for sock in self._asker.sockets():
            self._poll.register(sock, select.POLLIN)

    @property
    def requests(self) -> int:
        """Return how many datagrams were sent."""
        return self._asker.requests

    @property
    def varbinds(self) -> int:
        """Return how many values came."""
        return self._asker.varbinds

    def close(self) -> None:
        """Close the sockets."""
        for sock in self._asker.sockets():
            sock.close()

    def _turn(self, until: float) -> bool:
        """Send what is ready and take in what came; False when the time is over."""
        now = time.monotonic()
        if now >= until:
            return False
        self._asker.pump(now)
        deadline = self._asker.next_deadline()
        wait = _TURN_S if deadline is None else max(0.001, deadline - now)
        self._poll.poll(1000 * min(wait, _TURN_S, until - now))
        now = time.monotonic()
        if self._asker.drain():
            self._asker.judge(now)
        return True


class Line(Exchange):
    """A line to one agent. The same strictness, patience and gentleness as in the engine."""

    def __init__(self, target: Target, patience: Patience) -> None:
        super().__init__(self._take)
        self._patience = patience
        self._said: tuple[int, object, str] | None = None
        self._agent = agent_of(target)

    def converse(
        self,
        conversation: Generator[Question, Answer, None],
        until: float,
        heard: Callable[[Question, Answer], None] = lambda _question, _answer: None,
    ) -> None:
        """Carry a conversation to its end.

        Args:
            conversation: yields questions, is sent answers.
            until: when it is cut short, on the monotonic clock.
            heard: told of each answer.

        Raises:
            OutOfTimeError: it was cut short.
        """
        try:
            question = next(conversation)
            while True:
                answer = self.ask(question, until)
                heard(question, answer)
                question = conversation.send(answer)
        except StopIteration:
            return

    def ask(self, question: Question, until: float) -> Answer:
        """Ask one question and wait for what becomes of it.

        Raises:
            OutOfTimeError: the time is over before it was answered or given up.
        """
        self._said = None
        put(self._asker, 0, self._agent, self._patience, question)
        while self._said is None:
            if not self._turn(until):
                raise OutOfTimeError
        return answer_of(question, *self._said)

    def _take(self, _number: int, outcome: int, _at: float, payload: object, detail: str) -> None:
        self._said = (outcome, payload, detail)


def agent_of(target: Target) -> Agent:
    """Return whom to ask; a community is sent as the octets that a person typed."""
    session = None
    if target.security is not None:
        from netwatch.pollers.snmp.session import Session  # noqa: PLC0415 (and OpenSSL with it)

        session = Session(target.security)
    community = target.community.encode("utf-8", "surrogateescape")
    return Agent(target.address, target.port, target.version, community, session)


def put(asker: Asker, number: int, agent: Agent, patience: Patience, question: Question) -> None:
    """Put a question to an agent."""
    match question:
        case Get():
            asker.get(number, agent, patience, [_name(oid) for oid in question.oids])
        case Walk():
            names = [_name(oid) for oid in question.columns]
            asker.walk(number, agent, patience, names, question.rows)
        case Next():
            names = [_name(oid) for oid in question.oids]
            asker.put(NextAsking(number, agent, patience, names))


def _name(oid: str) -> bytes:
    return encode_oid(parse_oid(oid))


def answer_of(question: Question, outcome: int, payload: Any, detail: str) -> Answer:
    """Return what became of a question, as the asker reported it."""
    became = _OUTCOMES[outcome]
    if not payload:
        return Answer(became, detail=detail)
    match question:
        case Get():
            return Answer(became, values=tuple(map(_value, payload)), detail=detail)
        case Walk():
            rows = {index: tuple(map(_value, row)) for index, row in payload.items()}
            return Answer(became, rows=rows, detail=detail)
        case Next():
            binds = tuple(None if one is None else (one[0], _value(one[1])) for one in payload)
            return Answer(became, binds=binds, detail=detail)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
