"""A device that answers questions from a table, for tests without a network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from netwatch.model.arrivals import Outcome
from netwatch.pollers.asking import Arrivals, Heard
from netwatch.pollers.conversation import Conversation
from netwatch.pollers.questions import Answer, Get, Question, Value, Walk

NOON = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)


@dataclass
class Device:
    """Objects by full name; ``mute`` says which questions go unanswered."""

    objects: dict[str, Value]
    mute: Callable[[Question], bool] = lambda _question: False
    outcome: Outcome = Outcome.SILENT
    asked: list[Question] = field(default_factory=list)
    limited: bool = False
    """Bring no more rows than were asked for."""

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        if self.mute(question):
            return Answer(self.outcome)
        match question:
            case Get():
                return Answer(
                    Outcome.ANSWERED, values=tuple(self.objects.get(oid) for oid in question.oids)
                )
            case Walk():
                return Answer(Outcome.ANSWERED, rows=self._rows(question))
            case _:
                return Answer(Outcome.ANSWERED, rtt_ms=1.5)

    def _rows(self, walk: Walk) -> Mapping[str, tuple[Value, ...]]:
        rows: dict[str, list[Value]] = {}
        for place, column in enumerate(walk.columns):
            for oid, value in self.objects.items():
                if oid.startswith(f"{column}."):
                    row = rows.setdefault(oid[len(column) + 1 :], [None] * len(walk.columns))
                    row[place] = value
        most = walk.rows if self.limited else len(rows)
        return {index: tuple(row) for index, row in list(rows.items())[:most]}

    def talk(self, conversation: Conversation, now: float = 0.0) -> Arrivals:
        """Hold a whole conversation; return what it was worth."""
        at = NOON + timedelta(seconds=now)
        question: Question | None = None
        while True:
            heard = None if question is None else Heard(self.answer(question), at, now)
            try:
                question = next(conversation) if heard is None else conversation.send(heard)
            except StopIteration as end:
                arrivals: Arrivals = end.value
                return arrivals
