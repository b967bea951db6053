"""An agent with tens of thousands of objects that finds the next one quickly."""

from bisect import bisect_right
from dataclasses import dataclass, field

from netwatch.pollers.asking import Arrivals, Heard
from netwatch.pollers.conversation import Conversation
from netwatch.pollers.line import Line
from netwatch.pollers.questions import Get, Walk
from netwatch.wire.ber import Oid, Tag, VarBind
from tests.edges.engine_house import Agent
from tests.unit.pollers.device import NOON


@dataclass
class Large(Agent):
    """An agent that finds its next object quickly."""

    order: list[Oid] = field(default_factory=list)

    def _next(self, oid: Oid) -> VarBind:
        self.order = self.order or sorted(self.objects)
        place = bisect_right(self.order, oid)
        if place == len(self.order):
            return VarBind(oid, Tag.END_OF_MIB, None)
        return self.objects[self.order[place]]


def talk(line: Line, conversation: Conversation, now: float) -> Arrivals:
    """Hold a whole conversation with a real agent."""
    question = next(conversation)
    while True:
        assert isinstance(question, Get | Walk)
        heard = Heard(line.ask(question, float("inf")), NOON, now)
        try:
            question = conversation.send(heard)
        except StopIteration as end:
            arrivals: Arrivals = end.value
            return arrivals
